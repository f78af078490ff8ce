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
const nameThreshold = -0.75

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
