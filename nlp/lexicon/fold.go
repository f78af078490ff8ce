package lexicon

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold appends the lower-case plain-letter form of word to dst: accents are
// dropped, ligatures spelt out, apostrophes and invisible marks left out. Bytes
// that are not UTF-8 are read as Windows-1252 letters, the code page that old
// extracts are written in.
func Fold(dst []byte, word string) []byte {
	for i := 0; i < len(word); {
		c := word[i]
		if c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			if c != '\'' {
				dst = append(dst, c)
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(word[i:])
		if r == utf8.RuneError && n == 1 {
			// From 0xA0 upwards Windows-1252 and Unicode agree; below lie quotes and dashes.
			if r = rune(c); c < 0xa0 {
				r = '’'
			}
		}
		i += n
		dst = foldRune(dst, r)
	}
	return dst
}

func foldRune(dst []byte, r rune) []byte {
	switch r = unicode.ToLower(r); r {
	case 'ß':
		return append(dst, "ss"...)
	case 'æ':
		return append(dst, "ae"...)
	case 'œ':
		return append(dst, "oe"...)
	case 'ø':
		return append(dst, 'o')
	case 'ł':
		return append(dst, 'l')
	case 'đ', 'ð':
		return append(dst, 'd')
	case 'þ':
		return append(dst, "th"...)
	case 'ı':
		return append(dst, 'i')
	}
	var buf [utf8.UTFMax]byte
	n := utf8.EncodeRune(buf[:], r)
	for b := norm.NFD.Bytes(buf[:n]); len(b) > 0; {
		p, size := utf8.DecodeRune(b)
		if unicode.IsLetter(p) || unicode.IsDigit(p) {
			dst = utf8.AppendRune(dst, p)
		}
		b = b[size:]
	}
	return dst
}
