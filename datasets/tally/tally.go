// Package tally counts events by week and stratum, keeping "none were reported"
// apart from "we did not look".
package tally

import (
	"fmt"

	"psims/datasets/incident"
)

// Stratum names one series of counts: one value of one dimension.
type Stratum struct {
	Dimension string `json:"dimension"` // "category", "specialty", "care setting", "region", "theme", "all"
	Value     string `json:"value"`
}

// String gives "dimension: value".
func (s Stratum) String() string { return s.Dimension + ": " + s.Value }

// Table holds counts of t weeks × s strata, row-major, oldest week first.
//
// A cell that was not observed (before a reporter began, after a system closed)
// is not a zero: Observed tells them apart, and its count is 0 and means nothing.
type Table struct {
	Weeks    []incident.Day // Mondays, ascending, no gap
	Strata   []Stratum
	Counts   []int32 // t×s
	observed []bool  // t×s
}

// New returns a table of weeks from the Monday of from to the Monday of until,
// both included, in which every cell is observed and zero.
//
// Panics if until is before from.
func New(from, until incident.Day, strata []Stratum) *Table {
	from, until = from.Monday(), until.Monday()
	if until < from {
		panic(fmt.Sprintf("tally: weeks from %v until %v", from, until))
	}
	t := &Table{Strata: strata}
	for w := from; w <= until; w += 7 {
		t.Weeks = append(t.Weeks, w)
	}
	t.Counts = make([]int32, len(t.Weeks)*len(strata))
	t.observed = make([]bool, len(t.Counts))
	for i := range t.observed {
		t.observed[i] = true
	}
	return t
}

// Add counts one event of stratum s (an index into Strata) on day d. A day
// outside the weeks is not counted.
func (t *Table) Add(d incident.Day, s int) {
	if len(t.Weeks) == 0 || d < t.Weeks[0] {
		return
	}
	if w := int(d-t.Weeks[0]) / 7; w < len(t.Weeks) {
		t.Counts[w*len(t.Strata)+s]++
	}
}

// Observed reports whether stratum s was looked at in week w (both indices).
func (t *Table) Observed(w, s int) bool { return t.observed[w*len(t.Strata)+s] }

// SetUnobserved says that stratum s was not looked at in week w.
func (t *Table) SetUnobserved(w, s int) {
	t.observed[w*len(t.Strata)+s] = false
	t.Counts[w*len(t.Strata)+s] = 0
}

// Series copies stratum s, oldest first, into two slices of len(Weeks).
func (t *Table) Series(s int) (counts []int32, observed []bool) {
	counts, observed = make([]int32, len(t.Weeks)), make([]bool, len(t.Weeks))
	for w := range t.Weeks {
		counts[w], observed[w] = t.Counts[w*len(t.Strata)+s], t.observed[w*len(t.Strata)+s]
	}
	return counts, observed
}
