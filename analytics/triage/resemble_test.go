package triage_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/analytics/triage"
)

// A part points to the highest alert that it is like, never to another part, and what
// is no theme points nowhere.
func TestPartsOfAnIssuePointToItsHighestAlert(t *testing.T) {
	alerts := []triage.Alert{{ID: "a"}, {ID: "count"}, {ID: "b"}, {ID: "c"}, {ID: "d"}, {ID: "e"}, {ID: "gone", Status: triage.Gone}}
	index := map[string]int{"a": 4, "b": 3, "c": 2, "d": 1, "e": 0}
	alike := make([][]float64, 5)
	for k := range alike {
		alike[k] = make([]float64, 5)
	}
	set := func(a, b string, like float64) { alike[index[a]][index[b]], alike[index[b]][index[a]] = like, like }
	set("a", "c", 0.4)
	set("c", "d", 0.9) // c is a part of a, and not what d would be a part of
	set("b", "e", 0.35)
	set("d", "e", 0.5)
	set("a", "e", 0.2)
	alerts = triage.Resemble(alerts, index, alike)
	got, order := map[string]string{}, []string{}
	for k, a := range alerts {
		if order = append(order, a.ID); a.Rank != k+1 {
			t.Errorf("%s is number %d of the list and has rank %d", a.ID, k+1, a.Rank)
		}
		if a.Resembles != "" {
			got[a.ID] = a.Resembles
		}
	}
	if diff := cmp.Diff(map[string]string{"c": "a", "e": "b"}, got); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	} // Parts come after what may be issues of their own, and before what is quiet.
	if diff := cmp.Diff([]string{"a", "count", "b", "d", "c", "e", "gone"}, order); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}
