package brief

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"psims/datasets/incident"
	"psims/reports/book"
	"psims/reports/chart"
	"psims/reports/page"
	"psims/reports/quote"
)

// themesContent is what the page of themes shows.
type themesContent struct {
	When   *page.Figure
	Map    *page.Figure
	Themes page.Table
	Quotes []themeQuotes
}

// themeQuotes are typical reports of one theme.
type themeQuotes struct {
	ID, Name string
	Quotes   []page.Quote
}

func (r *report) themesPage() book.Page {
	f := r.frame("Themes", "")
	f.Here = "themes.html"
	f.Crumbs = []page.Link{{Href: "index.html", Text: "Alerts"}}
	f.Lead = "Groups of reports that describe similar events in similar words. A program finds them without being told what to look for."
	shown, placed := r.askTimeline(), r.askMap()
	return book.Page{Name: "themes.html", Template: "themes.html", Frame: f, Content: func() any {
		c := themesContent{
			When:   r.Figure("theme-timeline", fmt.Sprintf("When the %s with most recent reports were told of", page.Count(shown, "theme", "themes")), "Reports by week of the last 26 weeks, each row on a scale of its own; at the right the sum of these weeks", ""),
			Map:    r.Figure("theme-map", fmt.Sprintf("Which themes are alike: the %d largest", placed), "Each circle is a theme, its area the number of its reports. Near circles tell of like things in like words; directions mean nothing", ""),
			Themes: r.themeTable("themes-table", "Themes found in this run, most reports in the last 4 weeks first", largest(r.Themes, len(r.Themes), func(t Theme) int { return t.Recent }), ""),
		}
		if !r.Lists() {
			return c
		}
		for i, t := range r.Themes {
			q := themeQuotes{ID: fmt.Sprintf("theme-%d", i+1), Name: page.Capital(t.Name)}
			for _, e := range r.sample(t.Exemplars) {
				if e.Text != "" {
					q.Quotes = append(q.Quotes, page.Quote{Spans: quote.Mark(e.Text, t.Terms), From: e.From(), ID: e.ID})
				}
			}
			if len(q.Quotes) > 0 {
				c.Quotes = append(c.Quotes, q)
			}
		}
		return c
	}}
}

func (r *report) themeTable(id, caption string, themes []Theme, root string) page.Table {
	t := page.Table{ID: id, Caption: caption, Empty: "The run has no themes here.",
		Columns: []page.Column{{Heading: "Theme"}, {Heading: "Reports", Numeric: true}, {Heading: "Last 4 weeks", Numeric: true}, {Heading: "Last weeks"}, {Heading: "Alert"}}}
	for _, th := range themes {
		alert := page.Cell{Text: "None", Muted: true}
		if file := r.alertFile[th.AlertID]; th.AlertID != "" && file != "" {
			alert = page.Cell{Text: "See the alert", Href: root + file}
		}
		t.Rows = append(t.Rows, []page.Cell{
			{Text: page.Capital(th.Name), Detail: strings.Join(th.Terms, ", ")},
			{Text: r.Count(th.Size).Text}, {Text: r.Count(th.Recent).Text}, r.Bars(th.Weekly, recentWeeks), alert,
		})
	}
	return t
}

// How many themes the pictures show: more can't be read.
const (
	timelineThemes = 20
	mapThemes      = 50
)

// largest gives the n themes with most of something, most first.
func largest(themes []Theme, n int, of func(Theme) int) []Theme {
	out := slices.Clone(themes)
	slices.SortStableFunc(out, func(a, b Theme) int { return cmp.Compare(of(b), of(a)) })
	return out[:min(n, len(out))]
}

// askTimeline asks for the weeks of the themes with most recent reports, and gives
// how many they are.
func (r *report) askTimeline() int {
	list := largest(slices.DeleteFunc(slices.Clone(r.Themes), func(t Theme) bool { return t.Recent == 0 || len(t.Weekly) == 0 }), timelineThemes, func(t Theme) int { return t.Recent })
	if len(list) == 0 {
		return 0
	}
	raised := map[string]incident.Day{}
	for _, a := range r.Alerts {
		raised[a.ID] = a.FirstRaised
	}
	p := chart.Timeline{Heading: "Theme", Unit: "Reports"}
	weeks := len(list[0].Weekly)
	for w := range weeks {
		p.Weeks = append(p.Weeks, r.AsOf-6-incident.Day(7*(weeks-1-w)))
	}
	for _, t := range list {
		counts := make([]int, weeks)
		for w, n := range t.Weekly {
			counts[w] = int(n)
		}
		shown, total := r.Counts(counts)
		first := incident.NoDay
		if day, ok := raised[t.AlertID]; ok {
			first = day
		}
		p.Names, p.Counts, p.Totals, p.Raised = append(p.Names, page.Capital(t.Name)), append(p.Counts, shown), append(p.Totals, total), append(p.Raised, first)
	}
	r.Ask(chart.Figure{ID: "theme-timeline", Title: "When themes were told of", Plot: p})
	return len(list)
}

// fewestPlaced is how many themes a map needs to say anything.
const fewestPlaced = 5

// askMap asks for the map of the largest themes, and gives how many they are.
func (r *report) askMap() int {
	list := largest(slices.DeleteFunc(slices.Clone(r.Themes), func(t Theme) bool { return t.At == nil || t.Size == 0 }), mapThemes, func(t Theme) int { return t.Size })
	if len(list) < fewestPlaced {
		return 0
	}
	m := chart.Map{Heading: "Theme", Unit: "Reports", Meaning: "An alert is raised for it"}
	for _, t := range list {
		m.Names, m.At, m.Counts, m.Focus = append(m.Names, page.Capital(t.Name)), append(m.At, *t.At), append(m.Counts, r.Count(t.Size)), append(m.Focus, r.alertFile[t.AlertID] != "")
	}
	r.Ask(chart.Figure{ID: "theme-map", Title: "Map of themes", Plot: m})
	return len(list)
}
