package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"psims/datasets/durable"
	"psims/reports/telemetry"
)

// TestAJobIsWatched: the health check, the figures and the lineage tell of a job that
// is done and of one that is stopped, and never of what a report says.
func TestAJobIsWatched(t *testing.T) {
	var mu sync.Mutex
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, r.Method+" "+r.URL.Path)
	}))
	defer server.Close()
	home := t.TempDir()
	rules := write(t, filepath.Join(home, "rules.toml"), "")
	metrics, lineage := filepath.Join(home, "psims.prom"), filepath.Join(home, "lineage.jsonl")
	write(t, filepath.Join(home, "psims.toml"), swift+"[quality]\nrules = \""+rules+"\"\n[run]\nping = \""+server.URL+"/check\"\nmetrics = \""+metrics+"\"\nlineage = \""+lineage+"\"\n")
	write(t, filepath.Join(home, "inbox", "a.ndjson"), history(10, 10))
	must(t, home, "run")
	sample := regexp.MustCompile(`^psims_[a-z_]+(\{[a-z]+="[^"]*"\})? [-+0-9.e]+$`)
	text, err := os.ReadFile(metrics)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "# ") && !sample.MatchString(strings.TrimSpace(line)) {
			t.Errorf("not in Prometheus' text format: %q", line)
		}
	}
	for _, want := range []string{"\npsims_job_exit_code 0\n", "\npsims_revisions 112\n", `psims_run_stage_seconds{stage="detect"} `, `psims_organisations{state="new"} 12`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("figures lack %q:\n%s", want, text)
		}
	}
	write(t, rules, stopRule)
	if code, _, talk := psims(t, home, "run"); code != exitGate {
		t.Fatalf("exit %d: %s", code, talk)
	}
	if text, err = os.ReadFile(metrics); err != nil || !strings.Contains(string(text), "\npsims_job_exit_code 4\n") {
		t.Errorf("figures of the stopped job: %v\n%s", err, text)
	}
	if diff := cmp.Diff([]string{"GET /check/start", "GET /check", "GET /check/start", "GET /check/4"}, asked); diff != "" {
		t.Errorf("asked of the health check (-want +got):\n%s", diff)
	}
	events := lineageEvents(t, lineage)
	var types []string
	for _, e := range events {
		types = append(types, e.Type)
	}
	if diff := cmp.Diff([]string{"START", "COMPLETE", "START", "FAIL"}, types); diff != "" {
		t.Fatalf("lineage (-want +got):\n%s", diff)
	}
	done, failed := events[1], events[3]
	if events[0].Run.ID != done.Run.ID || done.Run.ID == failed.Run.ID || !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(done.Run.ID) {
		t.Errorf("run ids %s, %s, %s", events[0].Run.ID, done.Run.ID, failed.Run.ID)
	}
	if len(done.Inputs) != 1 || len(done.Outputs) < 10 || failed.Run.Facets["errorMessage"].Message == "" {
		t.Errorf("%d inputs, %d outputs, facets %v", len(done.Inputs), len(done.Outputs), failed.Run.Facets)
	}
}

func lineageEvents(t *testing.T, path string) []telemetry.Event {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []telemetry.Event
	for line := range strings.Lines(string(text)) {
		var e telemetry.Event
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		out = append(out, e)
	}
	return out
}

// TestWatchersThatFailDoNotFailTheJob: no health check answers, and the files can't be written.
func TestWatchersThatFailDoNotFailTheJob(t *testing.T) {
	home := t.TempDir()
	write(t, filepath.Join(home, "psims.toml"), swift+"[run]\nping = \"http://127.0.0.1:1/check\"\nmetrics = \"/nowhere/psims.prom\"\nlineage = \"/nowhere/lineage.jsonl\"\n")
	write(t, filepath.Join(home, "inbox", "a.ndjson"), alike(5))
	code, talk := ended(t, home, "run")
	if code != exitDone || strings.Count(talk, `"level":"WARN"`) != 4 {
		t.Errorf("exit %d:\n%s", code, talk)
	}
}

func TestWhatIsLeftBehindIsCleared(t *testing.T) {
	home := t.TempDir()
	write(t, filepath.Join(home, "psims.toml"), "[run]\nkeep_done_days = 30\n")
	a := opened(t, home)
	if err := a.home.make(); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	old := func(path string, days int) {
		if err := os.Chtimes(filepath.Join(home, path), now, now.AddDate(0, 0, -days)); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{"loads/x.parquet.partial", "loads/y.parquet", "quarantine/x.jsonl.partial", "runs/2026-01-01-a.partial/f", "runs/2026-01-02-b.partial/f",
		"runs/2026-01-03-c.replaced/f", "runs/2026-01-04-d.replaced/old", "runs/2026-01-04-d/new", "inbox/done/p/f.csv", "inbox/done/q/f.csv"} {
		write(t, filepath.Join(home, path), "x")
	}
	old("runs/2026-01-01-a.partial", unfinishedDays+1)
	old("runs/2026-01-02-b.partial", unfinishedDays-1)
	old("inbox/done/p", 31)
	old("inbox/done/q", 29)
	if err := a.clear(now); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, pattern := range []string{"loads/*", "quarantine/*", "runs/*/*", "inbox/done/*"} {
		paths, err := filepath.Glob(filepath.Join(home, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range paths {
			got = append(got, strings.TrimPrefix(p, home+"/"))
		}
	}
	want := []string{"loads/y.parquet", "runs/2026-01-02-b.partial/f", "runs/2026-01-03-c/f", "runs/2026-01-04-d/new", "inbox/done/q"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
}

// TestARunIsReplacedInOneStep: a run of the same name takes the place of the one
// before; "current" is never without a run.
func TestARunIsReplacedInOneStep(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "a.partial"), filepath.Join(dir, "a")
	write(t, filepath.Join(from, "f"), "first")
	for _, text := range []string{"first", "second"} {
		write(t, filepath.Join(from, "f"), text)
		old, err := durable.Replace(from, to)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(to, "f")); err != nil || string(got) != text {
			t.Errorf("%q, want %q: %v", got, text, err)
		}
		if err := os.RemoveAll(old); err != nil {
			t.Fatal(err)
		}
	}
}
