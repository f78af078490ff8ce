package warehouse_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"psims/datasets/batch"
	"psims/datasets/incident"
	"psims/datasets/warehouse"
)

func day(t testing.TB, s string) incident.Day {
	t.Helper()
	d, err := incident.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func event(id string, revision int32, submitted incident.Day, text string) incident.Event {
	return incident.Event{Rows: 1, Fields: incident.Fields{
		System: incident.LFPSE, ID: id, Revision: revision, Submitted: submitted, Occurred: submitted - 2,
		Organisation: "Z01", Scheme: "lfpse", Category: "Falls", Harm: incident.LowHarm,
		Patients: []incident.Patient{{Sequence: 1, Physical: incident.LowHarm, AgeDays: -1}},
	}, Texts: [incident.TextCount]string{incident.Description: text}}
}

func open(t testing.TB, path string) *warehouse.Warehouse {
	t.Helper()
	w, err := warehouse.Open(context.Background(), path, warehouse.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func commit(t testing.TB, w *warehouse.Warehouse, id string, events ...incident.Event) warehouse.Load {
	t.Helper()
	path := filepath.Join(t.TempDir(), id+".parquet")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	pw, err := batch.NewWriter(f)
	if err != nil {
		t.Fatal(err)
	}
	for i := range events {
		if err := pw.Write(&events[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := pw.Close(); err != nil {
		t.Fatal(err)
	}
	l, err := w.Commit(context.Background(), warehouse.Load{ID: id, File: id, System: incident.LFPSE, Events: len(events),
		Rejected: map[incident.Reason]int{incident.BadDate: 1}, Redacted: map[string]int{"name": 2},
		LoadedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}, path)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func texts(t testing.TB, w *warehouse.Warehouse, asOf string) map[string]string {
	t.Helper()
	tab, err := w.Table(context.Background(), day(t, asOf))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for i, id := range tab.ID {
		out[id] = tab.Text[i]
	}
	return out
}

func TestRevisionsAndWithdrawals(t *testing.T) {
	w := open(t, filepath.Join(t.TempDir(), "w.duckdb"))
	commit(t, w, "a", event("E1", 1, day(t, "2026-01-05"), "first"), event("E2", 1, day(t, "2026-01-05"), "stays"))
	commit(t, w, "b", event("E1", 2, day(t, "2026-01-09"), "second"))
	gone := event("E2", 2, day(t, "2026-01-12"), "")
	gone.Deleted = true
	commit(t, w, "c", gone)
	// Revision 1 arrives once more, late and out of order: the newest revision still stands.
	commit(t, w, "d", event("E1", 1, day(t, "2026-01-20"), "late copy of the first"))

	for _, c := range []struct {
		asOf string
		want map[string]string
	}{
		{"2026-01-04", map[string]string{}},
		{"2026-01-08", map[string]string{"E1": "first", "E2": "stays"}},
		{"2026-01-09", map[string]string{"E1": "second", "E2": "stays"}},
		{"2026-01-12", map[string]string{"E1": "second"}},
		{"2026-01-31", map[string]string{"E1": "second"}},
	} {
		if diff := cmp.Diff(c.want, texts(t, w, c.asOf)); diff != "" {
			t.Errorf("as of %s (-want +got):\n%s", c.asOf, diff)
		}
	}
	tab, err := w.Table(context.Background(), day(t, "2026-01-31"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := tab.Reported[0], day(t, "2026-01-05"); got != want {
		t.Errorf("reported day is %v, want that of the first submission, %v", got, want)
	}
}

func TestWithdrawalWithoutRevisionNumber(t *testing.T) {
	w := open(t, filepath.Join(t.TempDir(), "w.duckdb"))
	gone := event("E1", 0, day(t, "2026-01-07"), "")
	gone.Deleted = true
	commit(t, w, "a", event("E1", 3, day(t, "2026-01-05"), "x"), gone)
	if got := texts(t, w, "2026-01-07"); len(got) != 0 {
		t.Errorf("withdrawn event still stands: %v", got)
	}
	if got := texts(t, w, "2026-01-06"); got["E1"] != "x" {
		t.Errorf("the day before, the event is %v", got)
	}
}

func TestSameRevisionTwiceIsStoredOnce(t *testing.T) {
	w := open(t, filepath.Join(t.TempDir(), "w.duckdb"))
	e := event("E1", 1, day(t, "2026-01-05"), "x")
	if l := commit(t, w, "a", e, e); l.Added != 1 || l.Seq != 1 {
		t.Errorf("first load added %d (seq %d), want 1", l.Added, l.Seq)
	}
	if l := commit(t, w, "b", e, event("E3", 1, day(t, "2026-01-06"), "y")); l.Added != 1 || l.Seq != 2 {
		t.Errorf("second load added %d (seq %d), want 1", l.Added, l.Seq)
	}
}

func TestLedger(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.duckdb")
	w := open(t, path)
	commit(t, w, "a", event("E1", 1, day(t, "2026-01-05"), "x"))
	l, found, err := w.Find(context.Background(), "a")
	if err != nil || !found {
		t.Fatalf("Find: %v, %v", found, err)
	}
	if l.Rejected[incident.BadDate] != 1 || l.Redacted["name"] != 2 || l.Added != 1 || !l.LoadedAt.Equal(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)) {
		t.Errorf("ledger line is %+v", l)
	}
	if _, found, err = w.Find(context.Background(), "b"); err != nil || found {
		t.Errorf("Find of an unknown load: %v, %v", found, err)
	}
	parquet := filepath.Join(t.TempDir(), "none.parquet")
	if _, err := w.Commit(context.Background(), warehouse.Load{ID: "z"}, parquet); err == nil || !strings.Contains(err.Error(), "none.parquet") {
		t.Errorf("committing a file that is not there: %v", err)
	}
	if all, err := w.Loads(context.Background()); err != nil || len(all) != 1 {
		t.Errorf("a failed load left %d lines in the ledger (%v), want 1", len(all), err)
	}
}

func TestNewestOfEmpty(t *testing.T) {
	w := open(t, filepath.Join(t.TempDir(), "w.duckdb"))
	if _, err := w.Newest(context.Background()); !errors.Is(err, warehouse.ErrEmpty) {
		t.Errorf("Newest of an empty warehouse: %v", err)
	}
	commit(t, w, "a", event("E1", 1, day(t, "2026-01-05"), "x"))
	if d, err := w.Newest(context.Background()); err != nil || d != day(t, "2026-01-05") {
		t.Errorf("Newest: %v, %v", d, err)
	}
}

func TestFirstPatientIsInTheTable(t *testing.T) {
	w := open(t, filepath.Join(t.TempDir(), "w.duckdb"))
	two, none := event("E2", 1, day(t, "2026-01-05"), "x"), event("E3", 1, day(t, "2026-01-05"), "x")
	two.Patients = []incident.Patient{{Sequence: 1, AgeDays: 300, Sex: "Female"}, {Sequence: 2, AgeDays: 9, Sex: "Male"}}
	none.Patients = nil
	commit(t, w, "a", event("E1", 1, day(t, "2026-01-05"), "x"), two, none)
	tab, err := w.Table(context.Background(), day(t, "2026-01-05"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int32{-1, 300, -1}, tab.AgeDays); diff != "" {
		t.Errorf("ages (-want +got):\n%s", diff)
	}
	if a, b, c := tab.Sex.Value(0), tab.Sex.Value(1), tab.Sex.Value(2); a != "" || b != "Female" || c != "" {
		t.Errorf("sexes %q, %q, %q", a, b, c)
	}
}

func TestRegionComesFromTheReference(t *testing.T) {
	w := open(t, filepath.Join(t.TempDir(), "w.duckdb"))
	commit(t, w, "a", event("E1", 1, day(t, "2026-01-05"), "x"))
	ref := []warehouse.Organisation{{Code: "Z01", Name: "Invented Trust", Type: "acute", Region: "North", ICB: "ICB 1"}}
	if err := w.SetOrganisations(context.Background(), ref); err != nil {
		t.Fatal(err)
	}
	tab, err := w.Table(context.Background(), day(t, "2026-01-05"))
	if err != nil {
		t.Fatal(err)
	}
	if got := tab.Region.Value(0); got != "North" {
		t.Errorf("region %q", got)
	}
	all, err := w.Organisations(context.Background())
	if diff := cmp.Diff(map[string]warehouse.Organisation{"Z01": ref[0]}, all); err != nil || diff != "" {
		t.Errorf("reference: %v %s", err, diff)
	}
}

func TestSettled(t *testing.T) {
	w := open(t, filepath.Join(t.TempDir(), "w.duckdb"))
	commit(t, w, "first", event("A", 1, day(t, "2025-01-06"), "one"), event("B", 1, day(t, "2025-01-07"), "two"))
	commit(t, w, "second", event("A", 2, day(t, "2025-01-20"), "one, revised"), event("C", 1, day(t, "2025-01-21"), "three"))
	for _, c := range []struct {
		day, later string
		want       bool
	}{
		{"2025-01-10", "2025-01-19", true},  // nothing came in between
		{"2025-01-10", "2025-01-31", false}, // A was revised
		{"2025-01-20", "2025-01-31", true},  // C is new
		{"2025-01-05", "2025-01-31", true},  // nothing was known yet
	} {
		got, err := w.Settled(t.Context(), day(t, c.day), day(t, c.later))
		if err != nil || got != c.want {
			t.Errorf("%s to %s: settled %v, %v", c.day, c.later, got, err)
		}
	}
}

func TestSampleIsSpreadEvenlyOverTheTable(t *testing.T) {
	w := open(t, filepath.Join(t.TempDir(), "w.duckdb"))
	first := day(t, "2026-01-01")
	var events []incident.Event
	for i := range 23 {
		events = append(events, event(fmt.Sprintf("E%02d", i), 1, first+incident.Day(i/2), fmt.Sprintf("text %d", i)))
	}
	commit(t, w, "a", events...)
	revised := event("E07", 2, first+14, "text 7, revised")
	withdrawn := event("E09", 2, first+14, "")
	withdrawn.Deleted = true
	commit(t, w, "b", revised, withdrawn)
	for _, asOf := range []incident.Day{first + 8, first + 20} {
		all, err := w.Table(context.Background(), asOf)
		if err != nil {
			t.Fatal(err)
		}
		after := first + 1
		from := all.Until(after)
		for _, size := range []int{1, 3, 7, all.Len() - from, 100} {
			n := all.Len() - from
			want := warehouse.Sample{Of: n}
			for k := range min(n, size) {
				i := from + k*n/min(n, size)
				want.Reported, want.Text = append(want.Reported, all.Reported[i]), append(want.Text, all.Text[i])
			}
			got, err := w.Sample(context.Background(), asOf, after, size)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%d as of %v (-want +got):\n%s", size, asOf, diff)
			}
		}
	}
}
