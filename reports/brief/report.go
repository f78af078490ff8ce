package brief

import (
	"fmt"
	"math"

	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/datasets/tally"
	"psims/reports/book"
	"psims/reports/disclosure"
	"psims/reports/page"
)

// report is a run on its way to pages: addresses, figures and files are settled
// first, then everything is drawn at once, then the pages are filled.
type report struct {
	Run
	*book.Book
	config Config

	alertFile     map[string]string // alert id → file
	specialtyFile map[string]string // specialty → file
	themes        map[string]Theme
	series        map[tally.Stratum]Series
}

func newReport(w *Writer, run Run) (*report, error) {
	r := &report{Run: run, Book: w.press.New(w.config.Policy), config: w.config,
		alertFile: map[string]string{}, specialtyFile: map[string]string{}, themes: map[string]Theme{}, series: map[tally.Stratum]Series{}}
	r.Source = "Source: run " + run.ID + ", data up to " + page.Date(run.AsOf) + "."
	slugs := map[string]int{}
	file := func(folder, name string) string {
		slug := folder + "/" + page.Slug(name)
		if slugs[slug]++; slugs[slug] > 1 {
			slug = fmt.Sprintf("%s--%d", slug, slugs[slug]) // a slug has no two hyphens in a row
		}
		return slug + ".html"
	}
	for _, a := range run.Alerts {
		if r.alertFile[a.ID] != "" {
			return nil, fmt.Errorf("reading the run: alert %q is given twice", a.ID)
		}
		r.alertFile[a.ID] = file("alerts", a.ID)
	}
	for _, s := range run.Specialties {
		if r.specialtyFile[s.Name] != "" {
			return nil, fmt.Errorf("reading the run: specialty %q is given twice", s.Name)
		}
		r.specialtyFile[s.Name] = file("specialty", s.Name)
	}
	for _, t := range run.Themes {
		r.themes[t.ID] = t
	}
	for _, s := range run.Series {
		if len(s.Counts) != len(s.Weeks) || s.Observed != nil && len(s.Observed) != len(s.Weeks) || s.Process != nil && len(s.Process.Points) != len(s.Weeks) {
			return nil, fmt.Errorf("reading the run: series %q has %d counts for %d weeks, or its marks differ in number", s.Stratum, len(s.Counts), len(s.Weeks))
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
	for _, s := range r.Specialties {
		pages = append(pages, r.specialtyPage(s))
	}
	return append(pages, r.watchPage(), r.themesPage(), r.aboutPage())
}

// frame gives the frame of a page in a folder so many levels down.
func (r *report) frame(title, root string) page.Frame {
	return page.Frame{
		Site: page.Site{
			Organisation: r.Organisation, RunID: r.ID, AsOf: page.Date(r.AsOf), Newest: page.Date(r.newest()), Version: r.Version,
			Policy: r.config.Policy.Note(),
			Nav:    []page.Link{{Href: "index.html", Text: "Alerts"}, {Href: "index.html#specialties", Text: "Specialties"}, {Href: "watch.html", Text: "Watch list"}, {Href: "themes.html", Text: "Themes"}, {Href: "about.html", Text: "How to read this"}},
		},
		Title: title, Root: root,
	}
}

// newest is the newest reported day of any system.
func (r *report) newest() incident.Day {
	day := incident.NoDay
	for _, s := range r.Freshness.Newest {
		day = max(day, s.Day)
	}
	return day
}

// reports writes a number with its noun.
func reports(s disclosure.Shown) string {
	if s.Text == "1" {
		return "1 report"
	}
	return s.Text + " reports"
}

// weekly gives the last weeks of a series, those not observed without a value.
func (r *report) weekly(s Series) (weeks []incident.Day, counts []disclosure.Shown, from int) {
	from = max(0, len(s.Weeks)-r.config.Weeks)
	for i := from; i < len(s.Weeks); i++ {
		if s.Observed != nil && !s.Observed[i] {
			counts = append(counts, noData())
			continue
		}
		counts = append(counts, r.Count(int(s.Counts[i])))
	}
	return s.Weeks[from:], counts, from
}

func noData() disclosure.Shown { return disclosure.Shown{Text: "No data", Value: math.NaN()} }

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
