package redact

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"psims/nlp/lexicon"
)

// shape is how a token is written.
type shape uint8

const (
	lower       shape = iota // small letters only
	title                    // a capital, then small letters only
	mixed                    // letters of both sizes in any other order
	upper                    // two or more capitals and nothing else
	initial                  // one capital
	digits                   // ASCII digits only
	alnum                    // letters and digits
	placeholder              // [NAME] and its like
)

// gap is what stands before a token.
type gap uint8

const (
	gapNone   gap = iota // nothing
	gapSpace             // blanks
	gapHyphen            // one hyphen or dash, nothing else
	gapApos              // one apostrophe
	gapDot               // a full stop and nothing else, as in J.Smith
	gapDotSp             // a full stop, then blanks
	gapComma             // a comma and blanks
	gapColon             // a colon, equals sign or number sign, and blanks
	gapSlash             // one stroke
	gapOpen              // an opening bracket or quote, with blanks
	gapClose             // a closing bracket or quote, with blanks
	gapLine              // one line break, with blanks
	gapOther             // anything else, the beginning of the text included
)

// token is a run of letters and digits, or a placeholder.
type token struct {
	start, end int32
	class      lexicon.Class
	hash       uint32 // of the folded word
	key        keyword
	mark       mark    // what it announces beyond its class
	slip       keyword // the keyword that the word is one slip of the finger away from
	shape      shape
	gap        gap  // what stands before it
	poss       bool // followed by 's, which is not part of it
	taken      bool // part of an identifier that was found
	named      bool // part of a name that was found
	broken     bool // holds a hyphen and a line break
}

// byteClass tells the ASCII bytes apart.
const (
	isOther = iota
	isLower
	isUpper
	isDigit
	isBlank
)

var byteClass = func() (t [256]uint8) {
	for c := 'a'; c <= 'z'; c++ {
		t[c], t[c-'a'+'A'] = isLower, isUpper
	}
	for c := '0'; c <= '9'; c++ {
		t[c] = isDigit
	}
	for _, c := range " \t\v\f" {
		t[c] = isBlank
	}
	return t
}()

// tokenise fills s.toks from s.text.
func (s *scan) tokenise() {
	text := s.text
	last := 0 // where the token before ended
	for i := 0; i < len(text); {
		c := text[i]
		if c == '[' {
			if n := placeholderAt(text[i:]); n > 0 {
				s.toks = append(s.toks, token{start: int32(i), end: int32(i + n), shape: placeholder, gap: gapOf(text[last:i], len(s.toks) == 0), hash: hash([]byte(text[i : i+n]))})
				i += n
				last = i
				continue
			}
		}
		if c < utf8.RuneSelf && byteClass[c] != isLower && byteClass[c] != isUpper && byteClass[c] != isDigit {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			// A mark that may stand within a word doesn't begin one.
			if n, letter := letterAt(text[i:]); !letter || unmarked(text[i:i+n]) == 0 {
				i += n
				continue
			}
		}
		t := token{start: int32(i), gap: gapOf(text[last:i], len(s.toks) == 0)}
		i = s.readWord(&t, i)
		last = i
		s.addToken(t)
	}
}

// placeholderAt gives the length of the placeholder that text begins with, or 0.
func placeholderAt(text string) int {
	for _, p := range placeholders {
		if strings.HasPrefix(text, p) {
			return len(p)
		}
	}
	return 0
}

// letterAt reports whether text begins with a letter beyond ASCII, or a mark
// that may stand within a word, and its length. Single bytes that are not UTF-8
// count as the letters they are in Windows-1252.
func letterAt(text string) (n int, letter bool) {
	r, n := utf8.DecodeRuneInString(text)
	switch {
	case r == utf8.RuneError && n == 1:
		return 1, text[0] >= 0xc0 && text[0] != 0xd7 && text[0] != 0xf7
	case unicode.IsLetter(r) || unicode.IsMark(r):
		return n, true
	}
	return n, invisible(r)
}

// unmarked gives the number of letters left of word once it is folded.
func unmarked(word string) int {
	var buf [8]byte
	return len(lexicon.Fold(buf[:0], word))
}

// invisible reports whether r can hide within a word: soft hyphen, zero-width marks.
func invisible(r rune) bool {
	return r == 0xad || r == 0xfeff || r >= 0x200b && r <= 0x200d || r == 0x2060
}

// apostropheAt gives the length of the apostrophe that text begins with, or 0.
func apostropheAt(text string) int {
	switch {
	case text == "":
		return 0
	case text[0] == '\'' || text[0] == '`' || text[0] == 0x92:
		return 1
	case strings.HasPrefix(text, "’") || strings.HasPrefix(text, "‘"):
		return len("’")
	}
	return 0
}

// joiningApostrophe gives the length of the apostrophe that text begins with if it
// joins the one letter before it to what follows, or 0.
func joiningApostrophe(text string, letters, nums int) int {
	if n := apostropheAt(text); letters == 1 && nums == 0 && n > 0 && lettersFrom(text[n:]) >= 3 {
		return n
	}
	return 0
}

// readWord reads the token that begins at i into t and gives where to go on. An
// apostrophe joins a single first letter to what follows (O'Neill, D'Souza); a
// clitic ('s, 've, 't) is passed over and belongs to no token.
func (s *scan) readWord(t *token, i int) int {
	text := s.text
	var lowers, uppers, nums int
	first := byteClass[text[i]]
	for i < len(text) {
		switch c := text[i]; {
		case c >= utf8.RuneSelf:
			n, letter := letterAt(text[i:])
			if !letter {
				if n := joiningApostrophe(text[i:], lowers+uppers, nums); n > 0 {
					i += n
					continue
				}
				goto end
			}
			if r, _ := utf8.DecodeRuneInString(text[i:]); unicode.IsUpper(r) {
				uppers++
				if i == int(t.start) {
					first = isUpper
				}
			} else if !invisible(r) {
				lowers++
			}
			i += n
			continue
		case byteClass[c] == isLower:
			lowers++
		case byteClass[c] == isUpper:
			uppers++
		case byteClass[c] == isDigit:
			nums++
		default:
			if n := joiningApostrophe(text[i:], lowers+uppers, nums); n > 0 {
				i += n
				continue
			}
			if n := s.lineBreakIn(int(t.start), i); n > 0 && nums == 0 {
				t.broken = true
				i += n
				continue
			}
			goto end
		}
		i++
	}
end:
	t.end = int32(i)
	t.shape = shapeOf(first, lowers, uppers, nums)
	s.classify(t)
	if n := apostropheAt(text[i:]); n > 0 && nums == 0 {
		if k := lettersFrom(text[i+n:]); k == 1 || k == 2 {
			t.poss = k == 1 && text[i+n]|0x20 == 's'
			return i + n + k
		}
	}
	return i
}

func shapeOf(first uint8, lowers, uppers, nums int) shape {
	switch {
	case nums > 0 && lowers+uppers == 0:
		return digits
	case nums > 0:
		return alnum
	case uppers == 0:
		return lower
	case lowers == 0 && uppers == 1:
		return initial
	case lowers == 0:
		return upper
	case uppers == 1 && first == isUpper:
		return title
	}
	return mixed
}

// lettersFrom counts the ASCII letters at the beginning of text, as far as 3.
func lettersFrom(text string) int {
	n := 0
	for n < len(text) && n < 3 && (byteClass[text[n]] == isLower || byteClass[text[n]] == isUpper || text[n] >= utf8.RuneSelf) {
		n++
	}
	return n
}

// classify looks the token up.
func (s *scan) classify(t *token) {
	word := s.text[t.start:t.end]
	if t.shape == digits || len(word) > maxWord {
		return
	}
	s.fold = lexicon.Fold(s.fold[:0], word)
	if t.broken {
		s.fold = joinLines(s.fold)
	}
	e := entries()[string(s.fold)]
	t.class, t.key, t.mark, t.hash = e.class, e.key, e.mark, hash(s.fold)
	if t.class == 0 && t.key == keyNone {
		t.slip = slipKeys()[string(s.fold)]
	}
	switch t.key {
	case keyDigit:
		s.spelt++
	case keyDot:
		s.dots = true
	}
	if g := s.gate; g.extra != nil {
		t.class |= g.extra[string(s.fold)]
		if g.keep[string(s.fold)] {
			t.class = t.class&^lexicon.Name | lexicon.Device
		}
	}
}

// entry is what one look-up tells of a word.
type entry struct {
	class lexicon.Class
	key   keyword
	mark  mark
}

// entries joins the lexicon and the keywords, so that each token costs one look-up.
var entries = sync.OnceValue(func() map[string]entry {
	const every = ^lexicon.Class(0)
	words := lexicon.Words(every)
	out := make(map[string]entry, len(words)+len(keywords))
	for _, w := range words {
		out[w] = entry{class: lexicon.Of(w), key: keywords[w], mark: marks[w]}
	}
	for w, key := range keywords {
		out[w] = entry{class: lexicon.Of(w), key: key, mark: marks[w]}
	}
	for w, m := range marks {
		out[w] = entry{class: lexicon.Of(w), key: keywords[w], mark: m}
	}
	return out
})

// hash is the 32-bit Fowler-Noll-Vo hash (FNV-1a) of b.
func hash(b []byte) uint32 {
	h := uint32(2166136261)
	for _, c := range b {
		h = (h ^ uint32(c)) * 16777619
	}
	return h
}

// maxWord is the length in bytes beyond which no list has a word.
const maxWord = 48
