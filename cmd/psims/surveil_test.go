package main

import (
	"testing"

	"psims/datasets/incident"
	"psims/datasets/warehouse"
)

// TestSevereEventsAreExpectedByMix compares an organisation that reports grave kinds
// of event with one that doesn't: each grades as all do, and neither stands out.
func TestSevereEventsAreExpectedByMix(t *testing.T) {
	n := &night{table: &incident.Table{}, labelled: &labels{}, orgs: map[string]warehouse.Organisation{}, asOf: 20_000, joined: &joined{}}
	add := func(org, category string, severe bool) {
		tab := n.table
		n.joined.first = append(n.joined.first, int32(tab.Len()))
		tab.ID, tab.Reported = append(tab.ID, "x"), append(tab.Reported, n.asOf-10)
		tab.System.Append("lfpse")
		tab.Organisation.Append(org)
		n.labelled.category.Append(category)
		harm := incident.NoHarm
		if severe {
			harm = incident.SevereHarm
		}
		tab.Harm = append(tab.Harm, harm)
		n.orgs[org] = warehouse.Organisation{Code: org, Type: "acute"}
	}
	for k := range 100 {
		add("A", "grave", k < 50)
		add("B", "mild", k < 5)
		add("C", "grave", k < 50)
		add("C", "mild", k < 5)
	}
	n.judged = n.table
	organisations, graded := n.severeByMix()
	for _, o := range organisations {
		if o.Observed != o.Denominator {
			t.Errorf("%s has %v severe events, and %v are expected of its mix", o.Code, o.Observed, o.Denominator)
		}
	}
	if len(organisations) != 3 || graded["C"] != 200 {
		t.Errorf("%d organisations, %v graded events of C", len(organisations), graded["C"])
	}
}
