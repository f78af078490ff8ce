package emerging_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"psims/analytics/emerging"
	"psims/datasets/incident"
)

// wordy gives a stream in which nothing changes: reports of many words, most of
// them rare, from senders organisations.
func wordy(t testing.TB, rng *rand.Rand, weeks, perWeek, senders int) *emerging.Stream {
	const words, perReport = 4000, 40
	zipf := rand.NewZipf(rng, 1.1, 20, words-1)
	s := &emerging.Stream{}
	var texts []string
	for i := range weeks * perWeek {
		told := make([]string, perReport)
		for k := range told {
			told[k] = word(int(zipf.Uint64()))
		}
		texts = append(texts, strings.Join(told, " "))
		s.Day = append(s.Day, start+incident.Day(7*i/perWeek))
		s.Organisation = append(s.Organisation, int32(1+rng.IntN(senders)))
	}
	tell(t, s, texts)
	return s
}

// TestNothingNewIsNotUnusual: where only chance is at work, no scan may find
// its recent reports more like each other than the earlier ones by much.
func TestNothingNewIsNotUnusual(t *testing.T) {
	highest := map[emerging.Source]float64{}
	candidates := 0
	for seed := range uint64(3) {
		s := wordy(t, rand.New(rand.NewPCG(seed, 9)), 60, 40, 300)
		for _, c := range search(t, s, start+7*60-1) {
			highest[c.Source] = max(highest[c.Source], c.Scan)
			candidates++
		}
	}
	t.Logf("highest of %d candidates: %v", candidates, highest)
	// Some 300 candidates are the best of some 10 limits each.
	for source, scan := range highest {
		if scan > 6 {
			t.Errorf("the %v scan finds 10^-%.1f where nothing is new", source, scan)
		}
	}
	if candidates < 20 {
		t.Errorf("%d candidates are too few to tell", candidates)
	}
}

func TestFewSendersCountAsFewerReports(t *testing.T) {
	planted := func(senders int) emerging.Candidate {
		rng := rand.New(rand.NewPCG(1, 2))
		next := 0
		inTurn := func() int32 { next++; return int32(1 + next%senders) }
		s := stream(append(background(rng, 60, 40), theme(rng, 56, 4, 4, inTurn)...))
		for _, c := range search(t, s, start+7*60-1) {
			if c.Lead >= 390 && c.Lead <= 395 && c.Window == 4 && c.Source == emerging.Centroid {
				return c
			}
		}
		t.Fatalf("a theme of %d senders was not found", senders)
		return emerging.Candidate{}
	}
	few, many := planted(4), planted(20)
	if few.Independent > 0.5*float64(few.Observed) || few.Evidence > 0.7*few.Scan {
		t.Errorf("%d reports from %d of 20 senders count as %.1f, evidence %.1f of %.1f", few.Observed, few.Organisations, few.Independent, few.Evidence, few.Scan)
	}
	if many.Independent < 0.7*float64(many.Observed) {
		t.Errorf("%d reports from %d of 20 senders count as %.1f", many.Observed, many.Organisations, many.Independent)
	}
}

func TestIndependentReportsAreNeverMoreThanReports(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		senders := rapid.IntRange(3, 40).Draw(t, "senders")
		s := stream(append(background(rng, 20, 20), theme(rng, 17, 3, 5, func() int32 { return int32(1 + rng.IntN(senders)) })...))
		se, err := emerging.NewSearcher(s, emerging.Default())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range se.Search(start + 7*20 - 1) {
			if c.Independent > float64(c.Observed) || c.Independent < 1 || c.Evidence > c.Scan+1e-9 {
				t.Fatalf("%d reports from %d senders count as %g, evidence %g of %g", c.Observed, c.Organisations, c.Independent, c.Evidence, c.Scan)
			}
		}
	})
}
