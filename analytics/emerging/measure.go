package emerging

import (
	"math"
	"slices"

	"psims/datasets/incident"
)

// maxPairs bounds the members whose pairwise likeness is measured: the cost is its square.
const maxPairs = 60

// measure fills what is known of a candidate. in holds the reports at or above
// tau, scores all that were scored.
func (v view) measure(c *Candidate, g seed, cen centroid, in, scores []scored) {
	exposure, history := float64(v.n-v.from), float64(v.from)
	x := float64(len(c.Members))
	c.Observed = len(c.Members)
	c.Expected = (float64(c.Before) + 0.5) * exposure / history
	c.TermTail = g.tails[0]
	for _, t := range g.tails[1:min(3, len(g.tails))] {
		c.NextTail += t
	}
	c.Organisations = v.organisations(c.Members)
	c.Independent = v.senders.independent(c.Organisations, c.Observed)
	c.Evidence = tail(c.Independent, float64(c.Before), exposure, history)
	c.LargestShare = v.largestShare(c.Members)
	c.Rarity = v.se.idf[c.Lead]
	for k, j := range cen.terms {
		if j == c.Lead {
			c.LeadShare = cen.weight[k] * cen.weight[k] / (cen.length * cen.length)
		}
	}
	c.Spread = math.Log(x / float64(len(g.rows)))
	v.measureScores(c, in, scores)
	v.measureHistory(c, in)
	v.measureMembers(c)
}

// largestShare gives the share of the rows that come from the organisation with
// most; senders not recorded count as one.
func (v view) largestShare(rows []int32) float64 {
	count := map[int32]int{}
	largest := 0
	for _, i := range rows {
		o := v.se.s.Organisation[i]
		count[o]++
		largest = max(largest, count[o])
	}
	return float64(largest) / float64(len(rows))
}

func (v view) measureScores(c *Candidate, in, scores []scored) {
	for _, s := range in {
		if int(s.row) >= v.from {
			c.MeanScore += s.score / float64(c.Observed)
		}
	}
	// The nearest earlier reports, as many as there are members.
	var earlier []float64
	for _, s := range scores {
		if int(s.row) < v.from {
			earlier = append(earlier, s.score)
		}
	}
	c.Novelty = c.MeanScore - meanOfHighest(earlier, c.Observed)
}

// measureHistory compares the members' number with the numbers of like reports
// in earlier blocks as long as the window, and with the same weeks a year before.
func (v view) measureHistory(c *Candidate, in []scored) {
	days := 7 * v.weeks
	start := v.se.s.Day[0]
	blocks := int(v.asOf-start+1)/days - 1
	if blocks < 1 {
		return
	}
	counts := make([]float64, blocks)
	lastYear := 0.0
	// The season's window: one week either side of the same weeks a year before.
	yearFrom, yearUntil := v.asOf-incident.Day(7*(52+v.weeks+1)), v.asOf-7*51
	for _, s := range in {
		d := v.se.s.Day[s.row]
		if b := int(v.asOf-d)/days - 1; b >= 0 && b < blocks {
			counts[b]++
		}
		if d > yearFrom && d <= yearUntil {
			lastYear++
		}
	}
	mean, largest, atLeast := 0.0, 0.0, 0.0
	for _, n := range counts {
		mean += n / float64(blocks)
		largest = max(largest, n)
		if n >= float64(c.Observed) {
			atLeast++
		}
	}
	variance := 0.0
	for _, n := range counts {
		variance += (n - mean) * (n - mean) / float64(blocks)
	}
	c.Dispersion = math.Log((variance + 0.5) / (mean + 0.5))
	c.PeakRatio = math.Log((float64(c.Observed) + 0.5) / (largest + 0.5))
	c.BlockShare = atLeast / float64(blocks)
	// With a little under that, what there is of the same weeks still tells.
	if yearFrom = max(yearFrom, start); int(yearUntil-yearFrom) >= days {
		reports := float64(v.se.rowsUntil(yearUntil) - v.se.rowsUntil(yearFrom))
		rate := (float64(c.Before) + 0.5) / float64(v.from)
		c.Season = math.Log((lastYear + 0.5) / (rate*reports + 0.5))
	}
}

func (v view) measureMembers(c *Candidate) {
	half := v.asOf - incident.Day(7*v.weeks/2)
	for _, i := range c.Members {
		if v.se.s.Day[i] > half {
			c.NewerHalf += 1 / float64(c.Observed)
		}
		cols, _ := v.se.s.row(int(i))
		c.MeanTerms += float64(len(cols)) / float64(c.Observed)
	}
	c.MeanTerms = math.Log(1 + c.MeanTerms)
	c.WithLead = float64(intersection(sorted(c.Members), v.windowRows(c.Lead))) / float64(c.Observed)

	rows := c.Members[:min(len(c.Members), maxPairs)]
	var highest [2]float64
	sum, pairs := 0.0, 0.0
	here := v.se.dense[0]
	near := make([]float64, len(rows))
	for a := range rows {
		v.eachWeight(rows[a], func(term int32, w float64) { here[term] = w })
		for b := range rows[:a] {
			dot := 0.0
			v.eachWeight(rows[b], func(term int32, w float64) { dot += w * here[term] })
			near[a], near[b] = max(near[a], dot), max(near[b], dot)
			sum += dot
			pairs++
		}
		v.eachWeight(rows[a], func(term int32, w float64) { here[term] = 0 })
	}
	for _, nearest := range near {
		if nearest > highest[0] {
			highest = [2]float64{nearest, highest[0]}
		} else {
			highest[1] = max(highest[1], nearest)
		}
	}
	c.NearDuplicate = (highest[0] + highest[1]) / 2
	if pairs > 0 {
		c.Cohesion = sum / pairs
	}
}

// meanOfHighest gives the mean of the n highest values, or of all when fewer; 0 of
// none. It reorders values.
func meanOfHighest(values []float64, n int) float64 {
	if len(values) > 8*n {
		// Only values above the n-th highest of a part can be among the n highest.
		part := slices.Clone(values[:4*n])
		slices.Sort(part)
		limit := part[len(part)-n]
		values = slices.DeleteFunc(values, func(v float64) bool { return v < limit })
	}
	slices.Sort(values)
	values = values[max(0, len(values)-n):]
	sum := 0.0
	for _, v := range values {
		sum += v / float64(len(values))
	}
	return sum
}

// sorted gives an ascending copy.
func sorted(rows []int32) []int32 {
	out := slices.Clone(rows)
	slices.Sort(out)
	return out
}
