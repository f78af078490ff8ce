package outbreak_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"psims/analytics/outbreak"
	"psims/analytics/signal"
	"psims/datasets/tally"
)

// exposed lists the methods that take an exposure, with two years of reference.
func exposed() []outbreak.Exposed {
	return []outbreak.Exposed{
		outbreak.DefaultPredictive(),
		flexible(func(f *outbreak.Flexible) { f.Years = 2 }),
		flexible(func(f *outbreak.Flexible) { f.Years, f.Threshold = 2, outbreak.Delta }),
		flexible(func(f *outbreak.Flexible) { f.Years, f.Threshold = 2, outbreak.Muan }),
	}
}

func ExamplePredictive_Judge() {
	// From week 150 on twice as many organisations report.
	y, e := make([]float64, 151), outbreak.Exposure{Log: make([]float64, 151)}
	for i := range y {
		y[i] = 20
		if i < 150 {
			y[i], e.Log[i] = 10, math.Log(0.5)
		}
	}
	p := outbreak.DefaultPredictive()
	for name, w := range []outbreak.Week{p.Weeks(y, 150)[0], p.Judge(y, e, 150)[0]} {
		fmt.Printf("%v %v: %.0f where %.0f were expected\n", []string{"as it is,", "with the exposure,"}[name], w.Status, w.Observed, w.Expected)
	}
	// Output:
	// as it is, raised: 20 where 10 were expected
	// with the exposure, quiet: 20 where 20 were expected
}

func TestEqualExposureChangesNothing(t *testing.T) {
	for _, d := range exposed() {
		t.Run(label(d), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				y := drawCounts(t)
				want := d.Weeks(y, 115)
				if diff := cmp.Diff(want, d.Judge(y, outbreak.Exposure{Log: make([]float64, len(y))}, 115), exact); diff != "" {
					t.Fatal(diff)
				}
				e := outbreak.Exposure{Log: make([]float64, len(y))}
				for i := range e.Log {
					e.Log[i] = rapid.SampledFrom([]float64{-1.3}).Draw(t, "common exposure")
				}
				near := cmp.Options{cmpopts.EquateNaNs(), cmpopts.EquateApprox(1e-5, 1e-7)}
				if diff := cmp.Diff(want, d.Judge(y, e, 115), near); diff != "" {
					t.Fatalf("with one exposure for all weeks: %s", diff)
				}
			})
		})
	}
}

// rebased draws three years in which a half, then all of mean would be reported.
func rebased(seed uint64, mean, phi float64) ([]float64, outbreak.Exposure) {
	rng := source(seed, 12)
	y, e := make([]float64, 156), outbreak.Exposure{Log: make([]float64, 156)}
	for i := range y {
		if i < 150 {
			e.Log[i] = math.Log(0.5)
		}
		y[i] = draw(rng, mean*math.Exp(e.Log[i]), phi)
	}
	return y, e
}

func TestKnownStepRaisesNoAlarm(t *testing.T) {
	for _, d := range exposed() {
		var plain, known, found float64
		for seed := range uint64(100) {
			y, e := rebased(seed, 24, 1.3)
			for k, w := range d.Weeks(y, 152) {
				if w.Status == signal.Raised {
					plain++
				}
				if d.Judge(y, e, 152)[k].Status == signal.Raised {
					known++
				}
			}
			y[155] += 24
			if d.Judge(y, e, 155)[0].Status == signal.Raised {
				found++
			}
		}
		t.Logf("%s: of 400 weeks after a known doubling %.0f alarms without, %.0f with the exposure; %.0f of 100 outbreaks found", label(d), plain, known, found)
		if known > 12 || plain < 100 || found < 85 {
			t.Errorf("%s: %v alarms without, %v with the exposure, %v outbreaks found", label(d), plain, known, found)
		}
	}
}

func TestWeeksThatCompareWithNoneAreNotLearntFrom(t *testing.T) {
	for _, d := range exposed() {
		y, e := rebased(3, 12, 1)
		e.Log = make([]float64, len(y))
		gone := append([]float64(nil), y...)
		for i := 40; i < 60; i++ {
			e.Log[i], gone[i] = math.Inf(-1), math.NaN()
		}
		if diff := cmp.Diff(d.Weeks(gone, 150), d.Judge(y, e, 150), exact); diff != "" {
			t.Errorf("%s: %s", label(d), diff)
		}
		e.Log[155] = math.Inf(-1)
		if w := d.Judge(y, e, 155)[0]; w.Status != signal.TooFew {
			t.Errorf("%s: a week that compares with none: %+v", label(d), w)
		}
	}
}

func TestUnsureExposureWidensTheForecast(t *testing.T) {
	for _, d := range exposed() {
		y, e := rebased(4, 40, 1)
		sure := d.Judge(y, e, 155)[0]
		e.SD = 0.2
		unsure := d.Judge(y, e, 155)[0]
		// Muan takes both limits from the upper bound of the mean.
		f, _ := d.(outbreak.Flexible)
		if !(unsure.Upper > sure.Upper) || !(unsure.Lower < sure.Lower || f.Threshold == outbreak.Muan) || math.Abs(unsure.Expected-sure.Expected) > 1e-9*sure.Expected {
			t.Errorf("%s: sure %+v, unsure %+v", label(d), sure, unsure)
		}
	}
}

func TestWatchWithExposure(t *testing.T) {
	counts := watchTable(1, 24)
	c := outbreak.Default(counts.Weeks[99] + 6)
	want := outbreak.Watch(counts, c)
	c.Exposure = make([]outbreak.Exposure, 24)
	if diff := cmp.Diff(want, outbreak.Watch(counts, c), exact); diff != "" {
		t.Errorf("exposures that say nothing: %s", diff)
	}
	// Stratum 7 of four counts a week in four doubles for a known reason.
	for w := 95; w < 100; w++ {
		counts.Counts[w*24+11] *= 3
	}
	e := make([]float64, 100)
	for w := range 95 {
		e[w] = -math.Log(3)
	}
	without := outbreak.Watch(counts, c)[11]
	c.Exposure[11].Log = e
	with := outbreak.Watch(counts, c)[11]
	if without.Status != signal.Raised || with.Status != signal.Quiet || !(with.Expected > 2.5*without.Expected) {
		t.Errorf("without the exposure %+v, with it %+v", without, with)
	}
	c.Detector = outbreak.DefaultFlexible()
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
	c.Detector = outbreak.DefaultEARS(1)
	if c.Validate() == nil {
		t.Error("EARS takes an exposure")
	}
}

func TestBrokenExposuresPanic(t *testing.T) {
	y := make([]float64, 40)
	p := outbreak.DefaultPredictive()
	for name, f := range map[string]func(){
		"too short":    func() { p.Judge(y, outbreak.Exposure{Log: make([]float64, 39)}, 39) },
		"not a number": func() { p.Judge(y[:1], outbreak.Exposure{Log: []float64{math.NaN()}}, 0) },
		"negative SD":  func() { p.Judge(y, outbreak.Exposure{SD: -1}, 39) },
		"fewer strata": func() { outbreak.LearnExposed([][]float64{y, y}, make([]outbreak.Exposure, 1), 39, p) },
		"fewer watched": func() {
			outbreak.Watch(tally.New(0, 70, make([]tally.Stratum, 2)), outbreak.Config{Predictive: p, Exposure: make([]outbreak.Exposure, 1)})
		},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			f()
		})
	}
}
