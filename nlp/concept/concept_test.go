package concept_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"psims/nlp/concept"
)

func of(t testing.TB, words ...string) *concept.Set {
	t.Helper()
	s, err := concept.Of(len(words), func(k int32) string { return words[k] })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// together tells whether some concept holds exactly these of the words.
func together(s *concept.Set, words []string, want ...string) bool {
	return slices.ContainsFunc(s.Terms, func(terms []int32) bool {
		var held []string
		for _, k := range terms {
			held = append(held, words[k])
		}
		return slices.Equal(held, want)
	})
}

func TestWordsOfOneThing(t *testing.T) {
	words := []string{"ladder", "lip", "knee", "teeth", "tongue", "Ankles", "left", "tooth", "ibuprofen", "paracetamol", "fell off"}
	s := of(t, words...)
	for _, want := range [][]string{{"lip", "teeth", "tongue", "tooth"}, {"knee", "Ankles"}} {
		if !together(s, words, want...) {
			t.Errorf("no concept holds %q alone: %v", want, s.Terms)
		}
	}
	for _, terms := range s.Terms {
		if slices.Contains(terms, 0) && slices.Contains(terms, 1) {
			t.Errorf("a ladder and a lip are of one concept: %v", terms)
		}
	}
	if s.Of[10] != nil {
		t.Errorf("%q is of concepts %v", words[10], s.Of[10])
	}
}

// Both directions tell the same, concepts hold two terms at least, and what is asked for
// besides changes neither who stands together nor the order of the concepts.
func TestSetProperties(t *testing.T) {
	some := strings.Fields("lip tooth tongue eye cornea eyelid knee ankle soup bread milk car bus ambulance ward nurse fall tablet aspirin morphine pump needle mask chair bed of the xyzzy")
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.SampledFrom(some), 0, 20).Draw(t, "words")
		s, err := concept.Of(len(words), func(k int32) string { return words[k] })
		if err != nil {
			t.Fatal(err)
		}
		for c, terms := range s.Terms {
			if len(terms) < 2 || !slices.IsSorted(terms) {
				t.Fatalf("concept %d holds %v", c, terms)
			}
			for _, k := range terms {
				if !slices.Contains(s.Of[k], int32(c)) {
					t.Fatalf("concept %d holds term %d, which is of %v", c, k, s.Of[k])
				}
			}
		}
		for k, concepts := range s.Of {
			if !slices.IsSorted(concepts) {
				t.Fatalf("term %d is of %v", k, concepts)
			}
			for _, c := range concepts {
				if !slices.Contains(s.Terms[c], int32(k)) {
					t.Fatalf("term %d is of concept %d, which holds %v", k, c, s.Terms[c])
				}
			}
		}
		n := rapid.IntRange(0, len(words)).Draw(t, "first")
		fewer, _ := concept.Of(n, func(k int32) string { return words[k] })
		at := 0
		for _, terms := range s.Terms {
			early := slices.DeleteFunc(slices.Clone(terms), func(k int32) bool { return int(k) >= n })
			if len(early) < 2 {
				continue
			}
			if at >= fewer.Len() || !slices.Equal(fewer.Terms[at], early) {
				t.Fatalf("of the first %d words concept %d is %v with more words, and not so without", n, at, early)
			}
			at++
		}
		if at != fewer.Len() {
			t.Fatalf("%d concepts of the first %d words, %d with more words", fewer.Len(), n, at)
		}
	})
}

func ExampleOf() {
	words := []string{"tooth", "lip", "wheelchair"}
	s, err := concept.Of(len(words), func(k int32) string { return words[k] })
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Len() > 0, s.Terms[0])
	// Output: true [0 1]
}
