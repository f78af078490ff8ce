package extract_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding/unicode"

	"psims/datasets/extract"
	"psims/datasets/extract/extracttest"
	"psims/datasets/extract/source"
	"psims/datasets/extract/table"
	"psims/datasets/incident"
)

func file(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestFormatIsToldFromContent: each fixture under a name that lies, plain,
// compressed, in UTF-16, from a file and from a stream that can't be rewound.
func TestFormatIsToldFromContent(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{
		"lfpse/testdata/v6.ndjson": extract.FormatLines, "lfpse/testdata/bundle.json": extract.FormatBundle,
		"lfpse/testdata/resource.json": extract.FormatResource, "lfpse/testdata/flat.csv": extract.FormatFlat,
		"nrls/testdata/codes.csv": extract.FormatNRLS, "nrls/testdata/names.csv": extract.FormatNRLS, "steis/testdata/export.csv": extract.FormatSTEIS,
	} {
		t.Run(path, func(t *testing.T) {
			text := file(t, path)
			plain, err := extract.Open(path, nil)
			if err != nil {
				t.Fatal(err)
			}
			kept, rejected := load(t, plain)
			forms := map[string]string{"plain": text, "gzip": extracttest.Gzip(t, text), "with a mark": "\ufeff" + text}
			if want != extract.FormatSTEIS { // that fixture is Windows-1252
				if forms["UTF-16"], err = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text); err != nil {
					t.Fatal(err)
				}
			} else {
				delete(forms, "with a mark")
			}
			for form, bytes := range forms {
				lie := filepath.Join(dir, "accounts.xlsx")
				if err := os.WriteFile(lie, []byte(bytes), 0o600); err != nil {
					t.Fatal(err)
				}
				opened, err := extract.Open(lie, nil)
				if err != nil {
					t.Fatal(form, err)
				}
				streamed, err := extract.Read("upload", iotest.HalfReader(strings.NewReader(bytes)), nil)
				if err != nil {
					t.Fatal(form, err)
				}
				for _, f := range []*extract.File{opened, streamed} {
					if k, r := load(t, f); f.Format() != want || len(k) != len(kept) || len(r) != len(rejected) {
						t.Errorf("%s: format %s, %d events and %d rejects, want %s, %d and %d", form, f.Format(), len(k), len(r), want, len(kept), len(rejected))
					}
				}
			}
		})
	}
}

func TestWhatCannotBeRead(t *testing.T) {
	const nrls = "INCIDENTID,RP07,CREATEDDT,IN07\n1,RZZ,2012-03-05,Text\n"
	least := &table.Mapping{Fields: map[string]string{"incident_id": "id", "reported_date": "day", "organisation": "org", "description": "incident_desc"}}
	for _, c := range []struct {
		name, in string
		m        *table.Mapping
		want     []string
	}{
		{"empty", "", nil, []string{"it is empty"}},
		{"blank lines", "\n\n  \n", nil, []string{"it is empty"}},
		{"binary", "\x7fELF\x00\x01\x02", nil, []string{"not text"}},
		{"zero bytes here and there", strings.Repeat("abcd", 4) + "\x00\x00", nil, []string{"not text"}},
		{"UTF-16 without a mark", "i\x00d\x00,\x00", nil, []string{"not text", "byte order mark"}},
		{"workbook", "PK\x03\x04....", nil, []string{"Excel", "CSV"}},
		{"XML", "<Bundle/>", nil, []string{"XML", "JSON"}},
		{"other JSON", `{"a": [1]}`, nil, []string{"no FHIR resource"}},
		{"a list of JSON", `[{"resourceType":"AdverseEvent"}]`, nil, []string{"NDJSON"}},
		{"an unknown header", "a,b,c\n1,2,3\n", nil, []string{"line 1", "no header of a known format", "a, b, c", "--mapping"}},
		{"a misspelt header", strings.Replace(nrls, "CREATEDDT", "CREATEDT", 1), nil, []string{"line 1", `"CREATEDDT"`, `did you mean "CREATEDT"?`}},
		{"a header with a name twice", strings.Replace(nrls, "IN07", "RP07", 1), nil, []string{"two columns", `"RP07"`}},
		{"a mapping for other columns", "id,day,org,incident_description\n", least, []string{`column "incident_desc" named in the mapping is not in the file; did you mean "incident_description"?`}},
		{"truncated gzip", extracttest.Gzip(t, nrls)[:30], nil, []string{"cut short"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := extract.Read("night.csv", strings.NewReader(c.in), c.m)
			var fault *source.Error
			if !errors.As(err, &fault) || fault.Hint == "" {
				t.Fatalf("got %v, want a source.Error with a hint", err)
			}
			for _, want := range append(c.want, "night.csv") {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q doesn't say %q", err, want)
				}
			}
		})
	}
	if _, err := extract.Open(filepath.Join(t.TempDir(), "none.csv"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that isn't there: %v", err)
	}
}

// TestDamageFurtherOn: a file whose compression breaks after its beginning ends
// with an error, for what was read so far isn't the file.
func TestDamageFurtherOn(t *testing.T) {
	var text strings.Builder
	text.WriteString("INCIDENTID,RP07,CREATEDDT,IN07\n")
	for i := range 100000 {
		fmt.Fprintf(&text, "%d,RZZ,2012-03-05,Text number %d\n", i, i*i)
	}
	whole := extracttest.Gzip(t, text.String())
	f, err := extract.Read("night.csv.gz", strings.NewReader(whole[:len(whole)-20]), nil)
	if err != nil {
		t.Fatal(err)
	}
	var last error
	for _, err := range f.Records() {
		last = err
	}
	if last == nil || !strings.Contains(last.Error(), "cut short") || !strings.Contains(last.Error(), "night.csv.gz") {
		t.Errorf("got %v", last)
	}
}

// TestStopping: a reader that stops early is not called again.
func TestStopping(t *testing.T) {
	for _, path := range []string{"lfpse/testdata/v6.ndjson", "lfpse/testdata/bundle.json", "lfpse/testdata/flat.csv", "nrls/testdata/codes.csv", "steis/testdata/export.csv"} {
		for stop := 1; stop < 6; stop++ {
			f, err := extract.Open(path, nil)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, err := range f.Records() {
				if err != nil {
					t.Fatal(err)
				}
				if n++; n == stop {
					break
				}
			}
			if n != stop {
				t.Errorf("%s: %d records, want %d", path, n, stop)
			}
		}
	}
}

// FuzzOpen: whatever the bytes are, they give records or one error that names the file.
func FuzzOpen(f *testing.F) {
	for _, path := range []string{"lfpse/testdata/bundle.json", "steis/testdata/export.csv", "source/testdata/small.csv.bz2"} {
		f.Add([]byte(file(f, path)))
	}
	f.Add([]byte(extracttest.Gzip(f, "INCIDENTID,RP07,CREATEDDT,IN07\n1,RZZ,2012-03-05,Text\n")))
	f.Add([]byte("\xff\xfei\x00d\x00\n\x00"))
	f.Fuzz(func(t *testing.T, in []byte) {
		opened, err := extract.Read("fuzz.bin", bytes.NewReader(in), nil)
		if err != nil {
			if !strings.Contains(err.Error(), "fuzz.bin") {
				t.Fatalf("the error %q doesn't name the file", err)
			}
			return
		}
		n := 0
		for r, err := range opened.Records() {
			switch {
			case err != nil && !strings.Contains(err.Error(), "fuzz.bin"):
				t.Fatalf("the error %q doesn't name the file", err)
			case err == nil && (r.Raw == nil) == (r.Reject == nil):
				t.Fatalf("%+v", r)
			}
			if n++; n > 1000 { // a few bytes of gzip can hold a very long file
				break
			}
		}
	})
}

func ExampleOpen() {
	f, err := extract.Open("lfpse/testdata/v5.ndjson", nil)
	if err != nil {
		panic(err)
	}
	fmt.Println(f.System(), f.Format())
	for r, err := range f.Records() {
		switch {
		case err != nil:
			panic(err)
		case r.Reject != nil:
			fmt.Println(r.Reject)
		default:
			fmt.Println(r.Raw.ID, r.Raw.Kind, r.Raw.Harm, r.Raw.HasText(incident.Description))
		}
	}
	// Output:
	// lfpse lfpse-fhir-ndjson
	// LF-500001 incident severe true
	// LF-500002 risk not applicable true
	// LF-500003 outcome moderate true
	// LF-500004 good care not applicable true
}
