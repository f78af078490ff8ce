package redact

import (
	"slices"
	"strings"

	"psims/nlp/lexicon"
)

// part is what a token may be in a name.
type part uint8

const (
	partNone      part = iota
	partInitial        // J
	partGiven          // a given name and nothing else
	partSurname        // a surname and nothing else
	partAmbiguous      // a listed name that is also something else, with its capital
	partUnknown        // a word on no list, with its capital
)

// part judges token i by the lists and its capital.
func (s *scan) part(i int) part {
	t := &s.toks[i]
	switch t.shape {
	case placeholder, digits, alnum:
		return partNone
	case initial:
		return partInitial
	}
	c := t.class
	if c.Has(lexicon.Title | lexicon.Role | lexicon.Subject | lexicon.Relation) {
		return partNone
	}
	switch {
	case c.FirmGiven():
		return partGiven
	case c.FirmSurname(), s.macName(i):
		return partSurname
	case !s.capital(i):
		return partNone
	case c.Has(lexicon.Name) && !c.Has(lexicon.Drug):
		return partAmbiguous
	case t.shape != upper && s.unknown(i):
		return partUnknown
	}
	return partNone
}

// unknown reports whether token i is a word of three or more letters on no list
// that looks neither like a medicine nor like a verb.
func (s *scan) unknown(i int) bool {
	t := &s.toks[i]
	if t.class&^(lexicon.CueEnd|lexicon.PhraseStart) != 0 || t.key != keyNone || t.slip != keyNone && (t.shape == mixed || t.shape == upper) || t.end-t.start < 3 || t.shape == alnum {
		return false
	}
	w := s.foldOf(i)
	return len(w) <= 20 && !lexicon.DrugLike(w) && !inflected(w) && !functionWords[w]
}

// inflected reports whether w ends as verbs, adverbs and learned nouns do, so that
// it is rather a misspelling or a term than a name.
func inflected(w string) bool { return endsIn(w, learned) || endsIn(w, plain) }

// learned endings belong to terms, with a capital or without; plain ones are met
// in names too.
var (
	learned = []string{"ed", "ing", "tion", "sion", "ology", "ologist", "itis", "osis", "aemia", "emia", "ectomy", "otomy", "ostomy", "oscopy", "ical", "ising", "graphy", "graph", "pathy", "plasty", "metry", "logical", "staff"}
	plain   = []string{"ly", "ment", "ness", "ous", "able", "ible", "ised", "ise", "ity", "ency", "gram", "meter", "ally", "less", "ful", "ward", "wards"}
)

func endsIn(w string, ends []string) bool {
	return slices.ContainsFunc(ends, func(end string) bool { return len(w) >= len(end)+3 && strings.HasSuffix(w, end) })
}

// macName reports whether token i is a name by its form: McDonald, O'Neill,
// mcdonald.
func (s *scan) macName(i int) bool {
	t := &s.toks[i]
	if t.end-t.start < 6 || t.class.Has(lexicon.Thing|lexicon.Word) {
		return false
	}
	w := s.word(i)
	if t.shape == mixed && (strings.HasPrefix(w, "Mac") && byteClass[w[3]] == isUpper || strings.HasPrefix(w, "Fitz") && byteClass[w[4]] == isUpper) {
		return true
	}
	f := s.foldOf(i)
	return strings.HasPrefix(f, "mc") && len(f) >= 6 || len(f) >= 5 && apostropheAt(w[1:]) > 0 && (f[0] == 'o' || f[0] == 'd')
}

// functionWords are never names in small letters, though some are on the lists.
var functionWords = set(`a an and are as at be been being but by can could did do does for from had has have he her hers him his how i if in is it
its may me might must my no nor not now of off on once one or our out over own shall she should since so some such than that the their them then
there these they this those through to too under until up us very via was we were what when where whether which while who whom whose why will with
would yet you your also just still only even ever never here per am re again after before about above all any both each few more most other same
call case hand head back last like need needs see say says said way day days week home post note notes part pain place list night long short high
low time times ward bed team duty led left right care calls asked told went came got get give given gave take taken took let put new old well good
bad first second next ok due ill sick free full late early today yesterday tomorrow tonight none nil unknown unaware unavailable aware available
present absent both either neither someone anyone everyone nobody staff scan scans dose doses shift round rounds name names
redacted withheld anonymous anonymised gold silver bronze senior seniors junior security management page`)

// buildings are places that are never meant for the nurse before them.
var buildings = set("ward wards house home homes bay court lodge unit clinic centre center hospital theatre surgery suite practice school station bed chair")

// passes reports whether token i passes for the first word of a name that mode announced.
func (s *scan) passes(i int, m mode) bool {
	t := &s.toks[i]
	c := t.class
	switch {
	case t.shape >= initial, c.Has(lexicon.Title|lexicon.Role|lexicon.Subject|lexicon.Relation) && !(m == byTitle && c.Has(lexicon.Surname)):
		return false
	case c.FirmGiven() || c.FirmSurname() || s.macName(i):
		return true
	case s.capital(i) && c.Has(lexicon.Name):
		return s.listedPasses(i, m)
	case s.capital(i):
		return s.unlistedPasses(i, m)
	}
	return s.smallPasses(i, m)
}

// listedPasses judges a name with its capital that is also something else.
func (s *scan) listedPasses(i int, m mode) bool {
	t := &s.toks[i]
	c := t.class
	w := s.foldOf(i)
	strong := m == byTitle || m == byNaming
	if functionWords[w] {
		surname := t.shape == title && c.Has(lexicon.Surname) && !c.Has(lexicon.Auxiliary) && len(w) > 2 && !s.heavy && w != "and" && w != "the"
		return surname && (strong || m == byRole && s.verbNext(i)) // Dr Long, consultant Day was
	}
	switch {
	case strong:
		return true
	case t.shape == upper, c.Has(lexicon.Drug | lexicon.Says | lexicon.Auxiliary), s.labels(i):
		return false
	case c.Has(lexicon.Device):
		return m == byRole && !s.headNext(i) // Nurse Foley, not: nurse, Foley catheter
	case c.Has(lexicon.Head):
		// Sister Lane, handover from Hall
		return (m == byRole || m == byRelation && (s.personNext(i) || s.closes(i))) && !c.Has(lexicon.FindingHead) && !buildings[w]
	}
	return true
}

// unlistedPasses judges a word with its capital that is on no list of names.
func (s *scan) unlistedPasses(i int, m mode) bool {
	t := &s.toks[i]
	c := t.class
	w := s.foldOf(i)
	strong := m == byTitle || m == byNaming
	switch {
	case functionWords[w], c.Has(lexicon.Drug | lexicon.Device | lexicon.Abbreviation | lexicon.Clinical), lexicon.DrugLike(w):
		return false
	case c.Has(lexicon.Eponym | lexicon.Place):
		return strong && t.shape == title
	case c.Has(lexicon.Word):
		if m == byTitle && c.Has(lexicon.Head) && !c.Has(lexicon.Says|lexicon.Auxiliary) {
			return t.shape == title && s.cased && (s.personNext(i) || s.closes(i) || t.poss) // Mr Block went
		}
		return strong && t.shape == title && !inflected(w) && !c.Has(lexicon.Head|lexicon.Says|lexicon.Auxiliary) && t.key == keyNone
	case c&^(lexicon.CueEnd|lexicon.PhraseStart|lexicon.State) != 0, t.shape == alnum, len(w) < 2:
		return false
	case strong:
		return t.shape != upper || len(w) > 3
	}
	return m != byCue && t.shape != upper && len(w) > 2 && t.key == keyNone && !endsIn(w, learned) && !nearWord(w, lexicon.Role|lexicon.Subject|lexicon.Relation, len(w) >= 6)
}

// smallPasses judges a word whose case says nothing.
func (s *scan) smallPasses(i int, m mode) bool {
	t := &s.toks[i]
	c := t.class
	w := s.foldOf(i)
	switch {
	case functionWords[w], c.Has(lexicon.Says | lexicon.Auxiliary), c.Has(lexicon.Head) && !c.Has(lexicon.Surname), buildings[w]:
		return false
	case m == byTitle && c.Has(lexicon.Surname) && !c.Has(lexicon.Abbreviation|lexicon.Drug):
		return true // mr cook
	case c.Has(lexicon.Name):
		announced := m == byTitle || m == byNaming || m == byRole && c.Has(lexicon.Surname) && (s.personNext(i) || s.closes(i) && s.tagIs(i, "NN")) ||
			m == byRelation && (c.Has(lexicon.Given) && !s.nounFollows(i+1) || c.Has(lexicon.Surname) && s.closes(i))
		return announced && !c.Has(lexicon.Abbreviation|lexicon.Drug|lexicon.Device) && (s.nextGap(i) == gapHyphen || s.nounLike(i) || m != byNaming && c.Has(lexicon.Surname) && s.closes(i))
	}
	switch m {
	case byTitle:
		return t.shape != mixed && s.unknown(i) && s.nounLike(i)
	case byNaming:
		return s.stranger(i) && s.nounLike(i)
	case byRole:
		return s.stranger(i) && s.nounLike(i) && s.verbNext(i)
	case byRelation:
		return s.stranger(i) && s.nounLike(i) && !s.nounFollows(i+1)
	}
	return false
}

// stranger reports whether token i, whose case says nothing, is on no list and
// like no word that is.
func (s *scan) stranger(i int) bool {
	t := &s.toks[i]
	return (t.shape == lower || t.shape == upper && s.allCaps || t.shape == title && s.heavy) && t.end-t.start >= 4 && s.unknown(i) && !nearWord(s.foldOf(i), anyWord, true)
}

// verbNext reports whether a verb follows token i.
func (s *scan) verbNext(i int) bool {
	if i+1 >= len(s.toks) || s.toks[i+1].gap != gapSpace {
		return false
	}
	return s.toks[i+1].class.Has(lexicon.Says|lexicon.Auxiliary) || strings.HasPrefix(s.tag(i+1), "VB")
}

// closes reports whether a full stop, a comma or the end follows token i.
func (s *scan) closes(i int) bool {
	g := s.nextGap(i)
	return g == gapDotSp || g == gapOther || g == gapComma || g == gapClose || g == gapLine || g == gapDot
}

// personNext reports whether a verb or a word that is said of persons follows token i.
func (s *scan) personNext(i int) bool {
	return s.verbNext(i) || i+1 < len(s.toks) && s.toks[i+1].gap == gapSpace && s.toks[i+1].class.Has(lexicon.State)
}

// headNext reports whether a noun follows token i before which a name is a label.
func (s *scan) headNext(i int) bool {
	return i+1 < len(s.toks) && s.toks[i+1].gap == gapSpace && s.toks[i+1].class.Has(lexicon.Head)
}

// labels reports whether a word that is both name and English, seen after a
// role or cue, rather qualifies the noun after it: "seen by Day team".
func (s *scan) labels(i int) bool {
	if !s.toks[i].class.Has(lexicon.Word) || s.nextGap(i) != gapSpace {
		return false
	}
	next := &s.toks[i+1]
	if next.class.Has(lexicon.State | lexicon.Says | lexicon.Auxiliary) {
		return false
	}
	if next.shape == title && !next.class.Has(lexicon.Name) {
		return true
	}
	tag := s.tag(i + 1)
	return next.shape == lower && (strings.HasPrefix(tag, "NN") || tag == "JJ")
}

// nounLike reports whether the tagger takes token i for a noun or an adjective;
// without a tagger any word is.
func (s *scan) nounLike(i int) bool {
	tag := s.tag(i)
	return tag == "" || strings.HasPrefix(tag, "NN") || tag == "JJ" || tag == "FW"
}
