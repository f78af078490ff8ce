package brief

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"psims/reports/disclosure"
	"psims/reports/page"
	"psims/reports/quote"
)

// dataSentences say how complete the data are.
func (r *report) dataSentences() []string {
	var out []string
	f := r.Freshness
	if f.Reporting > 0 {
		s := page.Capital(page.Count(f.Reporting, "organisation has", "organisations have")) + " reported in the last 4 weeks"
		if n := len(f.Quiet); n > 0 {
			s += "; " + page.Count(n, "organisation that usually reports has", "organisations that usually report have") + " gone quiet"
		}
		out = append(out, s+".")
	}
	if l := r.Labels; l.Labelled+l.Abstained > 0 {
		out = append(out, fmt.Sprintf("A model gave a category to %s and left %s to a person because it was not sure enough.", page.Count(l.Labelled, "report", "reports"), disclosure.Commas(l.Abstained)))
	}
	if sum := total(r.Redactions); sum > 0 {
		var parts []string
		for _, t := range sorted(r.Redactions) {
			parts = append(parts, fmt.Sprintf("%s (%s)", kindWord(t.name), disclosure.Commas(t.n)))
		}
		out = append(out, fmt.Sprintf("%s were taken out of the texts before anything was stored: %s.", page.Count(sum, "identifying detail", "identifying details"), page.Join(parts)))
	}
	return append(out, "The latest weeks are incomplete: some reports of what happened in them are still to come.")
}

// kindWord writes a kind of identifier, "NHS-NUMBER", as words, "NHS number".
func kindWord(kind string) string {
	words := strings.Fields(strings.NewReplacer("-", " ", "_", " ").Replace(kind))
	for i, w := range words {
		if !slices.Contains([]string{"NHS", "GMC", "NMC", "HCPC", "NI"}, w) {
			words[i] = strings.ToLower(w)
		}
	}
	return strings.Join(words, " ")
}

func total(counts map[string]int) int {
	sum := 0
	for n := range maps.Values(counts) {
		sum += n
	}
	return sum
}

func (r *report) newestTable() page.Table {
	t := page.Table{ID: "newest", Caption: "Newest report by recording system", Empty: "The run does not say how new its data are.",
		Columns: []page.Column{{Heading: "System"}, {Heading: "Newest report"}, {Heading: "Days old", Numeric: true}, {Heading: "Reports", Numeric: true}}}
	for _, s := range r.Freshness.Newest {
		age := page.Cell{Text: "Not known", Muted: true}
		if s.Day.Known() && r.AsOf.Known() {
			age = page.Cell{Text: disclosure.Commas(int(r.AsOf - s.Day))}
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: page.Capital(quote.SystemName(s.System))}, {Text: page.Capital(page.Date(s.Day))}, age, {Text: r.Count(s.Reports).Text}})
	}
	return t
}

func (r *report) quietTable() page.Table {
	t := page.Table{ID: "quiet", Caption: "Organisations that usually report and have gone quiet", Empty: "No organisation that usually reports has gone quiet.",
		Columns: []page.Column{{Heading: "Organisation"}, {Heading: "Last report"}, {Heading: "Usual reports a week", Numeric: true}},
		Note:    "An issue there would not show in this report."}
	for _, q := range r.Freshness.Quiet[:min(len(r.Freshness.Quiet), r.config.ListRows)] {
		t.Rows = append(t.Rows, []page.Cell{{Text: quote.OrNone(q.Organisation)}, {Text: page.Capital(page.Date(q.Last))}, {Text: page.Number(q.UsualPerWeek)}})
	}
	if n := len(r.Freshness.Quiet); n > r.config.ListRows {
		t.Note = fmt.Sprintf("The first %d of %d are shown. An issue there would not show in this report.", r.config.ListRows, n)
	}
	return t
}

func (r *report) loadTable() page.Table {
	t := page.Table{ID: "loads", Caption: "Files read", Empty: "No file was read in this run.",
		Columns: []page.Column{{Heading: "File"}, {Heading: "Format"}, {Heading: "Rows read", Numeric: true}, {Heading: "Events kept", Numeric: true}, {Heading: "Rows rejected", Numeric: true}}}
	for _, l := range r.Loads {
		rejected := 0
		for n := range maps.Values(l.Rejected) {
			rejected += n
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: quote.OrNone(l.File)}, {Text: quote.FormatName(l.Format)}, {Text: disclosure.Commas(l.Read)}, {Text: disclosure.Commas(l.Kept)}, {Text: disclosure.Commas(rejected)}})
	}
	return t
}

func (r *report) rejectTable() page.Table {
	t := page.Table{ID: "rejects", Caption: "Rows rejected, by reason", Empty: "No row was rejected.",
		Columns: []page.Column{{Heading: "Reason"}, {Heading: "Rows", Numeric: true}}, Note: "Rejected rows wait in quarantine and are told to their senders. They are in no count here."}
	for _, c := range sorted(reasonCounts(r.Loads)) {
		t.Rows = append(t.Rows, []page.Cell{{Text: reasonSentence(c.name), Detail: c.name}, {Text: disclosure.Commas(c.n)}})
	}
	return t
}

// sample gives the incidents with those ids that the run holds, newest first.
func (r *report) sample(ids []string) []Incident {
	var out []Incident
	for _, id := range ids {
		if e, ok := r.Incidents[id]; ok {
			e.ID = id
			out = append(out, e)
		}
	}
	newestFirst(out)
	return out
}
