package outbreak

import (
	"errors"
	"math"

	"psims/analytics/glm"
	"psims/analytics/signal"
)

// Flexible is Farrington's method as made flexible by Noufaily et al. (2013): a
// quasi-Poisson regression on the past years with a step for each part of the
// year and a trend, past outbreaks set down, and a limit from the negative binomial.
//
// Source: Noufaily, Enki, Farrington et al. (2013), An improved algorithm for
// outbreak detection in multiple surveillance systems, Statistics in Medicine 32.
// Differs from the paper, to agree with R's surveillance 1.20.3 row by row: see
// docs/methods/outbreak.md.
type Flexible struct {
	Years       int       // b: years of reference
	HalfWindow  int       // w: weeks either side of the same week
	Periods     int       // parts of the year; 1 uses only the weeks about the same week
	NotIncluded int       // most recent weeks left out; no effect when Periods is 1
	Threshold   Threshold // how the upper limit is found
	Power       Power     // transformation for Threshold Delta
	Alpha       float64   // one-sided chance of an alarm when nothing is unusual
	// WeightsThreshold is the Anscombe residual above which a past week is set
	// down; +Inf sets none down.
	WeightsThreshold float64
	// TrendP keeps a trend whose two-sided p is below; 0 never keeps one.
	TrendP float64
	// Limit54 gives no alarm on fewer than 5 events in the last 4 weeks.
	Limit54 bool
}

// MinEvents in the last MinEventsWeeks are needed for an alarm with Limit54.
//
// Source: Farrington et al. (1996) 3.8.
const (
	MinEvents      = 5
	MinEventsWeeks = 4
)

// trendYears are the years of reference below which no trend is tried (Farrington 1996, 3.4).
const trendYears = 3

// DefaultFlexible gives the settings recommended by Noufaily et al. (2013) 5.
func DefaultFlexible() Flexible {
	return Flexible{
		Years: 5, HalfWindow: 3, Periods: 10, NotIncluded: 26,
		Threshold: NBPlugin, Power: TwoThirds, Alpha: 0.01,
		WeightsThreshold: 2.58, TrendP: 1, Limit54: true,
	}
}

// noSlope is the change of the log mean a week that is nothing but rounding, as
// in a series of equal counts.
const noSlope = 1e-13

// Name gives the name of the method in every output.
func (f Flexible) Name() string { return "farrington-flexible" }

// Validate says what is wrong with the settings.
func (f Flexible) Validate() error {
	switch {
	case f.Years < 1:
		return errors.New("outbreak: years of reference must be 1 or more")
	case f.HalfWindow < 0 || 2*f.HalfWindow+1 > WeeksPerYear:
		return errors.New("outbreak: half-window must lie between 0 and 25 weeks")
	case f.Periods < 1 || f.Periods > 1 && f.Periods-1 > WeeksPerYear-2*f.HalfWindow-1:
		return errors.New("outbreak: periods must be 1 or more, and fit in the year beside the window")
	case f.NotIncluded < 0 || f.NotIncluded > WeeksPerYear:
		return errors.New("outbreak: weeks not included must lie between 0 and 52")
	case !(f.WeightsThreshold >= 0):
		return errors.New("outbreak: the weights threshold must not be negative (infinite sets no week down)")
	case !(f.TrendP >= 0 && f.TrendP <= 1):
		return errors.New("outbreak: the trend's p must lie between 0 and 1")
	}
	return validAlpha(f.Alpha)
}

func validAlpha(alpha float64) error {
	if !(alpha > 0 && alpha < 0.5) {
		return errors.New("outbreak: alpha must lie between 0 and 0.5")
	}
	return nil
}

// Weeks judges every week from from on. A week without the full years of
// reference is TooFew; so is, with Limit54, one with too few recent events, which
// still has its numbers.
//
// Panics if the settings are not valid.
func (f Flexible) Weeks(y []float64, from int) []Week { return f.Judge(y, Exposure{}, from) }

// Judge is Weeks with a known exposure: an offset of the regression. Its
// uncertainty adds to the variance of the log mean, also with NBPlugin, which
// knows no other.
func (f Flexible) Judge(y []float64, e Exposure, from int) []Week {
	if err := f.Validate(); err != nil {
		panic(err.Error())
	}
	r := reference{exposure: e}
	r.cut(f)
	return judge(y, e, from, func(t int) Week { return f.one(&r, y, t, f.limit) })
}

// one judges week t; limit fills in the limits from the log mean and its standard error.
func (f Flexible) one(r *reference, y []float64, t int, limit func(w *Week, eta, se float64)) Week {
	if t-WeeksPerYear*f.Years-f.HalfWindow < 0 {
		return blank(y, t, signal.TooFew)
	}
	r.collect(y, t, f)
	if len(r.counts) == 0 {
		return blank(y, t, signal.TooFew)
	}
	r.fit.Load(r.counts, r.group, r.time, r.groups)
	r.fit.Offset(r.offset)
	fit := r.regress(f.Years >= trendYears && f.TrendP > 0, f.WeightsThreshold)
	if fit.Trend && !(fit.Converged && f.keepsTrend(r, fit, t)) {
		fit = r.regress(false, f.WeightsThreshold)
	}
	if !fit.Converged || fit.DF < 1 {
		return blank(y, t, signal.NotConverged)
	}
	eta, se := r.fit.Predict(uint8(r.groups-1), int32(t))
	eta += r.exposure.at(t)
	w := blank(y, t, signal.NotConverged)
	if math.IsNaN(eta) {
		return w
	}
	w.Expected, w.Phi, w.Trend = math.Exp(eta), max(1, fit.Dispersion()), fit.Trend
	if f.Threshold != NBPlugin {
		se *= math.Sqrt(r.scale(fit, w.Phi))
	}
	if sd := r.exposure.SD; sd > 0 {
		if f.Threshold == NBPlugin {
			w.Phi += w.Expected * sd * sd
		}
		se = math.Hypot(se, sd)
	}
	limit(&w, eta, se)
	return f.settle(w, y, t)
}

// settle decides on the alarm once the limits are known.
func (f Flexible) settle(w Week, y []float64, t int) Week {
	switch {
	case f.Limit54 && !enough(y, t):
		w.Status = signal.TooFew
	case math.IsNaN(w.Upper) || math.IsInf(w.Upper, 0):
		w.Status = signal.NotConverged // nothing can be above such a limit
	default:
		w.Status = raise(w.Observed > w.Upper && w.Observed > 0)
	}
	return w
}

// enough reports whether the last four weeks hold five events.
func enough(y []float64, t int) bool {
	sum := 0.0
	for u := max(0, t-MinEventsWeeks+1); u <= t; u++ {
		if !math.IsNaN(y[u]) {
			sum += y[u]
		}
	}
	return sum >= MinEvents
}

// keepsTrend reports whether the trend is clear enough and does not run ahead of
// every reference count.
func (f Flexible) keepsTrend(r *reference, fit glm.FactorFit, t int) bool {
	slope, se := r.fit.Slope()
	if math.Abs(slope) < noSlope {
		return false
	}
	if f.TrendP < 1 {
		scale := math.Sqrt(r.scale(fit, fit.Dispersion()))
		if !(glm.StudentTwoSided(slope/(se*scale), float64(fit.DF)) < f.TrendP) {
			return false
		}
	}
	eta, _ := r.fit.Predict(uint8(r.groups-1), int32(t))
	most := 0.0
	for i, c := range r.counts {
		if len(r.offset) > 0 {
			c *= math.Exp(-r.offset[i])
		}
		if c > most {
			most = c
		}
	}
	return math.Exp(eta) <= most
}
