package provider

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"psims/analytics/funnel"
	"psims/datasets/caveat"
	"psims/datasets/incident"
	"psims/reports/book"
	"psims/reports/chart"
	"psims/reports/disclosure"
	"psims/reports/page"
	"psims/reports/quote"
)

// view is a report on its way to its page.
type view struct {
	*book.Book
	Organisation
	config Config
}

// content is what the page shows.
type content struct {
	Weekly   *page.Figure
	Caveats  []string
	Harm     page.Table
	Funnel   *page.Figure
	Compared []string
	Themes   page.Table
	Grading  []string
	Doubts   page.Table
	Arrival  *page.Figure
	Measures page.Table
	Became   []page.Fact
	Reasons  page.Table
	Rejects  page.Table
	Limits   []string
}

// leastWeekly is how many reports a week a chart by weeks needs to say anything.
const leastWeekly = 1

func (v *view) page() book.Page {
	if v.Weeks.Last(52, 0) >= leastWeekly*52 {
		v.AskSeries(v.Weeks, v.config.Weeks, "weekly", "Your reports by week")
	}
	if f, ok := v.funnel(); ok {
		v.Ask(chart.Figure{ID: "funnel", Title: "Severe and fatal harm beside similar organisations", Plot: f})
	}
	v.askArrival()
	site := v.Site
	site.Nav = nil
	f := page.Frame{Site: site, Title: v.Name, Caption: "Your organisation's reports", Lead: v.lead(),
		Contents: []page.Link{{Href: "#changing", Text: "Your reports over time"}, {Href: "#beside", Text: "Beside similar organisations"}, {Href: "#themes", Text: "What your reports tell of"}, {Href: "#grading", Text: "Degrees of harm"},
			{Href: "#reporting", Text: "How quickly and completely you report"}, {Href: "#became", Text: "What happened to your reports"}, {Href: "#rejected", Text: "Rows that could not be used"}, {Href: "#limits", Text: "Data and limits"}}}
	return book.Page{Name: "index.html", Template: "provider.html", Frame: f, Content: func() any { return v.content() }}
}

func (v *view) content() content {
	c := content{
		Weekly: v.Figure("weekly", v.ProcessHeadline(v.Weeks), v.subtitle(), ""), Caveats: book.ProcessCaveats(v.Weeks.Process),
		Harm: v.harmTable(), Funnel: v.Figure("funnel", v.funnelHeadline(), "Severe and fatal events of the last 52 weeks, in percent of what organisations of your type would have of the same mix of reports", ""),
		Compared: v.compared(), Themes: v.themeTable(), Grading: v.grading(), Doubts: v.doubtTable(),
		Arrival: v.Figure("arrival", v.arrivalHeadline(), v.arrivalSubtitle(), ""), Measures: v.measureTable(), Became: v.became(), Reasons: v.reasonTable(), Rejects: v.rejectTable(), Limits: v.limits(),
	}
	if c.Weekly == nil {
		c.Caveats = nil // they are about the chart that is not there
	}
	return c
}

func (v *view) lead() string {
	if v.Became.Received == 0 {
		return fmt.Sprintf("No report of yours came in the 52 weeks to %s.", page.Date(v.AsOf))
	}
	return fmt.Sprintf("%s in the 12 weeks to %s; %s in the 12 weeks before.", page.Capital(book.Reports(v.Count(v.Recent))), page.Date(v.AsOf), v.Count(v.Before).Text)
}

func (v *view) subtitle() string {
	if len(v.Weeks.Weeks) == 0 {
		return ""
	}
	weeks := v.Weeks.Weeks[max(0, len(v.Weeks.Weeks)-v.config.Weeks):]
	return fmt.Sprintf("Your reports by week reported, %s to %s", page.Date(weeks[0]), page.Date(min(weeks[len(weeks)-1]+6, v.AsOf)))
}

func (v *view) harmTable() page.Table {
	t := page.Table{ID: "harm", Caption: "Your reports of the last 52 weeks, by degree of harm", Empty: "You sent no report in the last 52 weeks.", Columns: []page.Column{{Heading: "Degree of harm"}, {Heading: "Reports", Numeric: true}}}
	if len(v.Harm) == 0 {
		return t
	}
	var names []string
	var ns []int
	for _, h := range quote.WorstFirst() {
		if n := v.Harm[h]; n > 0 || h.Graded() {
			names, ns = append(names, quote.HarmName(h)), append(ns, n)
		}
	}
	cells, total := v.Policy.Counts(ns)
	for i, c := range cells {
		t.Rows = append(t.Rows, []page.Cell{{Text: names[i]}, {Text: c.Text}})
	}
	t.Rows = append(t.Rows, []page.Cell{{Text: "All"}, {Text: total.Text}})
	return t
}

// Sizes at which limits are drawn.
const steps = 40

// ownName is how charts call the organisation whose report this is: its own name is
// on top of the page, and too long for a key on a small screen.
const ownName = "Your organisation"

// funnel draws the own share beside the group's limits. Others are dots where their
// numbers may be shown.
func (v *view) funnel() (chart.Funnel, bool) {
	s := v.Share
	if s == nil || s.Finding.Status == funnel.CannotJudge {
		return chart.Funnel{}, false
	}
	f := chart.Funnel{Of: "severe or fatal events expected", Unit: "severe or fatal events", Name: ownName, Part: v.Count(int(s.Finding.Observed)), Whole: s.Finding.Denominator, Target: s.Group.Target, Group: groupName(v.Type)}
	most := s.Finding.Denominator
	for _, o := range s.Others {
		most = max(most, o.Denominator)
		if part := v.config.Others.Count(int(max(0, o.Observed))); !part.IsHidden() && o.Denominator > 0 && o.Observed > 0 {
			f.Others = append(f.Others, [2]float64{o.Denominator, part.Value / o.Denominator})
		}
	}
	most = math.Ceil(most) // not the exact size of the largest
	c := funnel.Default()
	for k := range steps {
		n := most * float64(k+1) / steps
		l := s.Group.Limits(n, c.Outer)
		f.Sizes, f.Lo, f.Hi = append(f.Sizes, n), append(f.Lo, l.Lo), append(f.Hi, l.Hi)
	}
	return f, true
}

func groupName(kind string) string {
	if kind == "" {
		return "Similar organisations"
	}
	return page.Capital(strings.ReplaceAll(kind, "-", " ")) + " organisations"
}

func (v *view) funnelHeadline() string {
	if v.Share == nil {
		return ""
	}
	switch v.Share.Finding.Status {
	case funnel.Above:
		return "You record severe or fatal harm more often than is usual for your size and mix"
	case funnel.Below:
		return "You record severe or fatal harm less often than is usual for your size and mix"
	case funnel.Inside:
		return "You record severe or fatal harm about as often as similar organisations"
	}
	return "Too few graded reports to compare"
}

// compared says in words what the funnel shows, and what it does not mean.
func (v *view) compared() []string {
	if v.Share == nil || v.Share.Finding.Status == funnel.CannotJudge {
		out := []string{"Your share of severe and fatal harm can't be compared: there are too few graded reports, or too few organisations like yours."}
		if v.Peers.Organisations > 0 {
			out = append(out, "How quickly and completely you report is compared below, for which no graded report is needed. "+v.Peers.said())
		}
		return out
	}
	f := v.Share.Finding
	lo, hi := math.Ceil(f.Outer.Lo*f.Denominator), math.Floor(f.Outer.Hi*f.Denominator)
	out := []string{fmt.Sprintf("%s of your %s graded events of the last 52 weeks record severe or fatal harm. Of the same mix of categories and recording systems, about %s would be expected of organisations of your type, and %s to %s would be usual. The group has %s.",
		v.Count(int(f.Observed)).Text, v.Count(v.Share.Graded).Text, page.Number(f.Denominator*v.Share.Group.Target), page.Number(lo), page.Number(hi), page.Count(v.Share.Group.Organisations, "organisation", "organisations"))}
	return append(out, "More reports do not mean less safe care, nor fewer safer care: organisations that look for harm report more of it. Don't use this to rank anybody.")
}

// said tells who the similar organisations of the measures are.
func (p Peers) said() string {
	switch {
	case p.Organisations == 0:
		return "Too few organisations are like yours to compare with."
	case p.Type != "":
		return fmt.Sprintf("Similar organisations are here the %d of your type (%s) with %d or more reports in the last 52 weeks.", p.Organisations, strings.ReplaceAll(p.Type, "-", " "), p.From)
	default:
		return fmt.Sprintf("Too few of your type report enough: similar organisations are here the %d of any type with %d to %d reports in the last 52 weeks, about as many as yours.", p.Organisations, p.From, p.To)
	}
}

func (v *view) themeTable() page.Table {
	t := page.Table{ID: "themes-table", Caption: "Themes in your reports", Empty: "No theme has 5 or more of your reports of the last 52 weeks.",
		Columns: []page.Column{{Heading: "Theme"}, {Heading: "Your reports", Numeric: true}, {Heading: "Beside similar organisations"}, {Heading: "National alert"}, {Heading: "For your staff"}},
		Note:    "Reports of the last 52 weeks. A program groups reports that describe similar events in similar words. A page for staff tells them what their reports led to: read it before you put it up."}
	for _, th := range v.Themes {
		alert := page.Cell{Text: "None", Muted: true}
		if th.Alert != "" {
			alert = page.Cell{Text: page.Capital(th.Alert)}
		}
		staff := page.Cell{Text: "None yet", Muted: true}
		if th.Page != "" {
			staff = page.Cell{Text: "You said, we learned", Href: th.Page}
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: page.Capital(th.Name), Detail: strings.Join(th.Terms, ", ")}, {Text: v.Count(th.Year).Text}, {Text: often(float64(th.Year), th.Expected)}, alert, staff})
	}
	return t
}

func often(n, expected float64) string {
	switch ratio := n / expected; {
	case expected < 0.5:
		return "Hardly told elsewhere"
	case ratio >= 1.75:
		return "About " + page.Number(ratio) + " times as often"
	case ratio >= 1.25:
		return "More often"
	case ratio > 0.8:
		return "About as often"
	}
	return "Less often"
}

// grading says how the organisation grades beside how others would.
func (v *view) grading() []string {
	g := v.Grading
	if g == nil {
		return []string{"There were too few graded reports to say how your degrees of harm compare with what others give to such texts."}
	}
	s := fmt.Sprintf("A model that has learnt how all organisations grade read %s of yours. ", book.Reports(v.Count(g.Events)))
	const sure = 0.05
	switch {
	case g.Q > sure || math.IsNaN(g.Q):
		s += "Your degrees of harm are like those that others give to such texts."
	case g.Interval[1] < 0:
		s += "Others would grade such texts as more severe than you do."
	case g.Interval[0] > 0:
		s += "Others would grade such texts as less severe than you do."
	default:
		s += "Your degrees of harm are like those that others give to such texts."
	}
	return []string{s, "You may know more of an event than its text says. This tells where to look again, and judges nobody."}
}

func (v *view) doubtTable() page.Table {
	t := page.Table{ID: "doubts", Caption: "Your recent reports that read as more severe than they were graded", Empty: "None of your recent reports stands out as more severe than its grade.",
		Columns: []page.Column{{Heading: "Report"}, {Heading: "Reported"}, {Heading: "Recorded"}, {Heading: "What the text says"}}}
	if !v.Lists() {
		t.Empty = book.NotListed
		return t
	}
	for _, d := range v.Doubts[:min(len(v.Doubts), v.config.Listed)] {
		t.Rows = append(t.Rows, []page.Cell{{Text: d.ID}, {Text: page.Capital(page.Date(d.Reported))}, {Text: quote.HarmName(d.Recorded)}, {Text: quote.OrNone(d.Sentence)}})
	}
	return t
}

func (m Measure) known() bool    { return !math.IsNaN(m.Own) }
func (m Measure) compared() bool { return !math.IsNaN(m.Lo) && !math.IsNaN(m.Hi) }

func round(x float64) float64 { return math.Round(x*10) / 10 }

func (m Measure) value(x float64) string {
	if m.Unit == "%" {
		return page.Number(x) + "%"
	}
	if n := page.Number(x); n != "1" {
		return n + " " + m.Unit
	}
	return "1 " + strings.TrimSuffix(m.Unit, "s")
}

func (v *view) measureTable() page.Table {
	t := page.Table{ID: "measures", Caption: "Measures of your reporting", Empty: "You sent no report in the last 52 weeks.",
		Columns: []page.Column{{Heading: "Measure"}, {Heading: "You", Numeric: true}, {Heading: "Half of similar organisations"}},
		Note:    "Reports of the last 52 weeks. Half of similar organisations: the middle half, so that a quarter lie below and a quarter above. " + v.Peers.said()}
	if v.Became.Received == 0 {
		return t
	}
	for _, m := range v.Measures {
		own, others := page.Cell{Text: "No data", Muted: true}, page.Cell{Text: "Too few to compare", Muted: true}
		if m.known() {
			own = page.Cell{Text: m.value(m.Own)}
		}
		if m.compared() {
			others = page.Cell{Text: m.value(m.Lo)}
			if hi := m.value(m.Hi); hi != others.Text {
				others.Text += " to " + hi
			}
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: m.Name, Detail: m.Meaning}, own, others})
	}
	return t
}

func (v *view) askArrival() {
	if v.Arrival == nil {
		return
	}
	a := chart.Arrival{Unit: "reports", Days: v.Arrival.Days, Names: []string{ownName}, Shares: [][]float64{v.Arrival.Own}}
	if v.Arrival.Similar != nil {
		a.Names, a.Shares = append(a.Names, "Similar organisations"), append(a.Shares, v.Arrival.Similar)
	}
	v.Ask(chart.Figure{ID: "arrival", Title: "How soon events are reported", Plot: a})
}

func (v *view) arrivalSubtitle() string {
	s := "Share of the reports of the last 52 weeks that had been sent so many days after the event"
	if v.Arrival != nil && v.Arrival.Similar != nil {
		s += "; for similar organisations, the mean of their shares"
	}
	return s
}

// arrivalHeadline says by when half of the reports were there.
func (v *view) arrivalHeadline() string {
	if v.Arrival == nil {
		return ""
	}
	for k, share := range v.Arrival.Own {
		if share < 50 {
			continue
		}
		switch d := v.Arrival.Days[k]; d {
		case 0:
			return "Half of your events are reported on the same day"
		case 1:
			return "Half of your events are reported within 1 day"
		default:
			return fmt.Sprintf("Half of your events are reported within %d days", d)
		}
	}
	return fmt.Sprintf("Half of your events take more than %d days to be reported", v.Arrival.Days[len(v.Arrival.Days)-1])
}

func (v *view) became() []page.Fact {
	b := v.Became
	n := func(k int) string { return v.Count(k).Text }
	facts := []page.Fact{
		{Key: "Received", Value: book.Reports(v.Count(b.Received)) + " in the last 52 weeks"},
		{Key: "Changed afterwards", Value: n(b.Revised) + " revised and " + n(b.Withdrawn) + " withdrawn by you, in all files read; the newest revision is used"},
		{Key: "Told of the same event", Value: n(b.Joined) + " told of an event that another report tells of already, and are not counted again"},
		{Key: "In a theme", Value: n(b.InThemes) + " read like others, and are part of a theme"},
	}
	alerts := "None of your reports is behind a national alert today"
	if len(b.Alerts) > 0 {
		list := make([]string, len(b.Alerts))
		for i, a := range b.Alerts {
			list[i] = "\"" + page.Capital(a) + "\""
		}
		alerts = fmt.Sprintf("%s of your reports behind %s: %s", n(b.InAlerts), page.Count(len(b.Alerts), "national alert", "national alerts"), page.Join(list))
	}
	return append(facts, page.Fact{Key: "Behind an alert", Value: alerts})
}

func (v *view) reasonTable() page.Table {
	t := page.Table{ID: "reasons", Caption: "Why rows could not be used, and how to mend them", Empty: "Every row that names your organisation could be used.",
		Columns: []page.Column{{Heading: "What is wrong"}, {Heading: "Rows", Numeric: true}, {Heading: "How to mend it"}}}
	type entry struct {
		reason incident.Reason
		rows   int
	}
	var list []entry
	for r, n := range v.Rejected {
		list = append(list, entry{r, n})
	}
	slices.SortFunc(list, func(a, b entry) int { return cmp.Or(cmp.Compare(b.rows, a.rows), cmp.Compare(a.reason, b.reason)) })
	for _, e := range list {
		t.Rows = append(t.Rows, []page.Cell{{Text: incident.Reasons()[e.reason], Detail: string(e.reason)}, {Text: v.Count(e.rows).Text}, {Text: Mend(e.reason)}})
	}
	return t
}

func (v *view) rejectTable() page.Table {
	t := page.Table{ID: "rejects", Caption: "The newest of these rows", Empty: "There is no row to list.",
		Columns: []page.Column{{Heading: "File"}, {Heading: "Line", Numeric: true}, {Heading: "Column"}, {Heading: "What is wrong with it"}}}
	for _, r := range v.Rejects[:min(len(v.Rejects), v.config.Listed)] {
		column := page.Cell{Text: "The whole row", Muted: true}
		if r.Column != "" {
			column = page.Cell{Text: r.Column}
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: r.File}, {Text: disclosure.Commas(r.Line)}, column, {Text: r.Sentence}})
	}
	if n := len(v.Rejects); n > v.config.Listed {
		t.Note = fmt.Sprintf("%d of %d are shown. The machine-readable twin of this report has the others.", v.config.Listed, n)
	}
	return t
}

func (v *view) limits() []string {
	return []string{
		caveat.ReportsNotSafety.Sentence(),
		"Similar organisations are those of the same type, unless a section says otherwise. They may differ in size, in the patients they care for and in what they report.",
		"Severe and fatal events of other organisations are rounded to the nearest 5; those from 1 to 7 are not drawn.",
		caveat.RecentIncomplete.Sentence(),
		"LFPSE is a live system: reports are added, changed and withdrawn after the event. This page shows what was known at the end of " + page.Date(v.AsOf) + ".",
		"Only rows that could be read far enough to name your organisation are listed here.",
	}
}
