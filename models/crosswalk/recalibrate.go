package crosswalk

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/optimize"
)

// leastP stands in for a probability of 0, whose logarithm would forbid a code for good.
const leastP = 1e-6

// stiffness holds scales near 1 and biases near 0, as so many narratives would, so
// that a code with hardly any held-out narrative keeps its probabilities.
const stiffness = 1

// scaling makes probabilities mean what they say, code by code: each becomes
// proportional to its power of the code's scale times exp(bias).
//
// Source: vector scaling, of Alexandari, Kundaje and Shrikumar (2020), Maximum
// likelihood with bias-corrected calibration is hard-to-beat at label shift adaptation.
type scaling struct{ bias, scale []float64 }

// clue is one held-out narrative: the codes that are not negligible, or the true
// one, with the logarithms of their probabilities.
type clue struct {
	truth  int // place of the true code in codes
	codes  []int32
	logs   []float64
	weight float64
}

func (s Sample) clues(weights []float64) []clue {
	b := len(s.To)
	var out []clue
	for i, t := range s.Held {
		w := 1.0
		if weights != nil {
			w = weights[i]
		}
		if t < 0 || w == 0 {
			continue
		}
		c := clue{weight: w}
		for j, v := range s.HeldP[i*b : (i+1)*b] {
			if v < negligible && int32(j) != t {
				continue
			}
			if int32(j) == t {
				c.truth = len(c.codes)
			}
			c.codes, c.logs = append(c.codes, int32(j)), append(c.logs, math.Log(math.Max(leastP, float64(v))))
		}
		out = append(out, c)
	}
	return out
}

// scalingOf learns from the held-out narratives by penalised likelihood, each
// counted by its weight; nil for once each. The search begins at start, unless that
// has no bias, and takes at most so many steps.
func (s Sample) scalingOf(weights []float64, start scaling, steps int) scaling {
	b := len(s.To)
	clues := s.clues(weights)
	p, logs := make([]float64, b), make([]float64, b)
	// Parameters are the biases and then the scales. The search asks for loss and
	// gradient at one place by turns: both are worked out once.
	var place []float64
	gradient, total := make([]float64, 2*b), 0.0
	settle := func(at []float64) {
		if slices.Equal(at, place) {
			return
		}
		place = append(place[:0], at...)
		total = 0
		for j, v := range at {
			off := v
			if j >= b {
				off = v - 1
			}
			total += stiffness * off * off / 2
			gradient[j] = stiffness * off
		}
		for _, c := range clues {
			p := p[:len(c.codes)]
			for k, j := range c.codes {
				logs[k] = at[b+int(j)]*c.logs[k] + at[j]
			}
			softmax(p, logs[:len(p)])
			total -= c.weight * math.Log(math.Max(math.SmallestNonzeroFloat64, p[c.truth]))
			p[c.truth]--
			for k, j := range c.codes {
				gradient[j] += c.weight * p[k]
				gradient[b+int(j)] += c.weight * p[k] * c.logs[k]
			}
		}
	}
	from := make([]float64, 2*b)
	for j := range b {
		from[b+j] = 1
	}
	if start.bias != nil {
		copy(from, start.bias)
		copy(from[b:], start.scale)
	}
	problem := optimize.Problem{
		Func: func(x []float64) float64 { settle(x); return total },
		Grad: func(to, x []float64) { settle(x); copy(to, gradient) },
	}
	settings := &optimize.Settings{MajorIterations: steps, GradientThreshold: 1e-3 * math.Sqrt(float64(len(clues)))}
	best, err := optimize.Minimize(problem, from, settings, &optimize.LBFGS{})
	if best == nil || (err != nil && best.F > problem.Func(from)) {
		return scaling{from[:b], from[b:]} // a search that went astray is no better than none
	}
	return scaling{best.X[:b], best.X[b:]}
}

// softmax writes the probabilities of logarithms over p.
func softmax(p, logs []float64) {
	top := slices.Max(logs)
	sum := 0.0
	for j, v := range logs {
		p[j] = math.Exp(v - top)
		sum += p[j]
	}
	for j := range p {
		p[j] /= sum
	}
}

// negligible is the probability below which a code is left out of a narrative.
const negligible = 1e-5

// row is one narrative's codes with their probabilities, and how often it counts.
type row struct {
	codes  []int32
	p      []float32
	weight float64
}

// rows gives every narrative its mended probabilities.
func (c scaling) rows(probabilities []float32) []row {
	b := len(c.bias)
	out := make([]row, len(probabilities)/b)
	p, logs := make([]float64, b), make([]float64, b)
	for i := range out {
		for j, v := range probabilities[i*b : (i+1)*b] {
			logs[j] = c.scale[j]*math.Log(math.Max(leastP, float64(v))) + c.bias[j]
		}
		softmax(p, logs)
		for j, v := range p {
			if v >= negligible {
				out[i].codes, out[i].p = append(out[i].codes, int32(j)), append(out[i].p, float32(v))
			}
		}
	}
	return out
}
