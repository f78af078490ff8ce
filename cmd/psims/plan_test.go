package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"psims/reports/publication"

	"github.com/google/go-cmp/cmp"
)

// planned asks for a dry run as JSON.
func planned(t *testing.T, home string, wantCode int, args ...string) plan {
	t.Helper()
	code, out, talk := psims(t, home, append([]string{"--json", "run", "--dry-run"}, args...)...)
	if code != wantCode {
		t.Fatalf("a dry run ended with %d, want %d: %s%s", code, wantCode, out, talk)
	}
	var p plan
	if err := json.Unmarshal([]byte(out), &p); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return p
}

// names lists everything in a folder, with its bytes.
func names(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			out[path] = ""
			return err
		}
		text, err := os.ReadFile(path)
		out[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestDryRunSaysWhatARunDoes: the day, the files and the rows of the plan are those of
// the run that follows, and making it leaves every byte of the home as it was.
func TestDryRunSaysWhatARunDoes(t *testing.T) {
	home := t.TempDir()
	write(t, filepath.Join(home, "psims.toml"), "[detect]\nlookback_weeks = 2\n")
	rows := lfpse("L1", 1, "2026-01-05", "Fell from bed.") + "{broken\n" + lfpse("L2", 1, "2026-02-03", "Wrong dose given.")
	write(t, filepath.Join(home, "inbox", "a.ndjson"), rows)
	before := names(t, home)
	p := planned(t, home, exitDone)
	if diff := cmp.Diff(before, names(t, home)); diff != "" {
		t.Errorf("a dry run changed the home: %s", diff)
	}
	f := p.Files[0]
	if f.Format != "lfpse-fhir-ndjson" || f.Rows != 3 || f.Rejects != 1 || f.Oldest != "2026-01-05" || f.Newest != "2026-02-03" || f.Load != "" {
		t.Errorf("the waiting file is told as %+v", f)
	}
	if p.AsOf != "2026-02-03" || p.AtLeast || p.Asked || p.Current != "" {
		t.Errorf("the plan is %+v", p)
	}

	psims(t, home, "run") // ends with 3: one row in three is rejected
	m, err := publication.Current(home).Manifest()
	if err != nil {
		t.Fatal(err)
	}
	if m.AsOf != p.AsOf || m.Inputs[0].Read != f.Rows || m.Inputs[0].Rejected != f.Rejects {
		t.Errorf("the run was of %s with %+v, the plan of %s with %+v", m.AsOf, m.Inputs[0], p.AsOf, f)
	}

	write(t, filepath.Join(home, "inbox", "again.ndjson"), rows)
	p = planned(t, home, exitDone)
	if p.Current != m.RunID || p.Files[0].Load != m.Inputs[0].Load || p.AsOf != "2026-02-03" {
		t.Errorf("with the file loaded before, the plan is %+v", p)
	}
	if p = planned(t, home, exitDone, "--as-of", "2026-01-10"); p.AsOf != "2026-01-10" || !p.Asked {
		t.Errorf("as of a past day, the plan is %+v", p)
	}
}

func TestDryRunSaysWhichClassifiersAreDue(t *testing.T) {
	home := t.TempDir()
	write(t, filepath.Join(home, "inbox", "a.ndjson"), lfpse("L1", 1, "2026-02-03", "Fell from bed.")) // due days: 2026-01-15, 2026-02-12
	write(t, filepath.Join(home, "models", "category", "2026-01-15-0123abcd", "card.md"), "")
	write(t, filepath.Join(home, "models", "specialty", "2025-12-18-0123abcd", "card.md"), "")
	out := must(t, home, "run", "--dry-run")
	for _, want := range []string{
		"train   specialty, care_setting, harm: due, because the last day of the grid of 28 is 2026-01-15",
		"category: not due before 2026-02-12",
		"As of 2026-02-03, the newest reported day.",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not said:\n%s", want, out)
		}
	}
	write(t, filepath.Join(home, "inbox", "b.ndjson"), lfpse("L2", 1, "2026-01-10", "Fell again."))
	if out := must(t, home, "run", "--dry-run"); !strings.Contains(out, "category: learnt for 2026-01-15 before, and again where the waiting files, which go back to 2026-01-10, change") {
		t.Errorf("that an older report may make it learn anew is not said:\n%s", out)
	}
}

// TestDryRunTellsOfTrouble: what would stop a night is said beforehand.
func TestDryRunTellsOfTrouble(t *testing.T) {
	home := t.TempDir()
	if out := must(t, home, "run", "--dry-run"); !strings.Contains(out, "There is no event to judge: a run would fail.") {
		t.Errorf("with nothing to judge: %s", out)
	}
	write(t, filepath.Join(home, "inbox", "a.ndjson"), lfpse("L1", 1, "2026-02-03", "Fell from bed."))
	write(t, filepath.Join(home, "inbox", "b.csv"), "a,b\n1,2\n")
	p := planned(t, home, exitFailed)
	if p.Files[0].Problem != "" || !strings.Contains(p.Files[1].Problem, "mapping") {
		t.Errorf("a file of no known format is told as %+v", p.Files)
	}
	unlock, err := opened(t, home).home.lock()
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if p := planned(t, home, exitFailed); !p.Busy {
		t.Error("that another process is at work is not said")
	}
}
