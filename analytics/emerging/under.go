package emerging

import (
	"cmp"
	"encoding/binary"
	"slices"

	"psims/nlp/concept"
)

// Seeds may be concepts too. A concept stands beside the terms as one more: it is
// numbered after them, and a report holds it when it holds a term under it.

const (
	// maxUnder is the largest share of reports that may hold a concept: of one that more
	// hold, some word or other is in every new thing.
	maxUnder = 0.08
	// oneWord is the largest share of a concept's reports in the window that one word may
	// have: beyond, the word says as much by itself.
	oneWord = 0.7
)

// underCounts counts the reports that hold each concept.
type underCounts struct {
	concepts *concept.Set // nil for none
	df       []int32      // reports that were added, by concept
	last     []int32      // by concept, the latest of them, from 1
	reports  int32
}

func newUnderCounts(c *concept.Set) underCounts {
	if c == nil {
		return underCounts{}
	}
	return underCounts{concepts: c, df: make([]int32, c.Len()), last: make([]int32, c.Len())}
}

// add counts a report.
func (u *underCounts) add(terms []int32) {
	if u.concepts == nil {
		return
	}
	u.reports++
	for _, j := range terms {
		for _, c := range u.concepts.Of[j] {
			if u.last[c] != u.reports {
				u.last[c] = u.reports
				u.df[c]++
			}
		}
	}
}

func (u *underCounts) clear() {
	clear(u.df)
	clear(u.last)
	u.reports = 0
}

// termsUnder gives the terms under a seed term that is a concept; nil of a term.
func (se *Searcher) termsUnder(key int32) []int32 {
	if c := int(key) - se.s.Terms.Cols; c >= 0 {
		return se.s.Concepts.Terms[c]
	}
	return nil
}

// held gives the reports from row from until row n that hold a seed term, oldest first.
func (se *Searcher) held(key int32, from, n int) []int32 {
	under := se.termsUnder(key)
	if under == nil {
		p := &se.posts[key]
		return p.rows[p.before(from):p.before(n)]
	}
	var rows []int32
	for _, t := range under {
		rows = append(rows, se.held(t, from, n)...)
	}
	slices.Sort(rows)
	return slices.Compact(rows)
}

// conceptsHeld gives the concepts of which the window holds several words in at least so
// many reports, as seed terms, with the number of those reports. Of concepts under which
// the reports hold the same words the most specific is given.
func (v view) conceptsHeld(least int) (keys, counts []int32) {
	under := &v.se.under
	if under.concepts == nil {
		return nil, nil
	}
	here := newUnderCounts(under.concepts)
	for i := v.from; i < v.n; i++ {
		terms, _ := v.se.s.row(i)
		here.add(terms)
	}
	seen := map[string]bool{}
	for c, n := range here.df {
		if int(n) < least || float64(under.df[c]) > maxUnder*float64(v.n) {
			continue
		}
		most, same := int32(0), []byte(nil)
		for _, t := range under.concepts.Terms[c] {
			p := &v.se.posts[t]
			all := p.before(v.n)
			if all > 0 {
				same = binary.LittleEndian.AppendUint32(same, uint32(t))
			}
			most = max(most, int32(all-p.before(v.from)))
		}
		if float64(most) <= oneWord*float64(n) && !seen[string(same)] {
			seen[string(same)] = true
			keys, counts = append(keys, int32(v.se.s.Terms.Cols+c)), append(counts, n)
		}
	}
	return keys, counts
}

// kindsIn gives the terms under a concept that rows hold, ascending rows, those of the
// most rows first.
func (v view) kindsIn(key int32, rows []int32) []int32 {
	count := map[int32]int{}
	var out []int32
	for _, t := range v.se.termsUnder(key) {
		if n := intersection(v.windowRows(t), rows); n > 0 {
			count[t] = n
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b int32) int { return cmp.Compare(count[b], count[a]) })
	return out
}
