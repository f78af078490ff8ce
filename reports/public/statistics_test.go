package public_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/datasets/incident/incidenttest"
	"psims/reports/public"
)

func TestStatisticsAreReadBack(t *testing.T) {
	jan := incident.NewDay(2025, 1, 5)
	tab := incidenttest.Table(
		incidenttest.Event{System: incident.NRLS, Reported: jan, Occurred: jan - 30, Harm: incident.LowHarm, Category: "Falls", Region: "North"},
		incidenttest.Event{System: incident.LFPSE, Reported: jan + 1, Occurred: jan, Harm: incident.LowHarm, Category: "Delay", Region: "North"},
		incidenttest.Event{System: incident.LFPSE, Reported: jan + 90, Harm: incident.Fatal})
	s := public.CountAll(tab, jan+95) // five days into the second quarter
	reported := 0
	for _, c := range s.Counts {
		if c.Dimension == "category" && c.Basis == public.Reported {
			reported += c.Events
			if c.Value != "Falls" && c.Value != "Delay" {
				t.Errorf("%+v: the running quarter is counted", c)
			}
		}
	}
	if reported != 2 || len(s.Dimensions) != 4 {
		t.Errorf("%d reports of whole quarters, %d dimensions", reported, len(s.Dimensions))
	}
	if values := s.Dimensions[1].Values; values[len(values)-1] != "Not recorded" {
		t.Errorf("categories %v: what is not recorded stands last", values)
	}
	back, err := public.FromFrame(s.Frame(), s.AsOf)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(s, back); d != "" {
		t.Errorf("read back (-want +got):\n%s", d)
	}
	if _, err := public.FromFrame(frame.New("statistics"), s.AsOf); err == nil {
		t.Error("a table without columns gave no error")
	}
}
