package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"

	"psims/analytics/knownrisk"
	"psims/analytics/signal"
	"psims/analytics/triage"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/models/drift"
	"psims/reports/brief"
	"psims/reports/chart"
	"psims/reports/disclosure"
	"psims/reports/evidence"
	"psims/reports/publication"
	"psims/reports/specialty"
)

type reportVerb struct {
	AsOf string `help:"The day of the run (YYYY-MM-DD)." placeholder:"DATE"`
}

// Run writes the reports of the day's run and publishes it.
func (v *reportVerb) Run(ctx context.Context, a *app) error {
	return a.one(ctx, v.AsOf, "report", (*night).report)
}

// report writes the site from what the stages before left in the run's folder.
func (n *night) report(ctx context.Context) (int, error) {
	policy, err := disclosure.Parse(n.cfg.Report.Disclosure)
	if err != nil {
		return 0, usagef("report.disclosure: %w", err)
	}
	c := brief.Default()
	c.Policy, c.ListRows, c.Drawn = policy, n.cfg.Report.Listing, n.drawnBefore()
	w, err := brief.New(c)
	if err != nil {
		return 0, err
	}
	n.terms, n.counts = nil, nil // of no more use: as much memory as all narratives
	run, err := n.briefRun(ctx)
	if err != nil {
		return 0, err
	}
	if err := n.writeEvents(); err != nil {
		return 0, err
	}
	senders, err := n.providers(run, w)
	if err != nil {
		return 0, err
	}
	staff, err := n.staffPages(w, policy, senders)
	if err != nil {
		return 0, err
	}
	run.Organisations = directory(senders)
	s, err := w.Write(ctx, n.dir.Create("site"), run)
	if err != nil {
		return 0, err
	}
	more, outputs, err := n.writeSpecialties(ctx, w, policy, run)
	if err != nil {
		return 0, err
	}
	s = s.Add(more)
	if more, err = n.writeProviders(ctx, w, senders); err != nil {
		return 0, err
	}
	s = s.Add(more)
	if more, err = n.writeStaff(ctx, staff, senders); err != nil {
		return 0, err
	}
	s = s.Add(more)
	if more, err = n.writePublic(ctx, w, run); err != nil {
		return 0, err
	}
	s = s.Add(more)
	if err := n.writeDigests(run, outputs, senders); err != nil {
		return 0, err
	}
	if err := n.keepDrawn(c.Drawn); err != nil {
		return 0, err
	}
	n.writePDFs(ctx)
	n.log.Info("report written", "pages", s.Pages, "charts", s.Charts, "files", s.Files, "suppressed", s.Hidden)
	return s.Pages, nil
}

// writeEvents adds the de-identified events of the run, with what models say of
// them: what the portal shows and "psims sql" asks.
func (n *night) writeEvents() error {
	f, err := n.dir.Table("", "labels", "predicted", "probability")
	if err != nil {
		return err
	}
	labels := f.Reader()
	predicted, probability := frame.Take[string](labels, "predicted"), frame.Take[float64](labels, "probability")
	if labels.Err() != nil {
		return labels.Err()
	}
	return n.dir.WriteTable(n.evidence().Frame(predicted, probability), publication.Tables)
}

// drawnBefore gives the pictures of the run before this one: those that show nothing new
// are as they were.
func (n *night) drawnBefore() *chart.Drawn {
	var kept []chart.Kept
	if s := n.memory.onShelf(); s != nil {
		s.Read(s.Name("drawn", [sha256.Size]byte{}), &kept)
	}
	return chart.NewDrawn(kept)
}

// keepDrawn keeps the pictures of this run for the next one.
func (n *night) keepDrawn(d *chart.Drawn) error {
	if s := n.memory.onShelf(); s != nil {
		return s.Keep("drawn", [sha256.Size]byte{}, d.Used())
	}
	return nil
}

// briefRun gathers what the report tells of.
func (n *night) briefRun(ctx context.Context) (brief.Run, error) {
	t, err := n.events(ctx)
	if err != nil {
		return brief.Run{}, err
	}
	if _, err := n.readLabels(ctx); err != nil {
		return brief.Run{}, err
	}
	if _, err := n.readThemes(ctx); err != nil {
		return brief.Run{}, err
	}
	if err := n.readJoined(); err != nil {
		return brief.Run{}, err
	}
	alerts, err := n.dir.Alerts()
	if errors.Is(err, fs.ErrNotExist) {
		return brief.Run{}, usagef("run %s has no alerts yet: run \"psims detect\" first", n.id)
	}
	if err != nil {
		return brief.Run{}, err
	}
	yesterday, err := n.dir.Table("tables", "yesterday")
	if err != nil {
		return brief.Run{}, err
	}
	if err := triage.TellYesterday(alerts, yesterday); err != nil {
		return brief.Run{}, err
	}
	run := brief.Run{ID: n.id, AsOf: n.asOf, Organisation: n.cfg.Report.Organisation, Version: version, Alerts: alerts,
		Incidents: map[string]brief.Incident{}, Day: map[incident.Harm]int{}, Redactions: map[string]int{}, Labels: brief.Labels{Labelled: n.labelled.category.Given, Abstained: n.labelled.category.Abstained}}
	e := n.evidence()
	if err := n.readSeries(e, &run); err != nil {
		return run, err
	}
	for i := t.Until(n.asOf - 1); i < t.Len(); i++ {
		if n.joined.Counted(i) {
			run.Day[n.judged.Harm[i]]++
		}
	}
	row := e.Rows()
	cite := func(ids []string) {
		for _, id := range ids {
			if i, known := row[id]; known {
				run.Incidents[id] = e.Incident(i)
			}
		}
	}
	for _, a := range alerts {
		cite(a.IncidentIDs)
	}
	run.Themes = brief.ThemesOf(e, alerts)
	for _, th := range run.Themes {
		cite(th.Exemplars)
	}
	for _, o := range specialty.Largest(e) {
		run.Specialties = append(run.Specialties, brief.Specialty{Name: o.Name, Href: o.File})
	}
	if run.Watch, err = n.briefWatch(row, cite); err != nil {
		return run, err
	}
	run.Mix = brief.MixOf(e)
	crosswalk, err := n.dir.Table("tables", "crosswalk")
	if err == nil {
		run.Crosswalk, err = brief.CrosswalkOf(crosswalk, t, n.tasks.Scheme())
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // none was learnt
		return run, err
	}
	run.Freshness = brief.FreshnessOf(e)
	for _, l := range n.loads {
		run.Loads = append(run.Loads, brief.Load{File: l.File, Format: l.Format, Read: l.RowsRead, Kept: l.Events, Rejected: l.Rejected})
		for kind, k := range l.Redacted {
			run.Redactions[kind] += k
		}
	}
	for _, r := range n.cfg.Rebase {
		run.Notes = append(run.Notes, fmt.Sprintf("The limits of %s: %s begin anew on %s: %s (%s).", r.Dimension, r.Value, r.From, r.Reason, r.By))
	}
	run.Notes = append(run.Notes, brief.NotesOf(e, knownrisk.OtherWork(n.table))...)
	steady, err := n.dir.Table("tables", "drift")
	if missing(err) { // no classifier
		return run, nil
	}
	if err != nil {
		return run, err
	}
	note, err := drift.Note(steady)
	if note != "" {
		run.Notes = append(run.Notes, note)
	}
	return run, err
}

// readSeries reads the signals, the series behind the alerts, and the weekly counts.
func (n *night) readSeries(e *evidence.Events, run *brief.Run) error {
	weekly, err1 := n.dir.Table("tables", "alert_weekly")
	signals, err2 := n.dir.Table("", "signals")
	counts, err3 := n.dir.Table("tables", "weekly_counts")
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	if run.Weekly, err1 = triage.FromWeekly(weekly); err1 != nil {
		return err1
	}
	if run.Signals, err2 = signal.FromFrame(signals); err2 != nil {
		return err2
	}
	run.Series, err3 = e.Series(counts)
	return err3
}

// evidence is what the reports go by, once labels, themes and joined reports are there.
func (n *night) evidence() *evidence.Events {
	if n.told == nil {
		n.told = &evidence.Events{AsOf: n.asOf, Table: n.table, Harm: n.judged.Harm, Counted: n.joined.Mask(), Category: &n.labelled.category.Column, Themes: n.themed,
			Organisations: n.organisations(), Rebase: n.cfg.rebases()}
	}
	return n.told
}

// organisations is what the reference knows of the senders.
func (n *night) organisations() map[string]evidence.Organisation {
	out := make(map[string]evidence.Organisation, len(n.orgs))
	for code, o := range n.orgs {
		out[code] = evidence.Organisation{Name: o.Name, Type: o.Type, Region: o.Region}
	}
	return out
}
