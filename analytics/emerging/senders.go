package emerging

import (
	"math"
	"slices"

	"psims/datasets/incident"
)

// senders predicts how many organisations a number of unrelated reports come
// from: entry x is Σ 1 − (1 − share)^x over the organisations, whose shares are
// those of the reports in the year before a day.
//
// Reports that one cause brings about in one place (a batch, a house phrase, a
// local form) come from fewer organisations than that. The number of reports
// that would come from as many organisations is how many they are worth.
type senders []float64

// maxSenders is the largest number of reports that is predicted for.
const maxSenders = 400

// expectSenders makes the prediction of a day with n reports. Cost: one pass over
// the year's reports, and maxSenders for every size of organisation.
func (se *Searcher) expectSenders(n int, asOf incident.Day) senders {
	year := se.s.Organisation[se.rowsUntil(asOf-364):n]
	count := map[int32]int{}
	for _, o := range year {
		count[o]++
	}
	sizes := make([]int, 0, len(count))
	for _, k := range count {
		sizes = append(sizes, k)
	}
	slices.Sort(sizes)
	out := make(senders, maxSenders+1)
	for i := 0; i < len(sizes); {
		alike := 1
		for i+alike < len(sizes) && sizes[i+alike] == sizes[i] {
			alike++
		}
		share, absent := float64(sizes[i])/float64(len(year)), 1.0
		for x := range out {
			out[x] += float64(alike) * (1 - absent)
			absent *= 1 - share
		}
		i += alike
	}
	return out
}

// fewest gives from how many organisations x reports must come when least are asked
// for: no more than unrelated reports would come from. Where one organisation sends
// nearly everything, or none is recorded, that is one.
func (e senders) fewest(x, least int) int {
	return min(least, max(1, int(math.Round(e[min(x, maxSenders)]))))
}

// independent gives how many unrelated reports come from so many organisations;
// never more than the x reports that there are.
func (e senders) independent(organisations, x int) float64 {
	x = min(x, maxSenders)
	seen := float64(organisations)
	if e[x] <= seen {
		return float64(x)
	}
	i, _ := slices.BinarySearch(e[:x+1], seen) // e[0] = 0 < seen, so i > 0
	return float64(i-1) + (seen-e[i-1])/(e[i]-e[i-1])
}
