package portal

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"psims/datasets/decision"
	"psims/datasets/incident"
	"psims/reports/disclosure"
	"psims/reports/page"
	"psims/reports/portal/access"
	"psims/reports/portal/view"
	"psims/reports/quote"
)

// reportContent is what the page of one report shows.
type reportContent struct {
	Text    string
	Facts   []page.Fact
	Alerts  []page.Link // that it stands behind
	Theme   *page.Link
	Same    []page.Quote
	SameAt  []page.Link
	Like    page.Table
	Answers page.Table
	Undo    []undoable
	Path    string
	Token   string
	Form    *correctionForm // nil for those who may not correct
}

type undoable struct {
	ID   int64
	Text string
}

type correctionForm struct {
	Fields []choices // one select a field
	Reason string
	Error  string
}

// likeShown is how many like reports a page lists.
const likeShown = 10

func (q *request) reportOf() (view.Report, error) {
	r, ok := q.view.Report(view.Key{System: incident.System(q.r.PathValue("system")), ID: q.r.PathValue("id")})
	if !ok {
		return r, errNotFound
	}
	return r, nil
}

func (s *Server) report(q *request) error { return q.showReport(http.StatusOK, "", nil) }

func (q *request) showReport(status int, reason string, wrong []page.Link) error {
	r, err := q.reportOf()
	if err != nil {
		return err
	}
	if err := q.server.config.Store.Note(q.ctx(), q.act(), decision.Entry{What: "read report", Object: string(r.System) + " " + r.ID}); err != nil {
		return err
	}
	answers, err := q.server.config.Store.CorrectionsOf(q.ctx(), r.System, r.ID)
	if err != nil {
		return err
	}
	answers = slices.DeleteFunc(answers, func(c decision.Correction) bool { return !q.mayKnow(c) })
	names, err := q.people()
	if err != nil {
		return err
	}
	body := reportContent{Text: r.Text, Facts: reportFacts(r), Path: reportPath(r), Token: q.token(), Like: q.likeTable(r), Answers: answersTable(answers, names)}
	if t, ok := q.view.ThemeAt(r.Theme); ok && q.person.May(access.SeeAlerts) {
		body.Theme = &page.Link{Href: "/themes/" + url.PathEscape(t.ID), Text: t.Name}
	}
	if q.person.May(access.SeeAlerts) {
		body.Alerts = q.alertsOf(r)
	}
	for _, o := range q.view.Same(r) {
		body.SameAt = append(body.SameAt, page.Link{Href: reportPath(o), Text: reportName(o)})
	}
	for _, c := range answers {
		if c.Who == q.person.Login {
			body.Undo = append(body.Undo, undoable{c.ID, fmt.Sprintf("%s: %s", fieldNames[c.Field], c.Value)})
		}
	}
	if q.person.May(access.Correct) {
		body.Form = q.correctionForm(r, reason)
		if len(wrong) > 0 {
			body.Form.Error = wrong[0].Text
		}
	}
	f := frame{Title: "Report " + r.ID, Caption: systemName(r.System), Errors: wrong, Here: "/search"}
	return q.page(status, "report", f, body)
}

// alertsOf lists the alerts that a report stands behind, the best first.
func (q *request) alertsOf(r view.Report) (out []page.Link) {
	for _, a := range q.view.Alerts() {
		if slices.Contains(a.IncidentIDs, r.ID) {
			out = append(out, alertLink(a))
		}
	}
	return out
}

// mayKnow reports whether a person may see an answer: one about another report only
// when they may see that report too.
func (q *request) mayKnow(c decision.Correction) bool {
	if c.Field != decision.SameEvent && c.Field != decision.OtherEvent {
		return true
	}
	system, id, _ := strings.Cut(c.Value, " ")
	_, ok := q.view.Report(view.Key{System: incident.System(system), ID: id})
	return ok
}

func systemName(s incident.System) string { return view.SystemName(s) }

func reportName(r view.Report) string {
	return fmt.Sprintf("%s %s, reported %s, %s", systemName(r.System), r.ID, page.Date(r.Reported), or(r.Organisation, "organisation not recorded"))
}

// or gives s, or what stands for it when it is empty.
func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func reportFacts(r view.Report) []page.Fact {
	label := or(r.Label, "Not sure: left to a person")
	if r.Category == "" && r.Probability == r.Probability {
		label += fmt.Sprintf(" (a model's guess: %s, %.0f%% sure)", r.Predicted, math.Floor(100*r.Probability))
	}
	facts := []page.Fact{
		{Key: "Reported", Value: page.Capital(page.Date(r.Reported))}, {Key: "Happened", Value: page.Capital(page.Date(r.Occurred))},
		{Key: "Organisation", Value: or(r.Organisation, "Not recorded")}, {Key: "Region", Value: or(r.Region, "Not known")},
		{Key: "Specialty", Value: or(r.Specialty, "Not recorded")}, {Key: "Care setting", Value: or(r.CareSetting, "Not recorded")},
		{Key: "Sender's category", Value: or(r.Category, "Not recorded")}, {Key: "Category that counts", Value: label},
		{Key: "Degree of harm", Value: quote.HarmName(r.Harm)}, {Key: "Kind", Value: page.Capital(r.Kind.String())},
	}
	for _, more := range []page.Fact{{Key: "Medication", Value: r.Medication}, {Key: "Device", Value: r.Device}, {Key: "Never Event marked", Value: r.NeverEvent}} {
		if more.Value != "" {
			facts = append(facts, more)
		}
	}
	return facts
}

// likeTable lists the reports that read most like one.
func (q *request) likeTable(r view.Report) page.Table {
	t := page.Table{ID: "like", Caption: "Reports that read most like this one", Empty: "No report shares a telling word with this one.",
		Columns: []page.Column{{Heading: "Report"}, {Heading: "Reported"}, {Heading: "Organisation"}, {Heading: "What it says"}, {Heading: "Likeness, 0 to 1", Numeric: true}}}
	for _, l := range q.view.Like(r, likeShown) {
		t.Rows = append(t.Rows, []page.Cell{{Text: l.ID, Href: reportPath(l.Report), Detail: systemName(l.System)}, {Text: page.Date(l.Reported)}, {Text: or(l.Organisation, "Not recorded")}, {Text: excerpt(l.Text)}, {Text: fmt.Sprintf("%.2f", l.Score)}})
	}
	return t
}

// excerpt begins a text, cut at a word.
func excerpt(s string) string {
	const most = 180
	if len(s) <= most {
		return or(s, "No text")
	}
	cut := most
	for cut > most/2 && s[cut] != ' ' {
		cut--
	}
	for cut > 0 && s[cut]&0xC0 == 0x80 { // never within a letter
		cut--
	}
	return s[:cut] + " …"
}

var fieldNames = map[decision.Field]string{decision.Category: "Category", decision.Harm: "Degree of harm", decision.NeverEvent: "Never Event", decision.SameEvent: "Same event as", decision.OtherEvent: "Not the same event as"}

func answersTable(list []decision.Correction, names people) page.Table {
	t := page.Table{ID: "answers", Caption: "What people said its labels should be", Empty: "Nobody has corrected or confirmed a label yet.",
		Columns: []page.Column{{Heading: "Label"}, {Heading: "Was"}, {Heading: "Should be"}, {Heading: "Who"}, {Heading: "Why"}}}
	for _, c := range list {
		t.Rows = append(t.Rows, []page.Cell{{Text: fieldNames[c.Field]}, {Text: or(c.Was, "Not recorded"), Muted: c.Was == ""}, {Text: c.Value}, {Text: names.of(c.Who)}, {Text: or(c.Reason, "Not said"), Muted: c.Reason == ""}})
	}
	return t
}

// correctionForm offers the labels in use: the ones that the report has stand first.
func (q *request) correctionForm(r view.Report, reason string) *correctionForm {
	category := [][2]string{{"", "No change"}}
	for _, c := range q.view.Values(view.ByCategory) {
		category = append(category, [2]string{c, c})
	}
	harm := [][2]string{{"", "No change"}}
	for _, h := range incident.Harms() {
		if h.Graded() || h == incident.HarmNotApplicable {
			harm = append(harm, [2]string{h.String(), quote.HarmName(h)})
		}
	}
	return &correctionForm{Fields: []choices{choose("category", "Category", "", category...), choose("harm", "Degree of harm", "", harm...)}, Reason: reason}
}

// correct stores the answers of a form: one for each label that it names.
func (s *Server) correct(q *request) error {
	r, err := q.reportOf()
	if err != nil {
		return err
	}
	was := map[decision.Field]string{decision.Category: r.Label, decision.Harm: r.Harm.String(), decision.NeverEvent: r.NeverEvent}
	var list []decision.Correction
	for _, f := range decision.Fields() {
		value := q.field(string(f))
		if value == "" {
			continue
		}
		var err error
		if f == decision.SameEvent || f == decision.OtherEvent {
			value, err = q.otherReport(r, value)
		}
		c := decision.Correction{System: r.System, Incident: r.ID, Field: f, Was: was[f], Value: value, Reason: q.field("reason")}
		if err == nil {
			err = c.Check()
		}
		if err == nil && f == decision.Category && !slices.Contains(q.view.Values(view.ByCategory), value) {
			err = fmt.Errorf("choose a category from the list")
		}
		if err != nil {
			return q.showReport(http.StatusUnprocessableEntity, q.field("reason"), []page.Link{{Href: "#correct-" + string(f), Text: page.Capital(err.Error())}})
		}
		list = append(list, c)
	}
	if len(list) == 0 {
		return q.showReport(http.StatusUnprocessableEntity, q.field("reason"), []page.Link{{Href: "#correct-category", Text: "Choose at least one label to correct or confirm"}})
	}
	for _, c := range list {
		if _, err := s.config.Store.Correct(q.ctx(), q.act(), c); err != nil {
			return err
		}
	}
	return q.redirect(reportPath(r) + "?done=corrected")
}

// otherReport finds the report that a person names beside r, by its number or by its
// system and number, and gives its system and number.
func (q *request) otherReport(r view.Report, value string) (string, error) {
	system, id, both := strings.Cut(value, " ")
	found := q.view.Find(value)
	if both && len(found) == 0 {
		if o, ok := q.view.Report(view.Key{System: incident.System(strings.ToLower(system)), ID: id}); ok {
			found = append(found, o)
		}
	}
	found = slices.DeleteFunc(found, func(o view.Report) bool { return o.System == r.System && o.ID == r.ID })
	switch len(found) {
	case 0:
		return value, fmt.Errorf("there is no other report %q that you may see", value)
	case 1:
		return string(found[0].System) + " " + found[0].ID, nil
	}
	return value, fmt.Errorf("several systems have a report %s: write the system before it, for example %s %s", value, found[0].System, value)
}

// undoCorrection takes one's own answer back.
func (s *Server) undoCorrection(q *request) error {
	id, err := strconv.ParseInt(q.r.PathValue("id"), 10, 64)
	if err != nil {
		return errNotFound
	}
	all, err := s.config.Store.Corrections(q.ctx())
	if err != nil {
		return err
	}
	for _, c := range all {
		r, ok := q.view.Report(view.Key{System: c.System, ID: c.Incident})
		if c.ID != id || !ok || c.Who != q.person.Login {
			continue
		}
		if err := s.config.Store.UndoCorrection(q.ctx(), q.act(), id); err != nil {
			return err
		}
		return q.redirect(reportPath(r) + "?done=undone")
	}
	return errNotFound
}

// labelsContent is the list of reports that a person's answer helps most with.
type labelsContent struct {
	Unsure    page.Table
	Agreement page.Table
	Given     int
	Effect    []page.Fact
	Pairs     page.Table
}

const unsureShown = 50

func (s *Server) labels(q *request) error {
	all, err := s.config.Store.Corrections(q.ctx())
	if err != nil {
		return err
	}
	names, err := q.people()
	if err != nil {
		return err
	}
	answered := map[view.Key]bool{}
	var seen []decision.Correction // of reports that this person may see
	for _, c := range all {
		k := view.Key{System: c.System, ID: c.Incident}
		if _, ok := q.view.Report(k); ok {
			seen = append(seen, c)
			answered[k] = answered[k] || c.Who == q.person.Login && c.Field == decision.Category
		}
	}
	t := page.Table{ID: "unsure", Caption: "Reports without a sure category, the least sure first", Empty: "A category is known for every report that you may see.",
		Columns: []page.Column{{Heading: "Report"}, {Heading: "What it says"}, {Heading: "A model's guess"}, {Heading: "Sure", Numeric: true}}}
	for _, r := range q.view.Unsure(unsureShown + len(answered)) {
		if answered[view.Key{System: r.System, ID: r.ID}] || len(t.Rows) == unsureShown {
			continue
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: r.ID, Href: reportPath(r), Detail: page.Date(r.Reported)}, {Text: excerpt(r.Text)}, {Text: or(r.Predicted, "None")}, {Text: fmt.Sprintf("%.0f%%", math.Floor(100*r.Probability))}})
	}
	agree := page.Table{ID: "agreement", Caption: "How often two people gave the same answer", Empty: "No label has been answered by two people yet.",
		Columns: []page.Column{{Heading: "Label"}, {Heading: "Answered by two or more", Numeric: true}, {Heading: "All answers alike", Numeric: true}}}
	counts := decision.Agree(seen)
	for _, f := range decision.Fields() {
		if a := counts[f]; a.Questions > 0 {
			agree.Rows = append(agree.Rows, []page.Cell{{Text: fieldNames[f]}, {Text: fmt.Sprint(a.Questions)}, {Text: fmt.Sprint(a.Agreed)}})
		}
	}
	f := frame{Title: "Labels to check", Here: "/labels", Lead: "Your answers are what the next model learns from, and they replace the label in the next run."}
	return q.page(http.StatusOK, "labels", f, labelsContent{t, agree, len(seen), q.effect(seen), q.pairsTable(seen, names)})
}

// effect says what people's answers came to in the run on show.
func (q *request) effect(seen []decision.Correction) []page.Fact {
	answered, taken, learnt := 0, 0, 0
	for _, c := range seen {
		r, ok := q.view.Report(view.Key{System: c.System, ID: c.Incident})
		if !ok || c.Field != decision.Category {
			continue
		}
		answered++
		if r.Label == c.Value {
			taken++
		}
		if r.Predicted == c.Value {
			learnt++
		}
	}
	facts := []page.Fact{
		{Key: "Categories answered by people", Value: disclosure.Commas(answered)},
		{Key: "Of these, the category that counts in this run", Value: disclosure.Commas(taken)},
		{Key: "Of these, also the model's own first choice", Value: disclosure.Commas(learnt)},
	}
	if p := q.run().People(); q.view.Whole() {
		facts = append(facts, page.Fact{Key: "Labels that this run took from people", Value: disclosure.Commas(p.Labels)},
			page.Fact{Key: "What the model learnt of categories that people changed", Value: taught(p.Taught)},
			page.Fact{Key: "Reports of one event", Value: fmt.Sprintf("%s joined and %s parted in this run; %s set aside because others contradict them", page.Count(p.Joined, "answer", "answers"), page.Count(p.Parted, "answer", "answers"), page.Count(p.Contradicted, "answer", "answers"))})
	}
	return facts
}

// taught says what the classifier made of the categories that people changed. That
// it knows the reports that it has learnt from proves little, and that is said.
func taught(t *view.Taught) string {
	if t == nil {
		return "Nothing can be said yet: no category was changed, or there is no version from before to compare with"
	}
	told := func(h view.Hit, which string) string {
		if h.Answers == 0 {
			return "none " + which
		}
		return fmt.Sprintf("%d of %d %s, where the version before had %d", h.After, h.Answers, which, h.Before)
	}
	return page.Capital(told(t.Unseen, "that it has not learnt from are its first choice") + ". " + page.Capital(told(t.Learnt, "that it has learnt from are")) + "; these only show that it took them in")
}

// pairsTable lists what people said of two reports, and how the run on show has them.
func (q *request) pairsTable(seen []decision.Correction, names people) page.Table {
	t := page.Table{ID: "pairs", Caption: "Which reports tell of the same event, as people said", Empty: "Nobody has said of two reports whether they tell of the same event.",
		Columns: []page.Column{{Heading: "Report"}, {Heading: "Other report"}, {Heading: "Answer"}, {Heading: "Who"}, {Heading: "In this run"}}}
	for _, c := range slices.Backward(seen) {
		if c.Field != decision.SameEvent && c.Field != decision.OtherEvent || len(t.Rows) == unsureShown {
			continue
		}
		system, id, _ := strings.Cut(c.Value, " ")
		a, _ := q.view.Report(view.Key{System: c.System, ID: c.Incident})
		b, ok := q.view.Report(view.Key{System: incident.System(system), ID: id})
		if !ok {
			continue // the other one is not this person's to see, or is withdrawn
		}
		tag, answer := page.Tag{Text: "Counted as two", Colour: "blue"}, "Another event"
		if q.view.Together(a, b) {
			tag = page.Tag{Text: "Counted as one", Colour: "blue"}
		}
		if c.Field == decision.SameEvent {
			answer = "The same event"
		}
		if q.view.Together(a, b) != (c.Field == decision.SameEvent) && c.AsOf >= q.run().AsOf() {
			tag = page.Tag{Text: "From the next run", Colour: "yellow"}
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: a.ID, Href: reportPath(a), Detail: systemName(a.System)}, {Text: b.ID, Href: reportPath(b), Detail: systemName(b.System)}, {Text: answer}, {Text: names.of(c.Who)}, {Tag: &tag}})
	}
	return t
}
