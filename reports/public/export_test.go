package public_test

import (
	"bytes"
	"testing"

	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/datasets/incident/incidenttest"
	"psims/reports/disclosure"
	"psims/reports/public"
)

func TestReleasedTablesAsFiles(t *testing.T) {
	jan := incident.NewDay(2025, 1, 5)
	var events []incidenttest.Event
	for i := range 300 {
		events = append(events, incidenttest.Event{System: incident.LFPSE, Reported: jan + incident.Day(i%80), Occurred: jan, Harm: incident.LowHarm, Category: []string{"Falls", "falls"}[i%2], Region: "North"})
	}
	s := public.CountAll(incidenttest.Table(events...), jan+95)
	x := public.Export{Tables: public.Publish(s, disclosure.NewRelease(disclosure.HES5())), Policy: disclosure.HES5(), AsOf: s.AsOf, Organisation: "Invented team", Run: "r1", Version: "v1"}
	all := x.Tidy(func(public.Row) bool { return true })
	value, err := frame.Get[string](all, "value")
	if err != nil || len(value) == 0 {
		t.Fatal(err)
	}
	if none := x.Tidy(func(public.Row) bool { return false }); none.Len() != 0 {
		t.Errorf("%d numbers of no row", none.Len())
	}
	if d := public.Dictionary(); d.Len() != len(all.Columns) {
		t.Errorf("the dictionary has %d columns of %d", d.Len(), len(all.Columns))
	}
	w := x.Workbook()
	var out bytes.Buffer
	if err := w.XLSX(&out); err != nil {
		t.Errorf("two values that differ in case alone: %v", err)
	}
	if len(w.Sheets) == 0 || len(w.Cover) != 5 || len(w.Notes) != 5 {
		t.Errorf("%d worksheets, %d lines of cover, %d notes", len(w.Sheets), len(w.Cover), len(w.Notes))
	}
}
