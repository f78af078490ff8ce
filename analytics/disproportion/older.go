package disproportion

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// ICApproximate is the information component with the closed form of its 95 %
// interval that many programs print. Source: Norén, Hopstadius & Bate (2013),
// Statistical Methods in Medical Research 22, section 2.
func (c Cell) ICApproximate() Interval {
	a := float64(c.A) + 0.5
	ic, root := math.Log2(a/(c.Expected+0.5)), math.Sqrt(a)
	return Interval{ic, ic - 3.3/root - 2/(a*root), ic + 2.4/root - 0.5/(a*root)}
}

// BCPNN is the information component of Bate et al. (1998), European Journal of
// Clinical Pharmacology 54, with its exact mean and variance under beta priors
// (Gould 2003, Pharmacoepidemiology and Drug Safety 12), and the lower 2.5 % point
// of the normal distribution with these. It is the older form of IC, for
// comparison with other programs.
func (c Cell) BCPNN() (mean, variance, lower float64) {
	n, row, col, both := float64(c.Total()), float64(c.A+c.B), float64(c.A+c.C), float64(c.A)
	rest := n - both - 1 + (2+n)*(2+n)/((1+col)*(1+row))
	mean = (meanLog(1+both, rest) - meanLog(1+row, 1+n-row) - meanLog(1+col, 1+n-col)) / math.Ln2
	variance = (spread(1+both, rest) + spread(1+row, 1+n-row) + spread(1+col, 1+n-col)) / (math.Ln2 * math.Ln2)
	return mean, variance, mean - normal975*math.Sqrt(variance)
}

// meanLog is the mean, and spread the variance, of the logarithm of a share with
// the beta distribution of a and b.
func meanLog(a, b float64) float64 { return mathext.Digamma(a) - mathext.Digamma(a+b) }
func spread(a, b float64) float64  { return mathext.Zeta(2, a) - mathext.Zeta(2, a+b) }
