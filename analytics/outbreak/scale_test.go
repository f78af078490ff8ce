package outbreak_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"psims/analytics/outbreak"
)

// drawLarge draws counts that are overdispersed and never near none, so that no
// floor of a method is touched.
func drawLarge(t *rapid.T) []float64 {
	mean := rapid.Float64Range(20, 60).Draw(t, "mean")
	rng := source(rapid.Uint64().Draw(t, "seed"), 3)
	y := make([]float64, 190)
	for i := range y {
		y[i] = draw(rng, mean, 4)
	}
	return y
}

func scaled(y []float64, by float64) []float64 {
	out := make([]float64, len(y))
	for i, v := range y {
		out[i] = v * by
	}
	return out
}

// Where the variance is estimated freely, counts c times as large have limits c
// times as large.
func TestLimitsScaleWithTheCounts(t *testing.T) {
	for _, d := range []outbreak.Detector{
		outbreak.DefaultEARS(1), outbreak.DefaultEARS(2), outbreak.EARS{Variant: 3, Alpha: 0.025, Published: true},
		flexible(func(f *outbreak.Flexible) { f.Years, f.Threshold = 3, outbreak.Delta }),
		flexible(func(f *outbreak.Flexible) { f.Years, f.Threshold, f.Power = 3, outbreak.Delta, outbreak.Half }),
		flexible(func(f *outbreak.Flexible) { f.Years, f.Threshold, f.Power = 3, outbreak.Delta, outbreak.None }),
		outbreak.Farrington{Years: 3, HalfWindow: 3, Alpha: 0.01, WeightsThreshold: 1, TrendP: 0.05},
	} {
		t.Run(label(d), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				y, last := drawLarge(t), 189
				by := float64(rapid.IntRange(2, 50).Draw(t, "times as many"))
				one, many := d.Weeks(y, last)[0], d.Weeks(scaled(y, by), last)[0]
				if one.Phi < 1.5 {
					t.Skip("the dispersion is near its floor")
				}
				// The dispersion of R's standard errors does not scale; see reference.scale.
				limits := 1e-5
				if d.Name() == "farrington-flexible" {
					limits = 0.02
				}
				if math.Abs(many.Expected-by*one.Expected) > 1e-5*by*one.Expected || math.Abs(many.Upper-by*one.Upper) > limits*by*one.Upper {
					t.Fatalf("%+v, %v times as many: %+v", one, by, many)
				}
			})
		})
	}
}

// A count can't be less regular than Poisson for being larger: limits relative to
// the counts do not grow with them.
func TestRelativeLimitsDoNotGrow(t *testing.T) {
	alone := outbreak.DefaultPredictive()
	alone.Carry = 0 // the weight of the week before hangs on its own p-value
	for _, d := range []outbreak.Detector{
		alone,
		flexible(func(f *outbreak.Flexible) { f.Years = 3 }),
		flexible(func(f *outbreak.Flexible) { f.Years, f.Threshold = 3, outbreak.Muan }),
		outbreak.DefaultBayes(), outbreak.DefaultCUSUM(),
	} {
		t.Run(label(d), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				y, last := drawLarge(t), 189
				by := float64(rapid.IntRange(2, 50).Draw(t, "times as many"))
				one, many := d.Weeks(y, last)[0], d.Weeks(scaled(y, by), last)[0]
				// Small counts are drawn a little to their priors, and Predictive's values of the
				// dispersion stand up to 1.7 times apart, its limits thus up to a seventh.
				if math.Abs(many.Expected-by*one.Expected) > 0.06*by*one.Expected || many.Upper > by*(one.Upper+1)*1.2 {
					t.Fatalf("%+v, %v times as many: %+v", one, by, many)
				}
			})
		})
	}
}

// What is expected is in proportion to the exposure of the judged week.
func TestExpectedIsInProportionToExposure(t *testing.T) {
	for _, d := range exposed() {
		t.Run(label(d), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				y, last := drawLarge(t), 189
				by := rapid.Float64Range(0.2, 5).Draw(t, "times the exposure")
				e := outbreak.Exposure{Log: make([]float64, len(y))}
				one := d.Judge(y, e, last)[0]
				e.Log[last] = math.Log(by)
				many := d.Judge(y, e, last)[0]
				if math.Abs(many.Expected-by*one.Expected) > 1e-9*by*one.Expected {
					t.Fatalf("%v are expected, at %v times the exposure %v", one.Expected, by, many.Expected)
				}
			})
		})
	}
}

func TestRarerAlarmsHaveHigherLimits(t *testing.T) {
	for name, at := range map[string]func(alpha float64) outbreak.Detector{
		"predictive": func(a float64) outbreak.Detector { p := outbreak.DefaultPredictive(); p.Alpha = a; return p },
		"nb-plugin": func(a float64) outbreak.Detector {
			return flexible(func(f *outbreak.Flexible) { f.Years, f.Alpha = 2, a })
		},
		"delta": func(a float64) outbreak.Detector {
			return flexible(func(f *outbreak.Flexible) { f.Years, f.Alpha, f.Threshold = 2, a, outbreak.Delta })
		},
		"muan": func(a float64) outbreak.Detector {
			return flexible(func(f *outbreak.Flexible) { f.Years, f.Alpha, f.Threshold = 2, a, outbreak.Muan })
		},
		"farrington": func(a float64) outbreak.Detector {
			return outbreak.Farrington{Years: 2, HalfWindow: 3, Alpha: a, WeightsThreshold: 1, TrendP: 0.05}
		},
		"ears-c1": func(a float64) outbreak.Detector { return outbreak.EARS{Variant: 1, Alpha: a} },
		"ears-c2": func(a float64) outbreak.Detector { return outbreak.EARS{Variant: 2, Alpha: a} },
		"ears-c3": func(a float64) outbreak.Detector { return outbreak.EARS{Variant: 3, Alpha: a, Published: true} },
		"bayes":   func(a float64) outbreak.Detector { return outbreak.Bayes{HalfWindow: 6, Alpha: a} },
	} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				y := drawCounts(t)
				rare := rapid.Float64Range(0.0005, 0.1).Draw(t, "alpha")
				often := rare * rapid.Float64Range(1, 4).Draw(t, "times as often")
				high, low := at(rare).Weeks(y, 125), at(often).Weeks(y, 125)
				for i, w := range high {
					if w.Upper < low[i].Upper {
						t.Fatalf("alpha %v: %+v, alpha %v: %+v", rare, w, often, low[i])
					}
				}
			})
		})
	}
}
