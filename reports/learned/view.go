package learned

import (
	"fmt"
	"strings"

	"psims/datasets/incident"
	"psims/reports/book"
	"psims/reports/disclosure"
	"psims/reports/page"
	"psims/reports/quote"
	"psims/reports/specialty"
)

// view is a theme on its way to its page.
type view struct {
	*book.Book
	Theme
	config       Config
	asOf         incident.Day
	site         page.Site
	organisation string
}

// content is what the page shows.
type content struct {
	Said    []string
	Named   []string
	Voices  []page.Quote
	Learned []string
	Ours    *page.Note // what people learned, in their words
	Did     *page.Note
	Do      *page.Note
	Limits  []string
}

func (v *view) page() book.Page {
	_, year := v.halves()
	f := page.Frame{Site: v.site, Title: page.Capital(v.Name), Caption: "You said, we learned", Root: "../",
		Crumbs: []page.Link{{Href: "index.html", Text: v.organisation}},
		Lead:   fmt.Sprintf("For everybody who reports at %s. Thank you: %s in the 52 weeks to %s told of this.", v.organisation, told(year), page.Date(v.asOf))}
	return book.Page{Name: File(v.ID), Template: "learned.html", Frame: f, Content: func() any { return v.content() }}
}

func (v *view) content() content {
	c := content{
		Said: v.said(), Named: v.named(), Learned: v.learned(),
		Ours: specialty.Noted(v.Written, WhatWeLearned), Did: specialty.Noted(v.Written, WhatWeDid), Do: specialty.Noted(v.Written, specialty.WhatYouCanDo),
		Limits: []string{
			"More reports do not mean less safe care. They mean that people noticed, and said so.",
			"A program groups reports that tell of similar things in similar words. It can put a report in the wrong place, and a report that names a cause is no proof of it.",
		},
	}
	if v.config.Quotes {
		for _, e := range v.Elsewhere[:min(len(v.Elsewhere), v.config.Voices)] {
			c.Voices = append(c.Voices, page.Quote{Spans: quote.Mark(page.Sentence(e.Sentence), v.Terms), From: "From another organisation"})
		}
	}
	return c
}

// few stands for a number that is kept back.
const few = "a few"

// told writes a number of reports for people who don't read tables.
func told(s disclosure.Shown) string {
	if s.IsHidden() {
		return few + " reports"
	}
	return book.Reports(s)
}

// note says what the policy did to the numbers, as these pages write them.
func note(p disclosure.Policy) string {
	return strings.ReplaceAll(p.Note(), "shown as *", `told as "`+few+`"`)
}

// halves gives the reports of the two halves of the year and of all of it, so that
// neither half can be worked out of the year.
func (v *view) halves() ([]disclosure.Shown, disclosure.Shown) {
	return v.Policy.Counts([]int{v.Recent, v.Before})
}

// said tells what the reports have in common.
func (v *view) said() []string {
	halves, _ := v.halves()
	var out []string
	if !halves[0].IsHidden() || !halves[1].IsHidden() {
		out = append(out, fmt.Sprintf("%s in the last 26 weeks, %s in the 26 weeks before%s.", page.Capital(told(halves[0])), number(halves[1]), change(halves[0], halves[1])))
	}
	var where []string
	for _, s := range v.Settings {
		if shown := v.Policy.Count(s.Reports); !shown.IsHidden() && len(where) < 3 {
			where = append(where, quote.Short(s.Name))
		}
	}
	if len(where) > 0 {
		out = append(out, "It happened most often in: "+page.Join(where)+".")
	}
	if len(v.Terms) > 0 {
		out = append(out, "Words that the reports share: "+strings.ReplaceAll(strings.Join(v.Terms[:min(len(v.Terms), 6)], ", "), "_", " ")+".")
	}
	return out
}

func number(s disclosure.Shown) string {
	if s.IsHidden() {
		return few
	}
	return s.Text
}

// change says whether there is more of it than before, when both numbers show and
// differ by more than chance makes of them.
func change(now, before disclosure.Shown) string {
	if now.IsHidden() || before.IsHidden() || before.Value == 0 {
		return ""
	}
	difference := now.Value - before.Value
	switch sum := now.Value + before.Value; {
	case difference*difference <= 4*sum: // two standard deviations of a difference of counts
		return ": about as many"
	case difference > 0:
		return ": more than before"
	}
	return ": fewer than before"
}

// mostNamed is how many things said to have contributed a page lists.
const mostNamed = 4

func (v *view) named() []string {
	var out []string
	for _, f := range v.Factors {
		if n := v.Policy.Count(len(f.Reports)); !n.IsHidden() && len(out) < mostNamed {
			out = append(out, fmt.Sprintf("%s, named in %s", f.Name, told(n)))
		}
	}
	return out
}

// learned tells what the reports say together, and beside others.
func (v *view) learned() []string {
	var out []string
	if here := v.harmed(); here != "" {
		out = append(out, here)
	}
	if ratio := float64(v.Year()) / v.Expected; v.Expected >= 0.5 {
		switch {
		case ratio >= 1.5:
			out = append(out, "You tell of this more often than similar organisations. That can mean that it happens more here, or that you notice it and say so.")
		case ratio <= 0.67:
			out = append(out, "You tell of this less often than similar organisations. That can mean that it happens less here, or that less of it is reported.")
		default:
			out = append(out, "Similar organisations tell of this about as often as you do.")
		}
	}
	if all := v.Policy.Count(v.Everywhere); v.Organisations > 1 && !all.IsHidden() {
		out = append(out, fmt.Sprintf("You are not alone: across the country %s from %s told of this in the same year.", told(all), page.Count(v.Organisations, "organisation", "organisations")))
	}
	if v.Alert != "" {
		out = append(out, fmt.Sprintf("The national team looks into some reports of this theme, under the title \"%s\".", page.Capital(v.Alert)))
	}
	return out
}

// harmed says how often harm came of it.
func (v *view) harmed() string {
	moderate, graded := 0, 0
	for h, n := range v.Harm {
		if h.Graded() {
			graded += n
		}
		if h >= incident.ModerateHarm {
			moderate += n
		}
	}
	switch share := v.Policy.OneIn(moderate, graded); {
	case graded == 0 || share.IsHidden() && v.Policy.Count(graded).IsHidden():
		return ""
	case moderate == 0:
		return "None of the reports with a degree of harm records moderate harm or worse. Such reports count as much: they show what could have happened."
	case share.IsHidden():
		return page.Capital(few) + " of the reports record moderate harm or worse. The others count as much: they show what could have happened."
	default:
		return fmt.Sprintf("Moderate harm or worse is recorded in %s of the reports with a degree of harm.", share.Text)
	}
}
