package disproportion

import (
	"fmt"
	"slices"

	"psims/internal/parallel"
)

// Events holds which row items and which column items each event has, and the
// stratum it belongs to. The zero value is ready for use.
type Events struct {
	rows, cols items
	stratum    []int32
	strata     int // 1 + the largest
}

// items are sets of small numbers: event i has of[start[i]:start[i+1]].
type items struct {
	start []int
	of    []int32
	kinds int // 1 + the largest number
}

func (s *items) add(set []int32) {
	if len(s.start) == 0 {
		s.start = append(s.start, 0)
	}
	from := len(s.of)
	s.of = append(s.of, set...)
	added := s.of[from:]
	slices.Sort(added)
	added = slices.Compact(added)
	s.of = s.of[:from+len(added)]
	if len(added) > 0 {
		if added[0] < 0 {
			panic(fmt.Sprintf("disproportion: item %d", added[0]))
		}
		s.kinds = max(s.kinds, int(added[len(added)-1])+1)
	}
	s.start = append(s.start, len(s.of))
}

func (s *items) at(i int32) []int32 { return s.of[s.start[i]:s.start[i+1]] }

// Add takes one event. Items and strata are numbered from 0, densely if memory
// matters; an item given twice counts once. An event without items counts too: it
// is what the others are compared with.
//
// Panics if a number is negative.
func (e *Events) Add(stratum int32, rows, cols []int32) {
	if stratum < 0 {
		panic(fmt.Sprintf("disproportion: stratum %d", stratum))
	}
	e.rows.add(rows)
	e.cols.add(cols)
	e.stratum = append(e.stratum, stratum)
	e.strata = max(e.strata, int(stratum)+1)
}

// Len is the number of events.
func (e *Events) Len() int { return len(e.stratum) }

// margins are the events of each item, by stratum.
type margins struct {
	rowEvents items   // by row item, the events that have it
	colTotal  []int   // by column item, the number of events
	colStrata [][]int // by column item, the strata it has events in, ascending …
	colCounts [][]int // … and how many
	stratumN  []int   // by stratum, the number of events
}

func (e *Events) margins() *margins {
	m := &margins{
		colTotal: make([]int, e.cols.kinds), stratumN: make([]int, e.strata),
		colStrata: make([][]int, e.cols.kinds), colCounts: make([][]int, e.cols.kinds),
		rowEvents: e.rows.invert(),
	}
	for _, s := range e.stratum {
		m.stratumN[s]++
	}
	byCol := e.cols.invert()
	perStratum := make([]int, e.strata)
	for c := range e.cols.kinds {
		events := byCol.at(int32(c))
		m.colTotal[c] = len(events)
		touched := e.countStrata(events, perStratum)
		for _, s := range touched {
			m.colStrata[c] = append(m.colStrata[c], s)
			m.colCounts[c] = append(m.colCounts[c], perStratum[s])
			perStratum[s] = 0
		}
	}
	return m
}

// countStrata adds the events to count, which must be zero, and lists the strata
// they are in, ascending.
func (e *Events) countStrata(events []int32, count []int) (touched []int) {
	for _, i := range events {
		s := e.stratum[i]
		if count[s] == 0 {
			touched = append(touched, int(s))
		}
		count[s]++
	}
	slices.Sort(touched)
	return touched
}

// invert gives for each number the events that have it, ascending.
func (s *items) invert() items {
	out := items{start: make([]int, s.kinds+1), of: make([]int32, len(s.of)), kinds: len(s.start) - 1}
	for _, v := range s.of {
		out.start[v+1]++
	}
	for v := range s.kinds {
		out.start[v+1] += out.start[v]
	}
	next := slices.Clone(out.start)
	for i := range len(s.start) - 1 {
		for _, v := range s.at(int32(i)) {
			out.of[next[v]] = int32(i)
			next[v]++
		}
	}
	return out
}

// counter counts the pairs of one row item at a time.
type counter struct {
	e       *Events
	m       *margins
	count   []int32 // by column item
	touched []int32 // the column items that were counted
	inRow   []int   // by stratum
	strata  []int   // those with an event of the row
}

func newCounter(e *Events, m *margins) *counter {
	return &counter{e: e, m: m, count: make([]int32, e.cols.kinds), inRow: make([]int, e.strata)}
}

// row counts the pairs of row item r; event i has the column items of event
// from[i], or its own if from is nil.
func (w *counter) row(r int32, from []int32) {
	for _, c := range w.touched {
		w.count[c] = 0
	}
	for _, s := range w.strata {
		w.inRow[s] = 0
	}
	w.touched = w.touched[:0]
	events := w.m.rowEvents.at(r)
	w.strata = w.e.countStrata(events, w.inRow)
	for _, i := range events {
		if from != nil {
			i = from[i]
		}
		for _, c := range w.e.cols.at(i) {
			if w.count[c] == 0 {
				w.touched = append(w.touched, c)
			}
			w.count[c]++
		}
	}
	slices.Sort(w.touched)
}

// expected is the number of events that the row and column item c should share if
// they were independent within each stratum.
func (w *counter) expected(c int32) (sum float64) {
	for k, s := range w.m.colStrata[c] {
		if n := w.inRow[s]; n > 0 {
			sum += float64(n) * float64(w.m.colCounts[c][k]) / float64(w.m.stratumN[s])
		}
	}
	return sum
}

// rowBlock is the number of row items that are counted at a time.
const rowBlock = 64

// Count gives every pair that has an event, by row, then column. What is expected
// of it is summed over strata (DuMouchel 1999, section 2.2). Cost linear in the
// pairs of items within events, and with strata in the pairs times the strata that
// a column item is found in.
func (e *Events) Count() *Table {
	m := e.margins()
	blocks := make([][]Cell, (e.rows.kinds+rowBlock-1)/rowBlock)
	counters := make([]*counter, parallel.Workers())
	parallel.Blocks(e.rows.kinds, rowBlock, func(worker, from, until int) {
		if counters[worker] == nil {
			counters[worker] = newCounter(e, m)
		}
		w, out := counters[worker], []Cell(nil)
		for r := from; r < until; r++ {
			w.row(int32(r), nil)
			inRow := len(m.rowEvents.at(int32(r)))
			for _, c := range w.touched {
				a := int(w.count[c])
				inCol := m.colTotal[c]
				out = append(out, Cell{
					Row: int32(r), Col: c, A: a, B: inRow - a, C: inCol - a, D: e.Len() - inRow - inCol + a,
					Expected: w.expected(c),
				})
			}
		}
		blocks[from/rowBlock] = out
	})
	t := &Table{Cells: slices.Concat(blocks...), Stratified: e.strata > 1}
	t.Possible = m.rowEvents.used() * used(m.colTotal)
	t.Complete = t.Possible == len(t.Cells)
	return t
}

// used is the number of kinds that have an event.
func (s *items) used() (n int) {
	for i := 1; i < len(s.start); i++ {
		if s.start[i] > s.start[i-1] {
			n++
		}
	}
	return n
}

func used(counts []int) (n int) {
	for _, c := range counts {
		if c > 0 {
			n++
		}
	}
	return n
}
