package brief

import (
	"context"
	"fmt"
	"math"
	"slices"

	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/datasets/tally"
	"psims/reports/chart"
	"psims/reports/disclosure"
	"psims/reports/page"
)

// report is a run on its way to pages: addresses, figures and files are settled
// first, then everything is drawn at once, then the pages are filled.
type report struct {
	Run
	writer *Writer
	config Config

	alertFile     map[string]string // alert id → file
	specialtyFile map[string]string // specialty → file
	themes        map[string]Theme
	series        map[tally.Stratum]Series

	figures  []chart.Figure
	drawings map[string]chart.Drawing
	files    []dataFile
	hidden   int
}

// dataFile is a file of numbers.
type dataFile struct {
	name  string
	table chart.Table
}

// pageOf is a page to be written; content is asked for when the figures are drawn.
type pageOf struct {
	name     string
	template string
	frame    page.Frame
	content  func() any
}

func newReport(w *Writer, run Run) (*report, error) {
	r := &report{Run: run, writer: w, config: w.config,
		alertFile: map[string]string{}, specialtyFile: map[string]string{}, themes: map[string]Theme{}, series: map[tally.Stratum]Series{}}
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
func (r *report) pages() []pageOf {
	pages := []pageOf{r.indexPage()}
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

func (r *report) draw(ctx context.Context) error {
	drawings, err := r.writer.engine.Draw(ctx, r.figures)
	if err != nil {
		return err
	}
	r.drawings = make(map[string]chart.Drawing, len(drawings))
	for i, f := range r.figures {
		r.drawings[f.ID] = drawings[i]
		r.files = append(r.files, dataFile{dataName(f.ID), drawings[i].Table})
	}
	return nil
}

func dataName(id string) string { return "data/" + id + ".csv" }

// ask settles that a figure is needed.
func (r *report) ask(f chart.Figure) { r.figures = append(r.figures, f) }

// figure gives a drawn figure its words and its file; nil when it was not asked
// for. root leads from the page to the first page's folder.
func (r *report) figure(id, headline, subtitle, root string) *page.Figure {
	d, ok := r.drawings[id]
	if !ok {
		return nil
	}
	return &page.Figure{
		ID: id, Headline: headline, Subtitle: subtitle, Wide: d.Wide, Narrow: d.Narrow,
		Table:  pageTable(id+"-table", subtitle, d.Table),
		File:   page.Link{Href: root + dataName(id), Text: "Download these numbers (CSV)"},
		Source: "Source: run " + r.ID + ", data up to " + page.Date(r.AsOf) + ".",
	}
}

// pageTable shows a chart's table, weeks with the newest first.
func pageTable(id, caption string, t chart.Table) page.Table {
	out := page.Table{ID: id, Caption: caption}
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, page.Column{Heading: c.Heading, Numeric: c.Numeric})
	}
	for _, row := range t.Rows {
		cells := make([]page.Cell, len(row))
		for j, c := range row {
			cells[j] = page.Cell{Text: orNone(c.Text), Muted: c.Text == "No data" || c.Text == "Not known"}
		}
		out.Rows = append(out.Rows, cells)
	}
	if t.Columns[0].Heading == "Week beginning" {
		slices.Reverse(out.Rows)
	}
	return out
}

// count passes a number through the policy, and keeps count of what is held back.
func (r *report) count(n int) disclosure.Shown {
	s := r.config.Policy.Count(n)
	if s.IsHidden() {
		r.hidden++
	}
	return s
}

// whole passes a number of an alert through the policy. Alerts carry numbers of
// reports as floats because some are corrected for reports still to come.
func (r *report) whole(x float64) disclosure.Shown {
	if math.IsNaN(x) || x < 0 {
		return disclosure.Shown{Text: "not known", Value: math.NaN()}
	}
	return r.count(int(math.Round(x)))
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
		counts = append(counts, r.count(int(s.Counts[i])))
	}
	return s.Weeks[from:], counts, from
}

// lists reports whether single reports may be shown. A list of them would give
// away the counts that a policy keeps back.
func (r *report) lists() bool { return r.config.Policy == disclosure.None() }

const notListed = "Single reports are not shown where small counts are kept back."

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

func orNone(s string) string {
	if s == "" {
		return "Not recorded"
	}
	return s
}
