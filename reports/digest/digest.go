// Package digest writes the short message that tells somebody that a new report is
// there: a few counts that may be published, and a link.
//
// In goes what a run found for one scope, the country, a specialty or an
// organisation; out come a subject, a plain text, the same as HTML, and a card for a
// Teams channel. A message leaves the building and lies in inboxes: it holds no
// theme, no sentence and no name of anybody, and a count only where the disclosure
// policy shows it.
package digest

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/url"
	"strings"

	"psims/datasets/incident"
	"psims/reports/disclosure"
	"psims/reports/page"
)

//go:embed templates/*.html
var files embed.FS

// letter is the HTML of a message; it is read once and never changed.
var letter = template.Must(template.ParseFS(files, "templates/*.html"))

// Kind says whose reports a digest is about.
type Kind string

// The kinds of scope.
const (
	National     Kind = "national"
	Specialty    Kind = "specialty"
	Organisation Kind = "organisation"
)

// Kinds lists every kind.
func Kinds() []Kind { return []Kind{National, Specialty, Organisation} }

// Digest is what there is to say of one scope. Counts of reports are as they were;
// only what a policy shows is told.
type Digest struct {
	Kind    Kind   `json:"scope"`
	Name    string `json:"name,omitempty"`  // specialty, or code of the organisation; "" for the country
	Title   string `json:"title,omitempty"` // as people call it
	Page    string `json:"page"`            // of its report, from the run's folder
	Raised  int    `json:"raised"`          // issues raised that touch the scope
	New     int    `json:"new"`             // of them
	Grown   int    `json:"grown"`           // of them
	Reports string `json:"reports_last_12_weeks"`
	Before  string `json:"reports_12_weeks_before"`
	Severe  string `json:"severe_or_fatal_last_12_weeks"`
	AsOf    string `json:"as_of"`
	RunID   string `json:"run"`
	Policy  string `json:"policy"`
}

// hidden is a count that the policy keeps back, as the record has it.
const hidden = disclosure.Confidential

// Counts are the numbers of a scope before any policy.
type Counts struct{ Recent, Before, Severe int }

// New makes a digest whose counts went through a policy.
//
// Panics if a count is negative.
func New(k Kind, name, title, file string, asOf incident.Day, run string, c Counts, p disclosure.Policy) Digest {
	d := Digest{Kind: k, Name: name, Title: title, Page: file, AsOf: page.Date(asOf), RunID: run, Policy: strings.ReplaceAll(p.Note(), "shown as *", "left out")}
	// Severe events are a part of the recent ones: their row keeps its total safe.
	parts, recent := p.Counts([]int{c.Severe, c.Recent - c.Severe})
	d.Reports, d.Before, d.Severe = told(recent), told(p.Count(c.Before)), told(parts[0])
	return d
}

func told(s disclosure.Shown) string {
	if s.IsHidden() {
		return hidden
	}
	return s.Text
}

// News reports whether an issue is new or has grown.
func (d Digest) News() bool { return d.New+d.Grown > 0 }

// Subject is one line, without anything that an inbox's list should not show.
func (d Digest) Subject() string {
	switch {
	case d.New > 0:
		return fmt.Sprintf("%s: %s, reports up to %s", page.Service, page.Count(d.New, "new issue", "new issues"), d.AsOf)
	case d.Grown > 0:
		return fmt.Sprintf("%s: %s grown, reports up to %s", page.Service, page.Count(d.Grown, "issue has", "issues have"), d.AsOf)
	}
	return fmt.Sprintf("%s: no new issue, reports up to %s", page.Service, d.AsOf)
}

// Heading names the scope.
func (d Digest) Heading() string {
	if d.Kind == National {
		return "All reports"
	}
	return page.Capital(d.Title)
}

// Lines are the digest in sentences. A count that is kept back has none.
func (d Digest) Lines() []string {
	out := []string{d.issues()}
	if d.Reports != hidden {
		s := count(d.Reports) + " in the last 12 weeks"
		if d.Before != hidden {
			s += "; " + d.Before + " in the 12 weeks before"
		}
		out = append(out, page.Capital(s)+".")
	}
	if d.Severe != hidden && d.Severe != "0" && d.Reports != hidden {
		out = append(out, d.Severe+" of them "+verb(d.Severe)+" severe or fatal harm.")
	}
	return out
}

func count(n string) string {
	if n == "1" {
		return "1 report"
	}
	return n + " reports"
}

func verb(n string) string {
	if n == "1" {
		return "records"
	}
	return "record"
}

func (d Digest) issues() string {
	of := "is raised"
	if d.Raised != 1 {
		of = "are raised"
	}
	s := page.Count(d.Raised, "issue", "issues") + " " + of
	if d.Kind != National {
		s += " with reports from here"
	}
	switch {
	case d.Raised == 0:
		return s + "."
	case !d.News():
		return s + ", none of them new."
	}
	var parts []string
	if d.New > 0 {
		parts = append(parts, page.Count(d.New, "is new", "are new"))
	}
	if d.Grown > 0 {
		parts = append(parts, page.Count(d.Grown, "has grown", "have grown"))
	}
	return s + ": " + page.Join(parts) + "."
}

// caution stands at the end of every message.
const caution = "Counts show what was reported, not how safe care is. This message is sent by a program; whoever runs it can take you off its list."

// Link is the address of the report below base, the address of the published run.
func (d Digest) Link(base string) string {
	parts := strings.Split(d.Page, "/")
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return strings.TrimSuffix(base, "/") + "/" + strings.Join(parts, "/")
}

// Text is the message as plain text.
func (d Digest) Text(base string) string {
	return fmt.Sprintf("%s, up to %s\n\n%s\n\nRead the report:\n%s\n\n%s\n%s\nRun %s.\n",
		d.Heading(), d.AsOf, strings.Join(d.Lines(), "\n"), d.Link(base), caution, d.Policy, d.RunID)
}

// HTML is the message as HTML. It asks for nothing from anywhere.
//
// Errors: none but a template's that doesn't fit, which a test would show.
func (d Digest) HTML(base string) (string, error) {
	var b bytes.Buffer
	err := letter.ExecuteTemplate(&b, "letter.html", struct {
		Digest
		Address, Caution string
	}{d, d.Link(base), caution})
	if err != nil {
		return "", fmt.Errorf("filling a digest: %w", err)
	}
	return b.String(), nil
}

// Card is the message as an adaptive card in the envelope that the webhook of a
// Teams workflow takes.
//
// Source: Adaptive Cards schema 1.4; Microsoft, "Create incoming webhooks with
// Workflows for Microsoft Teams" (2024).
func (d Digest) Card(base string) ([]byte, error) {
	type object = map[string]any
	text := func(s string, more object) object {
		o := object{"type": "TextBlock", "text": plain(s), "wrap": true}
		for k, v := range more {
			o[k] = v
		}
		return o
	}
	body := []any{text(d.Heading()+", up to "+d.AsOf, object{"size": "Medium", "weight": "Bolder", "style": "heading"})}
	for _, l := range d.Lines() {
		body = append(body, text(l, nil))
	}
	body = append(body, text(caution+" "+d.Policy, object{"size": "Small", "isSubtle": true}))
	card := object{
		"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4", "lang": "en-GB", "body": body,
		"actions": []any{object{"type": "Action.OpenUrl", "title": "Read the report", "url": d.Link(base)}},
	}
	out, err := json.Marshal(object{"type": "message", "attachments": []any{object{"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": nil, "content": card}}})
	if err != nil {
		return nil, fmt.Errorf("encoding a digest's card: %w", err)
	}
	return out, nil
}

// plain takes the force out of the marks that a card would read as Markdown.
func plain(s string) string {
	return strings.NewReplacer("\\", "\\\\", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]", "`", "\\`", "#", "\\#").Replace(s)
}
