package funnel_test

import (
	"testing"

	"psims/analytics/funnel"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/datasets/incident/incidenttest"
)

// TestSevereEventsAreExpectedByMix compares an organisation that reports grave kinds
// of event with one that doesn't: each grades as all do, and neither stands out.
func TestSevereEventsAreExpectedByMix(t *testing.T) {
	var events []incidenttest.Event
	add := func(org, category string, severe bool) {
		e := incidenttest.Event{System: incident.LFPSE, Organisation: org, Category: category, Harm: incident.NoHarm, Reported: 20_000}
		if severe {
			e.Harm = incident.SevereHarm
		}
		events = append(events, e)
	}
	for k := range 100 {
		add("A", "grave", k < 50)
		add("B", "mild", k < 5)
		add("C", "grave", k < 50)
		add("C", "mild", k < 5)
	}
	add("A", "grave", true) // of a row that is not asked for
	tab := incidenttest.Table(events...)
	mix := funnel.Mix{Table: tab, Category: &tab.Category, Type: func(string) string { return "acute" }}
	for i := range tab.Len() - 1 {
		mix.Rows = append(mix.Rows, int32(i))
	}
	organisations, graded := mix.Expected()
	for _, o := range organisations {
		if o.Observed != o.Denominator {
			t.Errorf("%s has %v severe events, and %v are expected of its mix", o.Code, o.Observed, o.Denominator)
		}
	}
	if len(organisations) != 3 || graded["C"] != 200 {
		t.Errorf("%d organisations, %v graded events of C", len(organisations), graded["C"])
	}
	severe, err := mix.JudgeSevere(funnel.Default())
	if err != nil {
		t.Fatal(err)
	}
	r := severe.Frame().Reader()
	orgs, observed, expected := frame.Take[string](r, "organisation"), frame.Take[float64](r, "severe_or_fatal"), frame.Take[float64](r, "expected")
	if r.Err() != nil || len(orgs) != 3 || orgs[2] != "C" || observed[2] != 55 || expected[2] != 55 {
		t.Errorf("%v: %v severe of %v expected, %v", orgs, observed, expected, r.Err())
	}
}
