package outbreak

import (
	"math"

	"psims/analytics/glm"

	"gonum.org/v1/gonum/mathext"
)

// Threshold says how Flexible finds its upper limit.
type Threshold uint8

const (
	// NBPlugin takes the quantile of the negative binomial with the estimated
	// mean and dispersion (Noufaily 2013, 3.3).
	NBPlugin Threshold = iota
	// Delta adds the uncertainty of the mean and takes a normal quantile of the
	// transformed count (Farrington 1996, 3.7).
	Delta
	// Muan takes the quantile of the negative binomial whose mean is the upper
	// confidence bound of the estimated mean (Noufaily 2013, 3.3).
	Muan
)

// Power is the transformation under which Delta takes the count to be normal.
type Power uint8

const (
	TwoThirds Power = iota // for skewed small counts (Farrington 1996, 3.7)
	Half                   // the square root
	None
)

func (p Power) exponent() float64 { return [...]float64{2. / 3, 1. / 2, 1}[p] }

// limit fills the limits, the score and the p-value from the log mean and its
// standard error.
func (f Flexible) limit(w *Week, eta, se float64) {
	if f.Threshold == Delta {
		delta(w, se, mathext.NormalQuantile(1-f.Alpha), f.Power)
		return
	}
	c := glm.Counts{Mean: w.Expected, Dispersion: w.Phi}
	if f.Threshold == Muan {
		c.Mean = math.Exp(eta + mathext.NormalQuantile(1-f.Alpha)*se)
	}
	if !(c.Mean < glm.LargestMean) {
		return // a mean without bound (a group of zeros only) has no limit
	}
	w.Lower, w.Upper = c.Quantile(f.Alpha), c.Quantile(1-f.Alpha)
	w.P = c.Upper(w.Observed)
	// R's package takes the score from the log mean, not the mean; it is kept so
	// that scores compare, and it too passes 1 where the count passes the limit.
	w.Score = (w.Observed - eta) / (w.Upper - eta)
}

// delta fills the limits of a count whose power is taken as normal; se is that of
// the log mean.
//
// Source: Farrington et al. (1996) 3.7: U = μ(1 + k·z·√(var)/μ)^(1/k), with
// var = φμ + μ²·var(log μ̂) and k the power.
func delta(w *Week, se, z float64, p Power) {
	k, mu := p.exponent(), w.Expected
	spread := math.Sqrt(w.Phi/mu + se*se)
	bound := func(z float64) float64 { return mu * math.Pow(max(0, 1+k*z*spread), 1/k) }
	w.Lower, w.Upper = bound(-z), bound(z)
	w.Score = (w.Observed - mu) / (w.Upper - mu)
	w.P = normalUpper((math.Pow(w.Observed/mu, k) - 1) / (k * spread))
}

// normalUpper gives P(Z ≥ z).
func normalUpper(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }
