package table_test

import (
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"psims/datasets/extract/delimited"
	"psims/datasets/extract/extracttest"
	"psims/datasets/extract/source"
	"psims/datasets/extract/table"
	"psims/datasets/incident"
)

const least = "[fields]\nincident_id = \"id\"\nreported_date = \"day\"\norganisation = \"org\"\ndescription = \"text\"\n"

func mapping(t testing.TB, text string) *table.Mapping {
	t.Helper()
	m, err := table.ParseMapping("m.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMappingFaults(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"not TOML", "[fields]\nx = = 1\n", "line 2"},
		{"an unknown table", least + "[date]\nlayout = \"2006-01-02\"\n", `"date" is not known; did you mean "dates"?`},
		{"an unknown key", least + "[dates]\nlayuot = \"2006-01-02\"\n", `"dates.layuot" is not known; did you mean "layout"?`},
		{"an unknown field", least + "incident_catgory = \"x\"\n", `field "incident_catgory" is not known`},
		{"a misspelt field", least + "catgory = \"x\"\n", `did you mean "category"?`},
		{"an unknown key of labels", least + "[multi.category]\ncolumns = [\"a\"]\nfalse = [\"0\"]\n", `"multi.category.false" is not known; known are columns, true, separator`},
		{"no id", "[fields]\nreported_date = \"day\"\norganisation = \"o\"\ndescription = \"t\"\n", "incident_id"},
		{"no date", "[fields]\nincident_id = \"id\"\norganisation = \"o\"\ndescription = \"t\"\n", "reported_date"},
		{"no fields", "name = \"x\"\n", "reported_date"},
		{"a layout without a year", least + "[dates]\nlayout = \"02/01\"\n", "[dates]"},
		{"a layout in other letters", least + "[dates]\nlayout = \"dd/mm/yyyy\"\n", "02/01/2006"},
		{"recoding what isn't mapped", least + "[values.harm]\n\"1\" = \"fatal\"\n", "names no column for harm"},
		{"recoding to nothing known", least + "harm = \"h\"\n[values.harm]\n\"1\" = \"dreadful\"\n", `"dreadful" is not a degree of harm`},
		{"recoding an unknown field", least + "[values.hram]\n\"1\" = \"fatal\"\n", `did you mean "harm"?`},
		{"labels of nothing", least + "[multi.category]\ntrue = [\"1\"]\n", "either columns or a separator"},
		{"labels of both", least + "category = \"c\"\n[multi.category]\ncolumns = [\"a\"]\nseparator = \"|\"\n", "either columns or a separator"},
		{"a separator without a column", least + "[multi.category]\nseparator = \"|\"\n", "no column for category"},
		{"a long delimiter", "delimiter = \"||\"\n" + least, "one character"},
		{"a number for a name", "[fields]\nincident_id = 3\n", "incident_id"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := table.ParseMapping("m.toml", []byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "m.toml") {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	if _, err := table.LoadMapping("testdata/none.toml"); err == nil {
		t.Error("a mapping that isn't there was read")
	}
}

func TestCommittedMappingsAreValid(t *testing.T) {
	paths, err := filepath.Glob("testdata/mapping/*.toml")
	if err != nil || len(paths) < 5 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		if _, err := table.LoadMapping(path); err != nil {
			t.Error(err)
		}
	}
}

func TestMissingColumns(t *testing.T) {
	for _, c := range []struct{ header, want string }{
		{"id,day,org,txt\n", `column "text" named in the mapping is not in the file; did you mean "txt"?`},
		{"id,day,org,Text\n", `did you mean "Text"?`},
		{"id,day,zzzzzz\n", `columns ["org" "text"] named in the mapping are not in the file; its columns are id, day, zzzzzz`},
	} {
		if _, err := table.Records(extracttest.Table(t, "t.csv", c.header), mapping(t, least)); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "t.csv") {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
}

func TestRows(t *testing.T) {
	for _, c := range []struct {
		name, more, header, row string
		reason                  incident.Reason
		check                   func(r *incident.Raw) bool
	}{
		{"the least", "", "id,day,org,text", "1,2012-03-05,Z,T", "", func(r *incident.Raw) bool {
			return r.Occurred == r.Submitted && r.Harm == incident.HarmMissing && r.Patients == nil && r.Scheme == "table"
		}},
		{"columns in another order", "", "text,org,day,id", "T,Z,2012-03-05,1", "", func(r *incident.Raw) bool { return r.ID == "1" && r.Organisation == "Z" }},
		{"a layout", "[dates]\nlayout = \"1/2/06\"\n", "id,day,org,text", "1,3/5/12,Z,T", "", func(r *incident.Raw) bool { return r.Submitted.String() == "2012-03-05" }},
		{"not in the layout", "[dates]\nlayout = \"1/2/06\"\n", "id,day,org,text", "1,2012-03-05,Z,T", incident.BadDate, nil},
		{"harm in words", "harm = \"h\"\n", "id,day,org,text,h", "1,2012-03-05,Z,T,Severe", "", func(r *incident.Raw) bool { return r.Harm == incident.SevereHarm && len(r.Patients) == 1 }},
		{"harm recoded", "harm = \"h\"\n[values.harm]\n\"9\" = \"fatal\"\n", "id,day,org,text,h", "1,2012-03-05,Z,T,9", "", func(r *incident.Raw) bool { return r.Harm == incident.Fatal }},
		{"harm not known", "harm = \"h\"\n", "id,day,org,text,h", "1,2012-03-05,Z,T,9", incident.BadCode, nil},
		{"no patient", "harm = \"h\"\nsex = \"s\"\n", "id,day,org,text,h,s", "1,2012-03-05,Z,T,not applicable,", "", func(r *incident.Raw) bool { return r.Harm == incident.HarmNotApplicable && r.Patients == nil }},
		{"age", "age_years = \"a\"\n", "id,day,org,text,a", "1,2012-03-05,Z,T,30", "", func(r *incident.Raw) bool { return r.Patients[0].AgeDays == 30*372 }},
		{"an age in words", "age_years = \"a\"\n", "id,day,org,text,a", "1,2012-03-05,Z,T,thirty", "", func(r *incident.Raw) bool { return r.Patients[0].AgeDays == -1 }},
		{"a date recoded away", "[values.reported_date]\n\"unknown\" = \"\"\n", "id,day,org,text", "1,unknown,Z,T", incident.MissingDate, nil},
		{"labels by column", "[multi.category]\ncolumns = [\"a\",\"b\"]\n", "id,day,org,text,a,b", "1,2012-03-05,Z,T,0,Yes", "", func(r *incident.Raw) bool { return len(r.Labels) == 1 && r.Labels[0] == "b" && r.Category == "b" }},
		{"labels by separator", "category = \"c\"\n[multi.category]\nseparator = \";\"\n", "id,day,org,text,c", "1,2012-03-05,Z,T,x; y;;x", "", func(r *incident.Raw) bool {
			return len(r.Labels) == 2 && r.Labels[0] == "x" && r.Labels[1] == "y" && r.Category == "x"
		}},
		{"no label", "[multi.category]\ncolumns = [\"a\"]\ntrue = [\"J\"]\n", "id,day,org,text,a", "1,2012-03-05,Z,T,1", "", func(r *incident.Raw) bool { return r.Labels == nil && r.Category == "" }},
		{"blank text", "", "id,day,org,text", "1,2012-03-05,Z,\"  \"", incident.MissingDescription, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := c.header + "\n" + c.row + "\n"
			for r, err := range extracttest.Records(t)(table.Records(extracttest.Table(t, "t.csv", text), mapping(t, least+c.more))) {
				switch {
				case err != nil:
					t.Fatal(err)
				case r.Reject != nil && r.Reject.Code != c.reason, r.Reject == nil && c.reason != "":
					t.Errorf("reject %v, want %q", r.Reject, c.reason)
				case c.check != nil && !c.check(r.Raw):
					t.Errorf("got %+v", r.Raw.Fields)
				}
			}
		})
	}
}

// TestEveryRowIsAccountedFor: kept + rejected = rows, whatever is wrong with them,
// and of each id the first usable row is kept.
func TestEveryRowIsAccountedFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := []string{"1", "2", "3", "4", "", "999 000 0018"}
		days := []string{"2012-03-05", "05/03/2012", "31/02/2012", "soon", ""}
		text := "id,day,org,text\n"
		n := rapid.IntRange(0, 30).Draw(t, "rows")
		usable := map[string]bool{}
		for range n {
			id, day := rapid.SampledFrom(ids).Draw(t, "id"), rapid.SampledFrom(days).Draw(t, "day")
			org, story := rapid.SampledFrom([]string{"Z", ""}).Draw(t, "org"), rapid.SampledFrom([]string{"T", "\"T\nU\"", "a \" b", "x,y"}).Draw(t, "text")
			text += id + "," + day + "," + org + "," + story + "\n"
			if len(id) == 1 && len(day) == 10 && day != days[2] && org != "" && story[0] != 'a' && story[0] != 'x' {
				usable[id] = true
			}
		}
		m, err := table.ParseMapping("m", []byte(least))
		if err != nil {
			t.Fatal(err)
		}
		rows, kept := 0, map[string]bool{}
		for r, err := range extracttest.Records(t)(table.Records(extracttest.Table(t, "t.csv", text), m)) {
			if rows++; err != nil {
				t.Fatal(err)
			}
			if r.Raw != nil {
				if kept[r.Raw.ID] {
					t.Fatalf("id %s was kept twice", r.Raw.ID)
				}
				kept[r.Raw.ID] = true
			}
		}
		if rows != n || len(kept) != len(usable) {
			t.Fatalf("%d records of %d rows, kept %v, want %v", rows, n, kept, usable)
		}
	})
}

// FuzzMapping: a mapping is refused or can be used.
func FuzzMapping(f *testing.F) {
	paths, err := filepath.Glob("testdata/mapping/*.toml")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(b))
	}
	f.Add(least)
	f.Fuzz(func(t *testing.T, text string) {
		m, err := table.ParseMapping("m.toml", []byte(text))
		if err != nil {
			if !strings.HasPrefix(err.Error(), `reading mapping "m.toml"`) {
				t.Fatalf("the error %q doesn't name the file", err)
			}
			return
		}
		if err := m.Validate(); err != nil {
			t.Fatalf("it was parsed and isn't valid: %v", err)
		}
		if _, err := table.Records(extracttest.Table(t, "t.csv", "id,day,org,text\n1,2012-03-05,Z,T\n"), m); err != nil && !strings.Contains(err.Error(), "named in the mapping") {
			t.Fatal(err)
		}
	})
}

// FuzzTable: each row is one event or one reject.
func FuzzTable(f *testing.F) {
	m := mapping(f, least)
	extracttest.Fuzz(f, func(t *delimited.Table) (iter.Seq2[incident.Record, error], error) { return table.Records(t, m) },
		"id,day,org,text\n1,2012-03-05,Z,T\n1,,,\n\"2\n", "id,day,org,text\n1,\"12/31/2012 10:00\",Z,\"T\r\n\"\n")
}

func ExampleRecords() {
	m, err := table.ParseMapping("complaints.toml", []byte(`
[fields]
incident_id   = "No"
reported_date = "Received"
organisation  = "Site"
description   = "Story"
[values.organisation]
"North" = "RZ1"
`))
	if err != nil {
		panic(err)
	}
	src, err := source.Stream("complaints.csv", strings.NewReader("No;Site;Received;Story\n7;North;31/01/2012;The call bell was out of reach\n"))
	if err != nil {
		panic(err)
	}
	file, err := delimited.Open(src, m.Comma())
	if err != nil {
		panic(err)
	}
	records, err := table.Records(file, m)
	if err != nil {
		panic(err)
	}
	for r, err := range records {
		if err != nil {
			panic(err)
		}
		fmt.Println(r.Raw.ID, r.Raw.Organisation, r.Raw.Submitted)
	}
	// Output: 7 RZ1 2012-01-31
}

func BenchmarkRecords(b *testing.B) {
	var text strings.Builder
	text.WriteString("id,day,org,text\n")
	for i := range 20000 {
		fmt.Fprintf(&text, "%d,2012-03-05,RZZ,\"Patient found on the floor beside the bed, having got up alone; no injury was seen and the family was told\"\n", i)
	}
	extracttest.Benchmark(b, text.Len(), extracttest.Records(b)(table.Records(extracttest.Table(b, "t.csv", text.String()), mapping(b, least))))
}
