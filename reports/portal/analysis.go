package portal

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"psims/datasets/decision"
	"psims/datasets/incident"
	"psims/reports/chart"
	"psims/reports/disclosure"
	"psims/reports/page"
	"psims/reports/portal/access"
	"psims/reports/portal/view"
)

// analysis is the answer to a question of measure, breakdown and period.
type analysis struct {
	measure    string // of measures
	by         view.Dimension
	weekly     bool
	weeks      int
	from, till incident.Day
	rows       []analysed
	chosen     view.Selection
	total      analysed
	policy     disclosure.Policy
	where      []string // filters, in words
}

// analysed is one part: reports, those of severe or fatal harm, and the reports of
// the time of the same length before.
type analysed struct {
	name, value    string
	n, severe, was int
}

var measures = [][2]string{{"reports", "Reports"}, {"severe", "Reports of severe or fatal harm"}, {"share", "Share of severe or fatal harm"}}

var periods = []int{4, 13, 26, 52, 104}

// analyse answers the question in the address. The error is for the person who asked.
func (q *request) analyse() (analysis, error) {
	a := analysis{measure: or(q.field("measure"), "reports"), policy: q.view.Policy(), weeks: 26, by: view.Dimension(or(q.field("by"), string(view.ByCategory)))}
	if !slices.ContainsFunc(measures, func(m [2]string) bool { return m[0] == a.measure }) {
		return a, fmt.Errorf("choose a measure from the list")
	}
	if a.weekly = a.by == "week"; !a.weekly && !slices.Contains(view.Dimensions(), a.by) {
		return a, fmt.Errorf("choose a breakdown from the list")
	}
	if v := q.field("weeks"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || !slices.Contains(periods, n) {
			return a, fmt.Errorf("choose a period from the list")
		}
		a.weeks = n
	}
	a.till = q.run().AsOf()
	a.from = a.till - incident.Day(7*a.weeks) + 1
	all := q.filtered(q.view.All())
	for _, d := range view.Dimensions() {
		if v := q.field(facetKey(d)); v != "" {
			a.where = append(a.where, string(d)+" "+q.view.Name(d, v))
		}
	}
	a.chosen = all.Between(a.from, a.till)
	before := all.Between(a.from-incident.Day(7*a.weeks), a.from-1)
	a.total = analysed{name: "All", n: a.chosen.Len(), severe: a.chosen.SevereOrFatal(), was: before.Len()}
	if a.weekly {
		first, counts := a.chosen.Weeks(a.weeks)
		for k, day := range first {
			week := a.chosen.Between(day, day+6)
			a.rows = append(a.rows, analysed{name: page.Date(day), value: day.String(), n: counts[k], severe: week.SevereOrFatal()})
		}
		return a, nil
	}
	was := map[string]int{}
	for _, t := range before.Count(a.by) {
		was[t.Value] = t.N
	}
	severe := map[string]int{}
	for _, t := range a.chosen.Severe().Count(a.by) {
		severe[t.Value] = t.N
	}
	for _, t := range a.chosen.Count(a.by) {
		a.rows = append(a.rows, analysed{t.Name, t.Value, t.N, severe[t.Value], was[t.Value]})
	}
	return a, nil
}

// headings head the table of an analysis.
func (a analysis) headings() []string {
	if a.weekly {
		return []string{"Week beginning", "Reports", "Severe or fatal", "Share severe or fatal"}
	}
	return []string{page.Capital(string(a.by)), "Reports", "Severe or fatal", "Share severe or fatal", fmt.Sprintf("Reports in the %d weeks before", a.weeks)}
}

func (a analysis) shown(r analysed) []disclosure.Shown {
	out := []disclosure.Shown{a.policy.Count(r.n), a.policy.Count(r.severe), a.policy.Percent(r.severe, r.n)}
	if !a.weekly {
		out = append(out, a.policy.Count(r.was))
	}
	return out
}

// file gives the table for a spreadsheet: numbers without commas, hidden ones as [c].
func (a analysis) file() (columns []string, rows [][]string) {
	for _, r := range a.rows {
		row := []string{r.name}
		for _, s := range a.shown(r) {
			row = append(row, s.Cell())
		}
		rows = append(rows, row)
	}
	return a.headings(), rows
}

// analysisContent is what the page of the analysis shows.
type analysisContent struct {
	Choices []choices
	Wrong   string
	Figure  *page.Figure
	Table   page.Table
	File    string
	Chosen  []page.Link
	Saving  saving
	Reads   bool
}

// tableRows bounds the rows on the page; the file has them all.
const tableRows = 100

func (s *Server) analysis(q *request) error {
	f := frame{Title: "Analysis", Here: "/analysis", Lead: "Ask your own question of the reports that you may see: what to count, by what, and over which time."}
	a, err := cached(q.shown.cache, "analysis\n"+q.view.Key()+"\n"+q.r.URL.Query().Encode(), q.analyse)
	body := analysisContent{Choices: q.analysisChoices(), Reads: q.person.May(access.ReadReports)}
	if err != nil {
		body.Wrong = page.Capital(err.Error())
		f.Errors = []page.Link{{Href: "#choose-measure", Text: body.Wrong}}
		return q.page(http.StatusUnprocessableEntity, "analysis", f, body)
	}
	if body.Figure, err = q.analysisFigure(a); err != nil {
		return err
	}
	body.Table = q.analysisTable(a)
	body.File = "/analysis.csv?" + q.r.URL.RawQuery
	var views []decision.View
	if q.person.Login != "" {
		if views, err = s.config.Store.Views(q.ctx(), q.person.Login); err != nil {
			return err
		}
	}
	for _, d := range view.Dimensions() {
		if v := q.field(facetKey(d)); v != "" {
			body.Chosen = append(body.Chosen, page.Link{Href: q.with(facetKey(d), ""), Text: page.Capital(string(d)) + ": " + q.view.Name(d, v)})
		}
	}
	body.Saving = saving{Path: q.r.URL.RequestURI(), Token: q.token(), Title: q.headline(a), Views: views, Snapshot: q.person.May(access.SeeAlerts)}
	return q.page(http.StatusOK, "analysis", f, body)
}

func (q *request) analysisChoices() []choices {
	by := [][2]string{{"week", "Week"}}
	for _, d := range view.Dimensions() {
		by = append(by, [2]string{string(d), page.Capital(string(d))})
	}
	var weeks [][2]string
	for _, n := range periods {
		weeks = append(weeks, [2]string{strconv.Itoa(n), fmt.Sprintf("Last %d weeks", n)})
	}
	out := []choices{choose("measure", "Measure", or(q.field("measure"), "reports"), measures...), choose("by", "Breakdown", or(q.field("by"), string(view.ByCategory)), by...), choose("weeks", "Period", or(q.field("weeks"), "26"), weeks...)}
	for _, d := range []view.Dimension{view.ByCategory, view.ByHarm, view.BySpecialty, view.ByRegion, view.BySetting, view.BySystem} {
		options := [][2]string{{"", "All"}}
		for _, v := range q.view.Values(d) {
			options = append(options, [2]string{v, page.Capital(q.view.Name(d, v))})
		}
		c := choose(facetKey(d), "Only "+string(d), q.field(facetKey(d)), options...)
		out = append(out, c)
	}
	return out
}

func (q *request) headline(a analysis) string {
	words := map[string]string{"reports": "Reports", "severe": "Reports of severe or fatal harm", "share": "Share of reports with severe or fatal harm"}[a.measure]
	s := words + " by " + string(a.by) + ", last " + page.Count(a.weeks, "week", "weeks")
	if len(a.where) > 0 {
		s += ": " + strings.Join(a.where, ", ")
	}
	return s
}

// measured gives what the chart draws of a part.
func (a analysis) measured(r analysed) disclosure.Shown {
	switch a.measure {
	case "severe":
		return a.policy.Count(r.severe)
	case "share":
		return a.policy.Percent(r.severe, r.n)
	}
	return a.policy.Count(r.n)
}

func (q *request) analysisFigure(a analysis) (*page.Figure, error) {
	title, subtitle := q.headline(a), fmt.Sprintf("By day of report, %s to %s. All: %s reports", page.Date(a.from), page.Date(a.till), a.policy.Count(a.total.n).Text)
	unit := map[string]string{"reports": "Reports", "severe": "Severe or fatal reports", "share": "Percent severe or fatal"}[a.measure]
	if a.weekly {
		e := chart.Epidemic{Unit: unit, From: incident.NoDay, Until: incident.NoDay}
		for _, r := range a.rows {
			day, err := incident.ParseDay(r.value)
			if err != nil {
				return nil, err
			}
			e.Weeks, e.Observed = append(e.Weeks, day), append(e.Observed, a.measured(r))
		}
		return q.figure(chart.Figure{ID: "analysis", Title: short(title), Plot: e}, title, subtitle)
	}
	b := chart.Bars{Heading: page.Capital(string(a.by)), Unit: unit}
	const most = 20
	for _, r := range a.rows[:min(most, len(a.rows))] {
		b.Labels, b.Counts = append(b.Labels, r.name), append(b.Counts, a.measured(r))
	}
	if len(b.Labels) == 0 {
		return nil, nil
	}
	return q.figure(chart.Figure{ID: "analysis", Title: short(title), Plot: b}, title, subtitle)
}

// short keeps a picture's name to what a reader listens to.
func short(s string) string {
	if len(s) > 120 {
		return excerpt(s[:120])
	}
	return s
}

func (q *request) analysisTable(a analysis) page.Table {
	t := page.Table{ID: "analysis-rows", Caption: q.headline(a), Empty: "No report fits."}
	for k, h := range a.headings() {
		t.Columns = append(t.Columns, page.Column{Heading: h, Numeric: k > 0})
	}
	for _, r := range a.rows[:min(tableRows, len(a.rows))] {
		name := page.Cell{Text: r.name}
		if !a.weekly && r.value != "" && q.person.May(access.ReadReports) {
			name.Href = "/search?" + facetKey(a.by) + "=" + url.QueryEscape(r.value) + "&from=" + a.from.String() + "&until=" + a.till.String()
		}
		row := []page.Cell{name}
		for _, s := range a.shown(r) {
			row = append(row, page.Cell{Text: s.Text})
		}
		t.Rows = append(t.Rows, row)
	}
	if len(a.rows) > tableRows {
		t.Note = fmt.Sprintf("The largest %d of %d are shown; the file has them all.", tableRows, len(a.rows))
	}
	return t
}

// analysisFile answers with the whole table.
func (s *Server) analysisFile(q *request) error {
	a, err := q.analyse()
	if err != nil {
		return failure{http.StatusUnprocessableEntity, page.Capital(err.Error())}
	}
	columns, rows := a.file()
	t := chart.Table{}
	for k, c := range columns {
		t.Columns = append(t.Columns, chart.Column{Heading: c, Numeric: k > 0})
	}
	for _, row := range rows {
		t.Rows = append(t.Rows, fileCells(row))
	}
	if err := q.noteExport("analysis "+q.r.URL.RawQuery, len(rows)); err != nil {
		return err
	}
	return q.csv("analysis.csv", t)
}
