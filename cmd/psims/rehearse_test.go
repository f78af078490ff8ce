package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"psims/reports/publication"
)

// twoYears gives invented reports of common words, and one in twenty of one of three
// coded things, in words of its own.
func twoYears() string {
	rng := rand.New(rand.NewPCG(5, 1))
	kinds := []struct{ name, words string }{
		{"Pumps", "pump infusion alarm occlusion battery"}, {"Falls", "fell floor slipped walking frame"}, {"Labels", "label wristband name printed sticker"}}
	var b strings.Builder
	b.WriteString("id,day,org,text,type\n")
	start := time.Date(2010, 1, 4, 0, 0, 0, 0, time.UTC)
	for i := range 104 * 40 {
		var s []string
		for range 9 {
			s = append(s, fmt.Sprintf("word%c%c", 'a'+rng.IntN(12), 'a'+rng.IntN(12)))
		}
		label := "Other"
		if i%20 == 0 {
			k := kinds[i/20%3]
			label = k.name
			own := strings.Fields(k.words)
			for range 3 {
				s = append(s, own[rng.IntN(len(own))])
			}
		}
		fmt.Fprintf(&b, "E%d,%s,Z%02d,%s,%s\n", i, start.AddDate(0, 0, i*7/40).Format(time.DateOnly), rng.IntN(30), strings.Join(s, " "), label)
	}
	return b.String()
}

func TestEvaluateEmerging(t *testing.T) {
	home := t.TempDir()
	mapping := write(t, home+"/m.toml", codedMapping)
	must(t, home, "load", "--quiet", "--mapping", mapping, write(t, home+"/past.csv", twoYears()))
	out := filepath.Join(home, "out")
	said := must(t, home, "evaluate", "emerging", "--by", "codes", "--rates", "2,3", "--themes", "1", "--out", out)
	for _, want := range []string{"found at 2 a week", "found at 3 a week", "1 of 1", "balance = ", "(now)"} {
		if !strings.Contains(said, want) {
			t.Errorf("it did not say %q:\n%s", want, said)
		}
	}
	found := readCSV(t, filepath.Join(out, "rehearsal.csv"))
	themes := map[string]bool{}
	for _, r := range found {
		themes[r["theme"]] = true
		if r["balance"] == "5.75" && r["delay"] == "" {
			t.Errorf("%s was not found: %v", r["theme"], r)
		}
	}
	if len(themes) != 2 || themes["category: Other"] {
		t.Errorf("planted %v, want two of the three small categories", themes)
	}
	if levels := readCSV(t, filepath.Join(out, "rehearsal_levels.csv")); len(levels) != len(found) {
		t.Errorf("%d rows by balance and rate, want %d", len(levels), len(found))
	}
	if err := os.WriteFile(filepath.Join(home, "psims.toml"), []byte("[detect]\nbalance = -1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, _, talk := psims(t, home, "config"); code != exitUsage || !strings.Contains(talk, "detect.balance") {
		t.Errorf("a balance below 0 ended with %d: %s", code, talk)
	}
	if code, _, talk := psims(t, home, "evaluate", "emerging", "--times", "0"); code != exitUsage {
		t.Errorf("no repeat at all ended with %d: %s", code, talk)
	}
}

// TestConfiguredBalanceHolds: a balance that people set is the one that the night draws
// its list by, in place of the installation's own.
func TestConfiguredBalanceHolds(t *testing.T) {
	themes := func(balance string) int {
		home := t.TempDir()
		write(t, filepath.Join(home, "psims.toml"), swift+balance)
		write(t, filepath.Join(home, "inbox", "lfpse.ndjson"), history(30, 30))
		must(t, home, "run")
		alerts, err := publication.Current(home).Alerts()
		if err != nil {
			t.Fatal(err)
		}
		k := 0
		for _, a := range alerts {
			if a.Kind == "theme" {
				k++
			}
		}
		return k
	}
	own, strict, lax := themes(""), themes("balance = 300\n"), themes("balance = 0.5\n")
	if own == 0 || strict != 0 || lax <= own {
		t.Errorf("%d themes by the installation's own balance, %d by one of 300, %d by one of 0.5", own, strict, lax)
	}
}
