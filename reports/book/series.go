package book

import (
	"fmt"
	"math"
	"strings"

	"psims/analytics/signal"
	"psims/analytics/spc"
	"psims/datasets/caveat"
	"psims/datasets/incident"
	"psims/datasets/tally"
	"psims/reports/chart"
	"psims/reports/disclosure"
	"psims/reports/page"
	"psims/reports/quote"
)

// Series is one weekly count. It ends with the last whole week: a week that is
// still running would look unusually low.
type Series struct {
	Stratum  tally.Stratum // {"all", ""} is every report
	Weeks    []incident.Day
	Counts   []int32
	Observed []bool     // false where the week was not looked at; nil when all were
	Process  *spc.Chart // judged points, one a week; nil for none
}

// Check reports marks that differ in number from the weeks.
func (s Series) Check() error {
	if len(s.Counts) != len(s.Weeks) || s.Observed != nil && len(s.Observed) != len(s.Weeks) || s.Process != nil && len(s.Process.Points) != len(s.Weeks) {
		return fmt.Errorf("series %q has %d counts for %d weeks, or its marks differ in number", s.Stratum, len(s.Counts), len(s.Weeks))
	}
	return nil
}

// Seen reports whether week i was looked at.
func (s Series) Seen(i int) bool { return s.Observed == nil || s.Observed[i] }

// Last adds up the last n weeks, leaving out skip weeks at the end.
func (s Series) Last(n, skip int) int {
	sum := 0
	for i := max(0, len(s.Counts)-n-skip); i < len(s.Counts)-skip; i++ {
		if s.Seen(i) {
			sum += int(s.Counts[i])
		}
	}
	return sum
}

// LastWeeks gives the last weeks of a series as they may be shown, those not
// observed without a value; from is the first of them in the series.
func (b *Book) LastWeeks(s Series, weeks int) (days []incident.Day, counts []disclosure.Shown, from int) {
	from = max(0, len(s.Weeks)-weeks)
	for i := from; i < len(s.Weeks); i++ {
		if !s.Seen(i) {
			counts = append(counts, NoData())
			continue
		}
		counts = append(counts, b.Count(int(s.Counts[i])))
	}
	return s.Weeks[from:], counts, from
}

// NoData stands where there is no number.
func NoData() disclosure.Shown { return disclosure.Shown{Text: "No data", Value: math.NaN()} }

// AskSeries asks for a process chart where the series was judged, else for plain
// weekly bars; nothing where there are no weeks.
func (b *Book) AskSeries(s Series, weeks int, id, title string) {
	days, counts, from := b.LastWeeks(s, weeks)
	if len(days) == 0 {
		return
	}
	if s.Process == nil || !b.Lists() { // limits of true counts would tell hidden ones
		b.Ask(chart.Figure{ID: id, Title: title, Plot: chart.Epidemic{Weeks: days, Observed: counts, From: incident.NoDay, Unit: "Reports"}})
		return
	}
	shown := *s.Process
	shown.Points = shown.Points[from:]
	b.Ask(chart.Figure{ID: id, Title: title, Plot: chart.Process(days, counts, shown, "Reports")})
}

// AskHarm asks for bars of a count by degree of harm, worst first; what is severe
// or fatal is dark. Nothing where nothing is counted.
func (b *Book) AskHarm(counts map[incident.Harm]int, id, title string) {
	if len(counts) == 0 {
		return
	}
	var labels []string
	var ns []int
	var focus []bool
	for _, h := range quote.WorstFirst() {
		if n := counts[h]; n > 0 || h.Graded() {
			labels, ns, focus = append(labels, quote.HarmName(h)), append(ns, n), append(focus, h.SevereOrFatal())
		}
	}
	shown, _ := b.Counts(ns)
	b.Ask(chart.Figure{ID: id, Title: title, Plot: chart.Bars{Heading: "Degree of harm", Unit: "Reports", Labels: labels, Counts: shown, Focus: focus}})
}

// lastPoint is the last observed point of a process chart.
func lastPoint(c *spc.Chart) (spc.Point, bool) {
	if c == nil || c.Status == signal.TooFew || c.Status == signal.NotConverged {
		return spc.Point{}, false
	}
	for i := len(c.Points) - 1; i >= 0; i-- {
		if !math.IsNaN(c.Points[i].Y) {
			return c.Points[i], true
		}
	}
	return spc.Point{}, false
}

// ProcessWord sums up a process chart in a table's cell.
func ProcessWord(c *spc.Chart) string {
	p, ok := lastPoint(c)
	if !ok {
		return "Not judged"
	}
	return chart.VariationOf(p.Kind).String()
}

// ProcessHeadline says what a series' process chart shows.
func (b *Book) ProcessHeadline(s Series) string {
	p, ok := lastPoint(s.Process)
	if !ok || !b.Lists() {
		return "Reports by week"
	}
	mean := page.Number(s.Process.Band(p).Mean)
	if v := chart.VariationOf(p.Kind); v != chart.Usual {
		return fmt.Sprintf("The last week is %s: %s against a mean of %s", strings.ToLower(v.String()), Reports(b.Whole(p.Y)), mean)
	}
	return fmt.Sprintf("Reports vary as usual, around %s a week", mean)
}

// ProcessCaveats says what is doubtful about a process chart.
func ProcessCaveats(c *spc.Chart) []string {
	if c == nil {
		return nil
	}
	var out []string
	for _, v := range c.Caveats {
		if v != caveat.ReportsNotSafety { // on every page
			out = append(out, v.Sentence())
		}
	}
	return out
}

// Reports writes a number with its noun.
func Reports(s disclosure.Shown) string {
	if s.Text == "1" {
		return "1 report"
	}
	return s.Text + " reports"
}

// Bars draws the last weeks of a count small, and says the most of them in words.
// The last recent ones are dark.
func (b *Book) Bars(weekly []int32, recent int) page.Cell {
	if len(weekly) == 0 {
		return page.Cell{Text: "No data", Muted: true}
	}
	values := make([]float64, len(weekly))
	most := disclosure.Shown{Text: "0"}
	for i, n := range weekly {
		shown := b.Count(int(n))
		values[i] = shown.Value
		if shown.Value > most.Value {
			most = shown
		}
	}
	if most.Value == 0 {
		return page.Cell{Text: "None", Muted: true}
	}
	return page.Cell{Text: fmt.Sprintf("Up to %s a week", most.Text), Picture: chart.Spark(values, len(values)-recent)}
}
