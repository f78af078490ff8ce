package redact

import (
	"slices"
	"strings"

	"psims/nlp/lexicon"
)

// names finds the names of persons: after titles, roles, relatives and cues
// first, then by the lists, then by what earlier ones taught.
func (s *scan) names() {
	s.protect()
	for i := 0; i < len(s.toks); i++ {
		if end := s.announcedAt(i); end > i {
			i = end - 1
		}
	}
	for i := 0; i < len(s.toks); i++ {
		if end := s.listedAt(i); end > i {
			i = end - 1
		}
	}
	s.people()
	s.tagged()
	s.consistent()
	s.remember()
}

// protect marks the words of protected phrases as things.
func (s *scan) protect() {
	for i := range s.toks {
		if !s.toks[i].class.Has(lexicon.PhraseStart) {
			continue
		}
		first := s.foldOf(i)
		for _, p := range s.gate.phrases[first] {
			if end := s.phraseEnd(i, p); end > 0 {
				for j := i; j < end; j++ {
					s.toks[j].class = lexicon.Device
				}
				break
			}
		}
	}
}

// phraseEnd gives the token after the phrase that begins at token i, or 0. "and"
// may be an ampersand.
func (s *scan) phraseEnd(i int, p []string) int {
	j := i
	for k, w := range p {
		if k == 0 {
			j++
			continue
		}
		if j >= len(s.toks) {
			return 0
		}
		g := s.toks[j].gap
		if w == "and" && g == gapOther && strings.Contains(s.text[s.toks[j-1].end:s.toks[j].start], "&") {
			continue
		}
		joined := g == gapSpace || g == gapHyphen || g == gapApos || g == gapDotSp || g == gapLine || g == gapOther && p[k-1] == "and"
		if !joined || s.foldOf(j) != w {
			return 0
		}
		j++
	}
	return j
}

// announcedAt finds a name that token i announces and gives the token after it, or i.
func (s *scan) announcedAt(i int) int {
	t := &s.toks[i]
	if t.shape >= digits && t.shape != alnum {
		return i
	}
	if end := s.gluedTitle(i); end > i {
		return end
	}
	if i+1 < len(s.toks) && s.toks[i+1].gap == gapColon && s.speaksOfStaff(i) {
		if end := s.listOf(i); end > i {
			return end
		}
	}
	if end := s.nicknameAt(i); end > i {
		return end
	}
	c := t.class
	if s.staffNurse(i) {
		c |= lexicon.Role
	}
	if !c.Has(lexicon.Title|lexicon.Role|lexicon.Subject|lexicon.Relation|lexicon.CueEnd) && t.key != keyInitials && t.mark&(markSigned|markStaff) == 0 || i+1 >= len(s.toks) {
		return i
	}
	if end := s.initialsAfter(i); end > i {
		return end
	}
	switch next := s.toks[i+1].gap; {
	case c.Has(lexicon.Title) && s.titleIsTitle(i):
		if next <= gapSpace || next == gapDot || next == gapDotSp || next == gapLine || next == gapColon {
			if end := s.nameAt(i+1, s.titleMode(i)); end > i+1 {
				return end
			}
		}
	case c.Has(lexicon.Role) && (next == gapSpace || next == gapColon):
		if end := s.nameAt(i+1, byRole); end > i+1 {
			return end
		}
	case c.Has(lexicon.Relation) && !c.Has(lexicon.Role):
		if end := s.relativeAt(i); end > i {
			return end
		}
	}
	if c.Has(lexicon.CueEnd) {
		if end := s.cuedAt(i); end > i {
			return end
		}
	}
	if s.toks[i].key == keyInitials || c.Has(lexicon.Subject) {
		if end := s.initialsAt(i+1, s.toks[i].key == keyInitials); end > i+1 {
			return end
		}
	}
	if c.Has(lexicon.Subject | lexicon.Role | lexicon.Relation | lexicon.Title) {
		if end := s.strangersAt(i + 1); end > i+1 {
			return end
		}
	}
	return i
}

// staffNurse reports whether token i is the second letter of S/N, R/N or C/N.
func (s *scan) staffNurse(i int) bool {
	return i > 0 && i < len(s.toks) && s.toks[i].gap == gapSlash && s.toks[i].end-s.toks[i].start == 1 && s.toks[i-1].end-s.toks[i-1].start == 1 &&
		s.text[s.toks[i].start]|0x20 == 'n' && oneOf(s.text[s.toks[i-1].start]|0x20, "src")
}

// titleIsTitle tells a title from "ms" for milliseconds and from the end of "a near miss.".
func (s *scan) titleIsTitle(i int) bool {
	t := &s.toks[i]
	w := s.foldOf(i)
	if t.shape == lower && weakTitles[w] && s.nextGap(i) != gapSpace {
		return false // a near miss.
	}
	return !(i > 0 && s.toks[i-1].shape == digits && t.gap <= gapSpace && w == "ms")
}

// titleMode tells how far the title at token i is to be trusted: not far when
// its letters are another word ("hit and miss", "ms") or when a full stop after
// it may end a sentence.
func (s *scan) titleMode(i int) mode {
	t, g := &s.toks[i], s.nextGap(i)
	if w := s.foldOf(i); t.shape == lower && weakTitles[w] || t.shape == upper && w == "ms" && !s.allCaps {
		return byRelation
	}
	if g == gapLine || g == gapDot && s.toks[i+1].shape == upper {
		return byCue
	}
	if g == gapDotSp && s.toks[i+1].class.Has(lexicon.Word) && !s.toks[i+1].class.Has(lexicon.Name) {
		return byRole
	}
	return byTitle
}

// weakTitles are other words too.
var weakTitles = set("miss ms sir dame lord reverend")

// gluedTitle recognises a title written together with its name: DrSmith.
func (s *scan) gluedTitle(i int) int {
	t := &s.toks[i]
	if t.shape != mixed {
		return i
	}
	w := s.word(i)
	for _, p := range []string{"Dr", "Mrs", "Mr", "Ms", "Miss", "Prof", "Sister", "Nurse"} {
		rest, ok := strings.CutPrefix(w, p)
		if !ok || len(rest) < 3 || byteClass[rest[0]] != isUpper || byteClass[rest[1]] != isLower {
			continue
		}
		if c := lexicon.Of(folded(rest)); c.Has(lexicon.Thing|lexicon.Word) && !c.Has(lexicon.Name) {
			return i
		}
		s.spans = append(s.spans, Span{int(t.start) + len(p), int(t.end), Name})
		return i + 1
	}
	return i
}

// listedAt finds a name that begins at token i by the lists alone, or by its
// surroundings, and gives the token after it, or i.
func (s *scan) listedAt(i int) int {
	if s.toks[i].taken {
		return i
	}
	switch p := s.part(i); {
	case p == partGiven || p == partSurname:
		if end := s.runAround(i); end > i {
			return end
		}
	case p == partInitial:
		return s.initialed(i)
	case p == partAmbiguous || p == partUnknown:
		if end := s.pairAt(i); end > i {
			return end
		}
		if s.actsAsPerson(i, p) {
			return s.addName(i, i+1, true)
		}
		return s.invertedAt(i)
	case s.toks[i].shape <= upper:
		if end := s.smallPairAt(i); end > i {
			return end
		}
		if s.toks[i].poss && s.actsAsPerson(i, p) {
			return s.addName(i, i+1, true)
		}
		return s.invertedAt(i)
	}
	return i
}

// addName notes the tokens i to end as a name. learn keeps its words for remember.
func (s *scan) addName(i, end int, learn bool) int {
	s.addTokens(Name, i, end)
	for j := i; j < end; j++ {
		s.toks[j].named = true
	}
	if !learn {
		return end
	}
	for j := i; j < end; j++ {
		t := &s.toks[j]
		if t.end-t.start < 3 || t.shape > upper || t.class.FirmGiven() || t.class.FirmSurname() || t.class.Has(neverHeard) {
			continue
		}
		if !slices.Contains(s.heard, t.hash) && len(s.heard) < maxHeard {
			s.heard = append(s.heard, t.hash)
		}
	}
	return end
}

// maxHeard bounds how many names a text can teach.
const maxHeard = 64

// neverHeard are classes whose words mean something else elsewhere in a text even
// when they were once a name.
const neverHeard = lexicon.Thing | lexicon.Title | lexicon.Role | lexicon.Subject | lexicon.Relation | lexicon.Says |
	lexicon.Auxiliary | lexicon.Head

// remember finds again, by their capitals, the names that a title or cue announced elsewhere.
func (s *scan) remember() {
	if len(s.heard) == 0 {
		return
	}
	for i := range s.toks {
		t := &s.toks[i]
		if t.shape > upper || t.end-t.start < 3 || s.toks[i].taken || !slices.Contains(s.heard, t.hash) {
			continue
		}
		unknown := t.class&^(lexicon.Name|lexicon.CueEnd|lexicon.PhraseStart) == 0
		// A word that is also English needs a capital that means something.
		if unknown && (s.capital(i) || s.allCaps || t.end-t.start > 3) || s.capital(i) && t.shape == title && !t.class.Has(neverHeard) && (!s.sentenceStart(i) || s.tagIsName(i)) {
			s.addName(i, i+1, false)
		}
	}
}

// capital reports whether the capital of token i says something about it.
func (s *scan) capital(i int) bool {
	switch s.toks[i].shape {
	case title, mixed:
		return !s.heavy
	case upper:
		return !s.allCaps
	}
	return false
}

// sentenceStart reports whether token i may begin a sentence, so that its capital says nothing.
func (s *scan) sentenceStart(i int) bool {
	switch s.toks[i].gap {
	case gapOther, gapDotSp, gapLine, gapDot:
		return true
	}
	return i == 0
}
