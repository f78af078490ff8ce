package artefact

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
)

// Namer makes a name from what a thing depends on.
type Namer struct{ h hash.Hash }

// NewNamer begins with the settings.
func NewNamer(settings ...any) Namer {
	n := Namer{sha256.New()}
	fmt.Fprintln(n.h, settings...) // a hash never fails to write
	return n
}

// Add adds what the thing is made from, part by part.
func (n Namer) Add(parts ...string) {
	for _, p := range parts {
		io.WriteString(n.h, p)
		n.h.Write([]byte{0})
	}
}

// Name gives eight hexadecimal digits.
func (n Namer) Name() string { return hex.EncodeToString(n.h.Sum(nil))[:8] }
