package redact

import "strings"

// spelled finds identifiers that are written as they are read out: "oh seven
// seven double oh nine", "P A one two three", "joan dot roe at example dot org".
func (s *scan) spelled() {
	for i := 0; i < len(s.toks); {
		end, n, words := s.spelledRun(i)
		if s.foldOf(i) == "x" && words >= 2 && n >= 4 && n <= 6 && end-i-1-words <= 1 && !(i > 0 && s.toks[i-1].shape == digits) {
			i++ // x two three four: an extension
			s.addTokens(Extension, i, end)
			i = end
			continue
		}
		if (words < 2 || end-i < 3 && n < 3) && !(words == 1 && s.spelledPostcode(i, end)) {
			i++
			continue
		}
		if kind, ok := s.spelledKind(i, end, n); ok {
			s.addTokens(kind, i, end)
		}
		i = end
	}
}

// spelledRun takes the letters and words for digits from token i: where they end,
// how many letters and digits they make, and how many of them are words for digits.
func (s *scan) spelledRun(i int) (end, n, words int) {
	for end = i; end < len(s.toks); end++ {
		t := &s.toks[end]
		if end > i && t.gap != gapSpace && t.gap != gapHyphen && (t.gap != gapComma || n >= 7) && t.gap != gapLine && t.gap != gapOther || t.taken {
			break
		}
		w := s.foldOf(end)
		if len(w) == 1 && t.gap == gapLine && end > i {
			return end, n, words
		}
		switch {
		case t.key == keyDigit:
			words++
			n++ // "double" too: it stands for the first of two digits
			if w == "triple" || w == "treble" {
				n++
			}
		case len(w) == 1 && (byteClass[w[0]] == isLower || byteClass[w[0]] == isDigit) && (w[0] != 'a' && w[0] != 'i' || s.inSpelled(end) || t.shape == initial && !s.allCaps && end > i):
			n++
		case w == "plus" && end == i, w == "hundred" || w == "thousand":
			n++
		default:
			return s.trimCount(i, end), n, words
		}
	}
	return end, n, words
}

// inSpelled reports whether a word for a digit or a single letter follows token i.
func (s *scan) inSpelled(i int) bool {
	return i+1 < len(s.toks) && s.toks[i+1].gap == gapSpace && (s.toks[i+1].key == keyDigit || s.toks[i+1].end-s.toks[i+1].start == 1)
}

// trimCount leaves out a last word that counts something: "… nine three times".
func (s *scan) trimCount(i, end int) int {
	if end < len(s.toks) && end > i+1 && s.toks[end].gap == gapSpace && (s.foldOf(end) == "times" || s.foldOf(end) == "weeks" || s.foldOf(end) == "hours") {
		return end - 1
	}
	return end
}

// spelledKind says what a spelled run of n letters and digits is: what the words
// before it call it, or by its length a telephone number, or a postcode by its form.
func (s *scan) spelledKind(i, end, n int) (Kind, bool) {
	if s.spelledPostcode(i, end) {
		return Postcode, true
	}
	key := s.context(i)
	if kind, ok := contextKinds[key]; ok && n >= 3 && (n >= 5 || kind == Extension || kind == PracticeCode) {
		return kind, true
	}
	if s.calledPostcode(i) && n >= 5 {
		return Postcode, true
	}
	switch {
	case n >= 9:
		return Phone, true
	case n >= 6 && s.toks[i].key != keyDigit, n >= 7:
		return Reference, true
	}
	return 0, false
}

// spelledPostcode reports whether the tokens from i to end are one or two letters,
// one or two digits, perhaps a letter, a digit and two letters.
func (s *scan) spelledPostcode(i, end int) bool {
	var b strings.Builder
	for j := i; j < end; j++ {
		switch w := s.foldOf(j); {
		case w == "double" || w == "triple" || w == "treble":
			b.WriteByte('0')
		case s.toks[j].key == keyDigit || byteClass[w[0]] == isDigit || w == "o" && j > i:
			b.WriteByte('0')
		default:
			b.WriteByte('a')
		}
	}
	switch b.String() {
	case "a00aa", "a000aa", "aa00aa", "aa000aa", "aa0a0aa", "a0a0aa":
		return true
	}
	return false
}
