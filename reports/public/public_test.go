package public_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"psims/datasets/incident"
	"psims/internal/browser"
	"psims/internal/folder"
	"psims/internal/golden"
	"psims/reports/book"
	"psims/reports/disclosure"
	"psims/reports/page"
	"psims/reports/public"
)

var asOf = incident.NewDay(2025, 1, 31)

func statistics() public.Statistics {
	s := public.Statistics{AsOf: asOf, Dimensions: []public.Dimension{
		{Key: "harm", Name: "degree of harm", Values: []string{"Fatal", "Severe", "Low", "No harm"}},
		{Key: "region", Name: "region", Values: []string{"London", "North West", "Not recorded"}},
	}}
	first := public.QuarterOf(incident.NewDay(2023, 10, 1))
	for q := first; q < first+5; q++ {
		for _, basis := range public.Bases() {
			for k, system := range []incident.System{incident.LFPSE, incident.NRLS} {
				if system == incident.NRLS && q > first+2 {
					continue
				}
				for j, n := range []int{3, 9, 412, 1230} {
					s.Counts = append(s.Counts, public.Count{System: system, Basis: basis, Quarter: q, Dimension: "harm", Value: s.Dimensions[0].Values[j], Events: n + k*7 + int(q-first)})
				}
				for j, n := range []int{900, 740, 14} {
					s.Counts = append(s.Counts, public.Count{System: system, Basis: basis, Quarter: q, Dimension: "region", Value: s.Dimensions[1].Values[j], Events: n})
				}
			}
		}
	}
	return s
}

func write(t *testing.T, s public.Statistics, r *disclosure.Release) *folder.Folder {
	t.Helper()
	press, err := book.NewPress(fstest.MapFS{"none.html": {Data: []byte("none")}}, "*.html", nil)
	if err != nil {
		t.Fatal(err)
	}
	w, err := public.On(press)
	if err != nil {
		t.Fatal(err)
	}
	site := page.Site{Organisation: "Invented Safety Agency", RunID: "run-1", AsOf: page.Date(asOf), Newest: page.Date(asOf), Version: "0.1.0"}
	var f folder.Folder
	if _, err := w.Book(site, asOf, disclosure.HES5(), public.Publish(s, r)).Write(t.Context(), f.Create); err != nil {
		t.Fatal(err)
	}
	return &f
}

func TestPageIsGolden(t *testing.T) {
	f := write(t, statistics(), disclosure.NewRelease(disclosure.HES5()))
	golden.Check(t, "files.txt", []byte(strings.Join(f.Names, "\n")+"\n"))
	golden.Check(t, "index.html", f.Page(t, "index.html"))
	golden.Check(t, "harm.csv", f.Files["data/harm_by_quarter_occurred.csv"].Bytes())
}

// A later release marks what it revised, and nothing else changes.
func TestRevisionsAreMarked(t *testing.T) {
	r := disclosure.NewRelease(disclosure.HES5())
	public.Publish(statistics(), r)
	s := statistics()
	for i := range s.Counts {
		if c := &s.Counts[i]; c.Dimension == "harm" && c.System == incident.LFPSE && c.Quarter == public.QuarterOf(asOf)-1 {
			switch c.Value {
			case "No harm":
				c.Events += 100
			case "Low":
				c.Events += 3
			}
		}
	}
	for _, t2 := range public.Publish(s, r) {
		if t2.Dimension.Key != "harm" {
			continue
		}
		newest := t2.Rows[0]
		if want := []bool{false, false, false, true, true}; !slices.Equal(newest.Revised, want) {
			t.Errorf("%s: revised %v, want %v", t2.Name, newest.Revised, want)
		}
		if newest.Provisional != (t2.Basis == public.Occurred) {
			t.Errorf("%s: provisional %v", t2.Name, newest.Provisional)
		}
		for _, row := range t2.Rows[1:] {
			if slices.Contains(row.Revised, true) {
				t.Errorf("%s: %v of %s is revised", t2.Name, row.Quarter, row.System)
			}
		}
	}
}

// The order of counts must not show, and no small count may.
func TestPublishHoldsThePolicy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := statistics()
		for i := range s.Counts {
			s.Counts[i].Events = rapid.IntRange(0, 60).Draw(t, "events")
		}
		one := fmt.Sprint(public.Publish(s, disclosure.NewRelease(disclosure.HES5())))
		slices.Reverse(s.Counts)
		tables := public.Publish(s, disclosure.NewRelease(disclosure.HES5()))
		if fmt.Sprint(tables) != one {
			t.Fatal("the order of the counts shows")
		}
		for _, tb := range tables {
			for _, r := range tb.Rows {
				for _, c := range r.Cells {
					if !c.IsHidden() && c.Value != 0 && c.Value < 8 {
						t.Fatalf("%s shows %q", tb.Name, c.Text)
					}
				}
			}
		}
	})
}

func TestQuarters(t *testing.T) {
	q := public.QuarterOf(incident.NewDay(2024, 12, 31))
	if q.String() != "2024-Q4" || q.Words() != "October to December 2024" || q.Axis() != "Oct to Dec\n2024" || q.End() != incident.NewDay(2024, 12, 31) || (q+1).String() != "2025-Q1" {
		t.Errorf("%v, %s, %v, %v", q, q.Words(), q.End(), q+1)
	}
	for _, s := range []string{"2024-Q4", "1999-Q1"} {
		if q, err := public.ParseQuarter(s); err != nil || q.String() != s {
			t.Errorf("%q is read as %v, %v", s, q, err)
		}
	}
	for _, s := range []string{"", "2024-Q5", "2024-Q0", "2024-Q1x", "x2024-Q1", "-1-Q1"} {
		if q, err := public.ParseQuarter(s); err == nil {
			t.Errorf("%q is read as %v", s, q)
		}
	}
}

func TestPageInABrowser(t *testing.T) {
	f := write(t, statistics(), disclosure.NewRelease(disclosure.HES5()))
	browser.Pages{Dir: f.Disk(t), Names: []string{"index.html"}, Assets: "../assets"}.Check(t)
}

func ExampleQuarter() {
	q := public.QuarterOf(incident.NewDay(2026, 11, 22))
	fmt.Println(q, q.Words(), q.End())
	// Output: 2026-Q4 October to December 2026 2026-12-31
}
