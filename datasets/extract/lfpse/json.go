package lfpse

import (
	"unicode/utf16"
	"unicode/utf8"
)

// cursor walks over one JSON value that is held whole, checking as it goes. It
// stands in for encoding/json because a record has hundreds of small values of
// which a few are kept: it copies only those. What it accepts is what
// encoding/json does, down to maxDepth.
type cursor struct {
	b     []byte
	i     int
	depth int
	bad   bool // not JSON; i is where
}

// maxDepth is how deep arrays and objects may nest. AdverseEvent needs 8.
const maxDepth = 100

// fail marks what is at the cursor as not JSON.
func (c *cursor) fail() { c.bad = true }

// space moves to the next byte that isn't blank and gives it, 0 at the end and
// after a fault.
func (c *cursor) space() byte {
	if c.bad {
		return 0
	}
	for c.i < len(c.b) {
		switch b := c.b[c.i]; b {
		case ' ', '\t', '\n', '\r':
			c.i++
		default:
			return b
		}
	}
	return 0
}

// object calls member for each member of the object; member must take the value.
func (c *cursor) object(member func(key []byte)) {
	c.list('{', '}', func() {
		if c.space() != '"' {
			c.fail()
			return
		}
		key, escaped := c.text()
		if escaped {
			key = []byte(unescape(key))
		}
		if c.space() != ':' {
			c.fail()
			return
		}
		c.i++
		member(key)
	})
}

// array calls element for each element of the array; element must take it.
func (c *cursor) array(element func()) { c.list('[', ']', element) }

func (c *cursor) list(open, end byte, element func()) {
	if c.space() != open || c.depth >= maxDepth {
		c.fail()
		return
	}
	c.i++
	c.depth++
	if c.space() == end {
		c.i++
		c.depth--
		return
	}
	for !c.bad {
		element()
		switch c.space() {
		case ',':
			c.i++
		case end:
			c.i++
			c.depth--
			return
		default:
			c.fail()
		}
	}
}

// elements is array, but takes a single value as an array of one.
func (c *cursor) elements(element func()) {
	if c.space() == '[' {
		c.array(element)
	} else {
		element()
	}
}

// text takes a string and gives what is between its quotes, and whether it has escapes.
func (c *cursor) text() (raw []byte, escaped bool) {
	if c.space() != '"' {
		c.fail()
		return nil, false
	}
	c.i++
	from := c.i
	for c.i < len(c.b) {
		switch b := c.b[c.i]; {
		case b == '"':
			c.i++
			return c.b[from : c.i-1], escaped
		case b == '\\':
			escaped = true
			if !c.escape() {
				c.fail()
				return nil, false
			}
		case b < ' ':
			c.fail()
			return nil, false
		default:
			c.i++
		}
	}
	c.fail()
	return nil, false
}

// escape moves over one escape sequence.
func (c *cursor) escape() bool {
	if c.i+1 >= len(c.b) {
		return false
	}
	switch c.b[c.i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		c.i += 2
		return true
	case 'u':
		if c.i+6 > len(c.b) || hex(c.b[c.i+2:c.i+6]) < 0 {
			return false
		}
		c.i += 6
		return true
	}
	return false
}

// scalar is a string, number, true or false as it was written.
type scalar struct {
	raw     []byte // nil for null, objects and arrays
	escaped bool
}

func (s scalar) String() string {
	if s.escaped {
		return unescape(s.raw)
	}
	return string(s.raw)
}

// scalar takes any value; objects, arrays and null give none.
func (c *cursor) scalar() scalar {
	switch c.space() {
	case '"':
		raw, escaped := c.text()
		if raw == nil {
			raw = []byte{}
		}
		return scalar{raw, escaped}
	case '{':
		c.object(func([]byte) { c.skip() })
		return scalar{}
	case '[':
		c.array(c.skip)
		return scalar{}
	}
	from := c.i
	for c.i < len(c.b) && !endsLiteral(c.b[c.i]) {
		c.i++
	}
	switch literal := c.b[from:c.i]; {
	case string(literal) == "null":
		return scalar{}
	case string(literal) == "true", string(literal) == "false", isNumber(literal):
		return scalar{raw: literal}
	}
	c.i = from
	c.fail()
	return scalar{}
}

// skip takes any value and forgets it.
func (c *cursor) skip() { c.scalar() }

func endsLiteral(b byte) bool {
	return b == ',' || b == ']' || b == '}' || b == ' ' || b == '\n' || b == '\r' || b == '\t'
}

// isNumber reports whether b is a number as JSON writes one.
func isNumber(b []byte) bool {
	digits := func() bool {
		n := 0
		for n < len(b) && b[n] >= '0' && b[n] <= '9' {
			n++
		}
		b = b[n:]
		return n > 0
	}
	if len(b) > 0 && b[0] == '-' {
		b = b[1:]
	}
	if len(b) > 1 && b[0] == '0' && b[1] >= '0' && b[1] <= '9' || !digits() {
		return false
	}
	if len(b) > 0 && b[0] == '.' {
		if b = b[1:]; !digits() {
			return false
		}
	}
	if len(b) > 0 && (b[0] == 'e' || b[0] == 'E') {
		if b = b[1:]; len(b) > 0 && (b[0] == '+' || b[0] == '-') {
			b = b[1:]
		}
		if !digits() {
			return false
		}
	}
	return len(b) == 0
}

// hex reads four hexadecimal digits, −1 when they aren't.
func hex(b []byte) rune {
	var r rune
	for _, c := range b[:4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}

// unescape replaces the escapes of a string that text has checked.
func unescape(raw []byte) string {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); {
		if raw[i] != '\\' {
			out = append(out, raw[i])
			i++
			continue
		}
		switch c := raw[i+1]; c {
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			r := hex(raw[i+2:])
			if utf16.IsSurrogate(r) {
				low := rune(-1)
				if i+12 <= len(raw) && raw[i+6] == '\\' && raw[i+7] == 'u' {
					low = hex(raw[i+8:])
				}
				if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
					i += 6
				}
			}
			out = utf8.AppendRune(out, r)
			i += 4
		default:
			out = append(out, c)
		}
		i += 2
	}
	return string(out)
}
