package disproportion

import (
	"io"
	"strconv"
	"strings"

	"psims/datasets/plain"
)

// Pairs are the cells of a file, with the names of the rows and columns that they
// number in the order in which they are met.
type Pairs struct {
	Cells []Cell
	Rows  []string
	Cols  []string
}

// Read reads a CSV with row, col, and the counts a, b, c, d: events with both, with the
// row item only, with the column item only, with neither. path is for messages.
//
// Errors: a column that is not there (the nearest is named), a count that is none, with line.
func Read(r io.Reader, path string) (Pairs, error) {
	var out Pairs
	t, err := plain.Open(r, plain.Ask{What: "pairs", Path: path, Columns: [][]string{{"row"}, {"col"}, {"a"}, {"b"}, {"c"}, {"d"}}, Required: 6})
	if err != nil {
		return out, err
	}
	rows, cols := map[string]int32{}, map[string]int32{}
	for row, err := range t.Rows() {
		if err != nil {
			return Pairs{}, err
		}
		var counts [4]int
		for k := range counts {
			cell := strings.TrimSpace(row.Cell(2 + k))
			if counts[k], err = strconv.Atoi(cell); err != nil || counts[k] < 0 {
				return Pairs{}, row.Fault(2+k, "%s is %q: want a whole number of events, 0 or more", row.Name(2+k), cell)
			}
		}
		out.Cells = append(out.Cells, Cell{Row: numberOf(rows, &out.Rows, row.Cell(0)), Col: numberOf(cols, &out.Cols, row.Cell(1)),
			A: counts[0], B: counts[1], C: counts[2], D: counts[3]})
	}
	return out, nil
}

// numberOf gives the number of a name, the next one when it is new.
func numberOf(seen map[string]int32, names *[]string, name string) int32 {
	k, there := seen[name]
	if !there {
		k = int32(len(*names))
		name = strings.Clone(name)
		seen[name] = k
		*names = append(*names, name)
	}
	return k
}
