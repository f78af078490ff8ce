package emerging_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"psims/analytics/emerging"
	"psims/datasets/incident"
)

const (
	ofKind     = 12
	lead       = 380 // one of twelve words of a kind: 380 to 391
	pairsFrom  = 400 // pair of neighbour i (370 to 373) and word j of the kind is 400 + 12i + j
	pairsUntil = pairsFrom + 4*ofKind
)

// lists gives a stream in which reports have always listed several words of a
// kind, and in the last weeks some tell of one of them only. planted are those.
func lists(seed uint64) (s *emerging.Stream, planted map[int32]bool) {
	rng := rand.New(rand.NewPCG(seed, 3))
	reports := background(rng, 60, 40)
	name := func(r *report, j int) {
		i := rng.IntN(4)
		r.terms = append(r.terms, int32(370+i), int32(lead+j), int32(pairsFrom+ofKind*i+j))
	}
	for k := range reports {
		if rng.IntN(2) == 0 {
			for _, j := range rng.Perm(ofKind)[:5] {
				name(&reports[k], j)
			}
		}
	}
	const mark = 399
	for w := range 6 {
		for range 3 {
			r := report{day: start + incident.Day(7*(54+w)+rng.IntN(7)), org: int32(1 + rng.IntN(20)), terms: []int32{mark}}
			for range 10 {
				r.terms = append(r.terms, int32(rng.IntN(200)))
			}
			name(&r, 0)
			reports = append(reports, r)
		}
	}
	slices.SortStableFunc(reports, func(a, b report) int { return int(a.day) - int(b.day) })
	planted = map[int32]bool{}
	for i := range reports {
		if k := slices.Index(reports[i].terms, mark); k >= 0 {
			planted[int32(i)] = true
			reports[i].terms = slices.Delete(reports[i].terms, k, k+1) // nothing but the one word tells
		}
	}
	s = streamOf(reports, pairsUntil)
	s.Parts = make([][2]int32, pairsUntil)
	for t := range s.Parts {
		s.Parts[t] = [2]int32{-1, int32(t)}
		if p := t - pairsFrom; p >= 0 {
			s.Parts[t] = [2]int32{int32(370 + p/ofKind), int32(lead + p%ofKind)}
		}
	}
	return s, planted
}

func strongest(found []emerging.Candidate, source emerging.Source, term int32) (best emerging.Candidate) {
	for _, c := range found {
		if c.Source == source && c.Lead == term && c.Scan > best.Scan {
			best = c
		}
	}
	return best
}

func TestFocusTellsReportsAboutAThingFromListsOfItsKind(t *testing.T) {
	asOf := start + 7*60 - 1
	s, planted := lists(1)
	found := search(t, s, asOf)
	focus, contrast := strongest(found, emerging.Focus, lead), strongest(found, emerging.Contrast, lead)
	if focus.Scan < 6 || focus.Scan < contrast.Scan+1 {
		t.Errorf("the focus scan finds 10^-%.1f, the contrast scan 10^-%.1f", focus.Scan, contrast.Scan)
	}
	good := 0
	for _, i := range focus.Members {
		if planted[i] {
			good++
		}
	}
	if 10*good < 9*len(focus.Members) {
		t.Errorf("%d of %d members tell of the one thing", good, len(focus.Members))
	}
	s.Parts = nil
	if c := strongest(search(t, s, asOf), emerging.Focus, lead); c.Scan > 0 {
		t.Errorf("without pairs there is a focus scan: %+v", c)
	}
}

// TestFocusSeesNothingLater: what is of a kind is learnt from the reports until the day.
func TestFocusSeesNothingLater(t *testing.T) {
	asOf := start + 7*57 - 1
	s, _ := lists(2)
	n, _ := slices.BinarySearch(s.Day, asOf+1)
	until := &emerging.Stream{Terms: s.Terms.Slice(0, n), Day: s.Day[:n], Organisation: s.Organisation[:n], Parts: s.Parts}
	if diff := cmp.Diff(search(t, until, asOf), search(t, s, asOf), cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("later reports have an influence (-until +all):\n%s", diff)
	}
}
