package page

import (
	"html/template"
	"strings"

	"psims/datasets/incident"
)

// Table is a table with a caption. A table with no rows shows Empty instead.
type Table struct {
	ID      string // unique on its page: a wide table scrolls in a region named by its caption
	Caption string
	Columns []Column
	Rows    [][]Cell // the first cell of a row names it
	Empty   string   // what to say when there is no row
	Note    string   // below the table; may be empty
}

// Stacks says whether a small screen shows each row as a block, a line a column:
// where the columns would not fit beside each other, and a number at the edge could
// be cut in two.
func (t Table) Stacks() bool {
	wide := 0
	for _, c := range t.Columns {
		wide += 2
		if c.Numeric {
			wide--
		}
	}
	return wide > 5
}

// Column heads a column of a Table.
type Column struct {
	Heading string
	Numeric bool
	Href    string // sorts the table by this column; "" for a column that can't
	Sorted  string // "ascending" or "descending" where the table is sorted by it
}

// Cell is a cell of a Table. It is never empty: say "No data" or "Not recorded".
type Cell struct {
	Text    string
	Href    string        // makes Text a link
	Detail  string        // smaller, below Text
	Tag     *Tag          // in place of Text
	Picture template.HTML // after Text; decoration only
	Muted   bool          // for "No data" and the like
}

// DateCell is a day in a cell, on one line.
func DateCell(d incident.Day) Cell {
	return Cell{Text: strings.ReplaceAll(Capital(Date(d)), " ", "\u00a0"), Muted: !d.Known()}
}

// Tag is a status in a word or two, always the word as well as the colour.
type Tag struct {
	Text   string
	Colour string // of the NHS.UK tag: "blue", "grey", …; "" is the plain dark blue one
}

// Fact is a row of a summary list.
type Fact struct {
	Key   string
	Value string
	Parts []Link // after Value: links or, where Href is empty, words
}

// Figure is a chart with its message, what it measures, its numbers and its file.
type Figure struct {
	ID       string
	Headline string        // what the chart shows, in a sentence
	Subtitle string        // measure, place and period
	Wide     template.HTML // may be empty: then Narrow stands at every width
	Narrow   template.HTML
	Table    Table // the same numbers, in an expander
	File     Link  // the same numbers, to download; may be empty
	Source   string
}

// Span is a piece of a quotation; Marked pieces are what the reader should notice.
type Span struct {
	Text   string
	Marked bool
}

// Quote is a passage of a report, with where it comes from.
type Quote struct {
	Spans []Span
	From  string // "Report 123, LFPSE, 3 November 2026, …"
	Whole []Span // the whole redacted text, in an expander; nil for none
	ID    string // what the expander is called for those who hear the page
}

// Note is what a person has written for a page, in paragraphs, and who they are.
type Note struct {
	Paragraphs []string
	By         string
}
