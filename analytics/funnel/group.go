package funnel

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"

	"psims/datasets/caveat"
)

// Group is what a group of similar organisations has in common.
type Group struct {
	Name          string
	Organisations int     // with a count and a denominator
	Target        float64 // the value compared with; NaN if there is none
	// Tau is the standard deviation of the organisations' own values (Additive,
	// Published): relative to the target for ratios and rates, in the value's own
	// unit for proportions. Phi is the factor of the variance (Multiplicative).
	Tau, Phi float64
	Judged   bool // there were enough organisations
	config   Config
}

// deviation is an organisation's distance from the target with its variance by
// chance, both relative to the target for ratios and rates.
type deviation struct{ distance, variance float64 }

// group learns what is usual from its members.
func (c Config) group(name string, members []Organisation) Group {
	g := Group{Name: name, Target: c.Target, Phi: 1, config: c}
	seen, of := 0.0, 0.0
	for _, o := range members {
		if usable(o) {
			g.Organisations++
			seen += o.Observed
			of += o.Denominator
		}
	}
	if c.Target == 0 {
		g.Target = seen / of
	}
	// Without events, or with nothing but events, there is no spread to speak of.
	g.Judged = g.Organisations >= c.MinGroup && g.Target > 0 && !(c.Kind == Proportion && g.Target >= 1)
	if !g.Judged {
		return g
	}
	var all []deviation
	for _, o := range members {
		if usable(o) && g.expected(o.Denominator) >= c.MinExpected {
			all = append(all, g.deviation(o))
		}
	}
	switch {
	case len(all) < 2:
	case c.Spread == Additive:
		g.Tau = math.Sqrt(consistent(all, c.Winsorise, g.most()))
	case c.Spread == Published:
		g.Tau = math.Sqrt(min(g.most(), published(all, c.Winsorise)))
	case c.Spread == Multiplicative:
		g.Phi = max(1, meanSquare(zScores(all, 0), c.Winsorise))
	}
	return g
}

// expected is the number of events at the target.
func (g Group) expected(denominator float64) float64 { return g.Target * denominator }

func (g Group) deviation(o Organisation) deviation {
	value := o.Observed / o.Denominator
	if g.config.Kind == Proportion {
		return deviation{value - g.Target, g.Target * (1 - g.Target) / o.Denominator}
	}
	return deviation{value/g.Target - 1, 1 / g.expected(o.Denominator)}
}

// most is the largest variance between organisations that is believed: of a
// proportion less than all-or-nothing, of a ratio a hundredfold.
func (g Group) most() float64 {
	if g.config.Kind == Proportion {
		return 0.9 * g.Target * (1 - g.Target)
	}
	return 100
}

func zScores(all []deviation, between float64) []float64 {
	z := make([]float64, len(all))
	for i, d := range all {
		z[i] = d.distance / math.Sqrt(d.variance+between)
	}
	return z
}

// meanSquare is the mean of the squares of z-scores, of which the share q at either
// end is moved to its quantile, so that those that are to be found do not hide
// themselves. z is sorted on return.
func meanSquare(z []float64, q float64) float64 {
	slices.Sort(z)
	lo, hi := quantile(z, q), quantile(z, 1-q)
	sum := 0.0
	for _, v := range z {
		v = max(lo, min(hi, v))
		sum += v * v
	}
	return sum / float64(len(z))
}

// quantile interpolates between sorted values, as R's default does.
func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// published is DerSimonian and Laird's variance with winsorised z-scores:
// (Iφ − (I−1)) / (Σw − Σw²/Σw), w = 1/s².
//
// Source: Spiegelhalter (2005), Statistics in Medicine 24, appendix A.3.2.
func published(all []deviation, winsorise float64) float64 {
	n := float64(len(all))
	sum, squares := 0.0, 0.0
	for _, d := range all {
		sum += 1 / d.variance
		squares += 1 / (d.variance * d.variance)
	}
	return max(0, (n*meanSquare(zScores(all, 0), winsorise)-(n-1))/(sum-squares/sum))
}

// consistent is the variance at which the winsorised z-scores have the mean square
// that winsorised normal ones have, times (I−1)/I for the target taken from them.
// Winsorising alone makes a tenth at either end count for less, and would find
// about two thirds of the variance; and weighing each organisation by its own
// spread keeps a few large ones from deciding alone (as Paule & Mandel 1982).
func consistent(all []deviation, winsorise, most float64) float64 {
	n := float64(len(all))
	want := winsorisedNormal(winsorise) * (n - 1) / n
	over := func(between float64) bool { return meanSquare(zScores(all, between), winsorise) > want }
	if !over(0) {
		return 0
	}
	lo, hi := 0.0, 1e-6
	for over(hi) {
		if lo, hi = hi, 2*hi; hi >= most {
			return most
		}
	}
	for range 60 {
		if mid := lo + (hi-lo)/2; over(mid) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}

// winsorisedNormal is the mean square of normal scores with the share q at either
// end moved to its quantile.
func winsorisedNormal(q float64) float64 {
	if q == 0 {
		return 1
	}
	t := mathext.NormalQuantile(1 - q)
	density := math.Exp(-t*t/2) / math.Sqrt(2*math.Pi)
	return 2*q*t*t + (1 - 2*q) - 2*t*density
}

// judge compares one organisation.
func (g Group) judge(o Organisation) Finding {
	nan := math.NaN()
	f := Finding{
		Organisation: o, Value: nan, Target: g.Target, Expected: nan, Z: nan, P: nan,
		Inner: Limits{nan, nan}, Outer: Limits{nan, nan}, Caveats: []caveat.Caveat{caveat.ReportsNotSafety},
	}
	if o.Denominator > 0 {
		f.Value, f.Expected = o.Observed/o.Denominator, g.expected(o.Denominator)
	}
	if !g.Judged {
		f.Caveats = append(f.Caveats, caveat.FewOrganisations)
		return f
	}
	if !usable(o) || f.Expected < g.config.MinExpected {
		f.Caveats = append(f.Caveats, caveat.SmallSample)
		return f
	}
	d := g.deviation(o)
	f.Z = d.distance / math.Sqrt(d.variance*g.Phi+g.Tau*g.Tau)
	f.Inner, f.Outer = g.Limits(o.Denominator, g.config.Inner), g.Limits(o.Denominator, g.config.Outer)
	lower, upper := g.tails(o.Denominator, o.Observed)
	f.P = min(1, 2*min(lower, upper))
	f.Status = Inside
	switch half := g.config.Outer / 2; {
	case upper <= half:
		f.Status = Above
	case lower <= half:
		f.Status = Below
	}
	if f.Expected < smallExpected {
		f.Caveats = append(f.Caveats, caveat.SmallSample)
	}
	return f
}

// smallExpected is the number of events expected below which an organisation
// carries caveat.SmallSample: none at all is not unusual there.
const smallExpected = 7
