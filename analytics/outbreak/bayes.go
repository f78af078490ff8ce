package outbreak

import (
	"errors"
	"math"

	"psims/analytics/glm"
	"psims/analytics/signal"
)

// Bayes compares a week with the predictive distribution of a Poisson count whose
// mean has Jeffreys' prior and was seen in a few reference weeks.
//
// Source: Riebler (2004), Empirischer Vergleich von statistischen Methoden zur
// Ausbruchserkennung bei Surveillance Daten, section 3.4; Höhle (2007),
// surveillance: an R package, Computational Statistics 22, 3.1.
type Bayes struct {
	Years      int     // b: earlier years of which the weeks about the same week count
	HalfWindow int     // w: weeks either side there, and the weeks just before
	Alpha      float64 // one-sided
}

// DefaultBayes gives R's second setting: the last six weeks and the thirteen about
// the same week of last year.
func DefaultBayes() Bayes { return Bayes{Years: 1, HalfWindow: 6, Alpha: 0.05} }

// Name gives the name of the method in every output.
func (b Bayes) Name() string { return "bayes" }

// Validate says what is wrong with the settings.
func (b Bayes) Validate() error {
	if b.Years < 0 || b.HalfWindow < 0 || b.Years == 0 && b.HalfWindow == 0 {
		return errors.New("outbreak: Bayes needs at least one reference week")
	}
	return validAlpha(b.Alpha)
}

// Weeks judges every week from from on. A week without all its years is TooFew.
//
// Panics if the settings are not valid.
func (b Bayes) Weeks(y []float64, from int) []Week {
	if err := b.Validate(); err != nil {
		panic(err.Error())
	}
	return judge(y, Exposure{}, from, func(t int) Week {
		if t-WeeksPerYear*b.Years-b.HalfWindow < 0 {
			return blank(y, t, signal.TooFew)
		}
		sum, n := 0.0, 0.0
		add := func(from, until int) {
			for _, v := range y[from:until] {
				if !math.IsNaN(v) {
					sum, n = sum+v, n+1
				}
			}
		}
		add(t-b.HalfWindow, t)
		for i := 1; i <= b.Years; i++ {
			same := t - WeeksPerYear*i
			add(same-b.HalfWindow, min(same+b.HalfWindow+1, t))
		}
		if n == 0 {
			return blank(y, t, signal.TooFew)
		}
		// Gamma(sum+½, n)-Poisson is negative binomial of mean (sum+½)/n and
		// variance over mean 1+1/n.
		c := glm.Counts{Mean: (sum + 0.5) / n, Dispersion: 1 + 1/n}
		w := Week{Index: t, Observed: y[t], Expected: c.Mean, Lower: c.Quantile(b.Alpha), Upper: c.Quantile(1 - b.Alpha), Phi: c.Dispersion}
		w.P, w.Score = c.Upper(y[t]), share(w)
		w.Status = raise(w.Observed > w.Upper)
		return w
	})
}
