package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"psims/datasets/durable"
	"psims/datasets/extract"
	"psims/datasets/extract/table"
	"psims/datasets/feedback"
	"psims/datasets/inbox"
	"psims/datasets/incident"
	"psims/datasets/quality"
	"psims/datasets/warehouse"
	"psims/nlp/intake"
	"psims/nlp/redact"
)

type loadVerb struct {
	Mapping       string   `help:"How to read a CSV of any other shape (TOML)." type:"existingfile" placeholder:"FILE.toml"`
	Organisations string   `help:"Organisation reference: CSV with code, name, type, region, icb." type:"existingfile" placeholder:"FILE.csv"`
	Files         []string `arg:"" optional:"" help:"Extracts: LFPSE, NRLS and StEIS are recognised by their content." type:"path"`
}

// Run loads the files, each in a transaction of its own.
func (v *loadVerb) Run(ctx context.Context, a *app) (err error) {
	if len(v.Files) == 0 && v.Organisations == "" {
		return usagef("load needs at least one file")
	}
	unlock, err := a.home.lock()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	l, err := newLoader(ctx, a)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	if v.Organisations != "" {
		if err := l.organisations(ctx, v.Organisations); err != nil {
			return err
		}
	}
	var m *table.Mapping
	if v.Mapping != "" {
		if m, err = table.LoadMapping(v.Mapping); err != nil {
			return err
		}
	}
	var loads []warehouse.Load
	for _, f := range v.Files {
		load, err := l.file(ctx, f, m)
		if err != nil {
			return err
		}
		loads = append(loads, load)
	}
	return a.sayLoads(loads)
}

// sayLoads prints what became of each file, and asks for exit code 3 when more
// rows were rejected than the configuration puts up with.
func (a *app) sayLoads(loads []warehouse.Load) error {
	if a.json {
		if err := json.NewEncoder(a.out).Encode(loads); err != nil {
			return err
		}
	}
	var read, rejected int
	for _, l := range loads {
		read += l.RowsRead
		rejected += l.RowsRejected
		if !a.json && !a.quiet {
			fmt.Fprintf(a.out, "%s: %s, %d rows read, %d kept, %d rejected; %d events, %d new (load %s)\n",
				l.File, l.Format, l.RowsRead, l.RowsKept, l.RowsRejected, l.Events, l.Added, l.ID)
			for _, r := range sortedKeys(l.Rejected) {
				fmt.Fprintf(a.out, "  %d rejected: %s\n", l.Rejected[r], incident.Reasons()[r])
			}
		}
	}
	if share := a.cfg.Load.WarnRejectedShare; read > 0 && float64(rejected) > share*float64(read) {
		return exitError{exitWarnings, fmt.Errorf("%d of %d rows were rejected, more than the configured share of %g; see %s", rejected, read, share, a.home.path("quarantine"))}
	}
	return nil
}

// loader takes files through extract, redaction, Parquet and the ledger.
type loader struct {
	*app
	gate      *redact.Gate
	rejecting []quality.Rule // of single events
	wh        *warehouse.Warehouse
}

// warehouse opens the home's warehouse and tells what had to be mended.
func (a *app) warehouse(ctx context.Context) (*warehouse.Warehouse, error) {
	wh, err := warehouse.Open(ctx, a.home.path("warehouse.duckdb"), warehouse.Config{Record: a.home.path("loads"), MemoryMB: a.cfg.DuckDB.MemoryMB, Threads: a.cfg.DuckDB.Threads})
	if err != nil {
		return nil, err
	}
	r := wh.Restored()
	if r.SetAside != "" {
		a.log.Warn("the warehouse was damaged: it was made anew from the accepted loads", "damaged_file", r.SetAside)
	}
	for _, l := range r.Taken {
		a.log.Info("accepted before, now in the warehouse", "file", l.File, "events", l.Events, "load", l.ID)
	}
	for _, id := range r.Unrecorded {
		a.log.Warn("the accepted rows of this load are gone: the warehouse can't be made anew without them", "load", id, "file", a.home.path("loads", id+".parquet"))
	}
	return wh, nil
}

// gate builds the redaction gate that the configuration asks for.
func (a *app) gate() (*redact.Gate, error) {
	c := redact.Default()
	c.Hospitals = a.cfg.Load.RedactHospitals
	return redact.New(c)
}

func newLoader(ctx context.Context, a *app) (*loader, error) {
	rules, err := a.rules()
	if err != nil {
		return nil, err
	}
	wh, err := a.warehouse(ctx)
	if err != nil {
		return nil, err
	}
	gate, err := a.gate()
	if err != nil {
		return nil, errors.Join(err, wh.Close())
	}
	return &loader{a, gate, quality.Rejecting(rules), wh}, nil
}

func (l *loader) close() error { return l.wh.Close() }

// organisations replaces the organisation reference.
func (l *loader) organisations(ctx context.Context, path string) error {
	all, err := readPlain("the organisation reference", path, warehouse.ReadOrganisations)
	if err != nil {
		return err
	}
	if err := l.wh.SetOrganisations(ctx, all); err != nil {
		return err
	}
	l.log.Info("organisation reference replaced", "organisations", len(all))
	return nil
}

// file loads one extract. A file that was loaded before, by the same mapping,
// adds nothing and gives its line of the ledger with no event added.
func (l *loader) file(ctx context.Context, path string, m *table.Mapping) (warehouse.Load, error) {
	sum, size, err := inbox.Fingerprint(path)
	if err != nil {
		return warehouse.Load{}, err
	}
	id := inbox.LoadID(sum, m, l.rejecting)
	if seen, found, err := l.wh.Find(ctx, id); err != nil {
		return seen, err
	} else if found {
		l.log.Info("already loaded: nothing added", "file", filepath.Base(path), "load", id)
		seen.Added = 0
		return seen, nil
	}
	src, err := extract.Open(path, m)
	if err != nil {
		return warehouse.Load{}, err
	}
	defer src.Close() // reading only: nothing is lost
	load := warehouse.Load{ID: id, File: filepath.Base(path), SHA256: sum, Format: src.Format(), System: src.System()}
	parquet := l.home.path("loads", id+".parquet")
	// A bar of bytes would need the decompressed size; rows tell a person enough.
	step, done := l.bar(-1, fmt.Sprintf("loading %s (%d MB)", load.File, size>>20))
	defer done()
	out := feedback.New()
	err = durable.Write(parquet, func(f *os.File) error {
		return durable.Write(l.home.path("quarantine", id+".jsonl"), func(q *os.File) error {
			filing := intake.Filing{File: load.File, Events: f, Rejects: q, Told: out, Step: func(rows int) { step(int64(rows)) }}
			t, err := filing.Store(intake.Redacted(ctx, l.gate, l.rejecting, src.Records()))
			load.RowsRead, load.RowsKept, load.RowsRejected, load.Events = t.Read, t.Kept, t.Rejected, t.Events
			load.Rejected, load.Redacted = t.Reasons, t.Redacted
			return err
		})
	})
	if err != nil {
		return load, fmt.Errorf("loading %q: %w", path, err)
	}
	if load.RowsRejected == 0 {
		if err := os.Remove(l.home.path("quarantine", id+".jsonl")); err != nil {
			return load, err
		}
	}
	// Once committed, the load is never looked at again: what its senders are told is written before.
	if err := l.home.answer(load, out); err != nil {
		return load, err
	}
	load.LoadedAt = time.Now().UTC().Truncate(time.Microsecond) // what DuckDB keeps
	if load, err = l.wh.Commit(ctx, load, parquet); err != nil {
		return load, err
	}
	l.log.Info("loaded", "file", load.File, "format", load.Format, "read", load.RowsRead, "kept", load.RowsKept,
		"rejected", load.RowsRejected, "events", load.Events, "added", load.Added, "load", id)
	return load, nil
}

// sortedKeys gives the keys of m in order.
func sortedKeys[K ~string, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
