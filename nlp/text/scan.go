package text

import (
	"fmt"
	"math"
	"unicode"
	"unicode/utf8"
)

// The classes of a byte. Bytes from 0x80 up are looked at as runes.
const (
	classLower uint8 = 1 << iota
	classUpper
	classDigit
	classSpace
	classNewline
	classSymbol
	classHigh
	classLetter = classLower | classUpper
	classAlnum  = classLetter | classDigit
)

var classes = makeClasses()

func makeClasses() (t [256]uint8) {
	for c := range t {
		switch {
		case c >= 'a' && c <= 'z':
			t[c] = classLower
		case c >= 'A' && c <= 'Z':
			t[c] = classUpper
		case c >= '0' && c <= '9':
			t[c] = classDigit
		case c == ' ' || c == '\t' || c == '\v' || c == '\f':
			t[c] = classSpace
		case c == '\n' || c == '\r':
			t[c] = classNewline
		case c >= 0x80:
			t[c] = classHigh
		}
	}
	for _, c := range []byte("&+=<>%$@#~^") {
		t[c] = classSymbol
	}
	return t
}

// scanner walks a text token by token.
type scanner struct {
	s       string
	at      int   // next byte to look at
	token   Token // the one just found
	pending bool  // a sentence ended since the last token, or none has begun
	cut     int32 // where that sentence ended, closing marks included
	before  int32 // where the sentence before the token's ended, if the token is the first of its own
}

func newScanner(s string) scanner {
	if len(s) > math.MaxInt32 {
		panic(fmt.Sprintf("text: a narrative of %d bytes", len(s)))
	}
	return scanner{s: s, pending: true}
}

// next finds the next token and says whether there was one.
func (sc *scanner) next() bool {
	s := sc.s
	for i := sc.at; i < len(s); {
		c := s[i]
		class := classes[c]
		switch {
		case class&classLetter != 0:
			return sc.emit(i, sc.word(i))
		case class&classSpace != 0:
			i++
		case class&classDigit != 0:
			end, kind := number(s, i)
			return sc.emitAs(i, end, kind)
		case class&classNewline != 0:
			sc.boundary(i + 1)
			i++
		case class&classSymbol != 0:
			return sc.emitAs(i, i+1, Symbol)
		case class&classHigh != 0:
			r, size := utf8.DecodeRuneInString(s[i:])
			switch {
			case r == utf8.RuneError && size <= 1:
				i++
			case isLetter(r):
				return sc.emit(i, sc.word(i))
			case r == '\u2028' || r == '\u2029' || r == '\u0085':
				sc.boundary(i + size)
				i += size
			case unicode.Is(unicode.S, r):
				return sc.emitAs(i, i+size, Symbol)
			default:
				i += size
			}
		case c == '[':
			if end := placeholder(s, i); end > 0 {
				return sc.emitAs(i, end, Placeholder)
			}
			i++
		case c == '.' && i+1 < len(s) && classes[s[i+1]]&classDigit != 0 && (i == 0 || classes[s[i-1]]&(classAlnum|classHigh) == 0):
			end, kind := number(s, i+1) // .5mg
			return sc.emitAs(i, end, kind)
		case c == '.' || c == '!' || c == '?':
			end := closing(s, i)
			if c != '.' || sc.endsAt(i, end) {
				sc.boundary(end)
			}
			i = end
		default:
			i++
		}
	}
	sc.at = len(s)
	return false
}

// emit reports the word from i to end, or the date that it begins.
func (sc *scanner) emit(i, end int) bool {
	if end+1 < len(sc.s) && end-i >= 3 && (sc.s[end] == ' ' || sc.s[end] == '.') {
		if stop := monthFirst(sc.s, i, end); stop > 0 {
			return sc.emitAs(i, stop, Date)
		}
	}
	kind := Word
	if digits := countDigits(sc.s[i:end]); digits > 3 {
		kind = Code
	}
	return sc.emitAs(i, end, kind)
}

func (sc *scanner) emitAs(i, end int, kind Kind) bool {
	sc.token = Token{Start: int32(i), End: int32(end), Kind: kind, First: sc.pending}
	sc.before, sc.pending = sc.cut, false
	sc.at = end
	if kind == Word && sc.s[end-1] == '.' && sc.endsAt(end-1, closing(sc.s, end-1)) { // p.o. at the end of a sentence
		sc.at = closing(sc.s, end-1)
		sc.boundary(sc.at)
	}
	return true
}

// boundary notes that a sentence ended before byte i; the first such place after
// a token counts.
func (sc *scanner) boundary(i int) {
	if !sc.pending {
		sc.pending = true
		sc.cut = int32(i)
	}
}

// word gives the end of the word that starts at byte i with a letter.
func (sc *scanner) word(i int) int {
	s := sc.s
	part := i // where the letters since the last joining mark began
	for j := i; j < len(s); {
		c := s[j]
		class := classes[c]
		if class&classAlnum != 0 {
			j++
			continue
		}
		if class&classSpace != 0 {
			return j
		}
		if class&classHigh != 0 {
			size := inWord(s, j)
			if size == 0 {
				return j
			}
			j += size
			continue
		}
		switch c {
		case '\'':
			if !startsLetter(s, j+1) {
				return j
			}
		case '-':
			if !startsLetter(s, j+1) && !(j+1 < len(s) && classes[s[j+1]]&classDigit != 0) {
				return j
			}
		case '/', '&':
			if !joins(s, i, part, j) {
				return j
			}
		case '.':
			return dotted(s, i, j)
		default:
			return j
		}
		j++
		part = j
	}
	return len(s)
}

// inWord gives the size of the rune at byte j when it continues a word, 0 when
// it does not. Soft hyphens and joiners, curly apostrophes and Unicode's own
// hyphens continue one when a letter follows.
func inWord(s string, j int) int {
	r, size := utf8.DecodeRuneInString(s[j:])
	switch {
	case r == utf8.RuneError && size <= 1:
		return 0
	case isLetter(r):
		return size
	case r == '\u2019' || r == '\u02bc' || r == '\u00ad' || r == '\u2010' || r == '\u2011' || r >= '\u200b' && r <= '\u200d' || r == '\ufeff':
		if startsLetter(s, j+size) {
			return size
		}
	}
	return 0
}

// isLetter includes marks, which complete a letter, and digits of other scripts.
func isLetter(r rune) bool {
	return unicode.IsLetter(r) || unicode.Is(unicode.M, r) || unicode.Is(unicode.Nd, r)
}

func startsLetter(s string, i int) bool {
	if i >= len(s) {
		return false
	}
	if c := classes[s[i]]; c&classHigh == 0 {
		return c&classLetter != 0
	}
	r, size := utf8.DecodeRuneInString(s[i:])
	return size > 1 && isLetter(r)
}

// joins says whether the slash or ampersand at byte j belongs to the word that
// began at i and whose last part began at part: both its neighbours are one or
// two letters, or, for a slash, both are units.
func joins(s string, i, part, j int) bool {
	next := j + 1
	for next < len(s) && classes[s[next]]&classLetter != 0 {
		next++
	}
	before, after := s[part:j], s[j+1:next]
	if after == "" || next < len(s) && classes[s[next]]&(classDigit|classHigh) != 0 {
		return false
	}
	if len(before) <= 2 && len(after) <= 2 && allLetters(s[part:j]) && j-i <= 5 {
		return true
	}
	return s[j] == '/' && unitOf(before) != noUnit && unitOf(after) != noUnit
}

func allLetters(s string) bool {
	for i := range len(s) {
		if classes[s[i]]&classLetter == 0 {
			return false
		}
	}
	return s != ""
}

// dotted gives the end of the word from i when a stop comes at byte j: single
// letters with stops between belong together with the last stop (e.g. a.m. q.d.s.),
// anything else ends before the stop.
func dotted(s string, i, j int) int {
	if j-i != 1 {
		return j
	}
	end := j
	for k := j; k+1 < len(s) && s[k] == '.' && classes[s[k+1]]&classLetter != 0; k += 2 {
		if k+2 < len(s) && classes[s[k+2]]&(classAlnum|classHigh) != 0 {
			return end // the next part is longer than one letter
		}
		end = k + 2
	}
	if end > j && end < len(s) && s[end] == '.' {
		end++
	}
	return end
}

// placeholder gives the end of the redaction placeholder that starts at byte i
// with a bracket, or 0: capitals, digits, spaces, hyphens and underscores, at most 40, starting with a capital.
func placeholder(s string, i int) int {
	for j := i + 1; j < len(s) && j < i+42; j++ {
		c := s[j]
		switch {
		case c >= 'A' && c <= 'Z':
		case j > i+1 && (classes[c]&classDigit != 0 || c == ' ' || c == '_' || c == '-'):
		case j > i+1 && c == ']':
			return j + 1
		default:
			return 0
		}
	}
	return 0
}

func countDigits(s string) int {
	n := 0
	for i := range len(s) {
		if c := s[i] - '0'; c <= 9 {
			n++
		}
	}
	return n
}
