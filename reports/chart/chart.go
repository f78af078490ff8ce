// Package chart answers "what does this look like, and how is it said in words?":
// numbers go in, and a drawing comes out with its text alternative, its data
// table and the rows of the file to download.
//
// The drawings are static SVG. ECharts lays them out inside the program, from
// options that go-echarts builds, unless they are as simple as bars are; what is
// drawn is then taken apart and written anew with only the shapes and attributes that a still picture needs, so no
// drawing carries a script, a style sheet, an event or an address. The same
// numbers give the same bytes, whichever goroutine draws them.
//
// Colours are the Analysis Function's and are never the only carrier of a
// meaning. Headline and statistical subtitle belong in the page, not the picture.
//
// Source: Government Analysis Function, "Data visualisation: charts" and "Data
// visualisation: colours" (2023).
package chart

import (
	"fmt"
	"html/template"
	"strings"

	"psims/datasets/incident"
)

// The Analysis Function palette, and the two colours of NHS process charts.
const (
	darkBlue = "#12436D"
	orange   = "#D4470A" // the palette's orange, darkened until lines reach 3:1 on white with room to spare
	midBlue  = "#2073BC"
	paleBlue = "#6BACE6"
	darkGrey = "#3D3D3D"
	grey     = "#768692" // palette grey #BFBFBF is under 3:1 on white
	gridGrey = "#D8DDE0"
	voidGrey = "#F0F0F0"
	purple   = "#490092" // neutral special cause, Making Data Count
	white    = "#FFFFFF"
	ink      = "#212B32"
)

// Plot is one kind of chart with its numbers: Epidemic, XmR, Bars, Heat, Funnel,
// Multiples, Timeline, Map, Arrival or Flow.
type Plot interface {
	// Table gives every number of the chart, for the page and for the file.
	Table() Table
	// Describe gives the long text alternative: what is drawn and its main points.
	Describe() string
	// check reports slices whose lengths don't fit.
	check() error
}

// A plot is drawn in one of two ways.
type (
	// engined is laid out by ECharts.
	engined interface {
		// layout gives the size for a width of pixels and the engine's options.
		layout(width int) (height int, options map[string]any)
	}
	// plain is simple enough to be written down, some hundred times faster.
	plain interface {
		// shapes gives the size for a width of pixels and the drawing.
		shapes(width int) (height int, svg string)
	}
)

// Figure asks for one drawing.
type Figure struct {
	ID    string // unique on its page: a lower-case letter, then letters, digits and hyphens
	Title string // short text alternative, about 125 characters
	Small bool   // draw the narrow width only, for a picture that is small on every screen
	Plot  Plot
}

// Drawing is a figure in two widths: a page shows the one that fits the reader's
// screen, so that text keeps its size.
type Drawing struct {
	Wide   template.HTML // SVG, WideWidth pixels at full size; empty for a small figure
	Narrow template.HTML // SVG, NarrowWidth pixels at full size
	Table  Table
}

// The widths of a drawing at full size, in pixels.
const (
	WideWidth   = 900
	NarrowWidth = 340
)

func narrow(width int) bool { return width < 600 }

func (f Figure) check() error {
	if !isID(f.ID) {
		return fmt.Errorf("checking figure: id %q is not a lower-case letter followed by letters, digits and hyphens", f.ID)
	}
	if f.Title == "" || f.Plot == nil {
		return fmt.Errorf("checking figure %s: it has no title or no plot", f.ID)
	}
	if err := f.Plot.check(); err != nil {
		return fmt.Errorf("checking figure %s: %w", f.ID, err)
	}
	return nil
}

func isID(s string) bool {
	for i, r := range s {
		letter := r >= 'a' && r <= 'z'
		if !letter && (i == 0 || !(r >= '0' && r <= '9' || r == '-')) {
			return false
		}
	}
	return s != ""
}

// longDate and shortDate write a day as readers in Britain expect it: the long
// form in text and tables, the short one on axes.
func longDate(d incident.Day) string  { return d.Time().Format("2 January 2006") }
func shortDate(d incident.Day) string { return d.Time().Format("2 Jan 2006") }

// lower begins a phrase with a small letter, for use within a sentence.
func lower(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// sameLength reports the first of the named lengths that is not n.
func sameLength(n int, lengths map[string]int, order ...string) error {
	for _, name := range order {
		if lengths[name] != n {
			return fmt.Errorf("%d %s for %d labels", lengths[name], name, n)
		}
	}
	return nil
}
