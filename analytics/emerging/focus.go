package emerging

import (
	"math"
	"slices"
)

const (
	reach    = 5.0 // words over which another word of the kind takes off less by a factor e
	lateness = 0.3 // for standing at the end of a report, not at its beginning
	repeated = 0.1 // for each time that it is used, up to three
)

// focus scans the reports that hold the lead term by how much they are about it. A
// report of an ankle is about it; one of neck, back, shoulder and ankle is not. The
// degree does not depend on when a report came, so that recent and earlier reports are
// compared fairly. It needs 4 recent and 2 earlier reports, and the stream's Parts and
// Order.
func (v view) focus(g seed, c centroid) (Candidate, bool) {
	lead := g.terms[0]
	p := &v.se.posts[lead]
	before := p.before(v.from)
	rows := p.rows[:p.before(v.n)]
	if v.se.s.Parts == nil || v.se.s.Order == nil || len(rows)-before < 4 || before < 2 {
		return Candidate{}, false
	}
	return v.choose(Focus, g, c, v.about(lead, rows))
}

// focusScratch is the memory of the focus scan.
type focusScratch struct {
	wordOf  []int32                // by term, the word of the order that it is, 0 for none
	known   map[[2]int32][]float64 // by term and word, how much its first reports are about it
	kindred []float64              // by word, zero between uses
	words   []int32
	places  []int
	others  []other
}

// other is another word of the kind in a report: what it takes off for standing near
// the word and for standing after it.
type other struct {
	word        int32
	near, after float64
}

func newFocusScratch(s *Stream) (f focusScratch) {
	if s.Order == nil {
		return f
	}
	f.wordOf, f.known, f.kindred = make([]int32, s.Terms.Cols), map[[2]int32][]float64{}, make([]float64, s.Order.Words())
	for w := range int32(s.Order.Words()) {
		if t := s.Order.Term(w); t >= 0 {
			f.wordOf[t] = w
		}
	}
	return f
}

// about gives how much each of the rows, the first that hold the lead term, is about
// it: less, the more other words of its kind stand near it or after it; more, the later
// it stands and the oftener. The kind of a pair is that of its rarer word.
func (v view) about(lead int32, rows []int32) []scored {
	se := v.se
	kin := se.kinOf(v.n)
	word := se.focus.wordOf[v.rarer(lead)]
	known := se.focus.known[[2]int32{lead, word}]
	if len(known) < len(rows) {
		relatives := kin.of(word)
		for _, r := range relatives {
			x := r.likeness / relatives[0].likeness
			se.focus.kindred[r.word] = x * x
		}
		for _, row := range rows[len(known):] {
			known = append(known, se.aboutWord(word, int(row)))
		}
		for _, r := range relatives {
			se.focus.kindred[r.word] = 0
		}
		se.focus.known[[2]int32{lead, word}] = known
	}
	scores := make([]scored, len(rows))
	for k, row := range rows {
		scores[k] = scored{row, known[k]}
	}
	return scores
}

// rarer gives the rarer word of a pair, and of a word itself, as a term.
func (v view) rarer(term int32) int32 {
	before, last := v.se.s.Parts[term][0], v.se.s.Parts[term][1]
	if before >= 0 && v.se.idf[before] > v.se.idf[last] {
		return before
	}
	return last
}

// aboutWord gives how much a report is about a word that it holds. Of another word
// of the kind, the place that takes off most counts.
func (se *Searcher) aboutWord(word int32, row int) float64 {
	f := &se.focus
	f.words = se.s.Order.Row(f.words[:0], se.s.told(row))
	f.places, f.others = f.places[:0], f.others[:0]
	for k, w := range f.words {
		if w == word {
			f.places = append(f.places, k)
		}
	}
	if len(f.places) == 0 {
		return 0
	}
	last := f.places[len(f.places)-1]
	for k, w := range f.words {
		x := f.kindred[w]
		if x == 0 || w == word {
			continue
		}
		distance := math.MaxInt
		for _, p := range f.places {
			distance = min(distance, max(p-k, k-p))
		}
		i := slices.IndexFunc(f.others, func(o other) bool { return o.word == w })
		if i < 0 {
			i = len(f.others)
			f.others = append(f.others, other{word: w})
		}
		o := &f.others[i]
		o.near = max(o.near, x*math.Exp(-float64(distance)/reach))
		if k > last {
			o.after = x
		}
	}
	about := lateness*float64(last+1)/float64(len(f.words)) + repeated*float64(min(len(f.places), 3))
	for _, o := range f.others {
		about -= o.near + o.after
	}
	return about
}
