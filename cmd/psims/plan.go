package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"psims/datasets/extract/table"
	"psims/datasets/inbox"
	"psims/datasets/incident"
	"psims/datasets/quality"
	"psims/datasets/warehouse"
	"psims/models/champion"
	"psims/reports/publication"
)

// plan is what a run would do. Making it writes nothing and takes no lock.
type plan struct {
	Home       string       `json:"home"`
	Busy       bool         `json:"busy"` // another process is at work: a run would end with exit code 5
	Reference  string       `json:"organisations,omitempty"`
	Files      []inbox.File `json:"files"`
	AsOf       string       `json:"as_of"` // "" when there is no event to judge
	Asked      bool         `json:"as_of_given"`
	AtLeast    bool         `json:"as_of_at_least"` // files too large to be read through may hold a later day
	Stages     []planStage  `json:"stages"`
	Current    string       `json:"current,omitempty"`
	Unfinished []string     `json:"unfinished_runs,omitempty"`
}

type planStage struct {
	Name string `json:"name"`
	Why  string `json:"why"`
}

// planned works out what a run would do with the files that wait.
func (a *app) planned(ctx context.Context, files []string, reference, asOf string) (*plan, error) {
	p := &plan{Home: a.home.dir, Busy: a.home.held(), Reference: reference, Files: []inbox.File{}}
	if reference == "" {
		p.Reference = a.cfg.Load.Organisations
	}
	rules, err := a.rules()
	if err != nil {
		return nil, err
	}
	loads, day, err := warehouse.Accepted(a.home.path("loads"))
	if err != nil {
		return nil, err
	}
	var m *table.Mapping
	if a.cfg.Load.Mapping != "" {
		if m, err = table.LoadMapping(a.cfg.Load.Mapping); err != nil {
			return nil, err
		}
	}
	reading := inbox.Default()
	reading.Mapping, reading.Rejecting = m, quality.Rejecting(rules)
	reading.Accepted = func(id string) (rows, rejects int, known bool) {
		k := slices.IndexFunc(loads, func(l warehouse.Load) bool { return l.ID == id })
		if k < 0 {
			return 0, 0, false
		}
		return loads[k].RowsRead, loads[k].RowsRejected, true
	}
	waiting := inbox.None()
	for _, path := range files {
		f, days, err := reading.Look(ctx, path)
		if err != nil {
			return nil, err
		}
		p.Files = append(p.Files, f)
		waiting = waiting.Join(days)
		p.AtLeast = p.AtLeast || f.Rows < 0
	}
	day = max(day, waiting.Newest)
	if asOf != "" {
		if day, err = incident.ParseDay(asOf); err != nil {
			return nil, usagef("--as-of: %w", err)
		}
		p.Asked, p.AtLeast = true, false
	}
	p.AsOf = day.String()
	if p.Stages, err = a.stagesOf(day, waiting.Oldest, rules); err != nil {
		return nil, err
	}
	return p, a.standing(p)
}

// stagesOf says what each stage would do as of a day, and why. oldest is the first day
// of which the waiting files hold reports.
func (a *app) stagesOf(day, oldest incident.Day, rules []quality.Rule) ([]planStage, error) {
	if !day.Known() {
		return nil, nil
	}
	stopping := 0
	for _, r := range rules {
		if r.Then == quality.Stop {
			stopping++
		}
	}
	training, err := a.trainingOf(day, oldest)
	if err != nil {
		return nil, err
	}
	why := map[string]string{
		"train":  training,
		"label":  "every event gets its labels",
		"group":  "every event is put into a theme; themes are learnt anew on every 28th day",
		"detect": fmt.Sprintf("every stratum is judged, and each of the %d weeks before is searched for emerging issues", a.cfg.Detect.LookbackWeeks),
		"report": "the reports are written, and the run is published once it is whole",
	}
	out := []planStage{{"gate", fmt.Sprintf("%d data-quality rules, of which %d can stop the night before anything is published (exit code 4)", len(rules), stopping)}}
	for _, s := range stages {
		out = append(out, planStage{s.name, why[s.name]})
	}
	return out, nil
}

// trainingOf says which classifiers are due. Those of a due day are learnt once, unless
// what had been reported by then changes.
func (a *app) trainingOf(day, oldest incident.Day) (string, error) {
	if len(a.cfg.Train.Tasks) == 0 {
		return "nothing: train.tasks is empty", nil
	}
	due := champion.DueDay(day, a.cfg.Train.DueDays)
	var learnt, missing []string
	for _, task := range a.cfg.Train.Tasks {
		versions, err := (&night{app: a}).store().Versions(task)
		if err != nil {
			return "", err
		}
		if slices.ContainsFunc(versions, func(v string) bool { return strings.HasPrefix(v, due.String()+"-") }) {
			learnt = append(learnt, task)
		} else {
			missing = append(missing, task)
		}
	}
	var parts []string
	if len(missing) > 0 {
		parts = append(parts, fmt.Sprintf("%s: due, because the last day of the grid of %d is %v and nothing has been learnt for it; from %d labelled events on", strings.Join(missing, ", "), a.cfg.Train.DueDays, due, a.cfg.Train.MinEvents))
	}
	if len(learnt) > 0 {
		said := fmt.Sprintf("%s: not due before %v", strings.Join(learnt, ", "), due+incident.Day(a.cfg.Train.DueDays))
		if oldest <= due {
			said = fmt.Sprintf("%s: learnt for %v before, and again where the waiting files, which go back to %v, change the labelled reports until then", strings.Join(learnt, ", "), due, oldest)
		}
		parts = append(parts, said)
	}
	return strings.Join(parts, ". "), nil
}

// standing says what is published and what was left unfinished.
func (a *app) standing(p *plan) error {
	m, err := publication.Current(a.home.dir).Manifest()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	p.Current = m.RunID
	p.Unfinished, err = publication.Unfinished(a.home.dir)
	return err
}

// tell prints a plan.
//
// Errors: a waiting file can't be read, so that the night would stop there.
func (p *plan) tell(a *app) error {
	if a.json {
		if err := json.NewEncoder(a.out).Encode(p); err != nil {
			return err
		}
		return p.fault()
	}
	say := func(format string, args ...any) { fmt.Fprintf(a.out, format+"\n", args...) }
	say("Nothing is done; this is what \"psims run\" would do in %s.", p.Home)
	if p.Busy {
		say("Another psims is at work there: a run would end at once (exit code 5).")
	}
	if p.Reference != "" {
		say("Organisation reference: %s", p.Reference)
	}
	if len(p.Files) == 0 {
		say("No file waits in the inbox.")
	}
	for _, f := range p.Files {
		say("load    %s", f)
	}
	switch {
	case p.AsOf == "":
		say("There is no event to judge: a run would fail.")
	case p.Asked:
		say("As of %s, as asked.", p.AsOf)
	case p.AtLeast:
		say("As of %s or later: the newest reported day, as far as the files were read.", p.AsOf)
	default:
		say("As of %s, the newest reported day.", p.AsOf)
	}
	for _, s := range p.Stages {
		say("%-7s %s", s.Name, s.Why)
	}
	if p.Current != "" {
		say("Run %s stays current until then.", p.Current)
	}
	for _, u := range p.Unfinished {
		say("Unfinished: %s; with --resume, a run of the same inputs goes on with it.", u)
	}
	return p.fault()
}

// fault is the error with which the night would stop; nil for none.
func (p *plan) fault() error {
	for _, f := range p.Files {
		if f.Problem != "" {
			return fmt.Errorf("a run would stop at %q, before anything is judged", filepath.Base(f.Path))
		}
	}
	return nil
}
