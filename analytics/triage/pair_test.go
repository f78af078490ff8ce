package triage_test

import (
	"strings"
	"testing"

	"psims/analytics/disproportion"
	"psims/analytics/signal"
	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/datasets/tally"
)

// few gives four reports of three organisations, one of severe harm.
func few() *triage.Reports {
	t := &incident.Table{ID: []string{"a", "b", "c", "d"}, Harm: []incident.Harm{incident.NoHarm, incident.SevereHarm, incident.LowHarm, incident.NoHarm}, Reported: []incident.Day{100, 101, 102, 103}}
	for _, org := range []string{"Z1", "Z2", "Z3", "Z1"} {
		t.Organisation.Append(org)
		t.Text = append(t.Text, "The pump stopped.")
	}
	return &triage.Reports{Events: t, AsOf: 110}
}

func raisedSignal(value string) signal.Signal {
	return signal.Signal{Stratum: tally.Stratum{Dimension: "d", Value: value}, Week: incident.Day(103).Monday(), Observed: 3, Expected: 0.5, Hi: 2, Score: 2, P: 1e-4, Q: 1e-3, Status: signal.Raised}
}

func TestPairAlertSaysWhatWasSeen(t *testing.T) {
	s := triage.PairStanding{StratumStanding: triage.StratumStanding{Signal: raisedSignal("pump with Devices"), Status: triage.New, Rows: []int32{0, 1, 2, 3}},
		Kind: "device", Item: "pump", Category: "Devices", Recent: 8, Linked: 52, Link: disproportion.Pair{EBGM: disproportion.Interval{Value: 4.2, Lo: 2.5, Hi: 6}}}
	a := few().Pair(s)
	if a.Kind != triage.Pair || a.Window.Until-a.Window.From != 8*7-1 || a.Organisations != 3 || a.Harm["severe_or_fatal"] != 1 || a.IncidentIDs[0] != "b" || a.Aspects["link"] != 4.2 {
		t.Errorf("alert %+v", a)
	}
	for _, part := range []string{`4 reports were with the device "pump" and filed under "Devices", from 3 organisations.`, "count once: 3.", "leads one to expect about 0.5; up to 2 would be usual",
		"Over 52 weeks the two come together 4.2 times as often", "at least 2.5 times", "false about 1 time in 1,000", "It is new on this list."} {
		if !strings.Contains(a.Why, part) {
			t.Errorf("why lacks %q: %s", part, a.Why)
		}
	}
	if b := few().Pair(s); b.ID != a.ID || !strings.HasPrefix(a.ID, "pair-") {
		t.Errorf("ids %s and %s", a.ID, b.ID)
	}
}

func TestBranchAlertSaysWhatWasSeen(t *testing.T) {
	f := triage.BranchFinding{Signal: raisedSignal("Devices / pump"), Weeks: 5, Hierarchy: "category and device", Branch: "Devices / pump", CarriedBy: "Devices / pump / model", Rows: []int32{0, 1, 2}}
	a := few().Branch(f)
	if a.Kind != triage.Stratum || a.Status != triage.Open || a.Window.Until-a.Window.From != 5*7-1 || a.FirstRaised != a.Window.From || a.Score != 0.8 || a.Title != "More reports than usual: Devices, pump" {
		t.Errorf("alert %+v", a)
	}
	for _, part := range []string{`3 reports were of "Devices, pump" (category and device), from 3 organisations, where about 0.5 would be expected; up to 2 would be usual.`,
		"gives so large an excess anywhere 1 time in 10,000", `Most of the excess is in "Devices, pump, model".`} {
		if !strings.Contains(a.Why, part) {
			t.Errorf("why lacks %q: %s", part, a.Why)
		}
	}
	f.Weeks = 1
	if a := few().Branch(f); a.Status != triage.New {
		t.Errorf("of the last week alone: %s", a.Status)
	}
}
