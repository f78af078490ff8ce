package page_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"psims/datasets/incident"
	"psims/internal/golden"
	"psims/reports/assets"
	"psims/reports/page"
)

const body = `{{define "body"}}<h2>Parts</h2>{{template "table" .Table}}{{template "table" .None}}{{template "facts" .Facts}}{{template "figure" .Figure}}{{template "quote" .Quote}}{{template "tag" .Tag}}{{end}}`

type parts struct {
	Table, None page.Table
	Facts       []page.Fact
	Figure      page.Figure
	Quote       page.Quote
	Tag         page.Tag
}

func renderer(t testing.TB) *page.Renderer {
	t.Helper()
	style, err := assets.Style()
	if err != nil {
		t.Fatal(err)
	}
	r, err := page.New(style, fstest.MapFS{"body.html": {Data: []byte(body)}}, "*.html")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func frame() page.Frame {
	return page.Frame{
		Site: page.Site{Organisation: "Invented Safety Agency", RunID: "run-1", AsOf: "22 November 2026", Newest: "21 November 2026", Version: "0.1.0", Policy: "Counts are shown as they are.",
			Nav: []page.Link{{Href: "index.html", Text: "Alerts"}, {Href: "about.html", Text: "About"}}},
		Title: `A page with <b> & "quotes"`, Caption: "Caption", Lead: "Lead.", Root: "../", Here: "about.html",
		Tags: []page.Tag{{Text: "New"}}, Crumbs: []page.Link{{Href: "index.html", Text: "Alerts"}}, Contents: []page.Link{{Href: "#a", Text: "Section"}},
	}
}

func sample() parts {
	tag := page.Tag{Text: "Grown", Colour: "purple"}
	return parts{
		Table: page.Table{ID: "t", Caption: "A caption", Note: "A note.",
			Columns: []page.Column{{Heading: "Name"}, {Heading: "Count", Numeric: true}, {Heading: "State"}},
			Rows: [][]page.Cell{
				{{Text: "First", Href: "a.html"}, {Text: "1,200"}, {Tag: &tag}},
				{{Text: "Second", Detail: "detail"}, {Text: "No data", Muted: true}, {Text: `<script>alert(1)</script>`}},
			}},
		None:   page.Table{ID: "n", Caption: "Nothing", Empty: "There is nothing to list."},
		Facts:  []page.Fact{{Key: "Key", Value: "Value ", Parts: []page.Link{{Href: "b.html", Text: "link"}, {Text: "."}}}},
		Figure: page.Figure{ID: "f", Headline: "What it shows", Subtitle: "What it measures", Wide: "<svg>wide</svg>", Narrow: "<svg>narrow</svg>", Table: page.Table{ID: "ft", Caption: "Numbers", Empty: "None."}, File: page.Link{Href: "f.csv", Text: "Download"}, Source: "Source."},
		Quote:  page.Quote{Spans: []page.Span{{Text: "It "}, {Text: "broke", Marked: true}, {Text: "."}}, From: "Report 1", Whole: []page.Span{{Text: "All of it."}}, ID: "1"},
		Tag:    tag,
	}
}

func TestPageIsGolden(t *testing.T) {
	var out bytes.Buffer
	if err := renderer(t).Write(&out, "body", frame(), sample()); err != nil {
		t.Fatal(err)
	}
	html := regexp.MustCompile(`(?s)<style>.*?</style>`).ReplaceAll(out.Bytes(), []byte("<style></style>"))
	html = regexp.MustCompile(`sha256-.*?=&#39;`).ReplaceAll(html, []byte("sha256-"))
	golden.Check(t, "page.html", html)
}

// A class without a rule is a slip, or a class that classes.txt does not keep.
func TestEveryClassHasARule(t *testing.T) {
	style, err := assets.Style()
	if err != nil {
		t.Fatal(err)
	}
	ours, err := os.ReadFile("psims.css")
	if err != nil {
		t.Fatal(err)
	}
	listed, err := os.ReadFile("../assets/classes.txt")
	if err != nil {
		t.Fatal(err)
	}
	kept := map[string]bool{}
	for _, c := range strings.Fields(string(listed)) {
		kept[c] = true
	}
	templates, err := filepath.Glob("../*/templates/*.html")
	if err != nil || len(templates) < 2 {
		t.Fatalf("finding templates: %v, %v", templates, err)
	}
	forms, err := os.ReadFile("../assets/portal-classes.txt")
	if err != nil {
		t.Fatal(err)
	}
	portals, err := os.ReadFile("../portal/portal.css")
	if err != nil {
		t.Fatal(err)
	}
	inPortal := map[string]bool{}
	for _, c := range strings.Fields(string(forms)) {
		inPortal[c] = true
	}
	class := regexp.MustCompile(`\b(nhsuk|psims)-[a-z0-9_-]*[a-z0-9]`)
	for _, name := range templates {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		portal := strings.HasPrefix(filepath.ToSlash(name), "../portal/") // it has style sheets of its own beside these
		for _, attribute := range regexp.MustCompile(`class="([^"]*)"`).FindAllStringSubmatch(string(text), -1) {
			for _, c := range class.FindAllString(attribute[1], -1) {
				switch {
				case portal && (inPortal[c] || strings.Contains(string(portals), "."+c)):
				case strings.HasPrefix(c, "nhsuk-") && !kept[c]:
					t.Errorf("%s uses %s: add it to reports/assets/classes.txt and run \"make assets\"", name, c)
				case strings.HasPrefix(c, "psims-") && !strings.Contains(string(ours), "."+c):
					t.Errorf("%s uses %s, for which psims.css has no rule", name, c)
				}
			}
		}
	}
	if strings.Contains(style+string(ours), "url(") {
		t.Error("a style sheet loads something")
	}
}

func TestWriteReportsErrors(t *testing.T) {
	r := renderer(t)
	if err := r.Write(&bytes.Buffer{}, "no-such-page", frame(), nil); err == nil {
		t.Error("a page without a template is written")
	}
	if err := r.Write(full{}, "body", frame(), sample()); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("error %v, want the writer's", err)
	}
	if _, err := page.New("", fstest.MapFS{"a.html": {Data: []byte("{{if}}")}}, "*.html"); err == nil {
		t.Error("a broken template is taken")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWords(t *testing.T) {
	tests := []struct{ why, got, want string }{
		{"a day", page.Date(incident.NewDay(2026, 8, 6)), "6 August 2026"},
		{"no day", page.Date(incident.NoDay), "not known"},
		{"one", page.Count(1, "report", "reports"), "1 report"},
		{"none", page.Count(0, "report", "reports"), "0 reports"},
		{"thousands", page.Count(1200, "report", "reports"), "1,200 reports"},
		{"a list of one", page.Join([]string{"a"}), "a"},
		{"a list", page.Join([]string{"a", "b", "c"}), "a, b and c"},
		{"no list", page.Join(nil), ""},
		{"a small number", page.Number(3.04), "3"},
		{"a number with a tenth", page.Number(3.14), "3.1"},
		{"a large number", page.Number(1234.5), "1,235"},
		{"just under ten", page.Number(9.96), "10"},
		{"no number", page.Number(math.NaN()), "not known"},
		{"many times", page.Times(15, 3), "about 5 times as many as expected"},
		{"somewhat more", page.Times(15, 11), "more than expected"},
		{"as many", page.Times(10, 10), "about as many as expected"},
		{"fewer", page.Times(3, 10), "fewer than expected"},
		{"hardly any expected", page.Times(3, 0.1), "hardly any were expected"},
		{"unknown expectation", page.Times(3, math.NaN()), "it is not known how many to expect"},
		{"a sentence", page.Sentence(" it broke "), "It broke."},
		{"a question stays one", page.Sentence("did it break?"), "Did it break?"},
		{"no sentence", page.Sentence(" "), ""},
		{"a slug", page.Slug("A&E / Ünit 7"), "a-e-nit-7"},
		{"an empty slug", page.Slug("…"), "unnamed"},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("got %q, want %q", tt.got, tt.want)
			}
		})
	}
}

func TestSlugIsAlwaysAFileName(t *testing.T) {
	good := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "name")
		if slug := page.Slug(s); !good.MatchString(slug) || len(slug) > 80 || page.Slug(slug) != slug {
			t.Errorf("%q gives the file name %q", s, slug)
		}
	})
}

func ExampleTimes() {
	fmt.Println(page.Count(14, "report", "reports") + ", " + page.Times(14, 2.8))
	// Output: 14 reports, about 5 times as many as expected
}

func TestSentences(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"none", "", nil},
		{"one without an end", "more reports than expected", []string{"More reports than expected."}},
		{"figures inside", "The history predicts about 0.3, and 2 at most. 5 specialties told of it.", []string{"The history predicts about 0.3, and 2 at most.", "5 specialties told of it."}},
		{"a quotation begins one", `It has grown. "Morphine" and "Devices" come together.`, []string{"It has grown.", `"Morphine" and "Devices" come together.`}},
		{"a short form is no end", "Told of in St. an ward.", []string{"Told of in St. an ward."}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := page.Sentences(tt.text); fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// A table whose columns do not fit beside each other on a telephone names its
// column at every cell, so that rows can stand as blocks there.
func TestWideTablesStack(t *testing.T) {
	narrow := []page.Column{{Heading: "System"}, {Heading: "Reports", Numeric: true}, {Heading: "Days", Numeric: true}}
	wide := append(narrow[:1:1], page.Column{Heading: "Newest report"}, page.Column{Heading: "Reports", Numeric: true}, page.Column{Heading: "Days", Numeric: true})
	r, err := page.New("", fstest.MapFS{"t.html": {Data: []byte(`{{define "t"}}{{template "table" .}}{{end}}`)}}, "*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		columns []page.Column
		want    bool
	}{{narrow, false}, {wide, true}} {
		row := make([]page.Cell, len(tt.columns))
		for i := range row {
			row[i].Text = "x"
		}
		var out bytes.Buffer
		if err := r.Fill(&out, "t", page.Table{ID: "t", Caption: "T", Columns: tt.columns, Rows: [][]page.Cell{row}}); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(out.String(), `psims-stack__heading`); (n == len(tt.columns)-1) != tt.want || n > 0 != tt.want {
			t.Errorf("%d columns: %d cells name their column", len(tt.columns), n)
		}
	}
}
