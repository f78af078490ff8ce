package chart

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"psims/reports/disclosure"
)

// Column heads a column of a Table.
type Column struct {
	Heading string
	Numeric bool
}

// Cell is one cell: what the page shows and what the file holds.
type Cell struct {
	Text string
	File string
}

// Table holds the numbers of a chart, in the order drawn. The first column names the row.
type Table struct {
	Columns []Column
	Rows    [][]Cell
}

// CSV writes the table as RFC 4180 with a heading row, LF line ends and UTF-8.
// A cell that a spreadsheet would take for a formula gets an apostrophe first.
func (t Table) CSV(w io.Writer) error {
	out := csv.NewWriter(w)
	record := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		record[i] = inert(c.Heading)
	}
	if err := out.Write(record); err != nil {
		return fmt.Errorf("writing table headings: %w", err)
	}
	for _, row := range t.Rows {
		for i, c := range row {
			record[i] = inert(c.File)
		}
		if err := out.Write(record); err != nil {
			return fmt.Errorf("writing table row: %w", err)
		}
	}
	out.Flush()
	return out.Error()
}

// inert keeps a spreadsheet from running a cell. Numbers may begin with a minus.
func inert(s string) string {
	if s == "" || !strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return s
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return s
	}
	return "'" + s
}

func words(s string) Cell { return Cell{Text: s, File: s} }

func counted(s disclosure.Shown) Cell { return Cell{Text: s.Text, File: s.Cell()} }

// estimated gives a model's number, to one decimal place; "No data" where there is none.
func estimated(x float64) Cell {
	if math.IsNaN(x) {
		return Cell{Text: "No data", File: "[x]"}
	}
	s := strconv.FormatFloat(x, 'f', 1, 64)
	if s == "-0.0" {
		s = "0.0"
	}
	return words(s)
}
