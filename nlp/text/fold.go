package text

import (
	"strings"
	"unicode"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"golang.org/x/text/unicode/norm"
)

// Fold gives the form of a token under which different spellings count as one:
// lower case, no diacritics, straight apostrophes and hyphens, no possessive ('s
// or s'), no stops between letters (e.g. becomes eg), no soft hyphens.
//
// Plain lower-case words come back as they are, without allocating.
func Fold(token string) string {
	w := token
	for i := range len(w) {
		if classes[w[i]]&(classLower|classDigit) == 0 {
			w = foldBytes(w)
			break
		}
	}
	if n := len(w); n > 2 && w[n-1] == 's' && w[n-2] == '\'' {
		w = w[:n-2]
	}
	return w
}

func foldBytes(s string) string {
	ascii := true
	for i := range len(s) {
		ascii = ascii && s[i] < 0x80
	}
	if !ascii {
		s = norm.NFKD.String(strings.ToValidUTF8(s, ""))
	}
	dots := strings.IndexByte(s, '.') > 0 && classes[s[0]]&classLetter != 0
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch {
		case r >= 'A' && r <= 'Z':
			b.WriteByte(byte(r) + 'a' - 'A')
		case r == '.' && dots:
		case r < 0x80:
			b.WriteByte(byte(r))
		case r == '\u2019' || r == '\u02bc':
			b.WriteByte('\'')
		case r == '\u2010' || r == '\u2011':
			b.WriteByte('-')
		case unicode.Is(unicode.Mn, r) || r == '\u00ad' || r == '\ufeff' || r >= '\u200b' && r <= '\u200d':
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// Stem gives the Porter2 stem of a folded word of letters, hyphens and
// apostrophes. Words of three letters or fewer, which are mostly abbreviations,
// and words with digits come back as they are.
//
// Source: Porter, The English (Porter2) stemming algorithm, snowballstem.org.
func Stem(folded string) string {
	if len(folded) <= 3 {
		return folded
	}
	for i := range len(folded) {
		if c := folded[i]; classes[c]&classLower == 0 && c != '-' && c != '\'' {
			return folded
		}
	}
	env := snowballstem.NewEnv(folded)
	english.Stem(env)
	return env.Current()
}
