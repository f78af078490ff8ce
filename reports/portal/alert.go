package portal

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"psims/analytics/triage"
	"psims/datasets/decision"
	"psims/datasets/incident"
	"psims/reports/brief"
	"psims/reports/chart"
	"psims/reports/page"
	"psims/reports/portal/access"
	"psims/reports/portal/view"
)

// alertContent is what the page of an alert shows beside the report's own words.
type alertContent struct {
	Report   template.HTML
	Standing *decided
	History  []decided
	Scoped   bool // only the reports in the reader's scope are shown
	Path     string
	Token    string
	Form     *decisionForm // nil for those who may not decide
	Onward   []page.Link   // other alerts: what to read next
	Second   bool          // the reader may give a second reading
}

// decided is a decision in words.
type decided struct {
	decision.Decision
	By       string // who decided, by name
	Undoer   string
	Tag      page.Tag
	When     string
	DueText  string
	Changed  []string // what is different since
	Readings []string
	Standing bool
}

// decisionForm is the form with what was filled in.
type decisionForm struct {
	States                      []option
	Reason, Owner, Due, Link    string
	ReasonError, DueError       string
	StateError, LinkError, Here string
}

// fragment gives the report's words on an alert, as this person may read them.
func (q *request) fragment(a triage.Alert) (brief.Fragment, error) {
	// The drawing is kept for others: it must not end with this request.
	return q.server.fragment(context.WithoutCancel(q.ctx()), q.shown, q.view, a)
}

func (s *Server) fragment(ctx context.Context, on *shown, v *view.View, a triage.Alert) (brief.Fragment, error) {
	return cached(on.cache, "alert\n"+a.ID+"\n"+v.Key(), func() (brief.Fragment, error) {
		run := brief.Run{ID: on.run.ID(), AsOf: on.run.AsOf(), Version: on.run.Version(), Alerts: []triage.Alert{a}, Weekly: map[string][]triage.Point{a.ID: v.Weekly(a)}, Incidents: map[string]brief.Incident{}}
		for _, id := range a.IncidentIDs {
			for _, r := range v.Find(id) {
				e := r.Incident
				e.Href = reportPath(r)
				run.Incidents[id] = e
			}
		}
		return s.writer.Alert(ctx, run)
	})
}

// Warm draws the alerts of the run on show, the best first, for those who see
// everything, so that the first reader of the morning does not wait for the charts.
// It ends early when another run is on show or ctx ends.
func (s *Server) Warm(ctx context.Context) error {
	on := s.shown.Load()
	if on == nil {
		return nil
	}
	v := on.run.For(access.Local())
	for _, a := range v.Alerts() {
		if ctx.Err() != nil || s.shown.Load() != on {
			return nil
		}
		if _, err := s.fragment(ctx, on, v, a); err != nil && ctx.Err() == nil {
			return fmt.Errorf("drawing alert %s ahead: %w", a.ID, err)
		}
	}
	return nil
}

func reportPath(r view.Report) string {
	return "/reports/" + url.PathEscape(string(r.System)) + "/" + url.PathEscape(r.ID)
}

func (s *Server) alert(q *request) error { return q.showAlert(http.StatusOK, nil, nil) }

// showAlert answers with the page of an alert; form and wrong are what somebody
// filled in and could not be taken.
func (q *request) showAlert(status int, form *decisionForm, wrong []page.Link) error {
	a, ok := q.view.Alert(q.r.PathValue("id"))
	if !ok {
		return errNotFound
	}
	fragment, err := q.fragment(a)
	if err != nil {
		return err
	}
	history, err := q.server.config.Store.History(q.ctx(), a.ID)
	if err != nil {
		return err
	}
	names, err := q.people()
	if err != nil {
		return err
	}
	body := alertContent{Report: fragment.Content, Scoped: !q.view.Whole(), Path: "/alerts/" + url.PathEscape(a.ID), Token: q.token()}
	for _, d := range history {
		body.History = append(body.History, inWords(d, a, names))
	}
	for i := len(body.History) - 1; i >= 0 && body.Standing == nil; i-- {
		if !body.History[i].Undone.Known() {
			body.History[i].Standing = true
			body.Standing = &body.History[i]
		}
	}
	if q.person.May(access.Decide) {
		if form == nil {
			form = &decisionForm{States: stateOptions("")}
		}
		body.Form = form
		body.Second = body.Standing != nil && body.Standing.Who != q.person.Login
	}
	onward, err := q.onward(a)
	if err != nil {
		return err
	}
	body.Onward = onward
	tags := fragment.Tags
	if body.Standing != nil {
		tags = append(tags[:len(tags):len(tags)], body.Standing.Tag)
	}
	f := frame{Title: page.Capital(a.Title), Caption: fmt.Sprintf("Alert %d", a.Rank), Tags: tags, Here: "/alerts", Crumbs: []page.Link{{Href: "/alerts", Text: "Alerts"}}, Errors: wrong,
		Contents: []page.Link{{Href: "#decision", Text: "Decision and history"}, {Href: "#why", Text: "Why it was flagged"}, {Href: "#weekly", Text: "Over time"}, {Href: "#evidence", Text: "What the reports say"}, {Href: "#spread", Text: "Where and how serious"}, {Href: "#sure", Text: "How sure this is"}, {Href: "#listing", Text: "The reports"}}}
	if body.Form != nil {
		f.Contents = append(f.Contents, page.Link{Href: "#decide", Text: "Decide"})
	}
	return q.page(status, "alert", f, body)
}

// stateHints say what a decision does.
var stateHints = map[decision.State]string{
	decision.UnderReview:   "Somebody is looking into it. It stays on the list.",
	decision.FocusedReview: "The team looks into it together. It stays on the list.",
	decision.Known:         "It is true and nothing new. It stays down until it changes materially.",
	decision.NotAnIssue:    "The reports don't tell of a common problem. It stays down until it changes materially.",
	decision.Published:     "Something was published on it. It stays down until it changes materially.",
}

// onward gives the alert to read after this one, first: for those who decide the next
// on which nobody has decided; and the way back to all of them.
func (q *request) onward(a triage.Alert) ([]page.Link, error) {
	standing := map[string]decision.Decision{}
	if q.person.May(access.Decide) {
		var err error
		if standing, err = q.server.config.Store.Standing(q.ctx()); err != nil {
			return nil, err
		}
	}
	all := q.view.Alerts()
	at := slices.IndexFunc(all, func(o triage.Alert) bool { return o.ID == a.ID })
	for i := 1; i < len(all); i++ { // round the list, so that one that was passed over comes again
		next := all[(at+i)%len(all)]
		if _, decided := standing[next.ID]; !decided {
			link := alertLink(next)
			link.Text = "Next: " + link.Text
			return []page.Link{link, {Href: "/alerts", Text: "All alerts"}}, nil
		}
	}
	return []page.Link{{Href: "/alerts", Text: "All alerts"}}, nil
}

func stateOptions(chosen string) []option {
	var out []option
	for _, s := range decision.States() {
		out = append(out, option{Value: string(s), Text: page.Capital(string(s)), Hint: stateHints[s], Chosen: string(s) == chosen})
	}
	return out
}

// inWords tells a decision, and how the alert has changed since.
func inWords(d decision.Decision, a triage.Alert, names people) decided {
	out := decided{Decision: d, By: names.of(d.Who), Undoer: names.of(d.UndoneBy), Tag: stateTag(d.State), When: d.At.Format("2 January 2006 at 15:04"), DueText: "No due day"}
	if d.Due.Known() {
		out.DueText = page.Date(d.Due)
	}
	note := func(what string, before, now int) {
		if before != now {
			out.Changed = append(out.Changed, fmt.Sprintf("%s: %d then, %d now", what, before, now))
		}
	}
	note("Reports", int(d.Observed), int(a.Observed))
	note("Severe or fatal", d.Severe, a.Harm["severe_or_fatal"])
	note("Organisations", d.Organisations, a.Organisations)
	for _, r := range d.Second {
		says := "does not agree"
		if r.Agrees {
			says = "agrees"
		}
		line := fmt.Sprintf("%s %s", names.of(r.Who), says)
		if r.Note != "" {
			line += ": " + r.Note
		}
		out.Readings = append(out.Readings, line)
	}
	return out
}

func (s *Server) decide(q *request) error {
	a, ok := q.view.Alert(q.r.PathValue("id"))
	if !ok {
		return errNotFound
	}
	d := decision.Decision{Alert: a.ID, State: decision.State(q.field("state")), Reason: q.field("reason"), Owner: q.field("owner"), Link: q.field("link"), Due: incident.NoDay,
		Observed: a.Observed, Severe: a.Harm["severe_or_fatal"], Organisations: a.Organisations}
	form := &decisionForm{States: stateOptions(string(d.State)), Reason: d.Reason, Owner: d.Owner, Due: q.field("due"), Link: d.Link}
	var wrong []page.Link
	if form.Due != "" {
		var err error
		if d.Due, err = readDay(form.Due); err != nil {
			form.DueError = "Enter the due day as day, month and year. " + dayHint
			wrong = append(wrong, page.Link{Href: "#due", Text: form.DueError})
		}
	}
	if err := d.Check(); err != nil {
		text := page.Capital(err.Error())
		at, field := "#reason", &form.ReasonError
		switch {
		case strings.HasPrefix(err.Error(), "choose"):
			at, field = "#state-0", &form.StateError
		case strings.Contains(err.Error(), "address"):
			at, field = "#link", &form.LinkError
		}
		*field = text
		wrong = append(wrong, page.Link{Href: at, Text: text})
	}
	if len(wrong) > 0 {
		return q.showAlert(http.StatusUnprocessableEntity, form, wrong)
	}
	if _, err := s.config.Store.Decide(q.ctx(), q.act(), d); err != nil {
		return err
	}
	return q.redirect("/alerts/" + url.PathEscape(a.ID) + "?done=decided")
}

// decisionOf gives the number in the address and the alert that the decision is
// about, if this person may see it.
func (q *request) decisionOf() (id int64, alert string, err error) {
	id, err = strconv.ParseInt(q.r.PathValue("id"), 10, 64)
	if err != nil {
		return 0, "", errNotFound
	}
	all, err := q.server.config.Store.Decisions(q.ctx())
	if err != nil {
		return 0, "", err
	}
	for _, d := range all {
		if _, ok := q.view.Alert(d.Alert); d.ID == id && ok {
			return id, d.Alert, nil
		}
	}
	return 0, "", errNotFound
}

func (s *Server) undo(q *request) error {
	id, alert, err := q.decisionOf()
	if err != nil {
		return err
	}
	if err := s.config.Store.Undo(q.ctx(), q.act(), id); err != nil {
		return err
	}
	return q.redirect("/alerts/" + url.PathEscape(alert) + "?done=undone")
}

func (s *Server) second(q *request) error {
	id, alert, err := q.decisionOf()
	if err != nil {
		return err
	}
	agrees := q.field("agrees")
	if agrees != "yes" && agrees != "no" {
		return failure{http.StatusBadRequest, "Choose whether you agree. Go back to answer."}
	}
	r := decision.Reading{Agrees: agrees == "yes", Note: q.field("note")}
	if err := s.config.Store.SecondRead(q.ctx(), q.act(), id, r); err != nil {
		return err
	}
	return q.redirect("/alerts/" + url.PathEscape(alert) + "?done=read")
}

// alertFile answers with the numbers behind a figure of an alert, or its reports.
func (s *Server) alertFile(q *request) error {
	name := q.r.PathValue("file")
	for _, a := range q.view.Alerts() {
		if !strings.HasPrefix(name, "a-"+page.Slug(a.ID)+"-") {
			continue
		}
		f, err := q.fragment(a)
		if err != nil {
			return err
		}
		if table, ok := f.Files["data/"+name]; ok {
			if err := q.noteExport(name, len(table.Rows)); err != nil {
				return err
			}
			return q.csv(name, table)
		}
	}
	return errNotFound
}

// noteExport writes into the log that somebody took a file away, and how large it was.
func (q *request) noteExport(name string, rows int) error {
	if q.person.Login == "" {
		return nil // published counts, and nobody to name
	}
	return q.server.config.Store.Note(q.ctx(), q.act(), decision.Entry{What: "export", Object: name, Detail: map[string]string{"rows": fmt.Sprint(rows)}})
}

// csv answers with a file; what a spreadsheet would run as a formula is kept from it.
func (q *request) csv(name string, t chart.Table) error {
	q.w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	q.w.Header().Set("Content-Disposition", `attachment; filename="`+page.Slug(strings.TrimSuffix(name, ".csv"))+`.csv"`)
	return t.CSV(q.w)
}
