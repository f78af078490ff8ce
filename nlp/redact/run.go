package redact

import "psims/nlp/lexicon"

// mode is what announced a name: it decides which words pass for one.
type mode uint8

const (
	byTitle    mode = iota // Dr, Mrs: nearly any word, in small letters too
	byNaming               // "name is": the same
	byRelation             // wife, "spoke to": any word with its capital that is nothing else
	byRole                 // nurse, consultant: the same
	byCue                  // "seen by": a listed name with its capital
)

// particles stand between or before the parts of surnames.
var particles = set("van von de der den del della da dos das di du la le dela el al bin binte bint ibn abu ap ter ten mac mc o st te")

// nameAt takes the name that begins at token i, announced as mode says, and gives
// the token after it, or i when nothing there passes for a name.
func (s *scan) nameAt(i int, m mode) int {
	j := i
	// A second title belongs to the announcement: "Prof. Sir", "Dr Mrs".
	for m == byTitle && j+1 < len(s.toks) && s.toks[j].class.Has(lexicon.Title) && s.toks[j+1].gap <= gapSpace {
		j++
	}
	start := j
	first := s.skipInitials(j, m)
	particled := false
	if p := s.skipParticles(first); p > first && p < len(s.toks) && (s.passes(p, m) || s.toks[p].shape == title && m != byCue && s.capital(p) && !functionWords[s.foldOf(p)]) {
		first, particled = p, true
	}
	// An initial before it makes "bell" or "green" a surname after a cue too.
	after := first > start && s.toks[first].class.Has(lexicon.Surname) && (!functionWords[s.foldOf(first)] || (m == byTitle || s.toks[first].shape == title) && s.toks[first].end-s.toks[first].start > 2)
	if first >= len(s.toks) || first > start && !nameGap(s.toks[first].gap) || !after && !particled && !s.passes(first, m) || s.toks[first].taken {
		return s.initialsAlone(start, m, i)
	}
	return s.addName(start, s.extend(first, m), true)
}

// skipInitials passes over initials before a name: "J. K. Rowe", "JS Rowe". After
// a title a small letter without a full stop is one too ("dr m hall"), and so are
// A and I.
func (s *scan) skipInitials(j int, m mode) int {
	for n := 0; j+1 < len(s.toks) && n < 3; n++ {
		t, next := &s.toks[j], &s.toks[j+1]
		dotted := next.gap == gapDot || next.gap == gapDotSp
		one := t.end-t.start == 1 && (t.shape == initial || t.shape == lower)
		pair := t.shape == upper && t.end-t.start == 2 && !s.allCaps && next.shape == title
		switch {
		case one && dotted, pair && (next.gap == gapDot || next.gap == gapSpace && !t.class.Has(lexicon.Abbreviation)):
		case one && next.gap == gapHyphen && t.shape == initial:
		case one && next.gap == gapSpace && m == byTitle && (s.passes(j+1, m) || next.class.Has(lexicon.Surname) && !functionWords[s.foldOf(j+1)]):
		case one && next.gap == gapSpace && t.shape == initial && (!s.article(j) || m == byTitle && particles[s.foldOf(j+1)]):
		default:
			return j
		}
		j++
	}
	return j
}

// skipParticles passes over "van der" and its like before a name.
func (s *scan) skipParticles(j int) int {
	for j+1 < len(s.toks) && particles[s.foldOf(j)] && (s.toks[j+1].gap == gapSpace || s.toks[j+1].gap == gapHyphen || s.toks[j+1].gap == gapApos) {
		j++
	}
	return j
}

// initialsAlone takes "Mr X" and "Dr A.B." where no word of a name follows.
func (s *scan) initialsAlone(start int, m mode, none int) int {
	if m != byTitle || start >= len(s.toks) || s.allCaps {
		return none
	}
	end := start
	for end < len(s.toks) && end-start < 3 && s.toks[end].shape == initial && !s.article(end) && (end == start || s.toks[end].gap <= gapSpace || s.toks[end].gap == gapDot) {
		end++
	}
	if end == start && s.toks[start].shape == upper && s.toks[start].end-s.toks[start].start == 2 && s.toks[start].class == 0 {
		end++
	}
	if end == start {
		return none
	}
	return s.addName(start, end, false)
}

// article reports whether the capital letter at token i is rather the word A or I.
func (s *scan) article(i int) bool {
	return oneOf(s.text[s.toks[i].start], "AI") && s.nextGap(i) == gapSpace
}

// initialsAt takes the initials of a patient: "pt A. D", "initials SB".
func (s *scan) initialsAt(i int, called bool) int {
	if i+2 < len(s.toks) && s.dottedDOB(i+2) {
		return i
	}
	end := i
	for end < len(s.toks) && end-i < 3 && (s.toks[end].shape == initial || called && s.toks[end].end-s.toks[end].start == 1) && (end == i || s.toks[end].gap == gapDot || s.toks[end].gap == gapDotSp || called && s.toks[end].gap == gapSpace) {
		end++
	}
	pair := end == i && i < len(s.toks) && s.toks[i].shape == upper && !s.allCaps
	switch {
	case pair && called && s.toks[i].end-s.toks[i].start <= 3:
		return s.addName(i, i+1, false)
	case pair && s.toks[i].end-s.toks[i].start == 2 && (s.toks[i].gap <= gapSpace || s.toks[i].gap == gapDotSp) && s.closes(i) &&
		(!s.toks[i].class.Has(lexicon.Abbreviation) && s.toks[i].gap == gapSpace || i > 1 && s.foldOf(i-2) == "re" || s.nextGap(i) == gapComma && (s.nextKey(i+1) == keyPlace)):
		return s.addName(i, i+1, false) // Re pt MB.
	}
	if end-i < 2 && !(called && end > i) || s.toks[i].gap != gapSpace && s.toks[i].gap != gapColon && s.toks[i].gap != gapDotSp {
		return i
	}
	return s.addName(i, end, false)
}

// strangersAt takes a given name and a surname after "patient" and its like, in
// small letters or a text of capitals, where each is listed or on no list at all.
func (s *scan) strangersAt(i int) int {
	if i+1 >= len(s.toks) {
		return i
	}
	for j := i; j < i+2; j++ {
		t := &s.toks[j]
		c := t.class
		if t.gap != gapSpace || t.shape > upper || t.shape == mixed || s.capital(j) || functionWords[s.foldOf(j)] {
			return i
		}
		listed := c.Has(lexicon.Given) && j == i || c.Has(lexicon.Surname) && j > i || c.FirmGiven() || c.FirmSurname()
		if c.Has(lexicon.Says|lexicon.Auxiliary|lexicon.Drug|lexicon.Device|lexicon.Title|lexicon.Subject|lexicon.Relation) || c.Has(lexicon.Head) && (!c.Has(lexicon.Surname) || buildings[s.foldOf(j)]) {
			return i
		}
		if !s.stranger(j) && !(listed && (c.FirmGiven() || c.FirmSurname() || s.nounLike(j))) {
			return i
		}
	}
	return s.addName(i, i+2, true)
}

// nameGap says what may stand between the words of a name.
func nameGap(g gap) bool {
	return g <= gapHyphen || g == gapDot || g == gapDotSp || g == gapApos
}

// extend gives the token after the name whose first word is token i.
func (s *scan) extend(i int, m mode) int {
	given := s.toks[i].class.Has(lexicon.Given)
	end := i + 1
	for end < len(s.toks) && end-i < 5 {
		t := &s.toks[end]
		switch {
		case t.gap == gapHyphen && t.shape <= initial && s.hyphenated(end):
			end++
			continue
		case t.gap == gapComma && end == i+1 && s.toks[i].shape == upper && !s.allCaps && t.shape == title && s.part(end) >= partGiven:
			end++ // concerning ROE, Jane
			continue
		case m == byNaming && t.gap == gapComma && t.class.Has(lexicon.Given) && !given && !functionWords[s.foldOf(end)]:
			end++ // name: roe, jane
			continue
		case t.gap != gapSpace || s.toks[end-1].poss:
			return end
		}
		k := s.skipParticles(end)
		if k < len(s.toks) && (s.continues(k, i, given, m) || k > end && s.afterParticles(k, i)) {
			end = k + 1
			continue
		}
		if t.end-t.start == 1 && end+1 < len(s.toks) && s.toks[end+1].gap == gapSpace && (t.shape == initial || m == byNaming) && s.continues(end+1, i, given, m) {
			end += 2 // John Q Rowe
			continue
		}
		if t.shape == initial && !given && m != byCue && !s.article(end) && end+1 < len(s.toks) && s.toks[end+1].gap == gapSpace && s.toks[end+1].shape == lower && !s.nounFollows(end+1) {
			end++ // Roe H at eight
			continue
		}
		if t.shape == initial && given && !oneOf(s.text[t.start], "AI") && s.initialEnds(end) {
			end++
			continue
		}
		return end
	}
	return end
}

// afterParticles reports whether token k, behind "van der" and its like, ends the
// surname of the name that begins at token i: any word will do that is written alike.
func (s *scan) afterParticles(k, i int) bool {
	t := &s.toks[k]
	return t.shape <= upper && t.shape != mixed && (t.shape == s.toks[i].shape || t.shape == title) && !functionWords[s.foldOf(k)] && !t.class.Has(lexicon.Says|lexicon.Auxiliary) && (t.shape != lower || s.toks[k-1].shape == lower && sureParticles[s.foldOf(k-1)])
}

// sureParticles are words in no other language that reports hold.
var sureParticles = set("der den von bin ibn bint ter")

// hyphenated reports whether token i, behind a hyphen, is part of a name.
func (s *scan) hyphenated(i int) bool {
	t := &s.toks[i]
	if s.part(i) >= partGiven || t.class.Has(lexicon.Name) {
		return true
	}
	return t.shape == title && !t.class.Has(lexicon.Thing)
}

// initialEnds reports whether the initial at token i closes a name rather than
// beginning another word's name: "Sarah B." but not "Sarah B Smith".
func (s *scan) initialEnds(i int) bool {
	return i+1 >= len(s.toks) || s.toks[i+1].gap != gapSpace || s.toks[i+1].shape != title || s.toks[i+1].class.Has(lexicon.Name)
}

// continues reports whether token k goes on the name that begins at token i.
func (s *scan) continues(k, i int, given bool, m mode) bool {
	t := &s.toks[k]
	c := t.class
	if s.toks[k].gap != gapSpace && s.toks[k].gap != gapHyphen && s.toks[k].gap != gapApos || s.toks[k].taken {
		return false
	}
	switch s.part(k) {
	case partGiven, partSurname:
		return s.toks[i].shape != lower || t.shape == lower
	case partAmbiguous:
		if c.Has(lexicon.Says | lexicon.Auxiliary) {
			return false
		}
		if c.Has(lexicon.Head) && m == byTitle && t.shape == title && c.Has(lexicon.Surname) {
			return true // Dr James Hall
		}
		if c.Has(lexicon.Head) {
			return c.Has(lexicon.Surname) && given && (!s.toks[i].class.Has(lexicon.Surname) || !buildings[s.foldOf(k)] && s.personNext(k)) && !(buildings[s.foldOf(k)] && s.wardName(i))
		}
		return !c.Has(lexicon.Device|lexicon.Abbreviation) || given && t.shape == title && !s.headNext(k)
	case partNone:
		if m == byTitle && given && t.shape == title && !s.heavy && c.Has(lexicon.Word|lexicon.Role) && !c.Has(lexicon.Says|lexicon.Auxiliary|lexicon.Drug|lexicon.Device|lexicon.Clinical) && !(k+1 < len(s.toks) && s.toks[k+1].shape == digits) {
			return true // Mr James Oak
		}
	case partUnknown:
		return given || m != byCue && s.toks[i].class.Has(lexicon.Surname) || s.toks[i].class&^(lexicon.CueEnd|lexicon.PhraseStart) == 0
	}
	if given && t.shape == title && !s.heavy && c.Has(lexicon.Word) && !c.Has(lexicon.Head) && k+1 < len(s.toks) && s.toks[k+1].gap == gapHyphen && s.part(k+1) >= partGiven {
		return true // Diane Fair-Carthy
	}
	return given && s.lowerSurname(k, i)
}

// lowerSurname reports whether token k, in small letters or a text of capitals,
// is the surname of the given name at token i.
func (s *scan) lowerSurname(k, i int) bool {
	t := &s.toks[k]
	c := t.class
	if !s.toks[i].class.FirmGiven() || t.shape != s.toks[i].shape || t.shape != lower && !s.allCaps && !s.heavy || t.shape > upper {
		return false
	}
	w := s.foldOf(k)
	if len(w) < 3 || functionWords[w] || c.Has(lexicon.Says|lexicon.Auxiliary|lexicon.Role|lexicon.Subject|lexicon.Relation|lexicon.Title) {
		return false
	}
	if c.Has(lexicon.Head) && (buildings[w] || !s.verbNext(k)) {
		return false // julie hall had, not: julie hall floor
	}
	if c.Has(lexicon.Surname) && !c.Has(lexicon.Drug|lexicon.Device|lexicon.Abbreviation) {
		return s.nounLike(k) || s.closes(k)
	}
	return s.unknown(k) && len(w) >= 4 && s.nounLike(k)
}

// wardName reports whether the given name at token i stands where a place does,
// so that "Ward" after it is no surname: "on Elizabeth Ward".
func (s *scan) wardName(i int) bool { return i > 0 && placePrepositions[s.foldOf(i-1)] }

var placePrepositions = set("to from on onto in into at the of off via near outside our around")
