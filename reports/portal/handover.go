package portal

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"psims/datasets/decision"
	"psims/datasets/incident"
	"psims/reports/disclosure"
	"psims/reports/page"
)

// handoverContent is what one reviewer leaves the next: where the queue stands, by
// count and by alert, and notes in words.
type handoverContent struct {
	Facts []page.Fact
	Open  page.Table
	Notes []handoverNote
	Note  string // that was filled in and could not be taken
	Wrong string
	Token string
}

type handoverNote struct{ Who, When, Run, Text string }

// Limits of the page: notes shown, and days within which a due day is soon.
const (
	notesShown = 10
	soonDays   = 7
)

func (s *Server) handover(q *request) error {
	return q.showHandover(http.StatusOK, handoverContent{})
}

func (s *Server) handOver(q *request) error {
	note := q.field("note")
	if note == "" || len(note) > decision.MaxReason {
		return q.showHandover(http.StatusUnprocessableEntity, handoverContent{Note: note, Wrong: fmt.Sprintf("Write a note of up to %s characters", disclosure.Commas(decision.MaxReason))})
	}
	if err := s.config.Store.HandOver(q.ctx(), q.act(), note); err != nil {
		return err
	}
	return q.redirect("/handover?done=noted")
}

func (q *request) showHandover(status int, body handoverContent) error {
	standing, err := q.server.config.Store.Standing(q.ctx())
	if err != nil {
		return err
	}
	notes, err := q.server.config.Store.Handovers(q.ctx(), notesShown)
	if err != nil {
		return err
	}
	names, err := q.people()
	if err != nil {
		return err
	}
	for _, h := range notes {
		body.Notes = append(body.Notes, handoverNote{names.of(h.Who), h.At.Format("2 January 2006 at 15:04"), h.Run, h.Note})
	}
	body.Facts, body.Open = q.whereItStands(standing, names)
	body.Token = q.token()
	f := frame{Title: "Hand-over", Here: "/alerts", Crumbs: []page.Link{{Href: "/alerts", Text: "Alerts"}}, Lead: "Where the queue stands, for whoever goes on with it."}
	if body.Wrong != "" {
		f.Errors = []page.Link{{Href: "#note", Text: body.Wrong}}
	}
	return q.page(status, "handover", f, body)
}

// whereItStands counts the alerts by what is still to be done, and lists those that
// somebody goes on with: the earliest due day first.
func (q *request) whereItStands(standing map[string]decision.Decision, names people) ([]page.Fact, page.Table) {
	today := incident.DayOf(q.server.config.Clock())
	var open []queueRow
	unread, overdue, soon, changed, twice, agreed := 0, 0, 0, 0, 0, 0
	for _, a := range q.view.Alerts() {
		d, ok := standing[a.ID]
		if !ok {
			unread++
			continue
		}
		if len(d.Second) > 0 {
			twice++
			if agrees(d) {
				agreed++
			}
		}
		if len(inWords(d, a, names).Changed) > 0 {
			changed++
		}
		if d.State.Dismisses() {
			continue
		}
		open = append(open, queueRow{Alert: a, decision: &d})
		switch {
		case d.Due.Known() && d.Due < today:
			overdue++
		case d.Due.Known() && d.Due <= today+soonDays:
			soon++
		}
	}
	slices.SortStableFunc(open, func(a, b queueRow) int {
		return cmp.Or(cmp.Compare(dueOf(a), dueOf(b)), cmp.Compare(a.Rank, b.Rank))
	})
	t := page.Table{ID: "open", Caption: "Alerts that somebody goes on with, the earliest due day first", Empty: "Nobody goes on with an alert at present.",
		Columns: []page.Column{{Heading: "Alert"}, {Heading: "Decision"}, {Heading: "Owner"}, {Heading: "Due"}, {Heading: "Why"}, {Heading: "Second reading"}}}
	for _, r := range open {
		d, tag := r.decision, stateTag(r.decision.State)
		w := inWords(*d, r.Alert, names)
		second := page.Cell{Text: "None yet", Muted: true}
		if len(w.Readings) > 0 {
			second = page.Cell{Text: strings.Join(w.Readings, "; ")}
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: alertLink(r.Alert).Text, Href: alertLink(r.Alert).Href, Detail: strings.Join(w.Changed, "; ")},
			{Tag: &tag, Detail: w.By}, {Text: or(d.Owner, "Nobody"), Muted: d.Owner == ""}, {Text: w.DueText, Muted: !d.Due.Known()}, {Text: d.Reason}, second})
	}
	n := func(k int) string { return disclosure.Commas(k) }
	readTwice := "None yet"
	if twice > 0 {
		readTwice = fmt.Sprintf("%s, of which all agree on %s", n(twice), n(agreed))
	}
	return []page.Fact{
		{Key: "Not reviewed yet", Value: n(unread)}, {Key: "Under review or focused review", Value: n(len(open))}, {Key: "Of these overdue", Value: n(overdue)}, {Key: fmt.Sprintf("Of these due within %d days", soonDays), Value: n(soon)},
		{Key: "Changed since the decision", Value: n(changed)}, {Key: "Read by two people", Value: readTwice},
	}, t
}

// agrees reports whether every second reader agrees with a decision.
func agrees(d decision.Decision) bool {
	return !slices.ContainsFunc(d.Second, func(r decision.Reading) bool { return !r.Agrees })
}
