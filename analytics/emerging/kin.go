package emerging

import (
	"cmp"
	"math"
	"slices"
)

// kin tells which words are of a kind: they stand beside the same words, as
// "ankle" and "knee" both follow "left" and stand before "pain". Nothing is given;
// it is learnt from the pairs of the reports until the as-of day.
//
// Each word is the vector of its neighbours to the left and to the right, weighted
// by positive pointwise mutual information; likeness of words is the cosine. Rare
// pairs are held back in two ways: the frequencies of neighbours are raised to ¾, so
// that a rare one does not seem to tell much, and what few reports tell is discounted.
// Sources: Levy, Goldberg and Dagan (2015), Improving distributional similarity
// with lessons learned from word embeddings, TACL 3; Pantel and Lin (2002),
// Discovering word senses from text, KDD, for the discount.
type kin struct {
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
	minPairs     = 2    // reports that hold a pair before it tells anything
	minWord      = 5    // reports that hold a word before it has a kind
	minKin       = 0.2  // likeness from which words are of a kind
	minShared    = 4    // neighbours that they have in common
	smoothing    = 0.75 // power to which the frequencies of neighbours are raised
	maxRelatives = 60
)

// findKin learns from the document frequencies of the day. Cost: a few passes over
// the terms.
func (se *Searcher) findKin() *kin {
	words := make([]float64, se.s.Terms.Cols)
	contexts := make([]float64, 2*se.s.Terms.Cols)
	k := &kin{byWord: make([][]neighbour, len(words)), byCtx: make([][]neighbour, len(contexts)), asked: map[int32][]relative{}}
	visit := func(each func(word, context int32, n float64)) {
		for j, p := range se.s.Parts {
			if p[0] >= 0 && se.df[j] >= minPairs {
				n := float64(se.df[j])
				each(p[1], 2*p[0], n)
				each(p[0], 2*p[1]+1, n)
			}
		}
	}
	visit(func(word, context int32, n float64) {
		words[word] += n
		contexts[context] += n
	})
	smooth := make([]float64, len(contexts))
	total := 0.0
	for c, n := range contexts {
		if n > 0 {
			smooth[c] = math.Pow(n, smoothing)
			total += smooth[c]
		}
	}
	visit(func(word, context int32, n float64) {
		if se.df[word] < minWord {
			return
		}
		information := math.Log(n * total / (words[word] * smooth[context]))
		if information > 0 {
			rarer := min(words[word], contexts[context])
			discount := n / (n + 1) * rarer / (rarer + 1)
			k.byWord[word] = append(k.byWord[word], neighbour{context, information * discount})
		}
	})
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
	likeness, shared := map[int32]float64{}, map[int32]int{}
	for _, c := range k.byWord[word] {
		for _, w := range k.byCtx[c.id] {
			likeness[w.id] += c.weight * w.weight
			shared[w.id]++
		}
	}
	var out []relative
	for w, l := range likeness {
		if w != word && l >= minKin && shared[w] >= minShared {
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
