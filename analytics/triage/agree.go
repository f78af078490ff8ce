package triage

import (
	"cmp"
	"slices"
)

const (
	minVoice   = 3.0 // strength from which a candidate has a say in what others cite
	maxWeaker  = 1.5 // how much weaker than the one that is shown it may be
	sayOverlap = 0.5 // share of the smaller one's reports that both cite
	minVoices  = 3   // candidates that it takes
	leastVotes = 2   // of them that must cite a report
	voteShare  = 4   // and more than one in so many
	minCited   = 3   // reports that an issue has at least
)

// agree gives the reports that candidate k of all cites by agreement: those that
// two or more, and more than a quarter, of the candidates about the same reports cite,
// itself among them.
// Each scan, seed and window draws the line between members and others elsewhere,
// and most of what only one of them lets in, or leaves out, is chance. With fewer
// than three such candidates it cites what it did.
//
// Reports that most agree on come first; among equals those that it cited itself, in
// its order.
func agree(k int, all []Scored) []int32 {
	votes := map[int32]int{}
	var reports []int32 // in the order in which they were first cited
	voices := 0
	vote := func(cite []int32) {
		voices++
		for _, i := range cite {
			if votes[i]++; votes[i] == 1 {
				reports = append(reports, i)
			}
		}
	}
	own := all[k]
	if own.Strength < minVoice {
		return own.Cite
	}
	vote(own.Cite)
	for j, o := range all {
		if j != k && o.Strength >= max(minVoice, own.Strength-maxWeaker) && overlap(own.Cite, o.Cite) >= sayOverlap {
			vote(o.Cite)
		}
	}
	if voices < minVoices {
		return own.Cite
	}
	reports = slices.DeleteFunc(reports, func(i int32) bool { return votes[i] < leastVotes || voteShare*votes[i] <= voices })
	if len(reports) < minCited {
		return own.Cite
	}
	slices.SortStableFunc(reports, func(a, b int32) int { return cmp.Compare(votes[b], votes[a]) })
	return reports
}
