package breaks_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"psims/analytics/breaks"
	"psims/datasets/caveat"
	"psims/datasets/incident"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// steady gives n organisations of five reports a week over so many weeks, each
// report of an event two days before.
func steady(n, weeks int) (all []report) {
	for i := range n {
		all = append(all, from(i, "nrls", 0, weeks, 5)...)
	}
	return all
}

// from gives reports of one organisation: perWeek in each week from until.
func from(organisation int, system string, from, until, perWeek int) (all []report) {
	for w := from; w < until; w++ {
		for k := range perWeek {
			day := start + incident.Day(7*w+k%7)
			all = append(all, report{fmt.Sprintf("ZX%03d", organisation), system, fmt.Sprint("category ", k%3), day - 2, day})
		}
	}
	return all
}

// batchOf gives reports of old events, sent on one day.
func batchOf(organisation, week, n int) (all []report) {
	day := start + incident.Day(7*week+3)
	for k := range n {
		all = append(all, report{fmt.Sprintf("ZX%03d", organisation), "nrls", "category 0", day - 60 - incident.Day(k), day})
	}
	return all
}

func read(all []report, weeks int) *breaks.History {
	return breaks.Read(table(all), start+incident.Day(7*weeks-1), breaks.Default())
}

func TestFind(t *testing.T) {
	const weeks = 120
	type found struct {
		Organisation string
		Week         int
		Kind         breaks.Kind
		Detected     bool
	}
	for _, c := range []struct {
		name, why string
		add       []report
		want      []found
	}{
		{"nothing", "steady reporting has no break", nil, nil},
		{"joined", "a first report long after the start", from(9, "nrls", 60, weeks, 3), []found{{"ZX009", 60, breaks.Joined, false}}},
		{"always", "who reports in the first weeks has always reported", from(9, "nrls", 3, weeks, 3), nil},
		{"moved", "a first report in the new system after the old", append(from(9, "nrls", 0, 70, 5), from(9, "lfpse", 70, weeks, 6)...), []found{{"ZX009", 70, breaks.Switch, false}}},
		{"began anew", "in the new system from the first is no move", from(9, "lfpse", 60, weeks, 5), []found{{"ZX009", 60, breaks.Joined, false}}},
		{"one more system", "serious incidents go to another system besides", append(from(9, "nrls", 0, weeks, 5), from(9, "steis", 70, weeks, 1)...), []found{{"ZX009", 70, breaks.Joined, false}}},
		{"quiet", "no report for long, at five a week", from(9, "nrls", 0, 110, 5), []found{{"ZX009", 110, breaks.Left, true}}},
		{"batch of old reports", "far more old reports than ever", append(from(9, "nrls", 0, weeks, 5), batchOf(9, 80, 40)...), []found{{"ZX009", 80, breaks.Batch, true}}},
		{"few old reports", "a handful is no batch", append(from(9, "nrls", 0, weeks, 5), batchOf(9, 80, 5)...), nil},
		{"level", "twice as many from a week on", append(from(9, "nrls", 0, 60, 5), from(9, "nrls", 60, weeks, 10)...), []found{{"ZX009", 60, breaks.Level, true}}},
		{"one high week", "is no level", append(from(9, "nrls", 0, weeks, 5), from(9, "nrls", 60, 61, 15)...), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []found
			for _, b := range read(append(steady(6, weeks), c.add...), weeks).Breaks {
				got = append(got, found{b.Organisation, int(b.Week-start) / 7, b.Kind, b.Detected})
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s: (−want +got)\n%s", c.why, diff)
			}
		})
	}
}

func TestRatioOfAMove(t *testing.T) {
	h := read(append(steady(6, 120), append(from(9, "nrls", 0, 70, 20), from(9, "lfpse", 70, 120, 30)...)...), 120)
	b := h.Breaks[0]
	if b.System != "lfpse" || math.Abs(b.Ratio-1.5) > 0.02 || b.Lo > 1.4 || b.Hi < 1.6 || b.Lo < 1.2 || b.Hi > 1.9 {
		t.Errorf("%+v, want a ratio of 1.5 with an interval about it", b)
	}
}

func TestLevelsAreRarelyFoundByChance(t *testing.T) {
	found, organisations := 0, 0
	for seed := range uint64(10) {
		n := nationOf(0, 1, 4000+seed)
		for _, b := range breaks.Read(table(n.reports()), start+7*moveWeek-1, breaks.Default()).Breaks {
			if b.Kind == breaks.Level {
				found++
			}
		}
		organisations += n.organisations
	}
	t.Logf("%d changes of level in %d organisations that did not change, over three years", found, organisations)
	if found > organisations/20 {
		t.Errorf("%d changes of level found in %d organisations that did not change", found, organisations)
	}
}

// ofAll puts every event in one series, byCategory each in that of its category.
func ofAll(t *incident.Table) []int32 { return make([]int32, t.Len()) }

func byCategory(t *incident.Table) []int32 {
	of := make([]int32, t.Len())
	for i := range of {
		of[i] = int32(series(t, i))
	}
	return of
}

func TestRebase(t *testing.T) {
	const weeks = 120
	for _, c := range []struct {
		name, why string
		add       []report
		before    float64 // exposure of week 50
		sd        bool
		caveats   []caveat.Caveat
	}{
		{"nothing", "without a break every week counts alike", nil, 1, false, nil},
		{"moved", "20 of 50 became 30", append(from(9, "nrls", 0, 70, 20), from(9, "lfpse", 70, weeks, 30)...), 50. / 60, true, []caveat.Caveat{caveat.SystemChange}},
		{"moved after a silence", "10 of 40 are as good as new", append(from(9, "nrls", 0, 1, 5), from(9, "lfpse", 70, weeks, 10)...), 0.75, true, []caveat.Caveat{caveat.SystemChange}},
		{"joined", "10 of 40 are new", from(9, "nrls", 60, weeks, 10), 0.75, false, nil},
		{"quiet", "10 of 40 are gone", from(9, "nrls", 0, 100, 10), 4. / 3, false, []caveat.Caveat{caveat.ReportsNotSafety}},
		{"batch", "is not counted", append(from(9, "nrls", 0, weeks, 10), batchOf(9, 115, 60)...), 1, false, []caveat.Caveat{caveat.BatchReporting}},
	} {
		t.Run(c.name, func(t *testing.T) {
			tb := table(append(steady(6, weeks), c.add...))
			h := breaks.Read(tb, start+7*weeks-1, breaks.Default())
			b := h.Rebase(byCategory(tb), nil, 3)[0]
			if got := math.Exp(b.LogExposure[50]); math.Abs(got-c.before) > 0.025 {
				t.Errorf("exposure %.3f, want %.3f: %s", got, c.before, c.why)
			}
			if (b.SD > 0) != c.sd || b.SD > 0.1 {
				t.Errorf("standard error %v", b.SD)
			}
			if b.LogExposure[weeks-1] != 0 {
				t.Errorf("the last week has exposure %v", b.LogExposure[weeks-1])
			}
			if diff := cmp.Diff(c.caveats, b.Caveats, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("caveats (−want +got)\n%s", diff)
			}
		})
	}
}

// What is judged must not move what it is judged by.
func TestOutbreakDoesNotMoveItsBasis(t *testing.T) {
	n := nationOf(1, 1.2, 5)
	plain := table(n.reports())
	n.outbreak = func(week int) int {
		if week > moveWeek && week <= moveWeek+4 {
			return 40
		}
		return 0
	}
	struck := table(n.reports())
	asOf := start + 7*(moveWeek+5) - 1
	without := breaks.Read(plain, asOf, breaks.Default()).Rebase(byCategory(plain), nil, len(categories))[0]
	with := breaks.Read(struck, asOf, breaks.Default()).Rebase(byCategory(struck), nil, len(categories))[0]
	if d := math.Abs(without.LogExposure[moveWeek-1] - with.LogExposure[moveWeek-1]); d > 0.03 {
		t.Errorf("an outbreak of four times the usual count moved its own basis by %.3f", d)
	}
}

// random gives reports of a few organisations that do what rapid says.
func random(t *rapid.T) []report {
	all := steady(3, 60)
	for i := range rapid.IntRange(0, 4).Draw(t, "others") {
		begin := rapid.IntRange(0, 50).Draw(t, "begin")
		move := rapid.IntRange(begin, 60).Draw(t, "move")
		rate := rapid.IntRange(0, 12).Draw(t, "rate")
		all = append(all, from(10+i, "nrls", begin, move, rate)...)
		all = append(all, from(10+i, "lfpse", move, 60, rapid.IntRange(0, 12).Draw(t, "rate after"))...)
		all = append(all, batchOf(10+i, rapid.IntRange(0, 59).Draw(t, "batch"), rapid.IntRange(0, 60).Draw(t, "size"))...)
	}
	return all
}

func TestNothingReportedLaterCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := random(t)
		weeks := rapid.IntRange(10, 60).Draw(t, "weeks")
		known := slices.DeleteFunc(slices.Clone(all), func(r report) bool { return r.reported >= start+incident.Day(7*weeks) })
		whole, part := table(all), table(known)
		a, b := read(all, weeks), read(known, weeks)
		if diff := cmp.Diff(a.Breaks, b.Breaks, cmpopts.EquateNaNs()); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(a.Rebase(byCategory(whole), nil, 3), b.Rebase(byCategory(part), nil, 3)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestBasisHoldsTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := random(t)
		tb := table(all)
		h := read(all, 60)
		shuffled := slices.Clone(all)
		rand.New(rand.NewPCG(3, 4)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		other := table(shuffled)
		again := read(shuffled, 60).Rebase(byCategory(other), nil, 3)
		for k, b := range h.Rebase(byCategory(tb), nil, 3) {
			for w, e := range b.LogExposure {
				if math.IsNaN(e) || math.IsInf(e, 1) {
					t.Fatalf("series %d, week %d: log exposure %v", k, w, e)
				}
			}
			if !(b.SD >= 0) || math.IsInf(b.SD, 1) {
				t.Fatalf("series %d: standard error %v", k, b.SD)
			}
			if diff := cmp.Diff(b, again[k], cmpopts.EquateApprox(1e-9, 1e-9)); diff != "" {
				t.Fatalf("the order of the reports changed series %d: %s", k, diff)
			}
		}
	})
}

func TestAlign(t *testing.T) {
	tb := table(append(steady(6, 120), from(9, "nrls", 60, 120, 10)...))
	h := breaks.Read(tb, start+7*120-1, breaks.Default())
	b := h.Rebase(ofAll(tb), nil, 1)[0]
	got := h.Align(b, []incident.Day{start - 7, start + 7*50, start + 7*119, start + 7*120})
	if diff := cmp.Diff([]float64{0, b.LogExposure[50], 0, 0}, got); diff != "" {
		t.Error(diff)
	}
}

func TestKindsHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range breaks.Kinds() {
		if k.String() == "" || seen[k.String()] {
			t.Errorf("kind %d is called %q", k, k)
		}
		seen[k.String()] = true
	}
}

func TestValidate(t *testing.T) {
	for name, change := range map[string]func(*breaks.Config){
		"one system":   func(c *breaks.Config) { c.To = c.From },
		"no window":    func(c *breaks.Config) { c.Window = 0 },
		"small batch":  func(c *breaks.Config) { c.BatchTimes = 1 },
		"no penalty":   func(c *breaks.Config) { c.Penalty = 0 },
		"no spread":    func(c *breaks.Config) { c.SpreadSD = 0 },
		"not a chance": func(c *breaks.Config) { c.BatchP = 1 },
	} {
		c := breaks.Default()
		change(&c)
		if c.Validate() == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := breaks.Default().Validate(); err != nil {
		t.Error(err)
	}
}

func BenchmarkRead(b *testing.B) {
	n := nationOf(2, 1.2, 1)
	t := table(n.reports())
	b.ReportAllocs()
	for b.Loop() {
		h := breaks.Read(t, start+7*(moveWeek+judged)-1, breaks.Default())
		h.Rebase(byCategory(t), nil, len(categories))
	}
}
