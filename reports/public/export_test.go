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
	for format, want := range map[string]int{"csv": 1 + len(w.Sheets), "xlsx": 1, "ods": 1, "parquet": 2} {
		if files := x.Files(format, false); len(files) != want {
			t.Errorf("%d files of %s, want %d", len(files), format, want)
		}
	}
	parts := x.Files("parquet", true)[1:]
	if len(parts) != 1 || parts[0].Name != "statistics/system=lfpse/quarter=2025-Q1/part-0.parquet" {
		t.Fatalf("events of one quarter are %d files, the first %q", len(parts), parts[0].Name)
	}
	out.Reset()
	if err := parts[0].Write(&out); err != nil || !bytes.HasPrefix(out.Bytes(), []byte("PAR1")) {
		t.Errorf("a part begins with %q, %v", out.Bytes()[:4], err)
	}
	if len(w.Sheets) == 0 || len(w.Cover) != 5 || len(w.Notes) != 5 {
		t.Errorf("%d worksheets, %d lines of cover, %d notes", len(w.Sheets), len(w.Cover), len(w.Notes))
	}
}
