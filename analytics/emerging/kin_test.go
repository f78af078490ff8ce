package emerging_test

import (
	"slices"
	"testing"

	"psims/analytics/emerging"
	"psims/datasets/incident"
)

// TestWordsOfAKind gives two words the same neighbours, some often and some rarely
// used by others, and asks which other words are of their kind.
func TestWordsOfAKind(t *testing.T) {
	const (
		wrist, elbow, stray, rare, other = 0, 1, 2, 3, 4
		words                            = 60 // from 10 on, neighbours
		odd                              = 59 // a neighbour that only wrist and stray have
	)
	var reports []report
	parts := make([][2]int32, words)
	for i := range parts {
		parts[i] = [2]int32{-1, int32(i)}
	}
	pair := map[[2]int32]int32{}
	tell := func(before, word int32, times int) {
		p := [2]int32{before, word}
		if _, there := pair[p]; !there {
			pair[p] = int32(len(parts))
			parts = append(parts, p)
		}
		for range times {
			reports = append(reports, report{day: start + incident.Day(len(reports)%300), org: 1, terms: []int32{before, word, pair[p]}})
		}
	}
	for n := int32(10); n < 16; n++ { // six common neighbours, "left", "sprained", ...
		tell(n, wrist, 20)
		tell(n, elbow, 15)
		tell(n, rare, 3) // a rarer word of the same kind
	}
	tell(odd, wrist, 3)
	tell(odd, stray, 6)
	for n := int32(20); n < 50; n++ {
		tell(n, other, 4)
	}
	se, err := emerging.NewSearcher(withParts(reports, parts), emerging.Default())
	if err != nil {
		t.Fatal(err)
	}
	got := se.KindOf(wrist, start+400)
	if want := []int32{elbow, rare}; !slices.Equal(sortedCopy(got), sortedCopy(want)) {
		t.Errorf("of the kind of %d are %v, want %v", wrist, got, want)
	}
	if got := se.KindOf(stray, start+400); len(got) > 0 {
		t.Errorf("a word with one neighbour in common is of the kind of %v", got)
	}
}

func withParts(reports []report, parts [][2]int32) *emerging.Stream {
	s := streamOf(reports, len(parts))
	s.Parts = parts
	return s
}

func sortedCopy(x []int32) []int32 {
	x = slices.Clone(x)
	slices.Sort(x)
	return x
}
