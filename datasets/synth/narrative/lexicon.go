package narrative

import (
	"fmt"
	"strings"
)

// lexicon knows the words that may be shortened and those that may be left out.
type lexicon struct {
	forms  [][]string          // the full words, then their short forms
	starts map[string][]phrase // by first word
}

type phrase struct {
	words  []string
	lexeme int // index into forms; -1 for a word that may be left out
}

// loadLexicon reads lexicon.txt: "full words = short, forms", or "- word" for one
// that a hasty writer leaves out.
func loadLexicon() (*lexicon, error) {
	b, err := texts.ReadFile("text/lexicon.txt")
	if err != nil {
		return nil, fmt.Errorf("reading the lexicon: %w", err)
	}
	x := &lexicon{starts: map[string][]phrase{}}
	for i, l := range strings.Split(string(b), "\n") {
		l = strings.TrimSpace(l)
		if l == "" || l[0] == '#' {
			continue
		}
		p := phrase{lexeme: -1}
		full := strings.TrimPrefix(l, "- ")
		if full == l {
			var short string
			var ok bool
			if full, short, ok = strings.Cut(l, " = "); !ok {
				return nil, fmt.Errorf("lexicon.txt:%d: want words = short forms", i+1)
			}
			forms := []string{full}
			for s := range strings.SplitSeq(short, ",") {
				forms = append(forms, strings.TrimSpace(s))
			}
			p.lexeme = len(x.forms)
			x.forms = append(x.forms, forms)
		}
		p.words = strings.Fields(full)
		x.starts[p.words[0]] = append(x.starts[p.words[0]], p)
	}
	return x, nil
}

// split appends the nodes of a plain text to dst: lexemes, words that may be left
// out, and the text between.
func (x *lexicon) split(dst seq, text string) seq {
	plain := 0
	for i := 0; i < len(text); {
		if !letter(text[i]) || i > 0 && (letter(text[i-1]) || text[i-1] == '\'' || text[i-1] == '-') {
			i++
			continue
		}
		n, lexeme := x.longest(text[i:])
		if n == 0 {
			i++
			continue
		}
		if lexeme < 0 && verbs[strings.TrimRight(text[i:i+n], " ")] && afterPronoun(text[:i]) {
			i += n // "when it was noticed" needs its verb
			continue
		}
		if plain < i {
			dst = append(dst, node{op: opText, text: text[plain:i]})
		}
		if lexeme >= 0 {
			dst = append(dst, node{op: opLexeme, a: lexeme})
		} else {
			dst = append(dst, node{op: opDrop, text: text[i : i+n]})
		}
		i += n
		plain = i
	}
	if plain < len(text) {
		dst = append(dst, node{op: opText, text: text[plain:]})
	}
	return dst
}

// longest returns the length of the longest phrase at the start of text, and its lexeme.
func (x *lexicon) longest(text string) (int, int) {
	end := 0
	for end < len(text) && letter(text[end]) {
		end++
	}
	best, lexeme := 0, -1
	for _, p := range x.starts[text[:end]] {
		full := strings.Join(p.words, " ")
		if len(full) <= best || !strings.HasPrefix(text, full) {
			continue
		}
		if len(text) > len(full) && (letter(text[len(full)]) || text[len(full)] == '-' || text[len(full)] == '\'') {
			continue
		}
		best, lexeme = len(full), p.lexeme
	}
	if best > 0 && lexeme < 0 && best < len(text) && text[best] == ' ' {
		best++ // a word that is left out takes its space with it
		if verbs[text[:best-1]] && !participle(text[best:]) {
			return 0, -1 // "was not seen" keeps its verb, "was seen" need not
		}
	}
	return best, lexeme
}

var verbs = map[string]bool{"was": true, "were": true, "had": true, "has": true, "had been": true, "has been": true, "there was": false, "there were": false}

// afterPronoun reports whether text ends with a word after which a verb can't be
// left out.
func afterPronoun(text string) bool {
	words := strings.Fields(text)
	if len(words) == 0 {
		return false
	}
	switch words[len(words)-1] {
	case "it", "this", "which", "who", "that", "there", "they", "nobody", "we", "I", "not", "and", "what":
		return true
	}
	return false
}

// participle reports whether text begins with a word before which an auxiliary
// can be left out.
func participle(text string) bool {
	end := 0
	for end < len(text) && letter(text[end]) {
		end++
	}
	switch word := text[:end]; word {
	case "found", "seen", "put", "sent", "told", "brought", "kept", "left", "given", "taken", "known", "moved":
		return true
	default:
		return strings.HasSuffix(word, "ed") || strings.HasSuffix(word, "ing")
	}
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
