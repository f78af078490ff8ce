package extract_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"psims/datasets/extract"
	"psims/datasets/extract/table"
	"psims/datasets/incident"
	"psims/internal/golden"
)

// load reads a whole file and checks what holds for every file: each record is
// an event or a reject, and each event was made from at least one row.
func load(t testing.TB, f *extract.File) (raws []*incident.Raw, rejects []*incident.RawReject) {
	t.Helper()
	for r, err := range f.Records() {
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case (r.Raw == nil) == (r.Reject == nil):
			t.Fatalf("a record with event %v and reject %v", r.Raw, r.Reject)
		case r.Raw == nil:
			rejects = append(rejects, r.Reject)
		case r.Raw.Rows < 1 || r.Raw.System != f.System():
			t.Fatalf("%v: %d rows, system %s in a file of %s", r.Raw, r.Raw.Rows, r.Raw.System, f.System())
		default:
			raws = append(raws, r.Raw)
		}
	}
	return raws, rejects
}

// nothing matches the fields that hold nothing, which would only fill the golden files.
var nothing = regexp.MustCompile(`: (""|null|false|0),?\n?$`)

// show writes what was read as text. The fixtures are invented, so here alone
// nothing has to be cleaned.
func show(t testing.TB, f *extract.File) []byte {
	t.Helper()
	same := func(s string) string { return s }
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s, %s\n", f.System(), f.Format())
	raws, rejects := load(t, f)
	for _, r := range raws {
		e := r.Release(same)
		fmt.Fprintf(&b, "\nevent at line %d, %d row(s)\n", r.Place.Line, r.Rows)
		fields, err := json.MarshalIndent(e.Fields, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s, harm %s\n", e.Kind, e.Harm)
		for line := range strings.Lines(string(fields)) {
			if !nothing.MatchString(line) {
				b.WriteString(line)
			}
		}
		b.WriteByte('\n')
		for i, s := range e.Texts {
			if s != "" {
				fmt.Fprintf(&b, "%s: %q\n", incident.Text(i), s)
			}
		}
	}
	for _, r := range rejects {
		e := r.Release(same)
		fmt.Fprintf(&b, "\nreject at line %d, column %q, %s\n%s\n", e.Line, e.Column, e.Code, e.Sentence)
		for _, c := range e.Row {
			fmt.Fprintf(&b, "  %s: %q\n", c.Column, c.Value)
		}
	}
	return b.Bytes()
}

func TestFormats(t *testing.T) {
	for _, c := range []struct {
		name, file, mapping string
		rows                int // known from the fixture
	}{
		{"v6-lines", "lfpse/testdata/v6.ndjson", "", 14},
		{"v6-resource", "lfpse/testdata/resource.json", "", 1},
		{"v5-lines", "lfpse/testdata/v5.ndjson", "", 4},
		{"v5-bundle", "lfpse/testdata/bundle.json", "", 9},
		{"flat", "lfpse/testdata/flat.csv", "", 10},
		{"nrls-codes", "nrls/testdata/codes.csv", "", 13},
		{"nrls-names", "nrls/testdata/names.csv", "", 13},
		{"steis", "steis/testdata/export.csv", "", 8},
		{"table", "table/testdata/complaints.csv", "table/testdata/mapping/complaints.toml", 8},
		{"table-separator", "table/testdata/topics.tsv", "table/testdata/mapping/topics.toml", 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			var m *table.Mapping
			if c.mapping != "" {
				var err error
				if m, err = table.LoadMapping(c.mapping); err != nil {
					t.Fatal(err)
				}
			}
			f, err := extract.Open(filepath.FromSlash(c.file), m)
			if err != nil {
				t.Fatal(err)
			}
			got := show(t, f)
			golden.Check(t, c.name+".txt", got)
			if !bytes.Equal(got, show(t, f)) {
				t.Error("a second reading gives something else")
			}
			raws, rejects := load(t, f)
			rows := len(rejects)
			for _, r := range raws {
				rows += r.Rows
			}
			if rows != c.rows {
				t.Errorf("kept and rejected %d rows, the file has %d", rows, c.rows)
			}
			for _, secret := range []string{"must never appear", "must not appear", "1952"} {
				if bytes.Contains(got, []byte(secret)) {
					t.Errorf("a column that is never read got through: %q", secret)
				}
			}
			if err := f.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestBothHeadersReadAlike: the question codes and the long names of NRLS, with
// another delimiter and the columns the other way round, give the same events.
func TestBothHeadersReadAlike(t *testing.T) {
	body := func(path string) string {
		f, err := extract.Open(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		raws, _ := load(t, f)
		var b strings.Builder
		for _, r := range raws {
			r.Place.File = ""
			fmt.Fprintf(&b, "%+v\n", r.Release(func(s string) string { return s }))
		}
		return b.String()
	}
	if a, b := body("nrls/testdata/codes.csv"), body("nrls/testdata/names.csv"); a != b {
		t.Errorf("by code:\n%s\nby name:\n%s", a, b)
	}
}

const shared = "../../../shared/data/"

func TestSharedFiles(t *testing.T) {
	for _, c := range []struct {
		name, mapping, file string
		rows, minKept       int
	}{
		{"mine accidents", "msha", "msha/msha_2010_2012.csv.gz", 27621, 27621},
		{"device reports", "maude", "maude/maude_random_1000.tsv.bz2", 1000, 940},
		{"patient feedback", "pxtextmining", "pxtextmining/v6framework_230831.csv.gz", 7908, 7400},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := os.Stat(shared + c.file); err != nil {
				t.Skip("the shared data are not on this machine")
			}
			m, err := table.LoadMapping("table/testdata/mapping/" + c.mapping + ".toml")
			if err != nil {
				t.Fatal(err)
			}
			f, err := extract.Open(shared+c.file, m)
			if err != nil {
				t.Fatal(err)
			}
			raws, rejects := load(t, f)
			if len(raws)+len(rejects) != c.rows {
				t.Errorf("kept %d + rejected %d, want %d rows", len(raws), len(rejects), c.rows)
			}
			if len(raws) < c.minKept {
				t.Errorf("kept %d, want at least %d", len(raws), c.minKept)
			}
		})
	}
}
