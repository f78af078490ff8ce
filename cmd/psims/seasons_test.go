package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	goflag "flag" // flag is a function here
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"psims/analytics/triage"
	"psims/datasets/inbox"
	"psims/datasets/incident"
)

// seasons is how many invented histories, each of another seed, are replayed week by
// week; docs/methods/emerging.md gives the figures of several.
var seasons = goflag.Int("seasons", 0, "invented histories to replay week by week, some minutes each")

// scored is what the replay of some histories comes to.
type scored struct {
	delays   map[string][]float64 // weeks from onset to the first hit, by kind of issue
	planted  map[string]int
	false    int // new false alerts
	standing int // false alerts on the list, over all days
	days     int
}

// TestSeasons replays the last half year of invented histories and counts how soon
// each planted issue stands among the first ten alerts, and how many alerts of the
// first ten are about nothing that was planted. Run it with -v -seasons 3.
func TestSeasons(t *testing.T) {
	if *seasons == 0 {
		t.Skip("replaying takes minutes: give -seasons N")
	}
	sums := make([]scored, len(leftOut))
	for k := range sums {
		sums[k] = scored{delays: map[string][]float64{}, planted: map[string]int{}}
	}
	for seed := range *seasons {
		home := t.TempDir()
		in := filepath.Join(home, "extracts")
		must(t, home, "synth", "--out", in, "--events", "30000", "--seed", strconv.Itoa(seed+1))
		text, err := os.ReadFile(filepath.Join(in, "truth.json"))
		if err != nil {
			t.Fatal(err)
		}
		var truth seasonTruth
		if err := json.Unmarshal(text, &truth); err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob(filepath.Join(in, "*"))
		if err != nil {
			t.Fatal(err)
		}
		files = slices.DeleteFunc(files, func(f string) bool {
			return slices.Contains([]string{"truth.json", inbox.Reference}, filepath.Base(f))
		})
		code, _, talk := psims(t, home, append([]string{"load"}, files...)...)
		if code != exitDone && code != exitWarnings {
			t.Fatalf("load ended with %d: %s", code, talk)
		}
		out := filepath.Join(home, "backtest.jsonl")
		from := truth.Issues[0].StreamFrom
		must(t, home, "backtest", "--from", from, "--until", truth.Until, "--every", "7d", "--out", out)
		lines, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		for k, kind := range leftOut {
			sums[k].season(t, truth, lines, kind)
		}
	}
	for k, kind := range leftOut {
		t.Logf("left out: %s\n%s", cmp.Or(string(kind), "nothing"), sums[k].table())
	}
}

// leftOut are the sources of alerts that are left out in turn; first none.
var leftOut = []triage.Kind{"", triage.Theme, triage.Stratum, triage.Pair, triage.KnownRisk}

type seasonTruth struct {
	Until  string
	Issues []seasonIssue
}

type seasonIssue struct {
	plantedIssue
	Onset      string
	StreamFrom string `json:"stream_from"`
}

// season scores one replay by the rules of the emerging-issue benchmark, with every
// planted issue at once: a hit holds at least 3 and at least half of one issue; a
// false alert under a fifth of anything planted, and is new unless its evidence was
// shown in the 8 weeks before. Alerts of one kind are left out.
func (s *scored) season(t *testing.T, truth seasonTruth, lines []byte, without triage.Kind) {
	t.Helper()
	type shown struct {
		day incident.Day
		ids map[string]bool
	}
	planted := map[string]bool{}
	found := map[string]bool{}
	for _, i := range truth.Issues {
		for _, r := range i.Injected {
			planted[r[0]] = true
		}
		if i.Alert {
			s.planted[i.Kind]++
		}
	}
	var before []shown
	for line := range bytes.Lines(lines) {
		var step struct {
			AsOf   incident.Day `json:"as_of"`
			Alerts []triage.Alert
		}
		if err := json.Unmarshal(line, &step); err != nil {
			t.Fatal(err)
		}
		step.Alerts = slices.DeleteFunc(step.Alerts, func(a triage.Alert) bool { return a.Kind == without })
		s.days++
		before = slices.DeleteFunc(before, func(b shown) bool { return step.AsOf-b.day > 56 })
		for _, i := range truth.Issues {
			if rank, _, _ := found10(step.Alerts, i); rank == 0 || found[i.ID] || !i.Alert {
				continue
			}
			found[i.ID] = true
			onset, err := incident.ParseDay(i.Onset)
			if err != nil {
				t.Fatal(err)
			}
			s.delays[i.Kind] = append(s.delays[i.Kind], float64(step.AsOf-onset)/7)
		}
		for _, a := range step.Alerts[:min(10, len(step.Alerts))] {
			hits, ids := 0, map[string]bool{}
			for _, id := range a.RecentIncidentIDs {
				ids[id] = true
				if planted[id] {
					hits++
				}
			}
			if 5*hits >= len(ids) {
				continue
			}
			s.standing++
			if !slices.ContainsFunc(before, func(b shown) bool { return shares(ids, b.ids) }) {
				s.false++
			}
			before = append(before, shown{step.AsOf, ids})
		}
	}
}

// found10 is found among the first ten alerts.
func found10(alerts []triage.Alert, i seasonIssue) (rank int, recall float64, title string) {
	return found(alerts[:min(10, len(alerts))], i.plantedIssue, "")
}

// shares reports whether the smaller of two sets lies to at least 3 in 10 in the other.
func shares(a, b map[string]bool) bool {
	both := 0
	for id := range a {
		if b[id] {
			both++
		}
	}
	return 10*both >= 3*min(len(a), len(b))
}

func (s *scored) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d days; %.2f new false alerts a week, %.2f false alerts standing a day\n", s.days, float64(s.false)/float64(s.days), float64(s.standing)/float64(s.days))
	kinds := make([]string, 0, len(s.planted))
	for k := range s.planted {
		kinds = append(kinds, k)
	}
	slices.SortFunc(kinds, cmp.Compare[string])
	for _, k := range kinds {
		d := s.delays[k]
		slices.Sort(d)
		fmt.Fprintf(&b, "%-18s found %d of %d, weeks from onset %.1f\n", k, len(d), s.planted[k], d)
	}
	return b.String()
}
