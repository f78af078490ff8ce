package funnel

import (
	"math"

	"psims/analytics/glm"
)

// Limits gives the lowest and highest value of an organisation with that
// denominator that are not outside, when alpha/2 lies beyond either. They are
// whole numbers of events over the denominator, from the exact distribution:
//
//   - ratios and rates: Poisson; with spread negative binomial, a Poisson count whose
//     mean varies as a gamma with the group's variance;
//   - proportions: binomial; with spread beta-binomial.
//
// Spread may move one end of such a distribution inwards where few events are
// expected; the limits are then those of chance alone, so that spread never narrows.
// NaN if the group can't be judged or the denominator is not above 0.
func (g Group) Limits(denominator, alpha float64) Limits {
	if !g.Judged || !(denominator > 0) {
		return Limits{math.NaN(), math.NaN()}
	}
	lo, hi := g.countLimits(denominator, alpha/2, false)
	if g.Tau > 0 || g.Phi > 1 {
		wideLo, wideHi := g.countLimits(denominator, alpha/2, true)
		lo, hi = min(lo, wideLo), max(hi, wideHi)
	}
	return Limits{lo / denominator, hi / denominator}
}

// countLimits are the lowest and highest count of which more than tail lies at or
// beyond.
func (g Group) countLimits(denominator, tail float64, spread bool) (lo, hi float64) {
	if g.config.Kind == Proportion {
		d := newPart(denominator, g.Target, g.correlation(denominator, spread))
		return d.limits(tail)
	}
	c := g.counts(denominator, spread)
	hi = c.Quantile(1 - tail)
	// Quantile gives the smallest count with at least tail at or below; a count with
	// exactly tail lies outside already.
	if lo = c.Quantile(tail); c.CDF(lo) <= tail {
		lo++
	}
	return lo, hi
}

// tails gives the probability of a count of at most, and of at least, observed: the
// larger of those with and without spread.
func (g Group) tails(denominator, observed float64) (lower, upper float64) {
	lower, upper = g.tailsWith(denominator, observed, false)
	if g.Tau > 0 || g.Phi > 1 {
		wideLower, wideUpper := g.tailsWith(denominator, observed, true)
		lower, upper = max(lower, wideLower), max(upper, wideUpper)
	}
	return lower, upper
}

func (g Group) tailsWith(denominator, observed float64, spread bool) (lower, upper float64) {
	if g.config.Kind == Proportion {
		return newPart(denominator, g.Target, g.correlation(denominator, spread)).tails(observed)
	}
	c := g.counts(denominator, spread)
	return c.CDF(observed), c.Upper(observed)
}

// counts is the distribution of a count: the variance of its mean adds (τ·mean)².
func (g Group) counts(denominator float64, spread bool) glm.Counts {
	mean := g.expected(denominator)
	if !spread {
		return glm.Counts{Mean: mean, Dispersion: 1}
	}
	return glm.Counts{Mean: mean, Dispersion: g.Phi + g.Tau*g.Tau*mean}
}

// correlation is that of two events of one organisation: the variance of a
// proportion is p(1−p)/n·(1 + (n−1)·correlation).
func (g Group) correlation(n float64, spread bool) float64 {
	if !spread || n <= 1 {
		return 0
	}
	between := g.Tau * g.Tau / (g.Target * (1 - g.Target))
	return min(0.9, between+(g.Phi-1)/(n-1))
}

// part is the distribution of how many of n events are of a kind: beta-binomial
// with these parameters, or binomial if a is infinite.
type part struct{ n, p, a, b float64 }

func newPart(n, p, correlation float64) part {
	if correlation == 0 {
		return part{n: n, p: p, a: math.Inf(1), b: math.Inf(1)}
	}
	size := (1 - correlation) / correlation
	return part{n: n, p: p, a: size * p, b: size * (1 - p)}
}

// ratio is P(k+1)/P(k).
func (d part) ratio(k float64) float64 {
	if math.IsInf(d.a, 1) {
		return (d.n - k) / (k + 1) * d.p / (1 - d.p)
	}
	return (d.n - k) / (k + 1) * (d.a + k) / (d.b + d.n - k - 1)
}

// probabilities gives those of the counts from first on; the others have less
// than a billionth of a billionth each. They are added from about the mean
// outwards, relative to it, so that nothing overflows and none is lost.
func (d part) probabilities() (first float64, p []float64) {
	middle := math.Floor(d.n * d.p)
	var down, up []float64
	sum, term := 1.0, 1.0
	for k := middle; k > 0; k-- {
		r := d.ratio(k - 1)
		if term /= r; term < 1e-18*sum && r > 1 {
			break
		}
		down = append(down, term)
		sum += term
	}
	term = 1
	for k := middle; k < d.n; k++ {
		r := d.ratio(k)
		if term *= r; term < 1e-18*sum && r < 1 {
			break
		}
		up = append(up, term)
		sum += term
	}
	p = make([]float64, 0, len(down)+1+len(up))
	for i := len(down) - 1; i >= 0; i-- {
		p = append(p, down[i]/sum)
	}
	p = append(p, 1/sum)
	for _, t := range up {
		p = append(p, t/sum)
	}
	return middle - float64(len(down)), p
}

// tails gives P(at most k) and P(at least k).
func (d part) tails(k float64) (lower, upper float64) {
	first, p := d.probabilities()
	for i, v := range p {
		at := first + float64(i)
		if at <= k {
			lower += v
		}
		if at >= k {
			upper += v
		}
	}
	return min(1, lower), min(1, upper)
}

// limits gives the lowest and the highest count with more than tail at or beyond it.
func (d part) limits(tail float64) (lo, hi float64) {
	first, p := d.probabilities()
	low, high := 0, len(p)-1
	for sum := p[low]; sum <= tail && low < len(p)-1; sum += p[low] {
		low++
	}
	for sum := p[high]; sum <= tail && high > 0; sum += p[high] {
		high--
	}
	return first + float64(low), first + float64(high)
}
