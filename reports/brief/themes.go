package brief

import (
	"fmt"
	"strings"

	"psims/reports/book"
	"psims/reports/page"
	"psims/reports/quote"
)

// themesContent is what the page of themes shows.
type themesContent struct {
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
	return book.Page{Name: "themes.html", Template: "themes.html", Frame: f, Content: func() any {
		c := themesContent{Themes: r.themeTable("themes-table", "Themes found in this run", r.Themes, "")}
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
