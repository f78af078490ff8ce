package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"psims/datasets/incident"
	"psims/nlp/query"
)

func strategyFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "q.toml")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestStrategyIsReadStrictly(t *testing.T) {
	tests := []struct{ why, text, want string }{
		{"whole", "name = \"n\"\nsearch = \"@a\"\nfrom = \"2025-01-01\"\n[groups]\na = \"pump\"\n", ""},
		{"no name", "search = \"pump\"\n", "has no name"},
		{"unknown key", "name = \"n\"\nserch = \"pump\"\n", `unknown key "serch"; did you mean "search"?`},
		{"a bad search", "name = \"n\"\nsearch = \"pump and\"\n", "a term is missing"},
		{"a bad day", "name = \"n\"\nsearch = \"pump\"\nfrom = \"soon\"\n", "soon"},
		{"a bad sample", "name = \"n\"\nsearch = \"pump\"\nsample = \"some\"\n", "default, all or foi"},
		{"a bad date", "name = \"n\"\nsearch = \"pump\"\ndate = \"written\"\n", "reported or occurred"},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			_, err := readStrategy(strategyFile(t, tt.text))
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

// searched is a table of invented events with every degree of harm.
func searched(t *testing.T, events int) *night {
	t.Helper()
	tab := &incident.Table{}
	harms := []incident.Harm{incident.NoHarm, incident.LowHarm, incident.ModerateHarm, incident.NoHarm, incident.HarmMissing, incident.ModerateHarm, incident.Fatal}
	for i := range events {
		tab.ID = append(tab.ID, fmt.Sprintf("INV-%04d", i))
		tab.System.Append(string(incident.LFPSE))
		tab.Kind = append(tab.Kind, incident.KindIncident)
		tab.Reported = append(tab.Reported, incident.NewDay(2026, 1, 1)+incident.Day(i/10))
		tab.Occurred = append(tab.Occurred, incident.NoDay)
		tab.Harm = append(tab.Harm, harms[i%len(harms)])
		for _, c := range []*incident.Column{&tab.Organisation, &tab.Region, &tab.Scheme, &tab.Category, &tab.Specialty, &tab.CareSetting, &tab.Medication, &tab.Device, &tab.NeverEvent} {
			c.Append("")
		}
		tab.Text = append(tab.Text, []string{"Pump battery loose.", "=Patient fell."}[i%2])
	}
	return &night{app: &app{cfg: defaultConfig()}, table: tab, asOf: incident.NewDay(2026, 12, 31)}
}

// The default sample takes all severe and fatal events and 100 of each other part,
// the same each time.
func TestSampleFollowsTheRule(t *testing.T) {
	n := searched(t, 1400)
	found := make([]int, 1400)
	for i := range found {
		found[i] = i
	}
	s := strategy{Sample: "default", Seed: sampleSeed}
	got := n.sampled(s, found)
	by := map[string]int{}
	for _, i := range got {
		switch h := n.table.Harm[i]; {
		case h.SevereOrFatal():
			by["severe"]++
		case h == incident.ModerateHarm:
			by["moderate"]++
		default:
			by["other"]++
		}
	}
	if by["severe"] != 200 || by["moderate"] != 100 || by["other"] != 100 {
		t.Errorf("sample of %v, want all 200 severe, 100 moderate, 100 others", by)
	}
	if !slices.Equal(got, n.sampled(s, found)) {
		t.Error("the sample differs from the first time")
	}
	s.Sample = "foi"
	if got := n.sampled(s, found); len(got) != sampleFOI {
		t.Errorf("%d events for a request, want %d", len(got), sampleFOI)
	}
	s.Sample = "default"
	if got := n.sampled(s, found[:300]); len(got) != 300 {
		t.Errorf("%d of 300 events, want all", len(got))
	}
}

func TestReviewWorkbook(t *testing.T) {
	n := searched(t, 1000)
	s := strategy{Name: "Invented", Search: "@what", Groups: map[string]string{"what": "pump or ~batery"}, Date: "reported", Sample: "default", Seed: 1, from: incident.NewDay(2026, 1, 2), until: incident.NoDay}
	var err error
	if s.query, err = query.Parse(s.Groups, s.Search); err != nil {
		t.Fatal(err)
	}
	w, found := n.reviewed(s)
	if found != 495 {
		t.Errorf("%d found, want every second of 990", found)
	}
	var names []string
	for _, sheet := range w.Sheets {
		names = append(names, sheet.Name)
	}
	if got := strings.Join(names, "|"); got != "Search terms|LFPSE - Summary|LFPSE - Data" {
		t.Errorf("worksheets %s", got)
	}
	if got := w.Sheets[0].Rows[2]; got[1].Text != "~batery" || got[2].Number != 495 {
		t.Errorf("the second term has %v", got)
	}
	if cover := strings.Join(w.Cover, "\n"); !strings.Contains(cover, "Group what: pump or ~batery") || !strings.Contains(cover, "990 events searched, 495 events found") || !strings.Contains(cover, "Seed 1.") {
		t.Errorf("the cover says %s", cover)
	}
	var x, o bytes.Buffer
	if err := w.XLSX(&x); err != nil {
		t.Error(err)
	}
	if err := w.ODS(&o); err != nil {
		t.Error(err)
	}
}
