package main

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/datasets/inbox"
	"psims/datasets/incident"
	"psims/datasets/synth"
)

// inventedNight opens the night of a warehouse of invented extracts, with the truth
// about them.
func inventedNight(t *testing.T, events int, seed uint64, issues float64) (*night, synth.Truth) {
	t.Helper()
	home := t.TempDir()
	dir := filepath.Join(home, "inbox")
	c := synth.Default()
	c.Events, c.Seed, c.Issues = events, seed, issues
	if _, err := synth.Write(context.Background(), dir, c); err != nil {
		t.Fatal(err)
	}
	truth, err := synth.ReadTruth(dir)
	if err != nil {
		t.Fatal(err)
	}
	a := opened(t, home)
	unlock, err := a.home.lock()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := unlock(); err != nil {
			t.Error(err)
		}
	})
	files, reference, err := inbox.Waiting(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.takeIn(context.Background(), dir, files, reference); err != nil {
		t.Fatal(err)
	}
	n, err := a.openNight(context.Background(), "", true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := n.events(context.Background()); err != nil {
		t.Fatal(err)
	}
	return n, truth
}

// TestAnEventCountsOnce compares the counts of a night with those of the reports
// without the planted duplicates: they may differ by the links that were missed and
// by those that are wrong, and by no more.
func TestAnEventCountsOnce(t *testing.T) {
	n, truth := inventedNight(t, 12_000, 5, 1)
	if err := n.join(context.Background()); err != nil {
		t.Fatal(err)
	}
	row := map[string]int{}
	for i, id := range n.table.ID {
		row[id] = i
	}
	second := map[int]bool{} // reports that repeat another
	found, planted := 0, 0
	for _, d := range truth.Duplicates {
		a, known := row[d.IDs[0]]
		b, there := row[d.IDs[1]]
		if !known || !there {
			continue // withdrawn or refused
		}
		planted++
		second[max(a, b)] = true
		if n.joined.First[a] == n.joined.First[b] {
			found++
		}
	}
	type cell struct {
		week     incident.Day
		category string
	}
	ours, right := map[cell]int{}, map[cell]int{}
	missed, wrong := 0, 0
	for i := range n.table.Len() {
		c := cell{n.table.Reported[i].Monday(), n.table.Category.Value(i)}
		if n.joined.Counted(i) {
			ours[c]++
		}
		if !second[i] {
			right[c]++
		}
		switch {
		case n.joined.Counted(i) && second[i]:
			missed++
		case !n.joined.Counted(i) && !second[i]:
			wrong++
		}
	}
	apart := 0
	for c, k := range ours {
		apart += max(k-right[c], right[c]-k)
	}
	for c, k := range right {
		if _, there := ours[c]; !there {
			apart += k
		}
	}
	recall := float64(found) / float64(planted)
	t.Logf("%d reports, %d repeats planted, recall %.3f; %d repeats counted, %d events left out; counts by week and category differ by %d in all", n.table.Len(), planted, recall, missed, wrong, apart)
	if planted < 100 || recall < 0.5 {
		t.Errorf("%d of %d planted repeats were found", found, planted)
	}
	if apart > missed+wrong {
		t.Errorf("counts differ by %d, and %d repeats were counted and %d events left out", apart, missed, wrong)
	}
	if float64(wrong) > 0.1*float64(found) {
		t.Errorf("%d events were left out that nothing repeats, beside %d found repeats", wrong, found)
	}
	if m, want := n.man.Joined, n.table.Len()-len(second)+missed-wrong; m.Reports != n.table.Len() || m.Events != want {
		t.Errorf("the manifest says %+v, want %d reports and %d events", m, n.table.Len(), want)
	}
}

// TestJoiningHoldsBetweenDueDays asks that what is joined of old reports is the same
// on every night until the next day of the grid, whatever came since.
func TestJoiningHoldsBetweenDueDays(t *testing.T) {
	n, _ := inventedNight(t, 4000, 6, 1)
	due := n.due()
	var first []int32
	for _, day := range []incident.Day{due, due + 1, due + 8} {
		m, err := n.nightOf(context.Background(), n.wh, day)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.events(context.Background()); err != nil {
			t.Fatal(err)
		}
		if err := m.join(context.Background()); err != nil {
			t.Fatal(err)
		}
		settled := m.table.Until(due)
		if first == nil {
			first = slices.Clone(m.joined.First[:settled])
		}
		if d := cmp.Diff(first, m.joined.First[:settled]); d != "" {
			t.Errorf("as of %v the reports until %v are joined otherwise (-then +now):\n%s", day, due, d)
		}
	}
}
