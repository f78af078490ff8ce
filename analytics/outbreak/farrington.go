package outbreak

import "gonum.org/v1/gonum/mathext"

// Farrington is the original method of Farrington et al. (1996): a quasi-Poisson
// regression on the weeks about the same week of past years, with a trend where
// there is one and past outbreaks set down.
//
// Source: Farrington, Andrews, Beale & Catchpole (1996), A statistical algorithm
// for the early detection of outbreaks of infectious disease, JRSS A 159, section 3.
type Farrington struct {
	Years      int     // b: years of reference
	HalfWindow int     // w: weeks either side of the same week
	Alpha      float64 // two-sided, as in the paper: an alarm on chance has probability Alpha/2
	Power      Power
	// WeightsThreshold is the Anscombe residual above which a past week is set down.
	WeightsThreshold float64
	// TrendP keeps a trend whose two-sided p is below; 0 never keeps one.
	TrendP float64
	// Limit54 gives no alarm on fewer than 5 events in the last 4 weeks.
	Limit54 bool
}

// DefaultFarrington gives the settings of the paper.
func DefaultFarrington() Farrington {
	return Farrington{Years: 5, HalfWindow: 3, Alpha: 0.01, Power: TwoThirds, WeightsThreshold: 1, TrendP: 0.05, Limit54: true}
}

// Name gives the name of the method in every output.
func (f Farrington) Name() string { return "farrington" }

// flexible gives the settings in which the two methods agree.
func (f Farrington) flexible() Flexible {
	return Flexible{
		Years: f.Years, HalfWindow: f.HalfWindow, Periods: 1, Threshold: Delta, Power: f.Power,
		Alpha: f.Alpha, WeightsThreshold: f.WeightsThreshold, TrendP: f.TrendP, Limit54: f.Limit54,
	}
}

// Validate says what is wrong with the settings.
func (f Farrington) Validate() error { return f.flexible().Validate() }

// Weeks judges every week from from on.
//
// Panics if the settings are not valid.
func (f Farrington) Weeks(y []float64, from int) []Week {
	if err := f.Validate(); err != nil {
		panic(err.Error())
	}
	r := reference{sound: true}
	set := f.flexible()
	r.cut(set)
	z := mathext.NormalQuantile(1 - f.Alpha/2)
	return judge(y, Exposure{}, from, func(t int) Week {
		return set.one(&r, y, t, func(w *Week, _, se float64) { delta(w, se, z, f.Power) })
	})
}
