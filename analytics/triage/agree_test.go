package triage_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/analytics/emerging"
	"psims/analytics/triage"
)

// strong gives a candidate of that strength.
func strong(lead int32, strength float64, cite ...int32) emerging.Candidate {
	c := candidate(lead, len(cite), cite...)
	c.Scan, c.Evidence = strength, strength
	return c
}

func TestAnIssueCitesWhatItsCandidatesAgreeOn(t *testing.T) {
	best := strong(1, 9, 1, 2, 3, 4, 5, 6)
	for _, c := range []struct {
		name   string
		others []emerging.Candidate
		want   []int32
	}{
		{"alone", nil, []int32{1, 2, 3, 4, 5, 6}},
		{"two are too few", []emerging.Candidate{strong(2, 8.5, 2, 3, 4, 7)}, []int32{1, 2, 3, 4, 5, 6}},
		{"what only one of three cites is left out, and what the others cite comes in",
			[]emerging.Candidate{strong(2, 8.5, 7, 2, 3, 4), strong(3, 8, 4, 3, 2, 1, 7)}, []int32{2, 3, 4, 1, 7}},
		{"two of seven are enough, one isn't", []emerging.Candidate{strong(2, 8.9, 1, 2, 3, 4), strong(3, 8.8, 1, 2, 3, 4), strong(4, 8.7, 1, 2, 3, 4),
			strong(5, 8.6, 1, 2, 3, 4), strong(6, 8.5, 1, 2, 3, 4, 7), strong(7, 8.4, 1, 2, 3, 4, 5, 8)}, []int32{1, 2, 3, 4, 5}},
		{"much weaker ones have no say", []emerging.Candidate{strong(2, 7, 7, 2, 3, 4), strong(3, 7, 4, 3, 2, 1, 7)}, []int32{1, 2, 3, 4, 5, 6}},
		{"nor have those about other reports", []emerging.Candidate{strong(2, 8.5, 6, 7, 8, 9), strong(3, 8.5, 6, 7, 8, 9)}, []int32{1, 2, 3, 4, 5, 6}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := triage.Shortlist(append(slices.Clone(c.others), best), nil, triage.Default())
			if len(got) == 0 || got[0].Lead != 1 {
				t.Fatalf("the strongest is not first: %v", got)
			}
			if diff := cmp.Diff(c.want, got[0].Cite); diff != "" {
				t.Errorf("cited (-want +got):\n%s", diff)
			}
		})
	}
}
