package feedback_test

import (
	"path/filepath"
	"testing"

	"psims/datasets/feedback"
)

func FuzzFolder(f *testing.F) {
	for _, s := range []string{"", ".", "..", "../x", "a/b", "Z01", "%", "a\x00b"} {
		f.Add(s, "Z01")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		name := feedback.Folder(a)
		if name == "" || name == "." || name == ".." || filepath.Base(name) != name {
			t.Fatalf("%q gives the folder name %q", a, name)
		}
		if a != b && name == feedback.Folder(b) {
			t.Fatalf("%q and %q have the same folder %q", a, b, name)
		}
	})
}
