package warehouse

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"psims/datasets/batch"
	"psims/datasets/durable"
	"psims/datasets/incident"
)

// Rewriting makes the record and the warehouse file anew, with every event as Change
// leaves it. The new ones are made beside the old and take their place when all is
// whole, so that a process that is killed leaves either: [FinishRewriting] brings to
// an end what was whole.
type Rewriting struct {
	Path   string // the warehouse file, which nobody has open
	Beside string // a folder on the same disk, for the new ones
	Config Config // with a record
	At     time.Time
	// Change edits events in place and says what it took out; Pass.At is not its
	// business. It is called from several goroutines.
	Change func([]incident.Event) Pass
}

const (
	wholeName = "whole.json"
	fileName  = "warehouse.duckdb"
)

// Do rewrites, and gives the loads of which something was taken out. Where there is
// none, everything stays as it was.
//
// Errors: those of reading the record and of writing the new one; ctx done. The old
// ones stand then.
func (r Rewriting) Do(ctx context.Context) ([]Load, error) {
	changed, err := r.prepare(ctx)
	if err != nil || len(changed) == 0 {
		return nil, errors.Join(err, os.RemoveAll(r.Beside))
	}
	return changed, FinishRewriting(r.Path, r.Config.Record, r.Beside)
}

// prepare makes the new record and the new file, and says in the end that they are whole.
func (r Rewriting) prepare(ctx context.Context) (changed []Load, err error) {
	record := filepath.Join(r.Beside, "loads")
	if err := errors.Join(os.RemoveAll(r.Beside), os.MkdirAll(record, 0o777)); err != nil {
		return nil, fmt.Errorf("making room for the new record: %w", err)
	}
	loads, err := readRecord(r.Config.Record)
	if err != nil {
		return nil, err
	}
	for _, l := range loads {
		p, err := r.load(ctx, l.ID, record)
		if err != nil {
			return nil, fmt.Errorf("rewriting load %s of %q: %w", l.ID, l.File, err)
		}
		if p.Events > 0 {
			l.Passes = append(l.Passes, p)
			changed = append(changed, l)
		}
		if err := writeLine(filepath.Join(record, l.ID+rowsSuffix), l); err != nil {
			return nil, err
		}
	}
	if len(changed) == 0 {
		return nil, nil
	}
	reference, err := os.ReadFile(filepath.Join(r.Config.Record, organisationsName))
	if err == nil {
		err = os.WriteFile(filepath.Join(record, organisationsName), reference, 0o666)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("copying the organisation reference: %w", err)
	}
	c := r.Config
	c.Record = record
	w, err := Open(ctx, filepath.Join(r.Beside, fileName), c)
	if err != nil {
		return nil, err
	}
	for _, l := range w.Restored().Taken { // with what was new of each
		err = errors.Join(err, writeLine(filepath.Join(record, l.ID+rowsSuffix), l))
	}
	if err := errors.Join(err, w.Close()); err != nil {
		return nil, err
	}
	return changed, writeJSON(filepath.Join(r.Beside, wholeName), r.At)
}

// load rewrites the rows of a load into the new record.
func (r Rewriting) load(ctx context.Context, id, record string) (p Pass, err error) {
	p = Pass{At: r.At, Redacted: map[string]int{}}
	f, err := os.Create(filepath.Join(record, id+rowsSuffix))
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	rows := bufio.NewWriterSize(f, 1<<20)
	w, err := batch.NewWriter(rows)
	if err != nil {
		return p, err
	}
	for events, err := range batch.Events(ctx, filepath.Join(r.Config.Record, id+rowsSuffix)) {
		if err != nil {
			return p, err
		}
		for _, part := range r.change(events) {
			p.Events += part.Events
			for kind, n := range part.Redacted {
				p.Redacted[kind] += n
			}
		}
		for i := range events {
			if err := w.Write(&events[i]); err != nil {
				return p, err
			}
		}
	}
	return p, errors.Join(w.Close(), rows.Flush(), f.Sync())
}

// change changes events on all cores.
func (r Rewriting) change(events []incident.Event) []Pass {
	n := runtime.GOMAXPROCS(0)
	parts := make([]Pass, n)
	var wg sync.WaitGroup
	for k := range n {
		wg.Go(func() { parts[k] = r.Change(events[k*len(events)/n : (k+1)*len(events)/n]) })
	}
	wg.Wait()
	return parts
}

// FinishRewriting puts what a [Rewriting] made in the place of the old record and
// file, if it was whole; if it was not, or there is none, it does nothing. It may be
// cut off and called again at any time.
func FinishRewriting(path, record, beside string) error {
	if _, err := os.Stat(filepath.Join(beside, wholeName)); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return fmt.Errorf("looking for a rewritten record: %w", err)
	}
	for _, step := range finishing(path, record, beside) {
		if err := step(); err != nil {
			return fmt.Errorf("taking the rewritten record into use: %w", err)
		}
	}
	return nil
}

// finishing are the steps of FinishRewriting; each does nothing where it was done before.
func finishing(path, record, beside string) []func() error {
	fresh, freshFile := filepath.Join(beside, "loads"), filepath.Join(beside, fileName)
	there := func(path string) bool {
		_, err := os.Lstat(path)
		return err == nil
	}
	sync := func() error {
		return errors.Join(durable.SyncFolder(beside), durable.SyncFolder(filepath.Dir(record)), durable.SyncFolder(filepath.Dir(path)))
	}
	return []func() error{
		func() error {
			old := filepath.Join(beside, "old")
			if !there(fresh) || !there(record) {
				return nil
			}
			if there(old) { // cut off before, and the home's folders were made anew since
				return os.Remove(record)
			}
			return os.Rename(record, old)
		},
		func() error {
			if !there(fresh) {
				return nil
			}
			return os.Rename(fresh, record)
		},
		sync,
		func() error {
			if !there(freshFile) {
				return nil
			}
			if err := os.Remove(path + ".wal"); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err // it belongs to the old file
			}
			return os.Rename(freshFile, path)
		},
		sync,
		func() error { return os.Remove(filepath.Join(beside, wholeName)) },
		func() error { return os.RemoveAll(beside) },
	}
}
