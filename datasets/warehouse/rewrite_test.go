package warehouse_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"psims/datasets/batch"
	"psims/datasets/incident"
	"psims/datasets/warehouse"
)

// kept is a home with a record of two loads, and its warehouse file.
type kept struct{ dir, path, record string }

func keep(t *testing.T) kept {
	t.Helper()
	k := kept{dir: t.TempDir()}
	k.path, k.record = filepath.Join(k.dir, "warehouse.duckdb"), filepath.Join(k.dir, "loads")
	if err := os.Mkdir(k.record, 0o755); err != nil {
		t.Fatal(err)
	}
	w := k.open(t)
	if err := w.SetOrganisations(t.Context(), []warehouse.Organisation{{Code: "Z01", Name: "Invented Trust"}}); err != nil {
		t.Fatal(err)
	}
	for i, events := range [][]incident.Event{
		{event("A", 1, day(t, "2026-01-05"), "Told Frobisher."), event("B", 1, day(t, "2026-01-05"), "Fell.")},
		{event("C", 1, day(t, "2026-01-06"), "Fell again."), event("A", 2, day(t, "2026-01-06"), "Told Frobisher twice.")},
		{event("D", 1, day(t, "2026-01-07"), "Fell.")},
	} {
		rows := filepath.Join(k.record, string(rune('p'+i))+".parquet")
		f, err := os.Create(rows)
		if err != nil {
			t.Fatal(err)
		}
		pw, err := batch.NewWriter(f)
		if err != nil {
			t.Fatal(err)
		}
		for j := range events {
			err = errors.Join(err, pw.Write(&events[j]))
		}
		if err := errors.Join(err, pw.Close()); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Commit(t.Context(), warehouse.Load{ID: string(rune('p' + i)), File: "f", System: incident.LFPSE, Events: len(events), LoadedAt: time.Unix(1700000000, 0).UTC()}, rows); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return k
}

func (k kept) open(t *testing.T) *warehouse.Warehouse {
	t.Helper()
	w, err := warehouse.Open(t.Context(), k.path, warehouse.Config{Record: k.record})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (k kept) rewriting(change func([]incident.Event) warehouse.Pass) warehouse.Rewriting {
	return warehouse.Rewriting{Path: k.path, Beside: filepath.Join(k.dir, "again"), Config: warehouse.Config{Record: k.record}, At: time.Unix(1800000000, 0).UTC(), Change: change}
}

// withoutFrobisher takes a name out.
func withoutFrobisher(events []incident.Event) warehouse.Pass {
	p := warehouse.Pass{Redacted: map[string]int{}}
	for i := range events {
		text := &events[i].Texts[incident.Description]
		if n := strings.Count(*text, "Frobisher"); n > 0 {
			*text = strings.ReplaceAll(*text, "Frobisher", "[NAME]")
			p.Events++
			p.Redacted["NAME"] += n
		}
	}
	return p
}

// state is what the warehouse says and what the record holds.
func (k kept) state(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	w := k.open(t)
	table, err := w.Table(t.Context(), day(t, "2026-01-31"))
	if err != nil {
		t.Fatal(err)
	}
	for i, id := range table.ID {
		out["event "+id] = table.Text[i]
	}
	loads, err := w.Loads(t.Context())
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	for _, l := range loads {
		out["load "+l.ID] = cmp.Diff(warehouse.Load{}, l)
	}
	entries, err := os.ReadDir(k.record)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(k.record, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out["file "+e.Name()] = string(b)
	}
	if r := w.Restored(); len(r.Taken)+len(r.Unrecorded) > 0 {
		t.Errorf("file and record are not in step: %+v", r)
	}
	return out
}

func TestRewritingTakesOutAndCounts(t *testing.T) {
	k := keep(t)
	before := k.state(t)
	loads, err := k.rewriting(withoutFrobisher).Do(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(loads) != 2 || loads[0].ID != "p" || loads[1].ID != "q" {
		t.Fatalf("loads %+v", loads)
	}
	if diff := cmp.Diff([]warehouse.Pass{{At: time.Unix(1800000000, 0).UTC(), Events: 1, Redacted: map[string]int{"NAME": 1}}}, loads[0].Passes); diff != "" {
		t.Error(diff)
	}
	after := k.state(t)
	if after["event A"] != "Told [NAME] twice." || after["event C"] != "Fell again." {
		t.Errorf("%v", after)
	}
	for name, text := range after {
		if strings.Contains(text, "Frobisher") {
			t.Errorf("%s still says so", name)
		}
		if same := before[name] == text; same != (strings.HasSuffix(name, " D") || strings.HasSuffix(name, " B") || strings.HasSuffix(name, " C") || strings.Contains(name, " r") || strings.HasSuffix(name, "organisations.json")) {
			t.Errorf("%s: the same: %v", name, same)
		}
	}
	if !strings.Contains(after["file p.json"], `"NAME": 1`) || !strings.Contains(after["load p"], "Passes") {
		t.Errorf("the ledger says nothing of it: %s", after["file p.json"])
	}
	if _, err := os.Stat(filepath.Join(k.dir, "again")); !errors.Is(err, os.ErrNotExist) {
		t.Error("something was left lying")
	}
	// Lost, the file is made anew from the record as it is now.
	if err := os.Remove(k.path); err != nil {
		t.Fatal(err)
	}
	if err := k.open(t).Close(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(after, k.state(t)); diff != "" {
		t.Error(diff)
	}
	// A second time there is nothing to take out, and nothing is touched.
	if loads, err := k.rewriting(withoutFrobisher).Do(t.Context()); err != nil || len(loads) != 0 {
		t.Errorf("again: %v, %v", loads, err)
	}
	if diff := cmp.Diff(after, k.state(t)); diff != "" {
		t.Error(diff)
	}
}

// TestRewritingCutOff: wherever it is cut off, what is found afterwards is whole: the
// old until all that is new is there, the new from then on.
func TestRewritingCutOff(t *testing.T) {
	whole := keep(t)
	old := whole.state(t)
	if _, err := whole.rewriting(withoutFrobisher).Do(t.Context()); err != nil {
		t.Fatal(err)
	}
	fresh := whole.state(t)
	if maps.Equal(old, fresh) {
		t.Fatal("nothing was rewritten")
	}

	k := keep(t)
	ctx, cancel := context.WithCancel(t.Context())
	r := k.rewriting(func(events []incident.Event) warehouse.Pass {
		cancel()
		return withoutFrobisher(events)
	})
	if _, err := r.Do(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	if err := warehouse.FinishRewriting(k.path, k.record, r.Beside); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(old, k.state(t)); diff != "" {
		t.Errorf("stopped before it was whole: %s", diff)
	}

	for n := range warehouse.FinishingSteps {
		for _, remade := range []bool{false, true} {
			k := keep(t)
			r := k.rewriting(withoutFrobisher)
			if err := r.CutOff(t.Context(), n); err != nil {
				t.Fatal(err)
			}
			if remade { // as the program does when it begins
				if err := os.MkdirAll(k.record, 0o755); err != nil {
					t.Fatal(err)
				}
			}
			if err := warehouse.FinishRewriting(k.path, k.record, r.Beside); err != nil {
				t.Fatalf("after %d steps: %v", n, err)
			}
			if diff := cmp.Diff(fresh, k.state(t)); diff != "" {
				t.Errorf("cut off after %d steps: %s", n, diff)
			}
			if entries, err := os.ReadDir(k.dir); err != nil || slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == "again" }) && n < warehouse.FinishingSteps-1 {
				t.Errorf("after %d steps something was left lying, %v", n, err)
			}
		}
	}
}
