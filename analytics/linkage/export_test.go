package linkage

import (
	"context"
	"math"
)

// Bounded compares every pair of a table, by what is learnt from it, with the most
// that it could weigh: too low is the largest excess over that, and spared the share of
// the pairs, by block, that can be seen to be no link before their words are compared.
func Bounded(ctx context.Context, in Input, c Config) (pairs, spared [BlockCount]int, tooLow float64, err error) {
	r, err := Link(ctx, in, c)
	if err != nil {
		return pairs, spared, 0, err
	}
	m := r.model
	s := &sweep{blocks: newBlocks(m.reports, c), m: m, bound: m.bound(), after: math.MinInt32, chance: true}
	s.weeks, s.drawn = 2, 0.5
	for b := range s.least {
		s.least[b] = math.Inf(-1)
	}
	found, _, err := s.run(ctx)
	least := m.linkable()
	for _, f := range found {
		a, b := m.marked(f.i), m.marked(f.j)
		alike, _ := m.resemblance(f.i, f.j)
		weight := m.weight(f.pair, &f.comparison)
		most := s.bound.wordless(f.pair, &a, &b, math.Inf(-1))
		if a.worded && b.worded {
			if most += s.bound.text[f.block]; alike >= copyShare {
				most += s.bound.copied[f.block] - s.bound.text[f.block]
			}
		}
		tooLow = max(tooLow, weight-most)
		if alike >= copyShare && !a.copies(&b) {
			tooLow = math.Inf(1)
		}
		s.bound.limit(&a)
		s.bound.limit(&b)
		if f.shift == 0 && !f.block.words() && !s.bound.near(weight, f.pair, &a, &b) {
			tooLow = math.Inf(1)
		}
		if f.shift == 0 {
			pairs[f.block]++
			if !s.bound.reaches(least[f.block], f.pair, &a, &b, func() bool { return a.copies(&b) }) {
				spared[f.block]++
			}
		}
	}
	return pairs, spared, tooLow, err
}
