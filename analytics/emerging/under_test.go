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
	"psims/nlp/concept"
	"psims/nlp/features"
)

// ofMouths are words for parts of the mouth.
var ofMouths = []string{"lip", "tooth", "tongue", "gum", "palate", "incisor", "molar", "teeth"}

// mouths gives reports of which some tell, in the last nine weeks, of a mouth, each in
// another word; before, one in some months did. planted are those.
func mouths(t testing.TB, asOf incident.Day, loud int) (s *emerging.Stream, terms *features.Terms, planted map[int32]bool) {
	t.Helper()
	rng := rand.New(rand.NewPCG(4, 4))
	zipf := rand.NewZipf(rng, 1.2, 4, 2000)
	s, planted = &emerging.Stream{}, map[int32]bool{}
	var texts []string
	for w := range 60 {
		for k := range 40 {
			var words []string
			for range 12 {
				words = append(words, word(int(zipf.Uint64())))
			}
			isPlanted := w > 50 && k%20 == 3
			if isPlanted || w%12 == 5 && k == 0 {
				words = slices.Insert(words, 6, ofMouths[rng.IntN(len(ofMouths))])
			}
			if w > 50 && k%10 >= 5 && k%10-5 < loud {
				words = append(words, []string{"quorbel", "ontrish", "jasvek", "toplund", "berwix"}[k%10-5])
			}
			day, org := start+incident.Day(7*w+k/6), int32(1+rng.IntN(20))
			if day > asOf {
				continue
			}
			if isPlanted {
				planted[int32(len(texts))] = true
			}
			texts = append(texts, strings.Join(words, " "))
			s.Day, s.Organisation = append(s.Day, day), append(s.Organisation, org)
		}
	}
	terms = tell(t, s, texts)
	var err error
	if s.Concepts, err = concept.Of(terms.Len(), terms.Shown); err != nil {
		t.Fatal(err)
	}
	return s, terms, planted
}

const lastOfMouths = incident.Day(7*60 - 1)

// Eight words are each too seldom to be a seed; what they are parts of is not.
func TestOneThingInManyWords(t *testing.T) {
	s, terms, planted := mouths(t, start+lastOfMouths, 0)
	c, hits := best(t, s, planted, emerging.Default())
	if hits < 2*len(planted)/3 || c.Scan < 6 {
		t.Errorf("of %d planted reports the best candidate holds %d, at 10^-%.1f", len(planted), hits, c.Scan)
	}
	if len(c.Kinds) < 5 || c.Lead != c.Kinds[0] {
		t.Errorf("the candidate is of the words %v, led by %d", c.Kinds, c.Lead)
	}
	for _, k := range c.Kinds {
		if !slices.Contains(ofMouths, terms.Shown(k)) {
			t.Errorf("%q is no part of a mouth", terms.Shown(k))
		}
	}
	s.Concepts = nil
	if c, hits := best(t, s, planted, emerging.Default()); hits > len(planted)/2 || c.Kinds != nil {
		t.Errorf("without concepts a candidate holds %d of %d planted reports, with the words %v", hits, len(planted), c.Kinds)
	}
}

// Words that chance brought, many in every window, leave a concept its place.
func TestConceptsHavePlacesOfTheirOwn(t *testing.T) {
	s, _, planted := mouths(t, start+lastOfMouths, 5)
	c := emerging.Default()
	c.MaxGroups, c.MaxTerms = 3, 3
	if found, hits := best(t, s, planted, c); hits < 2*len(planted)/3 || found.Kinds == nil {
		t.Errorf("of %d planted reports the best candidate holds %d", len(planted), hits)
	}
	c.MaxConcepts = 0
	if found, _ := best(t, s, planted, c); found.Kinds != nil {
		t.Errorf("a concept without a place leads to %v", found)
	}
}

// best gives the candidate that holds the most planted reports of those that hold
// mostly such, and how many it holds.
func best(t *testing.T, s *emerging.Stream, planted map[int32]bool, c emerging.Config) (out emerging.Candidate, hits int) {
	t.Helper()
	se, err := emerging.NewSearcher(s, c)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range se.Search(start + lastOfMouths) {
		n := 0
		for _, i := range c.Members {
			if planted[i] {
				n++
			}
		}
		if 2*n > len(c.Members) && n > hits {
			out, hits = c, n
		}
	}
	return out, hits
}

// Words that are told later give the earlier ones no concept that they would not have had.
func TestConceptsSeeNothingLater(t *testing.T) {
	for _, weeks := range []int{52, 54, 57} {
		asOf := start + incident.Day(7*weeks-1)
		until, _, _ := mouths(t, asOf, 0)
		all, _, _ := mouths(t, start+lastOfMouths, 0)
		if diff := cmp.Diff(search(t, until, asOf), search(t, all, asOf), cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("after %d weeks, later reports have an influence (-until +all):\n%s", weeks, diff)
		}
	}
}

// TestNothingNewOfAKind is TestNothingNewIsNotUnusual with words thrown together at random.
func TestNothingNewOfAKind(t *testing.T) {
	highest, ofConcepts := map[emerging.Source]float64{}, 0
	for seed := range uint64(3) {
		rng := rand.New(rand.NewPCG(seed, 9))
		s := wordy(t, rng, 60, 40, 300)
		s.Concepts = &concept.Set{Of: make([][]int32, s.Terms.Cols)}
		for c := range int32(600) {
			var terms []int32
			for range 2 + rng.IntN(12) {
				terms = append(terms, int32(rng.IntN(s.Terms.Cols)))
			}
			slices.Sort(terms)
			terms = slices.Compact(terms)
			for _, j := range terms {
				s.Concepts.Of[j] = append(s.Concepts.Of[j], c)
			}
			s.Concepts.Terms = append(s.Concepts.Terms, terms)
		}
		for _, c := range search(t, s, start+7*60-1) {
			if c.Kinds != nil {
				ofConcepts++
				highest[c.Source] = max(highest[c.Source], c.Scan)
			}
		}
	}
	t.Logf("highest of %d candidates of concepts: %v", ofConcepts, highest)
	for source, scan := range highest {
		if scan > 6 {
			t.Errorf("the %v scan finds 10^-%.1f where nothing is new", source, scan)
		}
	}
	if ofConcepts < 20 {
		t.Errorf("%d candidates are too few to tell", ofConcepts)
	}
}
