// Package specialty writes the learning output of a specialty: what its reports
// tell of, why that matters, how it happens in reporters' own redacted words, what
// is changing, what went well, and what a clinician says can be done.
//
// In goes what a run found in the specialty's reports, as plain values, with what
// clinicians have written; out comes a page each, with files of numbers and of the
// reports behind every theme, so that every statement can be traced.
package specialty

import (
	"embed"
	"fmt"
	"slices"

	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/reports/book"
	"psims/reports/disclosure"
	"psims/reports/page"
	"psims/reports/quote"
)

//go:embed templates/*.html
var templates embed.FS

// Run is what all outputs of a run have in common.
type Run struct {
	Site page.Site
	AsOf incident.Day
	All  map[incident.Harm]int // reports of every specialty in the last 12 weeks, by harm
}

// Output is what a run found in one specialty. Recent is the last 12 weeks; a year
// the last 52.
type Output struct {
	Name  string
	File  string // of its page: see Names
	Weeks book.Series

	Recent, Before int // reports of the last 12 weeks, and of the 12 before
	Organisations  int // that sent the recent ones
	Harm           map[incident.Harm]int
	Settings       []Tallied // care settings of the recent reports, most first

	Themes   []Theme
	GoodCare []quote.Incident // reports of good care of a year, newest first
	Alerts   []Alert
	Gravest  []quote.Incident // recent reports of severe or fatal harm, fatal first, then newest first
	Doubts   []Passage        // recent reports that read as more severe than they were graded
	Risks    []Risk           // known risks that recent reports may tell of
	Written  Written
}

// Tallied is a name with a number of reports.
type Tallied struct {
	Name    string
	Reports int
}

// Theme is a group of like reports, as far as it lies in the specialty.
type Theme struct {
	ID, Name       string
	Whole          string // its name among all specialties, where Name is its own here; see Own
	Repeats        bool   // whether it is about what the specialty is named for, and so tells little here
	Terms          []string
	Recent, Before int                   // reports of the last 12 weeks and of the 12 before
	Year           int                   // reports of a year
	Expected       float64               // of a year, if it were told here as often as in all specialties
	Organisations  int                   // that sent those of a year
	Harm           map[incident.Harm]int // those of a year
	Weeks          book.Series           // of the theme in this specialty
	Members        []quote.Incident      // reports of a year, newest first
}

// Alert is an alert that cites reports of the specialty.
type Alert struct {
	ID          string
	Rank        int
	Title, Href string
	Status      triage.Life
	Here, Total int
	Worst       incident.Harm
}

// Passage is a sentence of a report with the words in it that matter.
type Passage struct {
	Report   quote.Incident
	Sentence string
	Words    []string
}

// Risk is a known risk.
type Risk struct {
	Title    string
	Passages []Passage
}

// Written is what clinicians have written, by Slot. What nobody has written is absent.
type Written map[Slot]Note

// Slot is a place for a clinician's text.
type Slot string

// The slots.
const (
	WhyItMatters  Slot = "why-it-matters"
	WhatYouCanDo  Slot = "what-you-can-do"
	WhatOthersDid Slot = "what-others-did"
)

// Slots lists every slot.
func Slots() []Slot { return []Slot{WhyItMatters, WhatOthersDid, WhatYouCanDo} }

// Note is a clinician's text, who wrote it and when.
type Note struct {
	Text string
	By   string
	On   incident.Day // NoDay when not said
}

// Config holds the settings.
type Config struct {
	Policy   disclosure.Policy
	Weeks    int // weeks that charts show
	Passages int // passages of each theme
	Listed   int // passages of other kinds
}

// Default gives the settings of outputs for the national team.
func Default() Config { return Config{Policy: disclosure.None(), Weeks: 53, Passages: 4, Listed: 6} }

// Validate says what is wrong with the settings.
func (c Config) Validate() error {
	if c.Weeks < 8 || c.Passages < 1 || c.Listed < 1 {
		return fmt.Errorf("checking learning output settings: charts of %d weeks, %d and %d passages: want at least 8, 1 and 1", c.Weeks, c.Passages, c.Listed)
	}
	return nil
}

// Writer writes learning outputs. It is safe for many goroutines.
type Writer struct {
	config Config
	press  *book.Press
}

// On makes a writer that shares the chart engine of a press.
//
// Errors: settings that can't be.
func On(press *book.Press, c Config) (*Writer, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	press, err := press.With(templates, "templates/*.html")
	if err != nil {
		return nil, err
	}
	return &Writer{config: c, press: press}, nil
}

// Names gives each specialty the name of its file, from the first page's folder:
// "specialty/anaesthetics.html". Names that read alike get a number.
func Names(specialties []string) []string {
	out := make([]string, len(specialties))
	used := map[string]int{}
	for i, name := range specialties {
		slug := page.Slug(name)
		if used[slug]++; used[slug] > 1 {
			slug = fmt.Sprintf("%s--%d", slug, used[slug]) // a slug has no two hyphens in a row
		}
		out[i] = "specialty/" + slug + ".html"
	}
	return out
}

// Book makes the book of one output, to be written.
//
// Errors: a series whose marks don't fit.
func (w *Writer) Book(run Run, o Output) (*book.Book, error) {
	for _, s := range append([]book.Series{o.Weeks}, weeksOf(o.Themes)...) {
		if err := s.Check(); err != nil {
			return nil, fmt.Errorf("reading the run: %w", err)
		}
	}
	b := w.press.New(w.config.Policy)
	b.Source = "Source: run " + run.Site.RunID + ", data up to " + page.Date(run.AsOf) + "."
	v := &view{Book: b, Output: o, run: run, config: w.config, key: "s-" + keyOf(o.File)}
	b.Pages = []book.Page{v.page()}
	return b, nil
}

func keyOf(file string) string {
	return page.Slug(file[len("specialty/") : len(file)-len(".html")])
}

func weeksOf(themes []Theme) []book.Series {
	var out []book.Series
	for _, t := range themes {
		out = append(out, t.Weeks)
	}
	return slices.Clip(out)
}
