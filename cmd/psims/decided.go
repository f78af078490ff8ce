package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"psims/analytics/linkage"
	"psims/analytics/triage"
	"psims/datasets/decision"
	"psims/datasets/incident"
)

// decided is what people had decided when a day began to be judged. A decision
// carries the day of the run that was on show, and counts for later days alone: a
// run that is repeated for a past day knows nothing of what was decided later.
type decided struct {
	standing    map[string]decision.Decision // by alert
	corrections []decision.Correction        // oldest first
}

// readDecided reads it; nothing when nobody has decided anything.
func (h home) readDecided(ctx context.Context, day incident.Day) (d decided, err error) {
	store, err := decision.OpenReadOnly(ctx, h.path("review.sqlite"))
	if errors.Is(err, fs.ErrNotExist) {
		return d, nil
	}
	if err != nil {
		return d, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if d.standing, err = store.StandingAt(ctx, day); err != nil {
		return d, err
	}
	d.corrections, err = store.CorrectionsAt(ctx, day)
	return d, err
}

// write writes what a run's results depend on; nothing when there is nothing.
func (d decided) write(w io.Writer) {
	for _, alert := range sortedKeys(d.standing) {
		s := d.standing[alert]
		fmt.Fprintf(w, "%q %s %v %g %d %d\n", alert, s.State, s.AsOf, s.Observed, s.Severe, s.Organisations) // a hash never fails to write
	}
	for _, c := range d.corrections {
		fmt.Fprintf(w, "%s %q %s %q\n", c.System, c.Incident, c.Field, c.Value)
	}
}

// dismissed gives the alerts that people have dismissed, by their ids.
func (d decided) dismissed() map[string]triage.Dismissal {
	out := map[string]triage.Dismissal{}
	for id, s := range d.standing {
		if s.State.Dismisses() {
			out[id] = triage.Dismissal{As: string(s.State), AsOf: s.AsOf, Numbers: triage.Numbers{Observed: s.Observed, Severe: s.Severe, Organisations: s.Organisations}}
		}
	}
	return out
}

// told gives what people said of which reports tell of the same event, oldest first.
func (d decided) told(t *incident.Table) []linkage.Told {
	var out []linkage.Told
	for _, s := range decision.SaidOf(t, d.corrections) {
		out = append(out, linkage.Told(s))
	}
	return out
}
