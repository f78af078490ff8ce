package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"psims/datasets/batch"
	"psims/datasets/durable"
	"psims/datasets/incident"
	"psims/datasets/warehouse"
)

// storedBadly is a home whose warehouse holds events that a worse gate let through.
func storedBadly(t *testing.T, loads, events int) string {
	t.Helper()
	home := t.TempDir()
	must(t, home, "load", write(t, filepath.Join(t.TempDir(), "a.ndjson"), lfpse("L1", 1, "2026-01-05", "Fell from bed.")))
	wh, err := opened(t, home).warehouse(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for k := range loads {
		id := fmt.Sprintf("load%d", k)
		path := filepath.Join(home, "loads", id+".parquet")
		err := durable.Write(path, func(f *os.File) error {
			w, err := batch.NewWriter(struct{ fileWriter }{f})
			if err != nil {
				return err
			}
			for i := range events {
				e := incident.Event{Rows: 1, Fields: incident.Fields{System: incident.LFPSE, ID: fmt.Sprintf("E%d-%d", k, i), Revision: 1, Submitted: 20458, Occurred: 20457, Organisation: "Z01", Scheme: "lfpse", Category: "Falls"},
					Texts: [incident.TextCount]string{incident.Description: fmt.Sprintf("Dr Frobisher was told of dose %d. [NAME] rang ext 4521.", i), incident.Other: "No harm."}}
				if err := w.Write(&e); err != nil {
					return err
				}
			}
			return w.Close()
		})
		if err == nil {
			_, err = wh.Commit(t.Context(), warehouse.Load{ID: id, File: id + ".csv", System: incident.LFPSE, Events: events, RowsRead: events, RowsKept: events, LoadedAt: time.Unix(1700000000, 0).UTC()}, path)
		}
		if err != nil {
			t.Fatal(errors.Join(err, wh.Close()))
		}
	}
	if err := wh.Close(); err != nil {
		t.Fatal(err)
	}
	return home
}

// fileWriter hides that a file can be closed.
type fileWriter interface{ Write([]byte) (int, error) }

var when = regexp.MustCompile(`"at": "[^"]*"`)

// recorded are the bytes of the record, but for when it was rewritten, and the texts
// of the warehouse.
func recorded(t *testing.T, home string) map[string]string {
	t.Helper()
	out := map[string]string{}
	wh, err := opened(t, home).warehouse(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if r := wh.Restored(); len(r.Taken)+len(r.Unrecorded) > 0 || r.SetAside != "" {
		t.Errorf("file and record are not in step: %+v", r)
	}
	table, err := wh.Table(t.Context(), 20500)
	if err := errors.Join(err, wh.Close()); err != nil {
		t.Fatal(err)
	}
	for i, id := range table.ID {
		out["event "+id] = table.Text[i]
	}
	paths, err := filepath.Glob(filepath.Join(home, "loads", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(path)] = when.ReplaceAllString(string(text), "")
	}
	return out
}

func TestSecondPass(t *testing.T) {
	home := storedBadly(t, 2, 3)
	out := must(t, home, "redact", "--again")
	if want := "load0.csv: taken out of 3 events (load load0)\n  3 EXTENSION\n  3 NAME\n"; !strings.HasPrefix(out, want) {
		t.Errorf("got  %q\nwant %q", out, want)
	}
	got := recorded(t, home)
	if got["event E1-2"] != "Dr [NAME] was told of dose 2. [NAME] rang ext [EXTENSION]." || got["event L1"] != "Fell from bed." {
		t.Errorf("%v", got)
	}
	if line := got["load1.json"]; !strings.Contains(line, `"Passes"`) || !strings.Contains(line, `"NAME": 3`) || strings.Contains(line, "Frobisher") {
		t.Errorf("the ledger: %s", line)
	}
	if out := must(t, home, "redact", "--again"); !strings.Contains(out, "Nothing more") {
		t.Errorf("a second time: %s", out)
	}
	sameFacts(t, got, recorded(t, home))
	if code, _, _ := psims(t, home, "redact", "--again", "--sample", "3"); code != exitUsage {
		t.Errorf("two tasks at once: exit %d", code)
	}
}

// TestSecondPassKilledAtAnyPoint: what stands after the process was killed is wholly
// the old or wholly the new, and a further pass ends in the new.
func TestSecondPassKilledAtAnyPoint(t *testing.T) {
	home := storedBadly(t, 3, 3000)
	old := recorded(t, home)
	whole := copied(t, home)
	began := time.Now()
	if code, talk := ended(t, whole, "redact", "--again"); code != exitDone {
		t.Fatalf("exit %d:\n%s", code, talk)
	}
	took := time.Since(began)
	fresh := recorded(t, whole)
	rng := rand.New(rand.NewPCG(5, 1))
	at := map[string]int{}
	for range 5 {
		k := copied(t, home)
		cmd, _ := program(t, k, "redact", "--again")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration((0.2 + 0.8*rng.Float64()) * float64(took)))
		_ = cmd.Process.Signal(syscall.SIGKILL)                                             // it may have ended
		_ = cmd.Wait()                                                                      // that it was killed is no error here
		must(t, k, "redact", "--sample", "1", "--out", filepath.Join(t.TempDir(), "s.csv")) // any verb mends
		got := recorded(t, k)
		want, name := old, "old"
		if got["load0.json"] == fresh["load0.json"] {
			want, name = fresh, "new"
		}
		at[name]++
		sameFacts(t, want, got)
		if code, talk := ended(t, k, "redact", "--again"); code != exitDone {
			t.Fatalf("exit %d:\n%s", code, talk)
		}
		sameFacts(t, fresh, recorded(t, k))
		if t.Failed() {
			t.Fatal(at)
		}
	}
	t.Logf("a pass of %.1f s, killed: %v", took.Seconds(), at)
}
