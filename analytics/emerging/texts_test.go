package emerging_test

import (
	"context"
	"strings"
	"testing"

	"psims/analytics/emerging"
	"psims/nlp/features"
)

// word gives the i-th of 16,000 words that no stemmer changes.
func word(i int) string {
	const consonants, vowels = "bdfgklmnprtv", "aiou"
	var b strings.Builder
	for range 3 {
		b.WriteByte(consonants[i%len(consonants)])
		i /= len(consonants)
		b.WriteByte(vowels[i%len(vowels)])
		i /= len(vowels)
	}
	b.WriteByte('k')
	return b.String()
}

// tell gives the stream its terms and the order of words from texts.
func tell(t testing.TB, s *emerging.Stream, texts []string) *features.Terms {
	t.Helper()
	terms, counts, err := features.Count(context.Background(), texts, features.DefaultCount())
	if err != nil {
		t.Fatal(err)
	}
	s.Terms = counts
	for j := range int32(terms.Len()) {
		before, last := terms.Parts(j)
		s.Parts = append(s.Parts, [2]int32{before, last})
	}
	if s.Order, err = terms.Order(context.Background(), texts); err != nil {
		t.Fatal(err)
	}
	return terms
}
