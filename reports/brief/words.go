package brief

import (
	"fmt"
	"math"
	"strings"

	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/reports/book"
	"psims/reports/disclosure"
	"psims/reports/page"
	"psims/reports/quote"
)

// lives tells what the state of an alert means.
var lives = map[triage.Life]string{
	triage.New:   "not raised a week before",
	triage.Grown: "raised before, and clearly larger now",
	triage.Open:  "raised before, and still raised",
	triage.Gone:  "raised before, and no longer raised",
}

func lifeCell(l triage.Life) page.Cell {
	t := page.LifeTag(string(l))
	return page.Cell{Tag: &t}
}

// kinds tells what sort of finding an alert is: a name and what it means.
var kinds = map[triage.Kind]struct{ name, meaning string }{
	triage.Theme:     {"Theme", "reports that describe similar events in similar words"},
	triage.Stratum:   {"Count", "more reports than expected in one part of the data"},
	triage.Pair:      {"Pair", "a medicine or device reported together with a problem more often than chance would have it"},
	triage.KnownRisk: {"Known risk", "a Never Event, or a risk that an alert has been published on"},
}

func kindName(k triage.Kind) string {
	if w, ok := kinds[k]; ok {
		return w.name
	}
	return page.Capital(string(k))
}

// Aspect is a part of an alert's score in plain words.
type Aspect struct {
	Name    string
	Meaning string
}

// aspects names what the queue says of an alert's score. Others are shown under
// their own names.
var aspects = map[string]Aspect{
	"excess":                       {"Excess", "how unlikely so many reports are by chance, in powers of ten"},
	"ratio":                        {"Ratio", "reports seen for each one expected"},
	"concentration":                {"Few senders", "taken off when the reports come from fewer organisations than unrelated reports would"},
	"season":                       {"Season", "taken off when the same weeks of last year had them too"},
	"repetition":                   {"Repetition", "taken off when the reports repeat each other's words"},
	"novelty":                      {"Novelty", "how much more alike the reports are to each other than to earlier ones"},
	"likeness":                     {"Likeness", "how alike the reports are, from 0 to 1"},
	"largest organisation's share": {"Largest sender", "share of the reports that one organisation sent"},
	"share in newer half":          {"Newer half", "share of the reports from the newer half of the period"},
	"earlier reports alike":        {"Earlier reports", "reports before the period that read like them"},
}

type family struct{ prefix, name, meaning string }

// families are aspects of which an alert may have several, each about something else.
var families = []family{
	{"pair: ", "Pair", "how many times as often the two come together as would be expected, drawn towards 1 where reports are few"},
	{"scan: ", "Recent count", "how far the count of this category, device, medicine or organisation lies beyond what chance reaches among all that were looked at"},
}

func familyOf(key string) (family, bool) {
	for _, f := range families {
		if strings.HasPrefix(key, f.prefix) {
			return f, true
		}
	}
	return family{}, false
}

func (r *report) aspect(key string) Aspect {
	if a, ok := r.config.Aspects[key]; ok {
		return a
	}
	if a, ok := aspects[key]; ok {
		return a
	}
	if f, ok := familyOf(key); ok {
		return Aspect{Name: f.name + ": " + strings.TrimPrefix(key, f.prefix), Meaning: f.meaning}
	}
	return Aspect{Name: page.Capital(strings.NewReplacer("_", " ", "-", " ").Replace(key)), Meaning: "a part of the score"}
}

// span tells a period: "the 8 weeks to 22 November 2026", or days where it is not whole weeks.
func span(w triage.Window) string {
	switch n := int(w.Until-w.From) + 1; {
	case !w.From.Known() || !w.Until.Known() || n < 1:
		return "the period judged"
	case n == 7:
		return "the week to " + page.Date(w.Until)
	case n%7 == 0:
		return fmt.Sprintf("the %d weeks to %s", n/7, page.Date(w.Until))
	case n == 1:
		return page.Date(w.Until)
	default:
		return fmt.Sprintf("the %d days to %s", n, page.Date(w.Until))
	}
}

// chance says how surely a finding is more than chance: from its false discovery
// rate over everything judged in the run, else from the chance of it alone. 0 and
// NaN are "not worked out": neither is ever 0.
func chance(a triage.Alert) string {
	switch q := a.QValue; {
	case !(q > 0) || q > 1:
	case q > 0.5:
		return "More than half of findings like this would be expected to be chance alone."
	case q > 0.05:
		return fmt.Sprintf("About 1 in %d findings like this would be expected to be chance alone.", int(math.Round(1/q)))
	default:
		return fmt.Sprintf("Fewer than 1 in %s findings like this would be expected to be chance alone.", disclosure.Commas(roundDown(1/q)))
	}
	switch p := a.PValue; {
	case !(p > 0) || p > 1:
		return "How often chance alone would give a finding like this has not been worked out."
	case p > 0.05:
		return "Chance alone would often give a finding like this."
	default:
		return fmt.Sprintf("Chance alone would give a finding like this less than 1 time in %s.", disclosure.Commas(roundDown(1/p)))
	}
}

// roundDown gives a round number of at least 20, and not above x: 20, 50, 100, 200, 500, 1000.
func roundDown(x float64) int {
	best := 20
	for _, n := range []int{50, 100, 200, 500, 1000} {
		if float64(n) <= x {
			best = n
		}
	}
	return best
}

// expectation says what number would have been usual.
func expectation(a triage.Alert) string {
	if math.IsNaN(a.Expected) || a.Expected < 0 {
		return "Not known"
	}
	s := "About " + page.Number(a.Expected)
	if a.Expected < 0.5 {
		s = "Hardly any"
	}
	if hi := a.Interval[1]; hi > 0 && !math.IsNaN(hi) && !math.IsInf(hi, 0) {
		s += fmt.Sprintf("; up to %s would be usual", page.Number(math.Floor(hi)))
	}
	return s
}

// worst gives the worst degree of harm of an alert's reports.
func worst(a triage.Alert) incident.Harm {
	for _, h := range quote.WorstFirst() {
		if a.Harm[h.String()] > 0 {
			return h
		}
	}
	return incident.HarmMissing
}

// severe gives the number of an alert's reports with severe or fatal harm.
func severe(a triage.Alert) int {
	if n, ok := a.Harm["severe_or_fatal"]; ok {
		return n
	}
	return a.Harm[incident.SevereHarm.String()] + a.Harm[incident.Fatal.String()]
}

// harmSaid says what an alert's reports tell of harm. That none is recorded as
// severe is reassuring only where harm was recorded at all.
func (r *report) harmSaid(a triage.Alert) string {
	graded, all := 0, 0
	for _, h := range incident.Harms() {
		n := a.Harm[h.String()]
		all += n
		if h.Graded() {
			graded += n
		}
	}
	missing := a.Harm[incident.HarmMissing.String()]
	switch n := severe(a); {
	case n > 0:
		return fmt.Sprintf("Severe or fatal in %s; the worst is %s", book.Reports(r.Count(n)), strings.ToLower(quote.HarmName(worst(a))))
	case graded == 0 && missing == 0 && all > 0:
		return "No patient was affected"
	case graded == 0:
		return "The degree of harm was not recorded"
	case missing > 0:
		some, of := r.Of(missing, all)
		return fmt.Sprintf("No severe or fatal harm recorded; the degree was not recorded in %s of the %s", some.Text, book.Reports(of))
	}
	return "No severe or fatal harm recorded"
}

// rise tells the message of an alert's weekly chart: the window against the time before.
func (r *report) rise(a triage.Alert, points []triage.Point) string {
	var in, before float64
	inWeeks, beforeWeeks := 0, 0
	for _, p := range points {
		switch {
		case math.IsNaN(p.Observed):
		case p.Week+6 >= a.Window.From && p.Week <= a.Window.Until:
			in += p.Observed
			inWeeks++
		case p.Week < a.Window.From:
			before += p.Observed
			beforeWeeks++
		}
	}
	if inWeeks == 0 || beforeWeeks == 0 {
		return "Reports by week"
	}
	if rate := before / float64(beforeWeeks); rate >= 5 && r.config.Policy == disclosure.None() {
		return fmt.Sprintf("About %s reports a week in the last %s, and about %s a week before", page.Number(in/float64(inWeeks)), page.Count(inWeeks, "week", "weeks"), page.Number(rate))
	}
	return fmt.Sprintf("%s in %s, and %s in the %s before", book.Reports(r.Whole(in)), page.Count(inWeeks, "week", "weeks"), r.Whole(before).Text, page.Count(beforeWeeks, "week", "weeks"))
}

func tell(n int) string {
	if n == 1 {
		return "tells"
	}
	return "tell"
}

// recentWeeks are the last weeks that small pictures show dark.
const recentWeeks = 4
