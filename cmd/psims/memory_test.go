package main

import (
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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

func TestShelf(t *testing.T) {
	s := &shelf{dir: t.TempDir()}
	made := 0
	fetch := func(s *shelf, kind string, print byte, want int) {
		t.Helper()
		var got []int
		if err := s.fetch(kind, [sha256.Size]byte{print}, &got, func() error { made++; got = []int{int(print), 7}; return nil }); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]int{int(print), 7}, got); diff != "" {
			t.Error(diff)
		}
		if made != want {
			t.Errorf("made %d times, want %d", made, want)
		}
	}
	fetch(s, "a", 1, 1)
	fetch(s, "a", 1, 1) // kept
	fetch(s, "b", 1, 2)
	fetch(s, "a", 2, 3) // of something else: it takes the place of the first
	fetch(s, "a", 1, 4)
	fetch(s, "b", 1, 4)
	fetch(&shelf{dir: s.dir, base: [sha256.Size]byte{1}}, "b", 1, 5) // another program or configuration
	fetch(nil, "b", 1, 6)
	if err := s.clear(func(name string) bool { return strings.HasPrefix(name, "a.") }); err != nil {
		t.Fatal(err)
	}
	fetch(s, "a", 1, 7)
	failed := errors.New("failed")
	var got int
	if err := s.fetch("c", [sha256.Size]byte{}, &got, func() error { return failed }); !errors.Is(err, failed) {
		t.Errorf("error is %v", err)
	}
	if names, err := fs.Glob(os.DirFS(s.dir), "c*"); err != nil || len(names) > 0 {
		t.Errorf("a failure is kept: %v %v", names, err)
	}
}

func TestEachText(t *testing.T) {
	s := &shelf{dir: t.TempDir()}
	asked := 0
	lengths := func(s *shelf, print byte, want int, texts ...string) {
		t.Helper()
		before := asked
		got, err := eachText(s, "length", [sha256.Size]byte{print}, texts, func(places []int32) []int {
			asked += len(places)
			var out []int
			for _, i := range places {
				out = append(out, len(texts[i]))
			}
			return out
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, text := range texts {
			if got[i] != len(text) {
				t.Errorf("%q: %d", text, got[i])
			}
		}
		if asked-before != want {
			t.Errorf("%d texts were read, want %d", asked-before, want)
		}
	}
	lengths(s, 1, 3, "fell", "slipped", "fell")
	lengths(s, 1, 0, "fell", "slipped", "fell")
	lengths(s, 1, 2, "wrong dose", "fell", "", "slipped") // new ones in between
	lengths(s, 1, 1, "revised", "fell")
	lengths(s, 1, 1, "slipped", "fell") // it was gone the night before
	lengths(s, 2, 2, "slipped", "fell") // by another model
	lengths(nil, 2, 2, "slipped", "fell")
	files, err := filepath.Glob(filepath.Join(s.dir, "length.*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v %v", files, err)
	}
	damaged, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	damaged[len(damaged)/2] ^= 1
	if err := os.WriteFile(files[0], damaged, 0o600); err != nil {
		t.Fatal(err)
	}
	lengths(s, 2, 2, "slipped", "fell")
	lengths(s, 2, 0)
	lengths(s, 2, 1, "fell")
}
