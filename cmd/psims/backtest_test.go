package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"psims/datasets/incident"
	"psims/reports/publication"
)

// TestBacktestEqualsTheRunOfThatDay replays some weeks of a warehouse that holds
// later reports, a revision and a withdrawal too, and compares each day with a run
// on a warehouse that holds only what was known then.
func TestBacktestEqualsTheRunOfThatDay(t *testing.T) {
	text := history(30, 30)
	// Some events are reported twice, a day or two later.
	var repeats strings.Builder
	for k, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if at := strings.Index(line, `"lastUpdated":"`) + 15; k%25 == 0 {
			day, err := incident.ParseDay(line[at : at+10])
			if err != nil {
				t.Fatal(err)
			}
			line = strings.Replace(line, line[at:at+10], (day + 1).String(), 1)
			repeats.WriteString(strings.ReplaceAll(line, `"L0`, `"R0`) + "\n")
		}
	}
	text += repeats.String()
	first, _, _ := strings.Cut(text, "\n")
	text += strings.NewReplacer(`"versionId":"1"`, `"versionId":"2"`, first[strings.Index(first, `"lastUpdated":"`):][:25], `"lastUpdated":"2025-07-24`).Replace(first) + "\n"
	whole := t.TempDir()
	must(t, whole, "load", write(t, t.TempDir()+"/a.ndjson", text))
	out := whole + "/backtest.jsonl"
	must(t, whole, "backtest", "--from", "2025-07-20", "--until", "2025-08-03", "--every", "7d", "--out", out)
	if left, err := filepath.Glob(filepath.Join(whole, "runs", "*")); err != nil || len(left) > 0 {
		t.Errorf("the replay left runs behind: %v (%v)", left, err)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	days := []string{"2025-07-20", "2025-07-27", "2025-08-03"}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	if len(lines) != len(days) {
		t.Fatalf("%d lines for %d days", len(lines), len(days))
	}
	some, joined := false, 0
	for k, day := range days {
		var known strings.Builder
		for line := range strings.Lines(text) {
			if at := strings.Index(line, `"lastUpdated":"`); line[at+15:at+25] <= day {
				known.WriteString(line)
			}
		}
		part := t.TempDir()
		must(t, part, "load", write(t, t.TempDir()+"/a.ndjson", known.String()))
		must(t, part, "run", "--as-of", day)
		alerts, err := os.ReadFile(filepath.Join(part, "current", "alerts.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		some = some || len(alerts) > 0
		man, err := publication.Current(part).Manifest()
		if err != nil {
			t.Fatal(err)
		}
		joined += man.Joined.Reports - man.Joined.Events
		want := `{"as_of":"` + day + `","alerts":[` + strings.Join(strings.Split(strings.TrimSpace(string(alerts)), "\n"), ",") + "]}"
		if lines[k] != want {
			t.Errorf("%s replayed is\n%s\nand the run of that day gives\n%s", day, lines[k], want)
		}
	}
	if joined == 0 {
		t.Error("no report was joined to another on any of the days")
	}
	if !some {
		t.Error("there was no alert on any of the days: nothing was compared")
	}
}

func TestBacktestBeforeAnythingWasReported(t *testing.T) {
	home := t.TempDir()
	must(t, home, "load", write(t, home+"/a.ndjson", lfpse("L1", 1, "2026-01-05", "Fell from bed.")))
	must(t, home, "backtest", "--from", "2025-12-01", "--until", "2026-01-05", "--every", "5w", "--out", home+"/b.jsonl")
	data, err := os.ReadFile(home + "/b.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(data) {
		var l struct {
			AsOf   string `json:"as_of"`
			Alerts []any  `json:"alerts"`
		}
		if err := json.Unmarshal(line, &l); err != nil || l.Alerts == nil {
			t.Errorf("line %s: alerts must be a list even when there is none (%v)", line, err)
		}
	}
	for _, bad := range [][]string{{"--from", "2026-01-05", "--until", "2025-01-05"}, {"--from", "monday", "--until", "2025-01-05"}, {"--from", "2025-01-05", "--until", "2025-01-05", "--every", "fortnight"}} {
		if code, _, talk := psims(t, home, append([]string{"backtest", "--out", home + "/c.jsonl"}, bad...)...); code != exitUsage {
			t.Errorf("%v: exit code %d, %s", bad, code, talk)
		}
	}
}
