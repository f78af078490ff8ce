package main

import (
	"context"
	"fmt"
	"testing"

	"psims/analytics/signal"
	"psims/datasets/incident"
	"psims/models/theme"
)

// TestPairsAndScansTellOfPlantedIssues judges the pairs and the branches of invented
// extracts, with planted issues and without, and asks what the raised ones tell of.
// Run it with -v for the table.
func TestPairsAndScansTellOfPlantedIssues(t *testing.T) {
	if testing.Short() {
		t.Skip("five nights of 30,000 events, twice, take a minute")
	}
	const step = 4 // weeks from one judged night to the next
	for _, c := range []struct {
		seed        uint64
		issues      float64
		planted     int // pairs and branches raised, at least, that tell of something planted
		otherNights int // nights and findings, at most, that tell of nothing planted
	}{{1, 1, 6, 1}, {7, 0, 0, 1}} {
		t.Run(fmt.Sprintf("seed %d, issues %g", c.seed, c.issues), func(t *testing.T) {
			n, truth := inventedNight(t, 30_000, c.seed, c.issues)
			about := map[string]string{}
			for _, i := range truth.Issues {
				for _, r := range i.Injected {
					about[r[0]] = i.ID
				}
			}
			planted, others := map[string]int{}, 0
			last := n.asOf
			for week := 16; week >= 0; week -= step {
				m := nightOfDay(t, n, last-incident.Day(7*week))
				strata := m.strata()
				// A finding tells of an issue that makes up half of what is too many.
				judge := func(name string, rows []int32, expected float64) {
					told, all := map[string]int{}, 0
					for _, i := range rows {
						if id := about[m.table.ID[i]]; id != "" {
							told[id]++
							all++
						}
					}
					if 2*float64(all) < float64(len(rows))-expected {
						others++
						t.Logf("%d weeks before the end: %s, %d events, %.1f expected, tells of nothing planted", week, name, len(rows), expected)
						return
					}
					most := ""
					for id, k := range told {
						if k > told[most] || k == told[most] && id < most {
							most = id
						}
					}
					planted[name+" ("+most+")"]++
				}
				for _, p := range m.pairs(strata) {
					for _, x := range p.News {
						if x.Status == signal.Raised {
							judge(p.Stratum(x).Value, p.Recent(x), x.Growth.Expected)
						}
					}
				}
				scans, err := m.scans(strata)
				if err != nil {
					t.Fatal(err)
				}
				for _, s := range scans {
					for _, f := range s.Found.Raised() {
						if s.Seasonal(f) {
							t.Logf("%d weeks before the end: scan of %s, %s is seasonal", week, s.Name, s.Names[f.Zone])
							continue
						}
						judge("scan of "+s.Name+", "+s.Names[f.Zone], s.Events(f), f.Expected)
					}
				}
			}
			t.Logf("nights raised: %v; others %d", planted, others)
			if len(planted) < c.planted || others > c.otherNights {
				t.Errorf("%d findings tell of planted issues, want %d; %d nights and findings of nothing planted, want at most %d", len(planted), c.planted, others, c.otherNights)
			}
		})
	}
}

// nightOfDay gives the night of an earlier day, with categories as senders gave them.
func nightOfDay(t *testing.T, n *night, day incident.Day) *night {
	t.Helper()
	m, err := n.nightOf(context.Background(), n.wh, day)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.events(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := m.join(context.Background()); err != nil {
		t.Fatal(err)
	}
	m.labelled = &labels{}
	m.labelled.category.Column = m.table.Category
	m.themed = theme.Ungrouped(m.table.Len())
	return m
}
