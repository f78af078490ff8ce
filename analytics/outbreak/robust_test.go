package outbreak_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"psims/analytics/outbreak"
	"psims/analytics/signal"
)

// drawWild draws counts that leap between silence and a thousand million a week,
// in runs of one week to years, and are not observed for a while.
func drawWild(t *rapid.T, weeks int) []float64 {
	y := make([]float64, 0, weeks)
	for len(y) < weeks {
		level := rapid.SampledFrom([]float64{0, 0, 0.2, 3, 40, 700, 20000, 1e6, 1e9}).Draw(t, "level")
		run := rapid.SampledFrom([]int{1, 2, 5, 13, 60, 300}).Draw(t, "run")
		spread := rapid.SampledFrom([]float64{0, 0.7}).Draw(t, "spread")
		for ; run > 0 && len(y) < weeks; run-- {
			y = append(y, math.Round(level*(1+spread*rapid.Float64Range(-1, 1).Draw(t, "factor"))))
		}
	}
	from := rapid.IntRange(0, weeks).Draw(t, "unobserved from")
	for i := from; i < min(weeks, from+rapid.IntRange(0, weeks).Draw(t, "unobserved")); i++ {
		y[i] = math.NaN()
	}
	return y
}

func observed(y []float64) (n int) {
	for _, v := range y {
		if !math.IsNaN(v) {
			n++
		}
	}
	return n
}

// TestAnySeriesIsAnswered: whatever the levels, jumps and gaps, what is learnt from
// strata is valid, and every observed week with six observed weeks before it has
// a judgement with finite numbers.
func TestAnySeriesIsAnswered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weeks := rapid.IntRange(8, 430).Draw(t, "weeks")
		strata := make([][]float64, rapid.IntRange(1, 3).Draw(t, "strata"))
		for s := range strata {
			strata[s] = drawWild(t, weeks)
		}
		p := outbreak.DefaultPredictive()
		if rapid.Bool().Draw(t, "learn") {
			p.Prior = outbreak.Learn(strata, weeks-1, p)
		}
		if err := p.Validate(); err != nil {
			t.Fatalf("what was learnt is not valid: %v: %+v", err, p.Prior)
		}
		for _, y := range strata {
			w := p.Weeks(y, weeks-1)[0]
			if math.IsNaN(y[weeks-1]) || observed(y[:weeks-1]) < 6 {
				if w.Status != signal.TooFew {
					t.Fatalf("status %v of %v", w.Status, y)
				}
				continue
			}
			if !w.Status.Judged() {
				t.Fatalf("status %v of %v", w.Status, y)
			}
			for _, v := range []float64{w.Expected, w.Lower, w.Upper, w.Score, w.P, w.Phi} {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Fatalf("%+v of %v", w, y)
				}
			}
		}
	})
}

// A silent stratum in which thousands of events turn up is judged by what it is
// now: the odds of an outbreak against none are then beyond any float.
func TestLeapOutOfSilence(t *testing.T) {
	for _, leap := range []float64{50, 700, 20000, 1e6, 1e9} {
		for _, weeks := range []int{1, 3, 6, 10, 30} {
			var y []float64
			for i := range 200 + weeks {
				y = append(y, 0)
				if i >= 200 {
					y[i] = leap
				}
			}
			if w := outbreak.DefaultPredictive().Weeks(y, 200)[0]; w.Status != signal.Raised || w.Upper > 5 {
				t.Errorf("the first week of %v: %+v", leap, w)
			}
			y = append(y, leap)
			if w := outbreak.DefaultPredictive().Weeks(y, len(y)-1)[0]; !w.Status.Judged() || math.IsNaN(w.P) {
				t.Errorf("after %d weeks of %v: %+v", weeks, leap, w)
			}
		}
	}
}
