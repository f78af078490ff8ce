package main

import (
	"context"
	"fmt"
	"testing"

	"psims/analytics/signal"
	"psims/datasets/incident"
	"psims/models/cluster"
)

// TestPairsTellOfPlantedIssues judges the pairs of invented extracts week by week,
// with planted issues and without, and asks what the raised ones tell of. Run it
// with -v for the table.
func TestPairsTellOfPlantedIssues(t *testing.T) {
	if testing.Short() {
		t.Skip("five nights of 30,000 events, twice, take a minute")
	}
	const step = 4 // weeks from one judged night to the next
	for _, c := range []struct {
		seed        uint64
		issues      float64
		planted     int // pairs raised, at least, that tell of something planted
		otherNights int // nights and pairs, at most, that tell of nothing planted
	}{{1, 1, 3, 1}, {7, 0, 0, 1}} {
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
				for _, p := range m.pairs(m.strata()) {
					for _, x := range p.news {
						if x.Status != signal.Raised {
							continue
						}
						told := map[string]int{}
						rows := p.recent(x)
						for _, i := range rows {
							told[about[m.table.ID[i]]]++
						}
						most := ""
						for id, k := range told {
							if id != "" && 2*k >= len(rows) {
								most = id
							}
						}
						if most == "" {
							others++
							t.Logf("%d weeks before the end: %v, %d recent, tells of nothing planted", week, p.name(x), x.Events)
							continue
						}
						planted[p.name(x).Value+" ("+most+")"]++
					}
				}
			}
			t.Logf("nights raised: %v; others %d", planted, others)
			if len(planted) < c.planted || others > c.otherNights {
				t.Errorf("%d pairs tell of planted issues, want %d; %d nights and pairs of nothing planted, want at most %d", len(planted), c.planted, others, c.otherNights)
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
	m.themed = &themes{of: make([]int32, m.table.Len())}
	for i := range m.themed.of {
		m.themed.of[i] = cluster.None
	}
	return m
}
