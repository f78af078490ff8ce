// Package sparse holds the matrix in which documents are counted and weighed:
// one row a document, one column a term, and only what is not zero is kept.
//
// [CSR] is compressed rows. A [Builder] makes one row by row. The operations are
// the few that learning needs: scaling rows, products with dense matrices,
// transposing, counting columns. Rows are worked on in blocks of a fixed size and
// every sum is taken in the order of the rows, so that results are the same bytes
// on any number of cores.
package sparse

import (
	"fmt"
	"math"
	"slices"
)

// CSR is an n×v matrix in compressed rows. Row i holds Values[Bounds[i]:Bounds[i+1]]
// in the columns Columns[Bounds[i]:Bounds[i+1]], which ascend without repeats.
// Bounds has n+1 entries, and Bounds[0] need not be 0 (see [CSR.Slice]).
//
// Methods do not change the matrix unless they say so. Several goroutines may
// read one.
type CSR struct {
	Cols    int
	Bounds  []int64
	Columns []int32
	Values  []float32
}

// Rows gives n.
func (x *CSR) Rows() int { return max(0, len(x.Bounds)-1) }

// Entries gives the number of entries kept.
func (x *CSR) Entries() int64 {
	if len(x.Bounds) == 0 {
		return 0
	}
	return x.Bounds[len(x.Bounds)-1] - x.Bounds[0]
}

// Row gives the columns and values of row i, as views into the matrix.
func (x *CSR) Row(i int) (columns []int32, values []float32) {
	from, until := x.Bounds[i], x.Bounds[i+1]
	return x.Columns[from:until:until], x.Values[from:until:until]
}

// At gives the value in row i and column j.
func (x *CSR) At(i int, j int32) float32 {
	columns, values := x.Row(i)
	if k, ok := slices.BinarySearch(columns, j); ok {
		return values[k]
	}
	return 0
}

// Slice gives rows from up to, but not including, until, as a view that shares
// the memory of x.
func (x *CSR) Slice(from, until int) *CSR {
	return &CSR{Cols: x.Cols, Bounds: x.Bounds[from : until+1 : until+1], Columns: x.Columns, Values: x.Values}
}

// Gather copies the given rows, in the given order; a row may come more than once.
func (x *CSR) Gather(rows []int32) *CSR {
	out := &CSR{Cols: x.Cols, Bounds: make([]int64, 1, len(rows)+1)}
	total := int64(0)
	for _, i := range rows {
		total += x.Bounds[i+1] - x.Bounds[i]
		out.Bounds = append(out.Bounds, total)
	}
	out.Columns = make([]int32, 0, total)
	out.Values = make([]float32, 0, total)
	for _, i := range rows {
		columns, values := x.Row(int(i))
		out.Columns = append(out.Columns, columns...)
		out.Values = append(out.Values, values...)
	}
	return out
}

// SelectColumns copies x with column j moved to to[j], and left out where to[j]
// is negative; cols is the number of columns of the result. Where to is not
// monotonic, rows are sorted again. Panics unless len(to) is x.Cols.
func (x *CSR) SelectColumns(to []int32, cols int) *CSR {
	if len(to) != x.Cols {
		panic(fmt.Sprintf("sparse: %d places for %d columns", len(to), x.Cols))
	}
	b := NewBuilder(cols)
	b.Grow(x.Rows(), x.Entries())
	for i := range x.Rows() {
		columns, values := x.Row(i)
		for k, j := range columns {
			if to[j] >= 0 {
				b.Add(to[j], values[k])
			}
		}
		b.EndRow()
	}
	return b.Build()
}

// Pattern gives which columns each row holds, without the values: column j moved to
// to[j], and left out where to[j] is negative; to ascends where it is not negative.
// Panics unless len(to) is x.Cols.
func (x *CSR) Pattern(to []int32, cols int) *CSR {
	if len(to) != x.Cols {
		panic(fmt.Sprintf("sparse: %d places for %d columns", len(to), x.Cols))
	}
	out := &CSR{Cols: cols, Bounds: make([]int64, 1, x.Rows()+1)}
	if x.Rows() == 0 {
		return out
	}
	entries := int64(0)
	for i := range x.Rows() {
		for _, j := range x.Columns[x.Bounds[i]:x.Bounds[i+1]] {
			if to[j] >= 0 {
				entries++
			}
		}
		out.Bounds = append(out.Bounds, entries)
	}
	out.Columns = make([]int32, 0, entries)
	for _, j := range x.Columns[x.Bounds[0]:x.Bounds[x.Rows()]] {
		if to[j] >= 0 {
			out.Columns = append(out.Columns, to[j])
		}
	}
	return out
}

// Clone copies x, with Bounds[0] at 0.
func (x *CSR) Clone() *CSR {
	rows := make([]int32, x.Rows())
	for i := range rows {
		rows[i] = int32(i)
	}
	return x.Gather(rows)
}

// Check says what is wrong with x, if anything: bounds that fall or run over,
// columns out of range or out of order, values that are not finite.
func (x *CSR) Check() error {
	if len(x.Bounds) == 0 {
		return fmt.Errorf("sparse: a matrix without bounds")
	}
	if len(x.Columns) != len(x.Values) || x.Bounds[0] < 0 || x.Bounds[len(x.Bounds)-1] > int64(len(x.Values)) {
		return fmt.Errorf("sparse: bounds %d to %d over %d columns and %d values", x.Bounds[0], x.Bounds[len(x.Bounds)-1], len(x.Columns), len(x.Values))
	}
	for i := range x.Rows() {
		if x.Bounds[i+1] < x.Bounds[i] || x.Bounds[i+1] > int64(len(x.Values)) {
			return fmt.Errorf("sparse: row %d runs from %d to %d", i, x.Bounds[i], x.Bounds[i+1])
		}
		columns, values := x.Row(i)
		last := int32(-1)
		for k, j := range columns {
			if j <= last || int(j) >= x.Cols {
				return fmt.Errorf("sparse: row %d holds column %d after %d, of %d", i, j, last, x.Cols)
			}
			if v := float64(values[k]); math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("sparse: row %d, column %d is %v", i, j, v)
			}
			last = j
		}
	}
	return nil
}

// Builder makes a [CSR] row by row.
type Builder struct {
	x       CSR
	ordered bool
}

// NewBuilder starts a matrix of the given number of columns and no row.
func NewBuilder(cols int) *Builder {
	return &Builder{x: CSR{Cols: cols, Bounds: []int64{0}}, ordered: true}
}

// Grow makes room for rows and entries to come.
func (b *Builder) Grow(rows int, entries int64) {
	b.x.Bounds = slices.Grow(b.x.Bounds, rows)
	b.x.Columns = slices.Grow(b.x.Columns, int(entries))
	b.x.Values = slices.Grow(b.x.Values, int(entries))
}

// Add puts a value into the row being made. Columns may come in any order and
// more than once: their values are added up. Panics if the column is out of range.
func (b *Builder) Add(column int32, value float32) {
	if column < 0 || int(column) >= b.x.Cols {
		panic(fmt.Sprintf("sparse: column %d of %d", column, b.x.Cols))
	}
	from := b.x.Bounds[len(b.x.Bounds)-1]
	if n := len(b.x.Columns); int64(n) > from && b.x.Columns[n-1] >= column {
		b.ordered = false
	}
	b.x.Columns = append(b.x.Columns, column)
	b.x.Values = append(b.x.Values, value)
}

// EndRow ends the row being made; the next Add starts another.
func (b *Builder) EndRow() {
	from := int(b.x.Bounds[len(b.x.Bounds)-1])
	if !b.ordered {
		n := sortRow(b.x.Columns[from:], b.x.Values[from:])
		b.x.Columns, b.x.Values = b.x.Columns[:from+n], b.x.Values[:from+n]
		b.ordered = true
	}
	b.x.Bounds = append(b.x.Bounds, int64(len(b.x.Columns)))
}

// Build gives the matrix of the rows that were ended. The builder must not be used after.
func (b *Builder) Build() *CSR {
	x := b.x
	b.x = CSR{}
	end := x.Bounds[len(x.Bounds)-1]
	x.Columns, x.Values = x.Columns[:end], x.Values[:end]
	return &x
}

// sortRow orders a row by column and adds up repeats; it gives how many entries stay.
// Repeats are added in the order in which they came.
func sortRow(columns []int32, values []float32) int {
	SortRow(columns, values)
	n := 0
	for k := range columns {
		if n > 0 && columns[n-1] == columns[k] {
			values[n-1] += values[k]
			continue
		}
		columns[n], values[n] = columns[k], values[k]
		n++
	}
	return n
}

// SortRow sorts the columns and the values of a row together, in place, so that
// columns ascend; repeats keep their order. Panics unless the lengths agree.
func SortRow(columns []int32, values []float32) {
	if len(columns) != len(values) {
		panic(fmt.Sprintf("sparse: %d values for %d columns", len(values), len(columns)))
	}
	if len(columns) <= 24 {
		for k := 1; k < len(columns); k++ {
			c, v := columns[k], values[k]
			i := k
			for ; i > 0 && columns[i-1] > c; i-- {
				columns[i], values[i] = columns[i-1], values[i-1]
			}
			columns[i], values[i] = c, v
		}
		return
	}
	keys := make([]uint64, len(columns))
	old := slices.Clone(values)
	for k, c := range columns {
		keys[k] = uint64(c)<<32 | uint64(k)
	}
	slices.Sort(keys)
	for i, key := range keys {
		columns[i], values[i] = int32(key>>32), old[uint32(key)]
	}
}

// Stack puts matrices of the given number of columns below each other. Panics if
// one has another number of columns.
func Stack(cols int, blocks []*CSR) *CSR {
	rows, entries := 0, int64(0)
	for _, b := range blocks {
		if b.Cols != cols {
			panic(fmt.Sprintf("sparse: %d columns below %d", b.Cols, cols))
		}
		rows += b.Rows()
		entries += b.Entries()
	}
	x := &CSR{Cols: cols, Bounds: make([]int64, 1, rows+1), Columns: make([]int32, 0, entries), Values: make([]float32, 0, entries)}
	for _, b := range blocks {
		for i := range b.Rows() {
			columns, values := b.Row(i)
			x.Columns, x.Values = append(x.Columns, columns...), append(x.Values, values...)
			x.Bounds = append(x.Bounds, int64(len(x.Columns)))
		}
	}
	return x
}
