package redact

import (
	"strings"

	"psims/nlp/lexicon"
)

// addressAt recognises a house number with a street or a house's name.
func (s *scan) addressAt(i int) int {
	if end := s.streetAt(i); end > i {
		return end
	}
	return s.houseAt(i)
}

// streetAt recognises a house number with a street: "12a High Street",
// "Flat 3, 7 Acacia Avenue", in small letters where the street is a sure one or
// the words before it lead to a place.
func (s *scan) streetAt(i int) int {
	w := s.word(i)
	if len(w) > 5 || byteClass[w[0]] != isDigit || s.digitsIn(i) > 4 || i > 0 && s.toks[i-1].key == keyPlace || s.ofThing(i) || s.before(i, '#') || s.before(i, '-') {
		return i
	}
	if s.toks[i].shape == alnum && (s.digitsIn(i) != len(w)-1 || s.unit(i)) {
		return i
	}
	lives, led := s.livesBefore(i), s.ledTo(i)
	for j := i + 1; j < len(s.toks) && j <= i+4; j++ {
		t := &s.toks[j]
		if t.gap != gapSpace && t.gap != gapHyphen && t.gap != gapLine && t.gap != gapApos && !(j == i+1 && t.gap == gapComma) || t.shape >= digits {
			return i
		}
		capital := t.shape == title && !s.heavy
		if t.key == keyStreet && j > i+1 && (lives || led || capital || sureStreets[s.foldOf(j)] || s.likelyStreet(i, j)) {
			return s.add(Address, s.flatBefore(i), s.streetEnd(j))
		}
		if !s.streetWord(j, i, lives || led) {
			return i
		}
		// The Paddocks, Canal Side: a house where somebody lives, by its capitals.
		the := j == i+2 && s.foldOf(i+1) == "the" && (j+1 >= len(s.toks) || s.toks[j+1].gap != gapSpace || s.flatBefore(i) < i)
		if the && (lives || led || s.flatBefore(i) < i) {
			return s.add(Address, s.flatBefore(i), j+1)
		}
		if j > i+1 && capital && s.nextKey(j+1) != keyStreet && s.toks[j-1].shape == title && (lives || led) && s.closesAddress(j) {
			return s.add(Address, s.flatBefore(i), j+1)
		}
	}
	return i
}

// houseAt takes the number and the one word behind "lives" or "address" and before a
// stop: lives 7 Paddocks. "12 Canal Side" is such a place too.
func (s *scan) houseAt(i int) int {
	first := s.flatBefore(i)
	home := false
	for j := first - 1; j >= max(0, first-2); j-- {
		home = home || homes[s.foldOf(j)]
	}
	j := i + 1
	if !home || j >= len(s.toks) || s.toks[j].gap != gapSpace && s.toks[j].gap != gapComma || !s.streetWord(j, i, true) || s.toks[j].end-s.toks[j].start < 4 || s.unit(i) {
		return i
	}
	if j+1 < len(s.toks) && s.toks[j+1].gap == gapSpace && s.foldOf(j+1) == "side" {
		j++
	}
	if !s.closes(j) || s.toks[i].end-s.toks[i].start > 3 || s.toks[j].class.Has(lexicon.State|lexicon.Clinical|lexicon.Drug) {
		return i
	}
	return s.add(Address, first, j+1)
}

var homes = set("lives live living resides residing address")

// likelyStreet reports whether the word for a street at token j, which may be
// something else ("beds close to"), ends the name of one whose number is token i:
// the words between are names, places or on no list, or the number has a flat or a
// letter, and nothing behind goes on with it.
func (s *scan) likelyStreet(i, j int) bool {
	if j+1 < len(s.toks) && s.toks[j+1].gap == gapSpace && (goesWith[s.foldOf(j+1)] || s.toks[j+1].shape == digits) {
		return false
	}
	if s.toks[i].shape == alnum || s.flatBefore(i) < i {
		return true
	}
	const never = lexicon.Drug | lexicon.Device | lexicon.Clinical | lexicon.Abbreviation | lexicon.Role | lexicon.Subject | lexicon.Relation | lexicon.State
	for k := i + 1; k < j; k++ {
		c := s.toks[k].class
		if c.Has(never) || s.toks[k].gap != gapSpace && s.toks[k].gap != gapApos || strings.HasSuffix(s.foldOf(k), "s") && c.Has(lexicon.Word) {
			return false
		}
		if c.Has(lexicon.Word) && !c.Has(lexicon.Name|lexicon.Place) && !(s.allCaps || s.tagIs(k, "NN") || s.tagIs(k, "JJ")) {
			return false
		}
	}
	return true
}

// goesWith are words behind "close", "drive" or "place" that make them no street.
var goesWith = set("to from of by for with up off away down time times")

// sureStreets are words that after a number and a word are nothing else in small letters.
var sureStreets = set("street road avenue lane crescent gardens terrace mews grove ave cres gdns")

// streetWord reports whether token j may be part of the name of a street whose
// house number is token i.
func (s *scan) streetWord(j, i int, known bool) bool {
	t := &s.toks[j]
	w := s.foldOf(j)
	switch {
	case w == "st", w == "the" && j == i+1 && known:
		return true
	case units[w], functionWords[w] && !buildings[w] && w != "old" && w != "new" && w != "high" && w != "back" && w != "long":
		return false
	case t.class.Has(lexicon.Role | lexicon.Subject | lexicon.Abbreviation):
		return t.shape == title && !s.heavy && t.class.Has(lexicon.Surname) && !t.class.Has(lexicon.Abbreviation)
	case t.shape == title && !s.heavy:
		return true
	}
	return t.end-t.start > 1 && (t.key == keyNone || t.key == keyStreet) && !t.class.Has(lexicon.Says|lexicon.Auxiliary)
}

// streetEnd takes in a second word for a street behind token j: Quarry Hill Road.
func (s *scan) streetEnd(j int) int {
	end := j + 1
	for end < len(s.toks) && s.toks[end].key == keyStreet && (s.toks[end].gap == gapSpace || s.toks[end].gap == gapLine) && s.toks[end].shape == s.toks[j].shape {
		end++
	}
	return end
}

// closesAddress reports whether the name of a street may end with token j.
func (s *scan) closesAddress(j int) bool {
	return j+1 >= len(s.toks) || s.toks[j+1].shape == lower || s.toks[j+1].gap != gapSpace
}

// flatBefore gives the token with which "Flat 3," before token i begins, or i.
func (s *scan) flatBefore(i int) int {
	if i >= 2 && s.digitsIn(i-1) > 0 && s.toks[i-1].end-s.toks[i-1].start <= 3 && flats[s.foldOf(i-2)] && (s.toks[i].gap == gapComma || s.toks[i].gap == gapSpace || s.toks[i].gap == gapLine) {
		return i - 2
	}
	return i
}

var flats = set("flat apartment apt flt")

// ledTo reports whether a word that leads to a place stands before token i, or
// before the flat to which it belongs.
func (s *scan) ledTo(i int) bool {
	i = s.flatBefore(i)
	return i > 0 && s.toks[i].gap != gapDotSp && leads[s.foldOf(i-1)]
}

var leads = set("visit visited took called at to outside from near opposite address between property")

// livesBefore reports whether "lives", "address" or "flat" stands within five tokens before token i.
func (s *scan) livesBefore(i int) bool {
	for j := i - 1; j >= max(0, i-5); j-- {
		if s.toks[j].key == keyLive {
			return true
		}
	}
	return false
}
