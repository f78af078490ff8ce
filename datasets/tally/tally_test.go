package tally_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"psims/datasets/incident"
	"psims/datasets/tally"
)

func TestCountsGoToTheirWeek(t *testing.T) {
	monday := incident.NewDay(2026, 1, 5)
	tab := tally.New(monday, monday+13, []tally.Stratum{{Dimension: "a", Value: "x"}, {Dimension: "a", Value: "y"}})
	for _, d := range []incident.Day{monday - 1, monday, monday + 6, monday + 7, monday + 14} {
		tab.Add(d, 1)
	}
	counts, observed := tab.Series(1)
	if !slices.Equal(counts, []int32{2, 1}) || !slices.Equal(observed, []bool{true, true}) {
		t.Errorf("counts %v, observed %v", counts, observed)
	}
	tab.SetUnobserved(0, 1)
	counts, observed = tab.Series(1)
	if !slices.Equal(counts, []int32{0, 1}) || !slices.Equal(observed, []bool{false, true}) {
		t.Errorf("after SetUnobserved: counts %v, observed %v", counts, observed)
	}
}

func TestOrderOfEventsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOf(rapid.IntRange(0, 100)).Draw(t, "days")
		count := func(days []int) []int32 {
			tab := tally.New(0, 100, []tally.Stratum{{}})
			for _, d := range days {
				tab.Add(incident.Day(d), 0)
			}
			return tab.Counts
		}
		shuffled := slices.Clone(days)
		rand.New(rand.NewPCG(1, 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if !slices.Equal(count(days), count(shuffled)) {
			t.Fatal("the order of the events changed the counts")
		}
	})
}

// history gives reports of reporter 1 (five a week from the start), in order of day.
type history struct {
	reporter []int32
	day      []incident.Day
}

func (h *history) add(reporter int32, from incident.Day, weeks, perWeek int) {
	for w := range weeks {
		for k := range perWeek {
			h.reporter = append(h.reporter, reporter)
			h.day = append(h.day, from+incident.Day(7*w+k%7))
		}
	}
}

func (h *history) sort() {
	at := make([]int, len(h.day))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(a, b int) int { return int(h.day[a]) - int(h.day[b]) })
	var out history
	for _, i := range at {
		out.reporter, out.day = append(out.reporter, h.reporter[i]), append(out.day, h.day[i])
	}
	*h = out
}

func TestPanel(t *testing.T) {
	start := incident.NewDay(2025, 1, 6)
	for _, c := range []struct {
		name, why       string
		build           func(*history)
		joined, batched int
	}{
		{"steady", "an organisation that always reported counts", func(*history) {}, 0, 0},
		{"joiner", "a new reporter's reports would look like a rise", func(h *history) { h.add(2, start+7*60, 20, 3) }, 60, 0},
		{"rare joiner", "many that report rarely average out", func(h *history) { h.add(2, start+7*60, 1, 1); h.add(2, start+7*75, 1, 1) }, 0, 0},
		{"batch", "six months' reports sent in a week are no rise", func(h *history) { h.add(1, start+7*70, 1, 60) }, 0, 65},
		{"early reporter", "who reports in the first weeks has always reported", func(h *history) { h.add(3, start+7*2, 70, 2) }, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var h history
			h.add(1, start, 80, 5)
			c.build(&h)
			h.sort()
			_, out := tally.DefaultPanel().Comparable(h.reporter, h.day, start+7*80-1)
			if out.Joined != c.joined || out.Batched != c.batched {
				t.Errorf("joined %d, batched %d; want %d, %d: %s", out.Joined, out.Batched, c.joined, c.batched, c.why)
			}
		})
	}
}

func TestPanelDoesNotLookAhead(t *testing.T) {
	start := incident.NewDay(2025, 1, 6)
	var h history
	h.add(1, start, 80, 5)
	h.add(2, start+7*60, 20, 3)
	h.sort()
	asOf := start + 7*65 - 1
	whole, _ := tally.DefaultPanel().Comparable(h.reporter, h.day, asOf)
	n, _ := slices.BinarySearch(h.day, asOf+1)
	part, _ := tally.DefaultPanel().Comparable(h.reporter[:n], h.day[:n], asOf)
	if !slices.Equal(whole[:n], part) {
		t.Error("reports after the day changed what counts")
	}
	if slices.Contains(whole[n:], true) {
		t.Error("reports after the day count")
	}
}
