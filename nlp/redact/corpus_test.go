package redact_test

import (
	"compress/bzip2"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"psims/nlp/redact"
)

const shared = "../../../shared/"

// column reads one column of a CSV file, gzipped or not.
func column(t *testing.T, path, name string) []string {
	t.Helper()
	f, err := os.Open(shared + path)
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("The shared data are not beside this checkout.")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var in io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := csv.NewReader(in).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.Index(rows[0], name)
	if at < 0 {
		t.Fatalf("%s has no column %q", path, name)
	}
	var out []string
	for _, row := range rows[1:] {
		out = append(out, row[at])
	}
	return out
}

// TestCodeLabelsPass: the labels of the national code lists hold nobody's name.
func TestCodeLabelsPass(t *testing.T) {
	g := gate(t)
	for _, label := range column(t, "domain/lfpse_v5_codes.csv", "display") {
		if got, _ := g.Text(label); got != label {
			t.Errorf("%q became %q", label, got)
		}
	}
}

func TestEveryTrustPostcodeGoes(t *testing.T) {
	g := gate(t)
	for _, code := range column(t, "data/ods/trusts_region_icb.csv", "postcode") {
		if got, _ := g.Text("at " + code + " today"); code != "" && got != "at [POSTCODE] today" {
			t.Errorf("%q became %q", code, got)
		}
	}
}

// realTexts are published narratives.
var realTexts = []struct {
	path, column string
	most         float64 // identifiers a thousand words
}{
	{"data/pxtextmining/v6framework_230831.csv.gz", "FFT answer", 1.3},
	{"data/msha/msha_2010_2012.csv.gz", "narrative", 1.3},
}

// TestDeviceReportsKeepTheirWords bounds what is taken for a name in reports of
// devices, all in capitals: products and their parts are what the engine is for.
func TestDeviceReportsKeepTheirWords(t *testing.T) {
	f, err := os.Open(shared + "data/maude/maude_random_1000.tsv.bz2")
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("The shared data are not beside this checkout.")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := io.ReadAll(bzip2.NewReader(f))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.ReplaceAll(string(all), "\r", ""), "\n")
	at := slices.Index(strings.Split(lines[0], "\t"), "foi_text")
	if at < 0 {
		t.Fatal("the reports have no column foi_text")
	}
	g := gate(t)
	names, words := 0, 0
	for _, line := range lines[1:] {
		if cells := strings.Split(line, "\t"); len(cells) > at {
			words += len(strings.Fields(cells[at]))
			_, spans := g.Text(cells[at])
			for _, sp := range spans {
				if sp.Kind == redact.Name {
					names++
				}
			}
		}
	}
	rate := 1000 * float64(names) / float64(words)
	t.Logf("%d words, %d taken for names, %.2f a thousand", words, names, rate)
	if rate > 2 {
		t.Errorf("%.2f of a thousand words are taken for names", rate)
	}
}

// TestRealTextKeepsItsWords bounds what is taken from published narratives, from
// which names were removed before or in which hardly any stand. A fifth of what is
// taken from the mining reports are numbers of citations and claims. The tagger of
// names has learnt nothing from the texts that are counted.
func TestRealTextKeepsItsWords(t *testing.T) {
	g := gate(t)
	for _, c := range realTexts {
		var counts redact.Counts
		words := 0
		for _, text := range column(t, c.path, c.column) {
			if taught(text) {
				continue
			}
			words += len(strings.Fields(text))
			_, spans := g.Text(text)
			for _, sp := range spans {
				counts[sp.Kind]++
			}
		}
		rate := 1000 * float64(counts.Total()) / float64(words)
		shown, err := counts.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d words, %s, %.2f a thousand words", c.path, words, shown, rate)
		if rate > c.most {
			t.Errorf("%s: %.2f identifiers a thousand words, want at most %.2f", c.path, rate, c.most)
		}
	}
}
