package knownrisk_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/analytics/knownrisk"
	"psims/datasets/incident"
	"psims/datasets/incident/incidenttest"
)

// A file of other work has no risk of patients, but one of its own list; care has both,
// and so have the national systems beside either. Good care is no risk.
func TestRisksOfPatientsAreOfCare(t *testing.T) {
	own := len(knownrisk.Default().Risks) // the first of a list that is joined behind
	for others, want := range map[string][]int{
		"Worker slipped on ice at the crusher: number %d.":    {1, 2, 0},
		"Patient slipped on a wet floor by bed %d, unharmed.": {2, 2, 0},
	} {
		var events []incidenttest.Event
		for i := range 120 {
			events = append(events, incidenttest.Event{System: incident.Mapped, Text: fmt.Sprintf(others, i)})
		}
		events = append(events, incidenttest.Event{System: incident.Mapped}, incidenttest.Event{System: incident.LFPSE}, incidenttest.Event{System: incident.LFPSE, Kind: incident.KindGoodCare})
		table := incidenttest.Table(events...)
		hits := make([][]knownrisk.Hit, len(events))
		both := []knownrisk.Hit{{Risk: 0}, {Risk: own}}
		for i := 120; i < len(hits); i++ {
			hits[i] = both
		}
		knownrisk.Admit(table, hits)
		got := []int{len(hits[120]), len(hits[121]), len(hits[122])}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q: hits (-want +got):\n%s", others, d)
		}
		if len(hits[120]) == 1 && hits[120][0].Risk != own {
			t.Error("the deployer's own risk is gone")
		}
		if both[0].Risk != 0 || both[1].Risk != own {
			t.Error("an event's own list was changed")
		}
		if few := table.Head(99); knownrisk.OtherWork(few) {
			t.Error("of 99 reports it is told what work they are of")
		}
	}
}

func TestMatchAllIsMatchOfEach(t *testing.T) {
	w := watch(t, knownrisk.Default(), knownrisk.DefaultConfig())
	var texts []string
	for i := range 600 {
		texts = append(texts, fmt.Sprintf([]string{"A swab was left in the patient %d.", "The patient %d fell.", "Wrong site surgery on patient %d: the left knee in place of the right."}[i%3], i))
	}
	found := 0
	for i, hits := range w.MatchAll(texts) {
		if d := cmp.Diff(w.Match(nil, texts[i]), hits); d != "" {
			t.Fatalf("%q:\n%s", texts[i], d)
		}
		found += len(hits)
	}
	if found == 0 {
		t.Error("nothing was found")
	}
}
