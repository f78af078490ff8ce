package theme_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"psims/datasets/incident"
	"psims/models/cluster"
	"psims/models/theme"
)

// chainOf gives the chain of a stream of invented reports with what it keeps.
func chainOf(t *testing.T) (chain theme.Chain, c theme.Config, l theme.Lesson, kept map[int]*theme.Atlas) {
	l = newStream(1).add(120, 0, 84, pump).add(90, 0, 84, falls).lesson(t)
	c = theme.Default()
	c.MinReports, c.Embed.Dimensions, c.Cluster.Groups = 60, 8, 2
	kept = map[int]*theme.Atlas{}
	chain = theme.Chain{Days: c.Grid(l.Reported[0], 120), Newest: 2,
		Kept:   func(k int) (*theme.Atlas, error) { return kept[k], nil },
		Lesson: func(day incident.Day) (theme.Lesson, error) { l.Day = day; return l, nil },
		Keep: func(k int, a *theme.Atlas) error {
			kept[k] = a
			return nil
		}}
	return chain, c, l, kept
}

// TestChainGoesOnFromWhatIsKept: the themes of the last day are the same whether all days
// are made anew or only those after the newest that is kept.
func TestChainGoesOnFromWhatIsKept(t *testing.T) {
	chain, c, _, kept := chainOf(t)
	steps := 0
	atlas, from, err := chain.Missing()
	if atlas != nil || from != 0 || err != nil {
		t.Fatalf("nothing is kept, and day %d is the first to make, %v", from, err)
	}
	whole, err := chain.Follow(context.Background(), c, nil, 0, func() { steps++ })
	if err != nil {
		t.Fatal(err)
	}
	last := len(chain.Days) - 1
	if steps != len(chain.Days) || len(kept) != 2 || kept[last] != whole {
		t.Errorf("%d days made, %d kept, of %d", steps, len(kept), len(chain.Days))
	}
	delete(kept, last)
	atlas, from, err = chain.Missing()
	if from != last || err != nil {
		t.Fatalf("day %d is to be made, want %d, %v", from, last, err)
	}
	again, err := chain.Follow(context.Background(), c, atlas, from, func() {})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(encoded(t, whole), encoded(t, again)); d != "" {
		t.Error("the last day's themes are others when made after kept ones")
	}
	e, err := again.Entry()
	if err != nil {
		t.Fatal(err)
	}
	back, err := theme.Open(e)
	if err != nil || cmp.Diff(encoded(t, back), encoded(t, again)) != "" {
		t.Errorf("opened, the themes are others, %v", err)
	}
	fault := errors.New("damaged")
	chain.Kept = func(int) (*theme.Atlas, error) { return nil, fault }
	if _, _, err := chain.Missing(); !errors.Is(err, fault) {
		t.Errorf("want the fault, got %v", err)
	}
}

// TestPublishedThemesReadBack: what later stages need comes back from the tables.
func TestPublishedThemesReadBack(t *testing.T) {
	chain, c, l, _ := chainOf(t)
	atlas, err := chain.Follow(context.Background(), c, nil, 0, func() {})
	if err != nil {
		t.Fatal(err)
	}
	g := atlas.Group(l.Counts, atlas.Places(l.Terms, l.Counts))
	ids, systems := make([]string, len(g.Of)), incident.Spelt(len(g.Of), func(int) string { return "lfpse" })
	for i := range ids {
		ids[i] = fmt.Sprintf("e%d", i)
	}
	if len(g.ID) != 2 || g.EventFrame().Len() < 2 {
		t.Fatalf("%d themes, %d events", len(g.ID), g.EventFrame().Len())
	}
	back, err := theme.FromFrames(g.Frame(ids), g.MemberFrame(systems, ids), ids)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(g, back, cmpopts.IgnoreFields(theme.Grouped{}, "Born", "Events")); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if _, err := theme.FromFrames(g.Frame(ids), g.MemberFrame(systems, ids), ids[1:]); !errors.Is(err, theme.ErrOther) {
		t.Errorf("themes of other events are taken, %v", err)
	}
	var none *theme.Atlas
	if g := none.Group(l.Counts, nil); len(g.ID) != 0 || g.Of[0] != cluster.None || g.Frame(ids).Len() != 0 {
		t.Errorf("themes without an atlas: %v", g.ID)
	}
}

// A narrative's place depends on its words alone, so that places can be kept: some of them
// by themselves, counted with all, are where they are among all.
func TestPlacesCanBeKept(t *testing.T) {
	chain, c, l, _ := chainOf(t)
	atlas, err := chain.Follow(context.Background(), c, nil, 0, func() {})
	if err != nil {
		t.Fatal(err)
	}
	all := atlas.Places(l.Terms, l.Counts)
	var rows []int32
	themes := map[int32]bool{}
	for i := 0; i < len(all); i += 3 {
		rows = append(rows, int32(i))
	}
	for k, p := range atlas.Places(l.Terms, l.Counts.Gather(rows)) {
		if p != all[rows[k]] {
			t.Errorf("narrative %d by itself is at %v, among all at %v", rows[k], p, all[rows[k]])
		}
		themes[p.Theme] = true
	}
	if len(themes) < 2 {
		t.Errorf("themes %v", themes)
	}
	if d := cmp.Diff(atlas.Assign(l.Terms, l.Counts), atlas.Grouping(all)); d != "" {
		t.Errorf("(-assigned +by places):\n%s", d)
	}
}
