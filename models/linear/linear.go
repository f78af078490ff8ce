// Package linear learns linear classifiers: which of k labels does a row of
// features speak for?
//
// [Config] fits one linear support vector machine for each label on an n×v sparse
// matrix, for labels that exclude each other or not; a [Model] gives n×k scores,
// above 0 for "has the label". [SoftmaxConfig] fits multinomial logistic regression on
// a few dense inputs, such as those scores; a [Softmax] gives probabilities.
//
// Sources: Hsieh, Chang, Lin, Keerthi and Sundararajan (2008), A dual coordinate
// descent method for large-scale linear SVM, algorithm 3; Liu and Nocedal (1989), On
// the limited memory BFGS method.
package linear

import (
	"context"
	"fmt"
	"math"

	"psims/internal/parallel"
	"psims/models/label"
	"psims/nlp/sparse"
)

// Config is the settings of one support vector machine a label, with squared
// hinge loss and an intercept that is regularised with the weights: it minimises
// ½(|w|²+b²) + C Σ max(0, 1−y(w·x+b))² for y of ±1.
type Config struct {
	C         float64 // cost of an error beside that of large weights
	Tolerance float64 // stop when no projected gradient of the dual differs by more
	MaxRounds int     // or after so many passes over the rows
	Seed      uint64  // of the order in which rows are taken
}

// Default suits rows of length one.
func Default() Config { return Config{C: .3, Tolerance: .02, MaxRounds: 300, Seed: 1} }

// Validate says what is wrong with the settings, if anything.
func (c Config) Validate() error {
	if !(c.C > 0) || math.IsInf(c.C, 0) || !(c.Tolerance > 0) || c.MaxRounds < 1 {
		return fmt.Errorf("linear: C %v, tolerance %v, at most %d rounds: all must be positive", c.C, c.Tolerance, c.MaxRounds)
	}
	return nil
}

// Model scores rows of v features for k labels. It does not change; any number of
// goroutines may use one.
type Model struct {
	names     []string
	features  int
	weights   []float32 // v rows of padded(k): the weights of a feature for all labels lie together
	intercept []float32 // padded(k)
}

// Fit learns from the n×v rows x and their labels y. A label that no row has is
// learnt as never. Neither is changed; the result is the same on any number of cores.
//
// Cost: passes over x times labels, 10 to 50 as a rule, labels in parallel.
// Errors: settings that do not validate, entries that are not finite, labels for
// another number of rows, all rows with the same labels, ctx done.
func (c Config) Fit(ctx context.Context, x *sparse.CSR, y *label.Table) (*Model, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if x.Rows() != y.Rows() {
		return nil, fmt.Errorf("linear: labels of %d rows for %d", y.Rows(), x.Rows())
	}
	if err := x.Check(); err != nil {
		return nil, fmt.Errorf("learning from features: %w", err)
	}
	if err := twoClasses(y); err != nil {
		return nil, err
	}
	k := y.Classes()
	wide := padded(k)
	m := &Model{names: y.Names(), features: x.Cols, weights: make([]float32, x.Cols*wide), intercept: make([]float32, wide)}
	norms := squaredNorms(x)
	machines := make([]*machine, parallel.Workers())
	parallel.Blocks(k, 1, func(worker, label, _ int) {
		if ctx.Err() != nil {
			return
		}
		if machines[worker] == nil {
			machines[worker] = newMachine(c, x, norms)
		}
		s := machines[worker]
		s.solve(ctx, y, int32(label))
		for j, w := range s.w {
			m.weights[j*wide+label] = float32(w)
		}
		m.intercept[label] = float32(s.b)
	})
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("learning %d labels from %d rows: %w", k, x.Rows(), err)
	}
	return m, nil
}

// twoClasses says whether some label tells rows apart.
func twoClasses(y *label.Table) error {
	for _, n := range y.Counts() {
		if n > 0 && n < y.Rows() {
			return nil
		}
	}
	return fmt.Errorf("linear: no label tells the %d rows apart: give rows with and without a label", y.Rows())
}

func squaredNorms(x *sparse.CSR) []float64 {
	norms := make([]float64, x.Rows())
	for i := range norms {
		_, values := x.Row(i)
		for _, v := range values {
			norms[i] += float64(v) * float64(v)
		}
	}
	return norms
}

// Restore gives the model with these parts, as [Model.Weights] and
// [Model.Intercept] give them. Errors: shapes that do not fit.
func Restore(names []string, weights, intercept []float32) (*Model, error) {
	k := len(names)
	if k == 0 || len(intercept) != k || len(weights)%k != 0 {
		return nil, fmt.Errorf("linear: %d weights and %d intercepts for %d labels", len(weights), len(intercept), k)
	}
	return &Model{names: names, features: len(weights) / k, weights: pad(weights, k), intercept: pad(intercept, k)}, nil
}

// Names gives the k names of the labels; it must not be written to.
func (m *Model) Names() []string { return m.names }

// Features gives v.
func (m *Model) Features() int { return m.features }

// Weights gives a copy of the v×k weights.
func (m *Model) Weights() []float32 { return compact(m.weights, len(m.names)) }

// Intercept gives a copy of the k intercepts.
func (m *Model) Intercept() []float32 { return compact(m.intercept, len(m.names)) }

// Weight gives the weight of feature j for label c.
func (m *Model) Weight(j, c int32) float32 { return m.weights[int(j)*len(m.intercept)+int(c)] }

// Scores writes the n×k scores of the rows of x over dst, row-major, and gives
// dst, which is made if it is nil. Panics unless the shapes agree.
func (m *Model) Scores(dst []float32, x *sparse.CSR) []float32 {
	k := len(m.names)
	if dst == nil {
		dst = make([]float32, x.Rows()*k)
	}
	if x.Cols != m.features || len(dst) != x.Rows()*k {
		panic(fmt.Sprintf("linear: %d scores for %d×%d, learnt from %d features for %d labels", len(dst), x.Rows(), x.Cols, m.features, k))
	}
	rows := make([][]float32, parallel.Workers())
	parallel.Blocks(x.Rows(), 256, func(worker, from, until int) {
		if rows[worker] == nil {
			rows[worker] = m.Scratch()
		}
		for i := from; i < until; i++ {
			columns, values := x.Row(i)
			copy(dst[i*k:(i+1)*k], m.Row(rows[worker], columns, values))
		}
	})
	return dst
}

// Scratch makes room for the scores of one row, for [Model.Row].
func (m *Model) Scratch() []float32 { return make([]float32, len(m.intercept)) }

// Row writes the scores of one row over scratch and gives the k scores there.
// Columns may come in any order, which the rounding of the sums follows. Panics
// unless scratch is as [Model.Scratch] makes it and columns are below v.
func (m *Model) Row(scratch []float32, columns []int32, values []float32) []float32 {
	scratch = scratch[:len(m.intercept)]
	copy(scratch, m.intercept)
	addRows(scratch, m.weights, columns, values)
	return scratch[:len(m.names)]
}

// Strongest writes over scratch what speaks most for each label: the greatest
// product of a value and its weight, at least 0. It gives the k of them there, and
// panics as [Model.Row] does.
func (m *Model) Strongest(scratch []float32, columns []int32, values []float32) []float32 {
	scratch = scratch[:len(m.intercept)]
	clear(scratch)
	maxRows(scratch, m.weights, columns, values)
	return scratch[:len(m.names)]
}
