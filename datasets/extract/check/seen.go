package check

import (
	"fmt"
	"hash/fnv"

	"psims/datasets/incident"
)

// Key stands for a name of any length in 16 bytes: two of ten million names
// share one with a probability of less than 10⁻²⁴.
type Key [16]byte

// NewKey gives the key of parts, in that order; ("a", "bc") and ("ab", "c") differ.
func NewKey(parts ...string) (k Key) {
	h := fnv.New128a()
	for _, p := range parts {
		// A hash's Write never fails.
		_, _ = h.Write([]byte(p))
		_, _ = h.Write([]byte{0})
	}
	h.Sum(k[:0])
	return k
}

// Seen remembers the ids of a file, 20 bytes each. The zero value is empty.
type Seen struct{ lines map[Key]int32 }

// Has reports whether Again was called with these parts.
func (s *Seen) Has(parts ...string) bool {
	_, ok := s.lines[NewKey(parts...)]
	return ok
}

// Again gives the fault of an id that stands at an earlier line of the file, or
// nil and remembers it. column is the sender's name for the id.
func (s *Seen) Again(column string, line int, parts ...string) *Fault {
	if s.lines == nil {
		s.lines = map[Key]int32{}
	}
	k := NewKey(parts...)
	if first, ok := s.lines[k]; ok {
		return &Fault{column, incident.DuplicateID, fmt.Sprintf("The id in %s stands at line %d of the file too. The first row was kept: give each event its own id.", column, first)}
	}
	s.lines[k] = int32(line)
	return nil
}
