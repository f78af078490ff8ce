package emerging

import (
	"cmp"
	"math"
	"slices"

	"psims/nlp/features"
)

// kin tells which words are of a kind: they stand beside the same words, as
// "ankle" and "knee" both follow "left" and "his" and stand before "and" and the end
// of a sentence. Nothing is given; it is learnt from the order of words in the
// reports until the as-of day. Words without content are among the neighbours: they
// tell most about what kind of word stands beside them.
//
// Each word is the vector of its neighbours to the left and to the right, weighted
// by positive pointwise mutual information; likeness of words is the cosine. Rare
// pairs are held back in two ways: the frequencies of neighbours are raised to ¾, so
// that a rare one does not seem to tell much, and what few reports tell is discounted.
// Sources: Levy, Goldberg and Dagan (2015), Improving distributional similarity
// with lessons learned from word embeddings, TACL 3; Pantel and Lin (2002),
// Discovering word senses from text, KDD, for the discount.
type kin struct {
	rows   int           // learnt from the reports before this row
	byWord [][]neighbour // by word: its contexts
	byCtx  [][]neighbour // by context: its words
	asked  map[int32][]relative
}

// neighbour is a context of a word, or a word of a context, with its weight.
type neighbour struct {
	id     int32
	weight float64
}

// relative is a word of the same kind, and how like it is.
type relative struct {
	word     int32
	likeness float64
}

const (
	minBeside    = 2    // times that two words stand side by side before it tells anything
	minWord      = 10   // times that a word is used before it has a kind
	minKin       = 0.1  // likeness from which words are of a kind
	smoothing    = 0.75 // power to which the frequencies of neighbours are raised
	maxRelatives = 120
	kinReports   = 50_000 // what is of a kind is learnt from so many reports, the latest
)

// kinRow gives the row before which reports count towards what is of a kind, of n
// reports: so that it need not be learnt anew every day, it moves on by 1/16 to 1/32 of n.
func kinRow(n int) int {
	step := 1
	for n/step >= 32 {
		step *= 2
	}
	return n / step * step
}

// kinOf gives what is of a kind, as of the day with so many reports.
func (se *Searcher) kinOf(n int) *kin {
	if last := kinRow(n); se.kin == nil || se.kin.rows != last {
		se.beside.move(se.s, max(0, last-kinReports), last)
		se.kin = se.beside.learn(se.s.Order)
		clear(se.focus.known)
	}
	return se.kin
}

// beside counts how often words stand side by side, in the rows of a stream from
// first until last.
type beside struct {
	first, last int
	counts      map[uint64]int32 // by word and context
	words       []int32          // scratch
}

func besideKey(word, context int32) uint64 { return uint64(word)<<32 | uint64(context) }

// move makes the counts those of other rows.
func (b *beside) move(s *Stream, first, last int) {
	if b.counts == nil || first < b.first || last < b.last || first >= b.last {
		*b = beside{first, first, map[uint64]int32{}, b.words}
	}
	for ; b.last < last; b.last++ {
		b.add(s, b.last, 1)
	}
	for ; b.first < first; b.first++ {
		b.add(s, b.first, -1)
	}
}

func (b *beside) add(s *Stream, row int, times int32) {
	b.words = append(s.Order.Row(append(b.words[:0], 0), s.told(row)), 0) // it begins and ends as a sentence does
	for k := 1; k < len(b.words)-1; k++ {
		if w := b.words[k]; w > 0 {
			b.one(besideKey(w, 2*b.words[k-1]), times)
			b.one(besideKey(w, 2*b.words[k+1]+1), times)
		}
	}
}

func (b *beside) one(key uint64, times int32) {
	if n := b.counts[key] + times; n == 0 {
		delete(b.counts, key)
	} else {
		b.counts[key] = n
	}
}

// learn makes the vectors of the words from how often they stand side by side. Only
// words that are terms have a kind.
func (b *beside) learn(order *features.Order) *kin {
	type pair struct {
		key uint64
		n   float64
	}
	pairs := make([]pair, 0, len(b.counts))
	words := make([]float64, order.Words())
	contexts := make([]float64, 2*order.Words())
	for key, n := range b.counts {
		word, context := int32(key>>32), int32(key&math.MaxUint32)
		words[word] += float64(n)
		contexts[context] += float64(n)
		if n >= minBeside && order.Term(word) >= 0 {
			pairs = append(pairs, pair{key, float64(n)})
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Compare(a.key, b.key) })
	smooth := make([]float64, len(contexts))
	total := 0.0
	for c, n := range contexts {
		if n > 0 {
			smooth[c] = math.Pow(n, smoothing)
			total += smooth[c]
		}
	}
	k := &kin{rows: b.last, byWord: make([][]neighbour, len(words)), byCtx: make([][]neighbour, len(contexts)), asked: map[int32][]relative{}}
	for _, p := range pairs {
		word, context := int32(p.key>>32), int32(p.key&math.MaxUint32)
		if words[word] < 2*minWord {
			continue
		}
		if information := math.Log(p.n * total / (words[word] * smooth[context])); information > 0 {
			rarer := min(words[word], contexts[context])
			k.byWord[word] = append(k.byWord[word], neighbour{context, information * p.n / (p.n + 1) * rarer / (rarer + 1)})
		}
	}
	for word, list := range k.byWord {
		length := 0.0
		for _, c := range list {
			length += c.weight * c.weight
		}
		length = math.Sqrt(length)
		for i := range list {
			list[i].weight /= length
			k.byCtx[list[i].id] = append(k.byCtx[list[i].id], neighbour{int32(word), list[i].weight})
		}
	}
	return k
}

// of gives the words of a word's kind, likest first.
func (k *kin) of(word int32) []relative {
	if out, there := k.asked[word]; there {
		return out
	}
	likeness := map[int32]float64{}
	for _, c := range k.byWord[word] {
		for _, w := range k.byCtx[c.id] {
			likeness[w.id] += c.weight * w.weight
		}
	}
	var out []relative
	for w, l := range likeness {
		if w != word && l >= minKin {
			out = append(out, relative{w, l})
		}
	}
	slices.SortFunc(out, func(a, b relative) int {
		return cmp.Or(cmp.Compare(b.likeness, a.likeness), cmp.Compare(a.word, b.word))
	})
	out = out[:min(len(out), maxRelatives)]
	k.asked[word] = out
	return out
}
