package redact

import (
	"sync"

	"psims/nlp/lexicon"
)

// slipKeys files every word that is one slip of the finger away from what a
// number is called: a letter too many, too few or wrong, or two letters the wrong
// way round. Words that are on a list stay what they are.
var slipKeys = sync.OnceValue(func() map[string]keyword {
	out := map[string]keyword{}
	for w, key := range keywords {
		if _, context := contextKinds[key]; !context && key != keyNumber && key != keyBirth && key != keyBorn && key != keyPostcode || len(w) < 3 || w == "rxx" {
			continue
		}
		for _, slip := range slips(w) {
			if keywords[slip] != keyNone || lexicon.Of(slip) != 0 {
				continue
			}
			if old, ok := out[slip]; !ok || key < old { // the same whatever the order of the map
				out[slip] = key
			}
		}
	}
	return out
})

// slips gives every word one slip away from w. Of three letters none may be
// missing: two letters are too many other things.
func slips(w string) []string {
	var out []string
	for i := range len(w) {
		if len(w) > 3 {
			out = append(out, w[:i]+w[i+1:])
		}
		if i+1 < len(w) && w[i] != w[i+1] {
			out = append(out, w[:i]+string(w[i+1])+string(w[i])+w[i+2:])
		}
	}
	for i := 0; i <= len(w); i++ {
		for c := 'a'; c <= 'z'; c++ {
			out = append(out, w[:i]+string(c)+w[i:])
			if i < len(w) {
				out = append(out, w[:i]+string(c)+w[i+1:])
			}
		}
	}
	return out
}
