package brief

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"psims/analytics/signal"
	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/datasets/tally"
	"psims/reports/book"
	"psims/reports/chart"
	"psims/reports/disclosure"
	"psims/reports/page"
	"psims/reports/quote"
)

// indexContent is what the first page shows.
type indexContent struct {
	Today       []page.Fact
	Ranked      page.Table
	Cards       []card
	Gone        []page.Link
	Specialties page.Table
	Mix         *page.Figure
	NotJudged   []string
	Judged      page.Table
	Data        []string
	Newest      page.Table
	Quiet       page.Table
	Notes       []string
	Loads       page.Table
	Rejects     page.Table
	Flow        *page.Figure
}

// card is an alert on the first page.
type card struct {
	ID, Rank, Title, Href string
	Tags                  []page.Tag
	Why                   []string // the first reasons; the alert's page has them all
	Numbers               string
	Weekly                *page.Figure
	Quote                 *page.Quote
}

func (r *report) indexPage() book.Page {
	f := r.frame("National safety report", "")
	f.Here = "index.html"
	f.Lead = r.lead()
	f.Contents = []page.Link{{Href: "#today", Text: "Today in short"}, {Href: "#alerts", Text: "Alerts, highest priority first"}, {Href: "#specialties", Text: "Specialties"}, {Href: "#not-judged", Text: "What could not be judged"}, {Href: "#data", Text: "The data behind this report"}}
	if len(r.Mix.Rows) > 0 {
		m := chart.Heat{RowHeading: r.Mix.RowName, ColumnHeading: r.Mix.ColumnName, Unit: "Reports", Rows: r.Mix.Rows}
		for _, c := range r.Mix.Columns {
			m.Columns = append(m.Columns, quote.Short(c))
		}
		for _, row := range r.Mix.Counts {
			cells, _ := r.Counts(row)
			m.Counts = append(m.Counts, cells)
		}
		r.Ask(chart.Figure{ID: "mix", Title: r.mixHeadline(), Plot: m})
	}
	r.askFlow()
	return book.Page{Name: "index.html", Template: "index.html", Frame: f, Content: func() any {
		return indexContent{
			Today: r.today(), Ranked: r.ranked(), Cards: r.cards(), Gone: r.gone(),
			Specialties: r.specialtyTable(),
			Mix:         r.Figure("mix", r.mixHeadline(), "Reports of the 4 weeks to "+page.Date(r.AsOf)+", all organisations", ""),
			NotJudged:   r.notJudged(), Judged: r.judgedTable(),
			Data: r.dataSentences(), Newest: r.newestTable(), Quiet: r.quietTable(), Notes: r.Notes,
			Loads: r.loadTable(), Rejects: r.rejectTable(),
			Flow: r.Figure("flow", r.flowHeadline(), fmt.Sprintf("Events by %s category, as far back as the data go, and the %s categories that a model would give them; shares under 5%% are left out", r.Crosswalk.FromScheme, r.Crosswalk.ToScheme), ""),
		}
	}}
}

// lead is the report in one sentence.
func (r *report) lead() string {
	n := map[triage.Life]int{}
	for _, a := range r.Alerts {
		n[a.Status]++
	}
	active := len(r.active())
	if active == 0 {
		return fmt.Sprintf("No issue is raised in reports received up to %s.", page.Date(r.AsOf))
	}
	s := page.Count(active, "issue is", "issues are") + " raised in reports received up to " + page.Date(r.AsOf)
	var parts []string
	if n[triage.New] > 0 {
		parts = append(parts, page.Count(n[triage.New], "is new", "are new"))
	}
	if n[triage.Grown] > 0 {
		parts = append(parts, page.Count(n[triage.Grown], "has grown", "have grown"))
	}
	if len(parts) > 0 {
		s += ": " + page.Join(parts)
	}
	return s + "."
}

// today says what to read first and why, what is other than a day before, what is new,
// grown and quiet, with links, and how bad it is.
func (r *report) today() []page.Fact {
	facts := []page.Fact{r.readFirst()}
	if f, asked := r.sinceYesterday(); asked {
		facts = append(facts, f)
	}
	facts = append(facts, r.recorded(), r.watched())
	for _, f := range []page.Fact{
		r.changed("New", triage.New, "was not raised a week before", "were not raised a week before", "No issue is new."),
		r.changed("Grown", triage.Grown, "has grown since it was first raised", "have grown since they were first raised", "No issue has grown."),
		r.changed("Still open", triage.Open, "is still raised", "are still raised", ""),
		r.changed("Quiet", triage.Gone, "is no longer raised", "are no longer raised", ""),
	} {
		if f.Value != "" {
			facts = append(facts, f)
		}
	}
	seen, without := map[string]bool{}, map[string]bool{}
	touched := 0
	for _, i := range r.active() {
		with := false
		for _, id := range r.Alerts[i].IncidentIDs {
			switch e, ok := r.Incidents[id]; {
			case e.Harm.SevereOrFatal():
				seen[id], with = true, true
			case !ok || e.Harm == incident.HarmMissing:
				without[id] = true
			}
		}
		if with {
			touched++
		}
	}
	harm := "No report behind an alert is recorded as severe or fatal harm."
	if len(seen) > 0 {
		harm = fmt.Sprintf("%s, behind %s, %s of severe or fatal harm.", book.Reports(r.Count(len(seen))), page.Count(touched, "alert", "alerts"), tell(len(seen)))
	}
	if len(without) > 0 {
		harm += fmt.Sprintf(" The degree of harm was not recorded in %s.", book.Reports(r.Count(len(without))))
	}
	return append(facts, page.Fact{Key: "Severe harm", Value: harm})
}

// named is how many alerts a sentence of the summary names.
const named = 5

func (r *report) changed(key string, l triage.Life, one, many, nothing string) page.Fact {
	var links []page.Link
	for i, a := range r.Alerts {
		if a.Status == l {
			links = append(links, page.Link{Href: r.alertFile[a.ID], Text: page.Capital(r.Alerts[i].Title)})
		}
	}
	if len(links) == 0 {
		return page.Fact{Key: key, Value: nothing}
	}
	return page.Fact{Key: key, Value: page.Count(len(links), one, many) + ": ", Parts: inRow(links)}
}

// ranked is the alerts as a table of contents.
func (r *report) ranked() page.Table {
	t := page.Table{
		ID: "ranked", Caption: "Issues raised, highest priority first", Empty: "No issue is raised in this run.",
		Columns: []page.Column{{Heading: "Issue"}, {Heading: "Status"}, {Heading: "Seen", Numeric: true}, {Heading: "Expected", Numeric: true}, {Heading: "Organisations", Numeric: true}, {Heading: "Worst harm"}},
		Note:    "Seen and expected are reports in the alert's own window of weeks.",
	}
	for _, i := range r.active() {
		a := r.Alerts[i]
		expected := page.Capital(page.Number(a.Expected))
		if a.Expected > 0 && a.Expected < 0.05 { // it would be rounded to none
			expected = "Under 0.1"
		}
		t.Rows = append(t.Rows, []page.Cell{
			{Text: fmt.Sprintf("%d. %s", a.Rank, page.Capital(a.Title)), Href: r.alertFile[a.ID], Detail: r.partOf(a)},
			lifeCell(a.Status),
			{Text: r.Whole(a.Observed).Text},
			{Text: expected, Muted: math.IsNaN(a.Expected)},
			{Text: disclosure.Commas(a.Organisations)},
			{Text: quote.HarmName(worst(a)), Detail: r.unrecorded(a)},
		})
	}
	return t
}

// partOf says which higher alert may be about the same issue.
func (r *report) partOf(a triage.Alert) string {
	for _, other := range r.Alerts {
		if other.ID == a.Resembles && other.Status != triage.Gone {
			return fmt.Sprintf("Perhaps a part of %d. %s", other.Rank, page.Capital(other.Title))
		}
	}
	return ""
}

// unrecorded says of how many of an alert's reports the harm is not known.
func (r *report) unrecorded(a triage.Alert) string {
	missing := a.Harm[incident.HarmMissing.String()]
	if missing == 0 || worst(a) == incident.HarmMissing {
		return ""
	}
	return r.Count(missing).Text + " not recorded"
}

func (r *report) cards() []card {
	var out []card
	for _, i := range r.active() {
		if len(out) == r.config.FullAlerts {
			break
		}
		a := r.Alerts[i]
		key := r.alertKey(a)
		c := card{
			ID: key, Rank: fmt.Sprint(a.Rank), Title: page.Capital(a.Title), Href: r.alertFile[a.ID],
			Tags: alertTags(a),
			Why:  firstReasons(a.Why), Numbers: r.numbers(a),
			Weekly: r.Figure(key+"-weekly", r.rise(a, r.shownWeeks(a)), r.weeklySubtitle(a), ""),
		}
		if c.Weekly != nil {
			c.Weekly.Wide = "" // small on every screen
			c.Weekly.Table.Caption = fmt.Sprintf("Alert %d: %s", a.Rank, lowerFirst(c.Weekly.Table.Caption))
		}
		if q := r.quotes(a, 1); len(q) > 0 {
			q[0].Whole = nil // the alert's page has it
			c.Quote = &q[0]
		}
		out = append(out, c)
	}
	return out
}

// cardReasons is how many reasons a card on the first page gives beside its numbers.
const cardReasons = 5

// firstReasons gives the reasons after the first, which says the numbers once more;
// a reason that stands alone is given as it is.
func firstReasons(why string) []string {
	all := page.Sentences(why)
	if len(all) > 1 {
		all = all[1:]
	}
	return all[:min(cardReasons, len(all))]
}

// numbers is an alert's numbers in one sentence.
func (r *report) numbers(a triage.Alert) string {
	s := fmt.Sprintf("%s in %s", book.Reports(r.Whole(a.Observed)), span(a.Window))
	if r.config.Policy == disclosure.None() {
		s += "; " + page.Times(a.Observed, a.Expected)
	}
	s += ". " + page.Count(a.Organisations, "organisation", "organisations") + "."
	return s + " " + r.harmSaid(a) + "."
}

func (r *report) gone() []page.Link {
	var out []page.Link
	for _, a := range r.Alerts {
		if a.Status == triage.Gone {
			out = append(out, page.Link{Href: r.alertFile[a.ID], Text: page.Capital(a.Title)})
		}
	}
	return out
}

func (r *report) mixHeadline() string {
	row, column, most := 0, 0, -1
	for i := range r.Mix.Counts {
		for j, n := range r.Mix.Counts[i] {
			if n > most {
				row, column, most = i, j, n
			}
		}
	}
	if most <= 0 {
		return "No report in the last 4 weeks"
	}
	return fmt.Sprintf("Most reports: %s in %s", lowerFirst(r.Mix.Rows[row]), lowerFirst(quote.Short(r.Mix.Columns[column])))
}

// lowerFirst begins a name with a small letter within a sentence, but leaves "A&E" and the like.
func lowerFirst(s string) string {
	r := []rune(s)
	if len(r) < 2 || strings.ToUpper(string(r[1])) == string(r[1]) {
		return s
	}
	return strings.ToLower(string(r[0])) + string(r[1:])
}

// notJudged says what no answer was had for: it is not the same as finding nothing.
func (r *report) notJudged() []string {
	n := map[signal.Status]int{}
	for _, s := range r.Signals {
		n[s.Status]++
	}
	total := len(r.Signals)
	if total == 0 {
		return []string{"The run does not say which counts were judged."}
	}
	without := n[signal.TooFew] + n[signal.NotConverged]
	if without == 0 {
		return []string{page.Capital(page.Count(total, "weekly count was", "weekly counts were")) + " judged; none was left out."}
	}
	out := []string{fmt.Sprintf("Of %s, %s could not be judged. For these, no alert does not mean that nothing is wrong.", page.Count(total, "weekly count", "weekly counts"), disclosure.Commas(without))}
	if k := n[signal.TooFew]; k > 0 {
		out = append(out, page.Count(k, "count has", "counts have")+" too few reports or too short a history.")
	}
	if k := n[signal.NotConverged]; k > 0 {
		out = append(out, "For "+page.Count(k, "count", "counts")+" the model of what to expect could not be fitted.")
	}
	return out
}

func (r *report) judgedTable() page.Table {
	t := page.Table{ID: "judged", Caption: "Weekly counts judged, by what is counted", Columns: []page.Column{{Heading: "Counted by"}, {Heading: "Judged", Numeric: true}, {Heading: "Unusual", Numeric: true}, {Heading: "Too few", Numeric: true}, {Heading: "Not fitted", Numeric: true}}}
	by := map[string]map[signal.Status]int{}
	for _, s := range r.Signals {
		if by[s.Stratum.Dimension] == nil {
			by[s.Stratum.Dimension] = map[signal.Status]int{}
		}
		by[s.Stratum.Dimension][s.Status]++
	}
	for _, d := range slices.Sorted(maps.Keys(by)) {
		n := by[d]
		row := []page.Cell{{Text: countedBy(d)}}
		for _, k := range []int{n[signal.Quiet] + n[signal.Raised], n[signal.Raised], n[signal.TooFew], n[signal.NotConverged]} {
			row = append(row, page.Cell{Text: disclosure.Commas(k)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// countedBy says in words what the counts of a dimension count.
func countedBy(dimension string) string {
	if dimension == "all" {
		return "All reports"
	}
	if what, ok := strings.CutPrefix(dimension, "scan of "); ok {
		return "Recent clusters by " + what
	}
	return page.Capital(quote.OrNone(dimension))
}

// specialtyTable lists the specialties that have a page, with their last weeks.
func (r *report) specialtyTable() page.Table {
	t := page.Table{ID: "specialty-list", Caption: "Reports by specialty, most first", Empty: "The run has no specialties.",
		Note:    "Last week: judged by the specialty's own process chart of a year, in which a long run above or below its mean is unusual too.",
		Columns: []page.Column{{Heading: "Specialty"}, {Heading: "Last 4 weeks", Numeric: true}, {Heading: "Last 26 weeks"}, {Heading: "Last week"}, {Heading: "Alerts", Numeric: true}}}
	type row struct {
		recent int
		cells  []page.Cell
	}
	var rows []row
	for _, s := range r.Specialties {
		series := r.series[tally.Stratum{Dimension: "specialty", Value: s.Name}]
		recent := series.Last(4, 0)
		shown := r.Count(recent)
		rows = append(rows, row{recent, []page.Cell{
			{Text: s.Name, Href: s.Href}, {Text: shown.Text}, r.sparkCell(series),
			{Text: book.ProcessWord(series.Process)}, {Text: disclosure.Commas(len(r.touching(s.Name)))},
		}})
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(b.recent, a.recent), strings.Compare(a.cells[0].Text, b.cells[0].Text))
	})
	for _, row := range rows {
		t.Rows = append(t.Rows, row.cells)
	}
	return t
}

// sparkCell draws the last 26 weeks of a series and says the same in words.
func (r *report) sparkCell(s Series) page.Cell {
	const weeks, recent = 26, 4
	_, counts, _ := r.LastWeeks(s, r.config.Weeks)
	counts = counts[max(0, len(counts)-weeks):]
	if len(counts) == 0 {
		return page.Cell{Text: "No data", Muted: true}
	}
	values := make([]float64, len(counts))
	sum, n := 0.0, 0
	for i, c := range counts {
		values[i] = c.Value
		if !math.IsNaN(c.Value) {
			sum, n = sum+c.Value, n+1
		}
	}
	text := "No data"
	if n > 0 {
		text = "About " + page.Number(sum/float64(n)) + " a week"
	}
	return page.Cell{Text: text, Picture: chart.Spark(values, len(values)-recent)}
}

// touching lists the alerts raised today that cite a report of a specialty, with how many.
func (r *report) touching(specialty string) []touch {
	var out []touch
	for _, i := range r.active() {
		n := 0
		for _, id := range r.Alerts[i].IncidentIDs {
			if e, ok := r.Incidents[id]; ok && e.Specialty == specialty {
				n++
			}
		}
		if n > 0 {
			out = append(out, touch{i, n})
		}
	}
	return out
}

type touch struct{ alert, reports int }

func newestFirst(list []Incident) {
	slices.SortStableFunc(list, func(a, b Incident) int {
		return cmp.Or(cmp.Compare(b.Reported, a.Reported), cmp.Compare(a.ID, b.ID))
	})
}

// reasonCounts adds up the rejected rows of all files.
func reasonCounts(loads []Load) map[string]int {
	sum := map[string]int{}
	for _, l := range loads {
		for reason, n := range l.Rejected {
			sum[string(reason)] += n
		}
	}
	return sum
}

func reasonSentence(reason string) string {
	if s := incident.Reasons()[incident.Reason(reason)]; s != "" {
		return s
	}
	return page.Sentence(reason)
}

// askFlow asks for the picture of how old categories go over into new ones.
func (r *report) askFlow() {
	c := r.Crosswalk
	if len(c.From) == 0 || len(c.To) == 0 {
		return
	}
	f := chart.Flow{FromHeading: c.FromScheme + " category", ToHeading: c.ToScheme + " category", Unit: "Events", From: c.From, To: c.To, Shares: c.Shares}
	f.Counts, _ = r.Counts(c.Events)
	r.Ask(chart.Figure{ID: "flow", Title: "How " + c.FromScheme + " categories go over into " + c.ToScheme + " categories", Plot: f})
}

// flowHeadline says how much of the old events has one clear counterpart.
func (r *report) flowHeadline() string {
	const most = 0.8
	clear := 0
	for _, row := range r.Crosswalk.Shares {
		if len(row) > 0 && slices.Max(row) >= most {
			clear++
		}
	}
	return fmt.Sprintf("%d of %s categories have one new category for most of their events", clear, page.Count(len(r.Crosswalk.From), "old", "old"))
}
