package emerging

import (
	"slices"

	"psims/internal/parallel"
)

const (
	// band is how many reports are summed up at a time: their sums stay near the processor.
	band = 1 << 13
	// lanes is how many centroids are gone through together. They share their common
	// words, of which the lists are the longest, and what is read once serves them all.
	lanes = 8
	// fewLanes is how many centroids hold a term when it is quicker to serve them one by one, without the kernel.
	fewLanes = 3
)

// alikeScratch is the memory of likeness, by goroutine.
type alikeScratch struct {
	workers []alikeWorker
	parts   [][lanes][]scored // by span
	all     [lanes][]scored
	terms   []laneTerm
	place   []int32 // by term: its place in terms, from 1; zero between uses
}

type alikeWorker struct {
	sums [][lanes]float64 // by report of the band, zero between uses
	next []int            // by term of the centroids: its first posting from the band on,
	row  []int32          // and the report of that posting, beyond all where there is none
}

// laneTerm is a term of some centroids with its weight in each.
type laneTerm struct {
	term   int32
	of     []uint8 // the centroids that hold it; nil for more than a few
	weight [lanes]float64
}

// likeness gives the cosine of every report before row n to each of up to so many
// centroids as there are lanes, for those above minLikeness, in order of row; they are
// the searcher's own until the next call. What a report comes to does not depend on
// which centroids are asked for together. Cost: the length of the postings of their
// terms, and a pass over the reports.
func (se *Searcher) likeness(n int, centroids []centroid) [lanes][]scored {
	s := &se.alike
	se.lay(centroids)
	workers := parallel.Workers()
	for len(s.workers) < workers {
		s.workers = append(s.workers, alikeWorker{sums: make([][lanes]float64, band)})
	}
	span := max(band, (n+workers-1)/workers)
	for len(s.parts) < (n+span-1)/span {
		s.parts = append(s.parts, [lanes][]scored{})
	}
	parallel.Blocks(n, span, func(worker, from, until int) {
		se.likenessOf(len(centroids), &s.workers[worker], &s.parts[from/span], from, until)
	})
	for l := range centroids {
		s.all[l] = s.all[l][:0]
		for k := 0; k*span < n; k++ {
			s.all[l] = append(s.all[l], s.parts[k][l]...)
		}
	}
	return s.all
}

// lay puts the terms of the centroids beside each other, in order of term.
func (se *Searcher) lay(centroids []centroid) {
	s := &se.alike
	if s.place == nil {
		s.place = make([]int32, len(se.posts))
	}
	s.terms = s.terms[:0]
	for l, c := range centroids {
		for k, j := range c.terms {
			if len(se.posts[j].rows) == 0 {
				continue
			}
			if s.place[j] == 0 {
				s.terms = append(s.terms, laneTerm{term: j})
				s.place[j] = int32(len(s.terms))
			}
			s.terms[s.place[j]-1].weight[l] = c.weight[k] / c.length * se.idf[j]
		}
	}
	for k := range s.terms {
		t := &s.terms[k]
		s.place[t.term] = 0
		if fastKernel { // serves all as quickly as one
			continue
		}
		for l, w := range t.weight {
			if w != 0 {
				t.of = append(t.of, uint8(l))
			}
		}
		if len(t.of) > fewLanes {
			t.of = nil
		}
	}
	slices.SortFunc(s.terms, func(a, b laneTerm) int { return int(a.term) - int(b.term) })
}

// likenessOf is likeness for some reports.
func (se *Searcher) likenessOf(centroids int, s *alikeWorker, dst *[lanes][]scored, from, until int) {
	terms := se.alike.terms
	for l := range dst {
		dst[l] = dst[l][:0]
	}
	s.next, s.row = slices.Grow(s.next[:0], len(terms)), slices.Grow(s.row[:0], len(terms))
	for k := range terms {
		p := &se.posts[terms[k].term]
		at := p.before(from)
		s.next, s.row = append(s.next, at), append(s.row, p.row(at))
	}
	for ; from < until; from += band {
		end := min(from+band, until)
		sums := s.sums[:end-from]
		for k, row := range s.row {
			if int(row) >= end {
				continue // so with most terms, and no memory but this is looked at
			}
			p := &se.posts[terms[k].term]
			at := s.next[k]
			at += terms[k].add(sums, p.rows[at:], p.times[at:], from)
			s.next[k], s.row[k] = at, p.row(at)
		}
		for k := range sums {
			least := minLikeness * se.norm[from+k]
			for l, dot := range sums[k][:centroids] {
				if dot > least {
					dst[l] = append(dst[l], scored{int32(from + k), dot / se.norm[from+k]})
				}
			}
		}
		clear(sums)
	}
}

// add adds what a term is worth to the sums of the reports that hold it, the first of
// them being row from, and gives how many postings it went through.
func (t *laneTerm) add(sums [][lanes]float64, rows []int32, times []uint8, from int) int {
	times = times[:len(rows)]
	if fastKernel && len(rows) > 0 {
		return addFast(&sums[0], len(sums), from, &rows[0], &times[0], len(rows), &t.weight, &rounded)
	}
	return t.addPlainly(sums, rows, times, from)
}

// addPlainly is add without the kernel, to the same bits: a conversion keeps a compiler
// from taking product and sum in one step where the processor has one for both.
func (t *laneTerm) addPlainly(sums [][lanes]float64, rows []int32, times []uint8, from int) int {
	w := &t.weight
	if t.of != nil {
		for i, row := range rows {
			at := int(row) - from
			if at >= len(sums) {
				return i
			}
			n := rounded[times[i]]
			for _, l := range t.of {
				sums[at][l%lanes] += float64(w[l%lanes] * n)
			}
		}
		return len(rows)
	}
	for i, row := range rows {
		at := int(row) - from
		if at >= len(sums) {
			return i
		}
		n, s := rounded[times[i]], &sums[at]
		s[0] += float64(w[0] * n)
		s[1] += float64(w[1] * n)
		s[2] += float64(w[2] * n)
		s[3] += float64(w[3] * n)
		s[4] += float64(w[4] * n)
		s[5] += float64(w[5] * n)
		s[6] += float64(w[6] * n)
		s[7] += float64(w[7] * n)
	}
	return len(rows)
}
