package redact

import (
	"sync"

	"psims/nlp/lexicon"
)

// hospitals finds the names of hospitals, practices and homes by the word with
// which they end. It is asked only when Config.Hospitals is set.
func (s *scan) hospitals() {
	for i := range s.toks {
		if !s.institution(i) || s.nextKey(i+1) == keyNumber {
			continue
		}
		start, proper := i, false
		for start > 0 && i-start < 6 {
			p := start - 1
			w := s.foldOf(p)
			g := s.toks[start].gap
			if s.toks[p].taken && !s.toks[p].named || s.toks[p].shape >= digits || g != gapSpace && g != gapApos && g != gapLine && g != gapHyphen && !(w == "st" && (g == gapDot || g == gapDotSp)) {
				break
			}
			if !generic[w] && !s.namesPlace(p) {
				break
			}
			proper = proper || !generic[w]
			start = p
		}
		for start < i && generic[s.foldOf(start)] && s.toks[start].shape == lower && s.cased {
			start++
		}
		if proper {
			s.addTokens(Hospital, start, i+1)
		}
	}
}

// institution reports whether token i ends the name of a hospital, practice or home.
func (s *scan) institution(i int) bool {
	before := ""
	if i > 0 && s.toks[i].gap <= gapSpace {
		before = s.foldOf(i - 1)
	}
	switch w := s.foldOf(i); w {
	case "hospital", "infirmary", "hospice", "surgery", "clinic", "practice":
		return i > 0
	case "centre", "center", "home":
		return qualifiers[before] || institutionSlips()[before] == slipQualifier
	}
	t := &s.toks[i]
	if t.class != 0 || t.end-t.start < 6 || i == 0 {
		return false
	}
	head := institutionSlips()[s.foldOf(i)] == slipHead
	return head && (s.capital(i) || qualifiers[before] || before == "general" || before == "community")
}

// qualifiers make an institution of a home or a centre.
var qualifiers = set("medical health nursing care residential")

// What a slip in the name of an institution stands for.
const (
	slipHead      = 1 + iota // one of the words with which such names end
	slipQualifier            // one of the qualifiers
)

// institutionSlips holds what is one slip of the finger away from these words.
var institutionSlips = sync.OnceValue(func() map[string]int {
	out := map[string]int{}
	file := func(words map[string]bool, as int) {
		for w := range words {
			for _, slip := range slips(w) {
				if len(w) >= 6 && lexicon.Of(slip) == 0 {
					out[slip] = max(as, out[slip])
				}
			}
		}
	}
	file(set("hospital infirmary hospice surgery clinic practice"), slipHead)
	file(qualifiers, slipQualifier)
	return out
})

// generic are words that stand in the names of hospitals and are none.
var generic = set("the general district community cottage royal university teaching memorial medical health nursing care residential childrens maternity mental of and")

// namesPlace reports whether token i may be the name of a place in the name of an institution.
func (s *scan) namesPlace(i int) bool {
	t := &s.toks[i]
	w := s.foldOf(i)
	if determiners[w] || articles[w] || w == "in" || w == "at" || w == "to" || w == "from" {
		return false
	}
	if s.capital(i) && (t.shape == title || t.shape == mixed) {
		return !functionWords[w] || i > 0 && t.gap == gapSpace && s.toks[i-1].shape == lower
	}
	if s.cased && t.shape == lower {
		return s.unknown(i) || t.class.Has(lexicon.Place) || t.class.FirmSurname() || t.key == keyStreet && w != "side"
	}
	const never = lexicon.Says | lexicon.Auxiliary | lexicon.Role | lexicon.Subject | lexicon.Relation | lexicon.State | lexicon.Abbreviation | lexicon.Clinical
	return w == "st" || !functionWords[w] && !t.class.Has(never) && !ordinary[w]
}

// ordinary are words before "hospital" in small letters that name none.
var ordinary = set("local other another same previous nearest own private day acute main new old outpatient dental fracture pain eye skin general psychiatric mental wrong right whole taken sent back into")
