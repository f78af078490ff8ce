package sparse

import (
	"fmt"
	"math"

	"psims/internal/parallel"
)

// Float is the type of the entries of a dense matrix.
type Float interface{ float32 | float64 }

// Dot gives the product of a sparse row with a dense vector that has a value for every column.
func Dot[F Float](columns []int32, values []float32, dense []F) F {
	var sum F
	for k, j := range columns {
		sum += F(values[k]) * dense[j]
	}
	return sum
}

// DotRows gives the product of two sparse rows whose columns ascend.
func DotRows(aColumns []int32, aValues []float32, bColumns []int32, bValues []float32) float32 {
	var sum float32
	for i, j := 0, 0; i < len(aColumns) && j < len(bColumns); {
		switch a, b := aColumns[i], bColumns[j]; {
		case a == b:
			sum += aValues[i] * bValues[j]
			i++
			j++
		case a < b:
			i++
		default:
			j++
		}
	}
	return sum
}

// blockRows is how many rows a goroutine takes at a time. It is fixed so that
// nothing depends on the number of cores.
const blockRows = 512

// MulDense writes the n×d product of x (n×v) and b (v×d), both dense matrices
// row-major, over dst. Panics unless the shapes agree.
func MulDense[F Float](dst []F, x *CSR, b []F, d int) {
	if len(dst) != x.Rows()*d || len(b) != x.Cols*d {
		panic(fmt.Sprintf("sparse: %d×%d times %d entries of width %d into %d", x.Rows(), x.Cols, len(b), d, len(dst)))
	}
	parallel.Blocks(x.Rows(), blockRows, func(_, from, until int) {
		for i := from; i < until; i++ {
			out := dst[i*d : (i+1)*d]
			clear(out)
			columns, values := x.Row(i)
			for k, j := range columns {
				axpy(out, F(values[k]), b[int(j)*d:(int(j)+1)*d])
			}
		}
	})
}

// TMulDense writes the v×d product of x transposed (v×n) and b (n×d), both dense
// matrices row-major, over dst. Every entry is summed in the order of the rows of
// x. Panics unless the shapes agree.
//
// Cost: x is read once for every sixteen columns of b.
func TMulDense[F Float](dst []F, x *CSR, b []F, d int) {
	if len(dst) != x.Cols*d || len(b) != x.Rows()*d {
		panic(fmt.Sprintf("sparse: %d×%d transposed times %d entries of width %d into %d", x.Rows(), x.Cols, len(b), d, len(dst)))
	}
	clear(dst)
	// A goroutine has some columns of the result to itself: no sum is split.
	parallel.Blocks(d, 16, func(_, from, until int) {
		for i := range x.Rows() {
			row := b[i*d+from : i*d+until]
			columns, values := x.Row(i)
			for k, j := range columns {
				axpy(dst[int(j)*d+from:int(j)*d+until], F(values[k]), row)
			}
		}
	})
}

// DotDense gives the inner product of two dense vectors, in four sums that are
// added at the end. Panics if b is shorter than a.
func DotDense[F Float](a, b []F) F {
	var s0, s1, s2, s3 F
	b = b[:len(a)]
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	for ; i < len(a); i++ {
		s0 += a[i] * b[i]
	}
	return s0 + s1 + s2 + s3
}

func axpy[F Float](y []F, a F, x []F) {
	x = x[:len(y)]
	for len(y) >= 4 {
		y[0] += a * x[0]
		y[1] += a * x[1]
		y[2] += a * x[2]
		y[3] += a * x[3]
		y, x = y[4:], x[4:]
	}
	for k := range y {
		y[k] += a * x[k]
	}
}

// Transpose gives the v×n matrix, whose rows are the columns of x.
func (x *CSR) Transpose() *CSR {
	t := &CSR{Cols: x.Rows(), Bounds: make([]int64, x.Cols+1), Columns: make([]int32, x.Entries()), Values: make([]float32, x.Entries())}
	if x.Rows() == 0 {
		return t
	}
	first, last := x.Bounds[0], x.Bounds[x.Rows()]
	for _, j := range x.Columns[first:last] {
		t.Bounds[j+1]++
	}
	for j := range x.Cols {
		t.Bounds[j+1] += t.Bounds[j]
	}
	next := make([]int64, x.Cols)
	copy(next, t.Bounds)
	for i := range x.Rows() {
		columns, values := x.Row(i)
		for k, j := range columns {
			t.Columns[next[j]], t.Values[next[j]] = int32(i), values[k]
			next[j]++
		}
	}
	return t
}

// NormaliseRows scales every row of x to length one, in place. Rows of zeros stay.
func (x *CSR) NormaliseRows() {
	parallel.Blocks(x.Rows(), blockRows, func(_, from, until int) {
		for i := from; i < until; i++ {
			_, values := x.Row(i)
			Normalise(values)
		}
	})
}

// Normalise scales the values to length one, in place; zeros stay.
func Normalise(values []float32) {
	sum := 0.0
	for _, v := range values {
		sum += float64(v) * float64(v)
	}
	if sum == 0 {
		return
	}
	scale := float32(1 / math.Sqrt(sum))
	for k := range values {
		values[k] *= scale
	}
}

// ScaleColumns multiplies column j of x by weights[j], in place. Panics unless
// there is a weight for every column.
func (x *CSR) ScaleColumns(weights []float32) {
	if len(weights) != x.Cols {
		panic(fmt.Sprintf("sparse: %d weights for %d columns", len(weights), x.Cols))
	}
	parallel.Blocks(x.Rows(), blockRows, func(_, from, until int) {
		for i := from; i < until; i++ {
			columns, values := x.Row(i)
			for k, j := range columns {
				values[k] *= weights[j]
			}
		}
	})
}

// ColumnSums adds the columns of x up into dst, which must have x.Cols entries
// and is added to, not cleared.
func (x *CSR) ColumnSums(dst []float64) {
	for i := range x.Rows() {
		columns, values := x.Row(i)
		for k, j := range columns {
			dst[j] += float64(values[k])
		}
	}
}

// ColumnCounts counts the rows that hold each column into dst, which must have
// x.Cols entries and is added to, not cleared: document frequencies. With
// [CSR.Slice] they can be had for some rows only.
func (x *CSR) ColumnCounts(dst []int32) {
	for i := range x.Rows() {
		for _, j := range x.Columns[x.Bounds[i]:x.Bounds[i+1]] {
			dst[j]++
		}
	}
}
