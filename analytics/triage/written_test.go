package triage_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/analytics/emerging"
	"psims/analytics/triage"
)

func TestTermsAreShownAsTheirReportsWriteThem(t *testing.T) {
	r := reports(t,
		"Separating the waste; move bins.", "The wards were busy.", "Asked to wait.", "Bed moved.", "Nothing to add.", "All well.", "Falls again.", "Quiet.", "Late.",
		"Nebules moved to separate drawer, not told.", "Saline was moved to a separate drawer, not told.", "The nebules were moved to separate drawers.")
	row := []int32{9, 10, 11}
	term := func(name string) int32 {
		id := r.Terms.Lookup(name)
		if id < 0 {
			t.Fatalf("no term %q", name)
		}
		return id
	}
	denies := term("not") // nobody learns from it what the reports share
	s := triage.Standing{ID: "theme-x", LastSeen: monday + 27, FirstRaised: monday + 27,
		Scored: triage.Default().Score(emerging.Candidate{Window: 4, Terms: []int32{term("move separ"), term("separ"), denies, term("nebul")}, Members: row, Cite: row, Measures: emerging.Measures{Scan: 9, Evidence: 9, Observed: 3}})}
	// The stems' first writing anywhere is "separating"; "separate" is held by the pair.
	if d := cmp.Diff([]string{"moved to separate", "nebules"}, r.Theme(s).Terms); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestWordsOfOneThingAreTold(t *testing.T) {
	r := reports(t, "A tooth broke.", "The lip was cut.", "A lip bled.", "Nothing of the kind.", "His gum bled.")
	var kinds []int32
	for _, name := range []string{"gum", "tooth", "lip"} {
		kinds = append(kinds, r.Terms.Lookup(name))
	}
	s := triage.Standing{ID: "theme-x", LastSeen: monday + 27, FirstRaised: monday + 27, Scored: triage.Default().Score(emerging.Candidate{
		Window: 4, Lead: kinds[2], Terms: kinds[2:], Kinds: kinds, Members: []int32{0, 1, 2}, Cite: []int32{0, 1, 2}, Measures: emerging.Measures{Scan: 9, Evidence: 9, Observed: 3}})}
	const want = " What they share are words for kinds or parts of one thing: lip, tooth." // no member has a gum
	if why := r.Theme(s).Why; !strings.Contains(why, want) {
		t.Errorf("%q does not say %q", why, want)
	}
	s.Kinds = kinds[2:]
	if why := r.Theme(s).Why; strings.Contains(why, "one thing") {
		t.Errorf("of one word is said: %q", why)
	}
}

func TestACountIsShownByATellingSentence(t *testing.T) {
	r := reports(t, "Drives. The pump of bed four stopped in the night and nobody was called. Noted.")
	a := r.Stratum(triage.StratumStanding{Signal: raisedSignal("Devices"), FirstRaised: monday, Status: triage.New, Rows: []int32{0}})
	if len(a.Evidence) != 1 || a.Evidence[0].Sentence != "The pump of bed four stopped in the night and nobody was called." {
		t.Errorf("the report is shown by %+v", a.Evidence)
	}
}
