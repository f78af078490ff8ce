package learned_test

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"psims/datasets/incident"
	"psims/internal/browser"
	"psims/internal/folder"
	"psims/internal/golden"
	"psims/reports/book"
	"psims/reports/disclosure"
	"psims/reports/learned"
	"psims/reports/page"
	"psims/reports/specialty"
)

var asOf = incident.NewDay(2026, 11, 22)

var press = sync.OnceValues(func() (*book.Press, error) {
	return book.NewPress(fstest.MapFS{"none.html": {Data: []byte("none")}}, "*.html", nil)
})

func site() page.Site {
	return page.Site{Organisation: "Invented Safety Agency", RunID: "run-1", AsOf: page.Date(asOf), Newest: page.Date(asOf), Version: "0.1.0", Policy: "Counts are shown as they are.", Nav: []page.Link{{Href: "index.html", Text: "Alerts"}}}
}

func ids(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("INV-%d", i)
	}
	return out
}

func themes() []learned.Theme {
	return []learned.Theme{
		{
			ID: "t-17", Name: "pump tubing, <b>connector</b>", Terms: []string{"pump tubing", "came apart", "connector"}, Recent: 31, Before: 12, Expected: 20,
			Harm:       map[incident.Harm]int{incident.NoHarm: 25, incident.LowHarm: 8, incident.ModerateHarm: 7, incident.SevereHarm: 1, incident.HarmMissing: 2},
			Settings:   []specialty.Tallied{{Name: "Operating theatre", Reports: 30}, {Name: "Recovery", Reports: 9}, {Name: "Ward 7", Reports: 4}},
			Factors:    []specialty.Factor{{Name: "Staffing and workload", Reports: ids(17)}, {Name: "Communication and handover", Reports: ids(9)}, {Name: "Equipment and supplies", Reports: ids(3)}},
			Everywhere: 412, Organisations: 61, Alert: "infusion pump tubing",
			Elsewhere: []learned.Voice{{IncidentID: "SECRET-1", Sender: "ZZ9", Sentence: "Found pump tubing apart at the connector, and nobody had looked at it since handover."}, {IncidentID: "SECRET-2", Sender: "ZZ8", Sentence: "The connector came apart when the patient was turned."}},
			Written: specialty.Written{
				learned.WhatWeLearned: {By: "Dr A. Example, medical director", On: incident.NewDay(2026, 11, 1), Text: "One batch of connectors was too loose."},
				learned.WhatWeDid:     {By: "B. Example, device library", On: incident.NoDay, Text: "We took the batch out of use.\n\nWe told the maker."},
			},
		},
		{ID: "t-3", Name: "falls", Recent: 4, Before: 5, Expected: 30, Harm: map[incident.Harm]int{incident.NoHarm: 9}, Everywhere: 4000, Organisations: 200},
		{ID: "t-4", Name: "too few to tell", Recent: 4, Before: 3},
	}
}

func write(t testing.TB, c learned.Config, list []learned.Theme) *folder.Folder {
	t.Helper()
	p, err := press()
	if err != nil {
		t.Fatal(err)
	}
	w, err := learned.On(p, c)
	if err != nil {
		t.Fatal(err)
	}
	b, err := w.Book(site(), asOf, "Northmoor Hospitals", list)
	if err != nil {
		t.Fatal(err)
	}
	var f folder.Folder
	if _, err := b.Write(t.Context(), f.Create); err != nil {
		t.Fatal(err)
	}
	return &f
}

func TestPagesAreGolden(t *testing.T) {
	f := write(t, learned.Default(), themes())
	golden.Check(t, "files.txt", []byte(strings.Join(f.Names, "\n")+"\n"))
	golden.Check(t, "t-17.html", f.Page(t, learned.File("t-17")))
	golden.Check(t, "t-3.html", f.Page(t, learned.File("t-3")))
}

func TestNobodyIsTold(t *testing.T) {
	text := string(write(t, learned.Default(), themes()).Page(t, learned.File("t-17")))
	for _, secret := range []string{"SECRET", "ZZ9", "INV-", "Ward 7", "Equipment and supplies"} {
		if strings.Contains(text, secret) {
			t.Errorf("the page tells %q", secret)
		}
	}
	c := learned.Default()
	c.Quotes = false
	if quiet := string(write(t, c, themes()).Page(t, learned.File("t-17"))); strings.Contains(quiet, "nobody had looked") {
		t.Error("a sentence is quoted although none may be")
	}
}

// Counts that read alike under the policy give the same page, byte for byte: what a
// reader can't read off the numbers, no word of the page tells either.
func TestPageTellsOnlyPublishedNumbers(t *testing.T) {
	number := regexp.MustCompile(`\b([1-7]) reports?\b`)
	rapid.Check(t, func(r *rapid.T) {
		th := themes()[0]
		th.Recent, th.Before = rapid.IntRange(0, 60).Draw(r, "recent"), rapid.IntRange(0, 60).Draw(r, "before")
		if th.Recent+th.Before < 8 {
			return
		}
		th.Everywhere = max(th.Everywhere, th.Year())
		few := rapid.IntRange(1, 7).Draw(r, "few")
		th.Settings[1].Reports, th.Factors = few, []specialty.Factor{{Name: "Staffing and workload", Reports: ids(few)}}
		th.Harm = map[incident.Harm]int{incident.NoHarm: 30, incident.ModerateHarm: few}
		a := string(write(t, learned.Default(), []learned.Theme{th}).Page(t, learned.File(th.ID)))
		if m := number.FindString(a); m != "" {
			r.Fatalf("the page says %q", m)
		}
		other := rapid.IntRange(1, 7).Draw(r, "other")
		th.Settings[1].Reports, th.Factors = other, []specialty.Factor{{Name: "Staffing and workload", Reports: ids(other)}}
		th.Harm = map[incident.Harm]int{incident.NoHarm: 30, incident.ModerateHarm: other}
		if (30+few+2)/5 != (30+other+2)/5 {
			return // the number of graded reports is published, and is another
		}
		if b := string(write(t, learned.Default(), []learned.Theme{th}).Page(t, learned.File(th.ID))); a != b {
			r.Fatalf("%d and %d reports give different pages", few, other)
		}
	})
}

func TestWordsFitTheNumbers(t *testing.T) {
	tests := []struct {
		why            string
		change         func(*learned.Theme)
		want, wantNone string
	}{
		{"more than before", func(*learned.Theme) {}, "30 reports in the last 26 weeks, 10 in the 26 weeks before: more than before.", ""},
		{"as many, by chance", func(t *learned.Theme) { t.Recent, t.Before = 22, 20 }, "about as many", "more than before"},
		{"a half that is kept back", func(t *learned.Theme) { t.Recent, t.Before = 40, 3 }, "40 reports in the last 26 weeks, a few in the 26 weeks before.", "more than before"},
		{"fewer", func(t *learned.Theme) { t.Recent, t.Before = 10, 60 }, "fewer than before", ""},
		{"told more than elsewhere", func(t *learned.Theme) {}, "more often than similar organisations", "less often"},
		{"told less than elsewhere", func(t *learned.Theme) { t.Expected = 200 }, "less often than similar organisations", "more often than similar"},
		{"nothing known of others", func(t *learned.Theme) { t.Expected, t.Organisations = 0, 0 }, "We learned", "similar organisations"},
		{"no harm", func(t *learned.Theme) { t.Harm = map[incident.Harm]int{incident.NoHarm: 20} }, "None of the reports with a degree of harm records moderate harm or worse.", ""},
		{"harm in a few", func(t *learned.Theme) {
			t.Harm = map[incident.Harm]int{incident.NoHarm: 20, incident.Fatal: 2}
		}, "A few of the reports record moderate harm or worse.", "1 in"},
		{"no grade", func(t *learned.Theme) { t.Harm = map[incident.Harm]int{incident.HarmMissing: 20} }, "We learned", "moderate harm or worse"},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			th := themes()[0]
			tt.change(&th)
			text := string(write(t, learned.Default(), []learned.Theme{th}).Page(t, learned.File(th.ID)))
			if !strings.Contains(text, tt.want) {
				t.Errorf("the page does not say %q", tt.want)
			}
			if tt.wantNone != "" && strings.Contains(text, tt.wantNone) {
				t.Errorf("the page says %q", tt.wantNone)
			}
		})
	}
}

func TestQuotable(t *testing.T) {
	terms := []string{"pump tubing", "connector"}
	tests := []struct {
		why, sentence string
		want          bool
	}{
		{"tells of the theme", "The pump tubing came apart at the connector again.", true},
		{"an age", "An 84 year old's pump tubing came apart at the connector.", false},
		{"another script's digit", "Bed ٣: the pump tubing came apart at the connector.", false},
		{"too short", "Pump tubing connector apart.", false},
		{"too long", strings.Repeat("pump tubing connector ", 11), false},
		{"of something else", "Nobody had told the ward of the new connector.", false},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			if got := learned.Quotable(tt.sentence, terms); got != tt.want {
				t.Errorf("%q: %t", tt.sentence, got)
			}
		})
	}
}

func TestErrorsAreReported(t *testing.T) {
	p, err := press()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := learned.On(p, learned.Config{}); err == nil {
		t.Error("settings that allow no sentence are taken")
	}
	w, err := learned.On(p, learned.Default())
	if err != nil {
		t.Fatal(err)
	}
	twice := []learned.Theme{{ID: "a b", Recent: 20}, {ID: "a-b", Recent: 20}}
	if _, err := w.Book(site(), asOf, "Northmoor", twice); err == nil || !strings.Contains(err.Error(), "a-b.html") {
		t.Errorf("error %v, want one that names the page", err)
	}
}

func TestPagesInABrowser(t *testing.T) {
	f := write(t, learned.Default(), themes())
	pages := browser.Pages{Dir: f.Disk(t), Names: f.Names, Assets: "../assets"}
	pages.Check(t)
	for _, name := range f.Names {
		if n := browser.Sheets(t, browser.Address(pages.Dir, name)); n < 1 || n > 2 {
			t.Errorf("%s prints on %d sheets of A4, want 1 or 2", name, n)
		}
	}
}

func ExampleWriter_Tells() {
	p, err := press()
	if err != nil {
		panic(err)
	}
	w, err := learned.On(p, learned.Config{Policy: disclosure.Below(10), Voices: 3})
	if err != nil {
		panic(err)
	}
	fmt.Println(w.Tells(9), w.Tells(10), learned.File("T 7"))
	// Output: false true learned/t-7.html
}
