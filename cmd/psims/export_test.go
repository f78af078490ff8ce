package main

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"psims/datasets/frame"
	"psims/datasets/frame/parquet"
	"psims/datasets/incident"
	"psims/reports/public"
)

// invented statistics of 3 quarters with small counts.
func inventedStatistics() public.Statistics {
	s := public.Statistics{AsOf: incident.NewDay(2026, 1, 31), Dimensions: []public.Dimension{{Key: "harm", Name: "degree of harm", Values: []string{"Fatal", "Low", "=Odd"}}}}
	for q := public.QuarterOf(incident.NewDay(2025, 4, 1)); q <= public.QuarterOf(incident.NewDay(2025, 12, 1)); q++ {
		for _, basis := range public.Bases() {
			for j, n := range []int{3, 410, 55} {
				s.Counts = append(s.Counts, public.Count{System: incident.LFPSE, Basis: basis, Quarter: q, Dimension: "harm", Value: s.Dimensions[0].Values[j], Events: n})
			}
		}
	}
	return s
}

// exportHome makes a home folder with a finished run that holds nothing but what
// an export needs.
func exportHome(t *testing.T, s public.Statistics) string {
	t.Helper()
	home := t.TempDir()
	dir := filepath.Join(home, "runs", "r1")
	if err := os.MkdirAll(filepath.Join(dir, "tables"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "manifest.json"), []byte(`{"run_id":"r1","as_of":"2026-01-31","version":"v"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := parquet.Write(&b, s.Frame()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "tables", "statistics.parquet"), b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join("runs", "r1"), filepath.Join(home, "current")); err != nil {
		t.Fatal(err)
	}
	return home
}

func TestExportWritesEveryFormat(t *testing.T) {
	home, out := exportHome(t, inventedStatistics()), t.TempDir()
	var said, talk bytes.Buffer
	if code := run(t.Context(), []string{"--home", home, "export", "--format", "csv,parquet,xlsx,ods", "--partition", "--out", out}, nil, &said, &talk); code != exitDone {
		t.Fatalf("exit code %d: %s", code, talk.String())
	}
	for _, name := range []string{"harm_by_quarter_reported.csv", "data-dictionary.csv", "statistics/system=lfpse/quarter=2025-Q3/part-0.parquet", "statistics.xlsx", "statistics.ods"} {
		if _, err := os.Stat(filepath.Join(out, filepath.FromSlash(name))); err != nil {
			t.Errorf("%s is missing: %v", name, err)
		}
		if !strings.Contains(said.String(), filepath.FromSlash(name)) {
			t.Errorf("nobody is told of %s", name)
		}
	}
	text, err := os.ReadFile(filepath.Join(out, "harm_by_quarter_reported.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"LFPSE,2025-Q4,reported,Fatal,[c],", "LFPSE,2025-Q4,reported,'=Odd,55,", "LFPSE,2025-Q4,reported,All,470,"} {
		if !strings.Contains(string(text), want+"\n") {
			t.Errorf("the CSV lacks %q:\n%s", want, text)
		}
	}
	sheet, err := zip.OpenReader(filepath.Join(out, "statistics.ods"))
	if err != nil {
		t.Fatal(err)
	}
	defer sheet.Close()
	content, err := fs.ReadFile(sheet, "content.xml")
	if err != nil || !bytes.Contains(content, []byte("Counts from 1 to 7 are shown as [c].")) {
		t.Errorf("the cover does not say by which mark a count is kept back (%v)", err)
	}
	part, err := parquet.Read("part", filepath.Join(out, "statistics", "system=lfpse", "quarter=2025-Q3", "part-0.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	shown, err := frame.Get[string](part, "events_text")
	if err != nil || !slices.Contains(shown, "[c]") || slices.Contains(shown, "3") || part.Len() != 8 {
		t.Errorf("the part holds %v, %v", shown, err)
	}
}

// The second release keeps what the first published, but for what has moved far.
func TestExportRemembersReleases(t *testing.T) {
	s := inventedStatistics()
	home := exportHome(t, s)
	export := func(more ...string) string {
		out := t.TempDir()
		var talk bytes.Buffer
		if code := run(t.Context(), append([]string{"--home", home, "--quiet", "export", "--format", "csv", "--out", out}, more...), nil, &talk, &talk); code != exitDone {
			t.Fatalf("exit code %d: %s", code, talk.String())
		}
		text, err := os.ReadFile(filepath.Join(out, "harm_by_quarter_reported.csv"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	draft := export("--draft")
	if _, err := os.Stat(filepath.Join(home, "published", "release.json")); err == nil {
		t.Error("a draft is remembered")
	}
	if first := export(); first != draft || export() != first {
		t.Error("the same statistics are not released in the same way")
	}
	for i := range s.Counts {
		switch s.Counts[i].Value {
		case "Fatal":
			s.Counts[i].Events = 8 // rounds to 10, but would tell how many were added
		case "Low":
			s.Counts[i].Events = 470
		}
	}
	again := exportHome(t, s)
	if err := os.Rename(filepath.Join(home, "published"), filepath.Join(again, "published")); err != nil {
		t.Fatal(err)
	}
	home = again
	second := export()
	for _, want := range []string{"2025-Q4,reported,Fatal,[c],\n", "2025-Q4,reported,Low,470,[r]\n", "2025-Q4,reported,'=Odd,55,\n"} {
		if !strings.Contains(second, want) {
			t.Errorf("the second release lacks %q:\n%s", want, second)
		}
	}
}

func TestExportWithoutARun(t *testing.T) {
	var talk bytes.Buffer
	if code := run(t.Context(), []string{"--home", t.TempDir(), "export", "--out", t.TempDir()}, nil, &talk, &talk); code != exitUsage || !strings.Contains(talk.String(), "psims run") {
		t.Errorf("exit code %d: %s", code, talk.String())
	}
}
