package redact

import (
	"slices"

	"psims/nlp/lexicon"
)

// consistent takes what a report says of persons already named in it: the other
// half of a name with a hyphen, the initials of a full name, and the short form of
// a given name that is also a word (William Rowe … Bill).
func (s *scan) consistent() {
	s.otherHalves()
	var letters, short []string
	for i := 0; i+1 < len(s.toks); i++ {
		a, b := &s.toks[i], &s.toks[i+1]
		if !a.named || a.shape > upper || a.end-a.start < 2 {
			continue
		}
		if a.class.Has(lexicon.Given) {
			short = append(short, lexicon.ShortForms(s.foldOf(i))...)
		}
		if b.named && b.gap == gapSpace && b.end-b.start >= 2 {
			letters = append(letters, s.foldOf(i)[:1]+s.foldOf(i + 1)[:1])
		}
	}
	if len(letters)+len(short) == 0 {
		return
	}
	for i := range s.toks {
		t := &s.toks[i]
		if t.taken || t.shape != upper && t.shape != title && t.shape != initial || !s.capital(i) && t.shape != initial {
			continue
		}
		switch w := s.foldOf(i); {
		case t.shape == upper && len(w) == 2 && slices.Contains(letters, w):
			s.addName(i, i+1, false)
		case t.shape == initial && i+1 < len(s.toks) && s.toks[i+1].shape == initial && s.toks[i+1].gap == gapDot && slices.Contains(letters, w+s.foldOf(i+1)):
			s.addName(i, i+2, false)
		case t.shape == title && !s.sentenceStart(i) && slices.Contains(short, w) && !s.thingBeside(i):
			s.addName(i, i+1, false)
		}
	}
}

// otherHalves takes the words that a hyphen joins to a name: Min-jun, ap-Rhys.
func (s *scan) otherHalves() {
	half := func(i, beside int) {
		t, b := &s.toks[i], &s.toks[beside]
		name := b.named || b.shape == placeholder && s.word(beside) == placeholders[Name]
		const thing = lexicon.Thing | lexicon.Head | lexicon.Says | lexicon.Auxiliary | lexicon.State | lexicon.Role | lexicon.Relation
		if !name || t.taken || t.shape > initial || t.class.Has(thing) || t.mark&markFunction != 0 && !particles[s.foldOf(i)] {
			return
		}
		if particles[s.foldOf(i)] && b.shape == lower && t.shape != lower {
			return // De-escalation
		}
		if t.class.Has(lexicon.Word) && t.shape == lower && !t.class.Has(lexicon.Name) && b.shape != lower {
			return // Smith-based
		}
		s.addName(i, i+1, false)
	}
	for i := 1; i < len(s.toks); i++ {
		if s.toks[i].gap == gapHyphen {
			half(i, i-1)
		}
	}
	for i := len(s.toks) - 2; i >= 0; i-- {
		if s.toks[i+1].gap == gapHyphen {
			half(i, i+1)
		}
	}
}
