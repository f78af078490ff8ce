package sparse_test

import (
	"fmt"
	"math"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/nlp/sparse"
)

// build makes a matrix from dense rows.
func build(rows [][]float32, cols int) *sparse.CSR {
	b := sparse.NewBuilder(cols)
	for _, row := range rows {
		for j := range row { // from the back, so that rows need sorting
			if k := len(row) - 1 - j; row[k] != 0 {
				b.Add(int32(k), row[k])
			}
		}
		b.EndRow()
	}
	return b.Build()
}

func dense(x *sparse.CSR) [][]float32 {
	out := make([][]float32, x.Rows())
	for i := range out {
		out[i] = make([]float32, x.Cols)
		columns, values := x.Row(i)
		for k, j := range columns {
			out[i][j] = values[k]
		}
	}
	return out
}

// matrix draws a small matrix of small whole numbers, so that sums are exact.
func matrix(t *rapid.T) ([][]float32, int) {
	cols := rapid.IntRange(1, 40).Draw(t, "cols")
	row := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) float32 {
		return float32(rapid.SampledFrom([]int{0, 0, 0, 1, 2, -3}).Draw(t, "value"))
	}), cols, cols)
	return rapid.SliceOfN(row, 0, 12).Draw(t, "rows"), cols
}

func TestBuilderAddsUpRepeats(t *testing.T) {
	b := sparse.NewBuilder(50)
	for k := range 40 {
		b.Add(int32(49-k), 1)
		b.Add(7, 2)
	}
	b.EndRow()
	b.EndRow()
	x := b.Build()
	if err := x.Check(); err != nil {
		t.Fatal(err)
	}
	if got := x.At(0, 7); got != 80 {
		t.Errorf("column 7 holds %v", got)
	}
	if got := x.At(0, 49); got != 1 {
		t.Errorf("column 49 holds %v", got)
	}
	if x.At(1, 7) != 0 || x.Rows() != 2 || x.Entries() != 41 {
		t.Errorf("%d rows, %d entries", x.Rows(), x.Entries())
	}
}

func TestOperationsAgreeWithDense(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, v := matrix(t)
		x := build(rows, v)
		if err := x.Check(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(rows, dense(x)); len(rows) > 0 && diff != "" {
			t.Fatalf("built (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(dense(x), dense(x.Transpose().Transpose())); diff != "" {
			t.Fatalf("transposed twice:\n%s", diff)
		}
		d := rapid.IntRange(1, 40).Draw(t, "d")
		b := make([]float64, v*d)
		for i := range b {
			b[i] = float64(i%7 - 3)
		}
		got, want := make([]float64, len(rows)*d), make([]float64, len(rows)*d)
		for i, row := range rows {
			for j, value := range row {
				for k := range d {
					want[i*d+k] += float64(value) * b[j*d+k]
				}
			}
		}
		sparse.MulDense(got, x, b, d)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("MulDense:\n%s", diff)
		}
		back, wantBack := make([]float64, v*d), make([]float64, v*d)
		sparse.TMulDense(back, x, got, d)
		if len(rows) > 0 {
			sparse.MulDense(wantBack, x.Transpose(), got, d)
		}
		if diff := cmp.Diff(wantBack, back); diff != "" {
			t.Fatalf("TMulDense:\n%s", diff)
		}
		sums, counts := make([]float64, v), make([]int32, v)
		x.ColumnSums(sums)
		x.ColumnCounts(counts)
		for j := range v {
			sum, count := 0.0, int32(0)
			for _, row := range rows {
				sum += float64(row[j])
				if row[j] != 0 {
					count++
				}
			}
			if sums[j] != sum || counts[j] != count {
				t.Fatalf("column %d: sum %v, count %d; want %v, %d", j, sums[j], counts[j], sum, count)
			}
		}
		for i := range rows {
			for j := range rows {
				ac, av := x.Row(i)
				bc, bv := x.Row(j)
				if got, want := sparse.DotRows(ac, av, bc, bv), sparse.Dot(ac, av, rows[j]); got != want {
					t.Fatalf("rows %d and %d: %v, want %v", i, j, got, want)
				}
			}
		}
	})
}

func TestSliceGatherSelect(t *testing.T) {
	rows := [][]float32{{1, 0, 2}, {0, 3, 0}, {0, 0, 0}, {4, 5, 6}}
	x := build(rows, 3)
	view := x.Slice(1, 4)
	if diff := cmp.Diff(rows[1:], dense(view)); diff != "" {
		t.Errorf("slice:\n%s", diff)
	}
	if err := view.Check(); err != nil {
		t.Error(err)
	}
	if view.Entries() != 4 {
		t.Errorf("the slice has %d entries", view.Entries())
	}
	if diff := cmp.Diff([][]float32{rows[3], rows[0], rows[3]}, dense(x.Gather([]int32{3, 0, 3}))); diff != "" {
		t.Errorf("gathered:\n%s", diff)
	}
	if diff := cmp.Diff(dense(view.Transpose()), dense(view.Clone().Transpose())); diff != "" {
		t.Errorf("transpose of a view:\n%s", diff)
	}
	got := x.SelectColumns([]int32{1, -1, 0}, 2)
	if diff := cmp.Diff([][]float32{{2, 1}, {0, 0}, {0, 0}, {6, 4}}, dense(got)); diff != "" {
		t.Errorf("selected:\n%s", diff)
	}
	if err := got.Check(); err != nil {
		t.Error(err)
	}
	want := view.SelectColumns([]int32{0, -1, 1}, 2)
	want.Values = nil
	if diff := cmp.Diff(want, view.Pattern([]int32{0, -1, 1}, 2)); diff != "" {
		t.Errorf("pattern of a view:\n%s", diff)
	}
	if p := new(sparse.CSR).Pattern(nil, 0); p.Rows() != 0 {
		t.Errorf("%d rows of none", p.Rows())
	}
}

func TestScaling(t *testing.T) {
	x := build([][]float32{{3, 0, 4}, {0, 0, 0}}, 3)
	x.NormaliseRows()
	if diff := cmp.Diff([][]float32{{.6, 0, .8}, {0, 0, 0}}, dense(x)); diff != "" {
		t.Errorf("normalised:\n%s", diff)
	}
	x.ScaleColumns([]float32{10, 1, 0})
	if diff := cmp.Diff([][]float32{{6, 0, 0}, {0, 0, 0}}, dense(x)); diff != "" {
		t.Errorf("scaled:\n%s", diff)
	}
}

func TestCheckFindsFaults(t *testing.T) {
	nan := float32(math.NaN())
	for name, x := range map[string]*sparse.CSR{
		"no bounds":           {Cols: 1},
		"bounds run over":     {Cols: 2, Bounds: []int64{0, 2}, Columns: []int32{0}, Values: []float32{1}},
		"bounds fall":         {Cols: 2, Bounds: []int64{0, 2, 1, 2}, Columns: []int32{0, 1}, Values: []float32{1, 1}},
		"column out of range": {Cols: 2, Bounds: []int64{0, 1}, Columns: []int32{2}, Values: []float32{1}},
		"column repeated":     {Cols: 2, Bounds: []int64{0, 2}, Columns: []int32{1, 1}, Values: []float32{1, 1}},
		"not a number":        {Cols: 2, Bounds: []int64{0, 1}, Columns: []int32{1}, Values: []float32{nan}},
	} {
		if x.Check() == nil {
			t.Errorf("%s: no fault found", name)
		}
	}
}

func TestBrokenContractsPanic(t *testing.T) {
	x := build([][]float32{{1, 2}}, 2)
	for name, call := range map[string]func(){
		"column":    func() { sparse.NewBuilder(2).Add(2, 1) },
		"product":   func() { sparse.MulDense(make([]float32, 3), x, make([]float32, 4), 2) },
		"transpose": func() { sparse.TMulDense(make([]float32, 3), x, make([]float32, 2), 2) },
		"weights":   func() { x.ScaleColumns([]float32{1}) },
		"select":    func() { x.SelectColumns([]int32{1}, 1) },
		"pattern":   func() { x.Pattern([]int32{1}, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			call()
		})
	}
}

func TestCoresDoNotChangeResults(t *testing.T) {
	b := sparse.NewBuilder(300)
	for i := range 2000 {
		for k := range 20 {
			b.Add(int32((i*31+k*k*7)%300), float32(math.Sin(float64(i*k+1))))
		}
		b.EndRow()
	}
	x := b.Build()
	const d = 40
	omega := make([]float32, 300*d)
	for i := range omega {
		omega[i] = float32(math.Cos(float64(i)))
	}
	run := func(cores int) ([]float32, []float32) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		y, z := make([]float32, 2000*d), make([]float32, 300*d)
		sparse.MulDense(y, x, omega, d)
		sparse.TMulDense(z, x, y, d)
		return y, z
	}
	y1, z1 := run(1)
	y2, z2 := run(3)
	if !cmp.Equal(y1, y2) || !cmp.Equal(z1, z2) {
		t.Error("products differ between one core and three")
	}
}

func ExampleCSR() {
	b := sparse.NewBuilder(3)
	b.Add(0, 3)
	b.Add(2, 4)
	b.EndRow()
	b.Add(1, 1)
	b.EndRow()
	x := b.Build()
	x.NormaliseRows()
	fmt.Println(x.Rows(), x.Cols, x.At(0, 0), x.At(0, 2), x.At(1, 1))
	// Output: 2 3 0.6 0.8 1
}

func TestDotDense(t *testing.T) {
	for n := range 11 {
		a, b, want := make([]float64, n), make([]float64, n), 0.0
		for i := range n {
			a[i], b[i] = float64(i+1), float64(2*i-3)
			want += a[i] * b[i]
		}
		if got := sparse.DotDense(a, b); got != want {
			t.Errorf("%d numbers: %g, want %g", n, got, want)
		}
	}
}
