// Package plain answers: what do the named columns of a plain CSV hold, row by row?
//
// In goes a comma-separated file that people or programs prepared for psims, with a
// header, and which columns are wanted; out come its rows. Columns are asked for by
// name, never by position, and others are passed over. Unlike an extract
// (datasets/extract), such a file is taken whole or not at all: the first bad row is an
// error with its line.
package plain

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"psims/datasets/extract/value"
)

// Ask is what is wanted of a file.
type Ask struct {
	What     string     // as messages call it: "series"
	Path     string     // for messages
	Columns  [][]string // names of each, the usual one first
	Required int        // so many of the columns, from the first, must be there
	Fold     bool       // whether the letters' case in the header makes no difference
}

// ColumnError says that a required column is not there.
type ColumnError struct {
	What, Path, Column string
	Hint               string // the nearest name, in words; "" when none is near
}

// Error gives one sentence.
func (e *ColumnError) Error() string {
	s := fmt.Sprintf("reading %s %q: there is no column %q", e.What, e.Path, e.Column)
	if e.Hint != "" {
		s += "; " + e.Hint
	}
	return s
}

// Table is a file whose header has been read.
type Table struct {
	ask Ask
	r   *csv.Reader
	at  []int // by column asked for; -1 where it is not there
}

// Open reads the header.
//
// Errors: a *ColumnError; there is no header.
func Open(r io.Reader, a Ask) (*Table, error) {
	t := &Table{ask: a, r: csv.NewReader(bufio.NewReaderSize(r, 1<<20)), at: make([]int, len(a.Columns))}
	t.r.ReuseRecord = true
	header, err := t.r.Read()
	if err != nil {
		var usual []string
		for _, names := range a.Columns {
			usual = append(usual, names[0])
		}
		return nil, fmt.Errorf("reading %s %q: %w; want a header with %s", a.What, a.Path, err, strings.Join(usual, ", "))
	}
	header = slices.Clone(header)
	for i, h := range header {
		if header[i] = strings.TrimSpace(strings.TrimPrefix(h, "\ufeff")); a.Fold {
			header[i] = strings.ToLower(header[i])
		}
	}
	for k, names := range a.Columns {
		t.at[k] = -1
		for _, name := range names {
			if t.at[k] < 0 {
				t.at[k] = slices.Index(header, name)
			}
		}
		if t.at[k] < 0 && k < a.Required {
			return nil, &ColumnError{a.What, a.Path, names[0], value.DidYouMean(names[0], header)}
		}
	}
	return t, nil
}

// Rows reads the rows below the header, once. A row is valid until the next; the first
// error ends them.
func (t *Table) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for {
			cells, err := t.r.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(Row{}, fmt.Errorf("reading %s %q: %w", t.ask.What, t.ask.Path, err))
				return
			}
			if !yield(Row{t, cells}, nil) {
				return
			}
		}
	}
}

// Row is one row.
type Row struct {
	t     *Table
	cells []string
}

// Cell gives the cell of a column that was asked for, as it stands; "" where the file
// has no such column. Clone it to keep it.
func (r Row) Cell(column int) string {
	if k := r.t.at[column]; k >= 0 {
		return r.cells[k]
	}
	return ""
}

// Name is the usual name of a column that was asked for.
func (r Row) Name(column int) string { return r.t.ask.Columns[column][0] }

// Line is the line of the file on which a cell stands.
func (r Row) Line(column int) int {
	line, _ := r.t.r.FieldPos(max(0, r.t.at[column]))
	return line
}

// Fault is the error of a cell, with file and line.
func (r Row) Fault(column int, format string, args ...any) error {
	return fmt.Errorf("reading %s %q, line %d: %s", r.t.ask.What, r.t.ask.Path, r.Line(column), fmt.Sprintf(format, args...))
}
