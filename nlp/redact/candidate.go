package redact

import "psims/nlp/lexicon"

// candidate reports whether token i may be a name at all: a word on no list or on
// one of names, one whose capital says something, letters that may be initials, and
// any word shortly after one that speaks of names.
func (s *scan) candidate(i int) bool {
	t := &s.toks[i]
	if t.taken || t.shape > initial || t.key != keyNone && t.key != keyMonth && t.key != keyStreet || t.slip != keyNone && (t.end-t.start < 5 || s.numberNear(i)) {
		return false
	}
	const never = lexicon.Title | lexicon.Role | lexicon.Relation | lexicon.Auxiliary
	c := t.class &^ (lexicon.CueEnd | lexicon.PhraseStart)
	switch n := t.end - t.start; {
	case n == 1:
		return s.letterAlone(i)
	case c.Has(never) || !s.capital(i) && !s.behindPost(i) && (c.Has(lexicon.Drug|lexicon.Device|lexicon.Eponym|lexicon.Abbreviation) || c.Has(lexicon.Word) && c.Has(lexicon.Place)):
		return false
	case c == 0:
		return t.key == keyNone
	case t.mark&markFunction != 0:
		return t.shape == title && !s.sentenceStart(i) && !s.heavy && c.Has(lexicon.Name)
	case c.Has(lexicon.Name):
		return true
	case t.shape == upper && n <= 3:
		return !s.allCaps
	case t.shape != lower && s.capital(i) && !s.sentenceStart(i) && !c.Has(lexicon.Thing):
		l := &s.toks[i-1]
		return l.named || l.shape == placeholder || l.class.Has(lexicon.Role|lexicon.Title|lexicon.Subject|lexicon.Relation|lexicon.CueEnd) || l.mark&markSigned != 0
	}
	for j := i - 1; j >= 0 && j >= i-3; j-- {
		if s.toks[j].mark&markCalled != 0 {
			return true
		}
	}
	return false
}

// letterAlone reports whether the letter at token i may be an initial: not that of a
// measure (15 L), of D.O.B. or of p/code.
func (s *scan) letterAlone(i int) bool {
	if i > 0 && s.toks[i].gap == gapSpace && lettered[s.foldOf(i-1)] {
		return false // hepatitis B
	}
	if i > 0 && (s.toks[i-1].shape == digits || s.toks[i-1].shape == alnum || s.toks[i-1].key == keyDigit) || i+1 < len(s.toks) && (s.toks[i+1].key != keyNone || s.toks[i+1].shape == digits) {
		return false
	}
	for j := i; j < i+2; j++ { // S/N, R/V
		if j > 0 && j < len(s.toks) && s.toks[j].gap == gapSlash && (s.toks[j].shape == lower || shortStrokes[s.foldOf(j-1)+s.foldOf(j)]) {
			return false
		}
	}
	for j := i; j < i+3 && j < len(s.toks); j++ {
		if s.toks[j].key == keyBirth && s.toks[j].end-s.toks[j].start == 1 {
			return false
		}
	}
	if s.nextGap(i) == gapColon || s.text[s.toks[i].start] == 'I' && s.article(i) && s.sentenceStart(i) && s.toks[i].gap != gapDot {
		return false // S: B: A: R:, to A&E. I felt
	}
	return s.toks[i].shape == initial || s.besideLetter(i)
}

// besideLetter reports whether another single letter stands beside the one at token
// i, with a stop or a blank between.
func (s *scan) besideLetter(i int) bool {
	for j := i; j < i+2; j++ {
		if j > 0 && j < len(s.toks) && (s.toks[j].gap == gapDot || s.toks[j].gap == gapSpace || s.toks[j].gap == gapDotSp) && s.toks[j].end-s.toks[j].start == 1 && s.toks[j-1].end-s.toks[j-1].start == 1 {
			return true
		}
	}
	return false
}

// shortStrokes are short forms of two letters and a stroke.
var shortStrokes = set("sn rn cn tc co oc dw rv sb ho oe nk ic wc ar rw io po pr ec na cc nv dc fu ix dv dn ua wo yo tf")

// thingBeside reports whether token i is joined by a hyphen to what is no name, or
// labels a thing or a place.
func (s *scan) thingBeside(i int) bool {
	const thing = lexicon.Drug | lexicon.Device | lexicon.Eponym
	t := &s.toks[i]
	if t.gap == gapHyphen && i > 0 && s.toks[i-1].class.Has(thing) || i+1 < len(s.toks) && s.toks[i+1].gap == gapHyphen && s.toks[i+1].class.Has(thing) {
		return true
	}
	if t.class.Has(lexicon.Place) && i > 0 && t.gap == gapSpace && placePrepositions[s.foldOf(i-1)] {
		return true // her son in Ireland
	}
	if j := i + 1; j+1 < len(s.toks) && s.toks[j].key == keyPlace && s.toks[j].shape != title && s.toks[j].gap == gapSpace && s.toks[j+1].shape == digits && s.toks[j+1].gap == gapSpace {
		return s.royal(i) // Frobisher bed 6
	}
	if t.class.Has(lexicon.Given) && s.sentenceStart(i) && swapped(s.foldOf(i)) && s.nextGap(i) == gapSpace && !s.toks[i+1].class.Has(lexicon.Says|lexicon.Auxiliary|lexicon.State|lexicon.Name) {
		return true // Brian scan
	}
	return s.labelsThing(i, i, i+1) || s.royal(i)
}

// termLike reports whether token i, on no list, is one slip away from a word
// for a post or a relative, ends like a term, or is one of the letters of a short form.
func (s *scan) termLike(i int) bool {
	t := &s.toks[i]
	w := s.foldOf(i)
	if n := t.end - t.start; n <= 3 {
		from, to := i, i+1
		for n == 1 && from > 0 && s.toks[from].gap == gapDot && s.toks[from-1].end-s.toks[from-1].start == 1 {
			from--
		}
		for n == 1 && to < len(s.toks) && s.toks[to].gap == gapDot && s.toks[to].end-s.toks[to].start == 1 {
			to++
		}
		return s.post(from, to) || t.shape == upper && n == 2 && shortStrokes[w] && s.toks[i].gap == gapSpace && s.nextGap(i) == gapSpace
	}
	if t.class&^(lexicon.CueEnd|lexicon.PhraseStart) != 0 {
		return false
	}
	return s.commonNoun(i) || endsIn(w, learned) || endsIn(w, terms) || lexicon.DrugLike(w) || nearWord(w, lexicon.Role|lexicon.Subject|lexicon.Relation, len(w) >= 6)
}

// terms are endings of learned words that no name has.
var terms = []string{"ology", "ologies", "ics", "tics", "tic", "therapy", "scope", "scopes", "ment", "ness", "ation", "ations", "ious", "aceous", "ptic", "uria", "aemic", "genic", "lytic"}
