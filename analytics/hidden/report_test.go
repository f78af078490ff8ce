package hidden_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"psims/analytics/discrepancy"
	"psims/analytics/hidden"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/datasets/incident/incidenttest"
)

// TestEventsOfReports: of the reports asked for, those of the newest weeks are gathered,
// and a text that tells of a death excels a grade of none, whatever models make of it.
func TestEventsOfReports(t *testing.T) {
	var events []incidenttest.Event
	for k := range 300 {
		events = append(events, incidenttest.Event{Organisation: fmt.Sprintf("Z%d", k%7), Category: "Falls", Reported: asOf - 400, Harm: incident.NoHarm + incident.Harm(k%2),
			Text: fmt.Sprintf("%s Report %d.", []string{"Slipped, no injury.", "Bruise to elbow, sore."}[k%2], k)})
	}
	last := len(events)
	events = append(events, incidenttest.Event{Organisation: "Z1", Category: "Delay", Reported: asOf, Harm: incident.NoHarm, Text: "Found late. The patient died."},
		incidenttest.Event{Organisation: "Z2", Reported: asOf, Text: "Not graded."}, incidenttest.Event{Organisation: "Z3", Reported: asOf, Text: "A second report."})
	tab := incidenttest.Table(events...)
	c := discrepancy.Default()
	c.MinEvents = 100
	readers, err := c.Learn(context.Background(), tab, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := hidden.Reports{Table: tab, Theme: make([]int32, tab.Len()), Category: &tab.Category, Known: make([]bool, tab.Len()), Readings: discrepancy.Read(readers, tab.Text)}
	for i := range int32(last + 2) { // not the second report of the last event
		r.Rows = append(r.Rows, i)
	}
	r.Theme[last], r.Known[last] = 3, true
	e := r.Events(hidden.Default(asOf))
	if len(e.Theme) != 2 || e.Theme[0] != 3 || !e.Known[0] || e.Known[1] || tab.Category.Names[e.Category[0]] != "Delay" {
		t.Fatalf("%+v", e)
	}
	if e.Excess[0] != float64(incident.Fatal-incident.NoHarm) || !math.IsNaN(e.Excess[1]) {
		t.Errorf("the texts exceed their grades by %v; want 4, and nothing where there is no grade", e.Excess)
	}
	f := hidden.Frame([]hidden.Finding{{Theme: 1, TopCategory: e.Category[0], Reports: 30}}, []string{"t0", "t1"}, []string{"nought", "one"}, tab.Category.Names)
	read := f.Reader()
	id, name, category := frame.Take[string](read, "theme_id"), frame.Take[string](read, "name"), frame.Take[string](read, "top_category")
	if read.Err() != nil || id[0] != "t1" || name[0] != "one" || category[0] != "Delay" {
		t.Errorf("%v %v %v, %v", id, name, category, read.Err())
	}
}
