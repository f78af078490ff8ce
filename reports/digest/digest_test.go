package digest_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"psims/datasets/incident"
	"psims/internal/golden"
	"psims/reports/digest"
	"psims/reports/disclosure"
)

const link = "https://psims.example/current"

func sample(c digest.Counts) digest.Digest {
	d := digest.New(digest.Organisation, "Z01", "Northmoor <b>*Hospitals*</b>", "organisations/A%2F1/index.html", incident.NewDay(2026, 11, 22), "run-1", c, disclosure.HES5())
	d.Raised, d.New, d.Grown = 4, 1, 2
	return d
}

func TestMessageIsGolden(t *testing.T) {
	d := sample(digest.Counts{Recent: 171, Before: 1401, Severe: 12})
	golden.Check(t, "digest.txt", []byte(d.Subject()+"\n\n"+d.Text(link)))
	html, err := d.HTML(link)
	if err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "digest.html", []byte(html))
	card, err := d.Card(link)
	if err != nil {
		t.Fatal(err)
	}
	var indented any
	if err := json.Unmarshal(card, &indented); err != nil {
		t.Fatal(err)
	}
	pretty, err := json.MarshalIndent(indented, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "card.json", append(pretty, '\n'))
}

func TestSentences(t *testing.T) {
	tests := []struct {
		why                string
		raised, new, grown int
		counts             digest.Counts
		subject            string
		lines              []string
	}{
		{"nothing", 0, 0, 0, digest.Counts{}, "psims: no new issue, reports up to 22 November 2026", []string{"0 issues are raised with reports from here.", "0 reports in the last 12 weeks; 0 in the 12 weeks before."}},
		{"nothing new", 1, 0, 0, digest.Counts{Recent: 20, Before: 3}, "psims: no new issue, reports up to 22 November 2026", []string{"1 issue is raised with reports from here, none of them new.", "20 reports in the last 12 weeks."}},
		{"one grown", 2, 0, 1, digest.Counts{Recent: 3, Before: 20}, "psims: 1 issue has grown, reports up to 22 November 2026", []string{"2 issues are raised with reports from here: 1 has grown."}},
		{"severe", 2, 2, 0, digest.Counts{Recent: 100, Before: 90, Severe: 20}, "psims: 2 new issues, reports up to 22 November 2026", []string{"2 issues are raised with reports from here: 2 are new.", "100 reports in the last 12 weeks; 90 in the 12 weeks before.", "20 of them record severe or fatal harm."}},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			d := sample(tt.counts)
			d.Raised, d.New, d.Grown = tt.raised, tt.new, tt.grown
			if got := d.Subject(); got != tt.subject {
				t.Errorf("subject %q, want %q", got, tt.subject)
			}
			if got := d.Lines(); !slices.Equal(got, tt.lines) {
				t.Errorf("lines %q, want %q", got, tt.lines)
			}
		})
	}
}

// A message with a small count reads like one with any other small count.
func TestSmallCountsAreLeftOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.IntRange(1, 7).Draw(t, "a"), rapid.IntRange(1, 7).Draw(t, "b")
		x, y := sample(digest.Counts{Recent: a, Before: b}), sample(digest.Counts{Recent: b, Before: a})
		if x.Text(link) != y.Text(link) {
			t.Fatalf("%d and %d reports give different messages", a, b)
		}
		if html, err := x.HTML(link); err != nil || strings.Contains(html, "reports in the last") {
			t.Fatalf("the message tells a small count: %v", err)
		}
	})
}

func ExampleDigest_Link() {
	fmt.Println(sample(digest.Counts{}).Link(link + "/"))
	// Output: https://psims.example/current/organisations/A%252F1/index.html
}
