package spc_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"psims/analytics/signal"
	"psims/analytics/spc"
)

func repeat(v float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = v
	}
	return out
}

func TestAttributeChartsKnownAnswer(t *testing.T) {
	// A fifth of 100 cases: 0.2 ± 3·√(0.2·0.8/100); of 400: half as wide.
	events, of := append(repeat(20, 12), 80), append(repeat(100, 12), 400)
	c := spc.Default().Proportions(events, of)
	for i, want := range map[int][2]float64{0: {0.08, 0.32}, 12: {0.14, 0.26}} {
		b := c.Band(c.Points[i])
		if math.Abs(b.Lower-want[0]) > 1e-12 || math.Abs(b.Upper-want[1]) > 1e-12 || math.Abs(b.Mean-0.2) > 1e-12 {
			t.Errorf("point %d: limits %+v, want %v", i, b, want)
		}
	}
	// 4 in 1,000 bed days: 0.004 ± 3·√(0.004/1000), the lower end 0.
	b := spc.Default().Rates(repeat(4, 13), repeat(1000, 13)).Bands[0]
	if math.Abs(b.Upper-(0.004+3*math.Sqrt(0.004/1000))) > 1e-15 || b.Lower != 0 {
		t.Errorf("limits %+v", b)
	}
}

func TestAttributeChartsJudge(t *testing.T) {
	high := append(repeat(20, 19), 45)
	for name, c := range map[string]struct {
		chart spc.Chart
		want  signal.Status
		last  spc.Variation
	}{
		"a high proportion":            {spc.Default().Proportions(high, repeat(100, 20)), signal.Raised, spc.NeutralHigh},
		"the same of more cases":       {spc.Default().Proportions(high, append(repeat(100, 19), 225)), signal.Quiet, spc.Common},
		"a high rate":                  {spc.Default().Rates(high, repeat(50, 20)), signal.Raised, spc.NeutralHigh},
		"one point":                    {spc.Default().Rates([]float64{3}, []float64{9}), signal.TooFew, spc.Common},
		"the last period not observed": {spc.Default().Proportions(append(repeat(20, 19), math.NaN()), repeat(100, 20)), signal.Quiet, spc.Common},
	} {
		if c.chart.Status != c.want || c.chart.Variation != c.last {
			t.Errorf("%s: %v, %v; want %v, %v", name, c.chart.Status, c.chart.Variation, c.want, c.last)
		}
	}
}

// TestSpreadKeepsFalseAlarmsAway: shares that vary from week to week beyond chance lie
// outside plain limits often, and seldom outside those that allow for it.
func TestSpreadKeepsFalseAlarmsAway(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	outside := map[bool]int{}
	points := 0
	for range 100 {
		events, of := make([]float64, 30), make([]float64, 30)
		for i := range events {
			of[i] = 3000 + float64(rng.IntN(2000))
			share := distuv.Beta{Alpha: 40, Beta: 160, Src: rng}.Rand()
			events[i] = distuv.Binomial{N: of[i], P: share, Src: rng}.Rand()
			points++
		}
		for _, spread := range []bool{false, true} {
			c := spc.Default()
			c.Spread = spread
			for _, p := range c.Proportions(events, of).Points {
				if p.Kind == spc.AboveLimit || p.Kind == spc.BelowLimit {
					outside[spread]++
				}
			}
		}
	}
	if plain, wide := float64(outside[false])/float64(points), float64(outside[true])/float64(points); plain < 0.3 || wide > 0.01 {
		t.Errorf("outside are %.3f with plain limits and %.3f with wide ones", plain, wide)
	}
}

// TestRatesScale: another unit of exposure only changes the unit of the chart.
func TestRatesScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(3, 40).Draw(t, "n")
		events, exposure, scaled := make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range events {
			events[i] = float64(rapid.IntRange(0, 30).Draw(t, "events"))
			exposure[i] = float64(rapid.IntRange(1, 500).Draw(t, "exposure"))
			scaled[i] = 8 * exposure[i]
		}
		c := spc.Default()
		c.Spread = rapid.Bool().Draw(t, "spread")
		a, b := c.Rates(events, exposure), c.Rates(events, scaled)
		for i := range a.Points {
			x, y := a.Band(a.Points[i]), b.Band(b.Points[i])
			if a.Points[i].Kind != b.Points[i].Kind || math.Abs(x.Upper-8*y.Upper) > 1e-9*(1+x.Upper) || math.Abs(x.Lower-8*y.Lower) > 1e-9*(1+x.Lower) {
				t.Fatalf("point %d: %v %+v and %v %+v", i, a.Points[i], x, b.Points[i], y)
			}
		}
	})
}

func TestBrokenAttributesPanic(t *testing.T) {
	for name, broken := range map[string]func(){
		"more events than cases": func() { spc.Default().Proportions([]float64{3}, []float64{2}) },
		"unequal lengths":        func() { spc.Default().Rates([]float64{3}, nil) },
		"a negative count":       func() { spc.Default().Rates([]float64{-1}, []float64{2}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			broken()
		}()
	}
}
