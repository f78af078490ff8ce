package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"psims/datasets/warehouse"
)

// home is the folder that holds everything an installation keeps.
type home struct{ dir string }

func (h home) path(parts ...string) string {
	return filepath.Join(append([]string{h.dir}, parts...)...)
}

// make creates the folders that are not there.
func (h home) make() error {
	for _, d := range []string{"inbox/done", "loads", "models", "runs", "quarantine", "feedback"} {
		if err := os.MkdirAll(h.path(d), 0o755); err != nil {
			return fmt.Errorf("making the home folder: %w", err)
		}
	}
	return nil
}

// lock takes the home folder's lock, so that two nightly jobs never meet. The
// system gives it back when the process ends, however it ends.
//
// Errors: exit code 5 when another process holds it.
func (h home) lock() (unlock func() error, err error) {
	if err := h.make(); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(h.path("lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("opening the lock: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = exitError{exitLocked, fmt.Errorf("another psims is at work in %q; wait for it to end (\"psims status\" shows it)", h.dir)}
		} else {
			err = fmt.Errorf("taking the lock: %w", err)
		}
		return nil, errors.Join(err, f.Close())
	}
	// What a second pass of the gate had made whole when it was cut off.
	if err := warehouse.FinishRewriting(h.path("warehouse.duckdb"), h.path("loads"), h.path("again")); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f.Close, nil
}

// held reports whether some process holds the lock.
func (h home) held() bool {
	f, err := os.Open(h.path("lock"))
	if err != nil {
		return false
	}
	defer f.Close() // reading only: nothing is lost
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB); err != nil {
		return true
	}
	return false
}
