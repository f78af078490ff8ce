package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"psims/analytics/linkage"
	"psims/analytics/triage"
	"psims/datasets/decision"
	"psims/datasets/incident"
	"psims/datasets/quality"
	"psims/datasets/warehouse"
	"psims/models/artefact"
	"psims/models/champion"
	"psims/models/shelf"
	"psims/models/theme"
	"psims/nlp/features"
	"psims/nlp/sparse"
	"psims/reports/evidence"
	"psims/reports/publication"
)

// night is one run in the making: its as-of day, its folder, and what the stages
// share. A stage that runs by itself finds the earlier ones' results in the folder.
type night struct {
	*app
	wh     *warehouse.Warehouse
	asOf   incident.Day
	only   string // the one task that is trained; "" for all
	id     string
	dir    publication.Folder // of the run in the making; "" for a night that keeps nothing
	man    publication.Manifest
	newest incident.Day // reported day in the warehouse

	rulesText string // of data quality

	decided  decision.Past
	loads    []warehouse.Load
	orgs     map[string]warehouse.Organisation
	table    *incident.Table
	named    *shelf.Texts
	terms    *features.Terms
	counts   *sparse.CSR
	joined   *linkage.Joined // which reports tell of the same event
	judged   *incident.Table // table, with the worst harm of each event at the report that is counted
	rows     []int32         // reports that are searched for emerging issues
	tasks    *champion.Night // what classifiers say, and learn from
	labelled *labels
	themed   *theme.Grouped
	watched  *watched
	told     *evidence.Events // what the reports go by
	alerts   []triage.Alert
	memory   *memory // of earlier days' searches
	prints   prints
	digests  digested // short messages sent when the run was published
}

// openNight opens the run of a day. fresh begins it anew; else what stands in its
// folder is kept, so that a stage can follow the one before. Close it.
func (a *app) openNight(ctx context.Context, asOf string, fresh bool) (n *night, err error) {
	wh, err := a.warehouse(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, wh.Close())
		}
	}()
	newest, err := wh.Newest(ctx)
	if err != nil {
		return nil, err
	}
	day := newest
	if asOf != "" {
		if day, err = incident.ParseDay(asOf); err != nil {
			return nil, usagef("--as-of: %w", err)
		}
	}
	if n, err = a.nightOf(ctx, wh, day); err != nil {
		return nil, err
	}
	n.newest = newest
	rules, err := a.rules()
	if err != nil {
		return nil, err
	}
	n.rulesText = quality.Text(rules)
	if len(n.loads) == 0 {
		return nil, usagef("nothing had been reported by %v; the newest report is of %v", day, newest)
	}
	if n.id, err = n.runID(); err != nil {
		return nil, err
	}
	n.dir = publication.Making(a.home.dir, n.id)
	if fresh {
		if err := os.RemoveAll(string(n.dir)); err != nil {
			return nil, fmt.Errorf("clearing run %s: %w", n.id, err)
		}
	}
	if err := os.MkdirAll(n.dir.Path(publication.Tables), 0o755); err != nil {
		return nil, fmt.Errorf("making run %s: %w", n.id, err)
	}
	n.memory = newMemory()
	if n.memory.shelf, err = a.shelf(); err != nil {
		return nil, err
	}
	man, err := n.dir.Manifest()
	if errors.Is(err, fs.ErrNotExist) {
		man, err = n.newManifest(), nil
	}
	n.man = man
	return n, err
}

// nightOf prepares the night of a day, without a folder.
func (a *app) nightOf(ctx context.Context, wh *warehouse.Warehouse, day incident.Day) (*night, error) {
	n := &night{app: a, wh: wh, asOf: day}
	var err error
	if n.loads, err = wh.LoadsUntil(ctx, n.asOf); err != nil {
		return nil, err
	}
	if n.orgs, err = wh.Organisations(ctx); err != nil {
		return nil, err
	}
	if n.decided, err = decision.PastOf(ctx, a.home.path("review.sqlite"), day); err != nil {
		return nil, err
	}
	n.man = n.newManifest()
	return n, nil
}

func (n *night) close() error { return n.wh.Close() }

func (n *night) newManifest() publication.Manifest {
	m := publication.Manifest{RunID: n.id, AsOf: n.asOf.String(), Version: version, Seed: n.cfg.Seed, Config: n.cfg.judging(),
		Models: map[string]string{}, Times: publication.Times{Started: time.Now().UTC(), Seconds: map[string]float64{}, CPU: map[string]float64{}}}
	for _, l := range n.loads {
		m.Inputs = append(m.Inputs, publication.Input{Load: l.ID, File: l.File, SHA256: l.SHA256, Format: l.Format, Read: l.RowsRead, Kept: l.RowsKept, Rejected: l.RowsRejected, Events: l.Events})
	}
	return m
}

// runID names a run by its day and by everything that its results depend on, so
// that the same run has the same name everywhere.
func (n *night) runID() (string, error) {
	h := sha256.New()
	texts, err := n.home.commentaries()
	if err != nil {
		return "", err
	}
	for _, t := range texts {
		fmt.Fprintln(h, t)
	}
	fmt.Fprintln(h, version, n.asOf, n.cfg.judging()) // a hash never fails to write
	for _, l := range n.loads {
		fmt.Fprintln(h, l.ID)
	}
	io.WriteString(h, n.rulesText)
	for _, code := range sortedKeys(n.orgs) {
		fmt.Fprintln(h, n.orgs[code])
	}
	if err := n.decided.Fingerprint(h); err != nil {
		return "", err
	}
	return n.asOf.String() + "-" + hex.EncodeToString(h.Sum(nil))[:8], nil
}

// events reads the events of the day, once.
func (n *night) events(ctx context.Context) (*incident.Table, error) {
	if n.table == nil {
		t, err := n.wh.Table(ctx, n.asOf)
		if err != nil {
			return nil, err
		}
		n.table = t
		n.tasks = champion.NewNight(t, n.asOf, n.cfg.plan(), n.store())
		if k := decision.Correct(t, n.decided.Corrections, n.tasks.Scheme()); k > 0 {
			n.man.Labels = k
			n.log.Info("labels corrected by people", "labels", k)
		}
	}
	return n.table, nil
}

// texts names the narratives, once.
func (n *night) texts() *shelf.Texts {
	if n.named == nil {
		n.named = shelf.Name(n.table.Text)
	}
	return n.named
}

// pick gives the narratives of some events.
func (n *night) pick(places []int32) []string {
	out := make([]string, len(places))
	for k, i := range places {
		out[k] = n.table.Text[i]
	}
	return out
}

// count counts the terms of the events' narratives, once.
func (n *night) count(ctx context.Context) (*features.Terms, *sparse.CSR, error) {
	if n.terms == nil {
		t, err := n.events(ctx)
		if err != nil {
			return nil, nil, err
		}
		if n.terms, n.counts, err = features.Count(ctx, t.Text, features.DefaultCount()); err != nil {
			return nil, nil, err
		}
	}
	return n.terms, n.counts, nil
}

// stage runs one stage and writes down that it is done; with resume it is left
// out when it was done before.
func (n *night) stage(ctx context.Context, name string, resume bool, do func(context.Context) (out int, err error)) error {
	if resume && n.man.Done(name) {
		n.log.Info("done before", "stage", name)
		return nil
	}
	began := now()
	_, finished := n.bar(-1, name)
	out, err := do(ctx)
	finished()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	n.man.Finish(name, out, began.took())
	n.log.Info("stage done", "stage", name, "out", out, "seconds", round1(n.man.Times.Seconds[name]), "cpu_seconds", round1(n.man.Times.CPU[name]))
	return n.man.Write(n.dir)
}

// missing reports whether an error says that something is not there (yet).
func missing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, artefact.ErrNone)
}

// publish gives the finished run its name and shows it.
func (n *night) publish() error {
	n.man.Times.Finished = time.Now().UTC()
	if err := n.man.Seal(n.dir); err != nil {
		return err
	}
	dir, err := publication.Publish(n.home.dir, n.id, n.cfg.Run.Keep)
	if dir != "" {
		n.dir = dir
	}
	return err
}

func round1(v float64) float64 { return float64(int(v*10+0.5)) / 10 }
