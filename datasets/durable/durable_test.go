package durable_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"psims/datasets/durable"
)

func TestWholeOrNotAtAll(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.txt")
	put := func(text string, fault error) error {
		return durable.Write(path, func(f *os.File) error {
			_, err := f.WriteString(text)
			return errors.Join(err, fault)
		})
	}
	if err := put("first", nil); err != nil {
		t.Fatal(err)
	}
	fault := errors.New("no more room")
	if err := put("half", fault); !errors.Is(err, fault) {
		t.Errorf("want the fault, got %v", err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "first" {
		t.Errorf("it holds %q, %v", text, err)
	}
	if left, err := filepath.Glob(path + "*"); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestReplace(t *testing.T) {
	dir := t.TempDir()
	make := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(path, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(path, "f"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	to := filepath.Join(dir, "run")
	for _, text := range []string{"first", "second"} {
		old, err := durable.Replace(make("run.partial", text), to)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(to, "f")); err != nil || string(got) != text {
			t.Errorf("under the name stands %q, %v", got, err)
		}
		if text == "second" {
			if got, err := os.ReadFile(filepath.Join(old, "f")); err != nil || string(got) != "first" {
				t.Errorf("the earlier one lies as %s and holds %q, %v", old, got, err)
			}
		}
	}
}
