package signal

import (
	"cmp"
	"math"
	"slices"
)

// FalseDiscovery fills Q of every finding: raise all findings of at most that Q and
// the expected share of false ones among them is at most Q. It is worked out over
// all findings that were judged and have a P, so call it once on everything that
// was judged in one night. Findings that were not judged, or have no P, get NaN.
// The order of sigs does not matter and is kept. Cost n·log n.
//
// Source: Benjamini & Hochberg (1995), JRSS B 57, section 3. It holds for
// independent and for positively dependent findings (Benjamini & Yekutieli 2001),
// as counts of overlapping strata are.
func FalseDiscovery(sigs []Signal) {
	var judged []int
	for i := range sigs {
		sigs[i].Q = math.NaN()
		if sigs[i].Status.Judged() && !math.IsNaN(sigs[i].P) {
			judged = append(judged, i)
		}
	}
	slices.SortStableFunc(judged, func(a, b int) int { return cmp.Compare(sigs[a].P, sigs[b].P) })
	least := 1.0
	for rank := len(judged); rank >= 1; rank-- {
		i := judged[rank-1]
		// The ratio first: it is exactly 1 for the last, so that no Q falls below its P by rounding.
		least = min(least, sigs[i].P*(float64(len(judged))/float64(rank)))
		sigs[i].Q = least
	}
}
