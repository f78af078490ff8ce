package rehearsal_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/analytics/rehearsal"
	"psims/datasets/incident/incidenttest"
	"psims/models/cluster"
	"psims/models/theme"
)

func TestSetsOfOneThing(t *testing.T) {
	tab := incidenttest.Table(incidenttest.Event{Category: "Falls", Medication: "Insulin"}, incidenttest.Event{Category: "Falls"}, incidenttest.Event{}, incidenttest.Event{Category: "Delay"})
	rows := []int32{0, 1, 3} // row 2 is not searched
	if d := cmp.Diff([]rehearsal.Theme{{Name: "category: Delay", Rows: []int32{2}}, {Name: "category: Falls", Rows: []int32{0, 1}}, {Name: "medicine: Insulin", Rows: []int32{0}}}, rehearsal.Coded(tab, rows)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	g := &theme.Grouped{ID: []string{"t1"}, Name: []string{"one"}, Of: []int32{0, cluster.None, 0, 0}}
	if d := cmp.Diff([]rehearsal.Theme{{Name: "theme: one (t1)", Rows: []int32{0, 2}}}, rehearsal.Grouped(g, rows)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	themes := []rehearsal.Theme{{Rows: make([]int32, 23)}, {Rows: make([]int32, 24)}, {Rows: make([]int32, 25)}}
	if k := rehearsal.Plantable(themes, 24*30); k != 1 {
		t.Errorf("%d can be planted among 720, want the one of 24", k)
	}
}
