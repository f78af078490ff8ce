package phrase

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// split cuts text into words and single marks. A word keeps its inner hyphens,
// apostrophes, full stops and strokes (co-amoxiclav, O'Neill, 2.5, mg/kg); 's and
// n't are tokens of their own, as in the Treebank. Bytes that are not UTF-8 are marks.
func split(text string) []Token {
	var out []Token
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case unicode.IsSpace(r):
			i += n
		case isWord(r, n):
			end := wordEnd(text, i)
			out = appendWord(out, text, i, end)
			i = end
		default:
			out = append(out, Token{Text: text[i : i+n], Start: i, End: i + n})
			i += n
		}
	}
	return out
}

func isWord(r rune, n int) bool {
	return !(r == utf8.RuneError && n == 1) && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r))
}

// wordEnd finds the end of the word that begins at i.
func wordEnd(text string, i int) int {
	for i < len(text) {
		r, n := utf8.DecodeRuneInString(text[i:])
		if !isWord(r, n) {
			if !strings.ContainsRune("-'’./", r) {
				return i
			}
			if next, m := utf8.DecodeRuneInString(text[i+n:]); m == 0 || !isWord(next, m) {
				return i
			}
		}
		i += n
	}
	return i
}

// appendWord adds text[start:end], cutting off a clitic.
func appendWord(out []Token, text string, start, end int) []Token {
	word := text[start:end]
	cut := end
	for _, clitic := range []string{"'s", "’s", "n't", "n’t", "'ll", "'re", "'ve", "'d", "'m"} {
		if n := len(word) - len(clitic); n > 0 && strings.EqualFold(word[n:], clitic) {
			cut = start + n
			break
		}
	}
	out = append(out, Token{Text: text[start:cut], Start: start, End: cut})
	if cut < end {
		out = append(out, Token{Text: text[cut:end], Start: cut, End: end})
	}
	return out
}
