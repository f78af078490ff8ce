package redact

import "psims/nlp/lexicon"

// contextReach is how many tokens before a number its context is looked for.
const contextReach = 9

// context walks back from token i over words that may stand between a number
// and what it is called, and gives that keyword, or keyNone. A general word gives
// way to a body's name before it: "NHS patient number", "GMC registration number".
func (s *scan) context(i int) keyword {
	number, direct, free := false, false, 0
	general := keyNone
	least := s.digitsAhead(i)
	for j := i - 1; j >= 0 && i-j <= contextReach; j-- {
		t := &s.toks[j]
		key := t.key
		if key == keyNone {
			key = t.slip
		}
		if !s.goesOn(j, key) {
			break
		}
		_, known := contextKinds[key]
		switch {
		case j == i-1 && least >= 3 && s.foldOf(j) == "x" && (s.toks[i].end-s.toks[i].start >= 3 || s.nextGap(i) == gapLine) && !(j > 0 && s.toks[j-1].shape == digits && s.toks[j].gap <= gapSpace):
			return keyExtension // x 2345
		case key == keyNumber:
			direct = direct || free == 0 && !number
			number = true
		case key == keyThing && refs[s.foldOf(j)]:
			number = true // GMC ref
		case key == keyPIN && j > 0 && (s.toks[j-1].key == keyHCPC || s.toks[j-1].key == keyRegister):
		case known && !key.needsNumber():
			return key
		case known && (number || key == keyContact && s.toks[j+1].gap == gapColon || least >= 5 && directly[key] && j >= i-2):
			if general == keyNone {
				general = key
			}
		case known, key == keyGlue, t.shape == placeholder, t.class.Has(lexicon.Title):
		case j == i-1 && (s.prefixLetters(j) || s.loose(i) && s.prefixOf(i) || t.class == 0 && t.shape == lower): // letters of the number, or a slip ("nuber")
		case t.shape == digits && t.taken: // the first of "… 123 and 456"
		case free < freeWords && least >= 5 && t.shape < digits && key == keyNone && !(s.toks[i].shape == digits && s.dated(i)):
			if direct && general == keyNone {
				return keyReference // the badge number, whatever the badge
			}
			free++
		default:
			return general
		}
	}
	if general == keyNone && direct && least >= 5 {
		return keyReference // "No. 123456" and nothing before
	}
	return general
}

// freeWords is how many words that mean nothing to a number may stand between it
// and what it is called, when it is long enough to be nothing else.
const freeWords = 4

var refs = set("ref reference")

// directly names the contexts that need no word for a number when it follows at once.
var directly = map[keyword]bool{keyAccession: true}

// goesOn reports whether the words before a number may go on over token j, whose keyword is key.
func (s *scan) goesOn(j int, key keyword) bool {
	after := s.toks[j+1].gap
	if after == gapOther && !s.listGap(j) {
		return s.soft(j)
	}
	return after != gapDotSp && after != gapDot || key != keyNone || s.toks[j].shape == digits || after == gapDot && byteClass[s.text[s.toks[j+1].start]] == isDigit
}

// digitsAhead counts the digits of the number at token i with its groups.
func (s *scan) digitsAhead(i int) int {
	n := s.digitsIn(i)
	for j := i; j < len(s.toks) && s.toks[j].key == keyDigit; j++ {
		n++
	}
	for j := i + 1; j < len(s.toks) && j < i+6 && (s.toks[j].gap != gapOther || s.loose(j)); j++ {
		k := s.digitsIn(j)
		if k == 0 || s.toks[j].gap == gapComma {
			break
		}
		n += k
	}
	return n
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
	return t.shape == initial || t.shape == upper && t.end-t.start <= 4 && (t.key == keyNone || t.key == keyHospital) && t.slip == keyNone
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
