// Package folder keeps the files of a report in memory, for tests that look at them.
package folder

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// Folder holds written files. The zero value is empty.
type Folder struct {
	Names []string // in the order written
	Files map[string]*bytes.Buffer
}

type closing struct{ *bytes.Buffer }

func (closing) Close() error { return nil }

// Create opens a file; a second of the same name is an error.
func (f *Folder) Create(name string) (io.WriteCloser, error) {
	if f.Files == nil {
		f.Files = map[string]*bytes.Buffer{}
	}
	if f.Files[name] != nil {
		return nil, fmt.Errorf("%s is written twice", name)
	}
	f.Names = append(f.Names, name)
	f.Files[name] = &bytes.Buffer{}
	return closing{f.Files[name]}, nil
}

// Disk writes the files to a folder for the time of a test.
func (f *Folder) Disk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range f.Names {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Files[name].Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

var (
	styleBlock = regexp.MustCompile(`(?s)<style>.*?</style>`)
	policyLine = regexp.MustCompile(`sha256-.*?=&#39;`)
)

// Page gives a page without its style sheet, which has tests of its own.
func (f *Folder) Page(t *testing.T, name string) []byte {
	t.Helper()
	if f.Files[name] == nil {
		t.Fatalf("there is no file %s among %v", name, f.Names)
	}
	page := styleBlock.ReplaceAll(f.Files[name].Bytes(), []byte("<style></style>"))
	return policyLine.ReplaceAll(page, []byte("sha256-&#39;"))
}
