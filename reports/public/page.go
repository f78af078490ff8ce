package public

import (
	"embed"
	"fmt"
	"slices"

	"psims/datasets/incident"
	"psims/reports/book"
	"psims/reports/chart"
	"psims/reports/disclosure"
	"psims/reports/page"
	"psims/reports/quote"
)

//go:embed templates/*.html
var templates embed.FS

// Writer writes the page. It is safe for many goroutines.
type Writer struct{ press *book.Press }

// On makes a writer that shares the chart engine of a press.
func On(press *book.Press) (*Writer, error) {
	press, err := press.With(templates, "templates/*.html")
	if err != nil {
		return nil, err
	}
	return &Writer{press: press}, nil
}

// shownQuarters is how many quarters a table on the page shows; the file has all.
const shownQuarters = 6

// content is what the page shows.
type content struct {
	Says     []string
	Figures  []*page.Figure
	Sections []section
	Limits   []string
}

type section struct {
	ID, Name string
	Tables   []page.Table
	File     []page.Link
}

// Book makes the book of the public page.
func (w *Writer) Book(site page.Site, asOf incident.Day, p disclosure.Policy, tables []Table) *book.Book {
	b := w.press.New(p)
	b.Source = "Source: run " + site.RunID + ", data up to " + page.Date(asOf) + "."
	site.Nav, site.Policy = nil, p.Note()
	f := page.Frame{Site: site, Title: "Patient safety events", Caption: "Statistics for England",
		Lead: "How many events were reported to the national systems, by quarter. These are counts of reports: they do not measure how safe care is."}
	f.Contents = []page.Link{{Href: "#systems", Text: "Two systems side by side"}}
	c := content{}
	for _, basis := range Bases() {
		if fig, ok := parallel(tables, basis); ok {
			b.Ask(fig)
		}
	}
	for _, t := range tables {
		at := slices.IndexFunc(c.Sections, func(s section) bool { return s.ID == t.Dimension.Key })
		if at < 0 {
			c.Sections = append(c.Sections, section{ID: t.Dimension.Key, Name: t.Dimension.Name})
			at = len(c.Sections) - 1
			f.Contents = append(f.Contents, page.Link{Href: "#" + t.Dimension.Key, Text: "By " + t.Dimension.Name})
		}
		s := &c.Sections[at]
		for _, system := range systems(t) {
			if shown := t.page(system); len(shown.Rows) > 1 { // else the system doesn't record it
				s.Tables = append(s.Tables, shown)
			}
		}
		name := "data/" + t.Name + ".csv"
		b.Files = append(b.Files, book.File{Name: name, Table: t.Tidy()})
		s.File = append(s.File, page.Link{Href: name, Text: fmt.Sprintf("Download all quarters, by date %s (CSV)", t.Basis)})
	}
	f.Contents = append(f.Contents, page.Link{Href: "#limits", Text: "About these numbers"})
	c.Says = []string{
		"LFPSE replaced NRLS between July 2021 and June 2024. The two take reports in different ways, of different things, from different people, so their counts are not comparable and are never added together here. Where one falls and the other rises, organisations were moving.",
		"Each number is given twice: by the date on which the event was reported, and by the date on which it happened. Reports can come long after the event.",
		p.Note() + " [p] at the head of a quarter says that its numbers are provisional, [r] beside a number that it was revised.",
	}
	c.Limits = []string{
		"Counts show what was reported, not how safe care is. A rise may mean more harm, better reporting, or both. More reports are often a sign of a better reporting culture.",
		p.Note(),
		"[p] marks provisional numbers: the quarter ended less than 90 days before the data end, and reports of events in it are still to come. [r] marks a number that was revised since the last release.",
		"A published number stays as it is until it has changed enough that the change tells nothing about single events. Both systems are live: reports are added, changed and withdrawn after the event.",
		"The degree of harm of an event is the worst over its patients. Categories are the systems' own: the same word may mean another thing in the other system.",
		"An event that is told in several reports counts once for each report here, as the national systems count it.",
	}
	b.Pages = []book.Page{{Name: "index.html", Template: "public.html", Frame: f, Content: func() any {
		for _, basis := range Bases() {
			if fig := b.Figure(figureID(basis), figureHeadline(tables, basis), "Events by quarter "+string(basis)+" and recording system, England", ""); fig != nil {
				c.Figures = append(c.Figures, fig)
			}
		}
		return c
	}}}
	return b
}

func figureID(b Basis) string { return "systems-" + string(b) }

// figureHeadline says what the newest whole quarter had.
func figureHeadline(tables []Table, basis Basis) string {
	for _, t := range tables {
		if t.Basis == basis {
			for _, r := range t.Rows {
				if r.System == incident.LFPSE {
					return fmt.Sprintf("LFPSE: %s events %s in %s", r.Total.Text, basis, r.Quarter.Words())
				}
			}
		}
	}
	return "Events by quarter " + string(basis)
}

// parallel draws the totals of each system by quarter.
func parallel(tables []Table, basis Basis) (chart.Figure, bool) {
	i := slices.IndexFunc(tables, func(t Table) bool { return t.Basis == basis && len(t.Rows) > 0 })
	if i < 0 {
		return chart.Figure{}, false
	}
	first, last := tables[i].Rows[0].Quarter, tables[i].Rows[0].Quarter
	for _, r := range tables[i].Rows {
		first, last = min(first, r.Quarter), max(last, r.Quarter)
	}
	p := chart.Parallel{Heading: "Quarter", Unit: "Events"}
	for q := first; q <= last; q++ {
		p.Labels = append(p.Labels, q.Words())
		p.Short, p.Axis = append(p.Short, q.String()), append(p.Axis, q.Axis())
	}
	for _, system := range systems(tables[i]) {
		s := chart.Line{Name: quote.SystemName(system), Values: make([]disclosure.Shown, len(p.Labels))}
		for k := range s.Values {
			s.Values[k] = book.NoData()
		}
		for _, r := range tables[i].Rows {
			if r.System == system {
				s.Values[r.Quarter-first] = r.Total
			}
		}
		p.Lines = append(p.Lines, s)
	}
	nrls := Quarter(0) // its newest quarter
	for _, r := range tables[i].Rows {
		if r.System == incident.NRLS {
			nrls = max(nrls, r.Quarter)
		}
	}
	if nrls > 0 && nrls < last {
		p.Break, p.Why = int(nrls+1-first), "NRLS ends"
	}
	return chart.Figure{ID: figureID(basis), Title: "Events by quarter " + string(basis) + ", NRLS and LFPSE side by side", Plot: p}, true
}

// systems lists a table's systems in the order of its rows.
func systems(t Table) []incident.System {
	var out []incident.System
	for _, r := range t.Rows {
		if !slices.Contains(out, r.System) {
			out = append(out, r.System)
		}
	}
	return out
}

// page shows the newest quarters of one system: values down, quarters across.
func (t Table) page(system incident.System) page.Table {
	out := page.Table{ID: t.Name + "-" + string(system), Caption: fmt.Sprintf("%s: events by quarter %s and %s", quote.SystemName(system), t.Basis, t.Dimension.Name),
		Columns: []page.Column{{Heading: page.Capital(t.Dimension.Name)}}}
	var rows []Row
	for _, r := range t.Rows {
		if r.System == system && len(rows) < shownQuarters {
			rows = append(rows, r)
		}
	}
	slices.Reverse(rows)
	for _, r := range rows {
		out.Columns = append(out.Columns, page.Column{Heading: quarterHeading(r), Numeric: true})
	}
	line := func(name string, at int) []page.Cell {
		cells := []page.Cell{{Text: name}}
		for _, r := range rows {
			s, last := r.Total, at == len(r.Cells)
			if !last {
				s = r.Cells[at]
			}
			cells = append(cells, page.Cell{Text: s.Text, Detail: Mark(false, r.Revised[at])}) // what is provisional is the quarter: its heading says so
		}
		return cells
	}
	for j, v := range t.Dimension.Values {
		if slices.ContainsFunc(rows, func(r Row) bool { return r.Cells[j].Value != 0 }) { // what the system never has tells nothing
			out.Rows = append(out.Rows, line(v, j))
		}
	}
	if len(rows) > 0 && !(len(out.Rows) == 1 && out.Rows[0][0].Text == "Not recorded") {
		out.Rows = append(out.Rows, line("All", len(t.Dimension.Values)))
	}
	return out
}

// quarterHeading names a quarter, and says where its numbers are provisional.
func quarterHeading(r Row) string {
	if mark := Mark(r.Provisional, false); mark != "" {
		return r.Quarter.Words() + " " + mark
	}
	return r.Quarter.Words()
}

// Tidy gives the table in long form: one number a row.
func (t Table) Tidy() chart.Table {
	out := chart.Table{}
	for _, h := range []string{"System", "Quarter", "By date", page.Capital(t.Dimension.Name), "Events", "Mark"} {
		out.Columns = append(out.Columns, chart.Column{Heading: h, Numeric: h == "Events"})
	}
	for _, r := range t.Rows {
		for j := range len(r.Cells) + 1 {
			name, s := "All", r.Total
			if j < len(r.Cells) {
				name, s = t.Dimension.Values[j], r.Cells[j]
			}
			mark := Mark(r.Provisional, r.Revised[j])
			var row []chart.Cell
			for _, text := range []string{quote.SystemName(r.System), r.Quarter.String(), string(t.Basis), name, s.Cell(), mark} {
				row = append(row, chart.Cell{Text: text, File: text})
			}
			out.Rows = append(out.Rows, row)
		}
	}
	return out
}
