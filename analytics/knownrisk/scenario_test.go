package knownrisk_test

import (
	"strconv"
	"testing"

	"psims/analytics/knownrisk"
	"psims/datasets/incident"
	"psims/datasets/synth/chance"
	"psims/datasets/synth/narrative"
)

// nearly are the invented scenarios that tell of a Never Event which was stopped, or
// so nearly of one that a person has to decide: hits of them are no false alarms.
var nearly = map[string]bool{
	"retained-near": true, "wrong-site-near": true, "dental": true, "chest-drain": true,
}

// tellings writes a scenario in many ways.
func tellings(g *narrative.Grammar, s *narrative.Scenario, n int) []string {
	src, w := chance.New(7, uint64(len(s.Name)), uint64(s.Name[0])), g.NewWriter()
	in := narrative.Setting(0)
	for s.Types[in] == 0 {
		in++
	}
	var out []string
	for range n {
		c := narrative.Case{Scenario: s, Specialty: s.Specialty(src, in), AgeDays: 60 * 365, Minute: src.Intn(1440), Occurred: incident.NewDay(2025, 3, 1)}
		g.NewCase(src, &c)
		st := narrative.NewStyle(src, &narrative.House{Typo: 1})
		out = append(out, string(w.Describe(src, &c, narrative.Wanted{Style: &st, Words: max(9, narrative.Length(src))}).Bytes))
	}
	return out
}

// TestScenarios counts hits of invented narratives by the scenario they were written
// from: those of Never Events must be found, those of ordinary scenarios rarely be hit.
func TestScenarios(t *testing.T) {
	g, err := narrative.Load()
	if err != nil {
		t.Fatal(err)
	}
	w := watch(t, knownrisk.Default(), knownrisk.DefaultConfig())
	const each = 60
	never, found, ordinary, hit := 0, 0, 0, 0
	var dst []knownrisk.Hit
	for _, s := range g.Scenarios {
		if s.Types == ([narrative.SettingCount]float64{}) {
			continue
		}
		risk, _ := strconv.Atoi(s.Never)
		hits := 0
		for _, text := range tellings(g, s, each) {
			dst = w.Match(dst[:0], text)
			if risk > 0 && has(dst, risk-1) || risk == 0 && len(dst) > 0 {
				hits++
			} else if testing.Verbose() && risk > 0 {
				t.Logf("%s is missed in %q", s.Name, text)
			}
		}
		switch {
		case risk > 0:
			never, found = never+each, found+hits
			t.Logf("Never Event %2d, %s: %d of %d found", risk, s.Name, hits, each)
		case nearly[s.Name]:
			t.Logf("nearly one: %s: %d of %d hit", s.Name, hits, each)
		default:
			ordinary, hit = ordinary+each, hit+hits
			if hits*10 > each {
				t.Logf("ordinary: %s: %d of %d hit", s.Name, hits, each)
			}
		}
	}
	t.Logf("%d of %d narratives of Never Events found; %d of %d of ordinary scenarios hit", found, never, hit, ordinary)
	if found*5 < never*4 || hit*50 > ordinary {
		t.Error("too few found, or too many hit")
	}
}

// TestInvented counts hits in an invented extract that the list was not tuned on.
func TestInvented(t *testing.T) {
	if testing.Short() {
		t.Skip("an extract takes a second to write")
	}
	w := watch(t, knownrisk.Default(), knownrisk.Config{Likeness: true})
	cuts := []float64{0.3, knownrisk.DefaultConfig().MinScore, 0.5, 0.6, 0.7, 0.8, 0.9}
	found, hit := make([]int, len(cuts)), make([]int, len(cuts))
	never, none := 0, 0
	var dst []knownrisk.Hit
	for _, x := range invented(t, 6) {
		if x.never != "" {
			never++
		} else {
			none++
		}
		dst = w.Match(dst[:0], x.text)
		for i, cut := range cuts {
			switch h := dst; {
			case len(h) == 0 || h[0].Score < cut:
			case x.never != "":
				found[i]++
			default:
				hit[i]++
				if i == 1 {
					t.Logf("%d %.2f %q %s: %.200s", h[0].Risk+1, h[0].Score, h[0].Pattern, words(h[0], x.text), x.text)
				}
			}
		}
	}
	for i, cut := range cuts {
		t.Logf("score from %.1f: %d of %d Never Events found; %d of %d others hit, %.1f per 10,000", cut, found[i], never, hit[i], none, 1e4*float64(hit[i])/float64(none))
	}
	// An extract holds a few Never Events only, too few for a share: TestScenarios has more.
	if found[1] == 0 || hit[1]*10_000 > none*60 {
		t.Error("too few found, or too many hit")
	}
}
