// Package book answers: how do figures, pages and files of numbers become one
// report on disk?
//
// A report says first which figures its pages need, has them drawn all at once,
// then fills the pages, each figure with its words, its table and its file of
// numbers. Every count goes through the book's disclosure policy. Pages stand
// alone and link to one another by relative addresses; the same calls give the
// same bytes.
package book

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"slices"

	"psims/reports/assets"
	"psims/reports/chart"
	"psims/reports/disclosure"
	"psims/reports/page"
)

// Create opens a file of a report for writing. Its name is relative, with forward
// slashes: "index.html", "alerts/a-1.html", "data/a-1-weekly.csv".
type Create func(name string) (io.WriteCloser, error)

// Summary says what was written.
type Summary struct {
	Pages  int
	Charts int
	Files  int // of numbers, to download
	Hidden int // counts that the policy kept back
}

// Add adds up what several reports wrote.
func (s Summary) Add(o Summary) Summary {
	return Summary{s.Pages + o.Pages, s.Charts + o.Charts, s.Files + o.Files, s.Hidden + o.Hidden}
}

// Press holds what making pages takes a while to get ready. It is safe for many
// goroutines.
type Press struct {
	engine   *chart.Engine
	style    string
	renderer *page.Renderer
}

// NewPress makes a press for pages of those templates. What its engine draws is kept in
// drawn, which may be nil.
//
// Errors: a program built without its assets, or a template that can't be read.
func NewPress(templates fs.FS, pattern string, drawn *chart.Drawn) (*Press, error) {
	source, err := assets.ECharts()
	if err != nil {
		return nil, err
	}
	engine, err := chart.NewEngine(source, drawn)
	if err != nil {
		return nil, err
	}
	style, err := assets.Style()
	if err != nil {
		return nil, err
	}
	p := &Press{engine: engine, style: style}
	return p.With(templates, pattern)
}

// With makes a press for other templates that shares the chart engine.
func (p *Press) With(templates fs.FS, pattern string) (*Press, error) {
	renderer, err := page.New(p.style, templates, pattern)
	if err != nil {
		return nil, err
	}
	return &Press{engine: p.engine, style: p.style, renderer: renderer}, nil
}

// Page is a page to be written; Content is asked for when the figures are drawn.
type Page struct {
	Name     string // of its file
	Template string
	Frame    page.Frame
	Content  func() any
}

// File is a file of numbers beside the pages.
type File struct {
	Name  string
	Table chart.Table
}

// Book is one report in the making. Not safe for many goroutines.
type Book struct {
	Policy disclosure.Policy
	Source string // stands under every figure; may be empty
	Pages  []Page
	Files  []File // beside those of the figures

	press    *Press
	figures  []chart.Figure
	drawings map[string]chart.Drawing
	hidden   int
}

// New begins a book.
func (p *Press) New(policy disclosure.Policy) *Book {
	return &Book{Policy: policy, press: p}
}

// Ask settles that a figure is needed.
func (b *Book) Ask(f chart.Figure) { b.figures = append(b.figures, f) }

// Count passes a number through the policy, and keeps count of what is held back.
func (b *Book) Count(n int) disclosure.Shown {
	return b.held(b.Policy.Count(n))
}

// Counts passes the parts of a whole through the policy together, so that no part can
// be worked out of the others and the whole.
func (b *Book) Counts(ns []int) (parts []disclosure.Shown, whole disclosure.Shown) {
	parts, whole = b.Policy.Counts(ns)
	for _, s := range parts {
		b.held(s)
	}
	return parts, whole
}

// Of passes a part and the whole that it is of through the policy together.
//
// Panics if the part is more than the whole.
func (b *Book) Of(part, whole int) (p, w disclosure.Shown) {
	parts, w := b.Counts([]int{part, whole - part})
	return parts[0], w
}

// held keeps count of what is held back.
func (b *Book) held(s disclosure.Shown) disclosure.Shown {
	if s.IsHidden() {
		b.hidden++
	}
	return s
}

// Whole passes a number of reports that a model gave, or that was read from a file
// of numbers, through the policy. "not known" where there is none.
func (b *Book) Whole(x float64) disclosure.Shown {
	if math.IsNaN(x) || x < 0 {
		return disclosure.Shown{Text: "not known", Value: math.NaN()}
	}
	return b.Count(int(math.Round(x)))
}

// Lists reports whether single reports may be shown. A list of them would give
// away the counts that a policy keeps back.
func (b *Book) Lists() bool { return b.Policy == disclosure.None() }

// NotListed stands in place of a list of reports.
const NotListed = "Single reports are not shown where small counts are kept back."

// DataName is the name of a figure's file of numbers.
func DataName(id string) string { return "data/" + id + ".csv" }

// Figure gives a drawn figure its words and its file; nil when it was not asked
// for. root leads from the page to the first page's folder. Call it from Content.
func (b *Book) Figure(id, headline, subtitle, root string) *page.Figure {
	d, ok := b.drawings[id]
	if !ok {
		return nil
	}
	return &page.Figure{
		ID: id, Headline: headline, Subtitle: subtitle, Wide: d.Wide, Narrow: d.Narrow,
		Table:  Table(id+"-table", subtitle, d.Table),
		File:   page.Link{Href: root + DataName(id), Text: "Download these numbers (CSV)"},
		Source: b.Source,
	}
}

// Table shows a chart's table on a page, weeks with the newest first.
func Table(id, caption string, t chart.Table) page.Table {
	out := page.Table{ID: id, Caption: caption}
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, page.Column{Heading: c.Heading, Numeric: c.Numeric})
	}
	for _, row := range t.Rows {
		cells := make([]page.Cell, len(row))
		for j, c := range row {
			text := c.Text
			if text == "" {
				text = "Not recorded"
			}
			cells[j] = page.Cell{Text: text, Muted: text == "No data" || text == "Not known"}
		}
		out.Rows = append(out.Rows, cells)
	}
	if t.Columns[0].Heading == "Week beginning" {
		slices.Reverse(out.Rows)
	}
	return out
}

// Write draws the figures and writes pages and files, one after the other. Cost:
// about 0.1 seconds of one core a chart.
//
// Errors: ctx ended, a figure that can't be drawn, or create's own.
func (b *Book) Write(ctx context.Context, create Create) (Summary, error) {
	drawings, err := b.press.engine.Draw(ctx, b.figures)
	if err != nil {
		return Summary{}, err
	}
	b.drawings = make(map[string]chart.Drawing, len(drawings))
	var files []File
	for i, f := range b.figures {
		b.drawings[f.ID] = drawings[i]
		files = append(files, File{DataName(f.ID), drawings[i].Table})
	}
	for _, p := range b.Pages {
		content := p.Content()
		err := writeFile(create, p.Name, func(out io.Writer) error {
			return b.press.renderer.Write(out, p.Template, p.Frame, content)
		})
		if err != nil {
			return Summary{}, err
		}
	}
	files = append(b.Files[:len(b.Files):len(b.Files)], files...)
	for _, f := range files {
		if err := writeFile(create, f.Name, f.Table.CSV); err != nil {
			return Summary{}, err
		}
	}
	return Summary{Pages: len(b.Pages), Charts: len(b.figures), Files: len(files), Hidden: b.hidden}, nil
}

func writeFile(create Create, name string, fill func(io.Writer) error) (err error) {
	out, err := create(name)
	if err != nil {
		return fmt.Errorf("making report file %q: %w", name, err)
	}
	defer func() {
		if closing := out.Close(); closing != nil {
			err = errors.Join(err, fmt.Errorf("closing report file %q: %w", name, closing))
		}
	}()
	if err := fill(out); err != nil {
		return fmt.Errorf("writing report file %q: %w", name, err)
	}
	return nil
}
