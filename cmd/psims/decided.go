package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

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

// keepDown puts alerts that people have dismissed behind those still to be read,
// unless they have changed materially since: then they stand where they would, and
// say what has changed. It gives the alerts ranked anew.
func (d decided) keepDown(alerts []triage.Alert) []triage.Alert {
	touched := false
	for i := range alerts {
		a := &alerts[i]
		s, ok := d.standing[a.ID]
		if !ok || !s.State.Dismisses() {
			continue
		}
		touched = true
		said := fmt.Sprintf(" On the run of %s people marked it as %q", s.AsOf.Time().Format("2 January 2006"), s.State)
		changed := a.Numbers().Since(triage.Numbers{Observed: s.Observed, Severe: s.Severe, Organisations: s.Organisations})
		switch {
		case a.Status == triage.Gone:
			a.Why += said + "."
		case len(changed) == 0:
			a.Status = triage.Gone
			a.Why += said + "; it stays down because it has not changed materially since."
		default:
			a.Status = triage.Grown
			a.Why += said + ". It stands here again because it has changed since: " + strings.Join(changed, "; ") + "."
		}
	}
	if !touched {
		return alerts
	}
	return triage.Rank(alerts)
}

// correct puts people's answers in place of the senders' labels, so that everything
// that follows, and the next training too, goes by them. Where people differ, the
// last answer holds. scheme is whose categories are counted, which are those that
// people choose from. It gives the number of labels changed.
func (d decided) correct(t *incident.Table, scheme string) int {
	if len(d.corrections) == 0 {
		return 0
	}
	type key struct{ system, id string }
	row := make(map[key]int, t.Len())
	for i := range t.Len() {
		row[key{t.System.Value(i), t.ID[i]}] = i
	}
	changed := 0
	for _, c := range d.corrections {
		i, ok := row[key{string(c.System), c.Incident}]
		if !ok {
			continue // withdrawn since, or not reported by this day
		}
		switch c.Field {
		case decision.Category:
			t.Category.Set(i, c.Value)
			t.Scheme.Set(i, scheme)
		case decision.Harm:
			h, err := incident.ParseHarm(c.Value)
			if err != nil {
				continue // it was checked when it was stored
			}
			t.Harm[i] = h
		case decision.NeverEvent:
			v := c.Value
			if v == "none" {
				v = ""
			}
			t.NeverEvent.Set(i, v)
		default:
			continue
		}
		changed++
	}
	return changed
}

// told gives what people said of which reports tell of the same event, oldest first.
// Reports that are not in the table, withdrawn or not there by this day, are left out.
func (d decided) told(t *incident.Table) []linkage.Told {
	var out []linkage.Told
	var row map[string]int32
	for _, c := range d.corrections {
		if c.Field != decision.SameEvent && c.Field != decision.OtherEvent {
			continue
		}
		if row == nil {
			row = make(map[string]int32, t.Len())
			for i := range int32(t.Len()) {
				row[linkage.Name(t, i)] = i
			}
		}
		a, known := row[string(c.System)+" "+c.Incident]
		b, there := row[c.Value]
		if known && there {
			out = append(out, linkage.Told{A: a, B: b, Same: c.Field == decision.SameEvent})
		}
	}
	return out
}
