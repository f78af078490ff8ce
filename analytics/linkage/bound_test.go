package linkage_test

import (
	"context"
	"testing"

	"psims/analytics/linkage"
)

// TestBoundHolds: what is spared a full comparison could not have been linked, and
// most pairs of an organisation's days are spared.
func TestBoundHolds(t *testing.T) {
	for name, ages := range map[string]bool{"with ages and sexes": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			events, _ := invented(t, 10_000, 411)
			events, _ = plant(events, 411)
			in := input(events)
			if !ages {
				in.AgeDays, in.Sex = nil, nil
			}
			pairs, spared, tooLow, err := linkage.Bounded(context.Background(), in, linkage.Default())
			if err != nil {
				t.Fatal(err)
			}
			if tooLow > 1e-5 {
				t.Errorf("a pair weighs %g bits more than it could", tooLow)
			}
			for b := range linkage.BlockCount {
				t.Logf("%v: %d of %d pairs spared", b, spared[b], pairs[b])
			}
			if b := linkage.SameDays; pairs[b] < 1000 || spared[b]*10 < pairs[b]*8 {
				t.Errorf("%d of %d pairs spared", spared[b], pairs[b])
			}
		})
	}
}
