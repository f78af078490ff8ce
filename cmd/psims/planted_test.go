package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"psims/analytics/triage"
	"psims/datasets/frame"
	"psims/datasets/frame/parquet"
	"psims/reports/publication"
)

// plantedIssue is what truth.json says of one issue or decoy.
type plantedIssue struct {
	ID       string
	Kind     string
	Alert    bool
	Title    string
	Injected [][2]string
}

// found gives the rank of the first alert of which at least 3 and at least half
// of the recent reports are the issue's, and the share of the issue's reports of
// the last 8 weeks that it cites; rank 0 for none.
func found(alerts []triage.Alert, issue plantedIssue, since string) (rank int, recall float64, title string) {
	recent := map[string]bool{}
	all := map[string]bool{}
	for _, r := range issue.Injected {
		all[r[0]] = true
		if r[1] > since {
			recent[r[0]] = true
		}
	}
	for _, a := range alerts {
		hits, recentHits := 0, 0
		for _, id := range a.RecentIncidentIDs {
			if all[id] {
				hits++
			}
			if recent[id] {
				recentHits++
			}
		}
		if hits >= 3 && 2*hits >= len(a.RecentIncidentIDs) {
			return a.Rank, float64(recentHits) / float64(max(1, len(recent))), a.Title
		}
	}
	return 0, 0, ""
}

// TestPlantedIssuesStandFirst runs the whole line on invented extracts and asks
// where the planted issues stand. Run it with -v for the table.
func TestPlantedIssuesStandFirst(t *testing.T) {
	if testing.Short() {
		t.Skip("the whole line on 30,000 events takes a minute")
	}
	home := t.TempDir()
	must(t, home, "synth", "--out", filepath.Join(home, "inbox"), "--events", "30000", "--seed", "1")
	text, err := os.ReadFile(filepath.Join(home, "inbox", "truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	var truth struct {
		Until  string
		Issues []plantedIssue
	}
	if err := json.Unmarshal(text, &truth); err != nil {
		t.Fatal(err)
	}
	code, _, talk := psims(t, home, "run")
	if code != exitDone && code != exitWarnings {
		t.Fatalf("run ended with %d: %s", code, talk)
	}
	alerts, err := publication.Current(home).Alerts()
	if err != nil {
		t.Fatal(err)
	}
	asOf := alerts[0].AsOf
	var table strings.Builder
	inTen, wanted, decoys := 0, 0, 0
	for _, i := range truth.Issues {
		rank, recall, title := found(alerts, i, (asOf - 56).String())
		fmt.Fprintf(&table, "%-14s %-16s rank %2d recall %.2f  %s\n", i.ID, i.Kind, rank, recall, title)
		switch {
		case i.Alert:
			wanted++
			if rank >= 1 && rank <= 10 {
				inTen++
			}
		case rank >= 1 && rank <= 10:
			decoys++
		}
	}
	t.Logf("%d of %d planted issues and %d decoys among the first ten of %d alerts\n%s", inTen, wanted, decoys, len(alerts), table.String())
	if 2*inTen < wanted {
		t.Errorf("%d of %d planted issues are among the first ten alerts", inTen, wanted)
	}
	if decoys > 1 {
		t.Errorf("%d decoys are among the first ten alerts", decoys)
	}
	steadyIssueIsListed(t, filepath.Join(home, "current", "tables"), truth.Issues)
	sidesAreThere(t, filepath.Join(home, "current", "tables"))
}

// steadyIssueIsListed asks for the planted issue that has always been there and is
// graded too mildly: the theme that holds most of it must be on the standing list.
func steadyIssueIsListed(t *testing.T, tables string, issues []plantedIssue) {
	t.Helper()
	theme := map[string]string{}
	for _, r := range readTable(t, tables, "theme_members", "incident_id", "theme_id") {
		theme[r[0]] = r[1]
	}
	listed := map[string]bool{}
	for _, r := range readCSV(t, filepath.Join(tables, "hidden_themes.csv")) {
		listed[r["theme_id"]] = true
	}
	for _, i := range issues {
		if i.Kind != "under-recognised" {
			continue
		}
		in, most := map[string]int{}, ""
		for _, r := range i.Injected {
			if k := theme[r[0]]; k != "" {
				if in[k]++; in[k] > in[most] {
					most = k
				}
			}
		}
		t.Logf("%s: %d of %d reports in %s, %d themes on the standing list", i.ID, in[most], len(i.Injected), most, len(listed))
		if !listed[most] {
			t.Errorf("%s: its theme %s is not on the standing list %v", i.ID, most, listed)
		}
	}
}

// sidesAreThere asks that the tables beside the alerts hold something, and that the
// shares of a crosswalk add up.
func sidesAreThere(t *testing.T, tables string) {
	t.Helper()
	for _, name := range []string{"nowcast", "scan", "pairs", "severe_share", "known_risks", "harm_discrepancy", "harm_grading", "crosswalk", "crosswalk_check", "side_by_side", "drift", "breaks"} {
		if len(readCSV(t, filepath.Join(tables, name+".csv"))) == 0 {
			t.Errorf("%s is empty", name)
		}
	}
	sums := map[string]float64{}
	for _, r := range readCSV(t, filepath.Join(tables, "crosswalk.csv")) {
		share, err := strconv.ParseFloat(r["share"], 64)
		if err != nil {
			t.Fatal(err)
		}
		sums[r["scheme"]+" "+r["from"]] += share
	}
	for from, sum := range sums {
		if sum < 0.9 || sum > 1.001 {
			t.Errorf("the crosswalk of %s adds up to %.3f", from, sum)
		}
	}
}

// readTable reads two columns of a Parquet table.
func readTable(t *testing.T, tables, name, first, second string) [][2]string {
	t.Helper()
	f, err := parquet.Read(name, filepath.Join(tables, name+".parquet"))
	if err != nil {
		t.Fatal(err)
	}
	a, err1 := frame.Get[string](f, first)
	b, err2 := frame.Get[string](f, second)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	out := make([][2]string, len(a))
	for i := range a {
		out[i] = [2]string{a[i], b[i]}
	}
	return out
}
