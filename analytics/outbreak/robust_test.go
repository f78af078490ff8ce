package outbreak_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"psims/analytics/outbreak"
	"psims/analytics/signal"
)

// TestAnySeriesIsAnswered: whatever the levels, jumps and gaps, learning from
// strata gives settings that are valid, and every week has a status with numbers
// to it, or one that says why not.
func TestAnySeriesIsAnswered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weeks := rapid.IntRange(8, 160).Draw(t, "weeks")
		strata := make([][]float64, rapid.IntRange(1, 4).Draw(t, "strata"))
		for s := range strata {
			y := make([]float64, weeks)
			level := rapid.SampledFrom([]float64{0, 0.2, 3, 40, 700, 20000}).Draw(t, "level")
			for i := range y {
				if rapid.IntRange(0, 30).Draw(t, "jump") == 0 {
					level = rapid.SampledFrom([]float64{0, 0.2, 3, 40, 700, 20000}).Draw(t, "level")
				}
				y[i] = math.Round(level * rapid.Float64Range(0.3, 1.9).Draw(t, "factor"))
			}
			from := rapid.IntRange(0, weeks).Draw(t, "unobserved from")
			for i := from; i < min(weeks, from+rapid.IntRange(0, weeks).Draw(t, "unobserved")); i++ {
				y[i] = math.NaN()
			}
			strata[s] = y
		}
		p := outbreak.DefaultPredictive()
		p.Prior = outbreak.Learn(strata, weeks-1, p)
		if err := p.Validate(); err != nil {
			t.Fatalf("what was learnt is not valid: %v: %+v", err, p.Prior)
		}
		for _, y := range strata {
			w := p.Weeks(y, weeks-1)[0]
			if w.Status.Judged() && (math.IsNaN(w.P) || math.IsNaN(w.Expected) || math.IsNaN(w.Upper) || math.IsInf(w.Expected, 0)) {
				t.Fatalf("status %v with the numbers %+v", w.Status, w)
			}
			if w.Status == signal.NotConverged {
				t.Logf("not converged: %v", y)
			}
		}
	})
}
