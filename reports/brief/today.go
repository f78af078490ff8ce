package brief

import (
	"fmt"
	"slices"

	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/reports/book"
	"psims/reports/page"
)

// readFirst names the alert to begin with: the highest of those that were not on the
// list a day before, else the highest of all.
func (r *report) readFirst() page.Fact {
	active := r.active()
	if len(active) == 0 {
		return page.Fact{Key: "Read first", Value: "No issue is raised. Begin with the ", Parts: []page.Link{{Href: "watch.html", Text: "watch list"}, {Text: "."}}}
	}
	at, why := active[0], "It is the highest on the list."
	for _, i := range active {
		if y := r.Alerts[i].Yesterday; y != nil && *y == 0 {
			at, why = i, fmt.Sprintf("It was not on the list a day before; by priority it is number %d of %d.", r.Alerts[i].Rank, len(active))
			break
		}
	}
	a := r.Alerts[at]
	return page.Fact{Key: "Read first", Parts: []page.Link{{Href: r.alertFile[a.ID], Text: page.Capital(a.Title)}, {Text: ". " + r.numbers(a) + " " + why}}}
}

// sinceYesterday says what is other than on the list of the day before; asked is false
// where nobody has asked of that day.
func (r *report) sinceYesterday() (f page.Fact, asked bool) {
	var fresh, more, left []page.Link
	for _, a := range r.Alerts {
		if a.Yesterday == nil {
			continue
		}
		asked = true
		l := page.Link{Href: r.alertFile[a.ID], Text: page.Capital(a.Title)}
		switch before := *a.Yesterday; {
		case a.Status == triage.Gone && before > 0:
			left = append(left, l)
		case a.Status == triage.Gone:
		case before == 0:
			fresh = append(fresh, l)
		case int(a.Observed) > before:
			more = append(more, l)
		}
	}
	f = page.Fact{Key: "Since " + page.Date(r.AsOf-1)}
	if len(fresh)+len(more)+len(left) == 0 {
		f.Value = "No issue joined the list, none has more reports, and none has left it."
		return f, asked
	}
	for _, part := range []struct {
		list      []page.Link
		one, many string
	}{
		{fresh, "issue has joined the list", "issues have joined the list"},
		{more, "has more reports", "have more reports"},
		{left, "has left the list", "have left the list"},
	} {
		if len(part.list) > 0 {
			f.Parts = append(f.Parts, page.Link{Text: page.Count(len(part.list), part.one, part.many) + ": "})
			f.Parts = append(append(f.Parts, inRow(part.list)...), page.Link{Text: " "})
		}
	}
	return f, asked
}

// inRow gives links with commas between them, the first named few, and a full stop.
func inRow(links []page.Link) (out []page.Link) {
	for i, l := range links[:min(named, len(links))] {
		switch {
		case i > 0 && i == len(links)-1:
			out = append(out, page.Link{Text: " and "})
		case i > 0:
			out = append(out, page.Link{Text: "; "}) // names have commas of their own
		}
		out = append(out, l)
	}
	end := "."
	if left := len(links) - named; left > 0 {
		end = fmt.Sprintf(" and %s.", page.Count(left, "other", "others"))
	}
	return append(out, page.Link{Text: end})
}

// recorded says how many reports of the newest day there are, and how grave they are.
func (r *report) recorded() page.Fact {
	fatal, severe, n := r.Day[incident.Fatal], r.Day[incident.SevereHarm], 0
	for _, k := range r.Day {
		n += k
	}
	f := page.Fact{Key: "Recorded on " + page.Date(r.AsOf), Value: "No report."}
	if n == 0 {
		return f
	}
	parts, all := r.Counts([]int{fatal, severe, n - fatal - severe})
	f.Value = book.Reports(all) + " so far"
	var grave []string
	if fatal > 0 {
		grave = append(grave, parts[0].Text+" fatal")
	}
	if severe > 0 {
		grave = append(grave, parts[1].Text+" severe")
	}
	if len(grave) == 0 {
		f.Value += ", none graded severe or fatal."
	} else {
		f.Value += ", of them " + page.Join(grave) + "."
	}
	return f
}

// watched says what the watch list has of the last week.
func (r *report) watched() page.Fact {
	const days = 7
	n, unmarked := 0, 0
	var titles []string
	for _, k := range r.Watch.Risks {
		for _, s := range k.Recent {
			if e, ok := r.Incidents[s.IncidentID]; !ok || e.Reported <= r.AsOf-days {
				continue
			}
			if n++; !s.Marked {
				unmarked++
			}
			if !slices.Contains(titles, k.Title) {
				titles = append(titles, k.Title)
			}
		}
	}
	f := page.Fact{Key: "Watch list"}
	if n == 0 {
		f.Value = "No report of the last 7 days is taken to tell of a known risk. "
	} else {
		some, all := r.Of(unmarked, n)
		verb := "s"
		if n > 1 {
			verb = ""
		}
		f.Value = fmt.Sprintf("%s of the last 7 days may tell%s of a known risk, %s not marked as such by the sender: %s. ", page.Capital(book.Reports(all)), verb, some.Text, page.Join(titles))
	}
	f.Parts = []page.Link{{Href: "watch.html", Text: "See the watch list"}}
	return f
}
