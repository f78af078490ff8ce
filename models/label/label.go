// Package label holds which of k labels each of n texts has: what people said, or
// what a model predicts.
//
// A [Table] is made of classes ([Single]), of sets of labels ([Multi]) or of what
// another table names ([Table.Conform]); it is read by row, and never changes.
package label

import (
	"fmt"
	"slices"
	"strings"
)

// Table is an n×k table of labels. Row i holds the numbers of the labels of text
// i, ascending; it is empty for a text without a label. Names are distinct.
//
// A table does not change; several goroutines may read one.
type Table struct {
	names  []string
	bounds []int32
	ids    []int32
}

// Single makes a table of one label a text, "" for a text without one. Labels are
// numbered in the order of their names.
func Single(labels []string) *Table {
	rows := make([][]string, len(labels))
	for i := range labels {
		if labels[i] != "" {
			rows[i] = labels[i : i+1]
		}
	}
	return Multi(rows)
}

// Multi makes a table of any number of labels a text. Labels are numbered in the
// order of their names; "" and repeats within a row count for nothing.
func Multi(rows [][]string) *Table {
	var names []string
	seen := map[string]bool{}
	for _, row := range rows {
		for _, name := range row {
			if name != "" && !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	t, _ := conform(names, rows) // every name was just listed
	return t
}

// Named makes a table of one label a text with the labels numbered as in names, ""
// for a text without one. Errors: a name that comes twice or is empty, a label that is not in names.
func Named(names, labels []string) (*Table, error) {
	rows := make([][]string, len(labels))
	for i := range labels {
		if labels[i] != "" {
			rows[i] = labels[i : i+1]
		}
	}
	return NamedMulti(names, rows)
}

// NamedMulti is [Named] for any number of labels a text.
func NamedMulti(names []string, rows [][]string) (*Table, error) {
	for i, name := range names {
		if name == "" || slices.Contains(names[:i], name) {
			return nil, fmt.Errorf("label: name %d, %q, is empty or comes twice", i, name)
		}
	}
	t, missing := conform(slices.Clone(names), rows)
	if missing != "" {
		return nil, fmt.Errorf("label: %q is not one of the %d labels", missing, len(names))
	}
	return t, nil
}

// Of makes a table of one class a text, by number; −1 for a text without one. The
// names must be distinct. Panics if a class is out of range.
func Of(names []string, classes []int32) *Table {
	t := &Table{names: slices.Clone(names), bounds: make([]int32, 1, len(classes)+1)}
	for i, c := range classes {
		if int(c) >= len(names) || c < -1 {
			panic(fmt.Sprintf("label: class %d of %d for text %d", c, len(names), i))
		}
		if c >= 0 {
			t.ids = append(t.ids, c)
		}
		t.bounds = append(t.bounds, int32(len(t.ids)))
	}
	return t
}

// OfSets makes a table of any number of labels a text, by number, ascending and
// without repeats. The names must be distinct. Panics if a row is not so.
func OfSets(names []string, rows [][]int32) *Table {
	t := &Table{names: slices.Clone(names), bounds: make([]int32, 1, len(rows)+1)}
	for i, row := range rows {
		last := int32(-1)
		for _, c := range row {
			if c <= last || int(c) >= len(names) {
				panic(fmt.Sprintf("label: class %d of %d after %d for text %d", c, len(names), last, i))
			}
			last = c
		}
		t.ids = append(t.ids, row...)
		t.bounds = append(t.bounds, int32(len(t.ids)))
	}
	return t
}

// conform numbers the labels of rows as in names and gives the first that is not
// there; such labels are left out.
func conform(names []string, rows [][]string) (t *Table, missing string) {
	number := make(map[string]int32, len(names))
	for c, name := range names {
		number[name] = int32(c)
	}
	t = &Table{names: names, bounds: make([]int32, 1, len(rows)+1)}
	for _, row := range rows {
		from := len(t.ids)
		for _, name := range row {
			c, ok := number[name]
			if ok {
				t.ids = append(t.ids, c)
			} else if name != "" && missing == "" {
				missing = name
			}
		}
		slices.Sort(t.ids[from:])
		t.ids = t.ids[:from+len(slices.Compact(t.ids[from:]))]
		t.bounds = append(t.bounds, int32(len(t.ids)))
	}
	return t, missing
}

// Rows gives n.
func (t *Table) Rows() int { return max(0, len(t.bounds)-1) }

// Classes gives k.
func (t *Table) Classes() int { return len(t.names) }

// Names gives a copy of the k names, in the order of their numbers.
func (t *Table) Names() []string { return slices.Clone(t.names) }

// Name gives the name of label c.
func (t *Table) Name(c int32) string { return t.names[c] }

// Row gives the labels of text i, ascending, as a view that must not be written to.
func (t *Table) Row(i int) []int32 {
	from, until := t.bounds[i], t.bounds[i+1]
	return t.ids[from:until:until]
}

// Has says whether text i has label c.
func (t *Table) Has(i int, c int32) bool { return slices.Contains(t.Row(i), c) }

// Class gives the label of text i, −1 if it has none, and the first if several.
func (t *Table) Class(i int) int32 {
	if row := t.Row(i); len(row) > 0 {
		return row[0]
	}
	return -1
}

// Exclusive says whether no text has more than one label.
func (t *Table) Exclusive() bool {
	for i := range t.Rows() {
		if len(t.Row(i)) > 1 {
			return false
		}
	}
	return true
}

// Counts gives the number of texts with each label.
func (t *Table) Counts() []int {
	counts := make([]int, len(t.names))
	for _, c := range t.ids {
		counts[c]++
	}
	return counts
}

// Gather gives the table of the given rows, in the given order, with the same names.
func (t *Table) Gather(rows []int32) *Table {
	out := &Table{names: t.names, bounds: make([]int32, 1, len(rows)+1)}
	for _, i := range rows {
		out.ids = append(out.ids, t.Row(int(i))...)
		out.bounds = append(out.bounds, int32(len(out.ids)))
	}
	return out
}

// Conform gives the table with its labels numbered as in names, which must be
// distinct; labels that names does not hold are added after them.
func (t *Table) Conform(names []string) *Table {
	all := slices.Clone(names)
	for _, name := range t.names {
		if !slices.Contains(names, name) {
			all = append(all, name)
		}
	}
	rows := make([][]string, t.Rows())
	for i := range rows {
		for _, c := range t.Row(i) {
			rows[i] = append(rows[i], t.names[c])
		}
	}
	out, _ := conform(all, rows) // all holds every name of t
	return out
}

// String gives the labels of text i with bars between.
func (t *Table) String(i int) string {
	var names []string
	for _, c := range t.Row(i) {
		names = append(names, t.names[c])
	}
	return strings.Join(names, "|")
}
