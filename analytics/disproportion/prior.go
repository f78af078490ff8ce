package disproportion

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Prior is how the ratio of seen to expected varies over pairs: a mixture of two
// gamma distributions with these shapes and rates. Share is that of the first,
// which FitPrior makes the one with the larger mean Shape/Rate.
//
// Source: DuMouchel (1999), The American Statistician 53, section 3.
type Prior struct {
	Shape1, Rate1, Shape2, Rate2, Share float64
}

// Validate names the number that is out of range.
func (p Prior) Validate() error {
	for _, v := range []float64{p.Shape1, p.Rate1, p.Shape2, p.Rate2} {
		if !(v > 0) || math.IsInf(v, 1) {
			return fmt.Errorf("shapes and rates of a prior must be above 0, not %v", p)
		}
	}
	if !(p.Share >= 0 && p.Share <= 1) {
		return fmt.Errorf("the share of the prior's first part must be from 0 to 1, not %v", p.Share)
	}
	return nil
}

// Posterior is what is known of one pair's ratio: again a mixture of two gammas.
type Posterior struct {
	Q                            float64 // the first part's probability
	Shape1, Rate1, Shape2, Rate2 float64
}

// Posterior gives what is known of the ratio after n events where expected were
// expected. A count is Poisson with the mean ratio × expected.
//
// Panics if n is negative, or expected is negative, NaN, or zero with n above 0.
func (p Prior) Posterior(n int, expected float64) Posterior {
	if n < 0 || !(expected >= 0) || expected == 0 && n > 0 {
		panic(fmt.Sprintf("disproportion: %d events where %v were expected", n, expected))
	}
	k := float64(n)
	return Posterior{
		Q:      p.posteriorShare(k, expected),
		Shape1: p.Shape1 + k, Rate1: p.Rate1 + expected,
		Shape2: p.Shape2 + k, Rate2: p.Rate2 + expected,
	}
}

// posteriorShare is the probability of the first part after k events.
func (p Prior) posteriorShare(k, expected float64) float64 {
	switch p.Share {
	case 0, 1:
		return p.Share
	}
	difference := logMarginal(k, expected, p.Shape2, p.Rate2) - logMarginal(k, expected, p.Shape1, p.Rate1)
	return 1 / (1 + math.Exp(difference)*(1-p.Share)/p.Share)
}

// logMarginal is the log probability of k events under one gamma, a negative
// binomial one, without the factor of k alone that both parts share.
func logMarginal(k, expected, shape, rate float64) float64 {
	if k == 0 {
		return -shape * math.Log1p(expected/rate)
	}
	return risingLog(shape, k) - shape*math.Log1p(expected/rate) + k*math.Log(expected/(rate+expected))
}

// risingLog is log Γ(shape+k)/Γ(shape).
func risingLog(shape, k float64) float64 {
	a, _ := math.Lgamma(shape + k)
	b, _ := math.Lgamma(shape)
	return a - b
}

// GeometricMean is exp of the expected logarithm of the ratio: the EBGM.
func (p Posterior) GeometricMean() float64 {
	mean := 0.0
	if p.Q > 0 {
		mean += p.Q * (mathext.Digamma(p.Shape1) - math.Log(p.Rate1))
	}
	if p.Q < 1 {
		mean += (1 - p.Q) * (mathext.Digamma(p.Shape2) - math.Log(p.Rate2))
	}
	return math.Exp(mean)
}

// CDF is the probability that the ratio is at most x.
func (p Posterior) CDF(x float64) float64 {
	if !(x > 0) {
		return 0
	}
	sum := 0.0
	if p.Q > negligible {
		sum += p.Q * mathext.GammaIncReg(p.Shape1, x*p.Rate1)
	}
	if 1-p.Q > negligible {
		sum += (1 - p.Q) * mathext.GammaIncReg(p.Shape2, x*p.Rate2)
	}
	return sum
}

// negligible is the share of a part that is left out.
const negligible = 1e-14

// Quantile is the x that the ratio is below with probability prob, to about 12
// digits: Newton's method on log x, held between what is known to be too low and
// too high.
//
// Panics if prob is not between 0 and 1.
func (p Posterior) Quantile(prob float64) float64 {
	if !(prob > 0 && prob < 1) {
		panic(fmt.Sprintf("disproportion: quantile of %v", prob))
	}
	lg1, _ := math.Lgamma(p.Shape1)
	lg2, _ := math.Lgamma(p.Shape2)
	t := math.Log(p.guess(prob))
	lo, hi := math.Inf(-1), math.Inf(1)
	for range 200 {
		x := math.Exp(t)
		miss := p.CDF(x) - prob
		if miss < 0 {
			lo = t
		} else {
			hi = t
		}
		// density is that of log x.
		density := 0.0
		if p.Q > negligible {
			density += p.Q * math.Exp(p.Shape1*(math.Log(p.Rate1)+t)-p.Rate1*x-lg1)
		}
		if 1-p.Q > negligible {
			density += (1 - p.Q) * math.Exp(p.Shape2*(math.Log(p.Rate2)+t)-p.Rate2*x-lg2)
		}
		step := -miss / density
		next := t + step
		switch {
		case math.Abs(step) < 1e-7: // the error left is of the order of its square
			return math.Exp(next)
		case next > lo && next < hi && math.Abs(step) < 3:
		case math.IsInf(lo, -1):
			next = t - 2
		case math.IsInf(hi, 1):
			next = t + 2
		default:
			next = lo + (hi-lo)/2
		}
		t = next
	}
	return math.Exp(t)
}

// guess is Wilson and Hilferty's quantile of the gamma with the mixture's mean and
// variance; below 0 it falls back on the power the lower tail begins with.
func (p Posterior) guess(prob float64) float64 {
	mean1, mean2 := p.Shape1/p.Rate1, 0.0
	mean, variance := p.Q*mean1, p.Q*mean1/p.Rate1
	if p.Q < 1 {
		mean2 = p.Shape2 / p.Rate2
		mean += (1 - p.Q) * mean2
		variance += (1-p.Q)*mean2/p.Rate2 + p.Q*(1-p.Q)*(mean1-mean2)*(mean1-mean2)
	}
	shape := mean * mean / variance
	cube := 1 - 1/(9*shape) + mathext.NormalQuantile(prob)/(3*math.Sqrt(shape))
	if cube > 0.2 {
		return mean * cube * cube * cube
	}
	lg, _ := math.Lgamma(shape + 1)
	return mean / shape * math.Exp((math.Log(prob)+lg)/shape)
}
