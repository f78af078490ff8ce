package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// shelf keeps results in the home folder, each in a file whose name is made of the
// program, the configuration and a fingerprint of everything else that the result
// depends on. So a result is taken from the shelf or worked out with the same
// outcome, and the folder may be removed at any time. A nil shelf keeps nothing.
type shelf struct {
	dir  string
	base [sha256.Size]byte // of the program and the configuration
}

// shelf opens the home folder's.
func (a *app) shelf() (*shelf, error) {
	program, err := programPrint()
	if err != nil {
		return nil, fmt.Errorf("reading the program: %w", err)
	}
	s := &shelf{dir: a.home.path("state"), base: sha256.Sum256(append(program[:], a.cfg.judging()...))}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return nil, fmt.Errorf("making the folder of what is kept between nights: %w", err)
	}
	return s, nil
}

// programPrint is a fingerprint of the running program: another one may find otherwise.
var programPrint = sync.OnceValues(func() (sum [sha256.Size]byte, err error) {
	path, err := os.Executable()
	if err != nil {
		return sum, err
	}
	f, err := os.Open(path)
	if err != nil {
		return sum, err
	}
	defer f.Close() // reading only: nothing is lost
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return sum, err
	}
	copy(sum[:], h.Sum(nil))
	return sum, nil
})

// fetch fills v from the shelf or, if what is asked for is not there or damaged, has it
// made and keeps it in place of what was kept under the same kind.
func (s *shelf) fetch(kind string, print [sha256.Size]byte, v any, make func() error) error {
	if s == nil {
		return make()
	}
	if s.read(s.name(kind, print), v) {
		return nil
	}
	if err := make(); err != nil {
		return err
	}
	return s.keep(kind, print, v)
}

// name gives the name of the file of a result.
func (s *shelf) name(kind string, print [sha256.Size]byte) string {
	key := sha256.Sum256(append(s.base[:], print[:]...))
	return kind + "." + hex.EncodeToString(key[:16])
}

// keep puts v on the shelf, in place of what was kept under the same kind.
func (s *shelf) keep(kind string, print [sha256.Size]byte, v any) error {
	name := s.name(kind, print)
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(v); err != nil {
		return fmt.Errorf("keeping %s for later nights: %w", kind, err)
	}
	sum := sha256.Sum256(b.Bytes())
	err := writeFile(filepath.Join(s.dir, name), func(f *os.File) error {
		_, err1 := f.Write(sum[:])
		_, err2 := f.Write(b.Bytes())
		return errors.Join(err1, err2)
	})
	if err != nil {
		return fmt.Errorf("keeping %s for later nights: %w", kind, err)
	}
	return s.clear(func(other string) bool { return other != name && strings.HasPrefix(other, kind+".") })
}

// read fills v from a file of the shelf; false when it is not there, or not as it was written.
func (s *shelf) read(name string, v any) bool {
	data, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil || len(data) < sha256.Size {
		return false
	}
	sum := sha256.Sum256(data[sha256.Size:])
	return bytes.Equal(sum[:], data[:sha256.Size]) && gob.NewDecoder(bytes.NewReader(data[sha256.Size:])).Decode(v) == nil
}

// clear removes what is no longer wanted.
func (s *shelf) clear(unwanted func(name string) bool) error {
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
