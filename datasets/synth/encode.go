package synth

import "strconv"

// appendTwo appends n as two digits.
func appendTwo(b []byte, n int) []byte { return append(b, byte('0'+n/10), byte('0'+n%10)) }

// appendJSON appends s as a JSON string.
func appendJSON(b, s []byte) []byte {
	b = append(b, '"')
	plain := 0
	for i, c := range s {
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[plain:i]...)
		plain = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		default:
			b = append(b, '\\', 'u', '0', '0')
			b = append(b, "0123456789abcdef"[c>>4], "0123456789abcdef"[c&15])
		}
	}
	return append(append(b, s[plain:]...), '"')
}

// csvRow writes one row of a CSV file.
type csvRow struct {
	b     []byte
	cells int
}

func (r *csvRow) comma() {
	if r.cells > 0 {
		r.b = append(r.b, ',')
	}
	r.cells++
}

func (r *csvRow) text(s string) { r.comma(); r.b = appendCell(r.b, s) }

func (r *csvRow) bytes(s []byte) { r.comma(); r.b = appendCell(r.b, s) }

// plain writes what needs no quotes.
func (r *csvRow) plain(s string) { r.comma(); r.b = append(r.b, s...) }

// when writes s, which needs no quotes, if it is known.
func (r *csvRow) when(known bool, s string) {
	if !known {
		s = ""
	}
	r.plain(s)
}

func (r *csvRow) number(n int) { r.comma(); r.b = strconv.AppendInt(r.b, int64(n), 10) }

// end ends the row and returns the buffer.
func (r *csvRow) end() []byte { return append(r.b, '\n') }

func appendCell[T string | []byte](b []byte, s T) []byte {
	quote := false
	for i := range len(s) {
		if c := s[i]; c == ',' || c == '"' || c == '\n' || c == '\r' {
			quote = true
			break
		}
	}
	if !quote {
		return append(b, s...)
	}
	b = append(b, '"')
	for i := range len(s) {
		if s[i] == '"' {
			b = append(b, '"')
		}
		b = append(b, s[i])
	}
	return append(b, '"')
}
