package outbreak_test

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"testing"

	"psims/analytics/outbreak"
	"psims/analytics/signal"
	"psims/datasets/caveat"
	"psims/datasets/incident"
	"psims/datasets/tally"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// detectors lists every method with settings that a few years of weeks suffice for.
func detectors() []outbreak.Detector {
	return []outbreak.Detector{
		outbreak.DefaultPredictive(),
		flexible(func(f *outbreak.Flexible) { f.Years, f.Limit54 = 2, false }),
		flexible(func(f *outbreak.Flexible) { f.Years, f.Threshold = 2, outbreak.Delta }),
		flexible(func(f *outbreak.Flexible) { f.Years, f.Threshold = 2, outbreak.Muan }),
		outbreak.Farrington{Years: 2, HalfWindow: 3, Alpha: 0.01, WeightsThreshold: 1, TrendP: 0.05},
		outbreak.DefaultEARS(1), outbreak.DefaultEARS(2), outbreak.DefaultEARS(3),
		outbreak.EARS{Variant: 3, Alpha: 0.025, Published: true},
		outbreak.DefaultCUSUM(), outbreak.CUSUM{K: 1.04, H: 2.26, Seasonal: true},
		outbreak.DefaultBayes(),
	}
}

// label tells detectors of one name apart.
func label(d outbreak.Detector) string {
	return fmt.Sprintf("%s %+v", d.Name(), d)[:min(60, len(fmt.Sprintf("%s %+v", d.Name(), d)))]
}

var exact = cmp.Options{cmpopts.EquateNaNs()}

// drawCounts draws two and a half years of weeks, some not observed.
func drawCounts(t *rapid.T) []float64 {
	mean := rapid.Float64Range(0.05, 30).Draw(t, "mean")
	phi := rapid.SampledFrom([]float64{1, 1.5, 4}).Draw(t, "dispersion")
	gaps := rapid.SampledFrom([]float64{0, 0.05}).Draw(t, "gaps")
	rng := source(rapid.Uint64().Draw(t, "seed"), 1)
	y := make([]float64, 130)
	for i := range y {
		if y[i] = draw(rng, mean, phi); rng.Float64() < gaps {
			y[i] = math.NaN()
		}
	}
	return y
}

func ExamplePredictive_Weeks() {
	// Two reports in three months, then three in one week.
	y := []float64{0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 3}
	w := outbreak.DefaultPredictive().Weeks(y, 12)[0]
	fmt.Printf("%v: %.0f where %.2f were expected, usual up to %.0f (P = %.4f)\n", w.Status, w.Observed, w.Expected, w.Upper, w.P)
	// Output: raised: 3 where 0.21 were expected, usual up to 2 (P = 0.0041)
}

func ExampleWatch() {
	monday := incident.NewDay(2024, 1, 1)
	counts := tally.New(monday, monday+7*19, []tally.Stratum{{Dimension: "category", Value: "medication"}, {Dimension: "category", Value: "infusion pump"}})
	for week := range incident.Day(20) {
		for range 4 {
			counts.Add(monday+7*week, 0)
		}
	}
	for range 5 {
		counts.Add(monday+7*19+2, 1)
	}
	sigs := outbreak.Watch(counts, outbreak.Default(monday+7*19+6))
	signal.FalseDiscovery(sigs)
	for _, s := range sigs {
		fmt.Printf("%s, week of %v: %.0f seen, usual up to %.0f: %v %v\n", s.Stratum.Value, s.Week, s.Observed, s.Hi, s.Status, s.Caveats)
	}
	// Output:
	// medication, week of 2024-05-13: 4 seen, usual up to 12: quiet [short-history]
	// infusion pump, week of 2024-05-13: 5 seen, usual up to 1: raised [short-history]
}

func TestMoreEventsNeverLowerTheScore(t *testing.T) {
	for _, d := range detectors() {
		// EARS C3 as in R moves its limit with the count, and so its score.
		if e, ok := d.(outbreak.EARS); ok && e.Variant == 3 {
			continue
		}
		t.Run(label(d), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				y := drawCounts(t)
				last := len(y) - 1
				y[last] = float64(rapid.IntRange(0, 60).Draw(t, "count"))
				few := d.Weeks(y, last)[0]
				y[last] += float64(rapid.IntRange(1, 40).Draw(t, "more"))
				many := d.Weeks(y, last)[0]
				if many.Score < few.Score || many.P > few.P || few.Status == signal.Raised && many.Status != signal.Raised {
					t.Fatalf("%+v, then with more events %+v", few, many)
				}
			})
		})
	}
}

func TestAlarmScoreAndLimitSayTheSame(t *testing.T) {
	for _, d := range detectors() {
		t.Run(label(d), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				y := drawCounts(t)
				up := false // a sum without reset may stay up whatever the week brings: see limitOf
				for _, w := range d.Weeks(y, 110) {
					if !w.Status.Judged() || w.Observed == 0 {
						continue
					}
					raised := w.Status == signal.Raised
					c, isSum := d.(outbreak.CUSUM)
					stays := isSum && !c.Reset && up && raised
					up = raised
					if stays {
						continue
					}
					if raised != (w.Observed > w.Upper) || raised != (w.Score > 1) {
						t.Fatalf("%+v", w)
					}
				}
			})
		})
	}
}

func TestLaterWeeksDoNotMatter(t *testing.T) {
	for _, d := range detectors() {
		t.Run(label(d), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				y := drawCounts(t)
				kept := slices.Clone(y)
				all := d.Weeks(y, 120)
				cut := rapid.IntRange(121, len(y)).Draw(t, "cut")
				if diff := cmp.Diff(d.Weeks(y[:cut], 120), all[:cut-120], exact); diff != "" {
					t.Fatalf("judged before and after the next weeks came in: %s", diff)
				}
				if diff := cmp.Diff(kept, y, exact); diff != "" {
					t.Fatalf("the counts were changed: %s", diff)
				}
			})
		})
	}
}

func TestEdgeSeries(t *testing.T) {
	nan := math.NaN()
	repeat := func(n int, v float64) []float64 { return slices.Repeat([]float64{v}, n) }
	for _, c := range []struct {
		name   string
		y      []float64
		status signal.Status // of Predictive in the last week
		why    string
	}{
		{"one week", []float64{3}, signal.TooFew, "nothing to compare with"},
		{"five weeks before", append(repeat(5, 1), 9), signal.TooFew, "six are needed"},
		{"eight silent weeks, then two reports", append(repeat(8, 0), 2), signal.Raised, "two in a week after none in eight"},
		{"eight silent weeks, then one report", append(repeat(8, 0), 1), signal.Quiet, "a single report is no alarm"},
		{"silent for years", repeat(300, 0), signal.Quiet, "nothing happens"},
		{"constant", repeat(300, 7), signal.Quiet, "as always"},
		{"last week not observed", append(repeat(50, 3), nan), signal.TooFew, "it was not looked at"},
		{"past not observed", append(repeat(50, nan), 3), signal.TooFew, "nothing was looked at before"},
		{"large counts", append(repeat(60, 1e6), 2e6), signal.Raised, "double"},
		{"not whole", append(repeat(60, 2.5), 2.5), signal.Quiet, "counts corrected for late reports"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, d := range detectors() {
				for _, w := range d.Weeks(c.y, 0) {
					if w.Status.Judged() && math.IsNaN(w.Observed) {
						t.Errorf("%s judges week %d, which was not observed", label(d), w.Index)
					}
				}
			}
			last := len(c.y) - 1
			if w := outbreak.DefaultPredictive().Weeks(c.y, last)[0]; w.Status != c.status {
				t.Errorf("%+v, want %v: %s", w, c.status, c.why)
			}
		})
	}
}

func TestTwoHighWeeksAreFoundSooner(t *testing.T) {
	rng := source(4, 4)
	y := make([]float64, 150)
	for i := range y {
		y[i] = draw(rng, 5, 1)
	}
	last := len(y) - 1
	y[last-1], y[last] = 5, 10
	alone := outbreak.DefaultPredictive().Weeks(y, last)[0]
	y[last-1] = 11
	second := outbreak.DefaultPredictive().Weeks(y, last)[0]
	if !(second.P < alone.P) || !(second.Upper < alone.Upper) || second.Expected != alone.Expected {
		t.Errorf("after a usual week %+v, after a high one %+v", alone, second)
	}
}

func TestLastingStepIsANewLevel(t *testing.T) {
	rng := source(5, 5)
	var y []float64
	for i := range 360 {
		mean := 20.0
		if i >= 300 {
			mean = 40
		}
		y = append(y, draw(rng, mean, 1.2))
	}
	weeks := outbreak.DefaultPredictive().Weeks(y, 0)
	if w := weeks[303]; w.Status != signal.Raised {
		t.Errorf("in the fourth week of the step: %+v", w)
	}
	if w := weeks[359]; w.Expected < 36 || w.Expected > 44 {
		t.Errorf("a year on %v are expected, want about 40", w.Expected)
	}
}

func TestPastOutbreakIsSetDown(t *testing.T) {
	rng := source(6, 6)
	y := make([]float64, 160)
	for i := range y {
		y[i] = draw(rng, 3, 1)
	}
	last := len(y) - 1
	clean := outbreak.DefaultPredictive().Weeks(y, last)[0]
	for u := 120; u < 124; u++ {
		y[u] += 15
	}
	marked := outbreak.DefaultPredictive().Weeks(y, last)[0]
	if math.Abs(marked.Expected-clean.Expected) > 0.15*clean.Expected || marked.Upper > clean.Upper+1 {
		t.Errorf("expected %.2f, usual up to %v; with a past outbreak of 60 events %.2f and %v", clean.Expected, clean.Upper, marked.Expected, marked.Upper)
	}
}

// watchTable draws a table of strata, one of them with an outbreak in the last week.
func watchTable(seed uint64, strata int) *tally.Table {
	monday := incident.NewDay(2023, 1, 2)
	var names []tally.Stratum
	for s := range strata {
		names = append(names, tally.Stratum{Dimension: "category", Value: fmt.Sprint(s)})
	}
	counts := tally.New(monday, monday+7*99, names)
	rng := source(seed, 2)
	for w := range counts.Weeks {
		for s := range strata {
			mean := []float64{0.05, 0.5, 3, 20}[s%4]
			if s == 5 && w == 99 {
				mean += 15
			}
			counts.Counts[w*strata+s] = int32(draw(rng, mean, 1.3))
		}
	}
	counts.SetUnobserved(99, 7)
	for w := range 90 {
		counts.SetUnobserved(w, 9)
	}
	return counts
}

func TestWatch(t *testing.T) {
	counts := watchTable(1, 24)
	sunday := counts.Weeks[99] + 6
	sigs := outbreak.Watch(counts, outbreak.Default(sunday))
	if len(sigs) != 24 {
		t.Fatalf("%d signals for 24 strata", len(sigs))
	}
	for s, sig := range sigs {
		if sig.Stratum != counts.Strata[s] || sig.Week != counts.Weeks[99] || sig.Detector != "predictive" {
			t.Errorf("signal %d is %+v", s, sig)
		}
	}
	if sigs[5].Status != signal.Raised {
		t.Errorf("the planted outbreak: %+v", sigs[5])
	}
	if sigs[7].Status != signal.TooFew {
		t.Errorf("a stratum not observed: %+v", sigs[7])
	}
	if sigs[9].Status == signal.TooFew || !slices.Contains(sigs[9].Caveats, caveat.ShortHistory) {
		t.Errorf("nine weeks of history: %+v", sigs[9])
	}
	// On the Saturday the week is not over: the week before is judged.
	if early := outbreak.Watch(counts, outbreak.Default(sunday-1)); early[0].Week != counts.Weeks[98] {
		t.Errorf("on a Saturday the week of %v is judged", early[0].Week)
	}
	if late := outbreak.Watch(counts, outbreak.Default(sunday+7)); late[5].Status != signal.TooFew || !math.IsNaN(late[5].Expected) {
		t.Errorf("a week that is not in the table: %+v", late[5])
	}
	c := outbreak.Default(sunday)
	c.Detector = outbreak.DefaultEARS(2)
	if other := outbreak.Watch(counts, c); other[5].Detector != "ears-c2" || other[5].Status != signal.Raised {
		t.Errorf("by another method: %+v", other[5])
	}
}

func TestWatchDoesNotDependOnLaterWeeks(t *testing.T) {
	counts := watchTable(2, 12)
	day := counts.Weeks[80] + 6
	before := outbreak.Watch(counts, outbreak.Default(day))
	for w := 81; w < 100; w++ {
		for s := range 12 {
			counts.Counts[w*12+s] = 500
		}
	}
	if d := cmp.Diff(before, outbreak.Watch(counts, outbreak.Default(day)), exact); d != "" {
		t.Error(d)
	}
}

func TestWatchIsTheSameOnAnyNumberOfCores(t *testing.T) {
	counts := watchTable(3, 70)
	c := outbreak.Default(counts.Weeks[99] + 6)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := outbreak.Watch(counts, c)
	runtime.GOMAXPROCS(2)
	if d := cmp.Diff(one, outbreak.Watch(counts, c), exact); d != "" {
		t.Error(d)
	}
}

func TestPermutingStrataPermutesFindings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := watchTable(rapid.Uint64Range(0, 9).Draw(t, "seed"), 12)
		order := rapid.Permutation([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}).Draw(t, "order")
		turned := tally.New(counts.Weeks[0], counts.Weeks[99], make([]tally.Stratum, 12))
		for to, from := range order {
			turned.Strata[to] = counts.Strata[from]
			for w := range counts.Weeks {
				turned.Counts[w*12+to] = counts.Counts[w*12+from]
				if !counts.Observed(w, from) {
					turned.SetUnobserved(w, to)
				}
			}
		}
		c := outbreak.Default(counts.Weeks[99] + 6)
		a, b := outbreak.Watch(counts, c), outbreak.Watch(turned, c)
		// What strata have in common is a sum over them, so another order may round differently.
		rounding := cmp.Options{cmpopts.EquateNaNs(), cmpopts.EquateApprox(1e-6, 1e-9)}
		for to, from := range order {
			if d := cmp.Diff(a[from], b[to], rounding); d != "" {
				t.Fatal(d)
			}
		}
	})
}

func TestValidate(t *testing.T) {
	bad := map[string]outbreak.Detector{
		"no years":            flexible(func(f *outbreak.Flexible) { f.Years = 0 }),
		"window of a year":    flexible(func(f *outbreak.Flexible) { f.HalfWindow = 26 }),
		"60 periods":          flexible(func(f *outbreak.Flexible) { f.Periods = 60 }),
		"half the year":       flexible(func(f *outbreak.Flexible) { f.NotIncluded = 60 }),
		"negative threshold":  flexible(func(f *outbreak.Flexible) { f.WeightsThreshold = -1 }),
		"trend p above one":   flexible(func(f *outbreak.Flexible) { f.TrendP = 2 }),
		"alpha of zero":       flexible(func(f *outbreak.Flexible) { f.Alpha = 0 }),
		"EARS C4":             outbreak.EARS{Variant: 4, Alpha: 0.01},
		"CUSUM without limit": outbreak.CUSUM{K: 1},
		"Bayes of no weeks":   outbreak.Bayes{Alpha: 0.05},
		"carry of two":        func() outbreak.Detector { p := outbreak.DefaultPredictive(); p.Carry = 2; return p }(),
		"no half-life":        func() outbreak.Detector { p := outbreak.DefaultPredictive(); p.HalfLife = 0; return p }(),
		"no prior":            outbreak.Predictive{Alpha: 0.01, HalfLife: 52, MaxWeeks: 300},
	}
	for name, d := range bad {
		if d.Validate() == nil {
			t.Errorf("%s passes", name)
		}
	}
	for _, d := range detectors() {
		if err := d.Validate(); err != nil {
			t.Errorf("%s: %v", label(d), err)
		}
	}
}
