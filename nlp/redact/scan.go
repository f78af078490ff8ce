package redact

import (
	"cmp"
	"slices"
	"strings"

	"psims/nlp/lexicon"
)

// scan is one pass over one text. It is reused from text to text.
type scan struct {
	gate  *Gate
	text  string
	toks  []token
	spans []Span
	fold  []byte
	feats []uint32 // of the token that the tagger looks at

	spelt int  // how many words stand for a digit
	dots  bool // the word "dot" occurs

	allCaps bool // the text is in capitals: capitals prove nothing
	cased   bool // the text has words with a capital
	heavy   bool // the text has more capitalised words than others: a capital proves little
	// heard holds the hashes of the folded words of names that a title or cue announced, so
	// that they are known again where nothing announces them.
	heard []uint32
}

// pass finds the identifiers of text and leaves them in s.spans, in order,
// without overlaps and clear of placeholders.
func (s *scan) pass(text string) {
	s.text, s.toks, s.spans, s.spelt, s.dots = text, s.toks[:0], s.spans[:0], 0, false
	s.tokenise()
	if len(s.toks) == 0 {
		return
	}
	s.judgeCapitals()
	for i := 0; i < len(s.toks); {
		i = s.identifierAt(i)
	}
	s.emails()
	if s.spelt > 0 {
		s.spelled()
	}
	if s.dots {
		s.spelledMail()
	}
	s.names()
	if s.gate.config.Hospitals {
		s.hospitals()
	}
	s.tidy()
}

// identifierAt tries what token i may begin, other than a name, and gives the
// token to go on with.
func (s *scan) identifierAt(i int) int {
	t := &s.toks[i]
	switch {
	case t.shape == digits || t.shape == alnum:
		if end := s.numberAt(i); end > i {
			return end
		}
	case t.shape == placeholder:
		if i+1 < len(s.toks) {
			return s.nameDateAt(i)
		}
	case t.key == keyBirth || t.key == keyBorn || t.slip == keyBirth || t.slip == keyBorn || t.shape <= initial && s.dottedDOB(i):
		return s.birthAt(i)
	case t.key == keyMonth && i+2 < len(s.toks):
		if end := s.oldDateAt(i); end > i {
			return end
		}
	}
	if next := s.nextGap(i); next == gapDot || next == gapOther && strings.HasPrefix(s.text[t.end:], "://") {
		if end := s.linkAt(i); end > i {
			return end
		}
	}
	return i + 1
}

// dottedDOB reports whether token i is the last letter of D.O.B. and marks it so.
func (s *scan) dottedDOB(i int) bool {
	if s.toks[i].end-s.toks[i].start == 2 || i < 2 || s.toks[i].end-s.toks[i].start != 1 {
		return s.cutDOB(i)
	}
	right := 0
	for k, letter := range []string{"d", "o", "b"} {
		t := &s.toks[i-2+k]
		if t.end-t.start != 1 || k > 0 && t.gap != gapDot && t.gap != gapSpace && t.gap != gapDotSp {
			return false
		}
		if s.foldOf(i-2+k) == letter {
			right++
		}
	}
	if right < 3 && !(right == 2 && s.toks[i].gap == gapDot && s.toks[i-1].gap == gapDot && s.datedSoon(i+1)) {
		return false
	}
	s.toks[i].key = keyBirth
	return true
}

// datedSoon reports whether a number, a month or a date that was found stands at token
// i, or behind "is".
func (s *scan) datedSoon(i int) bool {
	if i < len(s.toks) && s.foldOf(i) == "is" {
		i++
	}
	return i < len(s.toks) && (s.toks[i].shape == digits || s.toks[i].shape == alnum || s.toks[i].key == keyMonth || s.toks[i].shape == placeholder && s.word(i) == placeholders[DateOfBirth])
}

// cutDOB is dottedDOB where a stop was forgotten (D.OB, DO.B).
func (s *scan) cutDOB(i int) bool {
	if i < 1 || s.toks[i].gap != gapDot || i+1 >= len(s.toks) || s.foldOf(i-1)+s.foldOf(i) != "dob" {
		return false
	}
	s.toks[i].key = keyBirth
	return true
}

// judgeCapitals tells whether capitals mean anything in this text.
func (s *scan) judgeCapitals() {
	var lowers, titles, uppers int
	for i := range s.toks {
		switch t := &s.toks[i]; t.shape {
		case lower:
			lowers++
		case title:
			titles++
		case upper:
			if t.end-t.start > 3 {
				uppers++
			}
		}
	}
	s.allCaps = uppers > 0 && uppers > lowers+titles
	s.cased = titles > 0
	s.heavy = titles >= 4 && titles > 2*lowers
}

// word gives the text of token i.
func (s *scan) word(i int) string { return s.text[s.toks[i].start:s.toks[i].end] }

// foldOf gives the folded text of token i.
func (s *scan) foldOf(i int) string {
	t := &s.toks[i]
	w := s.word(i)
	if t.shape == digits || t.shape == placeholder {
		return w
	}
	s.fold = lexicon.Fold(s.fold[:0], w)
	if t.broken {
		s.fold = joinLines(s.fold)
	}
	if string(s.fold) == w {
		return w
	}
	return string(s.fold)
}

// nextKey gives the keyword of token i, keyNone beyond the end.
func (s *scan) nextKey(i int) keyword {
	if i < len(s.toks) {
		return s.toks[i].key
	}
	return keyNone
}

// add notes the tokens from i up to end as one identifier and gives end.
func (s *scan) add(k Kind, i, end int) int {
	s.addTokens(k, i, end)
	return end
}

func (s *scan) addTokens(k Kind, i, end int) {
	s.spans = append(s.spans, Span{int(s.toks[i].start), int(s.toks[end-1].end), k})
	for j := i; j < end; j++ {
		s.toks[j].taken = true
	}
}

// tidy puts the spans in order, drops those that touch a placeholder, and joins
// those that overlap: the longer one names the kind.
func (s *scan) tidy() {
	if len(s.spans) == 0 {
		return
	}
	slices.SortFunc(s.spans, func(a, b Span) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End), cmp.Compare(b.Kind, a.Kind))
	})
	held := s.placeholderSpans()
	out := s.spans[:0]
	for _, sp := range s.spans {
		if slices.ContainsFunc(held, func(h Span) bool { return sp.Start < h.End && h.Start < sp.End }) {
			continue
		}
		if n := len(out); n > 0 && sp.Start < out[n-1].End {
			last := &out[n-1]
			if sp.End-sp.Start > last.End-last.Start {
				last.Kind = sp.Kind
			}
			last.End = max(last.End, sp.End)
			continue
		}
		out = append(out, sp)
	}
	s.spans = out
}

// placeholderSpans gives where the text holds placeholders already.
func (s *scan) placeholderSpans() []Span {
	var out []Span
	for i := range s.toks {
		if t := &s.toks[i]; t.shape == placeholder {
			out = append(out, Span{Start: int(t.start), End: int(t.end)})
		}
	}
	return out
}

// apply replaces the spans of text by their placeholders.
func apply(text string, spans []Span) string {
	var b strings.Builder
	size := len(text)
	for _, sp := range spans {
		size += len(placeholders[sp.Kind])
	}
	b.Grow(size)
	at := 0
	for _, sp := range spans {
		b.WriteString(text[at:sp.Start])
		b.WriteString(placeholders[sp.Kind])
		at = sp.End
	}
	b.WriteString(text[at:])
	return b.String()
}

// merge adds the spans found in the text that apply(original, old) gave, put
// back into the bytes of the original.
func merge(old, found []Span) []Span {
	out := make([]Span, 0, len(old)+len(found))
	i, shift := 0, 0 // shift: how far the redacted text lies ahead of the original
	for _, sp := range found {
		for i < len(old) && old[i].Start+shift < sp.Start {
			shift += len(placeholders[old[i].Kind]) - (old[i].End - old[i].Start)
			out = append(out, old[i])
			i++
		}
		out = append(out, Span{sp.Start - shift, sp.End - shift, sp.Kind})
	}
	return append(out, old[i:]...)
}

// set makes a set of the words of a line.
func set(words string) map[string]bool {
	out := make(map[string]bool)
	for w := range strings.FieldsSeq(words) {
		out[w] = true
	}
	return out
}
