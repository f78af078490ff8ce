package redact

import "psims/nlp/lexicon"

// misspelt reports whether a folded word on no list is one slip of the finger
// away from a word: a letter too many, too few or wrong, or two letters the wrong
// way round. So many names are one letter from some short word that under seven
// letters only words for posts and relatives and nouns that names label count.
func misspelt(w string) bool {
	if len(w) < 4 {
		return false
	}
	known := lexicon.Role | lexicon.Subject | lexicon.Relation | lexicon.Head
	if len(w) >= 7 {
		known = anyWord
	}
	return nearWord(w, known, len(w) >= 6)
}

// anyWord is any class but names.
const anyWord = lexicon.Word | lexicon.Thing | lexicon.Role | lexicon.Subject | lexicon.Relation | lexicon.Head

// nearWord reports whether w is one slip away from a word of the known classes;
// wrong says whether a wrong letter counts, to which short names fall victim.
//
// Cost: some 50 look-ups a letter; asked only about words that a context offers
// as names.
func nearWord(w string, known lexicon.Class, wrong bool) bool {
	is := func(b []byte) bool { return lexicon.OfBytes(b).Has(known) }
	buf := make([]byte, 0, len(w)+1)
	for i := range len(w) {
		if is(append(append(buf[:0], w[:i]...), w[i+1:]...)) {
			return true
		}
		if i+1 < len(w) && w[i] != w[i+1] {
			buf = append(append(buf[:0], w[:i]...), w[i+1], w[i])
			if is(append(buf, w[i+2:]...)) {
				return true
			}
		}
	}
	for i := 0; i <= len(w); i++ {
		for c := byte('a'); c <= 'z'; c++ {
			buf = append(append(buf[:0], w[:i]...), c)
			if is(append(buf, w[i:]...)) || i < len(w) && wrong && is(append(append(append(buf[:0], w[:i]...), c), w[i+1:]...)) {
				return true
			}
		}
	}
	return false
}

// swapped reports whether two letters of w the wrong way round make it of a word.
func swapped(w string) bool {
	b := []byte(w)
	for i := 0; i+1 < len(b); i++ {
		b[i], b[i+1] = b[i+1], b[i]
		if lexicon.OfBytes(b).Has(lexicon.Word | lexicon.Clinical) {
			return true
		}
		b[i], b[i+1] = b[i+1], b[i]
	}
	return false
}
