package quote_test

import (
	"testing"

	"psims/datasets/extract"
	"psims/reports/quote"
)

// Nobody who reads a page knows a format by the name that programs give it.
func TestFormatsHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range []string{extract.FormatLines, extract.FormatBundle, extract.FormatResource, extract.FormatFlat, extract.FormatNRLS, extract.FormatSTEIS, extract.FormatTable} {
		name := quote.FormatName(f)
		if name == f || seen[name] {
			t.Errorf("the format %q is called %q", f, name)
		}
		seen[name] = true
	}
	if got := quote.FormatName(""); got != "Not recorded" {
		t.Errorf("no format is called %q", got)
	}
}
