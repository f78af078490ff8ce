package view

import (
	"math"
	"slices"

	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/nlp/search"
	"psims/nlp/text"
	"psims/reports/brief"
	"psims/reports/disclosure"
	"psims/reports/portal/access"
)

// View is what one person may see of a run. It is read-only, and safe for many goroutines.
type View struct {
	run    *Run
	key    string
	whole  bool
	reads  bool    // single reports, not only counts
	rows   []int32 // that may be seen, ascending
	in     []bool  // by event; nil when whole
	alerts []triage.Alert
}

func (r *Run) restrict(p access.Person) *View {
	v := &View{run: r, whole: p.Local || p.Scope.Whole(), reads: p.May(access.ReadReports)}
	e := r.parts.Events
	if !v.whole {
		v.in = allowed(e, p)
	}
	for i := range e.Len() {
		if v.may(int32(i)) {
			v.rows = append(v.rows, int32(i))
		}
	}
	for _, a := range r.parts.Alerts {
		if b, ok := v.alert(a); ok {
			v.alerts = append(v.alerts, b)
		}
	}
	return v
}

// allowed is the scope's rule, and the only one: of any of the organisations or
// regions, and of any of the specialties.
func allowed(e *Events, p access.Person) []bool {
	has := func(c *incident.Column, wanted []string) []bool {
		out := make([]bool, len(c.Names))
		for k, name := range c.Names {
			out[k] = name != "" && slices.Contains(wanted, name)
		}
		return out
	}
	organisation, region, specialty := has(&e.Organisation, p.Scope.Organisations), has(&e.Region, p.Scope.Regions), has(&e.Specialty, p.Scope.Specialties)
	anywhere := len(p.Scope.Organisations) == 0 && len(p.Scope.Regions) == 0
	in := make([]bool, e.Len())
	for i := range in {
		place := anywhere || organisation[e.Organisation.Codes[i]] || region[e.Region.Codes[i]]
		in[i] = place && (len(p.Scope.Specialties) == 0 || specialty[e.Specialty.Codes[i]])
	}
	return in
}

func (v *View) may(i int32) bool { return v.whole || v.in[i] }

// Run gives the facts that everybody may know.
func (v *View) Run() *Run { return v.run }

// Whole reports whether the scope limits nothing.
func (v *View) Whole() bool { return v.whole }

// Reads reports whether single reports may be seen.
func (v *View) Reads() bool { return v.reads }

// Policy is the rule for counts that this person may be shown.
func (v *View) Policy() disclosure.Policy {
	if v.reads {
		return disclosure.None()
	}
	return disclosure.HES5()
}

// Len gives how many events may be seen.
func (v *View) Len() int { return len(v.rows) }

// alert gives an alert as it may be seen: with the cited reports in scope alone, and
// not at all when there is none.
func (v *View) alert(a triage.Alert) (triage.Alert, bool) {
	if v.whole {
		return a, true
	}
	mine := func(id string) bool { return slices.ContainsFunc(v.run.byID[id], v.may) }
	keep := func(ids []string) []string {
		return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !mine(id) })
	}
	a.IncidentIDs, a.RecentIncidentIDs = keep(a.IncidentIDs), keep(a.RecentIncidentIDs)
	a.Evidence = slices.DeleteFunc(slices.Clone(a.Evidence), func(e triage.Evidence) bool { return !mine(e.IncidentID) })
	return a, len(a.IncidentIDs) > 0
}

// Alerts gives the alerts that may be seen, best first.
func (v *View) Alerts() []triage.Alert { return v.alerts }

// Alert gives one alert.
func (v *View) Alert(id string) (triage.Alert, bool) {
	for _, a := range v.alerts {
		if a.ID == id {
			return a, true
		}
	}
	return triage.Alert{}, false
}

// Weekly gives the weeks behind an alert: as judged for those who see everything,
// else those of the cited reports in scope.
func (v *View) Weekly(a triage.Alert) []triage.Point {
	all := v.run.parts.Weekly[a.ID]
	if v.whole || len(all) == 0 {
		return all
	}
	out := slices.Clone(all)
	for k := range out {
		out[k].Observed, out[k].Expected, out[k].Hi = 0, math.NaN(), math.NaN()
	}
	for _, id := range a.IncidentIDs {
		for _, i := range v.run.byID[id] {
			if day := v.run.parts.Events.Reported[i]; v.may(i) && day >= out[0].Week {
				k := min(int(day-out[0].Week)/7, len(out)-1)
				out[k].Observed++
			}
		}
	}
	return out
}

// Report is one report as it may be read.
type Report struct {
	brief.Incident
	Code        string // of the organisation
	Kind        incident.Kind
	Scheme      string
	Label       string
	Predicted   string
	Probability float64
	Medication  string
	Device      string
	NeverEvent  string
	Theme       int // place in the run's themes; −1 for none
	row         int32
}

// Report gives one report.
func (v *View) Report(k Key) (Report, bool) {
	i, ok := v.run.row[k]
	if !ok || !v.reads || !v.may(i) {
		return Report{}, false
	}
	return v.at(i), true
}

// Find gives the reports with an id, of whatever system.
func (v *View) Find(id string) []Report {
	var out []Report
	if !v.reads {
		return nil
	}
	for _, i := range v.run.byID[id] {
		if v.may(i) {
			out = append(out, v.at(i))
		}
	}
	return out
}

func (v *View) at(i int32) Report {
	e := v.run.parts.Events
	k := int(i)
	code := e.Organisation.Value(k)
	name := e.Names[code]
	if name == "" {
		name = code
	}
	return Report{
		Incident: brief.Incident{ID: e.ID[k], System: incident.System(e.System.Value(k)), Reported: e.Reported[k], Occurred: e.Occurred[k], Organisation: name, Region: e.Region.Value(k),
			Specialty: e.Specialty.Value(k), CareSetting: e.CareSetting.Value(k), Category: e.Category.Value(k), Harm: e.Harm[k], Text: e.Text[k]},
		Code: code, Kind: e.Kind[k], Scheme: e.Scheme.Value(k), Label: e.Label.Value(k), Predicted: e.Predicted.Value(k), Probability: e.Probability[k],
		Medication: e.Medication.Value(k), Device: e.Device.Value(k), NeverEvent: e.NeverEvent.Value(k), Theme: int(e.Theme[k]), row: i,
	}
}

// Same gives the other reports that are taken to tell of the same event.
func (v *View) Same(r Report) []Report {
	var out []Report
	for _, i := range v.run.same[r.row] {
		if i != r.row && v.may(i) {
			out = append(out, v.at(i))
		}
	}
	return out
}

// Together reports whether two reports are taken to tell of the same event.
func (v *View) Together(a, b Report) bool { return slices.Contains(v.run.same[a.row], b.row) }

// Like gives up to n reports that read most like one, with how like they are.
func (v *View) Like(r Report, n int) []Likeness {
	var out []Likeness
	for _, a := range v.run.texts.Like(r.row, n, v.may) {
		out = append(out, Likeness{v.at(a.Doc), a.Score})
	}
	return out
}

// Likeness is a report and how like another it reads, from 0 to 1.
type Likeness struct {
	Report
	Score float64
}

// Search gives the reports whose text answers a question, newest first. Those who
// may see counts only get none: a match tells what a text says.
func (v *View) Search(q search.Query) Selection {
	if !v.reads {
		return Selection{view: v}
	}
	rows := v.run.texts.Find(q)
	if !v.whole {
		rows = slices.DeleteFunc(rows, func(i int32) bool { return !v.in[i] })
	}
	return Selection{view: v, rows: rows}
}

// Marks gives the places in a text that answer a question.
func (v *View) Marks(q search.Query, s string) []text.Span { return v.run.texts.Marks(q, s) }

// Unsure gives up to n reports without a sure category, the least sure first.
func (v *View) Unsure(n int) []Report {
	if !v.reads {
		return nil
	}
	e := v.run.parts.Events
	var rows []int32
	for _, i := range v.rows {
		if p := e.Probability[i]; p == p && e.Category.Codes[i] == 0 && e.Text[i] != "" {
			rows = append(rows, i)
		}
	}
	slices.SortStableFunc(rows, func(a, b int32) int {
		switch {
		case e.Probability[a] < e.Probability[b]:
			return -1
		case e.Probability[a] > e.Probability[b]:
			return 1
		}
		return int(b - a)
	})
	var out []Report
	for _, i := range rows[:min(n, len(rows))] {
		out = append(out, v.at(i))
	}
	return out
}
