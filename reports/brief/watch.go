package brief

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"psims/reports/book"
	"psims/reports/page"
	"psims/reports/quote"
)

// watchContent is what the watch list shows.
type watchContent struct {
	Risks      page.Table
	RiskQuotes []themeQuotes
	HarmSays   []string
	Harm       []page.Table
	HarmQuotes []page.Quote
	Hidden     page.Table
}

// maxDoubts is how many reports are quoted whose harm is in doubt.
const maxDoubts = 20

func (r *report) watchPage() book.Page {
	f := r.frame("Watch list", "")
	f.Here = "watch.html"
	f.Crumbs = []page.Link{{Href: "index.html", Text: "Alerts"}}
	f.Lead = "Reports that a person should read although no alert was raised for them: those that may tell of a known risk, those that read as more severe than they were graded, and steady themes that are easy to overlook."
	f.Contents = []page.Link{{Href: "#risks", Text: "Known risks"}, {Href: "#harm", Text: "Harm that reads as more severe than its grade"}, {Href: "#hidden", Text: "Steady themes that are easy to overlook"}}
	return book.Page{Name: "watch.html", Template: "watch.html", Frame: f, Content: func() any {
		return watchContent{Risks: r.riskTable(), RiskQuotes: r.riskQuotes(), HarmSays: r.harmSays(), Harm: r.harmTables(), HarmQuotes: r.harmQuotes(), Hidden: r.hiddenTable()}
	}}
}

func (r *report) riskTable() page.Table {
	t := page.Table{ID: "risks-table", Caption: "Reports that may tell of a known risk, most in the last 4 weeks first", Empty: "No list of known risks is watched.",
		Columns: []page.Column{{Heading: "Known risk"}, {Heading: "Last 4 weeks", Numeric: true}, {Heading: "Not marked", Numeric: true}, {Heading: "Last 26 weeks"}},
		Note:    "Found by their words, to be read by a person: some tell of something else. Not marked: the sender did not mark them as such an event."}
	for _, k := range r.risksByRecent() {
		unmarked := 0
		for _, s := range k.Recent {
			if !s.Marked {
				unmarked++
			}
		}
		some, all := r.Of(unmarked, len(k.Recent))
		t.Rows = append(t.Rows, []page.Cell{{Text: k.Title, Detail: riskSource(k.ID)}, {Text: all.Text}, {Text: some.Text}, r.Bars(k.Weekly, recentWeeks)})
	}
	return t
}

// risksByRecent lists the known risks by their recent reports, and in their list's
// order where those are equal.
func (r *report) risksByRecent() []KnownRisk {
	out := slices.Clone(r.Watch.Risks)
	slices.SortStableFunc(out, func(a, b KnownRisk) int { return cmp.Compare(len(b.Recent), len(a.Recent)) })
	return out
}

// riskSource says which published list a known risk is on; a list of the deployer's
// own is named by the risk's id.
func riskSource(id string) string {
	if n, ok := strings.CutPrefix(id, "ne-2018-"); ok {
		return "Never Events list 2018, number " + strings.TrimLeft(n, "0")
	}
	return id
}

func (r *report) riskQuotes() []themeQuotes {
	if !r.Lists() {
		return nil
	}
	var out []themeQuotes
	for _, k := range r.risksByRecent() {
		q := themeQuotes{ID: "risk-" + page.Slug(k.ID), Name: fmt.Sprintf("%s: %s", k.Title, page.Count(len(k.Recent), "report", "reports"))}
		for _, s := range k.Recent[:min(len(k.Recent), r.config.ListRows)] {
			e := r.Incidents[s.IncidentID]
			e.ID = s.IncidentID
			quote := page.Quote{Spans: quote.Mark(s.Sentence, s.Words), From: e.From(), ID: e.ID, Whole: quote.Mark(e.Text, s.Words)}
			if s.Marked {
				quote.From += ". Marked as a Never Event by the sender"
			}
			if s.Doubt != "" {
				quote.From += ". Less sure: " + s.Doubt
			}
			q.Quotes = append(q.Quotes, quote)
		}
		if len(q.Quotes) > 0 {
			out = append(out, q)
		}
	}
	return out
}

func (r *report) harmSays() []string {
	if r.Watch.HarmJudged == 0 {
		return []string{"There were too few graded reports to learn how they are usually graded. What texts say outright is still listed."}
	}
	return []string{
		fmt.Sprintf("%s with a degree of harm were read. Usual graders would be expected to give a worse grade to about %s of them if they read such texts afresh.",
			page.Capital(page.Count(r.Watch.HarmJudged, "report", "reports")), r.Whole(r.Watch.HarmWorse).Text),
		"A grade can be right although its text reads worse: the reporter may know more than was written down. The list says where to look, and judges nobody.",
	}
}

// harmTables list the reports whose text says outright that harm was worse than it
// was graded, newest first, and those that usual graders would grade worse, surest
// first: one order can't serve both.
func (r *report) harmTables() []page.Table {
	told := page.Table{ID: "told-table", Caption: "Reports whose text says more harm than was recorded, newest first", Empty: "No text says more harm than was recorded.",
		Columns: []page.Column{{Heading: "Report"}, {Heading: "Reported"}, {Heading: "Organisation"}, {Heading: "Recorded"}, {Heading: "The text says"}}}
	read := page.Table{ID: "read-table", Caption: "Other reports that read as more severe than they were graded, surest first", Empty: "No other report reads as more severe than its grade.",
		Columns: []page.Column{{Heading: "Report"}, {Heading: "Reported"}, {Heading: "Organisation"}, {Heading: "Recorded"}, {Heading: "Chance of a worse grade", Numeric: true}}}
	if !r.Lists() {
		told.Empty = book.NotListed
		return []page.Table{told}
	}
	for _, d := range r.doubts() {
		e := r.Incidents[d.IncidentID]
		row := []page.Cell{{Text: d.IncidentID, Detail: quote.SystemName(e.System)}, page.DateCell(e.Reported), cell(e.Organisation), {Text: quote.HarmName(e.Harm)}}
		switch {
		case d.Told.Graded():
			told.Rows = append(told.Rows, append(row, page.Cell{Text: quote.HarmName(d.Told)}))
		case math.IsNaN(d.Worse):
			read.Rows = append(read.Rows, append(row, page.Cell{Text: "No data", Muted: true}))
		default:
			read.Rows = append(read.Rows, append(row, page.Cell{Text: fmt.Sprintf("%.0f%%", 100*d.Worse)}))
		}
	}
	return []page.Table{told, read}
}

// doubts lists the reports whose harm is in doubt: first those that say so
// outright, newest first, then the others in the order in which they came.
func (r *report) doubts() []HarmDoubt {
	var told, read []HarmDoubt
	for _, d := range r.Watch.Harm {
		if d.Told.Graded() {
			told = append(told, d)
		} else {
			read = append(read, d)
		}
	}
	slices.SortStableFunc(told, func(a, b HarmDoubt) int {
		return cmp.Compare(r.Incidents[b.IncidentID].Reported, r.Incidents[a.IncidentID].Reported)
	})
	slices.SortStableFunc(read, func(a, b HarmDoubt) int { return cmp.Compare(b.Worse, a.Worse) })
	return append(told, read...)
}

// harmQuotes quotes as many of those that say so outright as of the others.
func (r *report) harmQuotes() []page.Quote {
	if !r.Lists() {
		return nil
	}
	var out []page.Quote
	said := map[bool]int{}
	for _, d := range r.doubts() {
		if said[d.Told.Graded()]++; said[d.Told.Graded()] > maxDoubts/2 {
			continue
		}
		e := r.Incidents[d.IncidentID]
		e.ID = d.IncidentID
		out = append(out, page.Quote{Spans: quote.Mark(d.Sentence, d.Words), From: e.From(), ID: e.ID, Whole: quote.Mark(e.Text, d.Words)})
	}
	return out
}

func (r *report) hiddenTable() page.Table {
	t := page.Table{ID: "hidden-table", Caption: "Themes that are not new, are filed under many categories, and read worse than they are graded", Empty: "No steady theme is surely graded milder than it reads.",
		Columns: []page.Column{{Heading: "Theme"}, {Heading: "Reports in a year", Numeric: true}, {Heading: "Organisations", Numeric: true}, {Heading: "Filed under"}, {Heading: "Grades too mild", Numeric: true}},
		Note:    "Grades too mild: the mean number of grades by which usual graders would grade such texts worse, beyond that of all reports, with its 95% interval."}
	for _, h := range r.Watch.Hidden {
		th := r.themes[h.ThemeID]
		t.Rows = append(t.Rows, []page.Cell{{Text: page.Capital(quote.OrNone(th.Name)), Detail: strings.Join(th.Terms, ", ")}, {Text: r.Count(h.Reports).Text}, {Text: strconv.Itoa(h.Organisations)},
			{Text: fmt.Sprintf("As if under %.1f categories", h.Categories), Detail: fmt.Sprintf("most under %s, %.0f%%", quote.OrNone(h.TopCategory), 100*h.TopShare)},
			{Text: fmt.Sprintf("%.2f", h.Excess), Detail: fmt.Sprintf("%.2f to %.2f", h.Interval[0], h.Interval[1])}})
	}
	return t
}
