package quality_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/datasets/quality"
)

func TestSummaryAndTables(t *testing.T) {
	rules := []quality.Rule{{Name: "late", Measure: "missing-harm", Of: quality.OfEvent, Then: quality.Drop}, {Name: "few", Measure: "missing-harm", Then: quality.Stop}, {Name: "says", Then: quality.Expect}}
	findings := []quality.Finding{{Rule: rules[1], Subject: "Z01", Value: 0.5, Sentence: "Half of it."}, {Rule: rules[2]}}
	fresh := []quality.Fresh{{Organisation: "Z01", State: quality.Quiet, Batch: true}, {Organisation: "Z02", State: quality.Quiet}}
	figures := []quality.Figure{{Measure: "missing-harm"}, {Organisation: "Z01", Measure: "missing-harm"}}
	want := quality.Summary{Rules: 3, Broken: map[string]int{"stop": 1, "expect": 1}, Stopped: []string{"few: Half of it."}, Organisations: map[string]int{string(quality.Quiet): 2}, Batch: 1, Shares: map[string]float64{"missing-harm": 0}}
	if d := cmp.Diff(want, quality.Summarise(rules, findings, figures, fresh)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if got := quality.Rejecting(rules); len(got) != 1 || got[0].Name != "late" || quality.Text(got) == quality.Text(rules) {
		t.Errorf("rejecting rules %+v", got)
	}
	r := quality.FreshFrame(fresh, func(string) string { return "acute" }).Reader()
	if org, kind := frame.Take[string](r, "organisation"), frame.Take[string](r, "type"); org[1] != "Z02" || kind[0] != "acute" || r.Err() != nil {
		t.Errorf("%v of %v, %v", org, kind, r.Err())
	}
	if a, b := quality.FindingFrame(findings).Len(), quality.FigureFrame(figures).Len(); a != 2 || b != 2 {
		t.Errorf("%d findings, %d figures", a, b)
	}
}

// TestTurnedAway: a rejected event keeps its redacted words, a dropped one none.
func TestTurnedAway(t *testing.T) {
	var e incident.Event
	e.ID, e.Organisation = "e1", "Z01"
	e.Texts[incident.Description] = "See notes."
	for then, kept := range map[quality.Action]bool{quality.Quarantine: true, quality.Drop: false} {
		r := quality.Rule{Name: "short", Measure: "short-description", Of: quality.OfEvent, Then: then}.TurnAway(&e, incident.Place{Line: 3})
		if r.Line != 3 || r.Code != incident.QualityRule || !strings.Contains(r.Sentence, `"short"`) || (len(r.Row) > 0) != kept {
			t.Errorf("%s: %+v", then, r)
		}
	}
}
