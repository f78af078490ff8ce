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
	if v.se.s.Parts == nil || v.se.s.Order == nil || g.recent < 4 || len(g.holders)-g.recent < 2 {
		return Candidate{}, false
	}
	words := v.ownWords(g)
	if len(words) == 0 {
		return Candidate{}, false
	}
	return v.choose(Focus, g, c, v.about(g, words))
}

// focusScratch is the memory of the focus scan.
type focusScratch struct {
	wordOf  []int32                // by term, the word of the order that it is, 0 for none
	known   map[[2]int32][]float64 // by seed term and word, how much its first reports are about it
	kindred []float64              // by word, zero between uses
	own     []bool                 // by word, whether it is the seed's; false between uses
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
	f.wordOf, f.known = make([]int32, s.Terms.Cols), map[[2]int32][]float64{}
	f.kindred, f.own = make([]float64, s.Order.Words()), make([]bool, s.Order.Words())
	for w := range int32(s.Order.Words()) {
		if t := s.Order.Term(w); t >= 0 {
			f.wordOf[t] = w
		}
	}
	return f
}

// about gives how much each of the reports that hold the seed's lead, which is these
// words, is about it: less, the more other words of its kind stand near it or after it;
// more, the later it stands and the oftener. The kind of a pair is that of its rarer word. The words of a concept
// count as one: none takes off for another.
func (v view) about(g seed, words []int32) []scored {
	se := v.se
	kin := se.kinOf(v.n)
	f := &se.focus
	key := [2]int32{g.key, words[0]}
	known := f.known[key]
	if len(known) < len(g.holders) {
		for _, w := range words {
			relatives := kin.of(w)
			for _, r := range relatives {
				x := r.likeness / relatives[0].likeness
				f.kindred[r.word] = max(f.kindred[r.word], x*x)
			}
			f.own[w] = true
		}
		for _, row := range g.holders[len(known):] {
			known = append(known, se.aboutWords(int(row)))
		}
		for _, w := range words {
			for _, r := range kin.of(w) {
				f.kindred[r.word] = 0
			}
			f.own[w] = false
		}
		f.known[key] = known
	}
	scores := make([]scored, len(g.holders))
	for k, row := range g.holders {
		scores[k] = scored{row, known[k]}
	}
	return scores
}

// ownWords gives the words that a seed's lead is: of a pair the rarer one; of a concept
// all that it holds, of a pair the last, which it names.
func (v view) ownWords(g seed) []int32 {
	f := &v.se.focus
	if g.kinds == nil {
		return []int32{f.wordOf[v.rarer(g.terms[0])]}
	}
	var out []int32
	for _, t := range v.se.termsUnder(g.key) {
		if w := f.wordOf[v.se.s.Parts[t][1]]; w != 0 && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// rarer gives the rarer word of a pair, and of a word itself, as a term.
func (v view) rarer(term int32) int32 {
	before, last := v.se.s.Parts[term][0], v.se.s.Parts[term][1]
	if before >= 0 && v.se.idf[before] > v.se.idf[last] {
		return before
	}
	return last
}

// aboutWords gives how much a report is about the seed's own words, of which it holds
// one. Of another word of the kind, the place that takes off most counts.
func (se *Searcher) aboutWords(row int) float64 {
	f := &se.focus
	f.words = se.s.Order.Row(f.words[:0], se.s.told(row))
	f.places, f.others = f.places[:0], f.others[:0]
	for k, w := range f.words {
		if f.own[w] {
			f.places = append(f.places, k)
		}
	}
	if len(f.places) == 0 {
		return 0
	}
	last := f.places[len(f.places)-1]
	for k, w := range f.words {
		x := f.kindred[w]
		if x == 0 || f.own[w] {
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
