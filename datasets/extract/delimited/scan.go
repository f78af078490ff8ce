package delimited

import (
	"bytes"
	"fmt"

	"psims/datasets/extract/source"
	"psims/datasets/incident"
)

// scanner takes rows from a window one by one.
type scanner struct {
	w       *source.Window
	comma   byte
	columns int // 0: any number
	row     Row
	ends    []int  // where each field of a quoted row ends in plain
	plain   []byte // the fields of a quoted row, without their quotes, end to end
}

// next moves on to the next row and reports whether there is one.
func (s *scanner) next() bool {
	for {
		n, ok := s.w.LineEnd()
		if n == 0 || s.w.Err() != nil {
			return false // the end, or a line that was cut off by an error
		}
		if !ok {
			s.reject(incident.BadRow, fmt.Sprintf("The line is longer than %d KiB: a line feed is missing.", MaxRow>>10))
			s.w.SkipLine()
			return true
		}
		line := s.w.Bytes()[:n]
		body := trimEnd(line)
		switch {
		case s.empty(body):
			s.w.Skip(n)
			continue
		case bytes.IndexByte(body, 0) >= 0:
			s.reject(incident.BadEncoding, "The row holds zero bytes, which are not text: export the file again as UTF-8.")
			s.w.Skip(n)
			return true
		case bytes.IndexByte(body, '"') < 0:
			s.row = Row{Line: s.w.Line, fields: s.split(body)}
			s.check()
			s.w.Skip(n)
			return true
		}
		s.quoted(n)
		return true
	}
}

// empty reports whether a line holds nothing but blanks and delimiters, such as
// spreadsheets write below a table.
func (s *scanner) empty(line []byte) bool {
	for _, c := range line {
		if c != s.comma && c != ' ' && c != '\t' {
			return false
		}
	}
	return true
}

// trimEnd takes the line end off, "\n", "\r\n" or, at the end of the text, "\r".
func trimEnd(line []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte{'\n'}), []byte{'\r'})
}

func (s *scanner) reject(why incident.Reason, sentence string) {
	s.row = Row{Line: s.w.Line, Reason: why, Problem: sentence, fields: s.row.fields[:0]}
}

// check rejects the row if it hasn't as many columns as the header.
func (s *scanner) check() bool {
	if n := len(s.row.fields); s.columns > 0 && n != s.columns {
		s.reject(incident.BadRow, fmt.Sprintf("The row has %d columns and the header %d: a text with a delimiter, a quote or a line feed in it has to stand in double quotes.", n, s.columns))
		return false
	}
	return true
}

// split cuts a line without quotes.
func (s *scanner) split(line []byte) [][]byte {
	fields := s.row.fields[:0]
	for {
		i := bytes.IndexByte(line, s.comma)
		if i < 0 {
			return append(fields, line)
		}
		fields = append(fields, line[:i])
		line = line[i+1:]
	}
}

// quoted reads a row with quotes, which may go on over several lines. lineLength
// is the length of its first line, the only one that is used up if it is broken.
func (s *scanner) quoted(lineLength int) {
	length, problem := s.parse()
	if problem != "" {
		s.reject(incident.BadRow, problem)
		s.w.Skip(lineLength)
		return
	}
	fields, from := s.row.fields[:0], 0
	for _, end := range s.ends {
		fields = append(fields, s.plain[from:end])
		from = end
	}
	s.row = Row{Line: s.w.Line, fields: fields}
	switch {
	case !s.check():
		s.w.Skip(lineLength)
	case bytes.IndexByte(s.plain, 0) >= 0:
		s.reject(incident.BadEncoding, "The row holds zero bytes, which are not text: export the file again as UTF-8.")
		s.w.Skip(length)
	default:
		s.w.Skip(length)
	}
}

// parse reads the fields of a row with quotes into plain and ends. It gives how
// many bytes the row has, or what is wrong with it.
func (s *scanner) parse() (length int, problem string) {
	s.plain, s.ends = s.plain[:0], s.ends[:0]
	at := 0
	for {
		if b := s.w.Bytes(); at < len(b) && b[at] == '"' {
			end, problem := s.parseQuotes(at + 1)
			if problem != "" {
				return 0, problem
			}
			at = end
		} else {
			// The line feed that ends the field is held: LineEnd saw the first line's, parseQuotes every later one.
			end := at + fieldEnd(b[at:], s.comma)
			if bytes.IndexByte(b[at:end], '"') >= 0 {
				return 0, "A double quote stands in a text that doesn't begin with one: put the whole text in double quotes and double those inside."
			}
			s.plain = append(s.plain, bytes.TrimSuffix(b[at:end], cutReturn(b, end))...)
			at = end
		}
		s.ends = append(s.ends, len(s.plain))
		b := s.w.Bytes()
		if at == len(b) {
			if s.w.Full() {
				return 0, fmt.Sprintf("The row is longer than %d KiB: a double quote or a line feed is missing.", MaxRow>>10)
			}
			return at, ""
		}
		at++ // the delimiter or the line feed
		if b[at-1] == '\n' {
			return at, ""
		}
	}
}

// fieldEnd gives the length of an unquoted field: up to a delimiter, a line feed or the end.
func fieldEnd(b []byte, comma byte) int {
	for i, c := range b {
		if c == comma || c == '\n' {
			return i
		}
	}
	return len(b)
}

// cutReturn is the carriage return that belongs to the line end at position end, if any.
func cutReturn(b []byte, end int) []byte {
	if end == len(b) || b[end] == '\n' {
		return []byte{'\r'}
	}
	return nil
}

// parseQuotes reads a quoted text that begins at position at, behind its first
// quote, and gives the position of what follows its last: a delimiter, a line
// feed or the end of the text.
func (s *scanner) parseQuotes(at int) (end int, problem string) {
	for {
		b := s.w.Bytes()
		i := bytes.IndexByte(b[at:], '"')
		if i < 0 {
			// A "\r" at the end waits for what follows it.
			held := len(b)
			if held > at && b[held-1] == '\r' {
				held--
			}
			s.plain = appendLines(s.plain, b[at:held])
			at = held
			if !s.w.More() {
				return 0, "A double quote opens a text and none closes it: double the quotes that belong to a text."
			}
			continue
		}
		s.plain = appendLines(s.plain, b[at:at+i])
		at += i + 1
		// What follows the quote decides what it is; two bytes tell "\r\n" apart.
		for len(s.w.Bytes()) < at+2 && s.w.More() {
		}
		b = s.w.Bytes()
		switch {
		case at == len(b), b[at] == s.comma, b[at] == '\n':
			return s.lineHeld(at), ""
		case b[at] == '\r' && (at+1 == len(b) || b[at+1] == '\n'):
			return at + 1, ""
		case b[at] == '"':
			s.plain = append(s.plain, '"')
			at++
		default:
			return 0, "Something other than a delimiter follows the closing quote of a text: double the quotes that belong to the text."
		}
	}
}

// lineHeld reads on until the line that position at is on is held whole.
func (s *scanner) lineHeld(at int) int {
	for bytes.IndexByte(s.w.Bytes()[at:], '\n') < 0 && s.w.More() {
	}
	return at
}

// appendLines appends text with each "\r\n" as "\n".
func appendLines(dst, text []byte) []byte {
	for {
		i := bytes.Index(text, []byte("\r\n"))
		if i < 0 {
			return append(dst, text...)
		}
		dst = append(append(dst, text[:i]...), '\n')
		text = text[i+2:]
	}
}
