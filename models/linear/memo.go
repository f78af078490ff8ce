package linear

// Memo remembers what sums of rows come to, for a model that meets the same sums
// again and again, such as the pieces of one word: sum i, once learnt, costs as
// much as one feature. Use one for each goroutine.
type Memo struct {
	model *Model
	rows  []float32 // a row of padded(k) for each sum
}

// Memo gives an empty memory.
func (m *Model) Memo() *Memo { return &Memo{model: m} }

// Len gives how many sums are known; they are numbered in the order they were learnt.
func (o *Memo) Len() int { return len(o.rows) / len(o.model.intercept) }

// Forget empties the memory.
func (o *Memo) Forget() { o.rows = o.rows[:0] }

// Learn remembers the scores of the next row, without the intercepts. Panics if a
// column is out of range.
func (o *Memo) Learn(columns []int32, values []float32) {
	from, wide := len(o.rows), len(o.model.intercept)
	for range wide {
		o.rows = append(o.rows, 0)
	}
	addRows(o.rows[from:from+wide], o.model.weights, columns, values)
}

// Add adds to the scores that [Model.Row] gave, in the same scratch, sum sums[i]
// times values[i] for every i. Panics unless the lengths agree and the sums are known.
func (o *Memo) Add(scratch []float32, sums []int32, values []float32) {
	addRows(scratch[:len(o.model.intercept)], o.rows, sums, values)
}
