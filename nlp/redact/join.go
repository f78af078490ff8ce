package redact

import (
	"bytes"
	"strings"

	"psims/nlp/lexicon"
)

// lineBreakIn gives the length of the hyphen and line break at byte i that part
// a word begun at byte start, or 0. Where both halves are words of their own, the
// whole must be one too.
func (s *scan) lineBreakIn(start, i int) int {
	text := s.text
	if text[i] != '-' || i+2 >= len(text) {
		return 0
	}
	n := 1
	if text[i+n] == '\r' {
		n++
	}
	if text[i+n] != '\n' {
		return 0
	}
	n++
	end := i + n
	for end < len(text) && (byteClass[text[end]] == isLower || text[end] >= 0x80) {
		end++
	}
	if end == i+n {
		return 0
	}
	left, right := folded(text[start:i]), folded(text[i+n:end])
	if lexicon.Of(left+right) == 0 && lexicon.Of(left).Has(anyWord) && lexicon.Of(right).Has(anyWord) {
		return 0
	}
	return n
}

// joinLines takes the hyphen and the line break out of a folded word.
func joinLines(b []byte) []byte {
	at := bytes.IndexByte(b, '-')
	if at < 0 {
		return b
	}
	rest := bytes.TrimLeft(b[at:], "-\r\n")
	return append(b[:at], rest...)
}

// addToken adds a token to the scan, in parts where it was written together with
// its neighbour: "GMC1234567", "9990000018was", "ptFrobisher", "Frobisher2".
func (s *scan) addToken(t token) {
	if t.shape == alnum || t.shape == mixed || t.class == 0 && t.end-t.start >= 7 && t.shape < upper {
		if n := s.seam(&t); n > 0 {
			left, right := t, token{start: t.start + int32(n), end: t.end, gap: gapSpace}
			left.end, left.poss, right.poss = t.start+int32(n), false, t.poss
			s.reshape(&left)
			s.toks = append(s.toks, left)
			s.reshape(&right)
			s.addToken(right)
			return
		}
	}
	s.toks = append(s.toks, t)
}

// reshape judges a part of a token anew.
func (s *scan) reshape(t *token) {
	var lowers, uppers, nums int
	word := s.text[t.start:t.end]
	for _, c := range []byte(word) {
		switch byteClass[c] {
		case isUpper:
			uppers++
		case isDigit:
			nums++
		default:
			lowers++
		}
	}
	t.shape = shapeOf(byteClass[word[0]], lowers, uppers, nums)
	t.class, t.key, t.slip, t.hash = 0, keyNone, keyNone, 0
	s.classify(t)
}

// seam gives the length of the first of two words written together, or 0.
func (s *scan) seam(t *token) int {
	w := s.text[t.start:t.end]
	if t.shape == lower || t.shape == title {
		return nameTail(w)
	}
	if t.shape == mixed && len(w) > 5 && keywords[folded(w[:3])] == keyBirth && keywords[folded(w[3:])] == keyMonth {
		return 3 // DOBDecember 8, 1963
	}
	if t.shape == mixed {
		if n := nameTail(w); n > 0 && camelSeam(w) == 0 {
			return n
		}
		if n := camelSeam(w); n > 0 || !s.numberGoesOn(int(t.end)) {
			return n
		}
	}
	n := 0
	for n < len(w) && byteClass[w[n]] != isDigit {
		n++
	}
	k := n
	for k < len(w) && byteClass[w[k]] == isDigit {
		k++
	}
	long := k-n >= 3 || k < len(w) || s.numberGoesOn(int(t.end))
	if n == 1 && w[0] == 'x' && k-n >= 3 && k-n <= 5 {
		return 1 // x2345
	}
	for cut := n; cut >= 2; cut-- {
		if cut == len(w) || cut < n && (n-cut > 3 || byteClass[w[cut]] != isUpper) {
			continue // HCPCPA12345, numberX149312
		}
		key := keywords[folded(w[:cut])]
		_, context := contextKinds[key]
		general := key == keyHospital && cut <= 3
		if key == keyBirth || key == keyBorn && cut == n || long && !general && (context || key == keyNumber || key == keyPostcode || refs[folded(w[:cut])]) {
			return cut
		}
	}
	if n >= 6 {
		if seam := camelSeam(w[:n]); seam > 0 {
			return seam
		}
		if seam := nameTail(w[:n]); seam > 0 {
			return seam
		}
		if tail := w[n-3 : n]; k > n && byteClass[w[0]] == isUpper && byteClass[w[1]] == isLower && (tail == "bed" || tail == "bay") {
			return n - 3 // Frobisherbed4
		}
	}
	if c := lexicon.Of(folded(w[:n])); n >= 4 && k > n && k-n <= 2 && k == len(w) && (c.FirmGiven() || c.FirmSurname() || c == 0 && byteClass[w[0]] == isUpper && byteClass[w[1]] == isLower) {
		return n
	}
	// The tail: small letters behind a digit or a capital, a word that joins or a verb.
	tail := len(w)
	for tail > 0 && byteClass[w[tail-1]] == isLower {
		tail--
	}
	if end := w[tail:]; tail >= 2 && len(end) >= 2 && (lexicon.Of(end).Has(lexicon.Auxiliary) || tailWords[end]) {
		return tail
	}
	return 0
}

var tailWords = set("and on for from the but which not his her")

// nameTail gives the length of the listed name with which a word begins that ends
// in a small word: Frobisherwas.
func nameTail(w string) int {
	for _, tail := range [...]string{"was", "has", "had", "and", "bed", "bay", "is"} {
		if rest, ok := strings.CutSuffix(w, tail); ok && len(rest) >= 4 {
			if c := lexicon.Of(folded(rest)); c.FirmGiven() || c.FirmSurname() {
				return len(rest)
			}
		}
	}
	return 0
}

// camelSeam parts "ptFrobisher" and "DrFrobisher": a word for a person or another
// small word, then a capital and what is no word.
func camelSeam(w string) int {
	for n := 2; n+3 <= len(w); n++ {
		if byteClass[w[n]] != isUpper || byteClass[w[n-1]] != isLower || byteClass[w[n+1]] != isLower && w[n+1] < 0x80 {
			continue
		}
		left, right := lexicon.Of(folded(w[:n])), lexicon.Of(folded(w[n:]))
		person := keywords[folded(w[:n])] == keyBorn || left.Has(lexicon.Title|lexicon.Role|lexicon.Subject|lexicon.Relation) || functionWords[folded(w[:n])]
		if person && !(right.Has(lexicon.Thing|lexicon.Word) && !right.Has(lexicon.Name)) {
			return n
		}
	}
	return 0
}

// numberGoesOn reports whether a stroke, stop or hyphen and a digit follow at byte i.
func (s *scan) numberGoesOn(i int) bool {
	return i+1 < len(s.text) && oneOf(s.text[i], "./-") && byteClass[s.text[i+1]] == isDigit
}

// loose reports whether token i is parted from the one before it by nothing but
// blanks, strokes, hyphens, stops and line breaks, four characters at most.
func (s *scan) loose(i int) bool {
	between := s.text[s.toks[i-1].end:s.toks[i].start]
	return len(between) <= 4 && strings.Trim(between, " \t\r\n-./") == ""
}

// soft reports whether the sentence goes on between token j and the one after it:
// no stop before a blank, no blank line, but any quotes, brackets and stars.
func (s *scan) soft(j int) bool {
	between := s.text[s.toks[j].end:s.toks[j+1].start]
	if len(between) > 6 {
		return false
	}
	for k, c := range []byte(between) {
		switch c {
		case '.', '!', '?', ';':
			if k == 0 && c == '.' && s.toks[j].key != keyNone {
				continue // "no. 'B82"
			}
			if k+1 < len(between) && (byteClass[between[k+1]] == isBlank || between[k+1] == '\n') {
				return false
			}
		case '\n':
			if strings.Count(between, "\n") > 1 {
				return false
			}
		}
	}
	return true
}
