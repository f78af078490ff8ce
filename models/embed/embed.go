// Package embed turns sparse, weighted documents into short dense vectors in
// which documents with related words lie close: latent semantic analysis by a
// randomised truncated singular value decomposition, learnt on the
// organisation's own narratives.
//
// In goes an n×v matrix of unit rows; out come n×d vectors of unit length.
//
// Sources: Deerwester et al. (1990), Indexing by latent semantic analysis;
// Halko, Martinsson & Tropp (2011), Finding structure with randomness,
// algorithms 4.4 and 5.1.
package embed

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"psims/internal/parallel"
	"psims/nlp/sparse"
)

// Config are the settings of a fit.
type Config struct {
	Dimensions int    // d
	Oversample int    // further columns of the random range finder
	Iterations int    // power iterations; 2 sharpen the small singular values
	Seed       uint64 // of the random test matrix
}

// Default gives 100 dimensions.
func Default() Config { return Config{Dimensions: 100, Oversample: 10, Iterations: 2, Seed: 1} }

// Validate says what is wrong with the settings.
func (c Config) Validate() error {
	if c.Dimensions < 1 || c.Oversample < 0 || c.Iterations < 0 {
		return fmt.Errorf("embed: %d dimensions, %d oversampled, %d iterations", c.Dimensions, c.Oversample, c.Iterations)
	}
	return nil
}

// Model projects documents of v terms on d directions. It is read-only and safe
// for many goroutines.
type Model struct {
	v, d       int
	directions []float32 // v×d, the right singular vectors
	Singular   []float64 // d singular values, largest first
}

// Dimensions gives d.
func (m *Model) Dimensions() int { return m.d }

// Directions gives a copy of the v×d directions, row-major.
func (m *Model) Directions() []float32 { return slices.Clone(m.directions) }

// Fit learns the directions from x, n×v. When x has fewer than d rows or columns,
// d is cut to that. The result does not depend on the number of cores.
//
// Cost: 2(iterations+1) products of x with a dense matrix of d columns.
//
// Errors: settings that Validate refuses; no row or column; a cancelled context;
// a decomposition that did not converge.
func (c Config) Fit(ctx context.Context, x *sparse.CSR) (*Model, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	n, v := x.Rows(), x.Cols
	width := min(c.Dimensions+c.Oversample, n, v)
	if width == 0 {
		return nil, fmt.Errorf("embed: a matrix of %d×%d has no directions", n, v)
	}
	rng := rand.New(rand.NewPCG(c.Seed, 0x656d626564))
	// Rows of the test matrix are drawn term by term.
	right := make([]float64, v*width)
	for i := range right {
		right[i] = rng.NormFloat64()
	}
	left := make([]float64, n*width)
	sparse.MulDense(left, x, right, width)
	for range c.Iterations {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		orthonormal(left, n, width)
		sparse.TMulDense(right, x, left, width)
		orthonormal(right, v, width)
		sparse.MulDense(left, x, right, width)
	}
	orthonormal(left, n, width)
	sparse.TMulDense(right, x, left, width) // B transposed: v×width
	var svd mat.SVD
	if !svd.Factorize(mat.NewDense(v, width, right), mat.SVDThinU) {
		return nil, fmt.Errorf("embed: the decomposition of a %d×%d matrix did not converge", v, width)
	}
	m := &Model{v: v, d: min(c.Dimensions, width)}
	m.Singular = svd.Values(nil)[:m.d]
	var u mat.Dense
	svd.UTo(&u)
	m.directions = make([]float32, v*m.d)
	for k := range m.d {
		// A singular vector's sign is arbitrary: its largest entry is made positive.
		largest := 0.0
		for j := range v {
			if a := u.At(j, k); math.Abs(a) > math.Abs(largest) {
				largest = a
			}
		}
		for j := range v {
			m.directions[j*m.d+k] = float32(math.Copysign(1, largest) * u.At(j, k))
		}
	}
	return m, nil
}

// orthonormal replaces the columns of the n×width matrix a by an orthonormal
// basis of what they span, by modified Gram-Schmidt done twice; a column that
// the others span becomes zero.
func orthonormal(a []float64, n, width int) {
	// Columns are worked on as rows of the transpose: consecutive memory.
	t := make([]float64, len(a))
	for i := range n {
		for k := range width {
			t[k*n+i] = a[i*width+k]
		}
	}
	for k := range width {
		col := t[k*n : (k+1)*n]
		before := norm(col)
		for range 2 {
			dots := make([]float64, k)
			parallel.Blocks(k, 8, func(_, from, until int) {
				for j := from; j < until; j++ {
					dots[j] = sparse.DotDense(col, t[j*n:(j+1)*n])
				}
			})
			for j, d := range dots {
				other := t[j*n : (j+1)*n]
				for i := range col {
					col[i] -= d * other[i]
				}
			}
		}
		length := norm(col)
		scale := 0.0
		if length > 1e-12*before && length > 0 {
			scale = 1 / length
		}
		for i := range col {
			col[i] *= scale
		}
	}
	for i := range n {
		for k := range width {
			a[i*width+k] = t[k*n+i]
		}
	}
}

func norm(a []float64) float64 { return math.Sqrt(sparse.DotDense(a, a)) }

// Vectors gives the n×d vectors of x's rows, row-major, each of unit length; a
// row that has nothing in the directions is zero.
//
// Panics unless x has v columns.
func (m *Model) Vectors(x *sparse.CSR) []float32 {
	if x.Cols != m.v {
		panic(fmt.Sprintf("embed: %d terms for a model of %d", x.Cols, m.v))
	}
	out := make([]float32, x.Rows()*m.d)
	sparse.MulDense(out, x, m.directions, m.d)
	parallel.Blocks(x.Rows(), 1024, func(_, from, until int) {
		for i := from; i < until; i++ {
			sparse.Normalise(out[i*m.d : (i+1)*m.d])
		}
	})
	return out
}
