package portal

import (
	"fmt"
	"math"
	"net/http"
	"net/url"

	"psims/datasets/incident"
	"psims/reports/disclosure"
	"psims/reports/page"
	"psims/reports/portal/view"
	"psims/reports/quote"
)

// watchContent is what should be read beside the alerts.
type watchContent struct {
	Risks, Harm, Hidden page.Table
}

// Weeks that the watch list reaches back, and rows of each of its tables.
const (
	watchWeeks = 4
	watchRows  = 60
)

func (s *Server) watch(q *request) error {
	risks := page.Table{ID: "risks", Caption: "Reports of the last 4 weeks that may tell of a known risk, surest first", Empty: "No report of the last 4 weeks seems to tell of a known risk.",
		Columns: []page.Column{{Heading: "Report"}, {Heading: "Known risk"}, {Heading: "What it says"}, {Heading: "Marked by the sender"}}}
	list := q.view.Suspects(watchWeeks)
	for _, w := range list[:min(len(list), watchRows)] {
		marked := page.Cell{Text: "No", Muted: true}
		if incident.Answered(w.Finding.NeverEvent) {
			marked = page.Cell{Text: "Yes"}
		}
		risks.Rows = append(risks.Rows, []page.Cell{{Text: w.Report.ID, Href: reportPath(w.Report), Detail: page.Date(w.Report.Reported)}, {Text: w.Finding.Risk, Detail: w.Finding.Doubt}, {Text: w.Finding.Sentence}, marked})
	}
	if len(list) > watchRows {
		risks.Note = fmt.Sprintf("The surest %d of %s are shown.", watchRows, page.Count(len(list), "report", "reports"))
	}
	harm := page.Table{ID: "harm", Caption: "Reports of the last 4 weeks that read as more severe than they were graded", Empty: "No report of the last 4 weeks reads as more severe than it was graded.",
		Columns: []page.Column{{Heading: "Report"}, {Heading: "Graded"}, {Heading: "The text says"}, {Heading: "Would be graded worse by usual graders"}, {Heading: "Sentence"}}}
	doubts := q.view.Doubts(watchWeeks)
	for _, w := range doubts[:min(len(doubts), watchRows)] {
		worse := "Not known"
		if p := w.Finding.Worse; p == p {
			worse = fmt.Sprintf("%.0f in 100", math.Floor(100*p))
		}
		told := "Nothing outright"
		if w.Finding.Told != incident.HarmMissing {
			told = quote.HarmName(w.Finding.Told)
		}
		harm.Rows = append(harm.Rows, []page.Cell{{Text: w.Report.ID, Href: reportPath(w.Report), Detail: page.Date(w.Report.Reported)}, {Text: quote.HarmName(w.Report.Harm)}, {Text: told}, {Text: worse}, {Text: or(w.Finding.Sentence, excerpt(w.Report.Text))}})
	}
	hidden := page.Table{ID: "hidden", Caption: "Steady themes that are easy to overlook", Empty: "There is no such theme, or your account does not show all organisations.",
		Columns: []page.Column{{Heading: "Theme"}, {Heading: "Reports", Numeric: true}, {Heading: "Organisations", Numeric: true}, {Heading: "Filed under so many categories", Numeric: true}}}
	for _, h := range q.view.Hidden() {
		hidden.Rows = append(hidden.Rows, []page.Cell{{Text: h.Name, Href: "/themes/" + url.PathEscape(h.ID)}, {Text: disclosure.Commas(h.Reports)}, {Text: disclosure.Commas(h.Organisations)}, {Text: page.Number(h.Categories)}})
	}
	f := frame{Title: "Watch list", Here: "/watch", Lead: "What a person should read beside the alerts: known risks, harm that may be graded too low, and steady themes that are easy to overlook.",
		Contents: []page.Link{{Href: "#risks-heading", Text: "Known risks"}, {Href: "#harm-heading", Text: "Harm that may be graded too low"}, {Href: "#hidden-heading", Text: "Steady themes that are easy to overlook"}}}
	return q.page(http.StatusOK, "watch", f, watchContent{risks, harm, hidden})
}

// freshnessContent says how new and how whole the data are.
type freshnessContent struct {
	Systems, Organisations, Loads page.Table
	Labels                        []string
}

// quietDays is for how long an organisation may send nothing before it is marked.
const quietDays = 28

// noLoads says why no file is listed.
func noLoads(whole bool) string {
	if whole {
		return "No file was read for this run."
	}
	return "Files are listed for those who see all organisations. What became of your own stands on your organisation's page."
}

func (s *Server) freshness(q *request) error {
	asOf := q.run().AsOf()
	count := func(n int) page.Cell { return page.Cell{Text: q.view.Policy().Count(n).Text} }
	systems := page.Table{ID: "systems", Caption: "Newest report by recording system", Empty: "There is no report that you may see.",
		Columns: []page.Column{{Heading: "System"}, {Heading: "Newest report"}, {Heading: "Days old", Numeric: true}, {Heading: "Reports", Numeric: true}}}
	for _, src := range q.view.Sources(view.BySystem) {
		systems.Rows = append(systems.Rows, []page.Cell{{Text: systemName(incident.System(src.Code))}, {Text: page.Date(src.Newest)}, {Text: fmt.Sprint(int(asOf - src.Newest))}, count(src.Reports)})
	}
	orgs := page.Table{ID: "organisations", Caption: "Newest report by organisation, oldest first", Empty: "There is no organisation that you may see.",
		Columns: []page.Column{{Heading: "Organisation"}, {Heading: "Newest report"}, {Heading: "Days old", Numeric: true}, {Heading: "Reports", Numeric: true}, {Heading: "State"}}}
	sources := q.view.Sources(view.ByOrganisation)
	for _, src := range sources[:min(len(sources), 100)] {
		age := int(asOf - src.Newest)
		tag := page.Tag{Text: "Current", Colour: "green"}
		if age >= quietDays {
			tag = page.Tag{Text: "Quiet", Colour: "orange"}
		}
		orgs.Rows = append(orgs.Rows, []page.Cell{{Text: src.Name, Detail: src.Code}, {Text: page.Date(src.Newest)}, {Text: fmt.Sprint(age)}, count(src.Reports), {Tag: &tag}})
	}
	if len(sources) > 100 {
		orgs.Note = fmt.Sprintf("100 of %s are shown: those that have been quiet for longest.", page.Count(len(sources), "organisation", "organisations"))
	}
	loads := page.Table{ID: "loads", Caption: "Files read", Empty: noLoads(q.view.Whole()),
		Columns: []page.Column{{Heading: "File"}, {Heading: "Format"}, {Heading: "Rows read", Numeric: true}, {Heading: "Events kept", Numeric: true}, {Heading: "Rows rejected", Numeric: true}}}
	for _, l := range q.view.Loads() {
		rejected := 0
		for _, n := range l.Rejected {
			rejected += n
		}
		loads.Rows = append(loads.Rows, []page.Cell{{Text: l.File}, {Text: quote.FormatName(l.Format)}, {Text: disclosure.Commas(l.Read)}, {Text: disclosure.Commas(l.Kept)}, {Text: disclosure.Commas(rejected)}})
	}
	f := frame{Title: "How new the data are", Here: "/freshness", Lead: "The latest weeks are always incomplete: some reports of what happened in them are still to come."}
	return q.page(http.StatusOK, "freshness", f, freshnessContent{Systems: systems, Organisations: orgs, Loads: loads})
}
