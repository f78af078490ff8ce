package steis_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/datasets/extract/delimited"
	"psims/datasets/extract/extracttest"
	"psims/datasets/extract/source"
	"psims/datasets/extract/steis"
	"psims/datasets/incident"
)

const header = "log_no,organisation_reporting_si_on_steis,created_on,type_of_incident,description_of_what_happened,modified_date,date_of_incident,patient_date_of_birth,type_of_incident_other\n"

// read shows each record as "line id" or "line reason".
func read(t extracttest.T, rows string, check func(*incident.Raw)) (out []string) {
	t.Helper()
	for r, err := range extracttest.Records(t)(steis.Records(extracttest.Table(t, "steis.csv", header+rows))) {
		switch {
		case err != nil:
			t.Fatal(err)
		case r.Reject != nil:
			out = append(out, fmt.Sprintf("%d %s", r.Reject.Place.Line, r.Reject.Code))
			if shown := fmt.Sprintf("%+v", r.Reject.Release(func(s string) string { return s })); strings.Contains(shown, "1952") {
				t.Fatalf("a date of birth stands in the reject %s", shown)
			}
		default:
			out = append(out, fmt.Sprintf("%d %s", r.Raw.Place.Line, r.Raw.ID))
			if shown := fmt.Sprintf("%+v", r.Raw.Release(func(s string) string { return s })); strings.Contains(shown, "1952") {
				t.Fatalf("a date of birth stands in the event %s", shown)
			}
			check(r.Raw)
		}
	}
	return out
}

func TestLatestModificationIsKept(t *testing.T) {
	row := func(id, modified, text string) string {
		return fmt.Sprintf("%s,A (RZZ),05/03/2012 13:00:00,Fall,%s,%s,,29/02/1952,\n", id, text, modified)
	}
	for _, c := range []struct {
		name string
		rows []string
		want []string
	}{
		{"one row", []string{row("1", "", "x")}, []string{"2 1"}},
		{"the later wins, whatever its place", []string{row("1", "06/03/2012", "x"), row("1", "05/03/2012", "x")}, []string{"2 1", "3 superseded"}},
		{"by the second", []string{row("1", "06/03/2012 10:00:00", "x"), row("1", "06/03/2012 10:00:01", "x")}, []string{"2 superseded", "3 1"}},
		{"the last of several dates counts", []string{row("1", "01/01/2012;07/03/2012;02/01/2012", "x"), row("1", "06/03/2012", "x")}, []string{"2 1", "3 superseded"}},
		{"the same date: the later row", []string{row("1", "06/03/2012", "x"), row("1", "06/03/2012", "y")}, []string{"2 superseded", "3 1"}},
		{"no date is older than any", []string{row("1", "06/03/2012", "x"), row("1", "", "y")}, []string{"2 1", "3 superseded"}},
		{"days, not letters, are compared", []string{row("1", "09/03/2012", "x"), row("1", "10/02/2012", "y")}, []string{"2 1", "3 superseded"}},
		{"a latest row that can't be used doesn't take the others with it", []string{row("1", "05/03/2012", "x"), row("1", "06/03/2012", "")}, []string{"2 1", "3 missing-description"}},
		{"other numbers stand by themselves", []string{row("1", "06/03/2012", "x"), row("2", "05/03/2012", "x")}, []string{"2 1", "3 2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, read(t, strings.Join(c.rows, ""), func(*incident.Raw) {})); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestOneRowOfEachNumber: of any rows, one of each log number is kept and every
// other is superseded.
func TestOneRowOfEachNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, ids := "", map[string]int{}
		n := rapid.IntRange(1, 20).Draw(t, "rows")
		for range n {
			id := fmt.Sprint(rapid.IntRange(1, 5).Draw(t, "id"))
			ids[id]++
			rows += fmt.Sprintf("%s,A,05/03/2012,Fall,Text,%02d/03/2012,,,\n", id, rapid.IntRange(1, 28).Draw(t, "day"))
		}
		kept := map[string]int{}
		got := read(t, rows, func(r *incident.Raw) { kept[r.ID]++ })
		if len(got) != n || len(kept) != len(ids) {
			t.Fatalf("%d rows gave %d records of %d numbers, want %d", n, len(got), len(kept), len(ids))
		}
		for id, times := range kept {
			if times != 1 {
				t.Fatalf("number %s was kept %d times", id, times)
			}
		}
	})
}

func TestFields(t *testing.T) {
	for _, c := range []struct {
		name, row string
		check     func(r *incident.Raw) bool
	}{
		{"organisation code", "1,Example Trust (RZZ),05/03/2012,Fall,Text,,,,", func(r *incident.Raw) bool { return r.Organisation == "RZZ" }},
		{"organisation name", "1,Example Trust (north),05/03/2012,Fall,Text,,,,", func(r *incident.Raw) bool { return r.Organisation == "Example Trust (north)" }},
		{"age", "1,A,05/03/2012,Fall,Text,,28/02/2012,29/02/1952,", func(r *incident.Raw) bool { return r.Patients[0].AgeDays == 59*372 }},
		{"no age without a day of incident", "1,A,05/03/2012,Fall,Text,,,29/02/1952,", func(r *incident.Raw) bool { return r.Patients[0].AgeDays == -1 }},
		{"harm is not recorded", "1,A,05/03/2012,Fall,Text,,,,", func(r *incident.Raw) bool { return r.Harm == incident.HarmMissing }},
		{"other type", "1,A,05/03/2012,Other,Text,,,,Flood", func(r *incident.Raw) bool { return r.Category == "Other" && r.Subcategory == "Flood" }},
		{"a type of the list has no other", "1,A,05/03/2012,Fall,Text,,,,Flood", func(r *incident.Raw) bool { return r.Category == "Fall" && r.Subcategory == "" }},
		{"the clock is dropped", "1,A,05/03/2012 23:59:59,Fall,Text,,,,", func(r *incident.Raw) bool { return r.Submitted.String() == "2012-03-05" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := 0
			got := read(t, c.row+"\n", func(r *incident.Raw) {
				if n++; !c.check(r) {
					t.Errorf("got %+v", r.Fields)
				}
			})
			if n != 1 {
				t.Errorf("got %v", got)
			}
		})
	}
}

// FuzzSTEIS: each row is one event or one reject.
func FuzzSTEIS(f *testing.F) {
	b, err := os.ReadFile("testdata/export.csv")
	if err != nil {
		f.Fatal(err)
	}
	extracttest.Fuzz(f, steis.Records, string(b), header+"1,A,05/03/2012,Fall,Text,x;y,,,\n1,A,05/03/2012,Fall,Text,;,,,\n")
}

func ExampleRecords() {
	src, err := source.Stream("steis.csv", strings.NewReader("Log No,Organisation reporting SI on STEIS,Created on,Type of Incident:,Description of what happened:,Modified Date\n"+
		"2012/1,Example Trust (RZZ),05/03/2012,Slips/trips/falls meeting SI criteria,First account,05/03/2012\n"+
		"2012/1,Example Trust (RZZ),05/03/2012,Slips/trips/falls meeting SI criteria,Second account,07/03/2012\n"))
	if err != nil {
		panic(err)
	}
	table, err := delimited.Open(src, 0)
	if err != nil {
		panic(err)
	}
	records, err := steis.Records(table)
	if err != nil {
		panic(err)
	}
	for r, err := range records {
		switch {
		case err != nil:
			panic(err)
		case r.Reject != nil:
			fmt.Println(r.Reject)
		default:
			fmt.Println(r.Raw.ID, r.Raw.Organisation, r.Raw.Submitted)
		}
	}
	// Output:
	// steis.csv:2: superseded
	// 2012/1 RZZ 2012-03-05
}
