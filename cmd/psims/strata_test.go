package main

import (
	"testing"

	"psims/datasets/incident"
	"psims/datasets/tally"
)

// TestWeeksOfAnotherSystemAreNotZeros: a label that only one recording system uses
// is not observed before that system began and after it closed.
func TestWeeksOfAnotherSystemAreNotZeros(t *testing.T) {
	start := incident.NewDay(2025, 1, 6)
	tab := &incident.Table{}
	add := func(week int, system incident.System, specialty string) {
		tab.ID = append(tab.ID, "x")
		tab.System.Append(string(system))
		tab.Kind = append(tab.Kind, incident.KindIncident)
		tab.Reported = append(tab.Reported, start+incident.Day(7*week))
		tab.Occurred = append(tab.Occurred, incident.NoDay)
		tab.Harm = append(tab.Harm, incident.NoHarm)
		tab.Organisation.Append("Z01")
		tab.Specialty.Append(specialty)
		for _, c := range []*incident.Column{&tab.Region, &tab.Scheme, &tab.Category, &tab.CareSetting, &tab.Medication, &tab.Device, &tab.NeverEvent} {
			c.Append("")
		}
		tab.Text = append(tab.Text, "text")
	}
	for w := range 40 {
		if w < 20 {
			add(w, incident.NRLS, "Medical specialties")
		} else {
			add(w, incident.LFPSE, "Cardiology")
		}
	}
	l := &labels{}
	none, alone := make([]int32, tab.Len()), make([]int32, tab.Len())
	for i := range none {
		l.category.Append("Falls")
		none[i], alone[i] = -1, int32(i)
	}
	n := &night{app: &app{cfg: defaultConfig()}, table: tab, labelled: l, themed: &themes{of: none}, joined: &joined{first: alone}, asOf: start + 7*40 - 1}
	s := n.strata()
	for _, c := range []struct {
		stratum     tally.Stratum
		from, until int // weeks in which it was observed
	}{
		{tally.Stratum{Dimension: "specialty", Value: "Medical specialties"}, 0, 20},
		{tally.Stratum{Dimension: "specialty", Value: "Cardiology"}, 20, 40},
		{tally.Stratum{Dimension: "category", Value: "Falls"}, 0, 40},
	} {
		_, observed := s.table.Series(int(s.index(c.stratum)))
		for w, seen := range observed {
			if want := w >= c.from && w < c.until; seen != want {
				t.Errorf("%v, week %d: observed %v, want %v", c.stratum, w, seen, want)
				break
			}
		}
	}
}
