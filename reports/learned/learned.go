// Package learned writes what an organisation tells its staff of their own reports:
// "you said, we learned", a page for each theme that enough of them tell of, to be
// read at a handover or put on a wall.
//
// In goes what a run knows of the themes of one organisation, as plain values; out
// comes a page each, in plain English, that prints on one or two sheets. Anybody may
// stand before it, so every number goes through a disclosure policy, and no sentence
// is quoted from the organisation itself: a colleague or a patient could be known by
// it. Sentences come from other organisations, without name, place, day or id; the
// run keeps which report each is from.
package learned

import (
	"embed"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"psims/datasets/incident"
	"psims/reports/book"
	"psims/reports/disclosure"
	"psims/reports/page"
	"psims/reports/quote"
	"psims/reports/specialty"
)

//go:embed templates/*.html
var templates embed.FS

// Theme is a theme of an organisation's reports. A year is the last 52 weeks.
type Theme struct {
	ID, Name       string
	Terms          []string
	Recent, Before int                   // reports here of the last 26 weeks, and of the 26 before
	Harm           map[incident.Harm]int // of a year
	Expected       float64               // reports of a year, if it were told here as often as by similar organisations
	Settings       []specialty.Tallied   // care settings, most first
	Factors        []specialty.Factor    // what reporters here name as having contributed, most named first

	Everywhere    int // reports of a year, of all organisations
	Organisations int // that sent those
	Elsewhere     []Voice
	Alert         string // title of the alert raised for it; "" for none
	Written       specialty.Written
}

// Year is the number of its reports of a year.
func (t Theme) Year() int { return t.Recent + t.Before }

// Voice is a sentence from another organisation. Of whom, only the run knows.
type Voice struct {
	IncidentID, Sender string // for the record, never shown
	Sentence           string
}

// Places for people's text beside specialty.WhatYouCanDo.
const (
	WhatWeLearned specialty.Slot = "what-we-learned"
	WhatWeDid     specialty.Slot = "what-we-did"
)

// Slots lists every place for people's text.
func Slots() []specialty.Slot {
	return []specialty.Slot{WhatWeLearned, WhatWeDid, specialty.WhatYouCanDo}
}

// Config holds the settings.
type Config struct {
	Policy disclosure.Policy
	Quotes bool // whether sentences of other organisations are quoted
	Voices int  // sentences of a page at most
}

// Default gives the settings: HES5, for a page that anybody may pass.
func Default() Config { return Config{Policy: disclosure.HES5(), Quotes: true, Voices: 3} }

// Validate says what is wrong with the settings.
func (c Config) Validate() error {
	if c.Voices < 1 {
		return errors.New("checking settings of pages for staff: 1 sentence or more must be allowed")
	}
	return nil
}

// Writer writes pages for staff. It is safe for many goroutines.
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

// Tells reports whether a theme has a page: when its reports may be counted.
func (w *Writer) Tells(year int) bool { return year > 0 && !w.config.Policy.Count(year).IsHidden() }

// File names a theme's page, from the folder of the organisation's report.
func File(id string) string { return "learned/" + page.Slug(id) + ".html" }

// Sentences that a page quotes have between so many words, and so many of the theme's terms.
const (
	fewestWords = 6
	mostWords   = 30
	fewestTerms = 2
)

// Quotable reports whether a sentence of another organisation may stand on a page: one
// of fair length that tells of the theme and holds no digit. An age, a dose, a bed or a
// time makes one patient of many.
func Quotable(sentence string, terms []string) bool {
	if n := len(strings.Fields(sentence)); n < fewestWords || n > mostWords || strings.ContainsFunc(sentence, unicode.IsDigit) {
		return false
	}
	marked := 0
	for _, s := range quote.Mark(sentence, terms) {
		if s.Marked {
			marked += len(strings.Fields(s.Text))
		}
	}
	return marked >= fewestTerms
}

// Book makes the pages of one organisation, to be written into the folder of its
// report. Themes that Tells refuses are left out.
//
// Errors: two themes whose pages would have one name.
func (w *Writer) Book(site page.Site, asOf incident.Day, organisation string, themes []Theme) (*book.Book, error) {
	b := w.press.New(w.config.Policy)
	site.Nav, site.Policy = nil, note(w.config.Policy)
	site.Quotations = "A program took out what could identify a person, and can miss some of it: read this page before you put it up."
	seen := map[string]bool{}
	for _, t := range themes {
		if !w.Tells(t.Year()) {
			continue
		}
		if seen[File(t.ID)] {
			return nil, fmt.Errorf("making pages for the staff of %s: two themes would have the page %s", organisation, File(t.ID))
		}
		seen[File(t.ID)] = true
		v := &view{Book: b, Theme: t, config: w.config, asOf: asOf, site: site, organisation: organisation}
		b.Pages = append(b.Pages, v.page())
	}
	return b, nil
}
