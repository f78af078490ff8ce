package publication

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"psims/datasets/durable"
)

// current is the link in the home folder to the run that is on show.
const current = "current"

// Making gives the folder in which a run of a home is made.
func Making(home, id string) Folder { return Folder(filepath.Join(home, "runs", id+".partial")) }

// Current gives the folder of the run that is on show.
func Current(home string) Folder { return Folder(filepath.Join(home, current)) }

// Publish gives a finished run its name and points "current" at it. A run of the same
// name is replaced. Of the finished runs beside it, all but the newest keep-1 are removed.
// The run's manifest must have been sealed before.
func Publish(home, id string, keep int) (Folder, error) {
	final := filepath.Join(home, "runs", id)
	old, err := durable.Replace(string(Making(home, id)), final)
	if err != nil {
		return "", fmt.Errorf("publishing run %s: %w", id, err)
	}
	link := string(Current(home))
	if err := os.RemoveAll(link + ".partial"); err != nil {
		return "", err
	}
	if err := os.Symlink(filepath.Join("runs", id), link+".partial"); err != nil {
		return "", fmt.Errorf("publishing run %s: %w", id, err)
	}
	if err := os.Rename(link+".partial", link); err != nil {
		return "", fmt.Errorf("publishing run %s: %w", id, err)
	}
	return Folder(final), errors.Join(durable.SyncFolder(home), os.RemoveAll(old), retire(home, id, keep))
}

// retire removes the oldest finished runs beyond the number that is kept; never the one
// that has just been published.
func retire(home, id string, keep int) error {
	entries, err := os.ReadDir(filepath.Join(home, "runs"))
	if err != nil {
		return err
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && !strings.Contains(e.Name(), ".") && e.Name() != id {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names) // begins with the as-of day
	for len(names) > keep-1 {
		if err := os.RemoveAll(filepath.Join(home, "runs", names[0])); err != nil {
			return err
		}
		names = names[1:]
	}
	return nil
}

// Unfinished lists the folders of runs that were begun and not published, by name.
func Unfinished(home string) ([]string, error) {
	left, err := filepath.Glob(filepath.Join(home, "runs", "*.partial"))
	var names []string
	for _, l := range left {
		names = append(names, filepath.Base(l))
	}
	return names, err
}

// Restore gives back their names to runs whose replacement was cut off between its two
// renames.
func Restore(home string) error {
	replaced, err := filepath.Glob(filepath.Join(home, "runs", "*.replaced"))
	if err != nil {
		return err
	}
	for _, old := range replaced {
		if err := os.Rename(old, strings.TrimSuffix(old, ".replaced")); err != nil && !errors.Is(err, os.ErrExist) {
			return fmt.Errorf("restoring run %s: %w", filepath.Base(old), err)
		}
		if err := os.RemoveAll(old); err != nil {
			return err
		}
	}
	return nil
}

// Newest names the run that "current" leads to and when it was finished, so that a newer
// one, or the same one made again, has another name; "" when there is none.
func Newest(home string) (string, error) {
	dir, err := filepath.EvalSymlinks(string(Current(home)))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	info, err := os.Stat(filepath.Join(dir, Name))
	if err != nil {
		return "", err
	}
	return dir + " " + info.ModTime().String(), nil
}
