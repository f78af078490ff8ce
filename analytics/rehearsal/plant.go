package rehearsal

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"psims/analytics/emerging"
	"psims/datasets/incident"
)

const (
	maxShare  = 1.0 / 30 // of all reports that a theme may have
	maxTaken  = 0.2      // of all reports that may be taken out
	leastFeed = 12       // weeks for which a theme's reports must last at its rate
)

// plot is the stream with what was planted.
type plot struct {
	stream  *emerging.Stream
	planted []Planted
	of      []int32 // planted theme of each row; −1 for none
}

// plant takes themes out of the stream and feeds their reports back.
func (c Config) plant(s *emerging.Stream, themes []Theme) *plot {
	rng := rand.New(rand.NewPCG(c.Seed, uint64(c.Until)))
	chosen, rates := c.choose(rng, themes, len(s.Day))
	p := &plot{}
	taken := make([]bool, len(s.Day))
	for _, t := range chosen {
		for _, i := range t.Rows {
			taken[i] = true
		}
	}
	type row struct {
		from int32 // of the stream
		day  incident.Day
		of   int32
	}
	var rows []row
	for i, d := range s.Day {
		if !taken[i] {
			rows = append(rows, row{int32(i), d, -1})
		}
	}
	for k, t := range chosen {
		pool := slices.Clone(t.Rows)
		rng.Shuffle(len(pool), func(a, b int) { pool[a], pool[b] = pool[b], pool[a] })
		days := c.arrivals(rng, rates[k], len(pool))
		for j, d := range days {
			rows = append(rows, row{pool[j], d, int32(k)})
		}
		p.planted = append(p.planted, Planted{Name: t.Name, Rate: rates[k], Pool: len(pool), Fed: len(days), Floor: c.floor(days)})
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.from, b.from)) })
	p.stream = &emerging.Stream{Terms: s.Terms, Parts: s.Parts, Order: s.Order, Concepts: s.Concepts}
	for _, r := range rows {
		at := r.from // of the matrix
		if s.Rows != nil {
			at = s.Rows[r.from]
		}
		p.stream.Rows = append(p.stream.Rows, at)
		p.stream.Day, p.stream.Organisation = append(p.stream.Day, r.day), append(p.stream.Organisation, s.Organisation[r.from])
		p.of = append(p.of, r.of)
	}
	return p
}

// choose draws the themes that are planted and gives each its rate: rates take turns,
// and each takes the next theme with enough reports for it. A report of two themes
// goes with the one that was drawn first.
func (c Config) choose(rng *rand.Rand, themes []Theme, n int) (chosen []Theme, rates []float64) {
	drawn := slices.Clone(themes)
	rng.Shuffle(len(drawn), func(a, b int) { drawn[a], drawn[b] = drawn[b], drawn[a] })
	used := map[int32]bool{}
	left := int(maxTaken * float64(n))
	for range c.Themes {
		for _, rate := range c.Rates {
			at := slices.IndexFunc(drawn, func(t Theme) bool {
				return float64(len(t.Rows)) >= leastFeed*rate && float64(len(t.Rows)) <= maxShare*float64(n) && len(t.Rows) <= left
			})
			if at < 0 {
				continue
			}
			t := drawn[at]
			drawn = slices.Delete(drawn, at, at+1)
			t.Rows = slices.DeleteFunc(slices.Clone(t.Rows), func(i int32) bool { return used[i] })
			for _, i := range t.Rows {
				used[i] = true
			}
			left -= len(t.Rows)
			chosen, rates = append(chosen, t), append(rates, rate)
		}
	}
	return chosen, rates
}

// arrivals draws the days on which up to n reports come: each week's number is
// Poisson about a mean that grows to the rate, each day of the week as likely.
func (c Config) arrivals(rng *rand.Rand, rate float64, n int) []incident.Day {
	var days []incident.Day
	for week := 0; ; week++ {
		monday := c.Onset + incident.Day(7*week)
		mean := rate * min(1, float64(week+1)/float64(c.Ramp))
		for t := rng.ExpFloat64(); t < mean; t += rng.ExpFloat64() {
			d := monday + incident.Day(rng.IntN(7))
			if len(days) == n {
				return days
			}
			if d <= c.Until {
				days = append(days, d)
			}
		}
		if monday > c.Until {
			return days
		}
	}
}

// floor gives the weeks from the onset to the first look at three reports; −1 for never.
func (c Config) floor(days []incident.Day) int {
	if len(days) < leastHit {
		return -1
	}
	sorted := slices.Sorted(slices.Values(days))
	third := sorted[leastHit-1]
	look := c.From
	for look < third {
		look += 7
	}
	if look > c.Until {
		return -1
	}
	return c.weeks(look)
}

// weeks gives the whole weeks from the onset to a day.
func (c Config) weeks(day incident.Day) int { return int(day-c.Onset+1) / 7 }

// recent counts each theme's reports after one day and until another.
func (p *plot) recent(until, after incident.Day) []int {
	counts := make([]int, len(p.planted))
	first, _ := slices.BinarySearch(p.stream.Day, after+1)
	for i := first; i < len(p.stream.Day) && p.stream.Day[i] <= until; i++ {
		if k := p.of[i]; k >= 0 {
			counts[k]++
		}
	}
	return counts
}
