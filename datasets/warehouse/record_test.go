package warehouse_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/datasets/batch"
	"psims/datasets/incident"
	"psims/datasets/warehouse"
)

// recorded is a warehouse beside its record, in a folder of its own.
type recorded struct{ dir string }

func (r recorded) path() string   { return filepath.Join(r.dir, "w.duckdb") }
func (r recorded) record() string { return filepath.Join(r.dir, "loads") }

func (r recorded) open(t testing.TB) *warehouse.Warehouse {
	t.Helper()
	if err := os.MkdirAll(r.record(), 0o755); err != nil {
		t.Fatal(err)
	}
	w, err := warehouse.Open(t.Context(), r.path(), warehouse.Config{Record: r.record()})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// rows writes the accepted rows of a load, as the loader does.
func (r recorded) rows(t testing.TB, id string, events ...incident.Event) string {
	t.Helper()
	path := filepath.Join(r.record(), id+".parquet")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w, err := batch.NewWriter(f)
	if err != nil {
		t.Fatal(err)
	}
	for i := range events {
		if err := w.Write(&events[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// fill loads two extracts and a reference, and closes the warehouse.
func (r recorded) fill(t testing.TB) (loads []warehouse.Load, texts map[string]string) {
	t.Helper()
	w := r.open(t)
	reference := []warehouse.Organisation{{Code: "Z02", Name: "Two", Region: "South"}, {Code: "Z01", Name: "One", Region: "North"}}
	if err := w.SetOrganisations(t.Context(), reference); err != nil {
		t.Fatal(err)
	}
	for k, events := range [][]incident.Event{
		{event("E1", 1, 20000, "first"), event("E2", 1, 20001, "stays")},
		{event("E1", 2, 20010, "second"), event("E1", 1, 20000, "first")},
	} {
		id := string(rune('b' - k)) // the order of the loads is not that of their names
		l, err := w.Commit(t.Context(), warehouse.Load{ID: id, File: id + ".csv", System: incident.LFPSE, Events: len(events), Redacted: map[string]int{"name": k}}, r.rows(t, id, events...))
		if err != nil {
			t.Fatal(err)
		}
		loads = append(loads, l)
	}
	texts = all(t, w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return loads, texts
}

func all(t testing.TB, w *warehouse.Warehouse) map[string]string {
	t.Helper()
	tab, err := w.Table(context.Background(), 20100)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for i, id := range tab.ID {
		out[id] = tab.Text[i] + " " + tab.Region.Value(i)
	}
	return out
}

// same opens the warehouse again and asks for all that it held.
func (r recorded) same(t testing.TB, loads []warehouse.Load, texts map[string]string) warehouse.Restored {
	t.Helper()
	w := r.open(t)
	got, err := w.Loads(t.Context())
	if diff := cmp.Diff(loads, got); err != nil || diff != "" {
		t.Errorf("the ledger is another (-want +got): %v\n%s", err, diff)
	}
	if diff := cmp.Diff(texts, all(t, w)); diff != "" {
		t.Errorf("the events are others (-want +got):\n%s", diff)
	}
	restored := w.Restored()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return restored
}

func TestLostFileIsMadeAnewFromTheRecord(t *testing.T) {
	r := recorded{t.TempDir()}
	loads, texts := r.fill(t)
	if err := os.Remove(r.path()); err != nil {
		t.Fatal(err)
	}
	if restored := r.same(t, loads, texts); len(restored.Taken) != 2 || restored.SetAside != "" {
		t.Errorf("restored %+v, want both loads", restored)
	}
	if restored := r.same(t, loads, texts); len(restored.Taken) != 0 {
		t.Errorf("opened once more, %d loads were taken in again", len(restored.Taken))
	}
}

// TestDamagedFileIsMadeAnewFromTheRecord: whatever has become of the file's bytes,
// either it is found out and the file made anew, or nothing that counts was lost.
func TestDamagedFileIsMadeAnewFromTheRecord(t *testing.T) {
	for name, harm := range map[string]func([]byte) []byte{
		"no database": func([]byte) []byte { return []byte("this is no database, whatever it is called") },
		"cut short":   func(b []byte) []byte { return b[:len(b)/3] },
		"header lost": func(b []byte) []byte { clear(b[:8192]); return b },
		"bytes turned over": func(b []byte) []byte {
			for i := 4096; i < len(b); i += 97 {
				b[i] ^= 0xff
			}
			return b
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := recorded{t.TempDir()}
			loads, texts := r.fill(t)
			text, err := os.ReadFile(r.path())
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(r.path(), harm(text), 0o644); err != nil {
				t.Fatal(err)
			}
			if restored := r.same(t, loads, texts); restored.SetAside == "" || len(restored.Taken) != 2 {
				t.Errorf("restored %+v, want the file set aside and both loads", restored)
			}
			if _, err := os.Stat(r.path() + ".damaged"); err != nil {
				t.Errorf("the damaged file is gone: %v", err)
			}
		})
	}
}

func TestDamagedFileWithoutARecordIsAnError(t *testing.T) {
	r := recorded{t.TempDir()}
	if err := os.WriteFile(r.path(), []byte("this is no database, whatever it is called"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := warehouse.Open(t.Context(), r.path(), warehouse.Config{Record: r.record()}); !errors.Is(err, warehouse.ErrDamaged) {
		t.Errorf("opened: %v", err)
	}
}

// TestAcceptedLoadThatTheFileLacksIsTakenIn: the process died when the line of the
// ledger was written and the file had not taken in the rows.
func TestAcceptedLoadThatTheFileLacksIsTakenIn(t *testing.T) {
	r := recorded{t.TempDir()}
	loads, texts := r.fill(t)
	before, err := os.ReadFile(r.path())
	if err != nil {
		t.Fatal(err)
	}
	w := r.open(t)
	third, err := w.Commit(t.Context(), warehouse.Load{ID: "c", File: "c.csv"}, r.rows(t, "c", event("E9", 1, 20020, "third")))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(r.path(), before, 0o644); err != nil {
		t.Fatal(err)
	}
	texts["E9"] = "third North"
	if restored := r.same(t, append(loads, third), texts); len(restored.Taken) != 1 || restored.Taken[0].ID != "c" {
		t.Errorf("restored %+v, want load c", restored)
	}
}

// TestRowsWithoutALineAreNotAccepted: the process died before the line was written.
func TestRowsWithoutALineAreNotAccepted(t *testing.T) {
	r := recorded{t.TempDir()}
	loads, texts := r.fill(t)
	r.rows(t, "c", event("E9", 1, 20020, "never accepted"))
	if restored := r.same(t, loads, texts); len(restored.Taken) != 0 {
		t.Errorf("restored %+v, want nothing", restored)
	}
}

// TestOlderFileGetsItsRecord: a file from before there was a record writes its lines,
// and says which loads have lost their rows.
func TestOlderFileGetsItsRecord(t *testing.T) {
	r := recorded{t.TempDir()}
	loads, texts := r.fill(t)
	for _, name := range []string{"a.json", "b.json", "organisations.json", "a.parquet"} {
		if err := os.Remove(filepath.Join(r.record(), name)); err != nil {
			t.Fatal(err)
		}
	}
	restored := r.same(t, loads, texts)
	if diff := cmp.Diff([]string{"a"}, restored.Unrecorded); diff != "" {
		t.Errorf("loads without rows: %s", diff)
	}
	for name, want := range map[string]bool{"a.json": false, "b.json": true, "organisations.json": true} {
		if _, err := os.Stat(filepath.Join(r.record(), name)); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBrokenRecordIsAnError(t *testing.T) {
	for name, text := range map[string]string{"a.json": "{", "z.json": `{"ID": "a"}`} {
		r := recorded{t.TempDir()}
		r.fill(t)
		if err := os.WriteFile(filepath.Join(r.record(), name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := warehouse.Open(t.Context(), r.path(), warehouse.Config{Record: r.record()}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAnyByteOfTheFile: turning over one stretch of bytes anywhere never gives other
// events: the file reads as before, or it is found damaged, when it is opened or read.
func TestAnyByteOfTheFile(t *testing.T) {
	r := recorded{t.TempDir()}
	_, texts := r.fill(t)
	whole, err := os.ReadFile(r.path())
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for range 20 {
		at := rng.IntN(len(whole) - 64)
		text := append([]byte(nil), whole...)
		for i := range 64 {
			text[at+i] ^= 0x5a
		}
		if err := os.WriteFile(r.path(), text, 0o644); err != nil {
			t.Fatal(err)
		}
		w, err := warehouse.Open(t.Context(), r.path(), warehouse.Config{Record: r.record()})
		if err != nil {
			t.Errorf("bytes from %d: %v", at, err)
			continue
		}
		tab, err := w.Table(t.Context(), 20100)
		switch {
		case err != nil && !errors.Is(err, warehouse.ErrDamaged):
			t.Errorf("bytes from %d: reading: %v", at, err)
		case err == nil && len(tab.ID) != len(texts):
			t.Errorf("bytes from %d: %d events, want %d", at, len(tab.ID), len(texts))
		}
		if err := w.Close(); err != nil {
			t.Logf("bytes from %d: closing: %v", at, err)
		}
	}
}

// TestToldToStop: what DuckDB was doing ends as any other work that is told to stop.
func TestToldToStop(t *testing.T) {
	r := recorded{t.TempDir()}
	r.fill(t)
	w := r.open(t)
	defer w.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.Table(ctx, 20100); !errors.Is(err, context.Canceled) {
		t.Errorf("reading: %v", err)
	}
	if _, err := w.Loads(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("reading the ledger: %v", err)
	}
}

// TestAWarehouseThatGaveItsMemoryBackIsReadAgain: after a table was read, the same
// warehouse answers as before and takes a further load.
func TestAWarehouseThatGaveItsMemoryBackIsReadAgain(t *testing.T) {
	r := recorded{t.TempDir()}
	r.fill(t)
	w := r.open(t)
	defer w.Close()
	first := all(t, w)
	if _, err := w.Commit(t.Context(), warehouse.Load{ID: "c"}, r.rows(t, "c", event("E9", 1, 20020, "third"))); err != nil {
		t.Fatal(err)
	}
	first["E9"] = "third North"
	if diff := cmp.Diff(first, all(t, w)); diff != "" {
		t.Errorf("read again (-want +got):\n%s", diff)
	}
}
