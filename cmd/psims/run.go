package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"psims/datasets/extract/table"
	"psims/datasets/inbox"
	"psims/datasets/warehouse"
)

type runVerb struct {
	Inbox  string `help:"Folder of waiting extracts; default: inbox in the home folder." type:"path" placeholder:"DIR"`
	AsOf   string `help:"Judge as if that day had just ended (YYYY-MM-DD); default: the newest reported day." placeholder:"DATE"`
	Resume bool   `help:"Go on where an interrupted run of the same inputs stopped."`
	DryRun bool   `help:"Say what would be done, and do nothing."`
}

// Run is the nightly job.
func (v *runVerb) Run(ctx context.Context, a *app) (err error) {
	dir := v.Inbox
	if dir == "" {
		dir = a.home.path("inbox")
	}
	files, reference, err := inbox.Waiting(dir)
	if err != nil {
		return err
	}
	if v.DryRun {
		p, err := a.planned(ctx, files, reference, v.AsOf)
		if err != nil {
			return err
		}
		return p.tell(a)
	}
	unlock, err := a.home.lock()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	w := a.watched(ctx)
	defer func() { w.end(ctx, err) }()
	if err := a.clear(w.began); err != nil {
		return err
	}

	var warning error
	loading := now()
	if err := a.takeIn(ctx, dir, files, reference); err != nil {
		var e exitError
		if !errors.As(err, &e) || e.code != exitWarnings {
			return err
		}
		warning = err
	}
	n, err := a.openNight(ctx, v.AsOf, !v.Resume)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.close()) }()
	w.night = n
	n.man.Times.Add("load", loading.took())
	if err := n.gate(ctx); err != nil {
		return err
	}
	for _, s := range stages {
		if err := n.stage(ctx, s.name, v.Resume, func(ctx context.Context) (int, error) { return s.do(n, ctx) }); err != nil {
			return err
		}
	}
	if err := n.publish(); err != nil {
		return err
	}
	n.sendDigests(ctx)
	return errors.Join(warning, n.sayDone())
}

// stages are the stages of a run, in order; each is also a verb.
var stages = []struct {
	name string
	do   func(*night, context.Context) (int, error)
}{
	{"train", (*night).trainIfDue},
	{"label", (*night).label},
	{"group", (*night).group},
	{"detect", (*night).detect},
	{"report", (*night).report},
}

// one runs a single stage on the run of the day, which stays unpublished until "report".
func (a *app) one(ctx context.Context, asOf, name string, do func(*night, context.Context) (int, error)) (err error) {
	unlock, err := a.home.lock()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	n, err := a.openNight(ctx, asOf, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.close()) }()
	if name == "report" { // which publishes
		if err := n.gate(ctx); err != nil {
			return err
		}
	}
	if err := n.stage(ctx, name, false, func(ctx context.Context) (int, error) { return do(n, ctx) }); err != nil {
		return err
	}
	if name == "report" {
		if err := n.publish(); err != nil {
			return err
		}
		return n.sayDone()
	}
	return nil
}

// sayDone prints where the report is.
func (n *night) sayDone() error {
	page := n.dir.Path("site/index.html")
	if n.json {
		return json.NewEncoder(n.out).Encode(map[string]string{"run": n.id, "as_of": n.asOf.String(), "report": page, "alerts": n.dir.Path("alerts.jsonl")})
	}
	if n.quiet {
		return nil
	}
	_, err := fmt.Fprintf(n.out, "Run %s is finished. First page of the report:\n  %s\nReview pages:\n  %s --home %s serve --listen 127.0.0.1:8321\n", n.id, page, os.Args[0], n.home.dir)
	return err
}

// takeIn loads what waits in the inbox and moves each file, once committed, to
// done/<load-id>/. A file that can't be read stops the run before anything is
// judged: what was loaded before it stays loaded.
func (a *app) takeIn(ctx context.Context, dir string, files []string, reference string) (err error) {
	l, err := newLoader(ctx, a)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	if reference == "" {
		reference = a.cfg.Load.Organisations
	}
	if reference != "" {
		if err := l.organisations(ctx, reference); err != nil {
			return err
		}
	}
	var m *table.Mapping
	if a.cfg.Load.Mapping != "" {
		if m, err = table.LoadMapping(a.cfg.Load.Mapping); err != nil {
			return err
		}
	}
	var loads []warehouse.Load
	for _, f := range files {
		_, use, err := inbox.Recognise(f, m)
		if err != nil {
			return err
		}
		load, err := l.file(ctx, f, use)
		if err != nil {
			return err
		}
		loads = append(loads, load)
		to := filepath.Join(dir, "done", load.ID)
		if err := os.MkdirAll(to, 0o755); err != nil {
			return err
		}
		if err := os.Rename(f, filepath.Join(to, filepath.Base(f))); err != nil {
			return fmt.Errorf("moving the loaded file: %w", err)
		}
	}
	return a.sayLoads(loads)
}
