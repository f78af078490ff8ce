package breaks

import (
	"math"
	"slices"
)

const (
	// leastRate is the reports a week below which no change of level is looked for.
	leastRate = 1
	// leastChange is the smallest change of the log level that matters to a baseline.
	leastChange = 0.15
	// highest is how many standard deviations above the median a week counts at
	// most: a single high week is no level.
	highest = 4
	// trim is the share of the largest differences that tell nothing of the spread.
	trim = 0.05
)

// dispersion gives variance over mean of a week, from the differences of
// neighbouring weeks, so that neither trend nor steps count.
func dispersion(weekly []float64) float64 {
	var ratios []float64
	for w := 1; w < len(weekly); w++ {
		if sum := weekly[w] + weekly[w-1]; sum > 0 {
			d := weekly[w] - weekly[w-1]
			ratios = append(ratios, d*d/sum)
		}
	}
	if len(ratios) == 0 {
		return 1
	}
	slices.Sort(ratios)
	keep := ratios[:len(ratios)-int(trim*float64(len(ratios)))]
	mean := 0.0
	for _, v := range keep {
		mean += v / float64(len(keep))
	}
	return max(1, mean)
}

// levels looks for lasting changes between the breaks that are known.
func (h *History) levels(s *sender, control []float64) {
	known := slices.Clone(s.edges)
	from, active := max(0, h.week(s.first)), true
	for i := 0; i <= len(known); i++ {
		until := len(h.Weeks)
		if i < len(known) {
			until = min(until, known[i].week)
		}
		if active && until-from >= 2*h.cfg.MinSegment {
			for _, w := range h.changes(s, control, from, until) {
				s.edges = append(s.edges, edge{w, Level, 0})
			}
		}
		if i < len(known) {
			from, active = max(from, known[i].week), known[i].kind != Left
		}
	}
	slices.SortStableFunc(s.edges, func(a, b edge) int { return a.week - b.week })
}

// changes gives the weeks between from and until at which the level changes: the
// segments of highest quasi-Poisson likelihood less a penalty for each change.
//
// Source: optimal partitioning, Jackson et al. (2005), IEEE Signal Processing
// Letters 12; the pruning of PELT (Killick et al. 2012) is not exact with a least
// length, and a few hundred weeks need none.
func (h *History) changes(s *sender, control []float64, from, until int) []int {
	n := until - from
	count, exposure := make([]float64, n+1), make([]float64, n+1)
	most := s.most(from, until)
	for i := range n {
		y, e := min(s.weekly[from+i], most), control[from+i]
		if y == 0 && s.whole[from+i] > 0 {
			e = 0 // the week was a batch: nothing is known of its level
		}
		count[i+1], exposure[i+1] = count[i]+y, exposure[i]+e
	}
	if count[n] < leastRate*float64(n) {
		return nil
	}
	penalty := h.cfg.Penalty * math.Log(float64(n))
	gain := func(a, b int) float64 {
		y, e := count[b]-count[a], exposure[b]-exposure[a]
		if y == 0 || e == 0 {
			return 0
		}
		return y * math.Log(y/e) / s.phi
	}
	best, previous := make([]float64, n+1), make([]int, n+1)
	for b := h.cfg.MinSegment; b <= n; b++ {
		best[b] = gain(0, b)
		for a := h.cfg.MinSegment; a+h.cfg.MinSegment <= b; a++ {
			if v := best[a] + gain(a, b) - penalty; v > best[b] {
				best[b], previous[b] = v, a
			}
		}
	}
	var out []int
	for b := n; previous[b] > 0; b = previous[b] {
		out = append(out, from+previous[b])
	}
	slices.Reverse(out)
	return s.clear(out, from, until, count, exposure)
}

// most gives the most that a week counts.
func (s *sender) most(from, until int) float64 {
	sorted := slices.Sorted(slices.Values(s.weekly[from:until]))
	middle := sorted[len(sorted)/2]
	if high := sorted[len(sorted)*3/4]; high > middle {
		middle = high
	}
	return middle + highest*math.Sqrt(s.phi*(middle+1))
}

// clear leaves out the changes that are too small to matter.
func (s *sender) clear(changes []int, from, until int, count, exposure []float64) (out []int) {
	last := 0
	for i, w := range changes {
		next := until - from
		if i+1 < len(changes) {
			next = changes[i+1] - from
		}
		at := w - from
		before := (count[at] - count[last] + 0.5) / (exposure[at] - exposure[last] + 1e-9)
		after := (count[next] - count[at] + 0.5) / (exposure[next] - exposure[at] + 1e-9)
		if math.Abs(math.Log(after/before)) >= leastChange {
			out = append(out, w)
			last = at
		}
	}
	return out
}
