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
}

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
	files := []struct {
		name string
		data []byte
	}{{"card.md", e.Card}, {"metrics.json", e.Metrics}, {"model.bin", e.Model}}
	var sums strings.Builder
	for _, f := range files {
		sum := sha256.Sum256(f.data)
		hash = hex.EncodeToString(sum[:])
		fmt.Fprintf(&sums, "%s  %s\n", hash, f.name)
	}
	final := filepath.Join(s.Dir, task, version)
	if old, err := os.ReadFile(filepath.Join(final, "SHA256SUMS")); err == nil {
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
	files = append(files, struct {
		name string
		data []byte
	}{"SHA256SUMS", []byte(sums.String())})
	for _, f := range files {
		if err := writeSynced(filepath.Join(partial, f.name), f.data); err != nil {
			return "", fmt.Errorf("saving model %s %s: %w", task, version, err)
		}
	}
	if err := os.Rename(partial, final); err != nil {
		return "", fmt.Errorf("saving model %s %s: %w", task, version, err)
	}
	return hash, nil
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

// Load reads a version and checks each file against its hash. Errors hold
// [ErrCorrupt] when one does not agree.
func (s Store) Load(task, version string) (e Entry, hash string, err error) {
	if err := check(task, version); err != nil {
		return e, "", err
	}
	dir := filepath.Join(s.Dir, task, version)
	sums, err := os.ReadFile(filepath.Join(dir, "SHA256SUMS"))
	if err != nil {
		return e, "", fmt.Errorf("loading model %s %s: %w", task, version, err)
	}
	want := map[string]string{}
	for line := range strings.Lines(string(sums)) {
		if sum, name, ok := strings.Cut(strings.TrimSpace(line), "  "); ok {
			want[name] = sum
		}
	}
	for name, dst := range map[string]*[]byte{"card.md": &e.Card, "metrics.json": &e.Metrics, "model.bin": &e.Model} {
		if *dst, err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			return Entry{}, "", fmt.Errorf("loading model %s %s: %w", task, version, err)
		}
		sum := sha256.Sum256(*dst)
		if got := hex.EncodeToString(sum[:]); got != want[name] {
			return Entry{}, "", fmt.Errorf("loading model %s %s: %s has another hash than SHA256SUMS gives: %w", task, version, name, ErrCorrupt)
		}
	}
	return e, want["model.bin"], nil
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
	if _, err := os.Stat(filepath.Join(s.Dir, task, version, "SHA256SUMS")); err != nil {
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
	path := filepath.Join(s.Dir, task, "aliases.toml")
	if err := writeSynced(path+".partial", b.Bytes()); err != nil {
		return fmt.Errorf("writing aliases of %s: %w", task, err)
	}
	if err := os.Rename(path+".partial", path); err != nil {
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
