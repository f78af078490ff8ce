package linkage_test

import (
	"context"
	"fmt"
	"slices"

	"psims/analytics/linkage"
	"psims/datasets/incident"
)

// Two reports of one fall among 500 invented ones, some of which are repeated too.
func ExampleLink() {
	events := ward(500, 2)
	events, _ = repeated(events, 10)
	var pair [2]event
	pair[0] = events[40]
	pair[0].ID, pair[0].Texts[incident.Description] = "nurse", "Found on the floor beside the commode, brake broken, hip painful."
	pair[1] = pair[0]
	pair[1].ID, pair[1].Submitted, pair[1].Harm = "doctor", pair[0].Submitted+1, incident.SevereHarm
	pair[1].Texts[incident.Description] = "Found on the floor beside the commode, brake broken. X-ray shows fractured hip."
	events = append(slices.Delete(events, 40, 41), pair[:]...)
	sorted(events)
	in := input(events)
	r, err := linkage.Link(context.Background(), in, linkage.Default())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, g := range r.Groups {
		if in.Table.ID[g.First] != "nurse" {
			continue
		}
		fmt.Println(len(g.Rows), "reports of one event; harm:", g.Harm)
		for _, part := range r.Explain(g.Rows[0], g.Rows[1]) {
			fmt.Printf("%-10s %+5.1f  %s\n", part.Field, part.Bits, part.Said)
		}
	}
	// Output:
	// 2 reports of one event; harm: severe
	// occurred    +2.8  same day
	// reported    +1.6  1 or 2 days apart
	// age         +6.5  same
	// text       +10.0  copy
	// category    +2.6  records
	// specialty   +1.6  children
	// harm        -2.0  none; severe
	// sex         +1.1  Male
}
