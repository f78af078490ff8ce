package shelf_test

import (
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pgregory.net/rapid"

	"psims/models/shelf"
)

func open(t *testing.T, dir string, base byte) *shelf.Shelf {
	t.Helper()
	s, err := shelf.Open(dir, [sha256.Size]byte{base})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestShelf(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, 0)
	made := 0
	fetch := func(s *shelf.Shelf, kind string, print byte, want int) {
		t.Helper()
		var got []int
		if err := s.Fetch(kind, [sha256.Size]byte{print}, &got, func() error { made++; got = []int{int(print), 7}; return nil }); err != nil {
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
	fetch(open(t, dir, 1), "b", 1, 5) // another program or configuration
	fetch(nil, "b", 1, 6)
	if err := s.Clear(func(name string) bool { return strings.HasPrefix(name, "a.") }); err != nil {
		t.Fatal(err)
	}
	fetch(s, "a", 1, 7)
	failed := errors.New("failed")
	var got int
	if err := s.Fetch("c", [sha256.Size]byte{}, &got, func() error { return failed }); !errors.Is(err, failed) {
		t.Errorf("error is %v", err)
	}
	if names, err := fs.Glob(os.DirFS(dir), "c*"); err != nil || len(names) > 0 {
		t.Errorf("a failure is kept: %v %v", names, err)
	}
}

func TestEachText(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, 0)
	asked := 0
	lengths := func(s *shelf.Shelf, print byte, want int, texts ...string) {
		t.Helper()
		before := asked
		got, err := shelf.EachText(s, "length", [sha256.Size]byte{print}, shelf.Name(texts), func(places []int32) []int {
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
	files, err := filepath.Glob(filepath.Join(dir, "length.*"))
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

// However texts come and go, change places and repeat, each gets what is its own, and
// nothing is worked out anew when they are asked for again.
func TestEachTextInAnyOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			rt.Fatal(err)
		}
		s, err := shelf.Open(dir, [sha256.Size]byte{})
		if err != nil {
			rt.Fatal(err)
		}
		list := rapid.SliceOfN(rapid.StringN(0, 2, -1), 0, 200)
		for night := range 3 {
			texts := list.Draw(rt, "texts")
			for again := range 2 {
				got, err := shelf.EachText(s, "same", [sha256.Size]byte{}, shelf.Name(texts), func(places []int32) []string {
					if again > 0 {
						rt.Fatalf("night %d: %d texts are read again", night, len(places))
					}
					var out []string
					for _, i := range places {
						out = append(out, "of "+texts[i])
					}
					return out
				})
				if err != nil {
					rt.Fatal(err)
				}
				for i, text := range texts {
					if got[i] != "of "+text {
						rt.Fatalf("%q got what is %s", text, got[i])
					}
				}
			}
		}
	})
}
