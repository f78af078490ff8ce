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
	s.otherLetters()
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

// otherLetters takes the initial that stands beside a name: T. Frobisher, Frobisher L,
// F.L where one of the two was found.
func (s *scan) otherLetters() {
	for i := range s.toks {
		t := &s.toks[i]
		if t.taken || t.end-t.start != 1 || t.shape > initial || i > 0 && (s.toks[i-1].shape == digits || s.toks[i-1].shape == alnum) {
			continue
		}
		if s.shortStroke(i) || s.shortStroke(i+1) {
			continue // S/N Rowe
		}
		named := func(j int) bool {
			return j >= 0 && j < len(s.toks) && (s.toks[j].named || s.toks[j].shape == placeholder && s.word(j) == placeholders[Name])
		}
		left, right := named(i-1), named(i+1)
		switch upper := t.shape == initial; {
		case left && (t.gap == gapDot || t.gap == gapSlash && upper), right && (s.toks[i+1].gap == gapDot || s.toks[i+1].gap == gapSlash && upper),
			right && upper && (s.toks[i+1].gap == gapDotSp || s.toks[i+1].gap == gapSpace && !s.article(i)),
			left && upper && t.gap == gapSpace && !oneOf(s.text[t.start], "AI") && s.closes(i):
			s.addName(i, i+1, false)
		}
	}
}

// shortStroke reports whether token i is the second letter of S/N or the like.
func (s *scan) shortStroke(i int) bool {
	return i > 0 && i < len(s.toks) && s.toks[i].gap == gapSlash && s.toks[i].end-s.toks[i].start == 1 && s.toks[i-1].end-s.toks[i-1].start == 1 && shortStrokes[s.foldOf(i-1)+s.foldOf(i)]
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
