package portal

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"psims/datasets/decision"
	"psims/datasets/incident"
	"psims/reports/page"
	"psims/reports/portal/access"
	"psims/reports/portal/view"
)

// accountsContent is what the page of accounts shows.
type accountsContent struct {
	Table  page.Table
	Form   decision.User
	Roles  []option
	Scope  [3]string // organisations, regions, specialties, a line each
	Wrong  string
	Token  string
	Secret string // a new sender's token, shown once
	Owner  string
}

func (s *Server) accounts(q *request) error {
	return q.showAccounts(http.StatusOK, accountsContent{Form: decision.User{Active: true}})
}

// showAccounts lists the accounts that this person may change.
func (q *request) showAccounts(status int, body accountsContent) error {
	all, err := q.server.config.Store.Users(q.ctx())
	if err != nil {
		return err
	}
	body.Table = page.Table{ID: "accounts", Caption: "Accounts", Empty: "There is no account that you may change.", Columns: []page.Column{{Heading: "Login"}, {Heading: "Name"}, {Heading: "Role"}, {Heading: "Scope"}, {Heading: "State"}}}
	for _, u := range all {
		if !q.person.MayManage(u, u) {
			continue
		}
		scope := strings.Join(slices.Concat(u.Scope.Organisations, u.Scope.Regions, u.Scope.Specialties), ", ")
		state := page.Tag{Text: "Active", Colour: "green"}
		if !u.Active {
			state = page.Tag{Text: "Switched off", Colour: "grey"}
		}
		body.Table.Rows = append(body.Table.Rows, []page.Cell{{Text: u.Login}, {Text: or(u.Name, "Not given")}, {Text: page.Capital(string(u.Role))}, {Text: or(scope, "Everything")}, {Tag: &state}})
	}
	for _, r := range decision.Roles() {
		if r != decision.Public {
			body.Roles = append(body.Roles, option{Value: string(r), Text: page.Capital(string(r)), Chosen: r == body.Form.Role})
		}
	}
	body.Token = q.token()
	f := frame{Title: "Accounts", Here: "/accounts"}
	if body.Wrong != "" {
		f.Errors = []page.Link{{Href: "#login", Text: body.Wrong}}
	}
	return q.page(status, "accounts", f, body)
}

// lines reads a field of names, a line each.
func lines(s string) []string {
	var out []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func (s *Server) setAccount(q *request) error {
	u := decision.User{Login: q.field("login"), Name: q.field("name"), Role: decision.Role(q.field("role")), Active: q.field("active") == "yes",
		Scope: decision.Scope{Organisations: lines(q.field("organisations")), Regions: lines(q.field("regions")), Specialties: lines(q.field("specialties"))}}
	wrong := func(text string) error {
		return q.showAccounts(http.StatusUnprocessableEntity, accountsContent{Form: u, Wrong: page.Capital(text), Scope: [3]string{q.field("organisations"), q.field("regions"), q.field("specialties")}})
	}
	if err := u.Check(); err != nil {
		return wrong(err.Error())
	}
	all, err := s.config.Store.Users(q.ctx()) // those that are switched off too
	if err != nil {
		return err
	}
	var before decision.User
	for _, b := range all {
		if b.Login == u.Login {
			before = b
		}
	}
	if !q.person.MayManage(before, u) {
		return wrong("you may only give access to your own organisations, as provider, region reader or administrator of these")
	}
	if u.Login == q.person.Login {
		return wrong("you can't change your own account; ask another administrator")
	}
	if err := s.config.Store.SetUser(q.ctx(), q.act(), u); err != nil {
		return err
	}
	return q.redirect("/accounts?done=saved")
}

// giveToken makes a token with which an organisation's program sends extracts.
func (s *Server) giveToken(q *request) error {
	org := q.field("organisation")
	sender := decision.User{Login: "token", Role: decision.Provider, Scope: decision.Scope{Organisations: lines(org)}}
	if err := sender.Check(); err != nil || !q.person.MayManage(decision.User{}, sender) {
		return q.showAccounts(http.StatusUnprocessableEntity, accountsContent{Wrong: "A token is for one organisation, by its code, that you may give access to", Owner: org})
	}
	secret := s.config.Secret()
	if err := s.config.Store.SetToken(q.ctx(), q.act(), secret, org, q.field("label"), true); err != nil {
		return err
	}
	return q.showAccounts(http.StatusOK, accountsContent{Form: decision.User{Active: true}, Secret: secret, Owner: org})
}

// logContent is a page of the log.
type logContent struct {
	Whole string
	Table page.Table
	Older string
}

const logRows = 100

// log shows the log, newest first, and whether it still holds together.
// whole says that nothing of the log was changed, and by what a missing end can be told.
func whole(head decision.Head) string {
	if head.Lines == 0 {
		return "The log is empty: nobody has changed anything yet."
	}
	return fmt.Sprintf("No line was changed or taken out: %s, each sealed with the one before. The seal of the last is %s; write it down elsewhere, and an end that goes missing can be told too.", page.Count(int(head.Lines), "line", "lines"), head.Hash)
}

// object names what a line of the log is about, with a link where there is a page.
func (q *request) object(e decision.Entry) page.Cell {
	c := page.Cell{Text: or(e.Object, "Nothing")}
	if !q.person.May(access.SeeAlerts) {
		return c
	}
	switch e.What {
	case "decide":
		if a, ok := q.view.Alert(e.Object); ok {
			c = page.Cell{Text: page.Capital(a.Title), Href: "/alerts/" + url.PathEscape(e.Object), Detail: e.Object}
		}
	case "read report":
		system, id, _ := strings.Cut(e.Object, " ")
		if r, ok := q.view.Report(view.Key{System: incident.System(system), ID: id}); ok && q.person.May(access.ReadReports) {
			c = page.Cell{Text: r.ID, Href: reportPath(r), Detail: systemName(r.System)}
		}
	case "freeze result":
		c = page.Cell{Text: or(e.Detail["title"], "Result"), Href: "/snapshots/" + url.PathEscape(e.Object), Detail: e.Object}
	}
	return c
}

func (s *Server) log(q *request) error {
	below, err := strconv.ParseInt(q.field("below"), 10, 64)
	if err != nil || below < 0 {
		below = 0
	}
	entries, err := s.config.Store.Log(q.ctx(), below, logRows)
	if err != nil && !errors.Is(err, decision.ErrTampered) {
		return err
	}
	body := logContent{Table: page.Table{ID: "log", Caption: "Who did what, newest first", Empty: "Nothing has been done yet.", Columns: []page.Column{{Heading: "Line"}, {Heading: "When"}, {Heading: "Who"}, {Heading: "What"}, {Heading: "To what"}, {Heading: "Details"}}}}
	if head, err := s.config.Store.Verify(q.ctx()); errors.Is(err, decision.ErrTampered) {
		body.Whole = "The log has been changed: " + err.Error() + "."
	} else if err != nil {
		return err
	} else {
		body.Whole = whole(head)
	}
	names, err := q.people()
	if err != nil {
		return err
	}
	for _, e := range entries {
		var detail []string
		for _, k := range slices.Sorted(func(yield func(string) bool) {
			for k := range e.Detail {
				if !yield(k) {
					return
				}
			}
		}) {
			if e.Detail[k] != "" {
				detail = append(detail, k+": "+e.Detail[k])
			}
		}
		who := page.Cell{Text: names.of(e.Who)}
		if who.Text != e.Who {
			who.Detail = e.Who // the log is what was done by which account
		}
		body.Table.Rows = append(body.Table.Rows, []page.Cell{{Text: fmt.Sprint(e.Seq)}, {Text: e.At.Format("2 January 2006, 15:04:05")}, who, {Text: page.Capital(e.What)}, q.object(e), {Text: or(strings.Join(detail, "; "), "None")}})
	}
	if len(entries) == logRows && entries[logRows-1].Seq > 1 {
		body.Older = fmt.Sprintf("/log?below=%d", entries[logRows-1].Seq)
	}
	return q.page(http.StatusOK, "log", frame{Title: "Log", Here: "/log"}, body)
}
