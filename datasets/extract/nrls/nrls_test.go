package nrls_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"psims/datasets/extract/delimited"
	"psims/datasets/extract/extracttest"
	"psims/datasets/extract/nrls"
	"psims/datasets/extract/source"
	"psims/datasets/incident"
)

const header = "INCIDENTID,RP07,CREATEDDT,IN07,IN01,IN04,IN05_LVL1,PD09,AGE_AT_INCIDENT\n"

// one reads a file of one row and gives its event, or why it was rejected.
func one(t *testing.T, row string) (*incident.Raw, incident.Reason) {
	t.Helper()
	for r, err := range extracttest.Records(t)(nrls.Records(extracttest.Table(t, "nrls.csv", header+row+"\n"))) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Reject != nil {
			return nil, r.Reject.Code
		}
		return r.Raw, ""
	}
	t.Fatal("no record")
	return nil, ""
}

func TestRow(t *testing.T) {
	for _, c := range []struct {
		name, row string
		reason    incident.Reason
		check     func(r *incident.Raw) bool
	}{
		{"England by code", "1,RZZ,2012-03-05,Text,,1,,,", "", func(r *incident.Raw) bool { return r.System == incident.NRLS && r.Revision == 0 }},
		{"England by name", "1,RZZ,2012-03-05,Text,,England,,,", "", nil},
		{"other country, organisation given", "1,RZZ,2012-03-05,Text,,97,,,", "", nil},
		{"not known, organisation given", "1,RZZ,2012-03-05,Text,,99,,,", "", nil},
		{"no country, organisation given", "1,RZZ,2012-03-05,Text,,,,,", "", nil},
		{"Wales", "1,RZZ,2012-03-05,Text,,2,,,", incident.OutsideEngland, nil},
		{"category by code", "1,RZZ,2012-03-05,Text,,1,10,,", "", func(r *incident.Raw) bool { return r.Category == "Medication" && r.Scheme == "nrls" }},
		{"category in words", "1,RZZ,2012-03-05,Text,,1,Patient accident,,", "", func(r *incident.Raw) bool { return r.Category == "Patient accident" }},
		{"a category that isn't in the list", "1,RZZ,2012-03-05,Text,,1,88,,", "", func(r *incident.Raw) bool { return r.Category == "88" }},
		{"death in words", "1,RZZ,2012-03-05,Text,,1,,Death,", "", func(r *incident.Raw) bool {
			return r.Harm == incident.Fatal && r.Patients[0].Physical == incident.Fatal
		}},
		{"death by code", "1,RZZ,2012-03-05,Text,,1,,5,", "", func(r *incident.Raw) bool { return r.Harm == incident.Fatal }},
		{"no harm by code", "1,RZZ,2012-03-05,Text,,1,,1,", "", func(r *incident.Raw) bool { return r.Harm == incident.NoHarm }},
		{"no grade", "1,RZZ,2012-03-05,Text,,1,,NULL,", "", func(r *incident.Raw) bool { return r.Harm == incident.HarmMissing }},
		{"a grade that isn't known", "1,RZZ,2012-03-05,Text,,1,,6,", incident.BadCode, nil},
		{"years", "1,RZZ,2012-03-05,Text,,1,,,45", "", func(r *incident.Raw) bool { return r.Patients[0].AgeDays == 45*372 }},
		{"part of a year", "1,RZZ,2012-03-05,Text,,1,,,0.25", "", func(r *incident.Raw) bool { return r.Patients[0].AgeDays == 93 }},
		{"no age", "1,RZZ,2012-03-05,Text,,1,,,", "", func(r *incident.Raw) bool { return r.Patients[0].AgeDays == -1 }},
		{"an age that isn't one", "1,RZZ,2012-03-05,Text,,1,,,400", "", func(r *incident.Raw) bool { return r.Patients[0].AgeDays == -1 }},
		{"day first", "1,RZZ,05/03/2012 13:00:00,Text,28-Feb-2012,1,,,", "", func(r *incident.Raw) bool {
			return r.Submitted.String() == "2012-03-05" && r.Occurred.String() == "2012-02-28"
		}},
		{"month first, as the column shows", "1,RZZ,03/25/2012,Text,,1,,,", "", func(r *incident.Raw) bool { return r.Submitted.String() == "2012-03-25" }},
		{"occurred only", "1,RZZ,,Text,28/02/2012,1,,,", "", func(r *incident.Raw) bool { return r.Submitted.String() == "2012-02-28" }},
		{"no such day", "1,RZZ,30/02/2012,Text,,1,,,", incident.BadDate, nil},
		{"short", "1,RZZ", incident.BadRow, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, reason := one(t, c.row)
			if reason != c.reason {
				t.Fatalf("reason %q, want %q", reason, c.reason)
			}
			if c.check != nil && !c.check(r) {
				t.Errorf("got %+v", r.Fields)
			}
		})
	}
}

func TestMissingColumn(t *testing.T) {
	for _, c := range []struct{ header, want string }{
		{"INCIDENTID,RP07,CREATEDT,IN07\n", `"CREATEDDT" is not in the file; did you mean "CREATEDT"?`},
		{"INCIDENTID,RP07,CREATEDDT,x\n", `"IN07" is not in the file`},
	} {
		if _, err := nrls.Records(extracttest.Table(t, "nrls.csv", c.header)); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "nrls.csv") {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
}

// FuzzNRLS: each row is one event or one reject.
func FuzzNRLS(f *testing.F) {
	b, err := os.ReadFile("testdata/codes.csv")
	if err != nil {
		f.Fatal(err)
	}
	extracttest.Fuzz(f, nrls.Records, string(b), header+"1,RZZ,03/25/2012,\"Te\nxt\",,1,,,\n1,RZZ,x\n")
}

func ExampleRecords() {
	src, err := source.Stream("nrls.csv", strings.NewReader("RP01,RP07,CREATEDDT,IN07,PD09\n17,RZZ,05/03/2012,Fell from the bed,Moderate\n18,RZZ,soon,Fell from a chair,Low\n"))
	if err != nil {
		panic(err)
	}
	table, err := delimited.Open(src, 0)
	if err != nil {
		panic(err)
	}
	records, err := nrls.Records(table)
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
			fmt.Println(r.Raw.ID, r.Raw.Submitted, r.Raw.Harm)
		}
	}
	// Output:
	// 17 2012-03-05 moderate
	// nrls.csv:3: bad-date
}

func BenchmarkRecords(b *testing.B) {
	var text strings.Builder
	text.WriteString(header)
	for i := range 20000 {
		fmt.Fprintf(&text, "%d,RZZ,2012-03-05 13:00:00.000,\"Patient found on the floor beside the bed, having got up alone; no injury was seen and the family was told\",28/02/2012,1,12,Low,81\n", i)
	}
	extracttest.Benchmark(b, text.Len(), extracttest.Records(b)(nrls.Records(extracttest.Table(b, "nrls.csv", text.String()))))
}
