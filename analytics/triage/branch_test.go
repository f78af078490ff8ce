package triage_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/analytics/triage"
)

func TestBranchesThatOthersTellOfAreExplained(t *testing.T) {
	branch := func(name string, ids ...string) triage.Alert {
		return triage.Alert{Kind: triage.Stratum, Title: name, Terms: strings.Split(name, " / "), IncidentIDs: ids, Observed: float64(len(ids)), Expected: 1, Aspects: map[string]float64{"beyond the limit": 2}}
	}
	theme := triage.Alert{Kind: triage.Theme, Status: triage.Open, IncidentIDs: []string{"a", "b", "x"}, Aspects: map[string]float64{}, Why: "Because."}
	gone := theme
	gone.Status = triage.Gone
	for _, c := range []struct {
		name     string
		others   []triage.Alert
		branches []triage.Alert
		want     []string
	}{
		{"nothing else", nil, []triage.Alert{branch("Falls", "a", "b", "c", "d", "e")}, []string{"Falls"}},
		{"half of the excess of four is the theme's", []triage.Alert{theme}, []triage.Alert{branch("Falls", "a", "b", "c", "d", "e")}, nil},
		{"a third of the branch is the theme's", []triage.Alert{theme}, []triage.Alert{branch("Falls", "a", "b", "c", "d", "e", "f")}, nil},
		{"less than that", []triage.Alert{theme}, []triage.Alert{branch("Falls", "a", "b", "c", "d", "e", "f", "g")}, []string{"Falls"}},
		{"a theme that has gone quiet", []triage.Alert{gone}, []triage.Alert{branch("Falls", "a", "b", "c", "d", "e")}, []string{"Falls"}},
		{"a branch of a kept branch's reports", nil, []triage.Alert{branch("Falls", "a", "b", "c"), branch("Falls / Bed", "b", "c"), branch("Burns", "z")}, []string{"Falls", "Burns"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			others := slices.Clone(c.others)
			for k := range others {
				others[k].Aspects = map[string]float64{}
			}
			var got []string
			for _, a := range triage.Explain(others, c.branches, triage.Default()) {
				got = append(got, a.Title)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("stand for themselves (-want +got):\n%s", d)
			}
			explained := len(c.others) > 0 && c.want == nil
			for _, o := range others {
				if said := o.Aspects["scan: Falls"] == 2 && strings.Contains(o.Why, "show the excess too"); said != explained {
					t.Errorf("the other alert says %q, %v", o.Why, o.Aspects)
				}
			}
		})
	}
}
