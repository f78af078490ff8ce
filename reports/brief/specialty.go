package brief

import (
	"fmt"
	"math"
	"strings"

	"psims/analytics/signal"
	"psims/analytics/spc"
	"psims/datasets/caveat"
	"psims/datasets/incident"
	"psims/datasets/tally"
	"psims/reports/book"
	"psims/reports/chart"
	"psims/reports/page"
	"psims/reports/quote"
)

// specialtyContent is what the page of one specialty shows.
type specialtyContent struct {
	Name    string
	Saw     []string
	Weekly  *page.Figure
	Caveats []string
	Alerts  page.Table
	Themes  page.Table
	Harm    *page.Figure
	Listing page.Table
	Limits  []string
}

func (r *report) specialtyPage(s Specialty) book.Page {
	key := "s-" + page.Slug(r.specialtyFile[s.Name][len("specialty/"):len(r.specialtyFile[s.Name])-len(".html")])
	series := r.series[tally.Stratum{Dimension: "specialty", Value: s.Name}]
	r.askSeries(series, key, "Reports by week: "+s.Name)
	if labels, counts, focus := r.harmOf(s.Harm); len(s.Harm) > 0 {
		r.Ask(chart.Figure{ID: key + "-harm", Title: "Reports by degree of harm: " + s.Name,
			Plot: chart.Bars{Heading: "Degree of harm", Unit: "Reports", Labels: labels, Counts: counts, Focus: focus}})
	}
	f := r.frame(s.Name, "../")
	f.Caption = "Specialty"
	f.Crumbs = []page.Link{{Href: "index.html", Text: "Alerts"}, {Href: "index.html#specialties", Text: "Specialties"}}
	f.Here = "index.html#specialties"
	f.Contents = []page.Link{{Href: "#saw", Text: "What we saw"}, {Href: "#changing", Text: "What is changing"}, {Href: "#alerts", Text: "Alerts that touch this specialty"}, {Href: "#themes", Text: "Themes"}, {Href: "#harm", Text: "Harm"}, {Href: "#listing", Text: "Some of the reports"}, {Href: "#limits", Text: "Data and limits"}}
	return book.Page{Name: r.specialtyFile[s.Name], Template: "specialty.html", Frame: f, Content: func() any {
		return specialtyContent{
			Name: s.Name, Saw: r.saw(s, series), Caveats: processCaveats(series.Process),
			Weekly: r.Figure(key+"-weekly", processHeadline(r, series), r.seriesSubtitle(series), "../"),
			Alerts: r.touchTable(s.Name), Themes: r.themeTable("themes-table", "Largest themes in this specialty", r.themesOf(s), "../"),
			Harm:    r.Figure(key+"-harm", r.specialtyHarm(s), "Reports of the last 12 weeks by degree of harm", "../"),
			Listing: r.lines("sample", "A sample of reports, newest first", r.sample(s.Sample)),
			Limits:  r.limits(),
		}
	}}
}

// askSeries asks for a process chart where the series was judged, else for plain weekly bars.
func (r *report) askSeries(s Series, key, title string) {
	weeks, counts, from := r.weekly(s)
	if len(weeks) == 0 {
		return
	}
	if s.Process == nil {
		r.Ask(chart.Figure{ID: key + "-weekly", Title: title, Plot: chart.Epidemic{Weeks: weeks, Observed: counts, From: incident.NoDay, Unit: "Reports"}})
		return
	}
	shown := *s.Process
	shown.Points = shown.Points[from:]
	r.Ask(chart.Figure{ID: key + "-weekly", Title: title, Plot: chart.Process(weeks, counts, shown, "Reports")})
}

func (r *report) seriesSubtitle(s Series) string {
	weeks, _, _ := r.weekly(s)
	if len(weeks) == 0 {
		return ""
	}
	return fmt.Sprintf("Reports by week reported, all organisations, %s to %s", page.Date(weeks[0]), page.Date(min(weeks[len(weeks)-1]+6, r.AsOf)))
}

// lastPoint is the last observed point of a process chart.
func lastPoint(c *spc.Chart) (spc.Point, bool) {
	if c == nil || c.Status == signal.TooFew || c.Status == signal.NotConverged {
		return spc.Point{}, false
	}
	for i := len(c.Points) - 1; i >= 0; i-- {
		if !math.IsNaN(c.Points[i].Y) {
			return c.Points[i], true
		}
	}
	return spc.Point{}, false
}

// processWord sums up a process chart in a table's cell.
func processWord(c *spc.Chart) string {
	p, ok := lastPoint(c)
	if !ok {
		return "Not judged"
	}
	return chart.VariationOf(p.Kind).String()
}

func processHeadline(r *report, s Series) string {
	p, ok := lastPoint(s.Process)
	if !ok {
		return "Reports by week"
	}
	mean := page.Number(s.Process.Band(p).Mean)
	if v := chart.VariationOf(p.Kind); v != chart.Usual {
		return fmt.Sprintf("The last week is %s: %s against a mean of %s", strings.ToLower(v.String()), reports(r.Whole(p.Y)), mean)
	}
	return fmt.Sprintf("Reports vary as usual, around %s a week", mean)
}

func processCaveats(c *spc.Chart) []string {
	if c == nil {
		return nil
	}
	var out []string
	for _, v := range c.Caveats {
		if v != caveat.ReportsNotSafety { // on every page
			out = append(out, v.Sentence())
		}
	}
	return out
}

// saw says what the reports of a specialty amount to.
func (r *report) saw(s Specialty, series Series) []string {
	var out []string
	if len(series.Weeks) > 0 {
		n := lastWeeks(series, 4)
		sentence := fmt.Sprintf("%s in the last 4 weeks", page.Capital(reports(r.Count(n))))
		if sum := 0; len(series.Counts) >= 16 {
			for _, k := range series.Counts[len(series.Counts)-16 : len(series.Counts)-4] {
				sum += int(k)
			}
			if before := r.Count(sum); !before.IsHidden() {
				sentence += fmt.Sprintf("; %s in the 12 weeks before, about %s in each 4 weeks", before.Text, page.Number(before.Value/3))
			}
		}
		out = append(out, sentence+".")
	}
	severe, all := 0, 0
	for h, n := range s.Harm {
		all += n
		if h.SevereOrFatal() {
			severe += n
		}
	}
	if all > 0 {
		switch share := r.config.Policy.OneIn(severe, all); {
		case severe == 0 && !share.IsHidden():
			out = append(out, "No report of the last 12 weeks is recorded as severe or fatal harm.")
		case share.IsHidden():
		default:
			out = append(out, fmt.Sprintf("%s of the last 12 weeks %s of severe or fatal harm: %s.", page.Capital(reports(r.Count(severe))), tell(severe), share.Text))
		}
	}
	if missing := s.Harm[incident.HarmMissing]; missing > 0 {
		out = append(out, fmt.Sprintf("The degree of harm was not recorded in %s of the %s of the last 12 weeks.", r.Count(missing).Text, reports(r.Count(all))))
	}
	switch n := len(r.touching(s.Name)); n {
	case 0:
		out = append(out, "No alert has a report from this specialty.")
	default:
		out = append(out, page.Capital(page.Count(n, "alert has", "alerts have"))+" reports from this specialty.")
	}
	return out
}

func tell(n int) string {
	if n == 1 {
		return "tells"
	}
	return "tell"
}

func (r *report) specialtyHarm(s Specialty) string {
	severe := s.Harm[incident.SevereHarm] + s.Harm[incident.Fatal]
	if severe == 0 {
		return "No severe or fatal harm recorded"
	}
	return "Severe or fatal harm in " + reports(r.Count(severe))
}

func (r *report) touchTable(specialty string) page.Table {
	t := page.Table{ID: "touching", Caption: "Alerts with reports from this specialty", Empty: "No alert has a report from this specialty.",
		Columns: []page.Column{{Heading: "Issue"}, {Heading: "Status"}, {Heading: "Reports here", Numeric: true}, {Heading: "Reports in all", Numeric: true}, {Heading: "Worst harm"}}}
	for _, touch := range r.touching(specialty) {
		a := r.Alerts[touch.alert]
		t.Rows = append(t.Rows, []page.Cell{
			{Text: fmt.Sprintf("%d. %s", a.Rank, page.Capital(a.Title)), Href: "../" + r.alertFile[a.ID]}, lifeCell(a.Status),
			{Text: r.Count(touch.reports).Text}, {Text: r.Count(len(a.IncidentIDs)).Text}, {Text: quote.HarmName(worst(a))},
		})
	}
	return t
}

func (r *report) themesOf(s Specialty) []Theme {
	var out []Theme
	for _, id := range s.Themes {
		if t, ok := r.themes[id]; ok {
			out = append(out, t)
		}
	}
	return out
}

// limits are the sentences that end every specialty's page.
func (r *report) limits() []string {
	return []string{
		caveat.ReportsNotSafety.Sentence(),
		"The specialty is the one that the reporter chose.",
		caveat.RecentIncomplete.Sentence(),
		"LFPSE is a live system: reports are added, changed and withdrawn after the event. This page shows what was known at the end of " + page.Date(r.AsOf) + ".",
		"Counts from NRLS and from LFPSE are not comparable.",
	}
}
