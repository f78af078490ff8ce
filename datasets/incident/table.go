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

// Spelt gives a column of n rows.
func Spelt(n int, value func(i int) string) *Column {
	c := &Column{Codes: make([]int32, 0, n)}
	for i := range n {
		c.Append(value(i))
	}
	return c
}

// Set gives row i another value. Cost: linear in the number of names.
func (c *Column) Set(i int, v string) {
	for code, name := range c.Names {
		if name == v {
			c.Codes[i] = int32(code)
			return
		}
	}
	c.Codes[i] = int32(len(c.Names))
	c.Names = append(c.Names, strings.Clone(v))
	if c.index != nil {
		c.index[c.Names[len(c.Names)-1]] = c.Codes[i]
	}
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
	Subcategory  Column // level 2 of Category, in the words of its scheme
	Specialty    Column
	CareSetting  Column
	Medication   Column
	Device       Column
	NeverEvent   Column
	AgeDays      []int32  // of the first patient; −1 when not recorded
	Sex          Column   // of the first patient, as the sender's code list names it
	Text         []string // the redacted description
}

// Len gives n.
func (t *Table) Len() int { return len(t.ID) }

// Head gives the first m events as a table of their own: it holds no name that
// only later events use. Columns that are empty stay empty. The rows are shared.
func (t *Table) Head(m int) *Table {
	if m == t.Len() {
		return t
	}
	out := *t
	out.ID, out.Kind, out.Reported, out.Occurred = upTo(t.ID, m), upTo(t.Kind, m), upTo(t.Reported, m), upTo(t.Occurred, m)
	out.Harm, out.AgeDays, out.Text = upTo(t.Harm, m), upTo(t.AgeDays, m), upTo(t.Text, m)
	for _, c := range out.columns() {
		*c = c.head(m)
	}
	return &out
}

// Reporters gives each event a code for its organisation and recording system; 0
// when no organisation is recorded.
func (t *Table) Reporters() []int32 {
	out := make([]int32, t.Len())
	for i := range out {
		if o := t.Organisation.Codes[i]; o != 0 {
			out[i] = o*int32(len(t.System.Names)) + t.System.Codes[i]
		}
	}
	return out
}

// columns lists the dictionary-coded columns.
func (t *Table) columns() []*Column {
	return []*Column{&t.System, &t.Organisation, &t.Region, &t.Scheme, &t.Category, &t.Subcategory, &t.Specialty, &t.CareSetting, &t.Medication, &t.Device, &t.NeverEvent, &t.Sex}
}

// head gives the first m rows, with the names that they use and those before them.
func (c *Column) head(m int) Column {
	codes := upTo(c.Codes, m)
	used := int32(0)
	for _, k := range codes {
		used = max(used, k)
	}
	return Column{Names: upTo(c.Names, int(used)+1), Codes: codes}
}

// upTo gives the first m of a slice that is not empty.
func upTo[E any](s []E, m int) []E {
	return s[:min(m, len(s)):min(m, len(s))]
}

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
