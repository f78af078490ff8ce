package linkage

import (
	"cmp"
	"context"
	"slices"

	"psims/internal/parallel"
)

// sweep looks at all pairs worth comparing and takes those of some weight.
type sweep struct {
	*blocks
	m      *model
	bound  *bound
	least  [BlockCount]float64
	after  int32 // one of the two was reported after that day
	chance bool  // also pairs that show chance: some weeks for each report
}

// visited is a pair with the report from which it was come upon.
type visited struct {
	by int32
	example
}

// share is what one goroutine finds at a time.
type share struct {
	found    []visited
	compared [BlockCount]int // pairs that may be matches
}

// run gives the pairs in order of the report from which they were come upon, those of
// its days first, and how many may be matches in each block, whatever their weight.
func (s *sweep) run(ctx context.Context) ([]visited, [BlockCount]int, error) {
	near := make([]share, (len(s.byDay)+stretch-1)/stretch)
	cards := make([][]card, parallel.Workers())
	// In order of organisation and day, what is compared lies together.
	parallel.Blocks(len(s.byDay), stretch, func(worker, from, until int) {
		if ctx.Err() != nil {
			return
		}
		if end := s.end(from, until); s.later(from, end) {
			cards[worker] = cards[worker][:0]
			for _, i := range s.byDay[from:end] {
				c := s.marked(i)
				s.bound.limit(&c)
				cards[worker] = append(cards[worker], c)
			}
			s.days(&near[from/stretch], cards[worker], until-from)
		}
	})
	words := make([]share, (len(s.row)+stretch-1)/stretch)
	partners := make([][]int32, parallel.Workers())
	parallel.Blocks(len(s.row), stretch, func(worker, from, until int) {
		if ctx.Err() != nil {
			return
		}
		for i := int32(from); i < int32(until); i++ {
			if partners[worker] = s.alike(partners[worker][:0], i, s.after); len(partners[worker]) == 0 {
				continue
			}
			visit := s.visitor(&words[from/stretch], i)
			s.worded(i, partners[worker], s.chance, visit)
		}
	})
	var out []visited
	var compared [BlockCount]int
	for _, part := range slices.Concat(near, words) {
		out = append(out, part.found...)
		for k, c := range part.compared {
			compared[k] += c
		}
	}
	slices.SortStableFunc(out, func(x, y visited) int { return cmp.Compare(x.by, y.by) })
	return out, compared, ctx.Err()
}

// end gives where in byDay the reports end that those from … until are compared with.
func (s *sweep) end(from, until int) int {
	last, end := s.byDay[until-1], until
	for ; end < min(until+mostNear, len(s.byDay)); end++ {
		if i := s.byDay[end]; s.org[i] != s.org[last] || s.day[i] > s.day[last]+int32(s.config.Days) {
			break
		}
	}
	return end
}

// later reports whether any of the reports from … end in byDay is to be compared.
func (s *sweep) later(from, end int) bool {
	return slices.ContainsFunc(s.byDay[from:end], func(i int32) bool { return s.reported[i] > s.after })
}

// days visits the pairs of the first n of the cards with those of their organisation
// and days behind them, and with those that show chance.
func (s *sweep) days(into *share, cards []card, n int) {
	reach := int32(s.config.Days)
	for k := range n {
		a := &cards[k]
		for l := k + 1; l < min(k+1+mostNear, len(cards)); l++ {
			b := &cards[l]
			if b.org != a.org || b.day > a.day+reach {
				break
			}
			if max(a.reported, b.reported) <= s.after {
				continue
			}
			block := SameDays
			if a.system != b.system {
				block++
			}
			x, y := a, b
			if a.at > b.at {
				x, y = b, a
			}
			p := pair{x.at, y.at, 0, block}
			into.compared[block]++
			if s.bound.near(s.least[block], p, x, y) {
				s.weigh(into, a.at, p)
			}
		}
		if s.chance && taken(mix(s.blocks.chance[a.at]), s.drawn) {
			visit := s.visitor(into, a.at)
			for week := range s.weeks {
				drawn := (int32(mix(s.blocks.chance[a.at])%allWeeks) + week) % allWeeks
				s.near(a.at, weekly*(nearestWeek+drawn), visit)
			}
		}
	}
}

// visitor takes pairs of report i, whose partners lie anywhere in memory.
func (s *sweep) visitor(into *share, i int32) func(pair) {
	mine := s.card(i)
	return func(p pair) {
		if s.reported[p.j] <= s.after { // in order of report, so that both were
			return
		}
		if p.shift == 0 {
			into.compared[p.block]++
		}
		a, b := &mine, &mine
		if i == p.i {
			other := s.card(p.j)
			b = &other
		} else {
			other := s.card(p.i)
			a = &other
		}
		copies := func() bool {
			alike, _ := s.resemblance(p.i, p.j)
			return alike >= copyShare
		}
		if s.bound.reaches(s.least[p.block], p, a, b, copies) {
			s.weigh(into, i, p)
		}
	}
}

// weigh compares a pair in full and takes it if it weighs enough.
func (s *sweep) weigh(into *share, by int32, p pair) {
	c := s.m.compare(p)
	c.textLevel(s.m.cutsFor(p.block))
	if s.m.weight(p, &c) >= s.least[p.block] {
		into.found = append(into.found, visited{by, example{pair: p, comparison: c}})
	}
}
