// Package shelf keeps what takes long to work out from one night to the next.
//
// A result is kept under a name made of the program, the configuration and a fingerprint
// of everything else that it depends on, so it is found again only where working it out
// anew would give the same.
package shelf

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"psims/datasets/durable"
)

// Open gives the shelf in a folder, which is made when it is not there; base is a
// fingerprint of the program and the configuration.
func Open(dir string, base [sha256.Size]byte) (*Shelf, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("making the folder of what is kept between nights: %w", err)
	}
	return &Shelf{dir: dir, base: base}, nil
}

// Shelf keeps results in a folder, each in a file whose name is made of the
// program, the configuration and a fingerprint of everything else that the result
// depends on. So a result is taken from the shelf or worked out with the same
// outcome, and the folder may be removed at any time. A nil Shelf keeps nothing.
type Shelf struct {
	dir  string
	base [sha256.Size]byte // of the program and the configuration
}

// Fetch fills v from the shelf or, if what is asked for is not there or damaged, has it
// made and keeps it in place of what was kept under the same kind.
func (s *Shelf) Fetch(kind string, print [sha256.Size]byte, v any, make func() error) error {
	if s == nil {
		return make()
	}
	if s.Read(s.Name(kind, print), v) {
		return nil
	}
	if err := make(); err != nil {
		return err
	}
	return s.Keep(kind, print, v)
}

// Name gives the name of the file of a result.
func (s *Shelf) Name(kind string, print [sha256.Size]byte) string {
	key := sha256.Sum256(append(s.base[:], print[:]...))
	return kind + "." + hex.EncodeToString(key[:16])
}

// Keep puts v on the shelf, in place of what was kept under the same kind.
func (s *Shelf) Keep(kind string, print [sha256.Size]byte, v any) error {
	name := s.Name(kind, print)
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(v); err != nil {
		return fmt.Errorf("keeping %s for later nights: %w", kind, err)
	}
	sum := sha256.Sum256(b.Bytes())
	err := durable.Write(filepath.Join(s.dir, name), func(f *os.File) error {
		_, err1 := f.Write(sum[:])
		_, err2 := f.Write(b.Bytes())
		return errors.Join(err1, err2)
	})
	if err != nil {
		return fmt.Errorf("keeping %s for later nights: %w", kind, err)
	}
	return s.Clear(func(other string) bool { return other != name && strings.HasPrefix(other, kind+".") })
}

// Read fills v from a file of the shelf; false when it is not there, or not as it was written.
func (s *Shelf) Read(name string, v any) bool {
	data, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil || len(data) < sha256.Size {
		return false
	}
	sum := sha256.Sum256(data[sha256.Size:])
	return bytes.Equal(sum[:], data[:sha256.Size]) && gob.NewDecoder(bytes.NewReader(data[sha256.Size:])).Decode(v) == nil
}

// Clear removes what is no longer wanted.
func (s *Shelf) Clear(unwanted func(name string) bool) error {
	if s == nil {
		return nil
	}
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if unwanted(e.Name()) {
			if err := os.Remove(filepath.Join(s.dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}
