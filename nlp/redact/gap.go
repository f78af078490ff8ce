package redact

import (
	"unicode"
	"unicode/utf8"
)

// gapOf names what stands between two tokens.
func gapOf(between string, first bool) gap {
	if first {
		return gapOther
	}
	g, lines := gapNone, 0
	for i := 0; i < len(between); {
		c := between[i]
		n := 1
		var mark gap
		switch {
		case byteClass[c] == isBlank:
			mark = gapSpace
		case c == '\n':
			lines++
			mark = gapLine
		case c == '\r':
			mark = gapSpace
		case c == '_': // file names
			mark = gapSpace
		case c == '-':
			mark = gapHyphen
		case c == '\'' || c == '`':
			mark = gapApos
		case c == '.':
			mark = gapDot
		case c == ',':
			mark = gapComma
		case c == ':' || c == '=' || c == '#':
			mark = gapColon
		case c == '/':
			mark = gapSlash
		case c == '(' || c == '"' || c == '[':
			mark = gapOpen
		case c == ')' || c == ']':
			mark = gapClose
		case c >= utf8.RuneSelf:
			mark, n = gapRune(between[i:])
		default:
			return gapOther
		}
		i += n
		g = joinGaps(g, mark)
	}
	if g == gapLine && lines > 1 {
		return gapOther
	}
	return g
}

// gapRune is gapOf for one rune beyond ASCII.
func gapRune(text string) (gap, int) {
	r, n := utf8.DecodeRuneInString(text)
	switch {
	case unicode.IsSpace(r) || invisible(r):
		return gapSpace, n
	case r >= 0x2010 && r <= 0x2015 || r == 0x2212:
		return gapHyphen, n
	case r == '’' || r == '‘':
		return gapApos, n
	case r == '“' || r == '”':
		return gapOpen, n
	case n == 1 && text[0] == 0x92:
		return gapApos, n
	case n == 1 && text[0] == 0xa0:
		return gapSpace, n
	}
	return gapOther, n
}

// joinGaps adds a mark to what went before it in the same gap.
func joinGaps(g, mark gap) gap {
	switch {
	case g == gapNone:
		return mark
	case g == mark && (g == gapSpace || g == gapLine || g == gapColon):
		return g
	case mark == gapSpace:
		switch g {
		case gapDot:
			return gapDotSp
		case gapHyphen, gapSlash, gapApos:
			return gapOther
		}
		return g
	case g == gapSpace:
		switch mark {
		case gapOpen, gapClose, gapLine, gapComma, gapColon:
			return mark
		case gapApos: // an opening quote
			return gapOpen
		}
		return gapOther
	case g == gapComma && mark == gapLine, g == gapLine && mark == gapComma:
		return gapComma
	case g == gapClose && mark == gapLine:
		return gapClose
	case g == gapHyphen && mark == gapLine:
		return gapLine
	case g == gapColon && mark == gapLine, g == gapDot && mark == gapColon, g == gapDotSp && mark == gapColon:
		return gapColon
	case g == gapDot && mark == gapComma, g == gapClose && mark == gapComma, g == gapComma && mark == gapOpen:
		return gapComma
	case g == gapOpen && mark == gapOpen, g == gapColon && mark == gapOpen:
		return gapOpen
	case g == gapClose && mark == gapColon:
		return gapColon
	}
	return gapOther
}
