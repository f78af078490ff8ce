package triage

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"psims/analytics/emerging"
	"psims/datasets/incident"
)

// Chance is what the search finds where nothing is new: how strong the issues are
// in the organisation's own reports when what they tell has been taken apart from
// when it was reported.
type Chance struct {
	Strengths []float64 // descending, of all issues of all searches
	Searches  int
	Few       bool // fewer than three organisations have reported
}

// Calibrate repeats the search of a day so many times, each time with the days of
// every organisation's reports exchanged among them; see [emerging.Stream.Exchanged].
// Each repeat costs as much as making a searcher and one search. It errs when the
// search's settings are wrong.
func Calibrate(s *emerging.Stream, search emerging.Config, asOf incident.Day, times int) (*Chance, error) {
	if times < 1 {
		panic(fmt.Sprintf("triage: %d repeats", times))
	}
	every := Default()
	every.AlertScore, every.MaxAlerts = 0, math.MaxInt
	c := &Chance{Searches: times, Few: fewSenders(s.Organisation[:s.Until(asOf)])}
	se, err := emerging.NewSearcher(s, search)
	if err != nil {
		return nil, fmt.Errorf("calibrating: %w", err)
	}
	for k := range times {
		exchanged := se.Exchanged(asOf, uint64(k))
		for _, f := range Shortlist(exchanged.Search(asOf), exchanged, every) {
			c.Strengths = append(c.Strengths, f.Strength)
		}
	}
	slices.SortFunc(c.Strengths, func(a, b float64) int { return cmp.Compare(b, a) })
	return c, nil
}

// Pool puts together what chance finds on several days. Few organisations have
// reported when that is so on the first of them. Panics without a day.
func Pool(days []*Chance) *Chance {
	all := &Chance{Few: days[0].Few}
	for _, c := range days {
		all.Strengths, all.Searches = append(all.Strengths, c.Strengths...), all.Searches+c.Searches
	}
	slices.SortFunc(all.Strengths, func(a, b float64) int { return cmp.Compare(b, a) })
	return all
}

// fewSenders reports whether there are fewer than three organisations; those not
// recorded are one.
func fewSenders(organisations []int32) bool {
	var seen []int32
	for _, o := range organisations {
		if !slices.Contains(seen, o) {
			if seen = append(seen, o); len(seen) == 3 {
				return false
			}
		}
	}
	return true
}

const (
	// tailIssues is from how many of the strongest chance issues the tail is drawn on.
	tailIssues = 20
	// A probability's own power of ten falls by a factor e over 1/ln 10; a tail
	// that seems to fall faster does so because few issues were seen.
	leastScale = 1 / math.Ln10
)

// Expected gives how many issues at least as strong one search finds by chance.
// Above the twentieth strongest that was found, the number falls exponentially,
// by the mean excess of those above it.
func (c *Chance) Expected(strength float64) float64 {
	n := len(c.Strengths)
	if n == 0 {
		return min(1, math.Pow(10, -strength)) / float64(c.Searches)
	}
	k := min(tailIssues, n)
	from := c.Strengths[k-1]
	if strength <= from {
		above, _ := slices.BinarySearchFunc(c.Strengths, strength, func(s, t float64) int {
			if s >= t {
				return -1
			}
			return 1
		})
		return float64(above) / float64(c.Searches)
	}
	excess := 0.0
	for _, s := range c.Strengths[:k] {
		excess += (s - from) / float64(k)
	}
	return float64(k) / float64(c.Searches) * math.Exp(-(strength-from)/max(excess, leastScale))
}

// Strength gives the least strength, to a hundredth, of which one search finds so
// many issues or fewer by chance: a balance of the installation's own.
func (c *Chance) Strength(expected float64) float64 {
	if !(expected > 0) {
		panic(fmt.Sprintf("triage: %g issues a search", expected))
	}
	lo, hi := -100.0, 400.0 // tails end at 300
	for hi-lo > 0.01 {
		if mid := (lo + hi) / 2; c.Expected(mid) > expected {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}

// P gives the chance that one search finds an issue at least as strong where
// nothing is new.
func (c *Chance) P(strength float64) float64 { return -math.Expm1(-c.Expected(strength)) }
