package brief

import (
	"fmt"

	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/datasets/tally"
	"psims/reports/book"
	"psims/reports/page"
)

// report is a run on its way to pages: addresses, figures and files are settled
// first, then everything is drawn at once, then the pages are filled.
type report struct {
	Run
	*book.Book
	config Config

	alertFile map[string]string // alert id → file
	themes    map[string]Theme
	series    map[tally.Stratum]Series
}

func newReport(w *Writer, run Run) (*report, error) {
	r := &report{Run: run, Book: w.press.New(w.config.Policy), config: w.config,
		alertFile: map[string]string{}, themes: map[string]Theme{}, series: map[tally.Stratum]Series{}}
	r.Source = "Source: run " + run.ID + ", data up to " + page.Date(run.AsOf) + "."
	files := AlertFiles(run.Alerts)
	for i, a := range run.Alerts {
		if r.alertFile[a.ID] != "" {
			return nil, fmt.Errorf("reading the run: alert %q is given twice", a.ID)
		}
		r.alertFile[a.ID] = files[i]
	}
	named := map[string]bool{}
	for _, s := range run.Specialties {
		if named[s.Name] {
			return nil, fmt.Errorf("reading the run: specialty %q is given twice", s.Name)
		}
		named[s.Name] = true
	}
	for _, t := range run.Themes {
		r.themes[t.ID] = t
	}
	for _, s := range run.Series {
		if err := s.Check(); err != nil {
			return nil, fmt.Errorf("reading the run: %w", err)
		}
		r.series[s.Stratum] = s
	}
	return r, nil
}

// pages lists the pages, the first page first, and settles which figures they need.
func (r *report) pages() []book.Page {
	pages := []book.Page{r.indexPage()}
	for i := range r.Alerts {
		pages = append(pages, r.alertPage(i))
	}
	pages = append(pages, r.watchPage(), r.themesPage())
	if len(r.Organisations) > 0 {
		pages = append(pages, r.organisationsPage())
	}
	return append(pages, r.aboutPage())
}

// site is what all pages have in common.
func (run Run) site(c Config) page.Site {
	nav := []page.Link{{Href: "index.html", Text: "Alerts"}, {Href: "index.html#specialties", Text: "Specialties"}, {Href: "watch.html", Text: "Watch list"}, {Href: "themes.html", Text: "Themes"}}
	if len(run.Organisations) > 0 {
		nav = append(nav, page.Link{Href: "organisations.html", Text: "Organisations"})
	}
	return page.Site{
		Organisation: run.Organisation, RunID: run.ID, AsOf: page.Date(run.AsOf), Newest: page.Date(run.newest()), Version: run.Version,
		Policy: c.Policy.Note(),
		Nav:    append(nav, page.Link{Href: "about.html", Text: "How to read this"}),
	}
}

// frame gives the frame of a page in a folder so many levels down.
func (r *report) frame(title, root string) page.Frame {
	return page.Frame{Site: r.site(r.config), Title: title, Root: root}
}

// newest is the newest reported day of any system.
func (run Run) newest() incident.Day {
	day := incident.NoDay
	for _, s := range run.Freshness.Newest {
		day = max(day, s.Day)
	}
	return day
}

// active lists the alerts that are raised today, with their places in Alerts.
func (r *report) active() []int {
	var at []int
	for i, a := range r.Alerts {
		if a.Status != triage.Gone {
			at = append(at, i)
		}
	}
	return at
}
