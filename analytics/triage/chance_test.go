package triage_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"psims/analytics/emerging"
	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/nlp/sparse"
)

// invented gives weeks of reports of common words, and in the last four weeks
// newReports a week that share words of their own.
func invented(seed uint64, weeks, newReports int) *emerging.Stream {
	const words, perWeek, senders = 600, 40, 60
	rng := rand.New(rand.NewPCG(seed, 7))
	zipf := rand.NewZipf(rng, 1.1, 10, words-11)
	s := &emerging.Stream{}
	b := sparse.NewBuilder(words)
	for w := range weeks {
		for k := range perWeek {
			for range 12 {
				b.Add(int32(zipf.Uint64()), 1)
			}
			if w >= weeks-4 && k < newReports {
				for range 6 {
					b.Add(int32(words-10+rng.IntN(10)), 1)
				}
			}
			b.EndRow()
			s.Day = append(s.Day, monday+incident.Day(7*w+7*k/perWeek))
			s.Organisation = append(s.Organisation, int32(1+rng.IntN(senders)))
		}
	}
	s.Terms = b.Build()
	return s
}

func TestExchangedKeepsWhatIsNotTold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := invented(rapid.Uint64().Draw(t, "stream"), 12, 3)
		until := monday + incident.Day(rapid.IntRange(1, 90).Draw(t, "days"))
		got := s.Exchanged(until, rapid.Uint64().Draw(t, "seed"))
		n := len(got.Day)
		if n < len(s.Day) && s.Day[n] <= until || n > 0 && got.Day[n-1] > until {
			t.Fatalf("%d of %d reports until %v", n, len(s.Day), until)
		}
		if !slices.Equal(got.Day, s.Day[:n]) || !slices.Equal(got.Organisation, s.Organisation[:n]) {
			t.Fatal("days or organisations have changed")
		}
		// Each organisation still tells the same: the sum of its terms is the same.
		told := func(s *emerging.Stream) map[int32]map[int32]float32 {
			out := map[int32]map[int32]float32{}
			for i, o := range s.Organisation[:n] {
				if out[o] == nil {
					out[o] = map[int32]float32{}
				}
				cols, values := s.Terms.Row(i)
				for k, j := range cols {
					out[o][j] += values[k]
				}
			}
			return out
		}
		before, after := told(s), told(got)
		for o, terms := range before {
			for j, v := range terms {
				if after[o][j] != v {
					t.Fatalf("organisation %d told of term %d %g times, and now %g", o, j, v, after[o][j])
				}
			}
		}
	})
}

func TestChanceOfWhatIsNewIsSmall(t *testing.T) {
	const weeks = 40
	asOf := monday + 7*weeks - 1
	p := func(newReports int) float64 {
		s := invented(3, weeks, newReports)
		chance, err := triage.Calibrate(s, emerging.Default(), asOf, 10)
		if err != nil {
			t.Fatal(err)
		}
		se, err := emerging.NewSearcher(s, emerging.Default())
		if err != nil {
			t.Fatal(err)
		}
		c := triage.Default()
		c.AlertScore = 0
		found := triage.Shortlist(se.Search(asOf), se, c)
		if len(found) == 0 {
			return 1
		}
		return chance.P(found[0].Strength)
	}
	if got := p(4); got > 0.001 {
		t.Errorf("four reports a week of something new have a chance of %.4f", got)
	}
	if got := p(0); got < 0.02 {
		t.Errorf("the strongest of nothing new has a chance of %.4f", got)
	}
}

func TestChanceFallsWithStrength(t *testing.T) {
	chance, err := triage.Calibrate(invented(5, 40, 0), emerging.Default(), monday+7*40-1, 5)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.Float64Range(-5, 40).Draw(t, "strength")
		b := a + rapid.Float64Range(0, 10).Draw(t, "more")
		if chance.Expected(b) > chance.Expected(a)+1e-12 {
			t.Fatalf("%g issues of strength %g are expected and %g of %g", chance.Expected(b), b, chance.Expected(a), a)
		}
		if expected := chance.Expected(a); expected > 0 {
			if s := chance.Strength(expected); s > a+0.02 || chance.Expected(s) > expected {
				t.Fatalf("%g issues of strength %g, and fewer only from %g", expected, a, s)
			}
		}
		if p := chance.P(a); p < 0 || p > 1 {
			t.Fatalf("chance of strength %g is %g", a, p)
		}
	})
}
