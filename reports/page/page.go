// Package page gives reports their look: HTML that stands alone, in the style of
// NHS.UK pages without the logo, the typeface or the name. What to say comes in as
// plain structs and templates; a page comes out that asks nothing of the outside,
// needs no script, prints well and meets WCAG 2.2 AA.
//
// Every page carries the run's id, the day up to which it judges, the newest
// report in the data, and the standing caveat that counts show reporting and not
// safety. A page's own policy allows it nothing but its own style sheet.
package page

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"strings"
)

//go:embed templates psims.css
var files embed.FS

// Site is what all pages of a report have in common.
type Site struct {
	Organisation string // who runs the service, as their pages name them; may be empty
	RunID        string
	AsOf         string // the day judged, in words
	Newest       string // the newest report in the data, in words
	Version      string // of the program
	Policy       string // what disclosure control did to the numbers, in a sentence
	Quotations   string // how to treat quotations; "" says that they are confidential
	Nav          []Link // from the first page's folder
}

// Frame is what stands around a page's own content.
type Frame struct {
	Site
	Title    string // the heading, and with the service's name the title of the window
	Caption  string // above the heading: where in the report this is; may be empty
	Tags     []Tag  // below the heading
	Lead     string // below the heading, larger; may be empty
	Root     string // from this page's folder to the first page's: "" or "../"
	Crumbs   []Link // from the first page's folder, outermost first, without this page
	Contents []Link // sections of this page; may be empty
	Here     string // which entry of Nav this page belongs to, by its Href
}

// Link is a link to another page of the report or a place on the same one.
type Link struct {
	Href string
	Text string
}

// Service is the name of the service, in two parts so that the second can stand
// in lighter type. It is not for use with the name or logo of any health service.
const (
	Service     = "psims"
	ServiceLong = "patient safety insight"
)

// Renderer writes pages. It is safe for many goroutines.
type Renderer struct {
	templates *template.Template
}

// New makes a renderer from the style sheet (assets.Style) and the templates that
// match pattern in own. A template of own, say "alert", is the content of a page;
// it may use the parts defined here: table, figure, tag, facts, quote, expander.
//
// Errors: a template that can't be read.
func New(style string, own fs.FS, pattern string) (*Renderer, error) {
	css, err := Sheet(style)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(css))
	policy := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; img-src data:; base-uri 'none'; form-action 'none'"
	t := template.New("page").Funcs(template.FuncMap{
		// The style sheet is ours and its hash is in the policy: no content reaches it.
		"style":  func() template.CSS { return template.CSS(css) },
		"policy": func() string { return policy },
	})
	if t, err = t.ParseFS(files, "templates/*.html"); err != nil {
		return nil, fmt.Errorf("reading the pages' parts: %w", err)
	}
	if t, err = t.ParseFS(own, pattern); err != nil {
		return nil, fmt.Errorf("reading templates %s: %w", pattern, err)
	}
	return &Renderer{templates: t}, nil
}

// Write writes the page whose content is the named template, given body.
//
// Errors: no such template, content that doesn't fit it, or w's own.
func (r *Renderer) Write(w io.Writer, name string, f Frame, body any) error {
	var content bytes.Buffer
	if err := r.templates.ExecuteTemplate(&content, name, body); err != nil {
		return fmt.Errorf("filling the content of page %q: %w", f.Title, err)
	}
	var out bytes.Buffer
	err := r.templates.ExecuteTemplate(&out, "layout.html", struct {
		Frame
		Service, ServiceLong string
		Content              template.HTML
	}{f, Service, ServiceLong, template.HTML(content.String())}) // escaped by the template that made it
	if err != nil {
		return fmt.Errorf("filling the frame of page %q: %w", f.Title, err)
	}
	if _, err := w.Write(tidy(out.Bytes())); err != nil {
		return fmt.Errorf("writing page %q: %w", f.Title, err)
	}
	return nil
}

// Fill writes the named template alone, given data: for those who bring a frame of
// their own.
//
// Errors: no such template, content that doesn't fit it, or w's own.
func (r *Renderer) Fill(w io.Writer, name string, data any) error {
	if err := r.templates.ExecuteTemplate(w, name, data); err != nil {
		return fmt.Errorf("filling template %q: %w", name, err)
	}
	return nil
}

// Sheet gives the whole style sheet of the pages: style (assets.Style) and the rules
// for what it has none for.
func Sheet(style string) (string, error) {
	ours, err := files.ReadFile("psims.css")
	if err != nil {
		return "", fmt.Errorf("reading the pages' own style: %w", err)
	}
	return style + compact(string(ours)), nil
}

// compact takes the comments and line breaks out of our own style sheet.
func compact(css string) string {
	var b strings.Builder
	for css != "" {
		before, rest, found := strings.Cut(css, "/*")
		b.WriteString(before)
		if !found {
			break
		}
		_, css, _ = strings.Cut(rest, "*/")
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// tidy drops the blank lines that template actions leave behind.
func tidy(page []byte) []byte {
	out := make([]byte, 0, len(page))
	for line := range bytes.Lines(page) {
		if len(bytes.TrimSpace(line)) > 0 {
			out = append(out, line...)
		}
	}
	return out
}
