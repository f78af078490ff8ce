// Package concept answers which words are kinds or parts of the same thing: "lip",
// "tooth" and "tongue" are parts of a mouth, "knee" and "ankle" kinds of joint.
//
// In go words; out come concepts, each the set of those words that stand under it.
// Package emerging counts them, so that an issue of which every report tells in
// another word is seen. A model of neighbouring words can't do that for a thing that
// is new: of a word that was never used before there is nothing to learn from.
//
// The concepts are WordNet's: a noun stands under its own most usual meaning and under
// all that this is a kind, a part or a member of, up to four steps. Concepts of more
// than 500 nouns are left out. `make assets` makes the list from a pinned package.
//
// Source: Miller (1995), WordNet: a lexical database for English, CACM 38.
package concept

import (
	"embed"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed dist
var dist embed.FS

// Set is which of some terms stand under which concepts. Concepts are numbered from
// the most specific; those of fewer than two of the terms are left out. It is read-only.
type Set struct {
	Terms [][]int32 // by concept, the terms under it, ascending
	Of    [][]int32 // by term, the concepts that it stands under, ascending
}

// Len gives the number of concepts.
func (s *Set) Len() int { return len(s.Terms) }

// Of gives the concepts of n terms, of which written gives the words: a noun, in the
// singular or the plural, or two words that are one noun. Cost: a look-up or four for
// each term, and reading the list, a twentieth of a second, the first time.
//
// Errors: the program was built without the list.
func Of(n int, written func(term int32) string) (*Set, error) {
	known, err := nouns()
	if err != nil {
		return nil, err
	}
	var under [][]int32 // by concept of the list
	for t := range int32(n) {
		for _, c := range known.of(written(t)) {
			for int(c) >= len(under) {
				under = append(under, nil)
			}
			under[c] = append(under[c], t)
		}
	}
	s := &Set{Of: make([][]int32, n)}
	for _, terms := range under {
		if len(terms) < 2 {
			continue
		}
		for _, t := range terms {
			s.Of[t] = append(s.Of[t], int32(len(s.Terms)))
		}
		s.Terms = append(s.Terms, terms)
	}
	return s, nil
}

// list holds the concepts of each noun.
type list map[string][]int32

// of gives the concepts of a word, or of what it may be the plural of.
func (l list) of(word string) []int32 {
	word = strings.ToLower(word)
	if concepts, there := l[word]; there {
		return concepts
	}
	for _, plural := range [...][2]string{{"ies", "y"}, {"es", ""}, {"s", ""}} {
		if stem, is := strings.CutSuffix(word, plural[0]); is {
			if concepts, there := l[stem+plural[1]]; there {
				return concepts
			}
		}
	}
	return nil
}

// nouns reads the list once.
var nouns = sync.OnceValues(func() (list, error) {
	f, err := dist.Open("dist/nouns.txt")
	if err != nil {
		return nil, fmt.Errorf("reading the list of nouns: run \"make assets\", then build the program again: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("reading the list of nouns: %w", err)
	}
	return parse(string(text))
})

// parse reads lines of a noun, a tabulator, and the numbers of its concepts to base 36.
func parse(text string) (list, error) {
	out := make(list, strings.Count(text, "\n"))
	at := 0
	for line := range strings.Lines(text) {
		at++
		noun, numbers, found := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !found || noun == "" {
			return nil, fmt.Errorf("line %d of the list of nouns is not a noun and its concepts: run \"make assets\" again", at)
		}
		var concepts []int32
		for number := range strings.SplitSeq(numbers, " ") {
			c, err := strconv.ParseUint(number, 36, 31)
			if err != nil {
				return nil, fmt.Errorf("line %d of the list of nouns: %q is no concept: run \"make assets\" again", at, number)
			}
			concepts = append(concepts, int32(c))
		}
		slices.Sort(concepts)
		out[noun] = slices.Clip(concepts)
	}
	return out, nil
}
