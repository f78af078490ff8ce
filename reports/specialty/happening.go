package specialty

import (
	"fmt"
	"slices"
	"strings"

	"psims/datasets/incident"
	"psims/reports/book"
	"psims/reports/page"
	"psims/reports/quote"
)

// happening tells how one theme happens: in reporters' words, with what they name
// as having contributed.
func (v *view) happening(i int, t Theme) happening {
	h := happening{ID: v.themeID(i), Name: page.Capital(t.Name)}
	year := 0
	for _, n := range t.Harm {
		year += n
	}
	h.Says = fmt.Sprintf("%s in the last 52 weeks, from %s.", page.Capital(book.Reports(v.Count(year))), page.Count(t.Organisations, "organisation", "organisations"))
	if m, g := moderateOrWorse(t.Harm); g > 0 {
		if share := v.Policy.OneIn(m, g); !share.IsHidden() {
			h.Says += fmt.Sprintf(" Moderate harm or worse in %s of those with a grade.", share.Text)
		}
	}
	factors := Factors(t.Members)
	h.Factors = v.factorTable(h.ID, len(t.Members), factors)
	if !v.Lists() {
		return h
	}
	h.Quotes = v.quotes(Choose(gravestFirst(t.Members), t.Terms, v.config.Passages))
	if len(t.Members) > 0 {
		h.File = page.Link{Href: "../" + v.themeFile(i), Text: fmt.Sprintf("Download the %s behind this theme (CSV)", page.Count(len(t.Members), "report", "reports"))}
	}
	return h
}

// leastNaming is how many reports must name what contributed before it is told of.
const leastNaming = 3

// mostFactors is how many things said to have contributed a theme shows.
const mostFactors = 5

func (v *view) factorTable(id string, read int, factors []Factor) page.Table {
	t := page.Table{ID: id + "-factors", Caption: "What reporters name as having contributed",
		Columns: []page.Column{{Heading: "Named"}, {Heading: "Reports", Numeric: true}, {Heading: "For example"}},
		Note:    fmt.Sprintf("Of %s read for this. A report may name several, or none.", book.Reports(v.Count(read)))}
	for _, f := range factors[:min(len(factors), mostFactors)] {
		if len(f.Reports) < leastNaming {
			break
		}
		example := page.Cell{Text: book.NotListed, Muted: true}
		if v.Lists() {
			example = page.Cell{Text: shortened(f.Passage.Sentence), Detail: "Report " + f.Passage.Report.ID}
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: f.Name}, {Text: v.Count(len(f.Reports)).Text}, example})
	}
	return t
}

// nothingNamed says once that no theme has anything to tell of what contributed; "" when one has.
func nothingNamed(how []happening) string {
	if len(how) == 0 || slices.ContainsFunc(how, func(h happening) bool { return len(h.Factors.Rows) > 0 }) {
		return ""
	}
	return fmt.Sprintf("In no theme is anything that may have contributed named in %d reports or more.", leastNaming)
}

// from says where a quotation is from. All are of the page's own specialty, so that is left out.
func from(e quote.Incident) string {
	e.Specialty = ""
	return e.From()
}

// shortened cuts a sentence that is too long for a table's cell.
func shortened(s string) string {
	words := strings.Fields(s)
	if len(words) <= mostWords {
		return s
	}
	return strings.Join(words[:mostWords], " ") + " …"
}

// gravestFirst puts reports of moderate harm or worse before the others, newest
// first within both: what is quoted should show what can come of it.
func gravestFirst(list []quote.Incident) []quote.Incident {
	var out, rest []quote.Incident
	for _, e := range list {
		if e.Harm >= incident.ModerateHarm {
			out = append(out, e)
		} else {
			rest = append(rest, e)
		}
	}
	return append(out, rest...)
}

func (v *view) quotes(list []Passage) []page.Quote {
	var out []page.Quote
	for _, p := range list {
		q := page.Quote{Spans: quote.Mark(p.Sentence, p.Words), From: from(p.Report), ID: p.Report.ID}
		if strings.TrimSpace(p.Report.Text) != strings.TrimSpace(p.Sentence) && p.Report.Text != "" {
			q.Whole = quote.Mark(p.Report.Text, p.Words)
		}
		out = append(out, q)
	}
	return out
}

// good quotes reports of good care, the newest of each sender before a second of any.
func (v *view) good() []page.Quote {
	var first, again []page.Quote
	senders := map[string]bool{}
	for _, e := range v.GoodCare {
		if len(strings.Fields(e.Text)) < fewestWords {
			continue
		}
		q := page.Quote{Spans: []page.Span{{Text: e.Text}}, From: from(e), ID: e.ID}
		if senders[e.Organisation] {
			again = append(again, q)
		} else {
			first = append(first, q)
		}
		senders[e.Organisation] = true
	}
	all := append(first, again...)
	return all[:min(len(all), v.config.Listed)]
}
