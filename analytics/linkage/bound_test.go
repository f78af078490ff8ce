package linkage_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/analytics/linkage"
	"psims/nlp/features"
)

// TestWordsGiven: words that were counted elsewhere, with phrases or in a table that
// goes on, link as those counted here do.
func TestWordsGiven(t *testing.T) {
	events, _ := invented(t, 3000, 412)
	in := input(events)
	terms, counts, err := features.Count(context.Background(), in.Table.Text, features.DefaultCount())
	if err != nil {
		t.Fatal(err)
	}
	number, words := make([]int32, terms.Len()), int32(0)
	for id := range number {
		if number[id] = -1; terms.Words(int32(id)) == 1 {
			number[id] = words
			words++
		}
	}
	for _, m := range []int{len(events), len(events) / 2} {
		in := in
		in.Table, in.AgeDays, in.Sex = in.Table.Head(m), nil, nil
		want := link(t, in, linkage.Default())
		in.Words = counts.Pattern(number, int(words)).Slice(0, m)
		got := link(t, in, linkage.Default())
		if len(want.Pairs) < 10 {
			t.Errorf("only %d links", len(want.Pairs))
		}
		if diff := cmp.Diff(want.Pairs, got.Pairs); diff != "" {
			t.Errorf("first %d: (-counted +given):\n%s", m, diff)
		}
	}
}

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
