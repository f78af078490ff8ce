package artefact

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// Champion is the alias of the version in use.
const Champion = "champion"

// ErrNone is in the error when a task has no model yet.
var ErrNone = errors.New("no model has been trained for this task: run train first")

// Store is a folder of models.
type Store struct{ Dir string }

// Entry is one version of a model with what is known about it.
type Entry struct {
	Model   []byte // as Encode wrote it
	Card    []byte // Markdown
	Metrics []byte // JSON
	Beside  []Side // further files to keep with the model, by name ascending
}

// Side is a file kept with a model, such as what it learnt from for watching drift.
type Side struct {
	Name string
	Data []byte
}

// own are the files of every version, in the order in which they are listed.
var own = []string{"card.md", "metrics.json", "model.bin"}

// files lists what is saved, the entry's own files first.
func (e Entry) files() ([]Side, error) {
	out := []Side{{own[0], e.Card}, {own[1], e.Metrics}, {own[2], e.Model}}
	last := ""
	for _, f := range e.Beside {
		if !goodName.MatchString(f.Name) || f.Name <= last || slices.Contains(own, f.Name) || f.Name == sumsFile || f.Name == promotionFile {
			return nil, fmt.Errorf("artefact: file %q beside the model has a bad or taken name, or comes after %q", f.Name, last)
		}
		last = f.Name
		out = append(out, f)
	}
	return out, nil
}

const sumsFile = "SHA256SUMS"

// Names of tasks and versions become names of folders.
var goodName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

func check(names ...string) error {
	for _, name := range names {
		if !goodName.MatchString(name) || strings.HasSuffix(name, ".partial") {
			return fmt.Errorf("artefact: %q can't name a task or a version: use letters, digits, stops, hyphens and underscores", name)
		}
	}
	return nil
}

// Save writes a version whole or not at all, and gives the SHA-256 of the model in
// hexadecimal. Saving the same bytes again is no error. Errors: a bad name, metrics
// that are not JSON, a model that does not decode, a version that is there with
// other bytes, the disk.
func (s Store) Save(task, version string, e Entry) (hash string, err error) {
	if err := check(task, version); err != nil {
		return "", err
	}
	if !json.Valid(e.Metrics) {
		return "", fmt.Errorf("saving model %s %s: the metrics are not JSON", task, version)
	}
	if _, err := Decode(e.Model); err != nil {
		return "", fmt.Errorf("saving model %s %s: %w", task, version, err)
	}
	files, err := e.files()
	if err != nil {
		return "", fmt.Errorf("saving model %s %s: %w", task, version, err)
	}
	var sums strings.Builder
	for _, f := range files {
		fmt.Fprintf(&sums, "%s  %s\n", hashOf(f.Data), f.Name)
	}
	hash = hashOf(e.Model)
	final := filepath.Join(s.Dir, task, version)
	if old, err := os.ReadFile(filepath.Join(final, sumsFile)); err == nil {
		if string(old) == sums.String() {
			return hash, nil
		}
		return "", fmt.Errorf("saving model %s %s: this version is there already and is another: give the new one another name", task, version)
	}
	partial := final + ".partial"
	if err := os.RemoveAll(partial); err != nil {
		return "", fmt.Errorf("clearing what is left of an earlier save: %w", err)
	}
	if err := os.MkdirAll(partial, 0o755); err != nil {
		return "", fmt.Errorf("making the model's folder: %w", err)
	}
	for _, f := range append(files, Side{sumsFile, []byte(sums.String())}) {
		if err := writeSynced(filepath.Join(partial, f.Name), f.Data); err != nil {
			return "", fmt.Errorf("saving model %s %s: %w", task, version, err)
		}
	}
	if err := os.Rename(partial, final); err != nil {
		return "", fmt.Errorf("saving model %s %s: %w", task, version, err)
	}
	return hash, nil
}

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func writeSynced(path string, data []byte) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// replace writes a file whole or not at all over the one that may be there.
func replace(path string, data []byte) error {
	if err := writeSynced(path+".partial", data); err != nil {
		return err
	}
	return os.Rename(path+".partial", path)
}

// Load reads a version and checks each file against its hash. Errors hold
// [ErrCorrupt] when one does not agree.
func (s Store) Load(task, version string) (e Entry, hash string, err error) {
	if err := check(task, version); err != nil {
		return e, "", err
	}
	dir := filepath.Join(s.Dir, task, version)
	sums, err := os.ReadFile(filepath.Join(dir, sumsFile))
	if err != nil {
		return e, "", fmt.Errorf("loading model %s %s: %w", task, version, err)
	}
	listed := map[string]bool{}
	for line := range strings.Lines(string(sums)) {
		want, name, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if !ok || !goodName.MatchString(name) {
			return Entry{}, "", fmt.Errorf("loading model %s %s: %s is not a list of hashes: %w", task, version, sumsFile, ErrCorrupt)
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return Entry{}, "", fmt.Errorf("loading model %s %s: %w", task, version, err)
		}
		got := hashOf(data)
		if got != want {
			return Entry{}, "", fmt.Errorf("loading model %s %s: %s has another hash than %s gives: %w", task, version, name, sumsFile, ErrCorrupt)
		}
		listed[name] = true
		switch name {
		case own[0]:
			e.Card = data
		case own[1]:
			e.Metrics = data
		case own[2]:
			e.Model, hash = data, got
		default:
			e.Beside = append(e.Beside, Side{name, data})
		}
	}
	for _, name := range own {
		if !listed[name] {
			return Entry{}, "", fmt.Errorf("loading model %s %s: %s does not list %s: %w", task, version, sumsFile, name, ErrCorrupt)
		}
	}
	return e, hash, nil
}

// Versions lists the whole versions of a task, in the order of their names. A task
// without any gives none.
func (s Store) Versions(task string) ([]string, error) {
	if err := check(task); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(filepath.Join(s.Dir, task))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("listing models of %s: %w", task, err)
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && check(e.Name()) == nil {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

// Alias gives the version that an alias, such as [Champion], stands for. Errors
// hold [ErrNone] when the task has no such alias.
func (s Store) Alias(task, alias string) (version string, err error) {
	aliases, err := s.aliases(task)
	if err != nil {
		return "", err
	}
	version, ok := aliases[alias]
	if !ok {
		return "", fmt.Errorf("looking for the %s of %s: %w", alias, task, ErrNone)
	}
	return version, check(version)
}

// SetAlias makes an alias stand for a version, which must be there, and leaves the
// other aliases as they are.
func (s Store) SetAlias(task, alias, version string) error {
	if err := check(task, alias, version); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(s.Dir, task, version, sumsFile)); err != nil {
		return fmt.Errorf("naming the %s of %s: version %s: %w", alias, task, version, err)
	}
	aliases, err := s.aliases(task)
	if err != nil {
		return err
	}
	aliases[alias] = version
	var b bytes.Buffer
	if err := toml.NewEncoder(&b).Encode(aliases); err != nil { // keys come sorted
		return fmt.Errorf("writing aliases of %s: %w", task, err)
	}
	if err := replace(filepath.Join(s.Dir, task, "aliases.toml"), b.Bytes()); err != nil {
		return fmt.Errorf("writing aliases of %s: %w", task, err)
	}
	return nil
}

func (s Store) aliases(task string) (map[string]string, error) {
	if err := check(task); err != nil {
		return nil, err
	}
	aliases := map[string]string{}
	path := filepath.Join(s.Dir, task, "aliases.toml")
	if _, err := toml.DecodeFile(path, &aliases); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return aliases, nil
}
