package review_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/datasets/incident"
	"psims/reports/export"
	"psims/reports/quote"
	"psims/reports/review"
)

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
			_, err := review.Parse("q.toml", tt.text)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

// searched is a table of invented events with every degree of harm.
func searched(t *testing.T, events int) review.Events {
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
	return review.Events{Organisation: "Invented team", AsOf: incident.NewDay(2026, 12, 31), Table: tab, Report: func(i int) quote.Incident {
		return quote.Incident{ID: tab.ID[i], Reported: tab.Reported[i], Occurred: tab.Occurred[i], Harm: tab.Harm[i], Text: tab.Text[i]}
	}}
}

// The default sample takes all severe and fatal events and 100 of each other part,
// the same each time.
func TestSampleFollowsTheRule(t *testing.T) {
	n := searched(t, 1400)
	sheet := func(sample string, from string) export.Sheet {
		s, err := review.Parse("q.toml", fmt.Sprintf("name = \"n\"\nsearch = \"pump or fell\"\nsample = %q\nfrom = %q\n", sample, from))
		if err != nil {
			t.Fatal(err)
		}
		w, _ := n.Workbook(s)
		return w.Sheets[len(w.Sheets)-1]
	}
	got := sheet("default", "2026-01-01")
	by := map[string]int{}
	for _, row := range got.Rows {
		by[row[8].Text]++
	}
	if by["Fatal"] != 200 || by["Moderate"] != 100 || len(got.Rows) != 400 {
		t.Errorf("sample of %v, want all 200 fatal, 100 moderate, 100 others", by)
	}
	if d := cmp.Diff(got, sheet("default", "2026-01-01")); d != "" {
		t.Error("the sample differs from the first time")
	}
	if got := sheet("foi", "2026-01-01"); len(got.Rows) != 30 {
		t.Errorf("%d events for a request, want 30", len(got.Rows))
	}
	if got := sheet("default", "2026-04-21"); len(got.Rows) != 300 { // of ten a day until 20 May
		t.Errorf("%d of 300 events, want all", len(got.Rows))
	}
}

func TestReviewWorkbook(t *testing.T) {
	n := searched(t, 1000)
	s, err := review.Parse("q.toml", "name = \"Invented\"\nsearch = \"@what\"\nseed = 1\nfrom = \"2026-01-02\"\n[groups]\nwhat = \"pump or ~batery\"\n")
	if err != nil {
		t.Fatal(err)
	}
	w, found := n.Workbook(s)
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
