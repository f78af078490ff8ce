// Package inbox answers: what waits to be loaded, what is it, and may it be taken?
//
// In goes a folder in which senders leave their extracts, or one file that a sender
// hands over. Out come the files that wait in their order, what each holds without
// anything of it being kept, the name that its load has, and, of what is handed over,
// a receipt or the reason why nothing was taken.
package inbox

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"psims/datasets/extract"
	"psims/datasets/extract/table"
	"psims/datasets/quality"
)

// Reference is the name of the organisation reference in an inbox.
const Reference = "organisations.csv"

// Waiting lists the extracts of an inbox in the order of their names, and the
// organisation reference when there is one. What begins with a dot or with "truth",
// and what has not been written to its end, does not wait. An inbox that is not there
// is empty.
func Waiting(dir string) (files []string, reference string, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", fmt.Errorf("reading the inbox: %w", err)
	}
	for _, e := range entries {
		switch {
		case e.IsDir(), strings.HasPrefix(e.Name(), "."), strings.HasPrefix(e.Name(), "truth"), strings.HasSuffix(e.Name(), ".partial"):
		case e.Name() == Reference:
			reference = filepath.Join(dir, e.Name())
		default:
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	slices.Sort(files)
	return files, reference, nil
}

// Recognise opens a waiting file. The mapping, which may be nil, is for files in no
// national format, and is given back when it is what the file is read by.
//
// Errors: as [extract.Open].
func Recognise(path string, m *table.Mapping) (*extract.File, *table.Mapping, error) {
	if src, err := extract.Open(path, nil); err == nil || m == nil {
		return src, nil, err
	}
	src, err := extract.Open(path, m)
	return src, m, err
}

// Fingerprint gives the SHA-256 of a file's bytes, in hex, and its size.
func Fingerprint(path string) (sum string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, fmt.Errorf("reading extract: %w", err)
	}
	defer f.Close() // reading only: nothing is lost
	h := sha256.New()
	size, err = io.Copy(h, f)
	if err != nil {
		return "", 0, fmt.Errorf("reading extract %q: %w", path, err)
	}
	return hex.EncodeToString(h.Sum(nil)), size, nil
}

// LoadID names the load of a file by its fingerprint, by how it is read, and by the
// rules that turn single events away: the same file, read the same way, is the same
// load. m may be nil.
func LoadID(sum string, m *table.Mapping, rejecting []quality.Rule) string {
	h := sha256.New()
	io.WriteString(h, sum) // a hash never fails to write
	if m != nil {
		text, err := json.Marshal(m) // maps are written in order of their keys
		if err != nil {
			panic(fmt.Sprintf("inbox: a mapping that can't be written as JSON: %v", err)) // strings and maps of them always can
		}
		h.Write(text)
	}
	if len(rejecting) > 0 {
		io.WriteString(h, quality.Text(rejecting))
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}
