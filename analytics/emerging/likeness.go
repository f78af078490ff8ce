package emerging

import (
	"slices"

	"psims/nlp/sparse"
)

// band is how many reports are summed up at a time: their sums stay near the processor.
const band = 1 << 14

// alikeScratch is the memory of likeness, by goroutine.
type alikeScratch struct {
	workers []alikeWorker
	parts   [][]scored // by span
	all     []scored
}

type alikeWorker struct {
	sums []float64 // by report of the band, zero between uses
	next []int     // by term of the centroid: its first posting of the band
}

// likeness gives the cosine of every report before row n to c, for those above
// minLikeness, in order of row; they are the searcher's own until the next call.
// Cost: the length of the postings of c's terms, and a pass over the reports.
func (v view) likeness(c centroid) []scored {
	s := &v.se.alike
	workers := sparse.Workers()
	for len(s.workers) < workers {
		s.workers = append(s.workers, alikeWorker{sums: make([]float64, band)})
	}
	// What a report comes to does not depend on how reports are divided.
	span := max(band, (v.n+workers-1)/workers)
	for len(s.parts) < (v.n+span-1)/span {
		s.parts = append(s.parts, nil)
	}
	sparse.EachBlock(v.n, span, func(worker, from, until int) {
		s.parts[from/span] = v.likenessOf(c, &s.workers[worker], s.parts[from/span][:0], from, until)
	})
	s.all = s.all[:0]
	for k := 0; k*span < v.n; k++ {
		s.all = append(s.all, s.parts[k]...)
	}
	return s.all
}

// likenessOf is likeness for some reports, appended to dst, band after band.
func (v view) likenessOf(c centroid, s *alikeWorker, dst []scored, from, until int) []scored {
	se := v.se
	s.next = slices.Grow(s.next[:0], len(c.terms))
	for _, j := range c.terms {
		s.next = append(s.next, se.posts[j].before(from))
	}
	for ; from < until; from += band {
		end := min(from+band, until)
		sums := s.sums[:end-from]
		for k, j := range c.terms {
			p := &se.posts[j]
			at := s.next[k]
			rows := p.rows[at:]
			times := p.times[at:][:len(rows)]
			w := c.weight[k] / c.length * se.idf[j]
			i := 0
			for ; i < len(rows) && int(rows[i]) < end; i++ {
				sums[int(rows[i])-from] += w * rounded[times[i]]
			}
			s.next[k] = at + i
		}
		for k, dot := range sums {
			if norm := se.norm[from+k]; dot > minLikeness*norm {
				dst = append(dst, scored{int32(from + k), dot / norm})
			}
			sums[k] = 0
		}
	}
	return dst
}
