// Package provider writes what an organisation is told about its own reports: how
// many and how grave, beside similar organisations; what they tell of; how quickly
// and completely they were sent; what became of them; and which rows could not be
// used and how to mend them.
//
// In goes what a run knows of one organisation, as plain values; out come a page, a
// file of numbers for each chart, and a machine-readable twin with the same
// numbers. It compares and never ranks: others have no names here, and their
// numbers go through a disclosure policy.
package provider

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"psims/analytics/funnel"
	"psims/datasets/incident"
	"psims/reports/book"
	"psims/reports/disclosure"
	"psims/reports/page"
)

//go:embed templates/*.html
var templates embed.FS

// Organisation is what a run knows of one organisation. Recent is the last 12
// weeks; a year the last 52. An event that several reports tell of counts once.
type Organisation struct {
	Code, Name, Type, Region string
	Site                     page.Site
	AsOf                     incident.Day

	Weeks          book.Series
	Recent, Before int
	Harm           map[incident.Harm]int // of a year
	Themes         []Theme               // of a year, by how much more often told here than by similar organisations
	Share          *Share                // nil when not worked out
	Grading        *Grading              // nil when not worked out
	Doubts         []Doubt               // recent reports that read as more severe than they were graded

	Peers    Peers     // whom the measures stand beside
	Measures []Measure // timeliness and completeness
	Arrival  *Arrival  // nil when too few reports have a day of the event
	Became   Became
	Rejects  []Reject
	Rejected map[incident.Reason]int // of a year, of rows that name this organisation
}

// Theme is a group of like reports, and how often it is told here and elsewhere.
type Theme struct {
	ID, Name string
	Terms    []string
	Year     int
	Expected float64 // if it were told as often as by similar organisations
	Alert    string  // title of the alert raised for it; "" for none
	Page     string  // of the page for staff, from the report's folder; "" for none
}

// Share is the number of severe and fatal events beside the number expected of
// similar organisations with the same mix of reports.
type Share struct {
	Graded  int // events with a degree of harm
	Finding funnel.Finding
	Group   funnel.Group
	Others  []funnel.Finding // of the same group
}

// Grading is how the organisation grades harm beside how others would grade such
// texts, in grades from 0 (none) to 4 (fatal).
type Grading struct {
	Events             int
	Recorded, Expected float64
	Interval           [2]float64 // of the shift, on the log odds; below 0 is milder
	Q                  float64
}

// Doubt is a report that reads as more severe than it was graded.
type Doubt struct {
	ID       string
	Reported incident.Day
	Recorded incident.Harm
	Sentence string
	Words    []string
}

// Peers are the organisations whose measures stand beside the own ones.
type Peers struct {
	Organisations int    // 0 when nobody is like it
	Type          string // what they have in common; "" when it is their size alone
	From, To      int    // reports of a year that they sent; To is 0 for no limit
}

// Measure is a measure of reporting, of a year, beside similar organisations.
type Measure struct {
	Key, Name string
	Unit      string // "days" or "%"
	Own       float64
	Lo, Hi    float64 // the middle half of similar organisations; NaN when too few
	Meaning   string  // what it says, and what to do
}

// Arrival is how much had been reported so many days after the event, in percent.
type Arrival struct {
	Days    []int
	Own     []float64
	Similar []float64 // of all similar organisations together; nil when too few
}

// Became is what happened to the reports of a year.
type Became struct {
	Received, Revised, Withdrawn, Joined int // joined: told of an event that another report stands for
	InThemes, InAlerts                   int
	Alerts                               []string // titles of the alerts that cite its reports
}

// Reject is a row that could not be used.
type Reject struct {
	File     string          `json:"file"`
	Line     int             `json:"line"`
	Column   string          `json:"column,omitempty"`
	Reason   incident.Reason `json:"reason"`
	Sentence string          `json:"sentence"`
}

// Config holds the settings.
type Config struct {
	Policy disclosure.Policy // for its own numbers
	Others disclosure.Policy // for those of others
	Weeks  int               // weeks that the chart shows
	Listed int               // rejected rows and doubts listed on the page
}

// Default shows an organisation its own numbers as they are, and those of others
// under HES5.
func Default() Config {
	return Config{Policy: disclosure.None(), Others: disclosure.HES5(), Weeks: 53, Listed: 20}
}

// Validate says what is wrong with the settings.
func (c Config) Validate() error {
	switch {
	case c.Weeks < 8 || c.Listed < 1:
		return fmt.Errorf("checking organisation report settings: charts of %d weeks, %d rows listed: want at least 8 and 1", c.Weeks, c.Listed)
	case c.Others == disclosure.None():
		return errors.New("checking organisation report settings: other organisations' numbers would be shown as they are")
	}
	return nil
}

// Writer writes organisations' reports. It is safe for many goroutines.
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

// Book makes the book of one organisation's report, to be written.
//
// Errors: a series whose marks don't fit.
func (w *Writer) Book(o Organisation) (*book.Book, error) {
	if err := o.Weeks.Check(); err != nil {
		return nil, fmt.Errorf("reading the run: %w", err)
	}
	b := w.press.New(w.config.Policy)
	b.Source = "Source: run " + o.Site.RunID + ", data up to " + page.Date(o.AsOf) + "."
	v := &view{Book: b, Organisation: o, config: w.config}
	b.Pages = []book.Page{v.page()}
	return b, nil
}

// twin is the machine-readable form.
type twin struct {
	Organisation string                  `json:"organisation"`
	Name         string                  `json:"name"`
	Run          string                  `json:"run"`
	AsOf         string                  `json:"as_of"`
	Caveat       string                  `json:"caveat"`
	Recent       string                  `json:"reports_last_12_weeks"`
	Before       string                  `json:"reports_12_weeks_before"`
	Harm         map[string]string       `json:"harm_last_52_weeks"`
	Similar      string                  `json:"similar_organisations"`
	Measures     []twinMeasure           `json:"measures"`
	Themes       []twinTheme             `json:"themes"`
	Became       twinBecame              `json:"what_became_of_reports"`
	Rejected     map[incident.Reason]int `json:"rejected_by_reason"`
	Rejects      []Reject                `json:"rejected_rows"`
}

type twinMeasure struct {
	Key     string      `json:"key"`
	Name    string      `json:"name"`
	Unit    string      `json:"unit"`
	Own     *float64    `json:"own"`
	Similar *[2]float64 `json:"middle_half_of_similar"`
}

type twinTheme struct {
	Name     string   `json:"name"`
	Terms    []string `json:"terms"`
	Reports  string   `json:"reports_last_52_weeks"`
	Expected float64  `json:"expected_from_similar"`
}

type twinBecame struct {
	Received  int      `json:"received"`
	Revised   int      `json:"revised"`
	Withdrawn int      `json:"withdrawn"`
	Joined    int      `json:"told_of_an_event_already_counted"`
	InThemes  int      `json:"in_themes"`
	InAlerts  int      `json:"cited_by_alerts"`
	Alerts    []string `json:"alerts"`
}

// Twin writes the machine-readable form of an organisation's report: JSON, the same
// bytes for the same report.
func (w *Writer) Twin(out io.Writer, o Organisation) error {
	p := w.config.Policy
	t := twin{Organisation: o.Code, Name: o.Name, Run: o.Site.RunID, AsOf: o.AsOf.String(), Caveat: "Counts show what was reported, not how safe care is.",
		Recent: p.Count(o.Recent).Cell(), Before: p.Count(o.Before).Cell(), Harm: map[string]string{}, Similar: o.Peers.said(), Rejected: o.Rejected, Rejects: o.Rejects,
		Became: twinBecame{o.Became.Received, o.Became.Revised, o.Became.Withdrawn, o.Became.Joined, o.Became.InThemes, o.Became.InAlerts, o.Became.Alerts}}
	for h, n := range o.Harm {
		t.Harm[h.String()] = p.Count(n).Cell()
	}
	for _, m := range o.Measures {
		tm := twinMeasure{Key: m.Key, Name: m.Name, Unit: m.Unit}
		if m.known() {
			own := round(m.Own)
			tm.Own = &own
		}
		if m.compared() {
			tm.Similar = &[2]float64{round(m.Lo), round(m.Hi)}
		}
		t.Measures = append(t.Measures, tm)
	}
	for _, th := range o.Themes {
		t.Themes = append(t.Themes, twinTheme{th.Name, th.Terms, p.Count(th.Year).Cell(), round(th.Expected)})
	}
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	return enc.Encode(t)
}
