// Package durable writes files and folders whole or not at all: what stands under a name
// was written to its end, and outlives a loss of power.
package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// Write writes a file whole or not at all: to a neighbour first, flushed to
// the disk, then renamed.
func Write(path string, write func(*os.File) error) (err error) {
	tmp := path + ".partial"
	f, err := os.Create(tmp)
	if err != nil {
		return err
	}
	if err := errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("writing %q: %w", path, errors.Join(err, os.Remove(tmp)))
	}
	if err := os.Rename(tmp, path); err != nil {
		return err
	}
	return SyncFolder(filepath.Dir(path))
}

// SyncFolder flushes the names in a folder to the disk.
func SyncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Replace gives the folder from the name to, in one step where the file system can,
// and gives the name under which an earlier folder of that name now lies.
func Replace(from, to string) (old string, err error) {
	if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
		return from, errors.Join(os.Rename(from, to), SyncFolder(filepath.Dir(to)))
	}
	err = unix.Renameat2(unix.AT_FDCWD, from, unix.AT_FDCWD, to, unix.RENAME_EXCHANGE)
	if err == nil {
		return from, SyncFolder(filepath.Dir(to))
	}
	// Cut off in between, the earlier folder is given its name back by the next job.
	old = to + ".replaced"
	return old, errors.Join(os.RemoveAll(old), os.Rename(to, old), os.Rename(from, to), SyncFolder(filepath.Dir(to)))
}
