package incident

import "strings"

// Column is a dictionary-coded text column: Names[Codes[i]] is the value of row
// i. Code 0 is always "", not recorded; further names stand in order of first
// appearance.
type Column struct {
	Names []string
	Codes []int32
	index map[string]int32
}

// Append adds a row. The value is cloned when it is new, so it may be a view.
func (c *Column) Append(v string) {
	if c.index == nil {
		c.Names, c.index = []string{""}, map[string]int32{"": 0}
	}
	code, seen := c.index[v]
	if !seen {
		v = strings.Clone(v)
		code = int32(len(c.Names))
		c.index[v] = code
		c.Names = append(c.Names, v)
	}
	c.Codes = append(c.Codes, code)
}

// Value gives row i.
func (c *Column) Value(i int) string { return c.Names[c.Codes[i]] }

// Table holds the n current events of an as-of day, ordered by reported day,
// then system, then id. All slices have length n; it is read-only once filled.
type Table struct {
	ID           []string
	System       Column
	Kind         []Kind
	Reported     []Day // first submission
	Occurred     []Day // NoDay when not recorded
	Harm         []Harm
	Organisation Column
	Region       Column // from the organisation reference; "" when not in it
	Scheme       Column
	Category     Column
	Specialty    Column
	CareSetting  Column
	Medication   Column
	Device       Column
	NeverEvent   Column
	Text         []string // the redacted description
}

// Len gives n.
func (t *Table) Len() int { return len(t.ID) }

// Until gives the number of events that were reported on or before d. Because
// the rows are in order of report, these are rows [0, Until(d)).
func (t *Table) Until(d Day) int {
	lo, hi := 0, len(t.Reported)
	for lo < hi {
		if mid := (lo + hi) / 2; t.Reported[mid] <= d {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}
