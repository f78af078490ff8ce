package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"psims/models/marked"
)

// loadedTexts is a home whose warehouse holds so many events.
func loadedTexts(t *testing.T, n int) string {
	t.Helper()
	home := t.TempDir()
	var b strings.Builder
	for i := range n {
		b.WriteString(lfpse(fmt.Sprintf("L%03d", i), 1, "2026-01-05", fmt.Sprintf("Seen by Dr Frobisher, dose %d given twice.", i)))
	}
	must(t, home, "load", write(t, filepath.Join(t.TempDir(), "a.ndjson"), b.String()))
	return home
}

func TestSampleIsDrawnMarkedAndJudged(t *testing.T) {
	home := loadedTexts(t, 40)
	path := filepath.Join(t.TempDir(), "sample.csv")
	must(t, home, "redact", "--sample", "10", "--seed", "3", "--out", path)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the sample is open to others: %v, %v", info.Mode(), err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil || len(rows) != 11 {
		t.Fatalf("%d lines, %v", len(rows), err)
	}
	if got := strings.Join(rows[1][3:], "|"); !strings.HasPrefix(got, "1|7|Seen by Dr [NAME], dose ") || !strings.HasSuffix(got, "||") {
		t.Errorf("a row of the sample: %q", got)
	}
	again := filepath.Join(t.TempDir(), "again.csv")
	must(t, home, "redact", "--sample", "10", "--seed", "3", "--out", again)
	if same, err := os.ReadFile(again); err != nil || string(same) != string(text) {
		t.Errorf("the same seed drew another sample, %v", err)
	}
	must(t, home, "redact", "--sample", "10", "--seed", "4", "--out", filepath.Join(t.TempDir(), "other.csv"))
	if code, _, talk := psims(t, home, "redact", "--sample", "10", "--out", path); code != exitUsage || !strings.Contains(talk, "marks") {
		t.Errorf("marks would be written over: exit %d: %s", code, talk)
	}
	if code, _, talk := psims(t, home, "redact", "--sample", "10"); code != exitUsage || !strings.Contains(talk, "--out") {
		t.Errorf("no file: exit %d: %s", code, talk)
	}

	for i, marks := range [][2]string{{"no", ""}, {"2", "0"}, {"", "1"}, {"yes", "no"}} {
		rows[i+1][6], rows[i+1][7] = marks[0], marks[1]
	}
	var b strings.Builder
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	filled := write(t, filepath.Join(t.TempDir(), "marked.csv"), b.String())
	var v marked.Verdict
	if err := json.Unmarshal([]byte(must(t, home, "--json", "redact", "--marked", filled)), &v); err != nil {
		t.Fatal(err)
	}
	// 4 texts are marked, with a placeholder and 7 words each; 3 identifiers are left in 2, one placeholder is wrong.
	want := marked.Verdict{Texts: 10, Unmarked: 6, LeftIn: marked.ShareOf(2, 4), Recall: marked.ShareOf(3, 6), WrongPlaces: marked.ShareOf(1, 4), WrongWords: marked.ShareOf(1, 29)}
	if v != want {
		t.Errorf("got %+v\nwant %+v", v, want)
	}
	if out := must(t, home, "redact", "--marked", filled); !strings.Contains(out, "texts with an identifier left: 2 of 4, 50.00 % (95 % interval 15.00 to 85.00)") {
		t.Errorf("in words: %s", out)
	}
}
