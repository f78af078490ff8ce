package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"psims/datasets/feedback"
	"psims/datasets/frame/parquet"
	"psims/datasets/incident"
	"psims/reports/publication"
)

const stopRule = "[[rule]]\nname = \"no category\"\nmeasure = \"missing-category\"\nof = \"all\"\nabove = 0.5\nthen = \"stop\"\n"

// TestGateStopsPublicationAndKeepsTheData: exit code 4, the last run stays current,
// what was loaded stays loaded, and the rule mended the night is published.
func TestGateStopsPublicationAndKeepsTheData(t *testing.T) {
	home := t.TempDir()
	rules := write(t, filepath.Join(home, "rules.toml"), "")
	write(t, filepath.Join(home, "psims.toml"), swift+"[quality]\nrules = \""+rules+"\"\n")
	write(t, filepath.Join(home, "inbox", "a.ndjson"), history(10, 10))
	must(t, home, "run")
	before, err := os.Readlink(filepath.Join(home, "current"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, rules, stopRule)
	write(t, filepath.Join(home, "inbox", "b.ndjson"), lfpse("N1", 1, "2025-03-20", "Fell from bed on the new ward."))
	for _, args := range [][]string{{"run"}, {"report"}} {
		code, _, talk := psims(t, home, args...)
		if code != exitGate || !strings.Contains(talk, "no category: ") || !strings.Contains(talk, "current") {
			t.Fatalf("%v: exit %d: %s", args, code, talk)
		}
	}
	if after, err := os.Readlink(filepath.Join(home, "current")); err != nil || after != before {
		t.Errorf("current is %q (%v), was %q", after, err, before)
	}
	if lines, _ := filepath.Glob(filepath.Join(home, "loads", "*.json")); len(lines) != 2 {
		t.Errorf("%d accepted loads, want 2", len(lines))
	}
	findings, _ := filepath.Glob(filepath.Join(home, "runs", "*.partial", "tables", "quality_findings.csv"))
	if len(findings) == 0 {
		t.Error("no table of what was found")
	}
	write(t, rules, strings.Replace(stopRule, "stop", "expect", 1))
	must(t, home, "run")
	m, err := publication.Current(home).Manifest()
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Inputs) != 2 || m.Quality.Broken["expect"] != 1 || m.Quality.Shares["missing-category"] != 1 {
		t.Errorf("manifest: %d inputs, quality %+v", len(m.Inputs), m.Quality)
	}
	fresh, err := parquet.Read("freshness", filepath.Join(home, "current", "tables", "freshness.parquet"))
	if err != nil || fresh.Len() != 12 {
		t.Errorf("freshness of %d organisations, want 12: %v", fresh.Len(), err)
	}
}

// TestRulesOfSingleEventsTurnThemAway: quarantined events are kept with their words,
// dropped ones with their place and the rule.
func TestRulesOfSingleEventsTurnThemAway(t *testing.T) {
	for then, kept := range map[string]bool{"quarantine": true, "drop": false} {
		home := t.TempDir()
		rules := write(t, filepath.Join(home, "rules.toml"), "[[rule]]\nname = \"says too little\"\nmeasure = \"short-description\"\nof = \"event\"\nthen = \""+then+"\"\n")
		write(t, filepath.Join(home, "psims.toml"), "[quality]\nrules = \""+rules+"\"\n[load]\nwarn_rejected_share = 1\n")
		out := must(t, home, "load", write(t, t.TempDir()+"/a.ndjson", lfpse("L1", 1, "2026-01-05", "Fell from bed in the night.")+lfpse("L2", 1, "2026-01-06", "See notes.")))
		if !strings.Contains(out, "2 rows read, 1 kept, 1 rejected; 1 events, 1 new") {
			t.Errorf("%s: %s", then, out)
		}
		files, _ := filepath.Glob(filepath.Join(home, "quarantine", "*.jsonl"))
		if len(files) != 1 {
			t.Fatalf("%s: quarantine %v", then, files)
		}
		text, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		var r incident.Reject
		if err := json.Unmarshal(text, &r); err != nil || r.Code != incident.QualityRule || r.Line != 2 || !strings.Contains(r.Sentence, "says too little") {
			t.Errorf("%s: %s (%v)", then, text, err)
		}
		if strings.Contains(string(text), "See notes.") != kept {
			t.Errorf("%s: kept its words: %v", then, !kept)
		}
	}
}

func TestFeedbackTellsOfQuality(t *testing.T) {
	home := t.TempDir()
	must(t, home, "load", write(t, t.TempDir()+"/a.ndjson", lfpse("L1", 1, "2026-01-05", "Fell from bed in the night.")+lfpse("L2", 1, "2026-01-06", "See notes.")))
	files, _ := filepath.Glob(filepath.Join(home, "feedback", "Z01", "*.json"))
	if len(files) != 1 {
		t.Fatalf("feedback: %v", files)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var f feedback.Answer
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	if f.Missing["category"] != 1 || f.Failed["short-description"] != 1 || f.Accepted != 2 {
		t.Errorf("feedback: %+v", f)
	}
}

func TestRulesFileIsStrict(t *testing.T) {
	home := t.TempDir()
	rules := write(t, filepath.Join(home, "rules.toml"), "[[rule]]\nname = \"x\"\nmeasure = \"misssing-harm\"\nof = \"all\"\nabove = 0.1\nthen = \"stop\"\n")
	write(t, filepath.Join(home, "psims.toml"), "[quality]\nrules = \""+rules+"\"\n")
	code, _, talk := psims(t, home, "load", write(t, t.TempDir()+"/a.ndjson", lfpse("L1", 1, "2026-01-05", "Fell.")))
	if code != exitUsage || !strings.Contains(talk, "misssing-harm") {
		t.Errorf("exit %d: %s", code, talk)
	}
}
