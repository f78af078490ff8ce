package view

import (
	"errors"
	"slices"
	"strings"

	"psims/analytics/triage"
	"psims/datasets/frame"
	"psims/datasets/incident"
)

// Tables gives a table of a run by its name; nil for one that an older program did not
// write.
type Tables func(name string) (*frame.Frame, error)

// ErrNoEvents says that a run has no table of events: it was made by an older program.
var ErrNoEvents = errors.New("it has no table of events")

// Read fills in what is in the tables of a run.
//
// Errors: ErrNoEvents; a table can't be read, or is not of the form that a run publishes.
func (t Tables) Read(p *Parts) error {
	var err error
	if p.Weekly, err = t.weeks(); err != nil {
		return err
	}
	place, err := t.themes(p)
	if err != nil {
		return err
	}
	if p.Events, err = t.events(place); err != nil {
		return err
	}
	if err := t.watched(p); err != nil {
		return err
	}
	return t.types(p)
}

// columnsOf reads columns of a table and keeps the first error; of no table they are empty.
type columnsOf struct {
	f   *frame.Frame
	err error
}

func column[T string | int64 | float64 | bool | incident.Day](c *columnsOf, name string) []T {
	if c.f == nil {
		return nil
	}
	v, err := frame.Get[T](c.f, name)
	c.err = errors.Join(c.err, err)
	return v
}

func (t Tables) weeks() (map[string][]triage.Point, error) {
	f, err := t("alert_weekly")
	if err != nil {
		return nil, err
	}
	c := &columnsOf{f: f}
	id, week := column[string](c, "alert_id"), column[incident.Day](c, "week")
	observed, expected, upper := column[float64](c, "observed"), column[float64](c, "expected"), column[float64](c, "upper")
	if c.err != nil {
		return nil, c.err
	}
	out := map[string][]triage.Point{}
	for i := range id {
		out[id[i]] = append(out[id[i]], triage.Point{Week: week[i], Observed: observed[i], Expected: expected[i], Hi: upper[i]})
	}
	return out, nil
}

// themes adds the themes and what became of them, and gives the place of each by id.
func (t Tables) themes(p *Parts) (map[string]int32, error) {
	f, err := t("themes")
	if err != nil {
		return nil, err
	}
	c := &columnsOf{f: f}
	id, name, terms, exemplars, born := column[string](c, "theme_id"), column[string](c, "name"), column[string](c, "terms"), column[string](c, "exemplars"), column[incident.Day](c, "born")
	if c.err != nil {
		return nil, c.err
	}
	var x, y []float64
	if f != nil && slices.ContainsFunc(f.Columns, func(c frame.Column) bool { return c.Name == "x" }) { // runs of older programs have no places
		x, y = column[float64](c, "x"), column[float64](c, "y")
	}
	if c.err != nil {
		return nil, c.err
	}
	place := make(map[string]int32, len(id))
	for i := range id {
		place[id[i]] = int32(i)
		th := Theme{ID: id[i], Name: name[i], Terms: frame.Parts(terms[i]), Exemplars: frame.Parts(exemplars[i]), Born: born[i]}
		if x != nil && x[i] == x[i] && y[i] == y[i] {
			th.At = &[2]float64{x[i], y[i]}
		}
		p.Themes = append(p.Themes, th)
	}
	if f, err = t("theme_events"); err != nil {
		return nil, err
	}
	c = &columnsOf{f: f}
	day, kind, of, called, before, reports := column[incident.Day](c, "day"), column[string](c, "kind"), column[string](c, "theme_id"), column[string](c, "name"), column[string](c, "before"), column[int64](c, "reports")
	for i := range day {
		p.Changes = append(p.Changes, Change{Day: day[i], Kind: kind[i], ThemeID: of[i], Name: called[i], Before: before[i], Reports: int(reports[i])})
	}
	return place, c.err
}

// events reads the events that the run judged. place is where each theme stands.
func (t Tables) events(place map[string]int32) (*Events, error) {
	f, err := t("events")
	if err != nil {
		return nil, err
	}
	if f == nil {
		return nil, ErrNoEvents
	}
	c := &columnsOf{f: f}
	e := &Events{Names: map[string]string{}}
	e.ID, e.Text, e.Probability = column[string](c, "incident_id"), column[string](c, "description"), column[float64](c, "probability")
	e.Reported, e.Occurred = column[incident.Day](c, "reported_date"), column[incident.Day](c, "occurred_date")
	kind, harm, theme, name, org := column[string](c, "kind"), column[string](c, "harm"), column[string](c, "theme_id"), column[string](c, "organisation_name"), column[string](c, "organisation")
	for _, to := range []struct {
		name string
		c    *incident.Column
	}{
		{"system", &e.System}, {"organisation", &e.Organisation}, {"region", &e.Region}, {"scheme", &e.Scheme}, {"category", &e.Category}, {"label", &e.Label}, {"predicted", &e.Predicted},
		{"specialty", &e.Specialty}, {"care_setting", &e.CareSetting}, {"medication", &e.Medication}, {"device", &e.Device}, {"never_event", &e.NeverEvent},
	} {
		for _, v := range column[string](c, to.name) {
			to.c.Append(v)
		}
	}
	if c.err != nil {
		return nil, c.err
	}
	kinds := map[string]incident.Kind{}
	for _, k := range incident.Kinds() {
		kinds[k.String()] = k
	}
	e.Kind, e.Harm, e.Theme = make([]incident.Kind, len(kind)), make([]incident.Harm, len(kind)), make([]int32, len(kind))
	for i := range kind {
		e.Kind[i] = kinds[kind[i]]
		if e.Harm[i], err = incident.ParseHarm(harm[i]); err != nil {
			return nil, err
		}
		e.Theme[i] = -1
		if k, ok := place[theme[i]]; ok {
			e.Theme[i] = k
		}
		if name[i] != "" {
			e.Names[org[i]] = name[i]
		}
	}
	return e, nil
}

// watched adds what should be read beside the alerts.
func (t Tables) watched(p *Parts) error {
	f, err := t("known_risks")
	if err != nil {
		return err
	}
	c := &columnsOf{f: f}
	system, id, risk, title, marked, doubt, sentence, score := column[string](c, "system"), column[string](c, "incident_id"), column[string](c, "risk_id"), column[string](c, "risk"), column[string](c, "never_event"), column[string](c, "context"), column[string](c, "sentences"), column[float64](c, "score")
	if c.err != nil {
		return c.err
	}
	for i := range id {
		p.Suspects = append(p.Suspects, Suspect{System: incident.System(system[i]), ID: id[i], RiskID: risk[i], Risk: title[i], NeverEvent: marked[i], Doubt: doubt[i], Sentence: sentence[i], Score: score[i]})
	}
	if f, err = t("harm_discrepancy"); err != nil {
		return err
	}
	c = &columnsOf{f: f}
	id, told, worse, sentence := column[string](c, "incident_id"), column[string](c, "told"), column[float64](c, "worse"), column[string](c, "sentences")
	if c.err != nil {
		return c.err
	}
	seen := map[string]bool{}
	for i := range id {
		harm, err := incident.ParseHarm(told[i])
		if err != nil {
			return err
		}
		if !seen[id[i]] {
			seen[id[i]] = true
			p.Doubts = append(p.Doubts, Doubt{ID: id[i], Told: harm, Worse: worse[i], Sentence: sentence[i]})
		}
	}
	if f, err = t("hidden_themes"); err != nil {
		return err
	}
	c = &columnsOf{f: f}
	theme, name, reports, orgs, categories, weight := column[string](c, "theme_id"), column[string](c, "name"), column[int64](c, "reports"), column[int64](c, "organisations"), column[float64](c, "categories"), column[float64](c, "score")
	if c.err != nil {
		return c.err
	}
	for i := range theme {
		p.Hidden = append(p.Hidden, Hidden{ID: theme[i], Name: name[i], Reports: int(reports[i]), Organisations: int(orgs[i]), Categories: categories[i], Score: weight[i]})
	}
	return t.same(p)
}

// types adds which organisations are of which type.
func (t Tables) types(p *Parts) error {
	f, err := t("freshness")
	if err != nil {
		return err
	}
	if f == nil || !slices.ContainsFunc(f.Columns, func(c frame.Column) bool { return c.Name == "type" }) { // a run of an older version: only those with a graded event
		if f, err = t("severe_share"); err != nil {
			return err
		}
	}
	c := &columnsOf{f: f}
	org, kind := column[string](c, "organisation"), column[string](c, "type")
	if c.err != nil {
		return c.err
	}
	p.Types = make(map[string]string, len(org))
	for i := range org {
		p.Types[org[i]] = kind[i]
	}
	return nil
}

// same adds the groups of reports that are taken to tell of one event.
func (t Tables) same(p *Parts) error {
	f, err := t("linked_reports")
	if err != nil {
		return err
	}
	c := &columnsOf{f: f}
	group, system, id := column[string](c, "group"), column[string](c, "system"), column[string](c, "incident_id")
	if c.err != nil {
		return c.err
	}
	at := map[string]int{}
	for i := range group {
		k, ok := at[group[i]]
		if !ok {
			k = len(p.Same)
			at[group[i]] = k
			p.Same = append(p.Same, nil)
		}
		p.Same[k] = append(p.Same[k], Key{System: incident.System(system[i]), ID: strings.TrimSpace(id[i])})
	}
	return nil
}
