package lexicon

import (
	"iter"
	"strings"
	"sync"
)

// RareNames gives some 170,000 names that are on no other list, folded, in
// alphabetical order: surnames and given names of many countries. That a word is
// among them is weak evidence, so they have no [Class].
func RareNames() iter.Seq[string] { return wordsOf("rare") }

// ScarceWords gives some 50,000 English words that are on no other list, folded, in
// alphabetical order. They have no [Class]: some are names too.
func ScarceWords() iter.Seq[string] { return wordsOf("scarce") }

func wordsOf(list string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, line := range lines(list) {
			for w := range strings.FieldsSeq(line) {
				if !yield(w) {
					return
				}
			}
		}
	}
}

// ShortForms gives the short forms of a folded given name that are also words, such
// as bill for william. Don't change what it gives.
func ShortForms(given string) []string { return shortForms()[given] }

var shortForms = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for _, line := range lines("short") {
		name, forms, ok := strings.Cut(line, ":")
		if !ok {
			panic("lexicon: a line of the short forms has no colon: " + line)
		}
		out[name] = strings.Fields(forms)
	}
	return out
})
