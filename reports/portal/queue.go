package portal

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"psims/analytics/triage"
	"psims/datasets/decision"
	"psims/datasets/incident"
	"psims/reports/brief"
	"psims/reports/disclosure"
	"psims/reports/page"
	"psims/reports/portal/access"
)

// queueRow is an alert with what people made of it.
type queueRow struct {
	triage.Alert
	rated    brief.Rated
	decision *decision.Decision // nil while nobody has decided
}

// state is what a filter calls the row.
func (r queueRow) state() string {
	if r.decision == nil {
		return "not reviewed"
	}
	return string(r.decision.State)
}

// queueContent is what the page of alerts shows.
type queueContent struct {
	Filter  []choices
	Narrow  bool // a filter is in effect
	Words   string
	Sort    string
	Down    bool
	Nothing string // said in place of the list when there is no alert at all
	Found   string
	Table   page.Table
	Views   []decision.View
	Here    string // this address, to be saved
	Token   string
	Note    *handoverNote // the last, for those who decide
	Decides bool
}

// choices is a list to choose from in a form.
type choices struct {
	Name, Label string
	Options     []option
}

type option struct {
	Value, Text string
	Chosen      bool
	Hint        string // what choosing it does
}

func choose(name, label, chosen string, options ...[2]string) choices {
	c := choices{Name: name, Label: label}
	for _, o := range options {
		c.Options = append(c.Options, option{Value: o[0], Text: o[1], Chosen: o[0] == chosen})
	}
	return c
}

// queueSorts are the columns that the queue can be sorted by.
var queueSorts = []struct {
	key, heading string
	numeric      bool
	less         func(a, b queueRow) int
}{
	{"rank", "Alert", false, func(a, b queueRow) int { return cmp.Compare(a.Rank, b.Rank) }},
	{"state", "Decision", false, func(a, b queueRow) int { return strings.Compare(a.state(), b.state()) }},
	{"observed", "Seen", false, func(a, b queueRow) int { return cmp.Compare(a.Observed, b.Observed) }},
	{"organisations", "Organisations", true, func(a, b queueRow) int { return cmp.Compare(a.Organisations, b.Organisations) }},
	{"severe", "Severe or fatal", true, func(a, b queueRow) int {
		return cmp.Compare(a.Harm["severe_or_fatal"], b.Harm["severe_or_fatal"])
	}},
	{"raised", "First raised", false, func(a, b queueRow) int { return cmp.Compare(a.FirstRaised, b.FirstRaised) }},
	{"due", "Due", false, func(a, b queueRow) int { return cmp.Compare(dueOf(a), dueOf(b)) }},
}

// dueOf sorts what has no due day last.
func dueOf(r queueRow) incident.Day {
	if r.decision == nil || !r.decision.Due.Known() {
		return 1 << 30
	}
	return r.decision.Due
}

func (s *Server) queue(q *request) error {
	standing, err := s.config.Store.Standing(q.ctx())
	if err != nil {
		return err
	}
	var rows []queueRow
	for _, a := range q.view.Alerts() {
		r := queueRow{Alert: a, rated: s.writer.Rate(a)}
		if d, ok := standing[a.ID]; ok {
			r.decision = &d
		}
		if q.keeps(r) {
			rows = append(rows, r)
		}
	}
	sorted := q.field("sort")
	down := q.field("order") == "descending"
	for _, by := range queueSorts {
		if by.key == sorted {
			slices.SortStableFunc(rows, func(a, b queueRow) int {
				if down {
					return by.less(b, a)
				}
				return by.less(a, b)
			})
		}
	}
	views, err := s.config.Store.Views(q.ctx(), q.person.Login)
	if err != nil {
		return err
	}
	body := queueContent{Narrow: q.narrows(), Nothing: q.nothingToRead(), Words: q.field("words"), Sort: sorted, Down: down, Views: views, Here: q.r.URL.RequestURI(), Token: q.token(), Filter: q.queueFilter(),
		Found: fmt.Sprintf("%s of %s", page.Count(len(rows), "alert", "alerts"), disclosure.Commas(len(q.view.Alerts()))), Table: q.queueTable(rows, sorted, down)}
	if body.Decides = q.person.May(access.Decide); body.Decides {
		notes, err := s.config.Store.Handovers(q.ctx(), 1)
		if err != nil {
			return err
		}
		names, err := q.people()
		if err != nil {
			return err
		}
		for _, h := range notes {
			body.Note = &handoverNote{names.of(h.Who), h.At.Format("2 January 2006 at 15:04"), h.Run, h.Note}
		}
	}
	f := frame{Title: "Alerts to review", Here: "/alerts", Lead: "An alert is a reason to read the reports behind it. It is not a finding that something is wrong."}
	return q.page(http.StatusOK, "queue", f, body)
}

func (q *request) queueFilter() []choices {
	states := [][2]string{{"", "Any"}, {"not reviewed", "Not reviewed"}}
	for _, s := range decision.States() {
		states = append(states, [2]string{string(s), page.Capital(string(s))})
	}
	return []choices{
		choose("state", "Decision", q.field("state"), states...),
		choose("life", "Stage", q.field("life"), [2]string{"", "Any"}, [2]string{"new", "New"}, [2]string{"grown", "Grown"}, [2]string{"open", "Open"}, [2]string{"quiet", "Quiet"}),
		choose("kind", "Kind", q.field("kind"), [2]string{"", "Any"}, [2]string{"theme", "Theme"}, [2]string{"stratum", "Count"}, [2]string{"pair", "Pair"}, [2]string{"known-risk", "Known risk"}),
		choose("harm", "Harm", q.field("harm"), [2]string{"", "Any"}, [2]string{"severe", "With severe or fatal harm"}),
	}
}

// narrows reports whether a filter is in effect.
func (q *request) narrows() bool {
	for _, name := range []string{"state", "life", "kind", "harm", "words"} {
		if q.field(name) != "" {
			return true
		}
	}
	return false
}

// nothingToRead says why there is no alert to filter; "" when there are some.
func (q *request) nothingToRead() string {
	switch {
	case len(q.view.Alerts()) > 0:
		return ""
	case q.view.Whole():
		return "Last night's run raised no alert, and none from before is still open."
	}
	return "No alert has a report of yours behind it. It would stand here if one had."
}

// keeps reports whether an alert passes the filter in the address.
func (q *request) keeps(r queueRow) bool {
	if v := q.field("state"); v != "" && v != r.state() {
		return false
	}
	if v := q.field("life"); v != "" && v != string(r.Status) {
		return false
	}
	if v := q.field("kind"); v != "" && v != string(r.Kind) {
		return false
	}
	if q.field("harm") == "severe" && r.Harm["severe_or_fatal"] == 0 {
		return false
	}
	return strings.Contains(strings.ToLower(r.Title+" "+strings.Join(r.Terms, " ")), strings.ToLower(q.field("words")))
}

// sortLink leads to the same page sorted by a column, the other way round when it is already.
func (q *request) sortLink(key, sorted string, down bool) (href, state string) {
	v := q.r.URL.Query()
	v.Set("sort", key)
	v.Del("page")
	v.Del("done")
	v.Set("order", "descending")
	if key == sorted && down {
		v.Set("order", "ascending")
	}
	if key == sorted {
		state = "ascending"
		if down {
			state = "descending"
		}
	}
	return q.r.URL.Path + "?" + v.Encode(), state
}

func (q *request) queueTable(rows []queueRow, sorted string, down bool) page.Table {
	t := page.Table{ID: "alerts", Caption: "Alerts, best reason to read first unless you sort them", Empty: "No alert fits. Choose other filters to see more."}
	for _, by := range queueSorts {
		href, state := q.sortLink(by.key, sorted, down)
		t.Columns = append(t.Columns, page.Column{Heading: by.heading, Numeric: by.numeric, Href: href, Sorted: state})
	}
	ranks := map[string]int{}
	for _, r := range rows {
		ranks[r.ID] = r.Rank
	}
	for _, r := range rows {
		decided, due := page.Cell{Tag: &page.Tag{Text: "Not reviewed", Colour: "white"}}, page.Cell{Text: "None", Muted: true}
		if d := r.decision; d != nil {
			tag := stateTag(d.State)
			decided = page.Cell{Tag: &tag, Detail: d.Owner}
			if len(d.Second) > 0 {
				read := "second reader agrees"
				if !agrees(*d) {
					read = "second reader does not agree"
				}
				decided.Detail = strings.TrimPrefix(d.Owner+" · "+read, " · ")
			}
			if d.Due.Known() {
				due = page.Cell{Text: page.Date(d.Due)}
			}
		}
		life := r.rated.State
		t.Rows = append(t.Rows, []page.Cell{
			{Text: alertLink(r.Alert).Text, Href: alertLink(r.Alert).Href, Detail: life.Text + " · " + r.rated.Kind.Text + partOf(r, ranks)},
			decided,
			{Text: r.rated.Seen, Detail: "Expected: " + r.rated.Expected},
			{Text: fmt.Sprint(r.Organisations)},
			{Text: fmt.Sprint(r.Harm["severe_or_fatal"])},
			{Text: page.Date(r.FirstRaised)},
			due,
		})
	}
	return t
}

// alertLink leads to an alert by its rank and title.
func alertLink(a triage.Alert) page.Link {
	return page.Link{Href: "/alerts/" + url.PathEscape(a.ID), Text: fmt.Sprintf("%d. %s", a.Rank, page.Capital(a.Title))}
}

// partOf says which of the listed alerts may be about the same issue.
func partOf(r queueRow, ranks map[string]int) string {
	if rank, listed := ranks[r.Resembles]; listed {
		return fmt.Sprintf(" · perhaps a part of %d", rank)
	}
	return ""
}

// stateTag is a decision as a tag.
func stateTag(s decision.State) page.Tag {
	colour := map[decision.State]string{decision.UnderReview: "yellow", decision.FocusedReview: "orange", decision.Known: "grey", decision.NotAnIssue: "grey", decision.Published: "green"}[s]
	return page.Tag{Text: page.Capital(string(s)), Colour: colour}
}
