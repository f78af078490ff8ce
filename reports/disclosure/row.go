package disclosure

import "fmt"

// Counts gives the cells of one row (or column) and their total as they may be
// published together. For one row, or rows with no totals across them; where
// there are some, ask for a Table.
//
// Under rounding the total is the true one, rounded. Now and then that would give
// a hidden count away: 1, 13 and 13 would read *, 15, 15 and 25, which only a 1
// fits. The total then moves to the nearest that doesn't, here 30. So every hidden
// count keeps at least 4 values in the eyes of a reader who knows all of this.
//
// Under a threshold, a true total would give a lone hidden count away, and so
// would a rule for hiding a second one to a reader who knows it. The total then
// reads "at least 1,230": the sum of the cells that show, which tells nothing
// new. So don't publish the true total of such a row elsewhere.
//
// Panics if a count is negative.
func (p Policy) Counts(counts []int) (cells []Shown, total Shown) {
	sum, shown, anyHidden := 0, 0, false
	cells = make([]Shown, len(counts))
	for i, n := range counts {
		cells[i] = p.Count(n)
		sum += n
		if cells[i].IsHidden() {
			anyHidden = true
		} else {
			shown += n
		}
	}
	switch {
	case !anyHidden:
		return cells, p.Count(sum)
	case p.nearer != 0:
		return cells, p.safeTotal(p.spans(cells), sum, nil)
	case shown == 0:
		return cells, hidden()
	}
	return cells, AtLeast(shown)
}

// Table is a two-way table as it may be published with all its totals.
type Table struct {
	Cells         [][]Shown // rows × columns
	Rows, Columns []Shown   // totals of each row and of each column
	Total         Shown
}

// Table gives a two-way table with its totals as they may be published together.
// Rows are as Counts gives them. When a cell of the table is hidden, the other
// totals are made of what the rows show, and so tell nothing new: "about 1,230",
// or "at least 1,230" under a threshold. So put along the rows what people add up
// first.
//
// Panics if a count is negative or the rows differ in length.
func (p Policy) Table(counts [][]int) Table {
	var t Table
	var columns []int
	all, anyHidden := 0, false
	for i, row := range counts {
		if i == 0 {
			columns = make([]int, len(row))
		}
		if len(row) != len(columns) {
			panic(fmt.Sprintf("disclosure: row of %d cells in a table of %d columns", len(row), len(columns)))
		}
		cells, total := p.Counts(row)
		t.Cells, t.Rows = append(t.Cells, cells), append(t.Rows, total)
		for j, n := range row {
			columns[j] += n
			all += n
			anyHidden = anyHidden || cells[j].IsHidden()
		}
	}
	t.Columns = make([]Shown, len(columns))
	if !anyHidden {
		for j, n := range columns {
			t.Columns[j] = p.Count(n)
		}
		t.Total = p.Count(all)
		return t
	}
	for j := range columns {
		column := make([]Shown, len(t.Cells))
		for i := range t.Cells {
			column[i] = t.Cells[i][j]
		}
		t.Columns[j] = p.sumOf(column)
	}
	t.Total = p.sumOf(t.Rows)
	return t
}

// sumOf adds up what shows.
func (p Policy) sumOf(parts []Shown) Shown {
	sum, least, any := 0, false, false
	for _, s := range parts {
		n, atLeast, known := s.number()
		sum, least, any = sum+n, least || atLeast || !known, any || known
	}
	switch {
	case !any, sum == 0 && least:
		return hidden()
	case p.nearer != 0:
		return About(sum)
	case least:
		return AtLeast(sum)
	}
	return p.Count(sum)
}
