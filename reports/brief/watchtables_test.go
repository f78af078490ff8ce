package brief_test

import (
	"slices"
	"testing"

	"psims/analytics/hidden"
	"psims/analytics/knownrisk"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/datasets/incident/incidenttest"
	"psims/reports/brief"
)

// TestWatchListOfTables gathers a watch list from tables in the form that a run publishes.
func TestWatchListOfTables(t *testing.T) {
	asOf := incident.Day(20_000)
	tab := incidenttest.Table(incidenttest.Event{ID: "old", Reported: asOf - 40}, incidenttest.Event{ID: "new", Reported: asOf - 1}, incidenttest.Event{ID: "again", Reported: asOf})
	list := knownrisk.Default()
	column := func(name string, values ...string) frame.Column { return frame.Column{Name: name, Values: values} }
	w := brief.WatchTables{
		KnownRisks: list.Frame(tab, [][]knownrisk.Hit{{{Risk: 1, Score: 0.9}}, {{Risk: 1, Score: 0.4}}, {{Risk: 1, Score: 0.8}}}),
		Harm: frame.New("harm_discrepancy", column("list", "reading", "told", "told"), column("incident_id", "old", "new", "old"), column("told", "fatal", "severe", "fatal"),
			column("words", "died|death", "", "died"), column("sentences", "He died.", "", "He died."), frame.Column{Name: "worse", Values: []float64{0.9, 0.7, 0.9}}),
		HarmJudged: frame.New("harm_judged", frame.Column{Name: "judged", Values: []int64{3}}, frame.Column{Name: "worse", Values: []float64{1.5}}),
		Hidden:     hidden.Frame([]hidden.Finding{{Theme: 0, TopCategory: 1, Reports: 30}}, []string{"t1"}, []string{"one"}, []string{"", "Falls"}),
		Risks:      []brief.KnownRisk{{ID: list.Risks[0].ID, Title: "first"}, {ID: list.Risks[1].ID, Title: "second"}},
		AsOf:       asOf, Table: tab, Row: map[string]int{"old": 0, "new": 1, "again": 2},
		Counted: []bool{true, true, false},
	}
	var cited []string
	got, err := w.Watch(func(ids []string) { cited = append(cited, ids...) })
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Risks) != 2 || len(got.Risks[0].Recent) != 0 || len(got.Risks[1].Recent) != 2 || got.Risks[1].Recent[0].IncidentID != "again" {
		t.Fatalf("risks %+v, want the recent reports of the second, surest first", got.Risks)
	}
	if weekly := got.Risks[1].Weekly; len(weekly) != 26 || weekly[25] != 1 || weekly[20] != 1 {
		t.Errorf("weekly %v: each event counts once", weekly)
	}
	if len(got.Harm) != 2 || got.Harm[0].IncidentID != "old" || got.Harm[0].Told != incident.Fatal || !slices.Equal(got.Harm[0].Words, []string{"died", "death"}) || got.Harm[1].Words != nil {
		t.Errorf("harm %+v", got.Harm)
	}
	if got.HarmJudged != 3 || got.HarmWorse != 1.5 || len(got.Hidden) != 1 || got.Hidden[0].TopCategory != "Falls" || got.Hidden[0].Reports != 30 {
		t.Errorf("%d judged, %v worse, hidden %+v", got.HarmJudged, got.HarmWorse, got.Hidden)
	}
	for _, id := range []string{"old", "new", "again"} {
		if !slices.Contains(cited, id) {
			t.Errorf("%s is shown, and not cited", id)
		}
	}
	w.Hidden = frame.New("hidden_themes")
	if _, err := w.Watch(func([]string) {}); err == nil {
		t.Error("a table without columns gave no error")
	}
}
