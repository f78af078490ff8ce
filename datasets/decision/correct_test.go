package decision_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/datasets/decision"
	"psims/datasets/incident"
	"psims/datasets/incident/incidenttest"
)

func corrected() *incident.Table {
	return incidenttest.Table(incidenttest.Event{ID: "a", System: incident.LFPSE, Scheme: "old", Category: "Falls", Harm: incident.LowHarm},
		incidenttest.Event{ID: "a", System: incident.NRLS, Category: "Delay"}, incidenttest.Event{ID: "b", System: incident.LFPSE, NeverEvent: "Wrong site"})
}

// TestAnswersReplaceLabels: the last answer about a report of a system holds, and what is
// not in the table is left out.
func TestAnswersReplaceLabels(t *testing.T) {
	tab := corrected()
	n := decision.Correct(tab, []decision.Correction{
		{System: incident.LFPSE, Incident: "a", Field: decision.Category, Value: "Documents"},
		{System: incident.LFPSE, Incident: "a", Field: decision.Category, Value: "Equipment"},
		{System: incident.NRLS, Incident: "a", Field: decision.Harm, Value: "severe"},
		{System: incident.LFPSE, Incident: "b", Field: decision.NeverEvent, Value: "none"},
		{System: incident.STEIS, Incident: "a", Field: decision.Category, Value: "Lost"},
		{System: incident.LFPSE, Incident: "b", Field: decision.SameEvent, Value: "lfpse a"},
	}, "counted")
	if n != 4 || tab.Category.Value(0) != "Equipment" || tab.Scheme.Value(0) != "counted" || tab.Category.Value(1) != "Delay" || tab.Harm[1] != incident.SevereHarm || tab.NeverEvent.Value(2) != "" {
		t.Errorf("%d labels changed: %q of %q, %q, %v, %q", n, tab.Category.Value(0), tab.Scheme.Value(0), tab.Category.Value(1), tab.Harm[1], tab.NeverEvent.Value(2))
	}
	if decision.Correct(corrected(), nil, "counted") != 0 {
		t.Error("nothing was said, and labels changed")
	}
}

func TestWhatIsSaidOfTwoReports(t *testing.T) {
	got := decision.SaidOf(corrected(), []decision.Correction{
		{System: incident.LFPSE, Incident: "a", Field: decision.SameEvent, Value: "nrls a"},
		{System: incident.LFPSE, Incident: "b", Field: decision.OtherEvent, Value: "lfpse a"},
		{System: incident.LFPSE, Incident: "b", Field: decision.SameEvent, Value: "nrls gone"},
		{System: incident.LFPSE, Incident: "b", Field: decision.Harm, Value: "low"},
	})
	if d := cmp.Diff([]decision.Said{{A: 0, B: 1, Same: true}, {A: 2, B: 0}}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestWhoseCategoryPeopleChanged(t *testing.T) {
	tab := incidenttest.Table(incidenttest.Event{System: incident.LFPSE, ID: "A", Text: "a"}, incidenttest.Event{System: incident.LFPSE, ID: "B", Text: "b"},
		incidenttest.Event{System: incident.LFPSE, ID: "C"}, incidenttest.Event{System: incident.NRLS, ID: "A", Text: "a"})
	say := func(id string, field decision.Field, was, value string) decision.Correction {
		return decision.Correction{System: incident.LFPSE, Incident: id, Field: field, Was: was, Value: value}
	}
	rows := decision.Changed(tab, []decision.Correction{
		say("B", decision.Category, "Falls", "Falls"),                                                // confirmed
		say("A", decision.Category, "Falls", "Delay"), say("A", decision.Category, "Delay", "Delay"), // once is enough
		say("C", decision.Category, "Falls", "Delay"), // nothing to read
		say("B", decision.Harm, "low", "severe"),
	})
	if len(rows) != 1 || rows[0] != 0 {
		t.Errorf("changed are rows %v, want the first alone", rows)
	}
}
