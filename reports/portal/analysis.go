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
	beside     string   // of comparators
	compared   string   // the heading of what is beside, in words
}

// analysed is one part: reports, those of severe or fatal harm, and the reports of
// the time of the same length before.
type analysed struct {
	name, value    string
	n, severe, was int
	theirs         view.Shares // of others
}

var measures = [][2]string{{"reports", "Reports"}, {"severe", "Reports of severe or fatal harm"}, {"share", "Share of severe or fatal harm"}}

var periods = []int{4, 13, 26, 52, 104}

// comparators are what a result can be set beside.
var comparators = [][2]string{{"before", "The same length of time before"}, {"year", "The same weeks a year before"}, {"all", "All organisations"}, {"similar", "Similar organisations"}}

// ofOthers reports whether the result is set beside other organisations.
func (a analysis) ofOthers() bool { return a.beside == "all" || a.beside == "similar" }

// analyse answers the question in the address. The error is for the person who asked.
func (q *request) analyse() (analysis, error) {
	a := analysis{measure: or(q.field("measure"), "reports"), beside: or(q.field("beside"), "before"), policy: q.view.Policy(), weeks: 26, by: view.Dimension(or(q.field("by"), string(view.ByCategory)))}
	if !slices.ContainsFunc(measures, func(m [2]string) bool { return m[0] == a.measure }) {
		return a, fmt.Errorf("choose a measure from the list")
	}
	if a.weekly = a.by == "week"; !a.weekly && !slices.Contains(view.Dimensions(), a.by) {
		return a, fmt.Errorf("choose a breakdown from the list")
	}
	if !slices.ContainsFunc(comparators, func(c [2]string) bool { return c[0] == a.beside }) {
		return a, fmt.Errorf("choose what to compare with from the list")
	}
	if a.ofOthers() && (a.weekly || a.by == view.ByOrganisation || a.by == view.ByRegion) {
		return a, fmt.Errorf("other organisations are compared by what they report, not by week, organisation or region: choose another breakdown")
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
	back, what := incident.Day(7*a.weeks), fmt.Sprintf("Reports in the %d weeks before", a.weeks)
	if a.beside == "year" {
		back, what = yearDays, "Reports in the same weeks a year before"
	}
	if a.weekly {
		what = fmt.Sprintf("Reports in the week %d weeks before", int(back)/7)
	}
	a.compared = what
	before := all.Between(a.from-back, a.till-back)
	a.total = analysed{name: "All", n: a.chosen.Len(), severe: a.chosen.SevereOrFatal(), was: before.Len()}
	if a.weekly {
		first, counts := a.chosen.Weeks(a.weeks)
		for k, day := range first {
			week := a.chosen.Between(day, day+6)
			a.rows = append(a.rows, analysed{name: page.Date(day), value: day.String(), n: counts[k], severe: week.SevereOrFatal(), was: before.Between(day-back, day+6-back).Len()})
		}
		return a, nil
	}
	var theirs map[string]view.Shares
	var none view.Shares
	if a.ofOthers() {
		others, err := q.others(&a)
		if err != nil {
			return a, err
		}
		theirs, none = others.Shares(a.by), others.None()
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
		r := analysed{name: t.Name, value: t.Value, n: t.N, severe: severe[t.Value], was: was[t.Value], theirs: none}
		if s, ok := theirs[t.Value]; ok {
			r.theirs = s
		}
		a.rows = append(a.rows, r)
	}
	return a, nil
}

// yearDays is a year of whole weeks, so that weekdays stand beside weekdays.
const yearDays = 364

// others gives the events of other organisations that a result is set beside: with
// the same filters but those of place, which would leave none.
func (q *request) others(a *analysis) (view.Elsewhere, error) {
	others := q.view.Everywhere()
	a.compared = "all organisations"
	if a.beside == "similar" {
		own := q.person.Scope.Organisations
		if v := q.field(facetKey(view.ByOrganisation)); v != "" {
			own = []string{v}
		}
		similar, alike, ok := q.view.Similar(own)
		if !ok {
			return others, fmt.Errorf("choose one organisation (by the breakdown of organisations) that others are like: of its type, or 10 or more of about its size")
		}
		others, a.compared = similar, alike
	}
	for _, d := range view.Dimensions() {
		if d != view.ByOrganisation && d != view.ByRegion {
			others = others.Where(d, q.field(facetKey(d)))
		}
	}
	return others.Between(a.from, a.till), nil
}

// headings head the table of an analysis.
func (a analysis) headings() []string {
	first := page.Capital(string(a.by))
	if a.weekly {
		first = "Week beginning"
	}
	out := []string{first, "Reports", "Severe or fatal", "Share severe or fatal"}
	if !a.ofOthers() {
		return append(out, a.compared)
	}
	share := map[string]string{"reports": "Share of reports", "severe": "Share of severe or fatal reports", "share": "Share severe or fatal"}[a.measure]
	if a.measure == "share" { // one's own is a column already
		return append(out, share+": "+a.compared)
	}
	return append(out, share, share+": "+a.compared)
}

func (a analysis) shown(r analysed) []disclosure.Shown {
	out := []disclosure.Shown{a.policy.Count(r.n), a.policy.Count(r.severe), a.policy.Percent(r.severe, r.n)}
	switch {
	case !a.ofOthers():
		return append(out, a.policy.Count(r.was))
	case a.measure == "severe":
		return append(out, a.policy.Percent(r.severe, a.total.severe), r.theirs.Severe)
	case a.measure == "share":
		return append(out, r.theirs.SevereShare)
	}
	return append(out, a.policy.Percent(r.n, a.total.n), r.theirs.Reports)
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
	out := []choices{choose("measure", "Measure", or(q.field("measure"), "reports"), measures...), choose("by", "Breakdown", or(q.field("by"), string(view.ByCategory)), by...), choose("weeks", "Period", or(q.field("weeks"), "26"), weeks...), choose("beside", "Beside", or(q.field("beside"), "before"), comparators...)}
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
	if a.ofOthers() {
		t.Note = strings.TrimSpace(t.Note + " Organisations differ in what they do and in how readily they report: a share that differs is a reason to ask, not to judge.")
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
