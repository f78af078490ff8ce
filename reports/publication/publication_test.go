package publication_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/analytics/triage"
	"psims/datasets/frame"
	"psims/reports/publication"
)

// made makes a run in a home, with one file.
func made(t *testing.T, home, id, text string) publication.Folder {
	t.Helper()
	d := publication.Making(home, id)
	err := d.Write("site/index.html", func(w io.Writer) error { _, err := io.WriteString(w, text); return err })
	if err != nil {
		t.Fatal(err)
	}
	m := publication.Manifest{RunID: id, Times: publication.Times{Seconds: map[string]float64{}}}
	if err := m.Seal(d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	d := publication.Making(t.TempDir(), "r1")
	f := frame.New("found", frame.Column{Name: "id", Values: []string{"a", "=b"}}, frame.Column{Name: "n", Values: []float64{1, math.NaN()}})
	if err := errors.Join(d.WriteTable(f, ""), d.WriteForPeople(f)); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"", publication.Tables} {
		got, err := d.Table(folder, "found", "id")
		if err != nil || len(got.Columns) != 1 || got.Len() != 2 {
			t.Errorf("read from %q: %v, %v", folder, got, err)
		}
	}
	if text, err := os.ReadFile(d.Path("tables/found.csv")); err != nil || string(text) != "id,n\na,1\n'=b,\n" {
		t.Errorf("for people: %q, %v", text, err)
	}
	if _, err := os.Stat(d.Path("found.csv")); err == nil {
		t.Error("a table that is not for people is there for them")
	}
	if _, err := d.Alerts(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("before there are alerts: %v", err)
	}
	want := []triage.Alert{{ID: "a1", Title: "Pumps <b>"}, {ID: "a2"}}
	if err := d.WriteAlerts(want); err != nil {
		t.Fatal(err)
	}
	got, err := d.Alerts()
	if err != nil || len(got) != 2 || got[0].Title != want[0].Title || got[1].ID != "a2" {
		t.Errorf("alerts: %+v, %v", got, err)
	}
	w, err := d.Create("organisations/Z01")("data/a.csv")
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.WriteString(w, "x")
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(d.Path("organisations/Z01/data/a.csv")); string(text) != "x" || err != nil {
		t.Errorf("a report's file holds %q, %v", text, err)
	}
}

// A file whose writing fails is not there; a folder that keeps nothing asks for nothing.
func TestHalfAFileIsNone(t *testing.T) {
	d := publication.Making(t.TempDir(), "r1")
	broken := errors.New("broken")
	if err := d.Write("a", func(io.Writer) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(d.Path("a")); err == nil {
		t.Error("half a file is there")
	}
	if err := publication.Folder("").Write("a", func(io.Writer) error { t.Error("asked what to write"); return nil }); err != nil {
		t.Error(err)
	}
}

func TestManifestOfStages(t *testing.T) {
	d := publication.Folder(t.TempDir())
	if _, err := d.Manifest(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("before there is one: %v", err)
	}
	m := publication.Manifest{RunID: "r1", Times: publication.Times{Seconds: map[string]float64{}}}
	for k, stage := range []string{"train", "label", "group", "label"} {
		m.Finish(stage, k, publication.Took{Seconds: float64(k), CPU: 2 * float64(k), PeakMB: 10 * k})
	}
	// label was done again: what came after it is to be done again.
	if d := cmp.Diff([]publication.Stage{{Name: "train"}, {Name: "label", Out: 3}}, m.Stages); d != "" || m.Done("group") || !m.Done("label") {
		t.Errorf("stages (-want +got):\n%s", d)
	}
	if m.Times.Seconds["label"] != 3 || m.Times.CPU["label"] != 6 || m.Times.PeakMB != 30 {
		t.Errorf("times %+v", m.Times)
	}
	if err := m.Write(d); err != nil {
		t.Fatal(err)
	}
	back, err := d.Manifest()
	if d := cmp.Diff(m, back); d != "" || err != nil {
		t.Errorf("read back, %v (-want +got):\n%s", err, d)
	}
	if err := os.WriteFile(d.Path(publication.Name), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Manifest(); err == nil {
		t.Error("half a manifest is read")
	}
}

// What is published is whole and on show, also in place of a run of the same name; old
// runs go, never the one on show.
func TestPublish(t *testing.T) {
	home := t.TempDir()
	shown := func() string {
		text, err := os.ReadFile(publication.Current(home).Path("site/index.html"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if now, err := publication.Newest(home); now != "" || err != nil {
		t.Errorf("before the first run: %q, %v", now, err)
	}
	seen := map[string]bool{}
	for k, id := range []string{"2026-01-02-b", "2026-01-03-c", "2026-01-03-c", "2026-01-01-a"} {
		text := fmt.Sprint("text ", k)
		made(t, home, id, text)
		left, err := publication.Unfinished(home)
		if err != nil || !slices.Equal(left, []string{id + ".partial"}) {
			t.Errorf("unfinished: %q, %v", left, err)
		}
		d, err := publication.Publish(home, id, 2)
		if err != nil || d.Path("") != filepath.Join(home, "runs", id) || shown() != text {
			t.Fatalf("%s in %s shows %q: %v", id, d, shown(), err)
		}
		now, err := publication.Newest(home)
		if err != nil || seen[now] {
			t.Errorf("newest %q: seen before, or %v", now, err)
		}
		seen[now] = true
		m, err := publication.Current(home).Manifest()
		if err != nil || m.RunID != id || len(m.Outputs["site/index.html"]) != 64 || len(m.Outputs) != 1 {
			t.Errorf("on show is %+v, %v", m, err)
		}
	}
	entries, err := os.ReadDir(filepath.Join(home, "runs"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if d := cmp.Diff([]string{"2026-01-01-a", "2026-01-03-c"}, names); d != "" {
		t.Errorf("of runs are kept (-want +got):\n%s", d)
	}
}

// A replacement that was cut off between its renames leaves the old run; one that was cut
// off after them, the new one.
func TestRestore(t *testing.T) {
	home := t.TempDir()
	runs := func(name string) string { return filepath.Join(home, "runs", name) }
	for _, name := range []string{"r1.replaced", "r2.replaced", "r2"} {
		if err := os.MkdirAll(filepath.Join(runs(name), name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := publication.Restore(home); err != nil {
		t.Fatal(err)
	}
	for _, there := range []string{"r1/r1.replaced", "r2/r2"} {
		if _, err := os.Stat(runs(there)); err != nil {
			t.Error(err)
		}
	}
	if left, err := filepath.Glob(runs("*.replaced")); len(left) != 0 || err != nil {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
