package brief

import (
	"slices"

	"psims/analytics/triage"
	"psims/datasets/caveat"
	"psims/reports/book"
	"psims/reports/page"
)

// aboutContent is what the page on reading the report shows.
type aboutContent struct {
	Statuses page.Table
	Kinds    page.Table
	Aspects  page.Table
	Caveats  page.Table
}

func (r *report) aboutPage() book.Page {
	f := r.frame("How to read this report", "")
	f.Here = "about.html"
	f.Crumbs = []page.Link{{Href: "index.html", Text: "Alerts"}}
	f.Contents = []page.Link{{Href: "#not", Text: "What this report is not"}, {Href: "#works", Text: "How it works"}, {Href: "#charts", Text: "How to read the charts"}, {Href: "#words", Text: "What the words mean"}, {Href: "#caveats", Text: "What to be careful about"}}
	return book.Page{Name: "about.html", Template: "about.html", Frame: f, Content: func() any { return r.about() }}
}

func (r *report) about() aboutContent {
	c := aboutContent{
		Statuses: page.Table{ID: "statuses", Caption: "Status of an alert", Columns: []page.Column{{Heading: "Status"}, {Heading: "Meaning"}}},
		Kinds:    page.Table{ID: "kinds", Caption: "Kind of finding", Columns: []page.Column{{Heading: "Kind"}, {Heading: "Meaning"}}},
		Aspects:  page.Table{ID: "aspects", Caption: "Parts of an alert's score in this report", Columns: []page.Column{{Heading: "Aspect"}, {Heading: "Meaning"}}, Empty: "No alert of this report has a score with parts."},
		Caveats:  page.Table{ID: "caveat-table", Caption: "Warnings that may stand beside a number", Columns: []page.Column{{Heading: "Warning"}}},
	}
	for _, l := range []triage.Life{triage.New, triage.Grown, triage.Open, triage.Gone} {
		c.Statuses.Rows = append(c.Statuses.Rows, []page.Cell{lifeCell(l), {Text: page.Sentence(lives[l])}})
	}
	for _, k := range []triage.Kind{triage.Theme, triage.Stratum, triage.Pair, triage.KnownRisk} {
		c.Kinds.Rows = append(c.Kinds.Rows, []page.Cell{{Text: kindName(k)}, {Text: page.Sentence(kindMeaning(k))}})
	}
	used := map[string]bool{}
	for _, a := range r.Alerts {
		for key := range a.Aspects {
			used[key] = true
		}
	}
	named := map[string]bool{}
	for _, key := range keys(used) {
		a := r.aspect(key)
		if f, ok := familyOf(key); ok { // one row for all of a kind
			if named[f.name] {
				continue
			}
			named[f.name] = true
			a.Name = f.name
		}
		c.Aspects.Rows = append(c.Aspects.Rows, []page.Cell{{Text: a.Name}, {Text: page.Sentence(a.Meaning)}})
	}
	for _, key := range keys(caveat.All()) {
		c.Caveats.Rows = append(c.Caveats.Rows, []page.Cell{{Text: key.Sentence()}})
	}
	return c
}

// keys lists the keys of a map in order.
func keys[K ~string, V any](m map[K]V) []K {
	var out []K
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
