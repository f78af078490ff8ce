package redact

import "psims/nlp/lexicon"

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

// needed is the score from which token i is a name: more where it is likelier to be
// something else.
func (s *scan) needed(i int) float32 {
	extra := s.doubtful(i)
	if extra > 0 && s.calledNear(i) {
		extra = max(0, extra-1.5)
	}
	return s.gate.threshold + extra
}

// doubtful is how much more than others token i needs: a word that is also English,
// a short form, a letter by itself, the only word.
func (s *scan) doubtful(i int) float32 {
	t := &s.toks[i]
	n := t.end - t.start
	const things = lexicon.Device | lexicon.Drug | lexicon.Eponym | lexicon.Head
	switch {
	case len(s.toks) == 1:
		return 6 // a label, not a text
	case n == 1:
		return s.doubtfulLetter(i)
	case t.shape == upper && !s.allCaps && n <= 4:
		switch {
		case t.class.Has(lexicon.Abbreviation | lexicon.Word):
			return 3
		case s.personNext(i), i > 0 && t.class == 0 && (s.toks[i-1].mark&markSigned != 0 || s.shortFor(i-1) || asking[s.foldOf(i-1)]):
			return 0
		}
		return 1.5
	case n <= 2 && t.class&lexicon.Name == 0:
		return 2
	case s.behindPost(i):
		return 0
	case s.allCaps && n <= 4 && t.class == 0 && !s.personNext(i):
		return 4 // a short form as likely
	case s.onNoList(i) && s.thingsNear(i):
		return 5
	case s.onNoList(i) && s.allCaps:
		return 1.5
	case t.class&^(lexicon.CueEnd|lexicon.PhraseStart) == 0 && s.thingsNear(i):
		return 2
	case t.class.Has(lexicon.Word|lexicon.Place) && !s.capital(i), t.class.Has(things):
		return 3
	case t.class.Has(lexicon.Word) && s.sentenceStart(i):
		return 2
	}
	return 0
}

// doubtfulLetter is doubtful for a single letter: less where stops join it to others
// and they are together no short form.
func (s *scan) doubtfulLetter(i int) float32 {
	from, to := i, i+1
	for from > 0 && i-from < 3 && s.toks[from].gap == gapDot && s.toks[from-1].end-s.toks[from-1].start == 1 {
		from--
	}
	for to < len(s.toks) && to-i < 3 && s.toks[to].gap == gapDot && s.toks[to].end-s.toks[to].start == 1 {
		to++
	}
	if to-from >= 2 {
		letters := ""
		for k := from; k < to; k++ {
			letters += s.foldOf(k)
		}
		if c := lexicon.Of(letters); c&^lexicon.Name != 0 || posts[letters] || shortStrokes[letters] {
			return 3
		}
		if s.toks[i].shape == initial {
			return -1
		}
		return 0
	}
	if g := s.nextGap(i); !s.besideLetter(i) && g != gapDot && g != gapDotSp {
		return 2.5
	}
	return 0
}

// calledNear reports whether a word that speaks of names stands within four tokens of token i.
func (s *scan) calledNear(i int) bool {
	for j := max(0, i-4); j <= i+4 && j < len(s.toks); j++ {
		if s.toks[j].mark&markCalled != 0 && j != i {
			return true
		}
	}
	return false
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
		return s.candidate(i) && !s.contracted(i) && s.score(w, i) >= s.needed(i) && !s.thingBeside(i) && !s.termLike(i) && !s.product(i)
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
