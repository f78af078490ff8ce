package delay_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"psims/analytics/delay"
	"psims/datasets/caveat"
	"psims/datasets/incident"
	"psims/datasets/tally"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

var monday = incident.NewDay(2025, 1, 6)

func TestTriangleAdd(t *testing.T) {
	asOf := monday + 7*10 + 2 // a Wednesday: ten whole weeks and three days
	for _, c := range []struct {
		name, why          string
		occurred, reported incident.Day
		want               bool
	}{
		{"in time", "an event of a whole week", monday, monday + 3, true},
		{"on the day", "the as-of day counts", monday + 62, asOf, true},
		{"after the day", "what was reported later is not known", monday, asOf + 1, false},
		{"before it occurred", "one of the days is wrong", monday + 3, monday + 2, false},
		{"no day", "without a day there is no delay", incident.NoDay, monday, false},
		{"before the weeks", "its first reports may be missing", monday - 1, monday, false},
		{"this week", "the week is not over", monday + 70, monday + 71, false},
		{"too late", "not part of the final count", monday, monday + 9 + 7*4 + 1, false},
		{"just in time", "the last day of the last column", monday, monday + 9 + 7*4, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			tr := delay.NewTriangle(monday, asOf, make([]tally.Stratum, 1), 4)
			if got := tr.Add(c.occurred, c.reported, 0); got != c.want {
				t.Errorf("%v, want %v: %s", got, c.want, c.why)
			}
		})
	}
}

func TestTriangleBeginsWithAWholeWeek(t *testing.T) {
	tr := delay.NewTriangle(monday+1, monday+27, nil, 4)
	if want := []incident.Day{monday + 7, monday + 14, monday + 21}; !slices.Equal(tr.Weeks, want) {
		t.Errorf("weeks %v, want %v", tr.Weeks, want)
	}
}

func TestReceived(t *testing.T) {
	everyDay := func(n int) (out []incident.Day) {
		for i := range n {
			out = append(out, monday+incident.Day(i))
		}
		return out
	}
	weekdays := slices.DeleteFunc(everyDay(200), func(d incident.Day) bool { return d-d.Monday() > 4 })
	for _, c := range []struct {
		name, why string
		reported  []incident.Day
		asOf      incident.Day
		want      incident.Day
	}{
		{"every day", "nothing is missing", everyDay(200), monday + 199, monday + 199},
		{"a day is missing", "a day without reports never was before", everyDay(200), monday + 201, monday + 199},
		{"weekend", "no report comes on a weekend", weekdays, monday + 7*28 - 1, monday + 7*28 - 1},
		{"reports to come", "later reports are not looked at", everyDay(200), monday + 100, monday + 100},
		{"few reports", "too few to tell", everyDay(5), monday + 50, monday + 50},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := delay.Received(c.reported, c.asOf); got != c.want {
				t.Errorf("%v, want %v: %s", got, c.want, c.why)
			}
		})
	}
}

// small gives a triangle of few strata, and a copy without what rapid leaves out.
func small(t *rapid.T) ([][]event, incident.Day, incident.Day) {
	sc := scenarios()[rapid.IntRange(0, 9).Draw(t, "scenario")]
	sc.strata = []float64{0.5, 4, 12}
	return simulate(sc, rapid.Uint64Range(1, 1<<20).Draw(t, "seed"))
}

func nowcast(events [][]event, from, asOf incident.Day) []delay.Series {
	tr := delay.NewTriangle(from, asOf, make([]tally.Stratum, len(events)), maxDelay)
	for s, all := range events {
		for _, e := range all {
			tr.Add(e.occurred, e.reported, s)
		}
	}
	return delay.Nowcast(tr, delay.Default())
}

func TestNothingReportedLaterCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events, from, asOf := small(t)
		asOf -= incident.Day(rapid.IntRange(1, 60).Draw(t, "days earlier"))
		whole := nowcast(events, from, asOf)
		for s := range events {
			events[s] = slices.DeleteFunc(events[s], func(e event) bool { return e.reported > asOf })
		}
		if diff := cmp.Diff(whole, nowcast(events, from, asOf), cmpopts.EquateNaNs()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events, from, asOf := small(t)
		want := nowcast(events, from, asOf)
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(events[1]), func(i, j int) { events[1][i], events[1][j] = events[1][j], events[1][i] })
		slices.Reverse(events)
		got := nowcast(events, from, asOf)
		slices.Reverse(got)
		if diff := cmp.Diff(want, got, cmpopts.EquateApprox(1e-9, 1e-9), cmpopts.EquateNaNs()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestNowcastHoldsTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events, from, asOf := small(t)
		for _, s := range nowcast(events, from, asOf) {
			for i, w := range s.Weeks {
				n := float64(w.Counted)
				if w.Expected < n || w.Lo90 < n || w.Lo50 < w.Lo90 || w.Hi50 < w.Lo50 || w.Hi90 < w.Hi50 {
					t.Fatalf("%+v is not in order", w)
				}
				if w.Complete <= 0 || w.Complete > 1 || w.LogSD < 0 {
					t.Fatalf("%+v: no share", w)
				}
				if i > 0 && w.Complete > s.Weeks[i-1].Complete {
					t.Fatalf("a younger week is more complete: %+v", w)
				}
				if done := w.Monday+6 <= s.CompleteUntil; done != (w.Complete >= 0.95) {
					t.Fatalf("complete until %v, but %+v", s.CompleteUntil, w)
				}
			}
		}
	})
}

func TestNotJudged(t *testing.T) {
	tr := delay.NewTriangle(monday, monday+7*5, make([]tally.Stratum, 1), 4)
	tr.Add(monday, monday+1, 0)
	for name, s := range map[string]delay.Series{
		"short":  delay.Nowcast(tr, delay.Default())[0],
		"silent": delay.Nowcast(delay.NewTriangle(monday, monday+7*60, make([]tally.Stratum, 1), 4), delay.Default())[0],
	} {
		if s.Judged || s.CompleteUntil.Known() || !slices.Contains(s.Caveats, caveat.RecentIncomplete) {
			t.Errorf("%s: %+v", name, s)
		}
	}
}
