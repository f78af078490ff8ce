package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNightsWithAndWithoutMemory: what is kept between nights changes nothing, nor do
// files of it that are lost or damaged.
func TestNightsWithAndWithoutMemory(t *testing.T) {
	first := swiftHome(t)
	must(t, first, "run", "--as-of", "2025-05-04")
	kept := onShelf(t, first)
	for _, kind := range []string{"found-2025-05-04", "found-2025-04-27", "found-2025-04-20", "chance-2025-04-10", "joined", "risks", "drawn"} {
		if kept[kind] == "" {
			t.Errorf("nothing is kept of %q: %v", kind, kept)
		}
	}
	damage := map[string]func(path string, text []byte) error{
		"kept":      func(string, []byte) error { return nil },
		"lost":      func(path string, _ []byte) error { return os.Remove(path) },
		"cut off":   func(path string, text []byte) error { return os.WriteFile(path, text[:len(text)/2], 0o644) },
		"a byte":    func(path string, text []byte) error { text[len(text)-3] ^= 1; return os.WriteFile(path, text, 0o644) },
		"emptied":   func(path string, _ []byte) error { return os.WriteFile(path, nil, 0o644) },
		"unwritten": func(path string, text []byte) error { return os.Rename(path, path+".partial") },
	}
	var want map[string]string
	for _, name := range []string{"lost", "kept", "cut off", "a byte", "emptied", "unwritten"} {
		home := copied(t, first)
		for _, file := range kept {
			path := filepath.Join(home, "state", file)
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := damage[name](path, text); err != nil {
				t.Fatal(err)
			}
		}
		must(t, home, "run", "--as-of", "2025-05-11")
		got := facts(t, home)
		if want == nil {
			want = got
			continue
		}
		t.Run(name, func(t *testing.T) { sameFacts(t, want, got) })
	}
}

func TestLargeInstallationsRepeatLess(t *testing.T) {
	for reports, want := range map[int]int{0: 12, 27_000: 12, 100_000: 12, 100_001: 11, 300_000: 4, 3_300_000: 2} {
		if got := repeatsOf(reports); got != want {
			t.Errorf("%d reports: %d repeats, want %d", reports, got, want)
		}
	}
}

// onShelf lists what a home keeps between nights, by kind.
func onShelf(t *testing.T, home string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(home, "state"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range entries {
		kind, _, _ := strings.Cut(e.Name(), ".")
		if out[kind] != "" {
			t.Errorf("%s is kept twice", kind)
		}
		out[kind] = e.Name()
	}
	return out
}
