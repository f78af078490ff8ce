package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"psims/models/artefact"
)

// months gives invented coded narratives of several months; from wrongFrom on
// the labels have nothing to do with the text, as if a sender's coding had broken down.
func months(n, wrongFrom int) string {
	var b strings.Builder
	for m := range n {
		text := codedCSV(1000, uint64(m+1), false)
		lines := strings.Split(strings.TrimSpace(text), "\n")
		if m == 0 {
			b.WriteString(lines[0] + "\n")
		}
		for i, line := range lines[1:] {
			cells := strings.Split(line, ",")
			cells[0] = fmt.Sprintf("M%d-%s", m, cells[0])
			cells[1] = fmt.Sprintf("2026-%02d-%s", m+1, cells[1][8:])
			if m >= wrongFrom {
				cells[4] = []string{"Falls", "Medication", "Documents"}[i%3]
			}
			b.WriteString(strings.Join(cells, ",") + "\n")
		}
	}
	return b.String()
}

// TestChampionStaysUntilOneIsNoWorse trains month by month: a later version takes
// over when it is no worse, and does not when what it learnt from was spoilt.
func TestChampionStaysUntilOneIsNoWorse(t *testing.T) {
	train := func(home string, days ...string) artefact.Decision {
		s := artefact.Store{Dir: filepath.Join(home, "models")}
		for _, day := range days {
			must(t, home, "train", "--task", "category", "--as-of", day)
		}
		versions, err := s.Versions("category")
		if err != nil || len(versions) != len(days) {
			t.Fatalf("versions %v, %v", versions, err)
		}
		d, err := s.Decision("category", versions[len(versions)-1])
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct {
		name      string
		wrongFrom int
		promoted  bool
	}{{"more of the same", 99, true}, {"labels without sense", 2, false}} {
		t.Run(c.name, func(t *testing.T) {
			home := t.TempDir()
			// The newest labels only, so that spoilt ones are all that is learnt from.
			write(t, home+"/psims.toml", "[train]\nmin_events = 100\ndue_days = 30\nmax_events = 1900\n")
			must(t, home, "load", "--mapping", write(t, home+"/m.toml", codedMapping), write(t, home+"/a.csv", months(4, c.wrongFrom)))
			d := train(home, "2026-03-01", "2026-04-28")
			if d.Promoted != c.promoted || d.Trial.Against == "" || d.Trial.Rows == 0 {
				t.Errorf("promoted %v: %s (%d rows)", d.Promoted, d.Reason, d.Trial.Rows)
			}
			champion, err := artefact.Store{Dir: filepath.Join(home, "models")}.Alias("category", artefact.Champion)
			if err != nil || champion != d.InUse() {
				t.Errorf("the champion is %s, and in use is %s (%v)", champion, d.InUse(), err)
			}
			card, err := os.ReadFile(filepath.Join(home, "models", "category", champion, "card.md"))
			if err != nil || !strings.Contains(string(card), "| accuracy |") {
				t.Errorf("the card holds no figures: %v", err)
			}
		})
	}
}

// TestWithoutTasksNothingIsLearntOrAsked: an installation that learns nothing keeps
// the senders' own labels, however many there are to learn from.
func TestWithoutTasksNothingIsLearntOrAsked(t *testing.T) {
	home := t.TempDir()
	write(t, home+"/psims.toml", "[train]\ntasks = []\nmin_events = 100\n")
	must(t, home, "load", "--mapping", write(t, home+"/m.toml", codedMapping), write(t, home+"/a.csv", months(1, 99)))
	must(t, home, "train")
	must(t, home, "label")
	if versions, err := (artefact.Store{Dir: filepath.Join(home, "models")}).Versions("category"); err != nil || len(versions) != 0 {
		t.Errorf("learnt %v (%v)", versions, err)
	}
}
