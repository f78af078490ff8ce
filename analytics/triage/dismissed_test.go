package triage_test

import (
	"strings"
	"testing"

	"psims/analytics/triage"
)

func TestDismissedAlertsStayDownUntilTheyChange(t *testing.T) {
	alert := func(id string, rank, observed int) triage.Alert {
		return triage.Alert{ID: id, Rank: rank, Status: triage.New, Observed: float64(observed), Why: "Because."}
	}
	alerts := []triage.Alert{alert("kept", 1, 10), alert("grown", 2, 90), alert("other", 3, 10)}
	numbers := alerts[0].Numbers()
	grown := alerts[1].Numbers()
	grown.Observed = 10
	got := triage.KeepDown(alerts, map[string]triage.Dismissal{"kept": {As: "known", AsOf: 20_000, Numbers: numbers}, "grown": {As: "known", AsOf: 20_000, Numbers: grown}, "gone": {}})
	by := map[string]triage.Alert{}
	for _, a := range got {
		by[a.ID] = a
	}
	if a := by["kept"]; a.Status != triage.Gone || !strings.Contains(a.Why, `On the run of 4 October 2024 people marked it as "known"; it stays down`) {
		t.Errorf("%s: %s", a.Status, a.Why)
	}
	if a := by["grown"]; a.Status != triage.Grown || !strings.Contains(a.Why, "changed since: ") {
		t.Errorf("%s: %s", a.Status, a.Why)
	}
	if a := by["other"]; a.Status != triage.New || a.Why != "Because." {
		t.Errorf("%s: %s", a.Status, a.Why)
	}
	if last := got[len(got)-1]; last.ID != "kept" {
		t.Errorf("%s stands last", last.ID)
	}
}
