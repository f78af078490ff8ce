package outbreak

import (
	"errors"
	"math"

	"psims/analytics/signal"

	"gonum.org/v1/gonum/mathext"
)

// EARS is one of the three methods of the Early Aberration Reporting System: the
// mean and standard deviation of the last seven weeks.
//
// Source: Hutwagner, Thompson, Seeman & Treadwell (2003), The bioterrorism
// preparedness and response Early Aberration Reporting System, J Urban Health 80.
// Differs: C3 follows R's surveillance 1.20.3, whose alarm tells of the two weeks
// before and whose limit moves with the week's own count. Published restores the
// sum over three weeks of the source.
type EARS struct {
	Variant   int     // 1, 2 or 3
	Alpha     float64 // one-sided
	Published bool    // C3 as published
}

// earsBaseline is the length of the baseline in weeks; earsLag is how far C2 and
// C3 keep it from the judged week.
const (
	earsBaseline = 7
	earsLag      = 2
)

// DefaultEARS gives the settings of R's earsC for that variant.
func DefaultEARS(variant int) EARS {
	e := EARS{Variant: variant, Alpha: 0.001}
	if variant == 3 {
		e.Alpha = 0.025
	}
	return e
}

// Name gives the name of the method in every output.
func (e EARS) Name() string { return "ears-c" + string(rune('0'+e.Variant)) }

// Validate says what is wrong with the settings.
func (e EARS) Validate() error {
	if e.Variant < 1 || e.Variant > 3 {
		return errors.New("outbreak: the EARS variant must be 1, 2 or 3")
	}
	return validAlpha(e.Alpha)
}

// Weeks judges every week from from on. A week without a whole baseline is TooFew;
// C3 on a baseline that does not vary is NotConverged.
//
// Panics if the settings are not valid.
func (e EARS) Weeks(y []float64, from int) []Week {
	if err := e.Validate(); err != nil {
		panic(err.Error())
	}
	z := mathext.NormalQuantile(1 - e.Alpha)
	return judge(y, Exposure{}, from, func(t int) Week {
		if e.Variant == 3 {
			return e.third(y, t, z)
		}
		lag := 0
		if e.Variant == 2 {
			lag = earsLag
		}
		mean, sd, ok := recent(y, t, lag)
		if !ok {
			return blank(y, t, signal.TooFew)
		}
		w := Week{Index: t, Observed: y[t], Expected: mean, Lower: max(0, mean-z*sd), Upper: mean + z*sd, Phi: math.NaN()}
		w.P, w.Score = normalUpper(standard(y[t], mean, sd)), share(w)
		w.Status = raise(w.Observed > w.Upper)
		return w
	})
}

func (e EARS) third(y []float64, t int, z float64) Week {
	mean, sd, ok := recent(y, t, earsLag)
	sum := 0.0
	for u := t - 2; u <= t && ok; u++ {
		var m, s float64
		if m, s, ok = recent(y, u, earsLag); ok && (u < t || e.Published) {
			c := standard(y[u], m, s) - 1
			if c > 0 || math.IsNaN(c) {
				sum += c
			}
		}
	}
	if !ok {
		return blank(y, t, signal.TooFew)
	}
	w := blank(y, t, signal.NotConverged)
	w.Expected = mean
	if w.Upper = y[t] + sd*(z-sum); math.IsNaN(w.Upper) {
		return w
	}
	w.Upper = max(0, w.Upper)
	w.Score = share(w)
	w.Status = raise(w.Observed > w.Upper)
	return w
}

// share is the observed count as a multiple of the limit.
func share(w Week) float64 { return w.Observed / max(w.Upper, leastLimit) }

// leastLimit stands for a limit of zero where a score divides by it.
const leastLimit = 1e-9

// standard is the count in standard deviations; 0/0 is NaN.
func standard(y, mean, sd float64) float64 { return (y - mean) / sd }

// recent gives mean and standard deviation of the seven weeks that end lag weeks
// before t; not ok if any is missing.
func recent(y []float64, t, lag int) (mean, sd float64, ok bool) {
	from := t - lag - earsBaseline
	if from < 0 || math.IsNaN(y[t]) {
		return 0, 0, false
	}
	for _, v := range y[from : t-lag] {
		if math.IsNaN(v) {
			return 0, 0, false
		}
		mean += v / earsBaseline
	}
	for _, v := range y[from : t-lag] {
		sd += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(sd / (earsBaseline - 1)), true
}
