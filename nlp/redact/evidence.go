package redact

import (
	"strings"

	"psims/nlp/lexicon"
)

// people finds names by what stands on both sides of them: "records merged for
// Frobisher and another", "then Frobisher came running in". It weighs what speaks
// for a person against what speaks for a thing or a place.
func (s *scan) people() {
	for i := range s.toks {
		t := &s.toks[i]
		if t.taken || t.shape > upper || t.shape == mixed || t.end-t.start < 3 || !s.worthWeighing(i) || s.contracted(i) {
			continue
		}
		need := s.doubt(i)
		if need == 0 {
			continue
		}
		if got := s.leftOf(i) + s.rightOf(i, true); got >= need && (got >= need+s.likeAWord(i)) {
			s.addName(i, s.personEnd(i), need <= 4)
		}
	}
}

// worthWeighing leaves out at little cost what is never a name by its
// surroundings: nearly all words.
func (s *scan) worthWeighing(i int) bool {
	t := &s.toks[i]
	switch {
	case t.class&^(lexicon.CueEnd|lexicon.PhraseStart) == 0, t.class.FirmGiven(), t.class.FirmSurname():
		return true
	case t.shape == lower || !s.capital(i):
		return false
	case t.class.Has(lexicon.Name):
		return true
	}
	return i > 0 && t.gap == gapSpace && (s.toks[i-1].named || s.toks[i-1].shape == placeholder || s.toks[i-1].class.Has(lexicon.Role|lexicon.Title|lexicon.Subject|lexicon.Relation))
}

// contracted reports whether token i is the first half of didn't or couldn't.
func (s *scan) contracted(i int) bool {
	rest := s.text[s.toks[i].end:]
	n := apostropheAt(rest)
	return n > 0 && len(rest) > n && rest[n]|0x20 == 't' && s.text[s.toks[i].end-1]|0x20 == 'n'
}

// doubt is how much evidence token i needs to be taken for a person: the more the
// likelier it is something else. 0 means that it is never one.
func (s *scan) doubt(i int) int {
	t := &s.toks[i]
	c := t.class
	w := s.foldOf(i)
	const never = lexicon.Drug | lexicon.Device | lexicon.Says | lexicon.Auxiliary | lexicon.Role | lexicon.Subject | lexicon.Relation | lexicon.Title | lexicon.Abbreviation | lexicon.Clinical
	if i+2 < len(s.toks) && s.toks[i+1].gap == gapHyphen && s.toks[i+1].class.Has(lexicon.Thing) && s.headNext(i+1) {
		return 0 // Swann-Ganz catheter
	}
	if c.Has(never) || functionWords[w] || t.key != keyNone && t.key != keyMonth {
		return 0
	}
	if t.slip != keyNone && (t.end-t.start < 5 || s.numberNear(i)) {
		return 0
	}
	firm := c.FirmGiven() || c.FirmSurname() || s.bareGenitive(i)
	switch {
	case firm && s.capital(i):
		return 3
	case firm && s.slip(i):
		return 7 // had not ben signed
	case firm:
		return 4
	case s.capital(i) && t.shape != upper && s.unknown(i):
		if s.onNoList(i) && s.thingsNear(i) {
			return 6
		}
		return 3
	case s.gate.tagger == nil && c.Has(anyWord):
		return 0
	case s.capital(i) && c.Has(lexicon.Given) && !c.Has(lexicon.Eponym|lexicon.Head):
		return 4
	case s.capital(i) && t.shape == title && c.Has(lexicon.Surname) && !c.Has(lexicon.Eponym|lexicon.Head):
		return 5
	case s.unlisted(i):
		if s.onNoList(i) && s.thingsNear(i) {
			return 7
		}
		if s.cased && t.shape == lower {
			return 5
		}
		if t.end-t.start >= 6 {
			return 3
		}
		return 4
	case s.capital(i) && t.shape == title && c&^(lexicon.CueEnd|lexicon.PhraseStart|lexicon.Ambiguous|lexicon.Name) == lexicon.Word && i > 0 && t.gap == gapSpace:
		return 7 // only between a post and a name, or behind a name
	}
	return 0
}

// unlisted is stranger without the costly comparison with every word.
func (s *scan) unlisted(i int) bool {
	t := &s.toks[i]
	return (t.shape == lower || t.shape == upper && s.allCaps || t.shape == title && s.heavy) && t.end-t.start >= 4 && s.unknown(i)
}

// likeAWord is how much more evidence an unlisted word needs that is one slip
// away from a word or stands behind an article elsewhere. In small letters it is
// never a name then.
func (s *scan) likeAWord(i int) int {
	t := &s.toks[i]
	if t.class&^(lexicon.CueEnd|lexicon.PhraseStart) != 0 || s.bareGenitive(i) {
		return 0
	}
	const never = 100
	switch {
	case !s.capital(i) && (s.commonNoun(i) || nearWord(s.foldOf(i), anyWord, true)):
		return never
	case !s.capital(i):
		return 0
	case t.end-t.start == 3 || misspelt(s.foldOf(i)) || s.commonNoun(i):
		return 2
	}
	return 0
}

// numberNear reports whether a number, or a word for one, stands within three
// tokens behind token i.
func (s *scan) numberNear(i int) bool {
	for j := i + 1; j < len(s.toks) && j <= i+3; j++ {
		if s.toks[j].shape == digits || s.toks[j].shape == alnum || s.toks[j].key == keyNumber || s.toks[j].key == keyDigit || s.toks[j].shape == placeholder {
			return true
		}
	}
	return false
}

// asking are words before a person more often than before anything else.
var asking = set(`by asked told informed involving ring rang rung phoned bleeped contacted per attn fao cc alias named called regards dear involved
thanked apologised thank blamed swapped attn mistook accused mgr witnessed named`)

// joining are words before a person or a clause that begins with one.
var joining = set("for to with from and that when then because not since but so if while as between than until after before or where wheres theres im ask me its us them called one whose whom who of")

// placing are words before a thing, a medicine or a place.
var placing = set("on using given taking via in at into onto near through some no any more two three four five six one both per took")

// leftOf weighs what stands before token i.
func (s *scan) leftOf(i int) int {
	t := &s.toks[i]
	start := 0 // what the beginning of a sentence says
	if t.class.Has(lexicon.Name) {
		start = 1
	}
	if i == 0 {
		return start
	}
	p := &s.toks[i-1]
	w := s.foldOf(i - 1)
	person := p.class.Has(lexicon.Role|lexicon.Title|lexicon.Subject|lexicon.Relation) || p.shape == placeholder && s.word(i-1) == placeholders[Name]
	switch t.gap {
	case gapLine:
		if t.class.Has(lexicon.Word) {
			return 0 // a new sentence more often than the end of a name
		}
		return s.wordBefore(i, w, person)
	case gapSpace:
		return s.wordBefore(i, w, person)
	case gapComma:
		if person || w == "eldest" || w == "youngest" {
			return 3
		}
		return 1
	case gapOpen, gapColon, gapClose, gapOther, gapApos, gapHyphen, gapSlash:
		if person {
			return 3
		}
		if s.soft(i-1) && t.gap != gapColon && t.gap != gapHyphen && t.gap != gapSlash {
			return max(start, s.wordBefore(i, w, person))
		}
		if t.gap == gapHyphen || t.gap == gapSlash {
			return -1
		}
		if t.gap == gapOther {
			return start
		}
		return 1
	case gapDotSp, gapDot:
		return start
	}
	return -1
}

// wordBefore weighs the word w before token i, parted from it by blanks or quotes.
func (s *scan) wordBefore(i int, w string, person bool) int {
	p := &s.toks[i-1]
	switch {
	case s.shortFor(i - 1):
		return 3
	case p.named && (s.capital(i) || s.stranger(i)), p.shape == placeholder && s.word(i-1) == placeholders[Name] && (s.capital(i) || s.stranger(i)):
		if s.toks[i].gap == gapLine && !s.toks[i].class.Has(lexicon.Name) && !s.unknown(i) {
			return 1
		}
		return 5
	case person && !determinedThing[w]:
		return 3
	case w == "of" && i > 1:
		if s.toks[i-2].class.Has(lexicon.Role|lexicon.Subject|lexicon.Relation) || personNouns[s.foldOf(i-2)] {
			return 3
		}
		return 0
	case asking[w]:
		return 3
	case determiners[w] || articles[w], p.shape == digits:
		return -3
	case placing[w]:
		return -2
	case w == "to" && i > 1 && spokenTo[s.foldOf(i-2)]:
		return 3
	case w == "to" || w == "from": // more often before a place
		return 1
	case joining[w]:
		return 2
	case personNouns[w]:
		return 2
	case p.class.Has(lexicon.Says), p.shape == lower && strings.HasPrefix(s.tag(i-1), "VB"):
		return 1
	}
	return 0
}

// shortFor reports whether token i is the second letter of d/w, s/b, r/v, t/c:
// short forms before a name.
func (s *scan) shortFor(i int) bool {
	return i > 0 && s.toks[i].gap == gapSlash && s.toks[i].end-s.toks[i].start == 1 && s.toks[i-1].end-s.toks[i-1].start == 1 && oneOf(s.text[s.toks[i].start]|0x20, "wbvc")
}

var spokenTo = set("thanks thank spoke talked spoken talking speaking given handed said message escalated apologised listened c belonged shout out returned gave")

// commonNoun reports whether the word of token i, on no list, stands elsewhere in
// the text behind an article or a number: the mantrip.
func (s *scan) commonNoun(i int) bool {
	if s.toks[i].class&lexicon.Name != 0 {
		return false
	}
	for j := 1; j < len(s.toks); j++ {
		if s.toks[j].hash == s.toks[i].hash && s.toks[j].gap == gapSpace && j != i {
			if w := s.foldOf(j - 1); articles[w] || determiners[w] || s.toks[j-1].shape == digits {
				return true
			}
		}
	}
	return false
}

var determinedThing = set("male female woman man")

var personNouns = set("scan notes name behalf care bloods records relatives family mother daughter son wife husband baby record complaint observations discharge property chart")

// personEnd gives the token behind the name that begins at token i.
func (s *scan) personEnd(i int) int {
	end := i + 1
	for end < len(s.toks) && end-i < 4 && !s.toks[end-1].poss {
		t := &s.toks[end]
		if t.gap != gapSpace && t.gap != gapHyphen || t.taken {
			break
		}
		like := t.shape == s.toks[i].shape || t.shape == title
		if t.shape == initial && t.gap == gapSpace && !s.article(end) && !s.allCaps {
			end++
			continue
		}
		if like && s.secondName(end) {
			end++
			continue
		}
		if !like || s.doubt(end) == 0 || t.shape == lower && s.doubt(end) > 4 && !s.stranger(end) {
			break
		}
		end++
	}
	return end
}
