package main

import (
	"os"
	"path/filepath"
	"testing"
)

// fuzzed writes what a fuzz test hands in to a file of its own.
func fuzzed(t *testing.T, text []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "in")
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func FuzzConfig(f *testing.F) {
	f.Add([]byte("seed = 3\n[detect]\nwindows = [2, 4]\n"))
	f.Add([]byte("[detect]\nmin_report = 5\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := readConfig(fuzzed(t, text))
		if err != nil {
			return
		}
		// What was accepted, written out and read again, is the same.
		again, err := readConfig(fuzzed(t, []byte(c.text())))
		if err != nil {
			t.Fatalf("the effective configuration is refused: %v", err)
		}
		if again.text() != c.text() {
			t.Fatalf("read again it is another:\n%s\n%s", c.text(), again.text())
		}
	})
}
