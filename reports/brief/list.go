package brief

import (
	"fmt"
	"strings"

	"psims/analytics/triage"
	"psims/reports/book"
	"psims/reports/chart"
	"psims/reports/page"
	"psims/reports/quote"
)

// spreadTables count the cited reports by specialty, care setting and category.
func (r *report) spreadTables(cited []Incident) []page.Table {
	var out []page.Table
	for _, by := range []struct {
		id, heading string
		of          func(Incident) string
	}{
		{"by-specialty", "Specialty", func(e Incident) string { return e.Specialty }},
		{"by-setting", "Care setting", func(e Incident) string { return e.CareSetting }},
		{"by-category", "Category", func(e Incident) string { return e.Category }},
	} {
		counts := map[string]int{}
		for _, e := range cited {
			counts[quote.OrNone(by.of(e))]++
		}
		t := page.Table{ID: by.id, Caption: "Reports behind this alert, by " + strings.ToLower(by.heading), Columns: []page.Column{{Heading: by.heading}, {Heading: "Reports", Numeric: true}}, Empty: "The run lists no report for this alert."}
		if counts[quote.OrNone("")] == len(cited) && len(cited) > 0 {
			continue // nothing is recorded: a table would tell nothing
		}
		names := sorted(counts)
		ns := make([]int, len(names))
		for i, n := range names {
			ns[i] = n.n
		}
		shown, _ := r.Counts(ns)
		for i, n := range names {
			if i == 8 {
				t.Note = fmt.Sprintf("And %s with fewer.", page.Count(len(counts)-8, "other", "others"))
				break
			}
			t.Rows = append(t.Rows, []page.Cell{{Text: n.name}, {Text: shown[i].Text}})
		}
		out = append(out, t)
	}
	return out
}

// listing is the line listing of an alert: the reports behind its numbers.
func (r *report) listing(a triage.Alert, cited []Incident) page.Table {
	// Most lie in the window: only those that don't are worth a word.
	t := r.lines("reports", "Reports behind this alert, newest first", cited)
	for i := range t.Rows {
		if cited[i].Reported.Known() && cited[i].Reported < a.Window.From {
			t.Rows[i][1].Detail = "before the alert's window"
		}
	}
	return t
}

// lines lists reports, as many as fit on a page.
func (r *report) lines(id, caption string, list []Incident) page.Table {
	t := page.Table{
		ID: id, Caption: caption, Empty: "The run lists no report here.",
		Columns: []page.Column{{Heading: "Report"}, {Heading: "Reported"}, {Heading: "Organisation"}, {Heading: "Specialty and setting"}, {Heading: "Category"}, {Heading: "Harm"}},
	}
	if !r.Lists() {
		t.Empty = book.NotListed
		return t
	}
	for _, e := range list[:min(len(list), r.config.ListRows)] {
		system := ""
		if e.System != "" {
			system = quote.SystemName(e.System)
		}
		reported := page.DateCell(e.Reported)
		specialty := cell(e.Specialty)
		specialty.Detail = quote.Short(e.CareSetting)
		organisation := cell(e.Organisation)
		organisation.Detail = e.Region
		t.Rows = append(t.Rows, []page.Cell{{Text: e.ID, Detail: system, Href: e.Href}, reported, organisation, specialty, cell(e.Category), {Text: quote.HarmName(e.Harm), Muted: !e.Harm.Graded()}})
	}
	if len(list) > r.config.ListRows {
		t.Note = fmt.Sprintf("The newest %d of %s are shown.", r.config.ListRows, page.Count(len(list), "report", "reports"))
	}
	return t
}

func cell(s string) page.Cell { return page.Cell{Text: quote.OrNone(s), Muted: s == ""} }

// listTable is the file of an alert's reports: all of them, with their redacted texts.
func (r *report) listTable(a triage.Alert, cited []Incident) chart.Table {
	t := chart.Table{}
	for _, h := range []string{"Report", "System", "Reported", "Occurred", "Organisation", "Region", "Specialty", "Care setting", "Category", "Harm", "In window", "Redacted text"} {
		t.Columns = append(t.Columns, chart.Column{Heading: h})
	}
	for _, e := range cited {
		in := "No"
		if e.Reported.Known() && e.Reported >= a.Window.From && e.Reported <= a.Window.Until {
			in = "Yes"
		}
		var row []chart.Cell
		for _, s := range []string{e.ID, string(e.System), e.Reported.String(), e.Occurred.String(), e.Organisation, e.Region, e.Specialty, e.CareSetting, e.Category, e.Harm.String(), in, e.Text} {
			if s == "" {
				s = "[x]"
			}
			row = append(row, chart.Cell{Text: s, File: s})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
