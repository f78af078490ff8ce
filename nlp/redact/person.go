package redact

import (
	"strings"

	"psims/nlp/lexicon"
)

// actsAsPerson reports whether token i, a name that is also something else or a
// word on no list, stands where only a person can.
func (s *scan) actsAsPerson(i int, p part) bool {
	t := &s.toks[i]
	c := t.class
	if t.poss && i+1 < len(s.toks) && s.toks[i+1].gap == gapSpace && s.toks[i+1].class.Has(lexicon.Relation) && s.stranger(i) {
		return true // frobisher's mother
	}
	if c.Has(lexicon.Surname) && t.shape == title && !s.heavy && s.presentNext(i) && !buildings[s.foldOf(i)] && !c.Has(lexicon.FindingHead|lexicon.Drug|lexicon.Device|lexicon.Abbreviation|lexicon.Clinical) {
		return true // Turner present at the time
	}
	if p == partNone || t.shape == upper || c.Has(lexicon.Drug|lexicon.Device|lexicon.Head|lexicon.Says|lexicon.Auxiliary|lexicon.Clinical) || functionWords[s.foldOf(i)] && !(s.saysNext(i) && c.Has(lexicon.Given)) {
		return false
	}
	plain := !c.Has(lexicon.Place | lexicon.Eponym | lexicon.Abbreviation)
	unknown := p == partUnknown && t.shape == title && !misspelt(s.foldOf(i))
	within := !s.sentenceStart(i) && i > 0
	next := i + 1
	switch {
	case next < len(s.toks) && t.poss && s.toks[next].gap == gapSpace && s.toks[next].class.Has(lexicon.Relation):
		return true // Rose's mother
	case next < len(s.toks) && s.toks[next].gap == gapOpen && s.toks[next].class.Has(lexicon.Role|lexicon.Title) && within:
		return true // Hill (SHO)
	case s.saysNext(i) && plain:
		// Grace said
		return unknown || p == partAmbiguous && (c.Has(lexicon.Given) || within) && s.tagIsName(i)
	case plain && c.Has(lexicon.Given) && s.presentNext(i):
		return true
	case s.stateNext(i) && (c.Has(lexicon.Given) && !c.Has(lexicon.Eponym|lexicon.Abbreviation) || unknown):
		return unknown || s.tagIsName(i) // June was very agitated
	case s.stateNext(i) && plain && c.Has(lexicon.Surname) && t.shape == title:
		return s.tagIsName(i) // Silva was on shift
	case unknown && s.presentNext(i):
		return true
	case within && plain && next < len(s.toks) && s.toks[next].class.Has(lexicon.Auxiliary) && s.toks[i-1].class.Has(lexicon.Says) && t.gap == gapSpace:
		// The patient said Rowe had: a medicine "was" rather.
		return (unknown && !beVerbs[s.foldOf(next)] || c.Has(lexicon.Surname)) && s.tagIsName(i)
	}
	return p == partAmbiguous && c.Has(lexicon.Given) && s.namedInPassing(i)
}

// presentNext reports whether "present", "aware", "informed", "in charge" or "to
// investigate" follows token i directly.
func (s *scan) presentNext(i int) bool {
	if i+1 >= len(s.toks) || s.toks[i].poss || s.toks[i+1].gap != gapSpace {
		return false
	}
	switch s.foldOf(i + 1) {
	case "present", "aware", "informed":
		return true
	case "in":
		return i+2 < len(s.toks) && s.foldOf(i+2) == "charge"
	case "to":
		return i+2 < len(s.toks) && s.foldOf(i+2) == "investigate"
	}
	return false
}

// stateNext reports whether "was" and a word that is said of persons only
// follow token i, with an adverb or two between.
func (s *scan) stateNext(i int) bool {
	if i+2 >= len(s.toks) || s.toks[i].poss || !s.toks[i+1].class.Has(lexicon.Auxiliary) || s.toks[i+1].gap != gapSpace {
		return false
	}
	for j := i + 2; j < len(s.toks) && j <= i+4 && s.toks[j].gap == gapSpace; j++ {
		if s.toks[j].class.Has(lexicon.State) || s.foldOf(j) == "on" && j+1 < len(s.toks) && workTimes[s.foldOf(j+1)] {
			return true
		}
		if !adverbs[s.foldOf(j)] {
			return false
		}
	}
	return false
}

var beVerbs = set("is was are were be been")

// workTimes follow "on" where somebody works or rests.
var workTimes = set("shift duty call break leave site nights days")

var adverbs = set("very quite extremely also then not being been more increasingly becoming getting found to be still so too really clearly visibly initially again now fully")

// saysNext reports whether a verb that only a person does follows token i.
func (s *scan) saysNext(i int) bool {
	if i+1 >= len(s.toks) || s.toks[i].poss {
		return false
	}
	next := &s.toks[i+1]
	return next.gap == gapSpace && next.shape == lower && next.class.Has(lexicon.Says)
}

// namedInPassing reports whether the tagger takes the given name at token i,
// within a sentence, for a proper noun where neither an article nor a capitalised
// neighbour explains its capital: "told by Grace that".
func (s *scan) namedInPassing(i int) bool {
	t := &s.toks[i]
	if s.gate.tagger == nil || s.sentenceStart(i) || i == 0 || t.gap != gapSpace || t.class.Has(lexicon.Place|lexicon.Abbreviation|lexicon.Eponym) {
		return false
	}
	prev := &s.toks[i-1]
	if prev.shape != lower || determiners[s.foldOf(i-1)] || prev.class.Has(lexicon.PlaceHead) {
		return false
	}
	if i+1 < len(s.toks) && s.toks[i+1].gap <= gapHyphen {
		next := &s.toks[i+1]
		if next.shape != lower || next.class.Has(lexicon.Head) {
			return false
		}
	}
	return s.tagIsName(i)
}

var determiners = set("the a an this these those his her its their our your my no any some each every per on onto same new old")

// tagIs reports whether the tagger gives token i a part of speech that begins so;
// without a tagger it does.
func (s *scan) tagIs(i int, prefix string) bool {
	return s.gate.tagger == nil || strings.HasPrefix(s.tag(i), prefix)
}

// tagIsName reports whether the tagger takes token i for a proper noun.
func (s *scan) tagIsName(i int) bool { return strings.HasPrefix(s.tag(i), "NNP") }

// tagReach is how many tokens on either side the tagger sees.
const tagReach = 6

// tag gives the part of speech of token i, or "" without a tagger.
func (s *scan) tag(i int) string {
	if s.gate.tagger == nil {
		return ""
	}
	from, to := i, i
	for from > 0 && i-from < tagReach && s.toks[from].gap != gapOther && s.toks[from].gap != gapDotSp {
		from--
	}
	for to+1 < len(s.toks) && to-i < tagReach && s.toks[to+1].gap != gapOther && s.toks[to+1].gap != gapDotSp {
		to++
	}
	base := int(s.toks[from].start)
	at := int(s.toks[i].start) - base
	window := s.text[base:s.toks[to].end]
	if s.allCaps {
		// The tagger takes capitals for names; small letters leave it the words.
		window = lowerASCII(window)
	}
	for _, tok := range s.gate.tagger.Tags(window) {
		if tok.Start <= at && at < tok.End {
			return tok.Tag
		}
	}
	return ""
}

// lowerASCII puts A to Z into small letters and keeps the length.
func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if byteClass[c] == isUpper {
			b[i] = c | 0x20
		}
	}
	return string(b)
}
