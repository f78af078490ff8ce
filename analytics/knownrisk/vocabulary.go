package knownrisk

import (
	"strings"
	"sync"

	"psims/nlp/lexicon"
	"psims/nlp/spelling"
	"psims/nlp/text"
)

// vocabulary numbers the stems that the phrases of a list use.
type vocabulary struct {
	words map[string]int32
	stems []string
	begin [26][]int32 // words of letters by their first, to correct slips of the pen
	kinds [int(text.Symbol) + 1]int32
}

func newVocabulary() *vocabulary {
	v := &vocabulary{words: map[string]int32{}}
	for k := range v.kinds {
		v.kinds[k] = -1
	}
	return v
}

func (v *vocabulary) add(stem string) int32 {
	if id, ok := v.words[stem]; ok {
		return id
	}
	id := int32(len(v.stems))
	v.words[stem] = id
	v.stems = append(v.stems, stem)
	if letters(stem) && len(stem) >= shortest {
		v.begin[stem[0]-'a'] = append(v.begin[stem[0]-'a'], id)
	}
	return id
}

// addKind adds the wildcard of a kind of token, such as <dose>.
func (v *vocabulary) addKind(k text.Kind) int32 {
	if v.kinds[k] < 0 {
		v.kinds[k] = v.add("<" + k.String() + ">")
	}
	return v.kinds[k]
}

const (
	shortest = 4 // letters of a word that slips are looked for in
	long     = 8 // letters from which two slips are put up with
)

// nearest gives the word that a stem is or, when the stem is of no English or
// clinical word, that it is misspelt from; −1 when there is none. Among several
// equally near, the first in the alphabet.
func (v *vocabulary) nearest(stem string) int32 {
	if id, ok := v.words[stem]; ok {
		return id
	}
	if len(stem) < shortest || !letters(stem) || properWords()[stem] {
		return -1
	}
	best, bestSlips := int32(-1), 3
	try := func(ids []int32) {
		for _, id := range ids {
			word := v.stems[id]
			allowed := 1
			if len(word) >= long {
				allowed = 2
			}
			if len(word) == shortest && len(stem) == shortest {
				allowed = 0
			}
			n := spelling.Distance(stem, word, allowed)
			if n <= allowed && (n < bestSlips || n == bestSlips && word < v.stems[best]) {
				best, bestSlips = id, n
			}
		}
	}
	try(v.begin[stem[0]-'a'])
	if stem[1] != stem[0] { // the first two may be swapped
		try(v.begin[stem[1]-'a'])
	}
	return best
}

func letters(s string) bool {
	for i := range len(s) {
		if s[i] < 'a' || s[i] > 'z' {
			return false
		}
	}
	return s != ""
}

// properWords are the stems of English and clinical words, which are no slip of
// the pen for another. Names are left out: many a misspelling is somebody's name.
var properWords = sync.OnceValue(func() map[string]bool {
	words := lexicon.Words(lexicon.Word | lexicon.Clinical | lexicon.Drug | lexicon.Device | lexicon.Eponym | lexicon.Place | lexicon.Abbreviation)
	stems := make(map[string]bool, len(words))
	for _, w := range words {
		stems[text.Stem(strings.TrimSuffix(w, "'s"))] = true
	}
	return stems
})
