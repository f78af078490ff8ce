package emerging_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"psims/analytics/emerging"
	"psims/datasets/incident"
)

// TestThingsNewTogetherAreToldApart plants two issues in the same weeks whose reports
// share a word, as "new", and little else. What that word leads to must be one of them
// or the other.
func TestThingsNewTogetherAreToldApart(t *testing.T) {
	const shared = vocabulary - 1
	rng := rand.New(rand.NewPCG(5, 5))
	sender := func() int32 { return int32(1 + rng.IntN(20)) }
	first, second := theme(rng, 52, 6, 4, sender), theme(rng, 52, 6, 4, sender)
	for k := range second {
		for j, term := range second[k].terms {
			if term >= 390 {
				second[k].terms[j] = term - 10
			}
		}
	}
	reports := background(rng, 58, 60)
	for _, issue := range [][]report{first, second} {
		for k := range issue {
			issue[k].terms = append(issue[k].terms, shared)
		}
		reports = append(reports, issue...)
	}
	s := stream(reports)
	holds := func(row, from int32) bool {
		columns, _ := s.Terms.Row(int(row))
		for _, c := range columns {
			if c >= from && c < from+6 {
				return true
			}
		}
		return false
	}
	searcher, err := emerging.NewSearcher(s, emerging.Default())
	if err != nil {
		t.Fatal(err)
	}
	asOf := start + incident.Day(7*58-1)
	searcher.Search(asOf)
	var ofFirst, ofSecond []int32
	for i := range int32(len(s.Day)) {
		switch {
		case holds(i, 390):
			ofFirst = append(ofFirst, i)
		case holds(i, 380):
			ofSecond = append(ofSecond, i)
		}
	}
	if searcher.Mixed(ofFirst) || searcher.Mixed(ofSecond) {
		t.Error("an issue is called mixed")
	}
	if both := slices.Concat(ofFirst, ofSecond); !searcher.Mixed(both) {
		t.Error("two issues are not called mixed")
	}
	half := len(ofFirst) / 2
	if same, other := searcher.Alike(ofFirst[:half], ofFirst[half:]), searcher.Alike(ofFirst, ofSecond); same < 0.8 || other > 0.5 {
		t.Errorf("two halves of an issue are alike by %.2f, two issues by %.2f", same, other)
	}
	if all := searcher.Alike(ofFirst, ofFirst); all < 0.999 || all > 1.001 {
		t.Errorf("an issue is like itself by %.3f", all)
	}
	searcher.Search(start + incident.Day(7*30)) // another day, to come back from
	sets := [][]int32{ofFirst[:half], ofFirst[half:], ofSecond}
	for a, row := range searcher.AlikeAll(asOf, sets) {
		for b, got := range row {
			if want := searcher.Alike(sets[a], sets[b]); a != b && got != want {
				t.Errorf("sets %d and %d are alike by %v together, by %v alone", a, b, got, want)
			}
		}
	}
	led := 0
	for _, c := range searcher.Search(asOf) {
		if c.Lead != shared || c.Source != emerging.Centroid {
			continue
		}
		led++
		inFirst, inSecond := 0, 0
		for _, row := range c.Members {
			if holds(row, 390) {
				inFirst++
			}
			if holds(row, 380) {
				inSecond++
			}
		}
		if 4*min(inFirst, inSecond) > max(inFirst, inSecond) {
			t.Errorf("a candidate of %d reports holds %d of one issue and %d of the other", len(c.Members), inFirst, inSecond)
		}
	}
	if led < 2 {
		t.Errorf("%d candidates are led by the word that both share, want one of each issue", led)
	}
}
