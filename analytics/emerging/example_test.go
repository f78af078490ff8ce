package emerging_test

import (
	"fmt"
	"math/rand/v2"

	"psims/analytics/emerging"
	"psims/datasets/incident"
)

func ExampleSearcher() {
	rng := rand.New(rand.NewPCG(1, 2))
	sender := func() int32 { return int32(1 + rng.IntN(20)) }
	// A year of common reports; in the last four weeks three a week tell of something new.
	s := stream(append(background(rng, 60, 40), theme(rng, 56, 4, 3, sender)...))
	se, err := emerging.NewSearcher(s, emerging.Default())
	if err != nil {
		panic(err)
	}
	best := se.Search(start + incident.Day(7*60-1))[0]
	fmt.Printf("%v scan, last %d weeks: %d reports from %d senders, %.1f expected\n",
		best.Source, best.Window, best.Observed, best.Organisations, best.Expected)
	// What it finds where the dates are exchanged is chance.
	chance, err := emerging.NewSearcher(s.Exchanged(start+7*60-1, 1), emerging.Default())
	if err != nil {
		panic(err)
	}
	highest := 0.0
	for _, c := range chance.Search(start + 7*60 - 1) {
		highest = max(highest, c.Evidence)
	}
	fmt.Println(best.Evidence > highest+3)
	// Output:
	// centroid scan, last 4 weeks: 12 reports from 6 senders, 0.0 expected
	// true
}
