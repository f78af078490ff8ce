package redact

import (
	_ "embed"
	"encoding/binary"
	"math"
	"sync"

	"psims/nlp/lexicon"
)

// The tagger says of the words that the other recognisers left whether they are
// names, by how they are written, by the lists they stand on and by the two or
// three words on either side: a logistic regression whose features are hashed
// (Weinberger et al., Feature hashing for large scale multitask learning, ICML
// 2009). It learns from invented reports alone: see Learn.

// tagBits is the size of the table of weights as a power of two.
const tagBits = 17

// golden spreads hashes: 2^32 divided by the golden ratio (Knuth, volume 3, 6.4).
const golden = 0x9E3779B1

// weights are those of the tagger. A name is what scores at least threshold.
type weights struct {
	scale float32
	w     [1 << tagBits]int8
}

//go:embed list/tagger.bin
var taggerFile []byte

var shippedWeights = sync.OnceValue(func() *weights { return parseWeights(taggerFile) })

// parseWeights reads what Learn wrote; nil when there is nothing.
func parseWeights(b []byte) *weights {
	if len(b) != 4+1<<tagBits {
		return nil
	}
	out := &weights{scale: math.Float32frombits(binary.LittleEndian.Uint32(b))}
	for i, c := range b[4:] {
		out.w[i] = int8(c)
	}
	return out
}

// nameThreshold is the score, the logarithm of the odds, from which a word is a name.
// Among the lessons half of all candidates are names, in reports far fewer: but a
// name that gets through weighs more than a word lost. It was chosen on the
// development half and on published texts.
const nameThreshold = -1.5

// sort puts words of like meaning to the tagger together, so that what it learnt of
// one serves another.
type sort uint8

const (
	sortNone sort = iota
	sortPlaceholder
	sortNumber
	sortLetter
	sortGiven
	sortSurname
	sortAmbiguous
	sortDrug
	sortThing
	sortPerson
	sortTitle
	sortSays
	sortAuxiliary
	sortState
	sortHead
	sortPlace
	sortShort
	sortFunction
	sortWord
	sortUnknown // on no list, or on the long ones alone
	sortRare
	sortScarce
	sortRareOrScarce
)

// sortOf puts a token into its sort.
func sortOf(t *token) sort {
	const listed = ^(lexicon.CueEnd | lexicon.PhraseStart)
	c := t.class & listed
	switch {
	case t.shape == placeholder:
		return sortPlaceholder
	case t.shape == digits || t.shape == alnum:
		return sortNumber
	case t.end-t.start == 1:
		return sortLetter
	case c == 0 && t.key == keyNone:
		return sortUnknown + sort(longList(t.hash))
	case c.Has(lexicon.Title):
		return sortTitle
	case c.Has(lexicon.Role | lexicon.Subject | lexicon.Relation):
		return sortPerson
	case t.mark&markFunction != 0:
		return sortFunction
	case c.Has(lexicon.Auxiliary):
		return sortAuxiliary
	case c.FirmGiven():
		return sortGiven
	case c.FirmSurname():
		return sortSurname
	case c.Has(lexicon.Drug | lexicon.Device):
		return sortDrug
	case c.Has(lexicon.Says):
		return sortSays
	case c.Has(lexicon.Head):
		return sortHead
	case c.Has(lexicon.Name):
		return sortAmbiguous
	case c.Has(lexicon.State):
		return sortState
	case c.Has(lexicon.Place | lexicon.Eponym):
		return sortPlace
	case c.Has(lexicon.Abbreviation):
		return sortShort
	case c.Has(lexicon.Clinical):
		return sortThing
	}
	return sortWord
}

// candidate reports whether token i may be a name at all: a word on no list or on
// one of names, one whose capital says something, letters that may be initials, and
// any word shortly after one that speaks of names.
func (s *scan) candidate(i int) bool {
	t := &s.toks[i]
	if t.taken || t.shape > initial || t.key != keyNone && t.key != keyMonth && t.key != keyStreet || t.slip != keyNone && (t.end-t.start < 5 || s.numberNear(i)) {
		return false
	}
	const never = lexicon.Title | lexicon.Role | lexicon.Relation | lexicon.Auxiliary
	c := t.class &^ (lexicon.CueEnd | lexicon.PhraseStart)
	switch n := t.end - t.start; {
	case n == 1:
		return s.letterAlone(i)
	case c.Has(never) || !s.capital(i) && !s.behindPost(i) && (c.Has(lexicon.Drug|lexicon.Device|lexicon.Eponym|lexicon.Abbreviation) || c.Has(lexicon.Word) && c.Has(lexicon.Place)):
		return false
	case c == 0:
		return t.key == keyNone
	case t.mark&markFunction != 0:
		return t.shape == title && !s.sentenceStart(i) && !s.heavy && c.Has(lexicon.Name)
	case c.Has(lexicon.Name):
		return true
	case t.shape == upper && n <= 3:
		return !s.allCaps
	case t.shape != lower && s.capital(i) && !s.sentenceStart(i) && !c.Has(lexicon.Thing):
		l := &s.toks[i-1]
		return l.named || l.shape == placeholder || l.class.Has(lexicon.Role|lexicon.Title|lexicon.Subject|lexicon.Relation|lexicon.CueEnd) || l.mark&markSigned != 0
	}
	for j := i - 1; j >= 0 && j >= i-3; j-- {
		if s.toks[j].mark&markCalled != 0 {
			return true
		}
	}
	return false
}

// letterAlone reports whether the letter at token i may be an initial: not that of a
// measure (15 L), of D.O.B. or of p/code.
func (s *scan) letterAlone(i int) bool {
	if i > 0 && s.toks[i].gap == gapSpace && lettered[s.foldOf(i-1)] {
		return false // hepatitis B
	}
	if i > 0 && (s.toks[i-1].shape == digits || s.toks[i-1].shape == alnum || s.toks[i-1].key == keyDigit) || i+1 < len(s.toks) && (s.toks[i+1].key != keyNone || s.toks[i+1].shape == digits) {
		return false
	}
	for j := i; j < i+2; j++ { // S/N, R/V
		if j > 0 && j < len(s.toks) && s.toks[j].gap == gapSlash && (s.toks[j].shape == lower || shortStrokes[s.foldOf(j-1)+s.foldOf(j)]) {
			return false
		}
	}
	for j := i; j < i+3 && j < len(s.toks); j++ {
		if s.toks[j].key == keyBirth && s.toks[j].end-s.toks[j].start == 1 {
			return false
		}
	}
	if s.nextGap(i) == gapColon {
		return false // S: B: A: R:
	}
	return s.toks[i].shape == initial || s.besideLetter(i)
}

// besideLetter reports whether another single letter stands beside the one at token
// i, with a stop or a blank between.
func (s *scan) besideLetter(i int) bool {
	for j := i; j < i+2; j++ {
		if j > 0 && j < len(s.toks) && (s.toks[j].gap == gapDot || s.toks[j].gap == gapSpace || s.toks[j].gap == gapDotSp) && s.toks[j].end-s.toks[j].start == 1 && s.toks[j-1].end-s.toks[j-1].start == 1 {
			return true
		}
	}
	return false
}

// shortStrokes are short forms of two letters and a stroke.
var shortStrokes = set("sn rn cn tc co oc dw rv sb ho oe nk ic wc ar rw io po pr ec na cc nv dc fu ix dv")

// thingBeside reports whether token i is joined by a hyphen to what is no name, or
// labels a thing or a place.
func (s *scan) thingBeside(i int) bool {
	const thing = lexicon.Drug | lexicon.Device | lexicon.Eponym
	t := &s.toks[i]
	if t.gap == gapHyphen && i > 0 && s.toks[i-1].class.Has(thing) || i+1 < len(s.toks) && s.toks[i+1].gap == gapHyphen && s.toks[i+1].class.Has(thing) {
		return true
	}
	if t.class.Has(lexicon.Place) && i > 0 && t.gap == gapSpace && placePrepositions[s.foldOf(i-1)] {
		return true // her son in Ireland
	}
	if j := i + 1; j+1 < len(s.toks) && s.toks[j].key == keyPlace && s.toks[j].shape != title && s.toks[j].gap == gapSpace && s.toks[j+1].shape == digits && s.toks[j+1].gap == gapSpace {
		return s.royal(i) // Frobisher bed 6
	}
	if t.class.Has(lexicon.Given) && s.sentenceStart(i) && swapped(s.foldOf(i)) && s.nextGap(i) == gapSpace && !s.toks[i+1].class.Has(lexicon.Says|lexicon.Auxiliary|lexicon.State|lexicon.Name) {
		return true // Brian scan
	}
	return s.labelsThing(i, i, i+1) || s.royal(i)
}

// termLike reports whether token i, on no list, is one slip away from a word
// for a post or a relative, ends like a term, or is one of the letters of a short form.
func (s *scan) termLike(i int) bool {
	t := &s.toks[i]
	w := s.foldOf(i)
	if n := t.end - t.start; n <= 3 {
		from, to := i, i+1
		for n == 1 && from > 0 && s.toks[from].gap == gapDot && s.toks[from-1].end-s.toks[from-1].start == 1 {
			from--
		}
		for n == 1 && to < len(s.toks) && s.toks[to].gap == gapDot && s.toks[to].end-s.toks[to].start == 1 {
			to++
		}
		return s.post(from, to) || t.shape == upper && n == 2 && shortStrokes[w] && s.toks[i].gap == gapSpace && s.nextGap(i) == gapSpace
	}
	if t.class&^(lexicon.CueEnd|lexicon.PhraseStart) != 0 {
		return false
	}
	return s.commonNoun(i) || endsIn(w, learned) || endsIn(w, terms) || lexicon.DrugLike(w) || nearWord(w, lexicon.Role|lexicon.Subject|lexicon.Relation, len(w) >= 6)
}

// terms are endings of learned words that no name has.
var terms = []string{"ology", "ologies", "ics", "tics", "tic", "therapy", "scope", "scopes", "ment", "ness", "ation", "ations", "ious", "aceous", "ptic", "uria", "aemic", "genic", "lytic"}

// beyond stands for what lies before the first token and behind the last.
var beyond = token{shape: placeholder, gap: gapOther, hash: 1}

func (s *scan) tokenAt(i int) *token {
	if i < 0 || i >= len(s.toks) {
		return &beyond
	}
	return &s.toks[i]
}

// wordOf stands for the word of a token among the features: itself where it is on
// a list, else what sort it is of.
func wordOf(t *token, k sort) uint32 {
	switch k {
	case sortPlaceholder:
		return t.hash // of which kind; 1 beyond the text
	case sortLetter, sortFunction, sortWord, sortPerson, sortTitle, sortSays, sortAuxiliary, sortState, sortHead, sortShort, sortThing, sortAmbiguous, sortPlace:
		return t.hash
	}
	return uint32(k)
}

// features appends those of token i to f: hashes, one a feature.
func (s *scan) features(f []uint32, i int) []uint32 {
	t, l, r := &s.toks[i], s.tokenAt(i-1), s.tokenAt(i+1)
	ll, rr := s.tokenAt(i-2), s.tokenAt(i+2)
	k, kl, kr, kll, krr := sortOf(t), sortOf(l), sortOf(r), sortOf(ll), sortOf(rr)
	wl, wr, wll, wrr := wordOf(l, kl), wordOf(r, kr), wordOf(ll, kll), wordOf(rr, krr)
	if l.named {
		wl, kl = 2, sortPlaceholder
	}
	if r.named {
		wr, kr = 2, sortPlaceholder
	}
	gl, gr := uint32(t.gap), uint32(r.gap)
	mode := uint32(0)
	switch {
	case s.allCaps:
		mode = 1
	case s.heavy:
		mode = 2
	case !s.cased:
		mode = 3
	}
	look := uint32(t.shape)<<2 | mode
	if s.sentenceStart(i) {
		look |= 1 << 8
	}
	if t.poss {
		look |= 1 << 9
	}
	size := uint32(min(t.end-t.start, 9))
	me := look<<8 | uint32(k)
	n := uint32(0)
	add := func(a, b, c uint32) {
		n++
		h := (n*golden ^ a) * 0x85EBCA6B
		h = (h ^ h>>15 ^ b) * 0xC2B2AE35
		h = (h ^ h>>13 ^ c) * golden
		f = append(f, h>>(32-tagBits))
	}
	sl, sr, sll, srr := uint32(kl), uint32(kr), uint32(kll), uint32(krr)
	add(0, 0, 0)
	add(look, size, 0)
	add(uint32(t.class), look, 0)
	add(me, size, 0)
	add(me, gl, gr)
	add(wl, gl, 0)
	add(wl, me, 0)
	add(wl, uint32(k), gl)
	add(wr, gr, 0)
	add(wr, me, 0)
	add(wr, uint32(k), gr)
	add(wl, wr, uint32(k))
	add(wll, wl, 0)
	add(wll, wl, me)
	add(wll, uint32(k), 0)
	add(wr, wrr, 0)
	add(wr, wrr, uint32(k))
	add(wrr, uint32(k), 0)
	add(sl, me, gl)
	add(sr, me, gr)
	add(sl<<8|sr, me, gl<<8|gr)
	add(sll<<8|sl, me, 0)
	add(sr<<8|srr, me, 0)
	add(sll<<8|sl, sr<<8|srr, me)
	add(wordOf(s.tokenAt(i-3), sortOf(s.tokenAt(i-3))), wll, wl)
	if k == sortWord || k == sortAmbiguous || k == sortShort || k == sortLetter || k == sortHead || k == sortPlace || k == sortState || k == sortThing {
		add(t.hash, 0, 1)
		add(t.hash, look, 1)
	} else {
		n += 2
	}
	called := uint32(0)
	for j := i - 1; j >= 0 && j >= i-4; j-- {
		if s.toks[j].mark&markCalled != 0 {
			called = uint32(i - j)
			break
		}
	}
	add(called, me, 2)
	word := s.text[t.start:t.end]
	if m := len(word); m >= 4 {
		a, b, c := uint32(word[m-1]|0x20), uint32(word[m-2]|0x20), uint32(word[m-3]|0x20)
		add(a, b, uint32(k))
		add(a<<16|b<<8|c, uint32(k), 3)
		add(uint32(word[0]|0x20)<<16|uint32(word[1]|0x20)<<8|uint32(word[2]|0x20), uint32(k), 4)
	}
	return f
}

// score adds the weights of token i. A word on no list that is one slip away from a
// word has a weight more, looked for only where it could tip the balance.
func (s *scan) score(w *weights, i int) float32 {
	s.feats = s.features(s.feats[:0], i)
	sum := int32(0)
	for _, f := range s.feats {
		sum += int32(w.w[f])
	}
	score := float32(sum) * w.scale
	if score >= s.gate.threshold && s.slipped(i) {
		score += float32(w.w[s.slipFeature(i)]) * w.scale
	}
	return score
}

// slipped reports whether token i, on no list, is one slip away from a word.
func (s *scan) slipped(i int) bool {
	t := &s.toks[i]
	return t.class&^(lexicon.CueEnd|lexicon.PhraseStart) == 0 && t.end-t.start >= 3 && nearWord(s.foldOf(i), anyWord, true)
}

// slipFeature is the weight of a slip, by how the word is written.
func (s *scan) slipFeature(i int) uint32 {
	h := uint32(7)
	if s.capital(i) {
		h = 8
	}
	if s.sentenceStart(i) {
		h += 2
	}
	return (h*golden ^ uint32(min(s.toks[i].end-s.toks[i].start, 9))) * 0x85EBCA6B >> (32 - tagBits)
}

// needed is the score from which token i is a name: more for a word in small
// letters that is also English, and for the only word.
func (s *scan) needed(i int) float32 {
	t := &s.toks[i]
	n := t.end - t.start
	switch {
	case len(s.toks) == 1:
		return s.gate.threshold + 6 // a label, not a text
	case t.shape == upper && !s.allCaps && n <= 4:
		if t.class.Has(lexicon.Abbreviation | lexicon.Word) {
			return s.gate.threshold + 3
		}
		return s.gate.threshold + 1.5
	case n == 1 && !s.besideLetter(i) && s.nextGap(i) != gapDot && s.nextGap(i) != gapDotSp:
		return s.gate.threshold + 2.5
	case n <= 2 && t.class&lexicon.Name == 0:
		return s.gate.threshold + 2
	case s.behindPost(i):
	case t.class.Has(lexicon.Word|lexicon.Place) && !s.capital(i):
		return s.gate.threshold + 3
	case t.class.Has(lexicon.Device | lexicon.Drug | lexicon.Eponym | lexicon.Head):
		return s.gate.threshold + 3
	case t.class.Has(lexicon.Word) && s.sentenceStart(i):
		return s.gate.threshold + 2
	}
	return s.gate.threshold
}

// behindPost reports whether a title or a post stands before token i.
func (s *scan) behindPost(i int) bool {
	return i > 0 && s.toks[i].gap == gapSpace && s.toks[i-1].class.Has(lexicon.Title|lexicon.Role)
}

// tagged takes the names that the tagger finds.
func (s *scan) tagged() {
	w := s.gate.weights
	if w == nil {
		return
	}
	isName := func(i int) bool {
		return s.candidate(i) && !s.contracted(i) && s.score(w, i) >= s.needed(i) && !s.thingBeside(i) && !s.termLike(i)
	}
	for i := 0; i < len(s.toks); i++ {
		end := i
		for end < len(s.toks) && (end == i || s.toks[end].gap <= gapHyphen || s.toks[end-1].shape == initial && (s.toks[end].gap == gapDot || s.toks[end].gap == gapDotSp)) && isName(end) {
			s.toks[end].named = true // for the words beside it
			end++
		}
		if end == i {
			continue
		}
		from := i
		if i > 0 && s.toks[i-1].shape == initial && (s.toks[i].gap == gapSpace || s.toks[i].gap == gapDot || s.toks[i].gap == gapDotSp) && !s.toks[i-1].taken && !s.article(i-1) && s.letterAlone(i-1) {
			from = i - 1 // J Frobisher
		}
		s.addName(from, end, false)
		i = end - 1
	}
}
