package disproportion

import (
	"math"

	"psims/analytics/glm"
)

// normal975 is the 97.5 % point of the normal distribution.
const normal975 = 1.9599639845400545

// Relative is the relative reporting ratio: events seen to events expected.
func (c Cell) Relative() float64 { return float64(c.A) / c.Expected }

// PRR is the proportional reporting ratio with its 95 % interval (Evans et al. 2001).
//
// Zeros are taken as they are: without events with both (A = 0) the ratio and its
// lower limit are 0 and the upper limit NaN; without events elsewhere (C = 0) the
// ratio and its upper limit are +Inf and the lower limit NaN; an empty row, or
// nothing outside it, gives NaN.
func (c Cell) PRR() Interval {
	a, b, e, d := c.floats()
	ratio := a / (a + b) / (e / (e + d))
	return logNormal(ratio, 1/a-1/(a+b)+1/e-1/(e+d))
}

// ROR is the reporting odds ratio with its 95 % interval (Woolf 1955). Zeros are
// taken as in PRR: A or D = 0 gives 0, 0, NaN; B or C = 0 gives +Inf, NaN, +Inf.
func (c Cell) ROR() Interval {
	a, b, e, d := c.floats()
	return logNormal(a*d/(b*e), 1/a+1/b+1/e+1/d)
}

// Haldane is the odds ratio with a half added to each of the four counts, which is
// finite whatever is zero.
func (c Cell) Haldane() Interval {
	a, b, e, d := c.floats()
	a, b, e, d = a+0.5, b+0.5, e+0.5, d+0.5
	return logNormal(a*d/(b*e), 1/a+1/b+1/e+1/d)
}

func (c Cell) floats() (a, b, col, d float64) {
	return float64(c.A), float64(c.B), float64(c.C), float64(c.D)
}

// logNormal gives the 95 % interval of a ratio whose logarithm has that variance.
func logNormal(ratio, variance float64) Interval {
	half := normal975 * math.Sqrt(variance)
	return Interval{ratio, math.Exp(math.Log(ratio) - half), math.Exp(math.Log(ratio) + half)}
}

// ChiSquared is Pearson's χ² with one degree of freedom, with Yates' correction if
// wanted (which never moves a count past what is expected). NaN if a margin is 0.
func (c Cell) ChiSquared(yates bool) float64 {
	a, b, e, d := c.floats()
	n := a + b + e + d
	difference := math.Abs(a*d - b*e)
	if yates {
		difference = max(0, difference-n/2)
	}
	// One factor after the other: the product of all four margins may overflow.
	return n * (difference / (a + b) / (e + d)) * (difference / (a + e) / (b + d))
}

// gammaQuantiles holds the 2.5 % and 97.5 % points of the gamma distributions with
// shape a + ½ and rate 1, for the counts a that occur and are below its length.
type gammaQuantiles []Interval

// mostQuantiles bounds the counts of which quantiles are kept.
const mostQuantiles = 1 << 16

func newGammaQuantiles(cells []Cell) gammaQuantiles {
	most := 0
	for _, c := range cells {
		most = max(most, c.A)
	}
	q := make(gammaQuantiles, min(most+1, mostQuantiles))
	for _, c := range cells {
		if c.A < len(q) && q[c.A].Hi == 0 {
			q[c.A] = halfShape(c.A)
		}
	}
	return q
}

func halfShape(a int) Interval {
	p := Posterior{Q: 1, Shape1: float64(a) + 0.5, Rate1: 1}
	return Interval{Lo: p.Quantile(0.025), Hi: p.Quantile(0.975)}
}

// ic is the information component: log₂ of (A+½)/(Expected+½), with IC025 and IC975
// from the gamma posterior of shape A+½ and rate Expected+½.
//
// Source: Norén, Hopstadius & Bate (2013), Statistical Methods in Medical Research
// 22, section 2.
func (q gammaQuantiles) ic(c Cell) Interval {
	var points Interval
	if c.A < len(q) {
		points = q[c.A]
	} else {
		points = halfShape(c.A)
	}
	rate := c.Expected + 0.5
	return Interval{
		math.Log2((float64(c.A) + 0.5) / rate),
		math.Log2(points.Lo / rate), math.Log2(points.Hi / rate),
	}
}

// IC is the information component with its 95 % interval, as in Pair.
func (c Cell) IC() Interval { return gammaQuantiles(nil).ic(c) }

// poissonUpper gives P(at least A | Expected).
func poissonUpper(c Cell) float64 {
	return glm.Counts{Mean: c.Expected, Dispersion: 1}.Upper(float64(c.A))
}

// poissonRange gives the middle 95 % of counts with that mean.
func poissonRange(expected float64) (lo, hi float64) {
	c := glm.Counts{Mean: expected, Dispersion: 1}
	return c.Quantile(0.025), c.Quantile(0.975)
}
