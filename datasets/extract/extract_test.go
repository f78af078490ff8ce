package extract_test

import (
	"os"
	"testing"

	"psims/datasets/extract"
	"psims/datasets/extract/table"
)

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
			kept, rejected := 0, 0
			reasons := map[string]int{}
			for r, err := range f.Records() {
				if err != nil {
					t.Fatal(err)
				}
				if r.Raw != nil {
					kept += r.Raw.Rows
				} else {
					rejected++
					reasons[string(r.Reject.Code)]++
				}
			}
			t.Logf("kept %d, rejected %d %v", kept, rejected, reasons)
			if kept+rejected != c.rows {
				t.Errorf("kept %d + rejected %d, want %d rows", kept, rejected, c.rows)
			}
			if kept < c.minKept {
				t.Errorf("kept %d, want at least %d", kept, c.minKept)
			}
		})
	}
}
