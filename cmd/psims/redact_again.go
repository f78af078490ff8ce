package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"psims/datasets/incident"
	"psims/datasets/warehouse"
	"psims/nlp/redact"
)

// redactAgain takes every stored event through the gate once more, and puts the new
// record and the new warehouse in the place of the old when both are whole.
func (a *app) redactAgain(ctx context.Context) (err error) {
	unlock, err := a.home.lock()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	gate, err := a.gate()
	if err != nil {
		return err
	}
	wh, err := a.warehouse(ctx) // which brings file and record into step
	if err != nil {
		return err
	}
	missing := wh.Restored().Unrecorded
	if err := wh.Close(); err != nil {
		return err
	}
	if len(missing) > 0 {
		return fmt.Errorf("the accepted rows of the loads %q are gone, and would be lost: put them back into %q", missing, a.home.path("loads"))
	}
	loads, err := warehouse.Rewriting{
		Path: a.home.path("warehouse.duckdb"), Beside: a.home.path("again"), At: time.Now().UTC().Truncate(time.Microsecond),
		Config: warehouse.Config{Record: a.home.path("loads"), MemoryMB: a.cfg.DuckDB.MemoryMB, Threads: a.cfg.DuckDB.Threads},
		Change: func(events []incident.Event) warehouse.Pass { return passOver(gate, events) },
	}.Do(ctx)
	if err != nil {
		return fmt.Errorf("redacting again: %w", err)
	}
	return a.sayAgain(loads)
}

// passOver redacts events once more, in place, and counts.
func passOver(gate *redact.Gate, events []incident.Event) warehouse.Pass {
	var p warehouse.Pass
	var counts redact.Counts
	for i := range events {
		if gate.Again(&events[i], &counts) {
			p.Events++
		}
	}
	p.Redacted = counts.Named()
	return p
}

func (a *app) sayAgain(loads []warehouse.Load) error {
	if a.json {
		return json.NewEncoder(a.out).Encode(append([]warehouse.Load{}, loads...))
	}
	if len(loads) == 0 && !a.quiet {
		_, err := fmt.Fprintln(a.out, "Nothing more was found: everything is as it was.")
		return err
	}
	for _, l := range loads {
		p := l.Passes[len(l.Passes)-1]
		a.log.Info("redacted again", "file", l.File, "load", l.ID, "events", p.Events)
		if a.quiet {
			continue
		}
		fmt.Fprintf(a.out, "%s: taken out of %d events (load %s)\n", l.File, p.Events, l.ID)
		for _, k := range sortedKeys(p.Redacted) {
			fmt.Fprintf(a.out, "  %d %s\n", p.Redacted[k], k)
		}
	}
	return nil
}
