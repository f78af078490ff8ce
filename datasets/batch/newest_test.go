package batch_test

import (
	"os"
	"path/filepath"
	"testing"

	"psims/datasets/batch"
	"psims/datasets/incident"
)

func TestNewest(t *testing.T) {
	for name, c := range map[string]struct {
		days []incident.Day
		want incident.Day
	}{
		"no event":             {nil, incident.NoDay},
		"before 1970":          {[]incident.Day{-40, -4000}, -40},
		"newest in the middle": {[]incident.Day{20000, 20512, 20001}, 20512},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.parquet")
			f, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			w, err := batch.NewWriter(f)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range c.days {
				e := event()
				e.Submitted = d
				if err := w.Write(e); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if got, err := batch.Newest(path); err != nil || got != c.want {
				t.Errorf("newest %v (%v), want %v", got, err, c.want)
			}
		})
	}
	if _, err := batch.Newest(filepath.Join(t.TempDir(), "none.parquet")); err == nil {
		t.Error("a file that is not there has a newest day")
	}
}
