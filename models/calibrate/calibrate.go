// Package calibrate turns the scores of a model into probabilities that mean what
// they say, and probabilities into decisions.
//
// Scores must come from rows that the model was not fitted on (out of fold), or
// the probabilities would be too sure. [StackConfig] is for labels that exclude each
// other; [Platt] for one label at a time; [Costs] and [Thresholds] decide.
//
// Sources: Wolpert (1992), Stacked generalization; Guo, Pleiss, Sun and
// Weinberger (2017), On calibration of modern neural networks, for the temperature;
// Platt (1999), Probabilistic outputs for support vector machines; Elkan (2001), The
// foundations of cost-sensitive learning.
package calibrate

import (
	"context"
	"fmt"
	"math"

	"psims/models/label"
	"psims/models/linear"
)

// StackConfig is the settings of a [Stack].
type StackConfig struct {
	Scale   float64 // scores are multiplied by it first: it sets how much the penalty weighs
	Softmax linear.SoftmaxConfig
	FewRows int // with fewer labelled rows for each of k² weights, only a temperature is fitted
}

// DefaultStack suits the scores of package linear.
func DefaultStack() StackConfig {
	return StackConfig{Scale: 3, Softmax: linear.DefaultSoftmax(), FewRows: 1}
}

// Validate says what is wrong with the settings, if anything.
func (c StackConfig) Validate() error {
	if !(c.Scale > 0) || math.IsInf(c.Scale, 0) || c.FewRows < 0 {
		return fmt.Errorf("calibrate: scores scaled by %v, %d rows a weight", c.Scale, c.FewRows)
	}
	return c.Softmax.Validate()
}

// Stack gives the probabilities of k labels that exclude each other from d inputs:
// their k scores, and what else there is to say about each of them. It is a
// multinomial regression on all inputs, which also mends the scores: where two labels
// are often taken for each other, it learns which to believe.
type Stack struct {
	scale float32
	model *linear.Softmax
}

// Fit learns from n×d out-of-fold inputs, row-major, the k scores first in each
// row, and the labels. When there are too few rows for k² weights, all scores share
// one slope: a temperature, with the labels' own intercepts and all other inputs left
// out.
//
// Errors: those of linear.SoftmaxConfig.Fit.
func (c StackConfig) Fit(ctx context.Context, inputs []float32, y *label.Table) (*Stack, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	k := y.Classes()
	d := len(inputs) / max(1, y.Rows())
	if d < k || len(inputs) != y.Rows()*d {
		return nil, fmt.Errorf("calibrate: %d inputs for %d rows and %d labels", len(inputs), y.Rows(), k)
	}
	labelled := 0
	for i := range y.Rows() {
		labelled += len(y.Row(i))
	}
	scaled := make([]float32, len(inputs))
	for e, v := range inputs {
		scaled[e] = v * float32(c.Scale)
	}
	if labelled < c.FewRows*k*k {
		return c.temperature(scaled, d, y)
	}
	model, err := c.Softmax.Fit(ctx, scaled, d, y)
	if err != nil {
		return nil, fmt.Errorf("calibrating %d labels: %w", k, err)
	}
	return &Stack{float32(c.Scale), model}, nil
}

// temperature fits the one slope under which the labels are likeliest, by golden
// section on its logarithm.
func (c StackConfig) temperature(scaled []float32, d int, y *label.Table) (*Stack, error) {
	k := y.Classes()
	if k < 2 {
		return nil, fmt.Errorf("calibrate: scores of %d labels", k)
	}
	lossAt := func(logSlope float64) float64 {
		slope, loss := math.Exp(logSlope), 0.0
		for i := range y.Rows() {
			c := y.Class(i)
			if c < 0 {
				continue
			}
			row := scaled[i*d : i*d+k]
			top := math.Inf(-1)
			for _, v := range row {
				top = max(top, slope*float64(v))
			}
			sum := 0.0
			for _, v := range row {
				sum += math.Exp(slope*float64(v) - top)
			}
			loss += math.Log(sum) + top - slope*float64(row[c])
		}
		return loss
	}
	slope := float32(math.Exp(golden(lossAt, math.Log(.01), math.Log(100))))
	weights := make([]float32, (d+1)*k)
	for c := range k {
		weights[c*k+c] = slope
	}
	model, err := linear.RestoreSoftmax(d, k, weights)
	if err != nil {
		return nil, err
	}
	return &Stack{float32(c.Scale), model}, nil
}

// golden finds where a function with one valley is least between lo and hi.
func golden(f func(float64) float64, lo, hi float64) float64 {
	const ratio = 0.6180339887498949
	a, b := hi-ratio*(hi-lo), lo+ratio*(hi-lo)
	fa, fb := f(a), f(b)
	for range 60 {
		if fa < fb {
			hi, b, fb = b, a, fa
			a = hi - ratio*(hi-lo)
			fa = f(a)
		} else {
			lo, a, fa = a, b, fb
			b = lo + ratio*(hi-lo)
			fb = f(b)
		}
	}
	return (lo + hi) / 2
}

// RestoreStack gives the stack of d inputs and k labels with these parts. Errors:
// shapes that do not fit.
func RestoreStack(scale float32, d, k int, weights []float32) (*Stack, error) {
	model, err := linear.RestoreSoftmax(d, k, weights)
	if err != nil {
		return nil, err
	}
	if !(scale > 0) {
		return nil, fmt.Errorf("calibrate: scores scaled by %v", scale)
	}
	return &Stack{scale, model}, nil
}

// Scale gives what scores are multiplied by.
func (s *Stack) Scale() float32 { return s.scale }

// Weights gives a copy of the weights.
func (s *Stack) Weights() []float32 { return s.model.Weights() }

// Scratch makes room for the probabilities of one row, for [Stack.Row].
func (s *Stack) Scratch() []float32 { return s.model.Scratch() }

// Row writes the probabilities of the labels over scratch, gives the k of them
// there, and scales the inputs in place. Panics unless scratch is as
// [Stack.Scratch] makes it and there are d inputs.
func (s *Stack) Row(scratch, inputs []float32) []float32 {
	for j := range inputs {
		inputs[j] *= s.scale
	}
	return s.model.Row(scratch, inputs)
}
