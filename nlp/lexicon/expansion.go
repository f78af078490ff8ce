package lexicon

import (
	"fmt"
	"maps"
	"strings"
	"sync"
)

// expansions is read by itself: whoever needs it alone need not wait for all lists.
var expansions = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	for _, line := range lines("expansion") {
		word, short, ok := strings.Cut(line, ": ")
		if !ok {
			panic(fmt.Sprintf("lexicon: an expansion needs a word, a colon and its short forms: %q", line))
		}
		for s := range strings.FieldsSeq(short) {
			m[s] = word
		}
	}
	return m
})

// Expansions gives a copy of the short forms that stand for one word, with that
// word. All of them are of class Abbreviation.
func Expansions() map[string]string { return maps.Clone(expansions()) }
