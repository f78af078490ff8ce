// Package export writes published tables as spreadsheets that everyone can use: XLSX
// and ODS with cover, contents, notes and one marked table a sheet.
//
// In goes a workbook of plain cells whose numbers have passed the disclosure policy;
// out come files that hold no formula, no filter, no merged or empty cell, no colour
// and no picture. The same workbook gives the same bytes.
//
// Source: Government Analysis Function, "Releasing statistics in spreadsheets" (2024).
package export

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Workbook is a set of tables with what a reader must know of them.
type Workbook struct {
	Title        string
	Organisation string
	Created      time.Time // given, never the clock
	Cover        []string  // paragraphs of the cover
	Notes        []string  // "[note 1]" is the first
	Sheets       []Sheet
}

// Sheet is one table.
type Sheet struct {
	Name    string // of the worksheet: 31 characters at most, unique
	Title   string
	Lines   []string // between title and table
	Columns []Column
	Rows    [][]Cell
}

// Column heads a column.
type Column struct {
	Heading string
	Doc     string // a sentence for the data dictionary
	Numeric bool
}

// Cell is a text or a number. An empty text is not allowed: say "[x]" for what is
// not available, "[z]" for what does not apply, "[c]" for what is kept back.
type Cell struct {
	Text   string
	Number float64
	IsText bool
}

// Text makes a cell of text.
func Text(s string) Cell { return Cell{Text: s, IsText: true} }

// Number makes a cell of a number; "[x]" where there is none.
func Number(x float64) Cell {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return Text("[x]")
	}
	return Cell{Number: x}
}

// Read makes a number of what disclosure.Shown.Cell gives where it is one, else text.
func Read(s string) Cell {
	if x, err := strconv.ParseFloat(s, 64); err == nil && !math.IsNaN(x) && !math.IsInf(x, 0) {
		return Number(x)
	}
	return Text(s)
}

func (c Cell) String() string {
	if c.IsText {
		return c.Text
	}
	return strconv.FormatFloat(c.Number, 'f', -1, 64)
}

// The sheets before the tables.
const (
	coverName    = "Cover"
	contentsName = "Contents"
	notesName    = "Notes"
)

// Validate says what the checklist forbids: a name twice or too long, a heading
// twice or empty, an empty cell, a row of another length, a sheet without a row.
func (w Workbook) Validate() error {
	if w.Title == "" || w.Organisation == "" || len(w.Cover) == 0 || len(w.Sheets) == 0 {
		return errors.New("checking workbook: it needs a title, an organisation, a cover and a table")
	}
	names := map[string]bool{strings.ToLower(coverName): true, strings.ToLower(contentsName): true, strings.ToLower(notesName): true}
	for _, s := range w.Sheets {
		if err := s.validate(names); err != nil {
			return fmt.Errorf("checking worksheet %q: %w", s.Name, err)
		}
	}
	return nil
}

func (s Sheet) validate(names map[string]bool) error {
	key := strings.ToLower(s.Name)
	switch {
	case s.Name == "" || utf8.RuneCountInString(s.Name) > 31 || strings.ContainsAny(s.Name, `[]:*?/\'`):
		return errors.New("its name is empty, longer than 31 characters, or has a character that none may have")
	case names[key]:
		return errors.New("its name is used twice")
	case s.Title == "" || len(s.Columns) == 0 || len(s.Rows) == 0:
		return errors.New("it has no title, no column or no row")
	}
	names[key] = true
	headings := map[string]bool{}
	for _, c := range s.Columns {
		if strings.TrimSpace(c.Heading) == "" || headings[strings.ToLower(c.Heading)] {
			return fmt.Errorf("the heading %q is empty or used twice", c.Heading)
		}
		headings[strings.ToLower(c.Heading)] = true
	}
	for i, row := range s.Rows {
		if len(row) != len(s.Columns) {
			return fmt.Errorf("row %d has %d cells for %d columns", i+1, len(row), len(s.Columns))
		}
		for j, c := range row {
			if c.IsText && strings.TrimSpace(c.Text) == "" {
				return fmt.Errorf("row %d has an empty cell in column %q", i+1, s.Columns[j].Heading)
			}
		}
	}
	return nil
}

// above are the lines over a table.
func (s Sheet) above() []string {
	return append([]string{s.Title, "This worksheet contains one table."}, s.Lines...)
}

// width gives a column's width in characters: that of its heading and its widest
// number, and enough of a text to read it. A long heading over numbers is wrapped.
func (s Sheet) width(j int) int {
	least, most := 10, 45
	if s.Columns[j].Numeric {
		most = 20
	}
	widest := max(least, min(most, utf8.RuneCountInString(s.Columns[j].Heading)+3))
	for _, row := range s.Rows {
		widest = max(widest, min(most, utf8.RuneCountInString(row[j].String())+2))
	}
	return widest
}

// across gives how many pages side by side a table needs on paper, so that its
// letters stay readable: on one page of A4, twelve points shrink to eight at about
// 150 characters. One that would just spill over stays on a page, and its keys stand
// on each of several.
func (s Sheet) across() int {
	const onePage, pageWidth = 170, 130
	keys, rest := 0, 0
	for j := range s.Columns {
		if j < s.keys() {
			keys += s.width(j)
		} else {
			rest += s.width(j)
		}
	}
	if keys+rest <= onePage {
		return 1
	}
	return (rest + pageWidth - keys - 1) / (pageWidth - keys)
}

// keys gives how many of the first columns say what a row is about: up to two of text.
func (s Sheet) keys() int {
	n := 1
	for n < min(2, len(s.Columns)) && !s.Columns[n].Numeric {
		n++
	}
	return n
}

// front gives the sheets before the tables as lines, the first being the title; link
// names the worksheet that a line leads to.
func (w Workbook) front() []frontSheet {
	cover := frontSheet{name: coverName, lines: []frontLine{{text: w.Title}}}
	for _, p := range w.Cover {
		cover.lines = append(cover.lines, frontLine{text: p})
	}
	cover.lines = append(cover.lines, frontLine{text: "Organisation: " + w.Organisation})
	contents := frontSheet{name: contentsName, lines: []frontLine{{text: "Contents"}, {text: "This worksheet lists the worksheets of this file, with links to them."}, {text: "Notes: what the marks and the numbers mean", link: notesName}}}
	for _, s := range w.Sheets {
		contents.lines = append(contents.lines, frontLine{text: s.Name + ": " + s.Title, link: s.Name})
	}
	notes := frontSheet{name: notesName, lines: []frontLine{{text: "Notes"}, {text: "This worksheet lists the notes of this file, one a row."}}}
	for i, n := range w.Notes {
		notes.lines = append(notes.lines, frontLine{text: fmt.Sprintf("[note %d] %s", i+1, n)})
	}
	return []frontSheet{cover, contents, notes}
}

type frontSheet struct {
	name  string
	lines []frontLine
}

type frontLine struct{ text, link string }

// tableName makes a name for a table's mark-up: letters, digits and underscores.
func tableName(i int, s Sheet) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s.Name) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		} else {
			b.WriteByte('_')
		}
	}
	return fmt.Sprintf("table_%d_%s", i+1, b.String())
}
