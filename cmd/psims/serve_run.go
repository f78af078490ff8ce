package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"psims/analytics/triage"
	"psims/datasets/frame"
	"psims/datasets/frame/parquet"
	"psims/datasets/incident"
	"psims/reports/brief"
	"psims/reports/portal/view"
)

// readRun reads the newest finished run for the portal.
func (h home) readRun(organisation string) (*view.Run, error) {
	dir, err := filepath.EvalSymlinks(h.path("current"))
	if err != nil {
		return nil, err
	}
	m, err := readManifest(dir)
	if err != nil {
		return nil, err
	}
	p := view.Parts{ID: m.RunID, Version: m.Version, Organisation: organisation, People: view.People{Labels: m.Labels, Joined: m.Joined.Told, Parted: m.Joined.Parted, Contradicted: m.Joined.Refused}}
	if t := m.Taught; t != nil {
		p.People.Taught = &view.Taught{Before: t.Before, Learnt: view.Hit(t.Learnt), Unseen: view.Hit(t.Unseen)}
	}
	if p.AsOf, err = incident.ParseDay(m.AsOf); err != nil {
		return nil, err
	}
	for _, in := range m.Inputs {
		p.Loads = append(p.Loads, brief.Load{File: in.File, Format: in.Format, Read: in.Read, Kept: in.Events, Rejected: map[incident.Reason]int{"": in.Rejected}})
	}
	if p.Alerts, err = readAlerts(filepath.Join(dir, "alerts.jsonl")); err != nil {
		return nil, err
	}
	if p.Weekly, err = readWeeks(dir); err != nil {
		return nil, err
	}
	place, err := readThemeList(dir, &p)
	if err != nil {
		return nil, err
	}
	if p.Events, err = readEvents(dir, place); err != nil {
		return nil, err
	}
	if err := readWatchTables(dir, &p); err != nil {
		return nil, err
	}
	if err := readTypes(dir, &p); err != nil {
		return nil, err
	}
	return view.New(p), nil
}

// tableOf reads a table of a run; one that an older program did not write is empty.
func tableOf(dir, folder, name string) (*frame.Frame, error) {
	f, err := parquet.Read(name, filepath.Join(dir, folder, name+".parquet"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return f, err
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

func readWeeks(dir string) (map[string][]triage.Point, error) {
	f, err := tableOf(dir, "tables", "alert_weekly")
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

// readThemeList adds the themes and what became of them, and gives the place of each by id.
func readThemeList(dir string, p *view.Parts) (map[string]int32, error) {
	f, err := tableOf(dir, "", "themes")
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
		t := view.Theme{ID: id[i], Name: name[i], Terms: frame.Parts(terms[i]), Exemplars: frame.Parts(exemplars[i]), Born: born[i]}
		if x != nil && x[i] == x[i] && y[i] == y[i] {
			t.At = &[2]float64{x[i], y[i]}
		}
		p.Themes = append(p.Themes, t)
	}
	if f, err = tableOf(dir, "tables", "theme_events"); err != nil {
		return nil, err
	}
	c = &columnsOf{f: f}
	day, kind, of, called, before, reports := column[incident.Day](c, "day"), column[string](c, "kind"), column[string](c, "theme_id"), column[string](c, "name"), column[string](c, "before"), column[int64](c, "reports")
	for i := range day {
		p.Changes = append(p.Changes, view.Change{Day: day[i], Kind: kind[i], ThemeID: of[i], Name: called[i], Before: before[i], Reports: int(reports[i])})
	}
	return place, c.err
}

// readEvents reads the events that the run judged. place is where each theme stands.
func readEvents(dir string, place map[string]int32) (*view.Events, error) {
	f, err := parquet.Read("events", filepath.Join(dir, "tables", "events.parquet"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("run %s has no table of events: run \"psims run\" again with this program", filepath.Base(dir))
	}
	if err != nil {
		return nil, err
	}
	c := &columnsOf{f: f}
	e := &view.Events{Names: map[string]string{}}
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

// readWatchTables adds what should be read beside the alerts.
func readWatchTables(dir string, p *view.Parts) error {
	f, err := tableOf(dir, "tables", "known_risks")
	if err != nil {
		return err
	}
	c := &columnsOf{f: f}
	system, id, risk, title, marked, doubt, sentence, score := column[string](c, "system"), column[string](c, "incident_id"), column[string](c, "risk_id"), column[string](c, "risk"), column[string](c, "never_event"), column[string](c, "context"), column[string](c, "sentences"), column[float64](c, "score")
	if c.err != nil {
		return c.err
	}
	for i := range id {
		p.Suspects = append(p.Suspects, view.Suspect{System: incident.System(system[i]), ID: id[i], RiskID: risk[i], Risk: title[i], NeverEvent: marked[i], Doubt: doubt[i], Sentence: sentence[i], Score: score[i]})
	}
	if f, err = tableOf(dir, "tables", "harm_discrepancy"); err != nil {
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
			p.Doubts = append(p.Doubts, view.Doubt{ID: id[i], Told: harm, Worse: worse[i], Sentence: sentence[i]})
		}
	}
	if f, err = tableOf(dir, "tables", "hidden_themes"); err != nil {
		return err
	}
	c = &columnsOf{f: f}
	theme, name, reports, orgs, categories, weight := column[string](c, "theme_id"), column[string](c, "name"), column[int64](c, "reports"), column[int64](c, "organisations"), column[float64](c, "categories"), column[float64](c, "score")
	if c.err != nil {
		return c.err
	}
	for i := range theme {
		p.Hidden = append(p.Hidden, view.Hidden{ID: theme[i], Name: name[i], Reports: int(reports[i]), Organisations: int(orgs[i]), Categories: categories[i], Score: weight[i]})
	}
	return readSame(dir, p)
}

// readTypes adds which organisations are of which type.
func readTypes(dir string, p *view.Parts) error {
	f, err := tableOf(dir, "tables", "freshness")
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(f.Columns, func(c frame.Column) bool { return c.Name == "type" }) { // a run of an older version: only those with a graded event
		if f, err = tableOf(dir, "tables", "severe_share"); err != nil {
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

// readSame adds the groups of reports that are taken to tell of one event.
func readSame(dir string, p *view.Parts) error {
	f, err := tableOf(dir, "tables", "linked_reports")
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
		p.Same[k] = append(p.Same[k], view.Key{System: incident.System(system[i]), ID: strings.TrimSpace(id[i])})
	}
	return nil
}
