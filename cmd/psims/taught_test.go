package main

import (
	"context"
	"encoding/csv"
	"strings"
	"testing"

	"psims/datasets/decision"
	"psims/datasets/incident"
)

// What people changed is put to the version in use and to the one before it, those
// that were learnt from apart from the others; what they only confirmed is left out.
func TestWhatPeopleTaughtIsMeasured(t *testing.T) {
	home := t.TempDir()
	write(t, home+"/psims.toml", "[train]\nmin_events = 100\ndue_days = 30\ntasks = [\"category\"]\n")
	text := months(4, 99)
	must(t, home, "load", "--mapping", write(t, home+"/m.toml", codedMapping), write(t, home+"/a.csv", text))
	must(t, home, "train", "--task", "category", "--as-of", "2026-03-01")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	asOf, err := incident.ParseDay("2026-03-02")
	if err != nil {
		t.Fatal(err)
	}
	changed := 0
	withStore(t, home, func(ctx context.Context, s *decision.Store) {
		for k, r := range rows[1:] {
			if r[4] != "Falls" {
				continue
			}
			c := decision.Correction{System: incident.Mapped, Incident: r[0], Field: decision.Category, Was: "Falls", Value: "Documents"}
			if k%20 == 0 {
				c.Value = "Falls"
			} else {
				changed++
			}
			if _, err := s.Correct(ctx, by("ann", asOf), c); err != nil {
				t.Fatal(err)
			}
		}
	})
	must(t, home, "train", "--task", "category", "--as-of", "2026-04-28")
	a := opened(t, home)
	for day, want := range map[string]bool{"2026-03-01": false, "2026-04-28": true} {
		n, err := a.openNight(t.Context(), day, true)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := n.label(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := n.man.Taught
		n.close()
		if (got != nil) != want {
			t.Fatalf("on %s: %+v", day, got)
		}
		if got == nil {
			continue
		}
		t.Logf("%+v", *got)
		if got.Before == "" || got.Before == got.Version || got.Learnt.Answers+got.Unseen.Answers > changed || got.Unseen.Answers == 0 {
			t.Errorf("%+v", got)
		}
		// The first version had never heard of it, the second has.
		if got.Learnt.After <= got.Learnt.Before || got.Unseen.After < got.Unseen.Before || got.Unseen.After > got.Unseen.Answers {
			t.Errorf("nothing was learnt: %+v", got)
		}
	}
}
