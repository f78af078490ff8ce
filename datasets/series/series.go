// Package series answers: which series of numbers does a long CSV hold?
//
// In goes a CSV with a column "series", one that numbers the points, and one of values;
// out comes each series with its points in the order of the file.
package series

import (
	"io"
	"math"
	"strconv"
	"strings"

	"psims/datasets/plain"
)

// Series is one series of a file, in its order.
type Series struct {
	Name   string
	Index  []string  // of each point
	Values []float64 // NaN where the cell is empty or NA
}

// Read reads a long CSV. index and value name the columns that number the points and
// that hold their values; path is for messages. Rows of a series need not stand
// together, but must be in order. Series come in the order in which they begin.
//
// Errors: a column that is not there (the nearest is named), a value that is no
// number, with file and line.
func Read(r io.Reader, path, index, value string) ([]Series, error) {
	t, err := plain.Open(r, plain.Ask{What: "series", Path: path, Columns: [][]string{{"series"}, {index}, {value}}, Required: 3})
	if err != nil {
		return nil, err
	}
	var out []Series
	place := map[string]int{}
	for row, err := range t.Rows() {
		if err != nil {
			return nil, err
		}
		v := math.NaN()
		if cell := strings.TrimSpace(row.Cell(2)); cell != "" && cell != "NA" {
			if v, err = strconv.ParseFloat(cell, 64); err != nil {
				return nil, row.Fault(2, "%s is %q, which is no number; leave it empty when there is none", value, cell)
			}
		}
		k, seen := place[row.Cell(0)]
		if !seen {
			k = len(out)
			name := strings.Clone(row.Cell(0))
			place[name] = k
			out = append(out, Series{Name: name})
		}
		out[k].Index = append(out[k].Index, strings.Clone(row.Cell(1)))
		out[k].Values = append(out[k].Values, v)
	}
	return out, nil
}

// From gives the position of the first point whose number is start or more; the number
// of points when there is none. What is no whole number is passed over.
func (s Series) From(start int) int {
	for i, w := range s.Index {
		if n, err := strconv.Atoi(w); err == nil && n >= start {
			return i
		}
	}
	return len(s.Index)
}
