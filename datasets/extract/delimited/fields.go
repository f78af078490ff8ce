package delimited

import "psims/datasets/extract/value"

// Fields are the columns that a reader knows, found in one file by their names.
type Fields struct {
	Known []int // positions of those that the file has, in its order
	at    []int // by field; −1 when the file hasn't it
	table *Table
}

// Fields finds for each field the column with one of its names, the earlier name
// before the later. Names are compared by [value.Key].
//
// Errors: one of the first required fields is not in the file.
func (t *Table) Fields(names [][]string, required int) (*Fields, error) {
	f := &Fields{at: t.find(names), table: t}
	byColumn := make([]bool, len(t.Header))
	for i, c := range f.at {
		if c >= 0 {
			byColumn[c] = true
		} else if i < required {
			return nil, t.Missing(names[i][0])
		}
	}
	for c, known := range byColumn {
		if known {
			f.Known = append(f.Known, c)
		}
	}
	return f, nil
}

func (t *Table) find(names [][]string) []int {
	positions := map[string]int{}
	for i := len(t.Header) - 1; i >= 0; i-- {
		positions[value.Key(t.Header[i])] = i
	}
	found := make([]int, len(names))
	for f, aliases := range names {
		found[f] = -1
		for _, name := range aliases {
			if i, ok := positions[value.Key(name)]; ok && found[f] < 0 {
				found[f] = i
			}
		}
	}
	return found
}

// Share tells how many of these fields a file has, from 0 to 1.
func (t *Table) Share(names [][]string) float64 {
	n := 0
	for _, i := range t.find(names) {
		if i >= 0 {
			n++
		}
	}
	return float64(n) / float64(len(names))
}

// Name is the file's own name for a field, "" if it hasn't the field.
func (f *Fields) Name(field int) string {
	if f.at[field] < 0 {
		return ""
	}
	return f.table.Header[f.at[field]]
}

// Position is the field's column, −1 if the file hasn't it.
func (f *Fields) Position(field int) int { return f.at[field] }

// Get is a row's value of a field, as [Row.Present] gives it.
func (f *Fields) Get(row *Row, field int) string { return row.Present(f.at[field]) }
