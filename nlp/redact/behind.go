package redact

import (
	"strings"

	"psims/nlp/lexicon"
)

// acts are verbs that only a person does, beyond those of the lexicon, and what is
// done to or found of persons only.
var moves = set("hit fell falls came went moved ran runs running stopped started rolled turned caught jumped closed opened made makes got gets goes comes left slipped stood stands lay lies sat needs needed failed")

var acts = set(`grabbed swallowed absconded vomited pulled refused refuses tripped climbed threatened presented visited alleges collapsed fainted
pulls bit punched kicked hit scratched spat swore shouts yelled drove took takes brought brings sits stands lies lay fell falls gave gives got gets goes
comes made makes did does tried tries rings phones says thinks feels seems needs needed likes liked spotted recognised noted queried came signed
jumped ran runs running opened closed found finds helped turned moved bent lifted rolled removed ignored missed forgot forgets who whom seen mobile
absent obs inf informed aware unhappy upset present stated stopped climbing shouting crying wandered sitting lying standing settled told asked`)

// rightOf weighs what stands behind token i; further looks behind a second name.
func (s *scan) rightOf(i int, further bool) int {
	if s.toks[i].poss {
		if i+1 < len(s.toks) && s.toks[i+1].class.Has(lexicon.FindingHead|lexicon.ThingHead|lexicon.PlaceHead) && !s.toks[i+1].class.Has(lexicon.Relation) {
			return -3
		}
		return 2
	}
	if i+1 >= len(s.toks) {
		return 1
	}
	next := &s.toks[i+1]
	w := s.foldOf(i + 1)
	switch next.gap {
	case gapLine:
		if next.named || next.shape == placeholder && s.word(i+1) == placeholders[Name] {
			return 4
		}
		return 1
	case gapOther, gapClose, gapApos:
		if s.soft(i) {
			return max(1, s.wordBehind(i, w, false))
		}
		return 1
	case gapDotSp, gapColon:
		return 1
	case gapComma:
		if next.shape == digits || w == "who" || w == "aged" || next.class.Has(lexicon.Role|lexicon.Relation) {
			return 3
		}
		return 1
	case gapOpen:
		if next.shape == digits || next.shape == alnum || next.class.Has(lexicon.Role) {
			return 3
		}
		return 1
	case gapSlash, gapHyphen, gapDot, gapNone:
		if next.gap == gapHyphen && (next.named || next.shape == placeholder && s.word(i+1) == placeholders[Name]) {
			return 4
		}
		if next.gap == gapSlash && next.class.Has(lexicon.Role) {
			return 3
		}
		return -1
	}
	return s.wordBehind(i, w, further)
}

// wordBehind weighs the word w behind token i, parted from it by blanks or quotes.
func (s *scan) wordBehind(i int, w string, further bool) int {
	next := &s.toks[i+1]
	switch {
	case next.named && next.gap == gapSpace, next.shape == placeholder && s.word(i+1) == placeholders[Name]:
		return 4
	case s.bareGenitive(i) && next.shape == lower && strings.HasPrefix(s.tag(i+1), "NN"):
		return 2
	case w == "the" && i+2 < len(s.toks) && s.foldOf(i+2) == "one", w == "made" && i+2 < len(s.toks) && s.foldOf(i+2) == "aware":
		return 3
	case moves[w]:
		return 2
	case next.class.Has(lexicon.Says) || acts[w]:
		return 3
	case s.stateNext(i), s.presentNext(i), next.class.Has(lexicon.State):
		return 3
	case next.class.Has(lexicon.Head) && next.shape == lower && i+2 < len(s.toks) && s.toks[i+2].shape == digits && s.toks[i+2].gap == gapSpace:
		return 2 // Frobisher bed 6
	case next.class.Has(lexicon.Auxiliary):
		if i+2 < len(s.toks) && s.givenTo(i+2) {
			return 3
		}
		return 2
	case next.shape == title && further && s.doubt(i+1) > 0 && s.doubt(i+1) < 7:
		return 2 + max(0, s.rightOf(i+1, false)-1)
	case next.shape == title && further && s.secondName(i+1):
		return 2
	case next.shape == alnum && s.text[next.start]|0x20 == 'v':
		return 0 // Frobisher_v2.doc
	case next.class.Has(lexicon.Head), next.shape == digits, next.shape == alnum:
		return -3
	case functionWords[w] || joining[w] || placing[w]:
		return 1
	}
	switch tag := s.tag(i + 1); {
	case strings.HasPrefix(tag, "VB"):
		return 2
	case strings.HasPrefix(tag, "NN"):
		return -2
	case strings.HasPrefix(tag, "JJ"):
		return 0
	}
	return 1
}

// secondName reports whether token i, an English word with its capital behind a
// given name within a sentence, may be a surname: Bill Onions.
func (s *scan) secondName(i int) bool {
	c := s.toks[i].class
	return s.toks[i-1].class.Has(lexicon.Given) && s.capital(i) && s.toks[i].gap == gapSpace && c.Has(lexicon.Word|lexicon.Surname) && !functionWords[s.foldOf(i)] &&
		!c.Has(lexicon.Thing|lexicon.Head|lexicon.Says|lexicon.Auxiliary|lexicon.Role|lexicon.Subject|lexicon.Relation|lexicon.Title) && s.toks[i].key == keyNone
}

// bareGenitive reports whether token i is a name with an s whose apostrophe was
// left out.
func (s *scan) bareGenitive(i int) bool {
	w := s.foldOf(i)
	if n := len(w) - 1; n >= 4 && w[n] == 's' && s.toks[i].class&^(lexicon.CueEnd|lexicon.PhraseStart) == 0 {
		c := lexicon.Of(w[:n])
		return c.FirmGiven() || c.FirmSurname()
	}
	return false
}

// givenTo reports whether at token i, behind "was" or "had", stands what happens
// to persons: given a dose, put to bed, not told.
func (s *scan) givenTo(i int) bool {
	for j := i; j < len(s.toks) && j < i+3 && s.toks[j].gap == gapSpace; j++ {
		switch w := s.foldOf(j); {
		case w == "given" || w == "handed" || w == "sent" || w == "left":
			return j+1 < len(s.toks) && (determiners[s.foldOf(j+1)] || articles[s.foldOf(j+1)] || s.foldOf(j+1) == "alone" || s.foldOf(j+1) == "home")
		case acts[w], s.toks[j].class.Has(lexicon.State), done[w]:
			return true
		case !adverbs[w] && w != "not" && w != "have" && w != "been" && w != "to" && w != "be":
			return false
		}
	}
	return false
}

var done = set("diabetic deaf blind pregnant frail elderly confused cold hit kicked pushed scratched bitten nursed rude dead unconscious nil off meant made put unaware contactable poorly tired")
