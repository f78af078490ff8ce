package redact

import (
	"strings"

	"psims/nlp/lexicon"
)

// runAround takes the name around token i, which is a name by the lists, and
// gives the token after it, or i when it labels a thing or a place.
func (s *scan) runAround(i int) int {
	start := s.extendLeft(i)
	end := s.extend(i, byCue)
	if end-start == 1 && s.weak(i) {
		return i
	}
	if s.labelsThing(start, i, end) || s.royal(start) {
		// Pass over the whole, lest its second half be judged alone.
		return end
	}
	if end == i+1 && end < len(s.toks) && s.toks[i].class.FirmSurname() && s.toks[end].gap == gapComma && s.toks[end].shape == initial && s.nextGap(end) != gapSpace && s.nextGap(end) != gapSlash {
		end++ // "Smith, J."
	}
	if end == i+1 && s.invertedAt(i) > i {
		end++ // "SMITH, Jasper"
	}
	return s.addName(start, end, end-start > 1)
}

// weak reports whether a single listed name lacks what it needs alone: a short
// word in capitals is rather an abbreviation, and a surname in small letters
// rather a misspelling unless it is long.
func (s *scan) weak(i int) bool {
	t := &s.toks[i]
	n := t.end - t.start
	switch {
	case t.shape == upper && !s.allCaps:
		return n <= 4
	case t.class.FirmGiven():
		return n < 3 || (t.shape == lower || s.allCaps) && s.slip(i) && !(s.supported(i) && !s.auxiliaryBefore(i))
	case s.macName(i):
		return false
	case t.shape == lower || s.allCaps || s.heavy:
		return !s.supported(i)
	}
	return n < 3 || i > 0 && t.gap == gapSpace && !t.poss && unlikely[s.foldOf(i-1)]
}

// slip reports whether the given name at token i, in small letters, is rather a
// misspelt word: a short one, or one whose letters stand the wrong way round, or
// in a text that has capitals elsewhere one that is close to a word.
func (s *scan) slip(i int) bool {
	w := s.foldOf(i)
	return s.auxiliaryBefore(i) && len(w) <= 4 || len(w) == 3 || swapped(w) || s.cased && (len(w) == 4 || nearWord(w, lexicon.Word|lexicon.Clinical, false))
}

// auxiliaryBefore reports whether "has" or its like stands before token i: "has ben told".
func (s *scan) auxiliaryBefore(i int) bool {
	return i > 0 && s.toks[i].gap == gapSpace && s.toks[i-1].class.Has(lexicon.Auxiliary)
}

// unlikely are words before which a surname alone is a place, a maker or a thing.
var unlikely = set("the a an in at near around outside this that these those via")

// supported reports whether a person's post or title before token i, or a verb
// that only a person does after it, speaks for a name.
func (s *scan) supported(i int) bool {
	if s.saysNext(i) || s.presentNext(i) || s.stateNext(i) || s.allCaps && i+1 < len(s.toks) && s.toks[i+1].gap == gapSpace && s.toks[i+1].class.Has(lexicon.Says) {
		return true
	}
	if i == 0 || s.toks[i].gap != gapSpace {
		return false
	}
	prev := &s.toks[i-1]
	return prev.class.Has(lexicon.Role|lexicon.Relation|lexicon.Subject|lexicon.Title) || prev.shape == initial || supporters[s.foldOf(i-1)]
}

var supporters = set("by with informed told asked contacted and")

// extendLeft gives the first token of the name around token i.
func (s *scan) extendLeft(i int) int {
	start := i
	for start > 0 && i-start < 4 && !s.toks[start-1].taken && !s.toks[start-1].poss {
		p := &s.toks[start-1]
		g := s.toks[start].gap
		switch kind := s.part(start - 1); {
		case kind == partInitial && p.gap == gapSlash:
			return start // S/N
		case kind == partInitial && (g == gapDot || g == gapDotSp || g == gapSpace && (!oneOf(s.text[p.start], "AI") || s.toks[start].class.FirmSurname() && !s.allCaps && !s.headNext(i))):
		case p.end-p.start == 1 && p.shape == lower && start == i && s.toks[i].shape == lower && (g == gapSpace && !oneOf(s.text[p.start], "ai") || g == gapDotSp || g == gapDot) && s.toks[i].class.FirmSurname():
			// "e kaur"
		case g == gapHyphen && start == i && particles[s.foldOf(start-1)]: // El-Sayed
		case (kind == partGiven || kind == partSurname) && (g == gapSpace || g == gapHyphen):
		case kind == partAmbiguous && (g == gapSpace || g == gapHyphen) && !p.class.Has(lexicon.Head|lexicon.Says|lexicon.Auxiliary|lexicon.Thing&^lexicon.Place) && (p.class.Has(lexicon.Given) || !p.class.Has(lexicon.Place)) && !functionWords[s.foldOf(start-1)]:
		case kind == partUnknown && (g == gapHyphen || g == gapSpace && s.toks[i].class.Has(lexicon.Surname) && !s.toks[i].class.FirmGiven()):
		case g == gapSpace && start == i && s.toks[i].class.FirmSurname() && p.class.Has(lexicon.Given) && p.shape == s.toks[i].shape && !p.class.Has(lexicon.Says|lexicon.Auxiliary|lexicon.Head|lexicon.Title|lexicon.Role|lexicon.Subject|lexicon.Relation) && !functionWords[s.foldOf(start-1)]:
			// "poppy petrov"
		case g == gapSpace && s.toks[start].class.Has(lexicon.Surname) && s.isParticle(start-1):
		case g == gapComma && start == i && s.inverted(start-1):
		default:
			return start
		}
		start--
	}
	return start
}

// isParticle reports whether token i is a particle that is nothing else, or has its capital.
func (s *scan) isParticle(i int) bool {
	w := s.foldOf(i)
	return particles[w] && w != "st" && (s.capital(i) || w == "der" || w == "den" || w == "bin" || w == "ibn" || w == "von")
}

// inverted reports whether token i is the surname of "SMITH, John".
func (s *scan) inverted(i int) bool {
	t := &s.toks[i]
	c := t.class
	if c.Has(lexicon.Thing | lexicon.Title | lexicon.Role | lexicon.Subject | lexicon.Relation) {
		return false
	}
	if t.shape == upper && c.Has(lexicon.Name) || s.unknown(i) {
		return t.shape == upper || s.sentenceStart(i) || t.gap == gapColon || t.gap == gapOpen
	}
	return c.Has(lexicon.Surname) && !c.Has(lexicon.Head) && s.capital(i) && (s.sentenceStart(i) || t.gap == gapColon || t.gap == gapOpen)
}

// labelsThing reports whether the name from start to end, around token i, is the
// label of what follows: a disease, a device, a ward.
func (s *scan) labelsThing(start, i, end int) bool {
	if end >= len(s.toks) {
		return false
	}
	if s.toks[start].gap == gapSpace && start > 0 && articles[s.foldOf(start-1)] && !s.toks[end-1].poss && s.nounFollows(end) || s.placeAhead(end) {
		return true // the Fletcher pump; Logan Regional Medical Centre
	}
	h := &s.toks[end]
	if h.gap == gapHyphen && h.class.Has(lexicon.Thing) && s.headNext(end) {
		return true // Swann-Ganz catheter
	}
	if h.gap != gapSpace && h.gap != gapHyphen || !h.class.Has(lexicon.Head) {
		return false
	}
	numbered := end+1 < len(s.toks) && s.toks[end+1].gap == gapSpace && (s.toks[end+1].shape == digits || s.toks[end+1].shape == alnum)
	if h.class.Has(lexicon.PlaceHead) {
		// "John Smith ward 5" is a person on ward 5.
		return !numbered && (h.shape == title || h.shape == s.toks[i].shape || end-start == 1)
	}
	// Findings and things are named after surnames. A given name beside a thing is
	// a person's ("Sarah bed 4"), beside a finding only if it is no surname too.
	c := s.toks[i].class
	return end-start == 1 && (!c.Has(lexicon.Given) || c.Has(lexicon.Surname) && h.class.Has(lexicon.FindingHead))
}

var articles = set("the a an")

// placeAhead reports whether capitalised words that end in a noun for a place follow from token i.
func (s *scan) placeAhead(i int) bool {
	if s.heavy || s.allCaps {
		return false
	}
	for j := i; j < len(s.toks) && j < i+3 && s.toks[j].gap == gapSpace && s.toks[j].shape == title; j++ {
		if j > i && s.toks[j].class.Has(lexicon.PlaceHead) {
			return true
		}
	}
	return false
}

// royal reports whether a saint's or a royal title before token i makes it a place's name.
func (s *scan) royal(i int) bool {
	return i > 0 && (s.toks[i].gap == gapSpace || s.toks[i].gap == gapDotSp || s.toks[i].gap == gapDot) && royalTitles[s.foldOf(i-1)]
}

var royalTitles = set("st saint queen king prince princess royal lady duke duchess our")

// initialed takes an initial with a surname that the lists don't firmly know:
// "J. Frobisher", "P Gray". A small letter or the article's letters need a word
// that is said of persons behind.
func (s *scan) initialed(i int) int {
	t := &s.toks[i]
	if s.heavy || s.allCaps || t.gap == gapSlash || t.gap == gapHyphen || i+1 >= len(s.toks) {
		return i
	}
	dotted := s.toks[i+1].gap == gapDot || s.toks[i+1].gap == gapDotSp
	if !dotted && s.toks[i+1].gap != gapSpace || i > 0 && t.gap == gapSpace && lettered[s.foldOf(i-1)] {
		return i
	}
	article := !dotted && oneOf(s.text[t.start], "AI")
	j := i + 1
	if !article {
		if j = s.skipInitials(i, byCue); j == i {
			return i
		}
	}
	k := s.skipParticles(j)
	if k == j && !s.surnameAfterInitial(j, dotted, article) || k > j && !s.afterParticles(k, i) || s.headNext(k) || s.toks[k].taken {
		return i
	}
	return s.addName(i, s.extend(k, byCue), true)
}

// surnameAfterInitial judges the word behind an initial.
func (s *scan) surnameAfterInitial(j int, dotted, article bool) bool {
	t := &s.toks[j]
	c := t.class
	const never = lexicon.FindingHead | lexicon.Drug | lexicon.Abbreviation | lexicon.Clinical | lexicon.Says | lexicon.Auxiliary | lexicon.Role |
		lexicon.Subject | lexicon.Relation | lexicon.Title
	if t.shape >= upper || functionWords[s.foldOf(j)] {
		return false
	}
	doubtful := article || t.shape == lower || c.Has(lexicon.PlaceHead)
	switch k := s.part(j); {
	case k == partUnknown && !misspelt(s.foldOf(j)), k == partGiven && !article, k == partSurname:
	case (k == partAmbiguous || dotted) && c.Has(lexicon.Surname) && !c.Has(never):
	default:
		return false
	}
	return !doubtful || s.personNext(j)
}

// lettered are words that a single letter follows without being an initial.
var lettered = set(`vitamin vitamins hepatitis hep plan group type grade strep streptococcus ward wards bay theatre category option factor section
influenza zone side point table figure appendix part floor level block unit bed room code class stage band the a an per schedule list step team line
port phase gate lead cell cells`)

// pairAt takes two or more capitalised words of which at least one is on no list
// and none is anything else: a name whose parts no list knows.
func (s *scan) pairAt(i int) int {
	if s.heavy || s.allCaps {
		return i
	}
	end, unknown := i, 0
	for end < len(s.toks) && end-i < 6 && (end == i || s.toks[end].gap == gapSpace || s.toks[end].gap == gapHyphen) && !s.toks[end].taken {
		if p := s.skipParticles(end); p > end && p < len(s.toks) && end > i && s.part(p) >= partGiven {
			end = p // Rose van der Berg
		}
		t := &s.toks[end]
		k := s.part(end)
		if t.shape == upper || k != partUnknown && k != partAmbiguous && k != partGiven && k != partSurname || t.class.Has(lexicon.Thing|lexicon.Head|lexicon.Says|lexicon.Auxiliary) {
			break
		}
		if k == partUnknown {
			unknown++
		}
		end++
		if t.poss {
			break
		}
	}
	if end-i < 2 || unknown == 0 || s.nounFollows(end) {
		return i
	}
	for j := i; j < end; j++ {
		if s.part(j) == partUnknown && misspelt(s.foldOf(j)) {
			return i
		}
	}
	if i > 0 && (determiners[s.foldOf(i-1)] || s.toks[i].gap <= gapHyphen && s.toks[i-1].class.Has(lexicon.Thing) && s.toks[i-1].shape != lower) {
		return i // the rest of a maker's or a device's name
	}
	return s.addName(i, end, true)
}

// smallPairAt takes a given name and a surname whose case says nothing and that
// are words too, before a verb: "the notes of grace bell were".
func (s *scan) smallPairAt(i int) int {
	k := i + 1
	if k >= len(s.toks) || s.toks[k].gap != gapSpace || s.toks[i].shape != s.toks[k].shape || s.capital(i) {
		return i
	}
	g, f := s.toks[i].class, s.toks[k].class
	const other = lexicon.Thing | lexicon.Head | lexicon.Says | lexicon.Auxiliary | lexicon.Role | lexicon.Subject | lexicon.Relation | lexicon.Title
	if !g.Has(lexicon.Given) || !f.Has(lexicon.Surname) || (g | f).Has(other) || functionWords[s.foldOf(i)] || functionWords[s.foldOf(k)] || !s.verbNext(k) || !s.nounLike(k) {
		return i
	}
	return s.addName(i, k+1, true)
}

// nounFollows reports whether token i is a noun or number that what stands before
// it would qualify.
func (s *scan) nounFollows(i int) bool {
	if i >= len(s.toks) || s.toks[i].gap > gapHyphen || s.toks[i-1].poss {
		return false
	}
	t := &s.toks[i]
	if t.shape == digits || t.shape == alnum || t.class.Has(lexicon.Head) || t.shape >= title && t.shape <= upper {
		return true
	}
	return strings.HasPrefix(s.tag(i), "NN")
}

// invertedAt takes "FROBISHER, Jasper" where no list knows either word.
func (s *scan) invertedAt(i int) int {
	if s.heavy || s.allCaps || i+1 >= len(s.toks) || s.toks[i+1].gap != gapComma || s.toks[i].shape != upper || s.toks[i].end-s.toks[i].start < 3 {
		return i
	}
	next := &s.toks[i+1]
	if !s.inverted(i) || next.shape != title || s.part(i+1) < partGiven {
		return i
	}
	return s.addName(i, i+2, true)
}
