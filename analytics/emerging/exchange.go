package emerging

import (
	"math/rand/v2"
	"slices"

	"psims/datasets/incident"
)

// Exchanged gives the stream until a day with the days of each organisation's
// reports dealt out among them at random: every organisation reports as much on
// every day as before, and what is told has nothing to do with when. What a search
// finds in it is chance. Reports of no recorded organisation are dealt out among
// themselves.
//
// Cost: a pass over the reports; the terms are shared.
func (s *Stream) Exchanged(until incident.Day, seed uint64) *Stream {
	n := s.Until(until)
	of := map[int32][]int32{}
	var organisations []int32 // in order of their first report
	for i, o := range s.Organisation[:n] {
		if of[o] == nil {
			organisations = append(organisations, o)
		}
		of[o] = append(of[o], int32(i))
	}
	rng := rand.New(rand.NewPCG(seed, uint64(until)))
	told := make([]int32, n) // what report i tells: its row of the terms
	for _, o := range organisations {
		rows := of[o]
		dealt := slices.Clone(rows)
		rng.Shuffle(len(dealt), func(a, b int) { dealt[a], dealt[b] = dealt[b], dealt[a] })
		for k, i := range rows {
			told[i] = dealt[k]
			if s.Rows != nil {
				told[i] = s.Rows[dealt[k]]
			}
		}
	}
	// Rows keep their days and organisations, so they stay in order.
	return &Stream{Terms: s.Terms, Rows: told, Day: s.Day[:n], Organisation: s.Organisation[:n], Parts: s.Parts, Order: s.Order, Concepts: s.Concepts}
}

// Exchanged gives a searcher of the stream until a day with its days exchanged; see
// [Stream.Exchanged]. What is of a kind has nothing to do with when, and is taken over.
func (se *Searcher) Exchanged(until incident.Day, seed uint64) *Searcher {
	out := newSearcher(se.s.Exchanged(until, seed), se.c)
	if se.s.Order != nil {
		out.kin = se.kinOf(se.s.Until(until))
	}
	return out
}
