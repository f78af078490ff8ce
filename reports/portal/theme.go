package portal

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"psims/datasets/incident"
	"psims/reports/book"
	"psims/reports/chart"
	"psims/reports/disclosure"
	"psims/reports/page"
	"psims/reports/portal/view"
	"psims/reports/quote"
)

// themesContent is what the page of all themes shows.
type themesContent struct {
	Words   string
	Found   string
	Table   page.Table
	Turn    turn
	Changes page.Table
	Map     *page.Figure // nil when there are too few themes for one
}

// themesShown is how many themes stand on a page.
const themesShown = 50

var themeSorts = []struct {
	key, heading string
	less         func(a, b view.Grown) int
}{
	{"name", "Theme", func(a, b view.Grown) int { return strings.Compare(a.Name, b.Name) }},
	{"reports", "Reports", func(a, b view.Grown) int { return cmp.Compare(a.Reports, b.Reports) }},
	{"recent", "Last 4 weeks", func(a, b view.Grown) int { return cmp.Compare(a.Recent, b.Recent) }},
	{"before", "4 weeks before", func(a, b view.Grown) int { return cmp.Compare(a.Before, b.Before) }},
	{"severe", "Severe or fatal", func(a, b view.Grown) int { return cmp.Compare(a.Severe, b.Severe) }},
	{"organisations", "Organisations", func(a, b view.Grown) int { return cmp.Compare(a.Organisations, b.Organisations) }},
}

func (s *Server) themes(q *request) error {
	all, err := cached(q.shown.cache, "themes\n"+q.view.Key(), func() ([]view.Grown, error) { return q.view.Themes(), nil })
	if err != nil {
		return err
	}
	wanted := strings.ToLower(q.field("words"))
	var list []view.Grown
	for _, t := range all {
		if strings.Contains(strings.ToLower(t.Name+" "+strings.Join(t.Terms, " ")), wanted) {
			list = append(list, t)
		}
	}
	sorted, down := q.field("sort"), q.field("order") == "descending"
	for _, by := range themeSorts {
		if by.key == sorted {
			slices.SortStableFunc(list, func(a, b view.Grown) int {
				if down {
					a, b = b, a
				}
				return by.less(a, b)
			})
		}
	}
	t := page.Table{ID: "themes", Caption: "Themes, most recent reports first unless you sort them", Empty: "No theme fits."}
	for _, by := range themeSorts {
		href, state := q.sortLink(by.key, sorted, down)
		t.Columns = append(t.Columns, page.Column{Heading: by.heading, Numeric: by.key != "name", Href: href, Sorted: state})
	}
	n := func(k int) page.Cell { return page.Cell{Text: q.view.Policy().Count(k).Text} }
	at, last := q.place(len(list), themesShown)
	for _, g := range list[min(len(list), (at-1)*themesShown):min(len(list), at*themesShown)] {
		t.Rows = append(t.Rows, []page.Cell{{Text: g.Name, Href: "/themes/" + url.PathEscape(g.ID), Detail: strings.Join(g.Terms[:min(4, len(g.Terms))], ", "), Picture: spark(q, g.Weekly)}, n(g.Reports), n(g.Recent), n(g.Before), n(g.Severe), {Text: disclosure.Commas(g.Organisations)}})
	}
	body := themesContent{Words: q.field("words"), Found: fmt.Sprintf("%s of %s", page.Count(len(list), "theme", "themes"), disclosure.Commas(len(all))), Table: t, Turn: q.turn(at, last), Changes: changesTable(q.view.Changes(8))}
	if body.Map, err = q.themeMap(list); err != nil {
		return err
	}
	f := frame{Title: "Themes", Here: "/themes", Lead: "Reports that tell of like things, grouped by a program. A theme keeps its name from night to night."}
	return q.page(http.StatusOK, "themes", f, body)
}

// How many themes a map needs to say anything, and how many it has room for.
const (
	fewestOnMap = 5
	mostOnMap   = 40
)

// themeMap draws the largest of the themes listed as circles, those that are alike
// near each other. Dark ones grow beyond what chance does to a count: by more than
// two standard deviations of the four weeks before.
func (q *request) themeMap(list []view.Grown) (*page.Figure, error) {
	list = slices.DeleteFunc(slices.Clone(list), func(g view.Grown) bool { return g.At == nil })
	if len(list) < fewestOnMap {
		return nil, nil
	}
	slices.SortStableFunc(list, func(a, b view.Grown) int { return cmp.Compare(b.Reports, a.Reports) })
	m := chart.Map{Heading: "Theme", Unit: "Reports", Meaning: "Clearly more in the last 4 weeks than in the 4 before"}
	for _, g := range list[:min(mostOnMap, len(list))] {
		grows := float64(g.Recent-g.Before) > 2*math.Sqrt(float64(max(1, g.Before)))
		m.Names, m.At, m.Counts, m.Focus = append(m.Names, page.Capital(g.Name)), append(m.At, *g.At), append(m.Counts, q.view.Policy().Count(g.Reports)), append(m.Focus, grows)
	}
	return q.figure(chart.Figure{ID: "theme-map", Title: "Map of themes", Plot: m}, "Themes that lie near each other are alike", fmt.Sprintf("The %s of those listed here; the area is the number of reports, and the axes mean nothing", page.Count(len(m.Names), "largest theme", "largest themes")))
}

// spark is a small picture of weekly counts, for those who may see them.
func spark(q *request, weekly []int32) template.HTML {
	if !q.view.Reads() {
		return ""
	}
	values := make([]float64, len(weekly))
	for i, n := range weekly {
		values[i] = float64(n)
	}
	return chart.Spark(values, len(values)-4)
}

var changeWords = map[string]string{"born": "New", "split": "Split off", "merged": "Merged into another", "retired": "Ended", "renamed": "Renamed"}

func changesTable(list []view.Change) page.Table {
	t := page.Table{ID: "changes", Caption: "What became of themes in the last 8 weeks", Empty: "No theme was born, split, merged or renamed in the last 8 weeks.",
		Columns: []page.Column{{Heading: "Theme"}, {Heading: "Day"}, {Heading: "What happened"}, {Heading: "Reports then", Numeric: true}}}
	for _, c := range list[:min(len(list), 40)] {
		what := or(changeWords[c.Kind], c.Kind)
		if c.Before != "" {
			what += ", before: " + c.Before
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: c.Name}, {Text: page.Date(c.Day)}, {Text: what}, {Text: disclosure.Commas(c.Reports)}})
	}
	return t
}

// themeContent is what the page of one theme shows.
type themeContent struct {
	Facts   []page.Fact
	Weekly  *page.Figure
	Regions *page.Figure
	Tables  []page.Table
	Reports page.Table
	Search  string
}

func (s *Server) theme(q *request) error {
	th, ok := q.view.ThemeByID(q.r.PathValue("id"))
	if !ok {
		return errNotFound
	}
	sel, err := cached(q.shown.cache, "of theme\n"+th.ID+"\n"+q.view.Key(), func() (view.Selection, error) { return q.view.All().Where(view.ByTheme, th.ID), nil })
	if err != nil {
		return err
	}
	if sel.Len() == 0 {
		return errNotFound
	}
	body, err := cached(q.shown.cache, "theme\n"+th.ID+"\n"+q.view.Key(), func() (themeContent, error) { return q.themeContent(th, sel) })
	if err != nil {
		return err
	}
	f := frame{Title: th.Name, Caption: "Theme", Here: "/themes", Crumbs: []page.Link{{Href: "/themes", Text: "Themes"}}}
	return q.page(http.StatusOK, "theme", f, body)
}

// themeContent gathers what the page of a theme shows.
func (q *request) themeContent(th view.Theme, sel view.Selection) (themeContent, error) {
	policy := q.view.Policy()
	severe := sel.SevereOrFatal()
	body := themeContent{Facts: []page.Fact{
		{Key: "Reports", Value: policy.Count(sel.Len()).Text}, {Key: "Severe or fatal", Value: policy.Count(severe).Text},
		{Key: "Organisations", Value: disclosure.Commas(len(sel.Count(view.ByOrganisation)))}, {Key: "First found", Value: page.Capital(page.Date(th.Born))},
		{Key: "Words that set it apart", Value: strings.Join(th.Terms, ", ")},
	}}
	var err error
	if body.Weekly, err = q.weeklyFigure("theme-weekly", "Reports by week: "+th.Name, sel, 53); err != nil {
		return body, err
	}
	if body.Regions, err = q.barsFigure("theme-regions", "Reports by region: "+th.Name, "Region", sel.Count(view.ByRegion)); err != nil {
		return body, err
	}
	for _, d := range []view.Dimension{view.ByCategory, view.ByHarm, view.BySpecialty, view.BySetting} {
		body.Tables = append(body.Tables, countTable(q, d, sel.Count(d), 8))
	}
	body.Reports = q.reportTable("reports", "Newest reports of this theme", sel.Newest(0, 30))
	return body, nil
}

// countTable shows the largest counts of a dimension as they may be shown.
func countTable(q *request, d view.Dimension, list []view.Tally, most int) page.Table {
	t := page.Table{ID: "by-" + page.Slug(string(d)), Caption: "Reports by " + string(d), Empty: "There is none.", Columns: []page.Column{{Heading: page.Capital(string(d))}, {Heading: "Reports", Numeric: true}}}
	for _, c := range list[:min(most, len(list))] {
		t.Rows = append(t.Rows, []page.Cell{{Text: c.Name, Muted: c.Value == ""}, {Text: q.view.Policy().Count(c.N).Text}})
	}
	if len(list) > most {
		t.Note = fmt.Sprintf("And %s with fewer.", page.Count(len(list)-most, "other", "others"))
	}
	return t
}

// reportTable lists reports with the beginning of what they say.
func (q *request) reportTable(id, caption string, list []view.Report) page.Table {
	t := page.Table{ID: id, Caption: caption, Empty: "No single report can be shown here.",
		Columns: []page.Column{{Heading: "Report"}, {Heading: "Reported"}, {Heading: "Organisation"}, {Heading: "Harm"}, {Heading: "What it says"}}}
	for _, r := range list {
		t.Rows = append(t.Rows, []page.Cell{{Text: r.ID, Href: reportPath(r), Detail: systemName(r.System)}, {Text: page.Date(r.Reported)}, {Text: or(r.Organisation, "Not recorded"), Detail: r.Specialty}, {Text: quote.HarmName(r.Harm)}, {Text: excerpt(r.Text)}})
	}
	return t
}

// weeklyFigure draws a selection by week of report.
func (q *request) weeklyFigure(id, title string, sel view.Selection, weeks int) (*page.Figure, error) {
	first, counts := sel.Weeks(weeks)
	e := chart.Epidemic{Unit: "Reports", Weeks: first, From: incident.NoDay, Until: incident.NoDay}
	for _, n := range counts {
		e.Observed = append(e.Observed, q.view.Policy().Count(n))
	}
	return q.figure(chart.Figure{ID: id, Title: title, Plot: e}, "Reports by week", fmt.Sprintf("%s to %s, by the week in which they were reported", page.Date(first[0]), page.Date(q.run().AsOf())))
}

// barsFigure draws the largest counts as bars.
func (q *request) barsFigure(id, title, heading string, list []view.Tally) (*page.Figure, error) {
	const most = 12
	b := chart.Bars{Heading: heading, Unit: "Reports"}
	for _, t := range list[:min(most, len(list))] {
		b.Labels, b.Counts = append(b.Labels, t.Name), append(b.Counts, q.view.Policy().Count(t.N))
	}
	if len(b.Labels) == 0 {
		return nil, nil
	}
	headline := "Reports by " + strings.ToLower(heading)
	return q.figure(chart.Figure{ID: id, Title: title, Small: true, Plot: b}, headline, "Reports up to "+page.Date(q.run().AsOf()))
}

// figure draws once for everybody who may see the same numbers.
func (q *request) figure(f chart.Figure, headline, subtitle string) (*page.Figure, error) {
	key := fmt.Sprintf("figure\n%s\n%s\n%+v", f.ID, f.Title, f.Plot.Table())
	d, err := cached(q.shown.cache, key, func() (chart.Drawing, error) {
		return q.server.writer.Press().Draw(context.WithoutCancel(q.ctx()), f)
	})
	if err != nil {
		return nil, err
	}
	table := book.Table(f.ID+"-table", subtitle, d.Table)
	return &page.Figure{ID: f.ID, Headline: headline, Subtitle: subtitle, Wide: d.Wide, Narrow: d.Narrow, Table: table, Source: "Source: run " + q.run().ID() + ", data up to " + page.Date(q.run().AsOf()) + "."}, nil
}
