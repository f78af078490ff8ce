package portal

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"psims/datasets/decision"
	"psims/datasets/incident"
	"psims/nlp/search"
	"psims/reports/chart"
	"psims/reports/page"
	"psims/reports/portal/view"
	"psims/reports/quote"
)

// searchContent is what the page of the search shows.
type searchContent struct {
	Words, From, Until string
	Wrong              string
	Found              string
	Try                []string // what may find more, where nothing was found
	Hits               []hit
	Facets             []facet
	Chosen             []page.Link // filters in effect, each with the address without it
	Turn               turn
	Asked              bool
	File               string // address of the file
	Saving             saving
}

// hit is a report that answers the question.
type hit struct {
	Name, Href string
	From       string
	Spans      []page.Span
}

// facet is how the found reports divide, with the addresses that narrow to a part.
type facet struct {
	Name  string
	Parts []part
}

type part struct {
	Text, Href string
	N          string
}

// saving is the form that keeps an address or a result.
type saving struct {
	Path, Token, Title string
	Views              []decision.View
	Snapshot           bool
}

// Limits of a search: hits on a page, parts of a facet, and rows of a file.
const (
	hitsShown  = 20
	partsShown = 6
	fileRows   = 5000
)

// searchFacets are the dimensions that found reports are divided by.
var searchFacets = []view.Dimension{view.ByCategory, view.ByHarm, view.BySpecialty, view.ByRegion, view.ByOrganisation, view.BySystem, view.ByTheme}

func facetKey(d view.Dimension) string { return page.Slug(string(d)) }

// found is the answer to a question: the reports, and the marks to show in them.
type found struct {
	view.Selection
	query search.Query
	asked bool
}

// days reads the period in the address.
func (q *request) days() (from, until incident.Day, err error) {
	from, until = incident.NoDay, incident.NoDay
	for name, to := range map[string]*incident.Day{"from": &from, "until": &until} {
		if v := q.field(name); v != "" {
			if *to, err = readDay(v); err != nil {
				return from, until, errors.New("write days as day, month and year. " + dayHint)
			}
		}
	}
	return from, until, nil
}

// filtered gives the events that the filters in the address keep.
func (q *request) filtered(s view.Selection) view.Selection {
	for _, d := range view.Dimensions() {
		s = s.Where(d, q.field(facetKey(d)))
	}
	return s
}

// find answers the question in the address. The error is for the person who asked.
func (q *request) find() (found, error) {
	from, until, err := q.days()
	if err != nil {
		return found{}, err
	}
	text := q.field("q")
	key := "search\n" + q.view.Key() + "\n" + q.r.URL.Query().Encode()
	if text == "" {
		f, err := cached(q.shown.cache, key, func() (found, error) {
			return found{Selection: q.filtered(q.view.All().Between(from, until))}, nil
		})
		return f, err
	}
	parsed, err := search.Parse(text)
	if err != nil {
		return found{}, err
	}
	return cached(q.shown.cache, key, func() (found, error) {
		return found{q.filtered(q.view.Search(parsed).Between(from, until)), parsed, true}, nil
	})
}

func (s *Server) search(q *request) error {
	body := searchContent{Words: q.field("q"), From: q.field("from"), Until: q.field("until")}
	f := frame{Title: "Search reports", Here: "/search"}
	views, err := s.config.Store.Views(q.ctx(), q.person.Login)
	if err != nil {
		return err
	}
	result, err := q.find()
	if err != nil {
		body.Wrong = page.Capital(err.Error())
		f.Errors = []page.Link{{Href: "#q", Text: body.Wrong}}
		return q.page(http.StatusUnprocessableEntity, "search", f, body)
	}
	body.Asked = result.asked
	body.Found = page.Count(result.Len(), "report", "reports")
	if result.Len() == 0 {
		body.Try = tries(body.Words)
	}
	at, last := q.place(result.Len(), hitsShown)
	body.Turn = q.turn(at, last)
	for _, r := range result.Newest((at-1)*hitsShown, hitsShown) {
		body.Hits = append(body.Hits, q.hit(r, result))
	}
	body.Facets, err = cached(q.shown.cache, "facets\n"+q.view.Key()+"\n"+q.r.URL.Query().Encode(), func() ([]facet, error) {
		var list []facet
		for _, d := range searchFacets {
			list = append(list, q.facet(d, result.Selection))
		}
		return list, nil
	})
	if err != nil {
		return err
	}
	for _, d := range view.Dimensions() {
		if v := q.field(facetKey(d)); v != "" {
			body.Chosen = append(body.Chosen, page.Link{Href: q.with(facetKey(d), ""), Text: page.Capital(string(d)) + ": " + q.view.Name(d, v)})
		}
	}
	body.File = "/search.csv?" + q.r.URL.RawQuery
	body.Saving = saving{Path: q.r.URL.RequestURI(), Token: q.token(), Title: or(body.Words, "All reports"), Views: views, Snapshot: true}
	return q.page(http.StatusOK, "search", f, body)
}

// tries says what a person may have meant whose question found nothing.
func tries(words string) (out []string) {
	small := false
	for _, w := range strings.Fields(words) {
		name, _, _ := strings.Cut(w, "/")
		small = small || slices.Contains([]string{"and", "or", "not", "near"}, name)
	}
	if small {
		out = append(out, "Write OR, NOT and NEAR in capitals; in small letters they are words to be found.")
	}
	if len(strings.Fields(words)) > 1 {
		out = append(out, "Try fewer words: each of them must stand in a report.")
	}
	return append(out, "A ~ after a word finds misspellings of it, and a * its other endings.")
}

// with gives this address with one value changed, from the first page.
func (q *request) with(name, value string) string {
	v := q.r.URL.Query()
	v.Del("page")
	v.Del("done")
	if v.Set(name, value); value == "" {
		v.Del(name)
	}
	return q.r.URL.Path + "?" + v.Encode()
}

func (q *request) facet(d view.Dimension, sel view.Selection) facet {
	f := facet{Name: page.Capital(string(d))}
	for _, t := range sel.Most(d, partsShown) {
		f.Parts = append(f.Parts, part{t.Name, q.with(facetKey(d), t.Value), q.view.Policy().Count(t.N).Text})
	}
	return f
}

// Bytes of a text shown around the first mark.
const (
	hitBefore = 120
	hitAfter  = 280
)

func (q *request) hit(r view.Report, f found) hit {
	h := hit{Name: systemName(r.System) + " " + r.ID, Href: reportPath(r), From: strings.Join([]string{"Reported " + page.Date(r.Reported), or(r.Organisation, "organisation not recorded"), or(r.Specialty, "specialty not recorded"), "harm: " + strings.ToLower(quote.HarmName(r.Harm))}, ", ")}
	if !f.asked {
		h.Spans = []page.Span{{Text: excerpt(r.Text)}}
		return h
	}
	marks := q.view.Marks(f.query, r.Text)
	start, end := 0, len(r.Text)
	if len(marks) > 0 {
		start, end = max(0, int(marks[0].Start)-hitBefore), min(len(r.Text), int(marks[0].End)+hitAfter)
	} else {
		end = min(end, hitBefore+hitAfter)
	}
	for start > 0 && r.Text[start-1] != ' ' {
		start--
	}
	for end < len(r.Text) && r.Text[end] != ' ' {
		end++
	}
	at := start
	if start > 0 {
		h.Spans = append(h.Spans, page.Span{Text: "… "})
	}
	for _, m := range marks {
		if int(m.Start) < at || int(m.End) > end {
			continue
		}
		h.Spans = append(h.Spans, page.Span{Text: r.Text[at:m.Start]}, page.Span{Text: m.In(r.Text), Marked: true})
		at = int(m.End)
	}
	h.Spans = append(h.Spans, page.Span{Text: r.Text[at:end]})
	if end < len(r.Text) {
		h.Spans = append(h.Spans, page.Span{Text: " …"})
	}
	return h
}

// listColumns head a list of reports in a file or a frozen result.
var listColumns = []string{"System", "Report", "Reported", "Organisation", "Region", "Specialty", "Category", "Harm", "Redacted text"}

func listRow(r view.Report) []string {
	return []string{systemName(r.System), r.ID, r.Reported.String(), r.Organisation, r.Region, r.Specialty, r.Label, r.Harm.String(), r.Text}
}

// searchFile answers with the found reports as a file. It says at its end when
// there are more.
func (s *Server) searchFile(q *request) error {
	result, err := q.find()
	if err != nil {
		return failure{http.StatusUnprocessableEntity, page.Capital(err.Error())}
	}
	t := chart.Table{}
	for _, c := range listColumns {
		t.Columns = append(t.Columns, chart.Column{Heading: c})
	}
	for _, r := range result.Newest(0, fileRows) {
		t.Rows = append(t.Rows, fileCells(listRow(r)))
	}
	if more := result.Len() - len(t.Rows); more > 0 {
		last := make([]string, len(listColumns))
		last[0] = fmt.Sprintf("[This file holds the newest %d of %d reports: %d are left off. Narrow the search for the others.]", len(t.Rows), result.Len(), more)
		t.Rows = append(t.Rows, fileCells(last))
	}
	if err := q.noteExport("search "+q.r.URL.RawQuery, len(t.Rows)); err != nil {
		return err
	}
	return q.csv("reports.csv", t)
}

// ofPortal reads the address that a form wants kept: of the search or the analysis.
func ofPortal(path string) (*url.URL, error) {
	u, err := url.Parse(path)
	if err != nil || u.Host != "" || u.Scheme != "" || ownPath(path) != path {
		return nil, failure{http.StatusBadRequest, "Only addresses of this service can be kept."}
	}
	return u, nil
}
