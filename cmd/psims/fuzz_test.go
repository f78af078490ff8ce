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

func FuzzSeries(f *testing.F) {
	f.Add([]byte("series,week,observed\na,1,3\na,2,\nb,1,NA\n"))
	f.Add([]byte("\ufeffobserved,series,week\n1e3,\"x\ny\",7\n"))
	f.Add([]byte("series,week\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		all, err := readSeries(fuzzed(t, text), "week", "observed")
		if err != nil {
			return
		}
		for _, s := range all {
			if len(s.index) != len(s.values) || len(s.values) == 0 {
				t.Fatalf("series %q has %d indices and %d values", s.name, len(s.index), len(s.values))
			}
		}
	})
}

func FuzzOrganisations(f *testing.F) {
	f.Add([]byte("code,name,type,region,icb\nZ01,Invented Trust,acute,North,ICB\n"))
	f.Add([]byte("trust_code,trust_name\nZ01,\"A, B\"\nZ01,C\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		all, err := readOrganisations(fuzzed(t, text))
		if err != nil {
			return
		}
		seen := map[string]bool{}
		for _, o := range all {
			if o.Code == "" || seen[o.Code] {
				t.Fatalf("code %q is empty or stands twice", o.Code)
			}
			seen[o.Code] = true
		}
	})
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
