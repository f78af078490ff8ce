package lfpse

import "bytes"

// ShapeOf tells from the first bytes of a text how it holds FHIR resources. A
// text that isn't JSON, or is JSON without a resource in sight, is [NotFHIR].
func ShapeOf(head []byte) Shape {
	head = bytes.TrimLeft(head, " \t\r\n")
	if len(head) == 0 || head[0] != '{' || !bytes.Contains(head, []byte(`"resourceType"`)) {
		return NotFHIR
	}
	line, rest, ended := bytes.Cut(head, []byte{'\n'})
	line, rest = bytes.TrimSpace(line), bytes.TrimSpace(rest)
	closed := len(line) > 1 && line[len(line)-1] == '}'
	switch {
	case isBundle(head) && (len(rest) == 0 || !closed):
		return Bundle
	case !ended, closed, len(rest) > 0 && rest[0] == '{':
		// One long line; a line that is whole; or a broken one with another behind it,
		// because no resource written over several lines has a "{" second.
		return Lines
	}
	return Resource
}

// isBundle reports whether the value that begins here, of which the end may be
// missing, is a Bundle: by its resourceType, or by having entries before it.
func isBundle(head []byte) bool {
	c := &cursor{b: head}
	kind := ""
	c.object(func(key []byte) {
		switch string(key) {
		case "resourceType":
			kind = c.scalar().String()
			c.fail() // enough was seen
		case "entry":
			kind = "Bundle"
			c.fail()
		default:
			c.skip()
		}
	})
	return kind == "Bundle"
}
