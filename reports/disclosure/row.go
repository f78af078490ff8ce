package disclosure

import "math"

// Counts gives the cells of one row (or column) and their total as they may be
// published together.
//
// Under a threshold, a true total would give a lone hidden count away, and so
// would a rule for hiding a second one to a reader who knows it. The total then
// reads "at least 1,230": the sum of the cells that show, which tells nothing
// new. So don't publish the true total of such a row elsewhere. Rounding needs
// no such care.
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
	case !anyHidden || p.nearer != 0:
		return cells, p.Count(sum)
	case shown == 0:
		return cells, hidden()
	}
	return cells, Shown{Text: "at least " + Commas(shown), Value: math.NaN()}
}
