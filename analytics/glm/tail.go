package glm

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Counts is the distribution of a count with the given mean and a variance of
// Dispersion times the mean: negative binomial above 1, Poisson at 1 or below.
//
// Source: for this parametrisation (size μ/(φ−1), probability 1/φ), Noufaily et
// al. (2013), Statistics in Medicine 32, 3.3.
type Counts struct {
	Mean       float64
	Dispersion float64
}

const (
	// LargestMean is the mean from which on a limit no longer says anything; see Quantile.
	LargestMean = 1e12
	// fromZero is the mean times dispersion up to which probabilities are added
	// beginning at none; P(0) is then well above the smallest float.
	fromZero = 400
	// fromCount is the mean times dispersion up to which they are added beginning at
	// the count; beyond it they come from the incomplete beta and gamma functions.
	fromCount = 1e6
	// nearPoisson is the dispersion above 1 that such large means take for Poisson:
	// the negative binomial's size is then beyond what the beta function resolves.
	nearPoisson = 1e-7
)

func (c Counts) excess() float64 { return max(0, c.Dispersion-1) }

// zeroExponent is −log P(0): the mean times log φ/(φ−1), which tends to 1.
func (c Counts) zeroExponent() float64 {
	if x := c.excess(); x > 0 {
		return c.Mean * math.Log1p(x) / x
	}
	return c.Mean
}

// ratio is P(k+1)/P(k) = (μ/φ + k(φ−1)/φ)/(k+1).
func (c Counts) ratio(k float64) float64 {
	x := c.Dispersion - 1
	if x < 0 {
		x = 0
	}
	return (c.Mean + x*k) / ((1 + x) * (k + 1))
}

// Upper gives P(Y ≥ y). It keeps its relative exactness far into the tail.
// NaN if the mean is NaN; 0 for y = +Inf.
func (c Counts) Upper(y float64) float64 {
	upper, _ := c.tail(math.Ceil(y))
	return upper
}

// Middle gives the mid-p value P(Y > y) + P(Y = y)/2 of a whole y, which is about
// uniform where P(Y ≥ y) is too large on average (Lancaster 1961).
func (c Counts) Middle(y float64) float64 {
	upper, at := c.tail(math.Ceil(y))
	return upper - at/2
}

// tail gives P(Y ≥ y) and P(Y = y) of a whole y.
func (c Counts) tail(y float64) (upper, at float64) {
	scale := c.Mean * (1 + c.excess())
	switch {
	case math.IsNaN(c.Mean) || math.IsNaN(c.Dispersion) || math.IsNaN(y):
		return math.NaN(), math.NaN()
	case y < 0:
		return 1, 0
	case math.IsInf(c.Mean, 1):
		return 1, 0
	case math.IsInf(y, 1):
		return 0, 0
	case c.Mean <= 0 && y > 0:
		return 0, 0
	case c.Mean <= 0:
		return 1, 1
	case y == 0:
		return 1, math.Exp(-c.zeroExponent())
	case scale < fromZero && y < 4*fromZero:
		return c.sumFromZero(y)
	}
	at = math.Exp(c.LogProb(y))
	switch {
	case scale < fromCount && y < 4*fromCount:
		return c.sumFromCount(y, at), at
	case c.excess() < nearPoisson:
		return mathext.GammaIncReg(y, c.Mean), at
	}
	return mathext.RegIncBeta(y, c.Mean/c.excess(), 1-1/c.Dispersion), at
}

// sumFromZero adds P(0), P(1), … up to y, and the tail itself when that is most of it.
func (c Counts) sumFromZero(y float64) (upper, at float64) {
	prob, below, k := math.Exp(-c.zeroExponent()), 0.0, 0.0
	for ; k < y; k++ {
		below += prob
		prob *= c.ratio(k)
	}
	if below < 0.5 {
		return 1 - below, prob
	}
	return c.sumUp(k, prob), prob
}

// sumFromCount adds from y, of probability prob, away from the mean.
func (c Counts) sumFromCount(y, prob float64) float64 {
	if y > c.Mean {
		return c.sumUp(y, prob)
	}
	below := 0.0
	for k := y; k > 0 && prob > leastProb; k-- {
		prob /= c.ratio(k - 1)
		if below+prob == below {
			break
		}
		below += prob
	}
	return 1 - below
}

// leastProb is the probability below which a tail is not followed: the smallest
// floats no longer shrink when they are multiplied.
const leastProb = 1e-300

// sumUp adds P(k), P(k+1), … until nothing more is added.
func (c Counts) sumUp(k, prob float64) (sum float64) {
	for ; sum+prob > sum && prob > leastProb; k++ {
		sum += prob
		prob *= c.ratio(k)
	}
	return sum
}

// CDF gives P(Y ≤ y).
func (c Counts) CDF(y float64) float64 { return 1 - c.Upper(math.Floor(y)+1) }

// LogProb gives log P(Y = y) for a whole y ≥ 0.
func (c Counts) LogProb(y float64) float64 {
	if c.Mean <= 0 {
		if y == 0 {
			return 0
		}
		return math.Inf(-1)
	}
	x := c.excess()
	factorial, _ := math.Lgamma(y + 1)
	if x == 0 {
		return y*math.Log(c.Mean) - c.Mean - factorial
	}
	size := c.Mean / x
	// rising is log Γ(size+y)/Γ(size) + y·log(q), q = (φ−1)/φ.
	var rising float64
	if size < 10 {
		a, _ := math.Lgamma(size + y)
		b, _ := math.Lgamma(size)
		rising = a - b + y*math.Log(x/(1+x))
	} else {
		// The difference of Stirling's series: a large size (near Poisson) cancels
		// in it before it is rounded.
		rising = (size-0.5)*math.Log1p(y/size) - y + y*math.Log((c.Mean+x*y)/(1+x)) + Stirling(size+y) - Stirling(size)
	}
	return rising - factorial - c.zeroExponent()
}

// Stirling is what Stirling's formula leaves over of log Γ(z), for z ≥ 10.
func Stirling(z float64) float64 {
	return (1./12 - (1./360-(1./1260-1./1680/(z*z))/(z*z))/(z*z)) / z
}

// Probabilities fills dst[y] with P(Y = y), in one go. For means times dispersion of
// several hundred, P(0) and with it all of them may vanish; LogProb has no such limit.
func (c Counts) Probabilities(dst []float64) {
	prob := math.Exp(-c.zeroExponent())
	for y := range dst {
		dst[y] = prob
		prob *= c.ratio(float64(y))
	}
}

// Quantile gives the smallest count y with P(Y ≤ y) ≥ p. It is NaN for a NaN
// mean and +Inf for a mean above LargestMean, where a limit no longer says anything.
//
// Panics if p is not between 0 and 1.
func (c Counts) Quantile(p float64) float64 {
	switch {
	case !(p > 0 && p < 1):
		panic(fmt.Sprintf("glm: quantile of %v", p))
	case math.IsNaN(c.Mean) || math.IsNaN(c.Dispersion):
		return math.NaN()
	case c.Mean <= 0:
		return 0
	case c.Mean > LargestMean:
		return math.Inf(1)
	case c.Mean*(1+c.excess()) < fromZero:
		return c.sumQuantile(p)
	}
	return c.searchQuantile(p)
}

// sumQuantile adds probabilities from 0 upwards, until the quantile or until
// there is nothing left to add.
func (c Counts) sumQuantile(p float64) float64 {
	prob, k := math.Exp(-c.zeroExponent()), 0.0
	for sum := prob; sum < p; sum += prob {
		prob *= c.ratio(k)
		k++
		if k > c.Mean && sum+prob == sum {
			break
		}
	}
	return k
}

// searchQuantile brackets the quantile from the normal approximation, then halves.
func (c Counts) searchQuantile(p float64) float64 {
	spread := math.Sqrt(c.Mean * (1 + c.excess()))
	guess := math.Floor(c.Mean + spread*mathext.NormalQuantile(p))
	// Invariant: CDF(lo) < p ≤ CDF(hi).
	lo, hi := max(-1, guess-1), max(0, guess+1)
	for step := 1 + math.Floor(spread/8); lo >= 0 && c.CDF(lo) >= p; step *= 2 {
		hi, lo = lo, max(-1, lo-step)
	}
	for step := 1 + math.Floor(spread/8); c.CDF(hi) < p; step *= 2 {
		lo, hi = hi, hi+step
	}
	for hi-lo > 1 {
		if mid := math.Floor(lo + (hi-lo)/2); c.CDF(mid) >= p {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi
}

// StudentTwoSided gives P(|T| ≥ |t|) for Student's t with df degrees of freedom.
func StudentTwoSided(t, df float64) float64 {
	if math.IsNaN(t) || !(df > 0) {
		return math.NaN()
	}
	return mathext.RegIncBeta(df/2, 0.5, df/(df+t*t))
}
