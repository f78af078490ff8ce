package delay_test

import (
	"fmt"

	"psims/analytics/delay"
	"psims/datasets/incident"
	"psims/datasets/tally"
)

// Ten falls a week: five are reported at once, three a week later, two after three
// weeks. The intervals are wider than the steady past asks for: a week is never
// taken to be exactly like the others.
func ExampleNowcast() {
	from := incident.NewDay(2025, 1, 6)
	asOf := from + 7*60 - 1
	tr := delay.NewTriangle(from, asOf, []tally.Stratum{{Dimension: "category", Value: "falls"}}, 8)
	for w := range incident.Day(60) {
		for i, days := range []incident.Day{0, 0, 0, 0, 0, 7, 7, 7, 21, 21} {
			tr.Add(from+7*w, from+7*w+days+incident.Day(i%2), 0)
		}
	}
	falls := delay.Nowcast(tr, delay.Default())[0]
	for _, w := range falls.Weeks[56:] {
		fmt.Printf("%v: %2d so far, %.0f %% of %.1f (%.0f to %.0f)\n", w.Monday, w.Counted, 100*w.Complete, w.Expected, w.Lo90, w.Hi90)
	}
	fmt.Println("complete until", falls.CompleteUntil)
	// Output:
	// 2026-02-02: 10 so far, 100 % of 10.0 (10 to 10)
	// 2026-02-09:  8 so far, 80 % of 10.0 (8 to 13)
	// 2026-02-16:  8 so far, 80 % of 10.0 (8 to 13)
	// 2026-02-23:  5 so far, 50 % of 10.0 (7 to 14)
	// complete until 2026-02-08
}
