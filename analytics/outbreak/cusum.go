package outbreak

import (
	"errors"
	"math"

	"psims/analytics/glm"
	"psims/analytics/signal"
)

// CUSUM adds up, week after week, how far the count lies above what is expected,
// and raises the alarm when the sum passes a limit: slow to a single high week,
// quick to a lasting small rise.
//
// Source: Rossi, Lampugnani & Marchi (1999), An approximate CUSUM procedure for
// surveillance of health events, Statistics in Medicine 18.
type CUSUM struct {
	K float64 // allowance: standard deviations above the mean that count for nothing
	H float64 // the sum that raises the alarm
	// Seasonal takes the expected count from a regression with a yearly wave;
	// otherwise it is the mean before the first judged week.
	Seasonal bool
	// Reset starts the sum from zero after an alarm. Without it, as in R's
	// surveillance, one large week keeps the alarm up for many weeks, even with no event.
	Reset bool
}

// DefaultCUSUM gives Rossi's limits for an average of 100 in-control weeks a run,
// with the reset.
func DefaultCUSUM() CUSUM { return CUSUM{K: 1.04, H: 2.26, Reset: true} }

// Name gives the name of the method in every output.
func (c CUSUM) Name() string { return "cusum" }

// Validate says what is wrong with the settings.
func (c CUSUM) Validate() error {
	if !(c.K >= 0) || !(c.H > 0) {
		return errors.New("outbreak: the CUSUM's k must not be negative and h must be positive")
	}
	return nil
}

// Weeks judges every week from from on; the weeks before tell what is expected.
// The sum starts at zero at from and stands still over a missing week. Without a
// single event before from there is no scale, and every week is NotConverged.
//
// Panics if the settings are not valid.
func (c CUSUM) Weeks(y []float64, from int) []Week {
	if err := c.Validate(); err != nil {
		panic(err.Error())
	}
	from = max(0, from)
	mean := c.expect(y, min(from, len(y)))
	sum := 0.0
	return judge(y, Exposure{}, from, func(t int) Week {
		if mean == nil {
			return blank(y, t, signal.TooFew)
		}
		m := mean(t)
		w := blank(y, t, signal.NotConverged)
		w.Expected = m
		if !(m > 0) {
			return w
		}
		w.Upper = limitOf(m, c.H+c.K-sum)
		sum = max(0, sum+rossi(y[t], m)-c.K)
		w.Score = share(w)
		w.Status = raise(sum > c.H)
		if sum > c.H && c.Reset {
			sum = 0
		}
		return w
	})
}

// rossi turns a Poisson count into a nearly standard normal value.
func rossi(y, m float64) float64 {
	return (y - 3*m + 2*math.Sqrt(y*m)) / (2 * math.Sqrt(m))
}

// limitOf solves rossi(y, m) = z for y. As in R, it is mirrored at 0 where no count
// is low enough: a sum far above its limit stays up whatever the week brings, and the
// limit and score of that week then mean nothing.
func limitOf(m, z float64) float64 {
	inside := 4*m + 2*math.Sqrt(m)*z
	if inside < 0 {
		return 0
	}
	root := math.Sqrt(inside) - math.Sqrt(m)
	return root * root
}

// expect gives what is expected in each week, learnt from the weeks before from.
func (c CUSUM) expect(y []float64, from int) func(t int) float64 {
	var counts, design []float64
	for t, v := range y[:from] {
		if !math.IsNaN(v) {
			counts, design = append(counts, v), append(design, wave(t)...)
		}
	}
	if len(counts) == 0 {
		return nil
	}
	if c.Seasonal {
		var space glm.Workspace
		fit := space.Fit(glm.Problem{X: design, Y: counts})
		coef := append([]float64(nil), fit.Coef...)
		return func(t int) float64 {
			eta := 0.0
			for j, x := range wave(t) {
				eta += x * coef[j]
			}
			return max(math.Exp(eta), leastMean)
		}
	}
	mean := 0.0
	for _, v := range counts {
		mean += v / float64(len(counts))
	}
	return func(int) float64 { return mean }
}

// leastMean keeps the fitted mean off zero, as R does.
const leastMean = 0x1p-52

// wave is the design row of a yearly wave.
func wave(t int) []float64 {
	angle := 2 * math.Pi * float64(t+1) / WeeksPerYear
	return []float64{1, math.Sin(angle), math.Cos(angle)}
}
