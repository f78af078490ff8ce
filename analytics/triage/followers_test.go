package triage_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/analytics/triage"
)

func TestFollowersAreCitedBehindTheirFirst(t *testing.T) {
	alerts := []triage.Alert{
		{IncidentIDs: []string{"b", "a"}, RecentIncidentIDs: []string{"b"}, Why: "Because."},
		{IncidentIDs: []string{"a", "c"}, Why: "Because."}, // c follows a, and is cited already
	}
	triage.CiteFollowers(alerts, map[string][]string{"a": {"c", "e"}, "b": {"d"}})
	if d := cmp.Diff([]string{"b", "d", "a", "c", "e"}, alerts[0].IncidentIDs); d != "" {
		t.Errorf("cited (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"b", "d"}, alerts[0].RecentIncidentIDs); d != "" {
		t.Errorf("cited as recent (-want +got):\n%s", d)
	}
	if want := "Because. 3 further reports tell of the same events: listed with them, and not counted."; alerts[0].Why != want {
		t.Errorf("why is %q, want %q", alerts[0].Why, want)
	}
	if want := "Because. 1 further report tells of the same events: listed with them, and not counted."; alerts[1].Why != want {
		t.Errorf("why is %q, want %q", alerts[1].Why, want)
	}
}
