package redact

import "psims/nlp/lexicon"

// contextReach is how many tokens before a number its context is looked for.
const contextReach = 9

// context walks back from token i over words that may stand between a number
// and what it is called, and gives that keyword, or keyNone. A general word gives
// way to a body's name before it: "NHS patient number", "GMC registration number".
func (s *scan) context(i int) keyword {
	number := false
	general := keyNone
	for j := i - 1; j >= 0 && i-j <= contextReach; j-- {
		t, after := &s.toks[j], s.toks[j+1].gap
		if after == gapOther && !s.listGap(j) || (after == gapDotSp || after == gapDot) && t.key == keyNone && t.shape != digits {
			break
		}
		_, known := contextKinds[t.key]
		switch {
		case t.key == keyNumber:
			number = true
		case known && !t.key.needsNumber():
			return t.key
		case known && (number || t.key == keyContact && after == gapColon):
			if general == keyNone {
				general = t.key
			}
		case known, t.key == keyGlue, t.shape == placeholder, t.class.Has(lexicon.Title):
		case j == i-1 && (s.prefixLetters(j) || t.class == 0 && t.shape == lower): // letters of the number, or a slip ("nuber")
		case t.shape == digits && t.taken: // the first of "… 123 and 456"
		default:
			return general
		}
	}
	return general
}

// contextBehind gives what the number at token i is called after it: "582605 is
// the hospital number". What is called must not have a value of its own to come.
func (s *scan) contextBehind(i int) keyword {
	j := i + 1
	for j < len(s.toks) && j <= i+4 && s.toks[j].key == keyGlue && s.toks[j].gap == gapSpace {
		j++
	}
	if j >= len(s.toks) || contextKinds[s.toks[j].key] == 0 || s.toks[j].gap != gapSpace && s.toks[j].gap != gapOpen {
		return keyNone
	}
	key := s.toks[j].key
	named := j+1 < len(s.toks) && s.toks[j+1].key == keyNumber && s.toks[j+1].gap == gapSpace
	if named {
		j++
	}
	if key.needsNumber() && !named || key == keyPhone || key == keyExtension || key == keyBleeped || j == i+1 && !named {
		return keyNone
	}
	if next := s.nextGap(j); (next == gapSpace || next == gapColon) && (s.toks[j+1].shape == digits || s.toks[j+1].shape == alnum) {
		return keyNone
	}
	return key
}

// prefixLetters reports whether token j may be the letters of a number such as K 123456.
func (s *scan) prefixLetters(j int) bool {
	t := &s.toks[j]
	return t.shape == initial || t.shape == upper && t.end-t.start <= 4 && (t.key == keyNone || t.key == keyHospital)
}

// listGap reports whether an ampersand or a comma stands between tokens j and j+1.
func (s *scan) listGap(j int) bool {
	for _, c := range []byte(s.text[s.toks[j].end:s.toks[j+1].start]) {
		if c != ' ' && c != '&' && c != ',' {
			return false
		}
	}
	return true
}

// ofThing reports whether token i is called a lot, serial, model or the like.
func (s *scan) ofThing(i int) bool {
	for j := i - 1; j >= max(0, i-4); j-- {
		t, after := &s.toks[j], s.toks[j+1].gap
		if after == gapOther || after == gapDotSp && t.key != keyNumber {
			return false
		}
		if t.key == keyThing {
			return true
		}
		if t.key != keyNumber && t.key != keyGlue && !s.prefixLetters(j) {
			return false
		}
	}
	return false
}
