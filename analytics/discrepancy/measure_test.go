package discrepancy_test

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"psims/analytics/discrepancy"
	"psims/datasets/extract"
	"psims/datasets/incident"
	"psims/datasets/synth"
)

func invented(tb testing.TB, events int, seed uint64) (*incident.Table, synth.Truth) {
	tb.Helper()
	dir := tb.TempDir()
	c := synth.Default()
	c.Events, c.Seed = events, seed
	summary, err := synth.Write(context.Background(), dir, c)
	if err != nil {
		tb.Fatal(err)
	}
	truth, err := synth.ReadTruth(dir)
	if err != nil {
		tb.Fatal(err)
	}
	t := &incident.Table{}
	seen := map[string]bool{}
	for _, f := range summary.Files {
		if f.Name == "organisations.csv" || strings.HasPrefix(f.Name, "truth") {
			continue
		}
		src, err := extract.Open(filepath.Join(dir, f.Name), nil)
		if err != nil {
			tb.Fatal(err)
		}
		for r, err := range src.Records() {
			if err != nil {
				tb.Fatal(err)
			}
			if r.Raw == nil || !r.Raw.Harm.Graded() || seen[r.Raw.ID] || r.Raw.System == incident.STEIS {
				continue
			}
			seen[r.Raw.ID] = true
			e := r.Raw.Release(func(s string) string { return s }) // invented, so nothing to take out
			t.ID, t.Text, t.Harm = append(t.ID, e.ID), append(t.Text, e.Texts[incident.Description]), append(t.Harm, e.Harm)
			t.Organisation.Append(e.Organisation)
		}
		if err := src.Close(); err != nil {
			tb.Fatal(err)
		}
	}
	return t, truth
}

// lower grades a share of the moderate and worse harms at random lower, and gives their ids.
func lower(t *incident.Table, share float64, seed uint64) map[string]bool {
	chance := rand.New(rand.NewPCG(seed, 3))
	out := map[string]bool{}
	for i, h := range t.Harm {
		if h >= incident.ModerateHarm && h.Graded() && chance.Float64() < share {
			t.Harm[i] = incident.NoHarm + incident.Harm(chance.IntN(int(h-incident.NoHarm)))
			out[t.ID[i]] = true
		}
	}
	return out
}

func TestExp(t *testing.T) {
	seed := uint64(2)
	tab, truth := invented(t, 30000, seed)
	both := map[string]bool{}
	for _, u := range truth.Undergraded {
		both[u.ID] = true
	}
	under := lower(tab, .03, 5)
	for id := range under {
		both[id] = true
	}
	a := time.Now()
	c := discrepancy.Default()
	c.Top = 200
	x, err := c.Learn(context.Background(), tab, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Log("learn", time.Since(a), len(under))
	for j, rk := range discrepancy.Ranks {
		discrepancy.Rank = rk
		a = time.Now()
		r, err := c.Find(context.Background(), tab, nil, x)
		if err != nil {
			t.Fatal(err)
		}
		t.Log(j, "find", time.Since(a), r.Judged, r.Above, len(r.Readings), len(r.Told))
		show := func(name string, l []discrepancy.Finding) {
			for _, k := range []int{20, 50, 100, 200} {
				hit, all := 0, 0
				low := 0.0
				for _, f := range l[:min(k, len(l))] {
					if both[f.ID] {
						all++
					}
					if under[f.ID] {
						hit++
					}
					low += f.Lowered
				}
				t.Logf("%s first %d: %d planted, %d with its own, expected %.1f lowered %.1f", name, k, hit, all, discrepancy.Expected(l, k), low)
			}
		}
		show("reading", r.Readings)
		if j == 0 {
			show("told", r.Told)
		}
	}
}
