// Package frame is a small table of named, typed, documented columns: the form
// in which a run publishes what it found, as Parquet for programs and CSV for
// people. Parquet itself is in frame/parquet, so that what only makes or reads
// tables links nothing heavy.
package frame

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"psims/datasets/incident"
)

// Column is one column: Values is a []string, []int64, []float64, []bool,
// []incident.Day, or a *incident.Column, which is text that is read back as []string. NaN
// and NoDay are stored as null; Doc is one sentence for the data dictionary.
type Column struct {
	Name   string
	Doc    string
	Values any
}

// Frame is a table of columns of equal length, in the order in which they are published.
type Frame struct {
	Name    string // file name without its ending
	Columns []Column
}

// New returns a table.
//
// Panics if the columns are not of equal length or of an unknown type.
func New(name string, columns ...Column) *Frame {
	f := &Frame{Name: name, Columns: columns}
	for _, c := range columns {
		if n := length(c.Values); n != f.Len() {
			panic(fmt.Sprintf("frame: %s: column %s has %d values for %d rows", name, c.Name, n, f.Len()))
		}
	}
	return f
}

func length(values any) int {
	switch v := values.(type) {
	case []string:
		return len(v)
	case []int64:
		return len(v)
	case []float64:
		return len(v)
	case []bool:
		return len(v)
	case []incident.Day:
		return len(v)
	case *incident.Column:
		return len(v.Codes)
	}
	panic(fmt.Sprintf("frame: column of type %T", values))
}

// Len gives the number of rows.
func (f *Frame) Len() int {
	if len(f.Columns) == 0 {
		return 0
	}
	return length(f.Columns[0].Values)
}

// Get returns the values of the named column.
//
// Errors: there is no such column, or it is of another type.
func Get[T string | int64 | float64 | bool | incident.Day](f *Frame, name string) ([]T, error) {
	for _, c := range f.Columns {
		if c.Name == name {
			values := c.Values
			if coded, ok := values.(*incident.Column); ok {
				values = spelt(coded)
			}
			if v, ok := values.([]T); ok {
				return v, nil
			}
			return nil, fmt.Errorf("reading table %s: column %q is %T", f.Name, name, c.Values)
		}
	}
	return nil, fmt.Errorf("reading table %s: it has no column %q", f.Name, name)
}

// Reader takes several columns of a table and keeps the first fault, so that it is
// looked at once, at the end.
type Reader struct {
	frame *Frame
	err   error
}

// Reader begins to read the table.
func (f *Frame) Reader() *Reader { return &Reader{frame: f} }

// Err gives the first fault.
func (r *Reader) Err() error { return r.err }

// Take gives the values of a column; nil when it is not there or of another type.
func Take[T string | int64 | float64 | bool | incident.Day](r *Reader, name string) []T {
	v, err := Get[T](r.frame, name)
	if r.err == nil {
		r.err = err
	}
	return v
}

// Parts gives the parts of a cell that holds several, separated by |; none of "".
func Parts(cell string) []string {
	if cell == "" {
		return nil
	}
	return strings.Split(cell, "|")
}

// WriteCSV writes the table with a header. Dates are ISO, null is empty, and
// numbers are in the shortest form that reads back the same. A text that a
// spreadsheet would run as a formula is kept from it by a leading apostrophe.
func (f *Frame) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	row := make([]string, len(f.Columns))
	for j, c := range f.Columns {
		row[j] = c.Name
	}
	if err := out.Write(row); err != nil {
		return fmt.Errorf("writing table %s: %w", f.Name, err)
	}
	for i := range f.Len() {
		for j, c := range f.Columns {
			row[j] = cell(c.Values, i)
		}
		if err := out.Write(row); err != nil {
			return fmt.Errorf("writing table %s: %w", f.Name, err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("writing table %s: %w", f.Name, err)
	}
	return nil
}

func cell(values any, i int) string {
	switch v := values.(type) {
	case []string:
		return plain(v[i])
	case *incident.Column:
		return plain(v.Value(i))
	case []int64:
		return strconv.FormatInt(v[i], 10)
	case []float64:
		if math.IsNaN(v[i]) {
			return ""
		}
		return strconv.FormatFloat(v[i], 'g', -1, 64)
	case []bool:
		return strconv.FormatBool(v[i])
	case []incident.Day:
		return v[i].String()
	}
	return ""
}

// spelt gives the rows of a column as texts.
func spelt(c *incident.Column) []string {
	out := make([]string, len(c.Codes))
	for i := range out {
		out[i] = c.Value(i)
	}
	return out
}

// plain keeps a spreadsheet from running a text.
func plain(s string) string {
	if s != "" && (s[0] == '=' || s[0] == '+' || s[0] == '-' || s[0] == '@' || s[0] == '\t' || s[0] == '\r') {
		return "'" + s
	}
	return s
}
