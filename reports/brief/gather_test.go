package brief_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/analytics/triage"
	"psims/datasets/frame"
	"psims/datasets/incident/incidenttest"
	"psims/reports/brief"
	"psims/reports/evidence/evidencetest"
)

func TestWhatTheReportTellsOf(t *testing.T) {
	e := evidencetest.Year()
	falls := e.Table.ID[2]
	themes := brief.ThemesOf(e, []triage.Alert{{ID: "a1", Kind: triage.Theme, IncidentIDs: []string{falls}}, {ID: "a2", Kind: triage.Theme, IncidentIDs: []string{falls}}})
	if len(themes) != 2 || themes[evidencetest.Falls].AlertID != "a1" || themes[evidencetest.Pumps].AlertID != "" {
		t.Fatalf("alerts of themes: %q and %q", themes[0].AlertID, themes[1].AlertID)
	}
	if size := themes[0].Size + themes[1].Size; size != e.Table.Len()-2 || themes[0].Recent+themes[1].Recent != 4*11 {
		t.Errorf("%d reports in themes, %d of them recent", size, themes[0].Recent+themes[1].Recent)
	}
	mix := brief.MixOf(e)
	if len(mix.Rows) != 2 || len(mix.Columns) != 2 || mix.Counts[0][0]+mix.Counts[1][1] != 4*11 || mix.Counts[0][1] != 0 {
		t.Errorf("%v by %v: %v", mix.Rows, mix.Columns, mix.Counts)
	}
	f := brief.FreshnessOf(e)
	if f.Reporting != 11 || len(f.Newest) != 1 || f.Newest[0].Day != evidencetest.AsOf {
		t.Errorf("%d report, newest %+v", f.Reporting, f.Newest)
	}
	if len(f.Quiet) != 0 { // fewer than a report a week over half a year is no silence
		t.Errorf("quiet: %+v", f.Quiet)
	}
}

func TestNotesOf(t *testing.T) {
	e := evidencetest.Year()
	notes := strings.Join(brief.NotesOf(e, true), "\n")
	for _, want := range []string{"1 of 619 reports tell of an event that an earlier report tells of", "hardly speak of patients"} {
		if !strings.Contains(notes, want) {
			t.Errorf("the notes don't say %q:\n%s", want, notes)
		}
	}
	if strings.Contains(strings.Join(brief.NotesOf(e, false), "\n"), "hardly speak") {
		t.Error("all files are taken for those of other work")
	}
}

func TestCrosswalkOf(t *testing.T) {
	event := func(scheme, category string) incidenttest.Event {
		return incidenttest.Event{Scheme: scheme, Category: category}
	}
	tab := incidenttest.Table(event("nrls", "Accident"), event("nrls", "Accident"), event("nrls", "Waiting"), event("steis", "Fall"), event("lfpse", "Falls"))
	text := func(name string, values ...string) frame.Column {
		return frame.Column{Name: name, Values: values}
	}
	f := frame.New("crosswalk", text("scheme", "nrls", "nrls", "nrls", "steis"), text("from", "Waiting", "Accident", "Accident", "Fall"), text("to", "Delay", "Falls", "Delay", "Falls"),
		frame.Column{Name: "share", Values: []float64{1, 0.97, 0.03, 1}})
	got, err := brief.CrosswalkOf(f, tab, "lfpse")
	if err != nil {
		t.Fatal(err)
	}
	want := brief.Crosswalk{FromScheme: "NRLS", ToScheme: "LFPSE", From: []string{"Accident", "Waiting"}, Events: []int{2, 1}, To: []string{"Falls", "Delay"}, Shares: [][]float64{{0.97, 0.03}, {0, 1}}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if _, err := brief.CrosswalkOf(frame.New("crosswalk"), tab, "lfpse"); err == nil {
		t.Error("a table without columns gave no error")
	}
}
