package emerging_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"psims/analytics/emerging"
	"psims/datasets/incident"
	"psims/nlp/features"
)

// ofKind are words of a kind: each stands after one of the same few words, and before
// "and" or the end.
var ofKind = []string{"wrist", "elbow", "knee", "hip", "thigh", "calf", "shin", "palm", "chin", "cheek", "groin", "jaw"}

// lists gives a stream in which reports have always listed several words of a
// kind, and in the last weeks some tell of the first of them only. planted are those.
func lists(t testing.TB, seed uint64) (s *emerging.Stream, terms *features.Terms, planted map[int32]bool) {
	rng := rand.New(rand.NewPCG(seed, 3))
	zipf := rand.NewZipf(rng, 1.2, 4, 380)
	type told struct {
		day     incident.Day
		org     int32
		text    string
		planted bool
	}
	filler := func() string {
		var words []string
		for range 10 {
			words = append(words, word(int(zipf.Uint64())))
		}
		return strings.Join(words, " ")
	}
	named := func(j int) string { return []string{"left", "right", "sore", "bruised"}[rng.IntN(4)] + " " + ofKind[j] }
	var all []told
	for w := range 60 {
		for range 40 {
			r := told{day: start + incident.Day(7*w+rng.IntN(7)), org: int32(1 + rng.IntN(20)), text: filler() + "."}
			if rng.IntN(2) == 0 {
				var names []string
				for _, j := range rng.Perm(len(ofKind))[:3] {
					names = append(names, named(j))
				}
				r.text = filler() + ". He hurt his " + strings.Join(names, " and ") + "."
			}
			all = append(all, r)
		}
	}
	for w := range 6 {
		for range 3 {
			all = append(all, told{start + incident.Day(7*(54+w)+rng.IntN(7)), int32(1 + rng.IntN(20)), filler() + ". He hurt his " + named(0) + ".", true})
		}
	}
	slices.SortStableFunc(all, func(a, b told) int { return int(a.day) - int(b.day) })
	s, planted = &emerging.Stream{}, map[int32]bool{}
	var texts []string
	for i, r := range all {
		s.Day, s.Organisation, texts = append(s.Day, r.day), append(s.Organisation, r.org), append(texts, r.text)
		if r.planted {
			planted[int32(i)] = true
		}
	}
	return s, tell(t, s, texts), planted
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
	s, terms, planted := lists(t, 1)
	lead := terms.Lookup(ofKind[0])
	found := search(t, s, asOf)
	focus, contrast := strongest(found, emerging.Focus, lead), strongest(found, emerging.Contrast, lead)
	if focus.Scan < 4 || focus.Scan < contrast.Scan+1 {
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
	s.Order = nil
	if c := strongest(search(t, s, asOf), emerging.Focus, lead); c.Scan > 0 {
		t.Errorf("without the order of words there is a focus scan: %+v", c)
	}
}

// TestFocusSeesNothingLater: what is of a kind is learnt from the reports until the day.
func TestFocusSeesNothingLater(t *testing.T) {
	asOf := start + 7*57 - 1
	s, _, _ := lists(t, 2)
	n := s.Until(asOf)
	until := &emerging.Stream{Terms: s.Terms, Rows: make([]int32, n), Day: s.Day[:n], Organisation: s.Organisation[:n], Parts: s.Parts, Order: s.Order}
	for i := range until.Rows {
		until.Rows[i] = int32(i)
	}
	if diff := cmp.Diff(search(t, until, asOf), search(t, s, asOf), cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("later reports have an influence (-until +all):\n%s", diff)
	}
}
