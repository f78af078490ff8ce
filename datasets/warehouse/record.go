package warehouse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"psims/datasets/batch"
	"psims/datasets/durable"
	"psims/datasets/incident"
)

// The record is a folder with two files for each load: <id>.parquet, its accepted
// rows, and <id>.json, its line of the ledger. A load is accepted once its line is
// there, whole; the warehouse file only follows, and can be made anew from the
// record. organisations.json is the reference that was last given.
const (
	lineSuffix        = ".json"
	rowsSuffix        = ".parquet"
	organisationsName = "organisations.json"
)

// Restored tells what [Open] found when it held the file against the record.
type Restored struct {
	Taken      []Load   // accepted loads that the file lacked and now has
	Unrecorded []string // loads of the file whose rows the record lacks: they would not outlive it
	SetAside   string   // where the damaged file went that was replaced; "" for none
}

// Restored tells what was mended when the warehouse was opened.
func (w *Warehouse) Restored() Restored { return w.restored }

// restore brings the file and the record together: what either lacks is taken from the other.
func (w *Warehouse) restore(ctx context.Context, dir string) error {
	recorded, err := readRecord(dir)
	if err != nil {
		return err
	}
	stored, err := w.Loads(ctx)
	if err != nil {
		return err
	}
	byID := map[string]Load{}
	for _, l := range stored {
		byID[l.ID] = l
		rows := filepath.Join(dir, l.ID+rowsSuffix)
		if _, err := os.Stat(rows); errors.Is(err, fs.ErrNotExist) {
			w.restored.Unrecorded = append(w.restored.Unrecorded, l.ID)
			continue
		} else if err != nil {
			return fmt.Errorf("looking for the rows of load %s: %w", l.ID, err)
		}
		if !slices.ContainsFunc(recorded, func(r Load) bool { return r.ID == l.ID }) {
			if err := writeLine(rows, l); err != nil {
				return err
			}
		}
	}
	for _, l := range recorded {
		if _, known := byID[l.ID]; known {
			continue
		}
		l, err := w.take(ctx, l, filepath.Join(dir, l.ID+rowsSuffix), nil)
		if err != nil {
			return fmt.Errorf("taking in the accepted load %s of %q: %w", l.ID, l.File, err)
		}
		w.restored.Taken = append(w.restored.Taken, l)
	}
	return w.restoreOrganisations(ctx, filepath.Join(dir, organisationsName))
}

// readRecord gives the accepted loads in the order in which they were accepted.
func readRecord(dir string) ([]Load, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*"+lineSuffix))
	if err != nil {
		return nil, err
	}
	var out []Load
	for _, path := range paths {
		if filepath.Base(path) == organisationsName {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("reading the record: %w", err)
		}
		var l Load
		if err := json.Unmarshal(text, &l); err != nil {
			return nil, fmt.Errorf("reading the record: %q is no line of the ledger: %w", path, err)
		}
		if want := strings.TrimSuffix(filepath.Base(path), lineSuffix); l.ID != want {
			return nil, fmt.Errorf("reading the record: %q is the line of load %q", path, l.ID)
		}
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b Load) int { return a.Seq - b.Seq })
	return out, nil
}

// Accepted gives the loads of a record in the order in which they were accepted, and
// the newest day on which anything in them was submitted; incident.NoDay when there is
// no event. It reads the columns' statistics only, writes nothing, and needs no
// warehouse file, so that it can be asked while another process is at work.
//
// Errors: a line or the rows of a load can't be read.
func Accepted(record string) ([]Load, incident.Day, error) {
	loads, err := readRecord(record)
	if err != nil {
		return nil, incident.NoDay, err
	}
	newest := incident.NoDay
	for _, l := range loads {
		day, err := batch.Newest(filepath.Join(record, l.ID+rowsSuffix))
		if err != nil {
			return nil, incident.NoDay, fmt.Errorf("reading the accepted rows of load %s: %w", l.ID, err)
		}
		newest = max(newest, day)
	}
	return loads, newest, nil
}

// writeLine accepts a load: its line stands beside its rows afterwards, or nothing does.
func writeLine(rows string, l Load) error {
	if err := writeJSON(strings.TrimSuffix(rows, rowsSuffix)+lineSuffix, l); err != nil {
		return fmt.Errorf("writing the ledger line of load %s: %w", l.ID, err)
	}
	return nil
}

// restoreOrganisations brings the reference of the file and that of the record
// together. The record's is the one that counts.
func (w *Warehouse) restoreOrganisations(ctx context.Context, path string) error {
	stored, err := w.Organisations(ctx)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if len(stored) == 0 {
			return nil
		}
		return writeJSON(path, sortedOrganisations(stored))
	}
	if err != nil {
		return fmt.Errorf("reading the record: %w", err)
	}
	var recorded []Organisation
	if err := json.Unmarshal(text, &recorded); err != nil {
		return fmt.Errorf("reading the record: %q is no organisation reference: %w", path, err)
	}
	if slices.Equal(recorded, sortedOrganisations(stored)) {
		return nil
	}
	return w.storeOrganisations(ctx, recorded)
}

func sortedOrganisations(all map[string]Organisation) []Organisation {
	out := make([]Organisation, 0, len(all))
	for _, code := range slices.Sorted(maps.Keys(all)) {
		out = append(out, all[code])
	}
	return out
}

// writeJSON writes a file whole or not at all, and flushes it and its name to the disk.
func writeJSON(path string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return durable.Write(path, func(f *os.File) error {
		_, err := f.Write(append(text, '\n'))
		return err
	})
}
