package brief

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/reports/book"
	"psims/reports/chart"
	"psims/reports/disclosure"
	"psims/reports/page"
	"psims/reports/quote"
)

// alertContent is what the page of one alert shows.
type alertContent struct {
	Quiet    string      // the day that a quiet alert's figures are of; "" of any other
	Example  *page.Quote // the first quotation, without the whole report: what the issue is, at a glance
	Why      []string    // one reason each
	Facts    []page.Fact
	Weekly   *page.Figure
	Sure     []string
	Aspects  page.Table
	Quotes   []page.Quote
	Harm     *page.Figure
	Regions  *page.Figure
	Spread   []page.Table
	Listing  page.Table
	Texts    []page.Quote
	ListFile page.Link
	Previous page.Link
	Next     page.Link
	Terms    string
}

// alertKey begins the ids of an alert's figures and files.
func (r *report) alertKey(a triage.Alert) string {
	return "a-" + strings.TrimSuffix(strings.TrimPrefix(r.alertFile[a.ID], "alerts/"), ".html")
}

func (r *report) alertPage(i int) book.Page {
	a := r.Alerts[i]
	cited := r.cited(a.IncidentIDs)
	key := r.alertKey(a)
	r.askWeekly(a, key)
	r.askHarm(a, key)
	r.askRegions(a, key, cited)

	f := r.frame(page.Capital(a.Title), "../")
	f.Caption = fmt.Sprintf("Alert %d of %d", a.Rank, len(r.Alerts))
	f.Crumbs = []page.Link{{Href: "index.html", Text: "Alerts"}}
	f.Here = "index.html"
	f.Tags = alertTags(a)
	f.Contents = []page.Link{{Href: "#why", Text: "Why it was flagged"}, {Href: "#weekly", Text: "Over time"}, {Href: "#evidence", Text: "What the reports say"}, {Href: "#spread", Text: "Where and how serious"}, {Href: "#sure", Text: "How sure this is"}, {Href: "#listing", Text: "The reports"}}
	var list page.Link
	if r.Lists() {
		name := "data/" + key + "-reports.csv"
		r.Files = append(r.Files, book.File{Name: name, Table: r.listTable(a, cited)})
		list = page.Link{Href: "../" + name, Text: "Download these reports (CSV)"}
	}

	return book.Page{Name: r.alertFile[a.ID], Template: "alert.html", Frame: f, Content: func() any {
		c := alertContent{
			Why: page.Sentences(a.Why), Facts: r.alertFacts(a, cited), Terms: page.Join(a.Terms),
			Weekly: r.Figure(key+"-weekly", r.rise(a, r.shownWeeks(a)), r.weeklySubtitle(a), "../"),
			Sure:   r.sure(a, cited), Aspects: r.aspectTable(a),
			Harm:    r.Figure(key+"-harm", r.harmSaid(a), "Reports behind this alert, by degree of harm", "../"),
			Regions: r.Figure(key+"-regions", regionHeadline(cited), "Organisations that sent the reports listed, by region", "../"),
			Listing: r.listing(a, cited), ListFile: list,
		}
		if a.Status == triage.Gone {
			c.Quiet = page.Date(a.Window.Until)
		}
		c.Quotes = r.quotes(a, r.config.Quotes)
		if len(c.Quotes) > 0 {
			first := c.Quotes[0]
			first.Whole = nil
			c.Example = &first
		}
		c.Spread = r.spreadTables(cited)
		c.Texts = r.fullTexts(a, cited, c.Quotes)
		if i > 0 {
			c.Previous = r.alertLink(i-1, "../")
		}
		if i+1 < len(r.Alerts) {
			c.Next = r.alertLink(i+1, "../")
		}
		return c
	}}
}

// alertTags are an alert's state and what kind of finding it is.
func alertTags(a triage.Alert) []page.Tag {
	return []page.Tag{page.LifeTag(string(a.Status)), {Text: kindName(a.Kind), Colour: "white"}}
}

func (r *report) alertLink(i int, root string) page.Link {
	a := r.Alerts[i]
	return page.Link{Href: root + r.alertFile[a.ID], Text: fmt.Sprintf("%d. %s", a.Rank, page.Capital(a.Title))}
}

// cited gives the reports with those ids, newest first; an id that the run does
// not hold has only its id.
func (r *report) cited(ids []string) []Incident {
	out := make([]Incident, 0, len(ids))
	for _, id := range ids {
		e, ok := r.Incidents[id]
		if !ok {
			e = Incident{Reported: incident.NoDay, Occurred: incident.NoDay}
		}
		e.ID = id
		out = append(out, e)
	}
	newestFirst(out)
	return out
}

func (r *report) shownWeeks(a triage.Alert) []triage.Point {
	points := r.Run.Weekly[a.ID]
	return points[max(0, len(points)-r.config.Weeks):]
}

func (r *report) askWeekly(a triage.Alert, key string) {
	points := r.shownWeeks(a)
	if len(points) == 0 {
		return
	}
	e := chart.Epidemic{From: a.Window.From, Until: a.Window.Until, Unit: "Reports"}
	for _, p := range points {
		observed := book.NoData()
		if !math.IsNaN(p.Observed) {
			observed = r.Whole(p.Observed)
		}
		e.Weeks, e.Observed = append(e.Weeks, p.Week), append(e.Observed, observed)
		e.Expected, e.Hi = append(e.Expected, p.Expected), append(e.Hi, p.Hi)
	}
	if none(e.Expected) {
		e.Expected = nil
	}
	if none(e.Hi) {
		e.Hi = nil
	}
	r.Ask(chart.Figure{ID: key + "-weekly", Title: "Reports by week: " + a.Title, Plot: e})
}

// none reports whether no number is there.
func none(list []float64) bool {
	return !slices.ContainsFunc(list, func(x float64) bool { return !math.IsNaN(x) })
}

func (r *report) weeklySubtitle(a triage.Alert) string {
	points := r.shownWeeks(a)
	if len(points) == 0 {
		return ""
	}
	return fmt.Sprintf("Reports by week reported, all organisations, %s to %s", page.Date(points[0].Week), page.Date(min(points[len(points)-1].Week+6, r.AsOf)))
}

// askHarm asks for bars of the alert's reports by harm, leaving out at the end what has none.
func (r *report) askHarm(a triage.Alert, key string) {
	b := chart.Bars{Heading: "Degree of harm", Unit: "Reports"}
	total := 0
	var ns []int
	for _, h := range quote.WorstFirst() {
		n := a.Harm[h.String()]
		total += n
		if n > 0 || h.Graded() {
			b.Labels, ns = append(b.Labels, quote.HarmName(h)), append(ns, n)
			b.Focus = append(b.Focus, h.SevereOrFatal())
		}
	}
	b.Counts, _ = r.Counts(ns)
	if total > 0 {
		r.Ask(chart.Figure{ID: key + "-harm", Title: "Reports by degree of harm: " + a.Title, Small: true, Plot: b})
	}
}

// byRegion counts organisations by region, most first. An organisation counts
// once, in the region that any of its reports gives.
func byRegion(cited []Incident) (regions []tallied, organisations, known int) {
	of := map[string]string{}
	for _, e := range cited {
		if e.Organisation != "" && of[e.Organisation] == "" {
			of[e.Organisation] = e.Region
		}
	}
	counts := map[string]int{}
	for _, region := range of {
		counts[orUnknown(region)]++
		if region != "" && counts[region] == 1 {
			known++
		}
	}
	return sorted(counts), len(of), known
}

// askRegions asks for bars of organisations by region. Organisations are not
// people: the policy does not hide how many there are.
func (r *report) askRegions(a triage.Alert, key string, cited []Incident) {
	b := chart.Bars{Heading: "Region", Unit: "Organisations"}
	regions, _, known := byRegion(cited)
	if known == 0 {
		return // one bar that says "not known" tells nothing
	}
	for _, t := range regions {
		b.Labels, b.Counts = append(b.Labels, t.name), append(b.Counts, disclosure.None().Count(t.n))
	}
	if len(b.Labels) > 0 {
		r.Ask(chart.Figure{ID: key + "-regions", Title: "Organisations by region: " + a.Title, Small: true, Plot: b})
	}
}

func regionHeadline(cited []Incident) string {
	_, organisations, known := byRegion(cited)
	if known == 0 {
		return page.Count(organisations, "organisation", "organisations")
	}
	return fmt.Sprintf("%s in %s", page.Count(organisations, "organisation", "organisations"), page.Count(known, "region", "regions"))
}

func orUnknown(s string) string {
	if s == "" {
		return "Not known"
	}
	return s
}

// tallied is a name with how often it occurs.
type tallied struct {
	name string
	n    int
}

// sorted lists counts, most first, and by name where they are equal.
func sorted(counts map[string]int) []tallied {
	var out []tallied
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		out = append(out, tallied{name, counts[name]})
	}
	slices.SortStableFunc(out, func(a, b tallied) int { return cmp.Compare(b.n, a.n) })
	return out
}

func (r *report) alertFacts(a triage.Alert, cited []Incident) []page.Fact {
	seen := fmt.Sprintf("%s in %s", book.Reports(r.Whole(a.Observed)), span(a.Window))
	if r.config.Policy == disclosure.None() && !math.IsNaN(a.Expected) && a.Expected >= 0.5 {
		seen += ", " + page.Times(a.Observed, a.Expected)
	}
	where := page.Count(a.Organisations, "organisation", "organisations")
	if _, _, known := byRegion(cited); known > 1 {
		where += fmt.Sprintf(" in %d regions", known)
	}
	state := lives[a.Status]
	if state == "" {
		state = string(a.Status)
	}
	if a.Status != triage.New && a.FirstRaised.Known() {
		state += "; first raised " + page.Date(a.FirstRaised)
	}
	facts := r.gravest(cited)
	facts = append(facts, []page.Fact{
		{Key: "Seen", Value: seen},
		{Key: "Expected", Value: expectation(a)},
		{Key: "Where", Value: where},
		{Key: "Harm", Value: r.harmSaid(a)},
		{Key: "Status", Value: page.Capital(state)},
		{Key: "Kind of finding", Value: kindName(a.Kind) + ": " + kindMeaning(a.Kind)},
	}...)
	if float64(len(cited)) > a.Observed {
		facts = slices.Insert(facts, slices.IndexFunc(facts, func(f page.Fact) bool { return f.Key == "Expected" }), page.Fact{Key: "Listed", Value: r.listed(cited)})
	}
	if parts := r.related(a); len(parts) > 0 {
		facts = append(facts, page.Fact{Key: "Other alerts on this", Parts: parts})
	}
	if len(a.Terms) > 0 {
		facts = append(facts, page.Fact{Key: "Words in common", Value: strings.Join(a.Terms, ", ")})
	}
	return facts
}

// listed says that the page lists more reports than were counted, and why.
func (r *report) listed(cited []Incident) string {
	return book.Reports(r.Count(len(cited))) + ": those counted, and others that the finding rests on or that tell of the same events"
}

// firstToRead is how many reports a reader is sent to first.
const firstToRead = 3

// gravest says which of the reports to begin with: those of the gravest harm, the
// newest first. Nothing is said where none was graded as harm.
func (r *report) gravest(cited []Incident) []page.Fact {
	if !r.Lists() {
		return nil
	}
	for _, h := range quote.WorstFirst() {
		if h < incident.LowHarm {
			break
		}
		f := page.Fact{Key: "Read first", Value: page.Capital(quote.HarmPhrase(h)) + ": "}
		for _, e := range cited { // newest first
			if e.Harm != h {
				continue
			}
			if len(f.Parts) > 0 {
				f.Parts = append(f.Parts, page.Link{Text: ", "})
			}
			if len(f.Parts) == 2*firstToRead {
				f.Parts[len(f.Parts)-1].Text = " and others"
				break
			}
			f.Parts = append(f.Parts, page.Link{Href: e.Href, Text: e.ID})
		}
		if len(f.Parts) > 0 {
			return []page.Fact{f}
		}
	}
	return nil
}

// related tells which alerts took over from each other, with links to those still listed.
func (r *report) related(a triage.Alert) (parts []page.Link) {
	add := func(words, id string) {
		if len(parts) > 0 {
			parts = append(parts, page.Link{Text: ". "})
		}
		parts = append(parts, page.Link{Text: words + " "})
		for _, other := range r.Alerts {
			if other.ID == id {
				parts = append(parts, page.Link{Href: "../" + r.alertFile[id], Text: page.Capital(other.Title)})
				return
			}
		}
		parts = append(parts, page.Link{Text: "an alert of an earlier day that is no longer listed"})
	}
	for _, id := range a.Merged {
		add("Took over", id)
	}
	if a.MergedInto != "" {
		add("Taken over by", a.MergedInto)
	}
	if a.SplitFrom != "" && !slices.Contains(a.Merged, a.SplitFrom) {
		add("Split from", a.SplitFrom)
	}
	if a.Resembles != "" {
		add("Perhaps a part of", a.Resembles)
	}
	for _, other := range r.Alerts {
		if other.Resembles == a.ID {
			add("Perhaps with", other.ID)
		}
	}
	return parts
}

func kindMeaning(k triage.Kind) string {
	if w, ok := kinds[k]; ok {
		return w.meaning
	}
	return string(k)
}

// sure says how sure the finding is and what to beware of.
func (r *report) sure(a triage.Alert, cited []Incident) []string {
	out := []string{chance(a)}
	without := 0
	for _, e := range cited {
		if e.Harm == incident.HarmMissing {
			without++
		}
	}
	if without > 0 {
		some, all := r.Of(without, len(cited))
		out = append(out, fmt.Sprintf("The degree of harm was not recorded in %s of the %s behind this alert.", some.Text, book.Reports(all)))
	}
	for _, c := range a.Caveats {
		sentence := c.Sentence()
		if sentence == "" {
			sentence = page.Sentence(string(c))
		}
		out = append(out, sentence)
	}
	return out
}

func (r *report) aspectTable(a triage.Alert) page.Table {
	t := page.Table{
		ID: "aspects", Caption: fmt.Sprintf("What the score of %.2f is made of", a.Score),
		Columns: []page.Column{{Heading: "Aspect"}, {Heading: "What it says"}, {Heading: "Value", Numeric: true}},
		Empty:   "The run does not say what the score is made of.",
		Note:    "The score, from 0 to 1, only puts alerts in order. It is not a probability.",
	}
	names := slices.Sorted(maps.Keys(a.Aspects))
	slices.SortStableFunc(names, func(x, y string) int { return cmp.Compare(a.Aspects[y], a.Aspects[x]) })
	for _, key := range names {
		as := r.aspect(key)
		t.Rows = append(t.Rows, []page.Cell{{Text: as.Name}, {Text: page.Capital(as.Meaning)}, {Text: fmt.Sprintf("%.2f", a.Aspects[key])}})
	}
	return t
}

// quotes gives the first n sentences of evidence that differ, those of a report
// with its whole text.
func (r *report) quotes(a triage.Alert, n int) []page.Quote {
	if !r.Lists() {
		return nil
	}
	var out []page.Quote
	said := map[string]bool{}
	for _, ev := range a.Evidence {
		sentence := strings.Join(strings.Fields(ev.Sentence), " ")
		if said[sentence] || len(out) == n {
			continue
		}
		said[sentence] = true
		e := r.Incidents[ev.IncidentID]
		e.ID = ev.IncidentID
		q := page.Quote{Spans: quote.Mark(sentence, a.Terms), From: e.From(), ID: e.ID}
		if e.Text != "" && strings.Join(strings.Fields(e.Text), " ") != sentence {
			q.Whole = quote.Mark(e.Text, a.Terms)
		}
		out = append(out, q)
	}
	return out
}

// fullTexts gives the cited reports that are not quoted already, in full.
func (r *report) fullTexts(a triage.Alert, cited []Incident, quoted []page.Quote) []page.Quote {
	if !r.Lists() {
		return nil
	}
	seen := map[string]bool{}
	for _, q := range quoted {
		seen[q.ID] = true
	}
	var out []page.Quote
	for _, e := range cited {
		if len(out) == r.config.ListRows {
			break
		}
		if e.Text != "" && !seen[e.ID] {
			out = append(out, page.Quote{Spans: quote.Mark(e.Text, a.Terms), From: e.From(), ID: e.ID})
		}
	}
	return out
}
