// Package boost answers a yes/no question from a few measurements: an ensemble of
// small regression trees, each fitted to what the ones before it left over.
//
// In go n rows of d measurements and the answer to each; out comes a model whose
// score is the log odds of yes. Trees are grown leaf by leaf on binned values, so
// that a fit costs rounds × n × d and little more.
//
// Sources: Friedman (2001), Greedy function approximation: a gradient boosting
// machine, algorithm 5 (two-class logistic); Ke et al. (2017), LightGBM, for
// histograms and leaf-wise growth. Leaf values are Newton steps with L2.
package boost

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Config are the settings of a fit.
type Config struct {
	Rounds  int     // trees
	Leaves  int     // of a tree
	Rate    float64 // share of each tree's step that is taken
	MinLeaf int     // rows in a leaf at least
	L2      float64 // shrinks the values of leaves
	Bins    int     // values of a measurement told apart, at most 255
}

// Default gives settings for some tens of thousands of rows.
func Default() Config {
	return Config{Rounds: 100, Leaves: 8, Rate: 0.07, MinLeaf: 100, L2: 10, Bins: 255}
}

// Validate says what is wrong with the settings.
func (c Config) Validate() error {
	if c.Rounds < 1 || c.Leaves < 2 || !(c.Rate > 0) || c.MinLeaf < 1 || !(c.L2 >= 0) || c.Bins < 2 || c.Bins > 255 {
		return fmt.Errorf("boost: settings out of range: %+v", c)
	}
	return nil
}

// Model is a fitted ensemble. It is read-only and safe for many goroutines; its
// fields are what is stored of it.
type Model struct {
	Measurements int     `json:"measurements"` // d
	Bias         float64 `json:"bias"`         // log odds before any tree
	Trees        []Tree  `json:"trees"`
}

// Tree is a binary tree. Node k tests Feature[k] ≤ Cut[k] and goes to Left[k] or
// Right[k]; a negative number −j−1 is leaf j. A tree without nodes is leaf 0.
type Tree struct {
	Feature []int     `json:"feature"`
	Cut     []float64 `json:"cut"`
	Left    []int     `json:"left"`
	Right   []int     `json:"right"`
	Leaf    []float64 `json:"leaf"`
}

// Check says what is wrong with a model that was read from outside.
func (m *Model) Check() error {
	for k, t := range m.Trees {
		n := len(t.Feature)
		if len(t.Cut) != n || len(t.Left) != n || len(t.Right) != n || len(t.Leaf) != n+1 {
			return fmt.Errorf("boost: tree %d has %d tests, %d cuts, %d and %d branches, %d leaves", k, n, len(t.Cut), len(t.Left), len(t.Right), len(t.Leaf))
		}
		for i := range n {
			if t.Feature[i] < 0 || t.Feature[i] >= m.Measurements {
				return fmt.Errorf("boost: tree %d tests measurement %d of %d", k, t.Feature[i], m.Measurements)
			}
			for _, to := range []int{t.Left[i], t.Right[i]} {
				// Branches lead onwards, so a walk ends.
				if to >= 0 && (to <= i || to >= n) || to < 0 && -to-1 > n {
					return fmt.Errorf("boost: tree %d leads from test %d to %d", k, i, to)
				}
			}
		}
	}
	return nil
}

// Score gives the log odds of yes for one row of d measurements. A NaN goes right.
//
// Panics if the row has another length.
func (m *Model) Score(row []float64) float64 {
	if len(row) != m.Measurements {
		panic(fmt.Sprintf("boost: %d measurements for a model of %d", len(row), m.Measurements))
	}
	sum := m.Bias
	for i := range m.Trees {
		sum += m.Trees[i].value(row)
	}
	return sum
}

func (t *Tree) value(row []float64) float64 {
	if len(t.Feature) == 0 {
		return t.Leaf[0]
	}
	k := 0
	for k >= 0 {
		if row[t.Feature[k]] <= t.Cut[k] {
			k = t.Left[k]
		} else {
			k = t.Right[k]
		}
	}
	return t.Leaf[-k-1]
}

// Fit learns from n rows of d measurements, row-major, the answer to each and its
// weight (nil for 1 each). The same rows in the same order give the same model.
//
// Errors: settings that Validate refuses; NaN or infinite measurements; answers
// all alike. Panics unless the shapes agree.
func (c Config) Fit(x []float64, d int, yes []bool, weight []float64) (*Model, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	n := len(yes)
	if d < 1 || len(x) != n*d || weight != nil && len(weight) != n {
		panic(fmt.Sprintf("boost: %d numbers and %d weights for %d rows of %d", len(x), len(weight), n, d))
	}
	for _, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, errors.New("boost: a measurement is not a finite number")
		}
	}
	f := newFit(c, x, d, yes, weight)
	if f.positive == 0 || f.positive == f.total {
		return nil, errors.New("boost: the answers are all alike: there is nothing to tell apart")
	}
	m := &Model{Measurements: d, Bias: math.Log(f.positive / (f.total - f.positive))}
	for i := range f.odds {
		f.odds[i] = m.Bias
	}
	for range c.Rounds {
		m.Trees = append(m.Trees, f.grow())
	}
	return m, nil
}

// fit is the state of a fit.
type fit struct {
	c               Config
	n, d            int
	bins            [][]float64 // by measurement: the upper bound of each bin but the last
	binned          []uint8     // d×n, one measurement after the other
	y, w, odds      []float64
	gradient, hess  []float64
	positive, total float64
	rows            []int32 // rows ordered by leaf
	scratch         []int32
}

func newFit(c Config, x []float64, d int, yes []bool, weight []float64) *fit {
	n := len(yes)
	f := &fit{c: c, n: n, d: d, bins: make([][]float64, d), binned: make([]uint8, n*d), y: make([]float64, n), w: make([]float64, n),
		odds: make([]float64, n), gradient: make([]float64, n), hess: make([]float64, n), rows: make([]int32, n), scratch: make([]int32, n)}
	for i, v := range yes {
		f.w[i] = 1
		if weight != nil {
			f.w[i] = weight[i]
		}
		f.total += f.w[i]
		if v {
			f.y[i] = 1
			f.positive += f.w[i]
		}
	}
	column := make([]float64, n)
	for j := range d {
		for i := range n {
			column[i] = x[i*d+j]
		}
		f.bins[j] = cuts(column, c.Bins)
		for i, v := range column {
			at, _ := slices.BinarySearch(f.bins[j], v)
			f.binned[j*n+i] = uint8(at)
		}
	}
	return f
}

// cuts gives bounds that part values into bins of about equal size; a bound is
// the midpoint between two values that differ.
func cuts(values []float64, bins int) []float64 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	distinct := slices.Compact(slices.Clone(sorted))
	var out []float64
	if len(distinct) <= bins {
		for k := 1; k < len(distinct); k++ {
			out = append(out, middle(distinct[k-1], distinct[k]))
		}
		return out
	}
	for k := 1; k < bins; k++ {
		at := k * len(sorted) / bins
		if sorted[at-1] < sorted[at] {
			out = append(out, middle(sorted[at-1], sorted[at]))
		}
	}
	return slices.Compact(out)
}

// middle lies between a < b and is never b itself, so that a ≤ middle < b.
func middle(a, b float64) float64 {
	if m := a + (b-a)/2; m < b {
		return m
	}
	return a
}
