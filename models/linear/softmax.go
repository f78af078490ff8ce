package linear

import (
	"context"
	"fmt"
	"math"

	"psims/internal/parallel"
	"psims/models/label"
)

// SoftmaxConfig is the settings of multinomial logistic regression on d dense
// inputs: it minimises C times the sum of −ln p(label) plus half the squared
// weights; intercepts are free.
type SoftmaxConfig struct {
	C         float64
	MaxRounds int     // of the quasi-Newton search
	Tolerance float64 // stop when the largest entry of the gradient of the mean is below
}

// DefaultSoftmax suits some dozens of inputs of size about one.
func DefaultSoftmax() SoftmaxConfig { return SoftmaxConfig{C: .3, MaxRounds: 100, Tolerance: 1e-5} }

// Validate says what is wrong with the settings, if anything.
func (c SoftmaxConfig) Validate() error {
	if !(c.C > 0) || math.IsInf(c.C, 0) || !(c.Tolerance > 0) || c.MaxRounds < 1 {
		return fmt.Errorf("linear: C %v, tolerance %v, at most %d rounds: all must be positive", c.C, c.Tolerance, c.MaxRounds)
	}
	return nil
}

// Softmax gives probabilities of k labels that exclude each other from d inputs.
// It does not change; any number of goroutines may use one.
type Softmax struct {
	inputs, labels int
	weights        []float32 // d rows of padded(k), then one of intercepts
	all            []int32   // 0 … d−1
}

func newSoftmax(inputs, labels int, weights []float32) *Softmax {
	m := &Softmax{inputs: inputs, labels: labels, weights: pad(weights, labels), all: make([]int32, inputs)}
	for j := range m.all {
		m.all[j] = int32(j)
	}
	return m
}

// Fit learns from n×d inputs, row-major, and a label for each row. Rows without a
// label are left out. Neither is changed; the result is the same on any number of cores.
//
// Cost: n·d·k for each of up to twice MaxRounds looks.
// Errors: settings that do not validate, shapes that do not agree, inputs that are
// not finite, several labels in a row, fewer than two labels, ctx done.
func (c SoftmaxConfig) Fit(ctx context.Context, inputs []float32, d int, y *label.Table) (*Softmax, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if d < 1 || len(inputs) != y.Rows()*d {
		return nil, fmt.Errorf("linear: %d inputs of width %d for %d labels", len(inputs), d, y.Rows())
	}
	if !y.Exclusive() {
		return nil, fmt.Errorf("linear: a row with several labels: multinomial regression needs labels that exclude each other")
	}
	if err := twoClasses(y); err != nil {
		return nil, err
	}
	for e, v := range inputs {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return nil, fmt.Errorf("linear: input %d of row %d is %v", e%d, e/d, v)
		}
	}
	k := y.Classes()
	loss := newLoss(c, inputs, d, y)
	theta := make([]float64, (d+1)*k)
	if err := minimise(ctx, loss.look, theta, c.MaxRounds, c.Tolerance); err != nil {
		return nil, fmt.Errorf("fitting %d labels on %d inputs: %w", k, d, err)
	}
	weights := make([]float32, len(theta))
	for i, v := range theta {
		weights[i] = float32(v)
	}
	return newSoftmax(d, k, weights), nil
}

// RestoreSoftmax gives the model with the weights that [Softmax.Weights] gave.
// Errors: shapes that do not fit.
func RestoreSoftmax(inputs, labels int, weights []float32) (*Softmax, error) {
	if inputs < 1 || labels < 2 || len(weights) != (inputs+1)*labels {
		return nil, fmt.Errorf("linear: %d weights for %d inputs and %d labels", len(weights), inputs, labels)
	}
	return newSoftmax(inputs, labels, weights), nil
}

// Weights gives a copy of the d×k weights and the k intercepts.
func (m *Softmax) Weights() []float32 { return compact(m.weights, m.labels) }

// Inputs gives d.
func (m *Softmax) Inputs() int { return m.inputs }

// Labels gives k.
func (m *Softmax) Labels() int { return m.labels }

// Scratch makes room for the probabilities of one row, for [Softmax.Row].
func (m *Softmax) Scratch() []float32 { return make([]float32, padded(m.labels)) }

// Row writes the probabilities of the labels for d inputs over scratch and gives
// the k probabilities there. Panics unless scratch is as [Softmax.Scratch] makes it
// and inputs has d entries.
func (m *Softmax) Row(scratch, inputs []float32) []float32 {
	if len(inputs) != m.inputs {
		panic(fmt.Sprintf("linear: %d inputs, learnt from %d", len(inputs), m.inputs))
	}
	scratch = scratch[:padded(m.labels)]
	copy(scratch, m.weights[m.inputs*len(scratch):])
	addRows(scratch, m.weights, m.all, inputs)
	softmax(scratch[:m.labels])
	return scratch[:m.labels]
}

// softmax makes probabilities of logits, in place.
func softmax(p []float32) {
	top := p[0]
	for _, v := range p {
		top = max(top, v)
	}
	sum := float32(0)
	for c, v := range p {
		p[c] = float32(math.Exp(float64(v - top)))
		sum += p[c]
	}
	for c := range p {
		p[c] /= sum
	}
}

// loss is the mean loss of multinomial regression, and its gradient.
type loss struct {
	inputs  []float32
	d, k    int
	class   []int32
	rows    float64 // with a label
	penalty float64
	blocks  []lossBlock
}

// lossRows is how many rows a block holds. It is fixed so that nothing depends on
// the number of cores.
const lossRows = 1024

type lossBlock struct {
	value    float64
	gradient []float64
}

func newLoss(c SoftmaxConfig, inputs []float32, d int, y *label.Table) *loss {
	l := &loss{inputs: inputs, d: d, k: y.Classes(), class: make([]int32, y.Rows())}
	for i := range l.class {
		if l.class[i] = y.Class(i); l.class[i] >= 0 {
			l.rows++
		}
	}
	l.penalty = 1 / (c.C * l.rows)
	l.blocks = make([]lossBlock, (y.Rows()+lossRows-1)/lossRows)
	for b := range l.blocks {
		l.blocks[b].gradient = make([]float64, (d+1)*l.k)
	}
	return l
}

// look gives the loss at theta and writes its gradient.
func (l *loss) look(theta, gradient []float64) float64 {
	parallel.Blocks(len(l.class), lossRows, func(_, from, until int) {
		l.block(&l.blocks[from/lossRows], theta, from, until)
	})
	clear(gradient)
	value := 0.0
	for _, b := range l.blocks {
		value += b.value
		for i, g := range b.gradient {
			gradient[i] += g
		}
	}
	value /= l.rows
	for i := range gradient {
		gradient[i] /= l.rows
	}
	for i, w := range theta[:l.d*l.k] {
		value += l.penalty / 2 * w * w
		gradient[i] += l.penalty * w
	}
	return value
}

func (l *loss) block(b *lossBlock, theta []float64, from, until int) {
	b.value = 0
	clear(b.gradient)
	p := make([]float64, l.k)
	for i := from; i < until; i++ {
		if l.class[i] < 0 {
			continue
		}
		row := l.inputs[i*l.d : (i+1)*l.d]
		copy(p, theta[l.d*l.k:])
		for j, v := range row {
			axpy64(p, float64(v), theta[j*l.k:(j+1)*l.k])
		}
		top := p[0]
		for _, v := range p {
			top = max(top, v)
		}
		own, sum := p[l.class[i]], 0.0
		for c, v := range p {
			p[c] = math.Exp(v - top)
			sum += p[c]
		}
		b.value += math.Log(sum) + top - own
		for c := range p {
			p[c] /= sum
		}
		p[l.class[i]]--
		for j, v := range row {
			axpy64(b.gradient[j*l.k:(j+1)*l.k], float64(v), p)
		}
		axpy64(b.gradient[l.d*l.k:], 1, p)
	}
}

func axpy64(y []float64, a float64, x []float64) {
	y = y[:len(x)]
	for len(x) >= 4 {
		x4, y4 := x[:4:4], y[:4:4]
		y4[0] += a * x4[0]
		y4[1] += a * x4[1]
		y4[2] += a * x4[2]
		y4[3] += a * x4[3]
		x, y = x[4:], y[4:]
	}
	for i := range x {
		y[i] += a * x[i]
	}
}
