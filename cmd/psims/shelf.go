package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"sync"

	"psims/models/shelf"
)

// shelf opens the home folder's.
func (a *app) shelf() (*shelf.Shelf, error) {
	program, err := programPrint()
	if err != nil {
		return nil, fmt.Errorf("reading the program: %w", err)
	}
	return shelf.Open(a.home.path("state"), sha256.Sum256(append(program[:], a.cfg.judging()...)))
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
