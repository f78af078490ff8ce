package source

import (
	"fmt"
	"strings"
)

// Error says why a file, or the rest of it, can't be read, and what to do about it.
type Error struct {
	File    string
	Line    int    // 0 when it is the whole file
	Problem string // a clause: "it is empty"
	Hint    string // the remedy, as a clause; "" when there is none
	Err     error  // the cause; nil when there is none
}

// Error gives one sentence with the file, the line, the problem and the remedy.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "reading extract %q", e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ", line %d", e.Line)
	}
	b.WriteString(": " + e.Problem)
	if e.Err != nil {
		b.WriteString(" (" + e.Err.Error() + ")")
	}
	if e.Hint != "" {
		b.WriteString("; " + e.Hint)
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }
