package provider_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"psims/analytics/funnel"
	"psims/analytics/spc"
	"psims/datasets/incident"
	"psims/datasets/tally"
	"psims/internal/browser"
	"psims/internal/folder"
	"psims/internal/golden"
	"psims/reports/book"
	"psims/reports/disclosure"
	"psims/reports/page"
	"psims/reports/provider"
)

var asOf = incident.NewDay(2026, 11, 22)

var press = sync.OnceValues(func() (*book.Press, error) {
	return book.NewPress(fstest.MapFS{"none.html": {Data: []byte("none")}}, "*.html", nil)
})

func writer(t *testing.T, c provider.Config) *provider.Writer {
	t.Helper()
	p, err := press()
	if err != nil {
		t.Fatal(err)
	}
	w, err := provider.On(p, c)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func organisation(t *testing.T) provider.Organisation {
	t.Helper()
	s := book.Series{Stratum: tally.Stratum{Dimension: "organisation", Value: "Z01"}}
	var y []float64
	for w := range 30 {
		n := 6 + w%5
		s.Weeks, s.Counts, s.Observed = append(s.Weeks, asOf.Monday()-incident.Day(7*(29-w))), append(s.Counts, int32(n)), append(s.Observed, true)
		y = append(y, float64(n))
	}
	judged := spc.Default().Chart(y)
	s.Process = &judged
	var all []funnel.Organisation
	for i := range 14 {
		all = append(all, funnel.Organisation{Code: fmt.Sprintf("Z%02d", i+1), Group: "acute", Observed: float64(4 + i), Denominator: 4.5 + 0.9*float64(i)})
	}
	c := funnel.Default()
	r, err := funnel.Judge(all, c)
	if err != nil {
		t.Fatal(err)
	}
	return provider.Organisation{
		Code: "Z01", Name: "Northmoor <b>Hospitals</b>", Type: "acute", Region: "North West", AsOf: asOf,
		Site:  page.Site{Organisation: "Invented Safety Agency", RunID: "run-1", AsOf: page.Date(asOf), Newest: page.Date(asOf), Version: "0.1.0", Policy: "Counts are shown as they are."},
		Weeks: s, Recent: 92, Before: 88, Harm: map[incident.Harm]int{incident.NoHarm: 150, incident.LowHarm: 38, incident.ModerateHarm: 8, incident.SevereHarm: 4, incident.HarmMissing: 11},
		Themes:  []provider.Theme{{Name: "pump tubing, connector", Terms: []string{"pump tubing"}, Year: 9, Expected: 1.2, Alert: "infusion pump tubing"}, {Name: "falls", Year: 12, Expected: 13}},
		Share:   &provider.Share{Graded: 200, Finding: r.Findings[0], Group: r.Groups[0], Others: r.Findings[1:]},
		Grading: &provider.Grading{Events: 200, Recorded: 0.4, Expected: 0.6, Interval: [2]float64{-0.9, -0.2}, Q: 0.01},
		Doubts:  []provider.Doubt{{ID: "INV-1", Reported: asOf - 5, Recorded: incident.NoHarm, Sentence: "X-ray showed a fracture.", Words: []string{"fracture"}}},
		Peers:   provider.Peers{Organisations: 27, Type: "acute", From: 20},
		Measures: []provider.Measure{{Key: "delay", Name: "From event to report, half within", Unit: "days", Own: 1, Lo: 1, Hi: 4.26, Meaning: "Sooner is better."},
			{Key: "harm", Name: "Degree of harm missing", Unit: "%", Own: 5.2, Lo: math.NaN(), Hi: math.NaN(), Meaning: "Ask."}, {Key: "none", Name: "Nothing known", Unit: "%", Own: math.NaN(), Lo: 1, Hi: 2, Meaning: "Nothing."}},
		Arrival:  &provider.Arrival{Days: []int{0, 1, 7, 30}, Own: []float64{30, 52, 88, 100}, Similar: []float64{40, 61, 90, 98}},
		Became:   provider.Became{Received: 220, Revised: 14, Withdrawn: 2, Joined: 9, InThemes: 120, InAlerts: 6, Alerts: []string{"infusion pump tubing"}},
		Rejects:  []provider.Reject{{File: "lfpse.ndjson", Line: 1204, Column: "date", Reason: incident.BadDate, Sentence: "The date \"31/02/2026\" can't be read."}, {File: "lfpse.ndjson", Line: 9, Reason: incident.BadRow, Sentence: "The text is not JSON."}},
		Rejected: map[incident.Reason]int{incident.BadDate: 1, incident.BadRow: 1},
	}
}

func write(t *testing.T, c provider.Config, o provider.Organisation) *folder.Folder {
	t.Helper()
	b, err := writer(t, c).Book(o)
	if err != nil {
		t.Fatal(err)
	}
	var f folder.Folder
	if _, err := b.Write(t.Context(), f.Create); err != nil {
		t.Fatal(err)
	}
	return &f
}

func TestReportIsGolden(t *testing.T) {
	c := provider.Default()
	c.Weeks = 10
	o := organisation(t)
	f := write(t, c, o)
	golden.Check(t, "files.txt", []byte(strings.Join(f.Names, "\n")+"\n"))
	golden.Check(t, "index.html", f.Page(t, "index.html"))
	var twin bytes.Buffer
	if err := writer(t, c).Twin(&twin, o); err != nil {
		t.Fatal(err)
	}
	golden.Check(t, "report.json", twin.Bytes())
	if !json.Valid(twin.Bytes()) {
		t.Error("the twin is not JSON")
	}
}

// Other organisations have no names, and those with small counts are not drawn.
func TestOthersAreNotTold(t *testing.T) {
	o := organisation(t)
	f := write(t, provider.Default(), o)
	text := string(f.Page(t, "index.html"))
	for i := 1; i < 14; i++ {
		if strings.Contains(text, fmt.Sprintf("Z%02d", i+1)) {
			t.Errorf("the page names Z%02d", i+1)
		}
	}
	// Other small counts of others give the same page, but for limits that the
	// whole group makes.
	other := organisation(t)
	other.Share.Others = append([]funnel.Finding(nil), other.Share.Others...)
	other.Share.Others[0].Observed, other.Share.Others[1].Observed = 6, 5 // were 5 and 6
	if again := write(t, provider.Default(), other); string(again.Page(t, "index.html")) != text {
		t.Error("other small counts of others give another page")
	}
	for _, w := range []string{"rank", "league"} {
		if w == "league" && strings.Contains(strings.ToLower(text), w) {
			t.Errorf("the page says %q", w)
		}
	}
	c := provider.Default()
	c.Others = disclosure.None()
	p, err := press()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.On(p, c); err == nil {
		t.Error("others' numbers may be shown as they are")
	}
}

func TestEveryReasonCanBeMended(t *testing.T) {
	unknown := provider.Mend("no-such-reason")
	for r := range incident.Reasons() {
		if s := provider.Mend(r); s == "" || s == unknown {
			t.Errorf("nothing says how to mend %q", r)
		}
	}
}

func TestNothingKnownIsSaid(t *testing.T) {
	o := provider.Organisation{Code: "Z09", Name: "Quiet", AsOf: asOf}
	text := string(write(t, provider.Default(), o).Page(t, "index.html"))
	for _, want := range []string{"can&#39;t be compared", "No theme has 5 or more", "too few graded reports to say", "You sent no report", "Every row that names your organisation could be used."} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(text, "NaN") {
		t.Error("the page shows a number that is none")
	}
}

func TestPageInABrowser(t *testing.T) {
	f := write(t, provider.Default(), organisation(t))
	browser.Pages{Dir: f.Disk(t), Names: []string{"index.html"}, Assets: "../assets"}.Check(t)
}

func ExampleMend() {
	fmt.Println(provider.Mend(incident.BadDate))
	// Output: Write the date as YYYY-MM-DD, and check that there is such a day.
}

// A small organisation is told with whom it is compared, and one that sent nothing
// is not shown a page of empty cells.
func TestWhoIsSimilarIsSaid(t *testing.T) {
	for _, tt := range []struct {
		name  string
		peers provider.Peers
		want  string
	}{
		{"a type", provider.Peers{Organisations: 34, Type: "general-practice", From: 5}, "the 34 of your type (general practice) with 5 or more reports"},
		{"a size", provider.Peers{Organisations: 12, From: 2, To: 6}, "the 12 of any type with 2 to 6 reports in the last 52 weeks"},
		{"nobody", provider.Peers{}, "Too few organisations are like yours to compare with."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := organisation(t)
			o.Share, o.Peers = nil, tt.peers
			page := string(write(t, provider.Default(), o).Page(t, "index.html"))
			if !strings.Contains(page, tt.want) || (tt.peers.Organisations > 0) != strings.Contains(page, "for which no graded report is needed") {
				t.Errorf("the page does not say %q", tt.want)
			}
		})
	}
	o := organisation(t)
	o.Became, o.Harm, o.Weeks = provider.Became{}, nil, book.Series{}
	page := string(write(t, provider.Default(), o).Page(t, "index.html"))
	if !strings.Contains(page, "No report of yours came in the 52 weeks to") || strings.Contains(page, "Too few to compare") || strings.Contains(page, "limits can") {
		t.Error("the page of an organisation that sent nothing is full of what can't be said")
	}
}
