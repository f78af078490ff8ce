package knownrisk

import (
	"cmp"
	"math"
	"slices"

	"psims/nlp/text"
)

// likeness is the second channel: whether a passage reads like the examples of a
// risk, and not like those of other risks, look-alikes and ordinary reports.
//
// A passage is one to three sentences. Its features are the stems and the pairs of
// neighbouring stems of its sentences, each once a sentence, weighed by their
// rareness in the texts that are learnt from; the row is scaled to length one, or
// less where it is short. A linear support vector machine for each risk (package
// linear) gives the margin.
type likeness struct {
	risks    int
	enough   []bool  // by risk: whether likeness may speak against a pattern
	singles  []int32 // by word: its feature, −1 for none
	pairs    map[pair]int32
	rareness []float32 // by feature
	weights  []float32 // by feature and risk, times the rareness
	bias     []float32 // by risk
	contexts []context
	anchors  [][]int32 // by risk: concepts of which each must stand in the passage
}

type pair struct{ first, second int32 }

// The settings of the second channel, chosen on narratives that it had not learnt
// from (docs/methods/known-risks.md).
const (
	passage   = 3    // sentences
	minTexts  = 2    // texts that must hold a feature for it to count
	shortness = 400. // added to the square of the length of a row, so that a few words are no certainty
	copies    = 3    // how often an example counts beside a text without a risk

	// A risk with so many examples, in a list with so many look-alikes, is judged by both channels together.
	manyExamples, manyOrdinary = 20, 50

	faintest  = -0.7  // margin from which the words of the passage are given as reasons
	middle    = -0.24 // margin, with what patterns add to it, at which the score is one half
	perMargin = 0.15  // from there to 0.73
	byPattern = 0.25  // what a pattern adds for each natural logarithm of what it leaves open
	surest    = 3.    // logarithms that patterns add at most
	byContext = 0.6   // what a context takes away in full
	byAnchor  = 0.35  // what a passage without an anchor of the risk loses

	maxLikely = 0.7 // of a risk with fewer examples: never surer than words that stand in a pattern
	faint     = 0.2 // … less is nothing
	support   = 0.6 // … and what likeness is worth beside a pattern, whose words it shares
)

// features appends the distinct features of a sentence.
func (k *likeness) features(dst []int32, sentence []int32) []int32 {
	from := len(dst)
	for i, w := range sentence {
		if w < 0 {
			continue
		}
		if f := k.singles[w]; f >= 0 {
			dst = append(dst, f)
		}
		if p := follow(sentence, i); p.first >= 0 {
			if f, ok := k.pairs[p]; ok {
				dst = append(dst, f)
			}
		}
	}
	slices.Sort(dst[from:])
	return dst[:from+len(slices.Compact(dst[from:]))]
}

// likenessScratch is what one goroutine needs of the second channel.
type likenessScratch struct {
	words   []int32
	columns []int32
	sums    []float32 // by sentence and risk
	squares []float32 // by sentence
	begins  []int     // by sentence: its first token
	best    []resemblance
	window  []float32
}

// resemblance is the passage most like a risk: tokens from up to until.
type resemblance struct {
	margin      float64
	from, until int
	factor      float64 // of the context around it
	context     int32   // −1 for none
}

// passages finds the passage most like each risk's examples.
func (k *likeness) passages(sc *scratch) {
	w := &sc.weight
	if w.best == nil {
		w.best, w.window = make([]resemblance, k.risks), make([]float32, k.risks)
	}
	for r := range w.best {
		w.best[r] = resemblance{margin: float64(k.bias[r]), context: -1}
	}
	k.sentences(sc)
	n := len(w.squares)
	for i := range n {
		clear(w.window)
		square := float32(shortness)
		for j := i; j < min(n, i+passage); j++ {
			square += w.squares[j]
			scale := float32(1 / math.Sqrt(float64(square)))
			sums := w.sums[j*k.risks : (j+1)*k.risks]
			for r, x := range sums {
				w.window[r] += x
				if margin := float64(w.window[r]*scale + k.bias[r]); margin > w.best[r].margin {
					w.best[r].margin, w.best[r].from, w.best[r].until = margin, w.begins[i], w.begins[j+1]
				}
			}
		}
	}
	for r := range w.best {
		w.best[r].factor, w.best[r].context = k.context(sc, w.best[r].from, w.best[r].until)
	}
}

// judge gives the score of a risk of which the patterns leave open so much.
func (k *likeness) judge(sc *scratch, r int, open float64) float64 {
	best := sc.weight.best[r]
	if k.enough[r] {
		z := best.margin + byPattern*min(surest, -math.Log(open)) - byContext*(1-best.factor)
		if !k.anchored(sc, r) {
			z -= byAnchor
		}
		return sigmoid((z - middle) / perMargin)
	}
	like := best.factor * min(maxLikely, sigmoid((best.margin-middle)/perMargin))
	if like < faint || !k.anchored(sc, r) {
		return 1 - open
	}
	if open == 1 {
		return like
	}
	return 1 - open*(1-support*like)
}

// anchored says whether every anchor of the risk stands in its likest passage, or
// in the sentence before or after it.
func (k *likeness) anchored(sc *scratch, r int) bool {
	best := sc.weight.best[r]
	if best.until == best.from {
		return len(k.anchors[r]) == 0
	}
	first, last := sc.tokens[best.from].sentence-1, sc.tokens[best.until-1].sentence+1
	for _, c := range k.anchors[r] {
		m := sc.head[c]
		for m >= 0 {
			if s := sc.tokens[sc.mentions[m].from].sentence; s >= first && s <= last {
				break
			}
			m = sc.mentions[m].next
		}
		if m < 0 {
			return false
		}
	}
	return true
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// sentences adds up the weights of each sentence.
func (k *likeness) sentences(sc *scratch) {
	w := &sc.weight
	w.sums, w.squares, w.begins = w.sums[:0], w.squares[:0], w.begins[:0]
	for i := 0; i < len(sc.tokens); {
		w.begins = append(w.begins, i)
		w.words = w.words[:0]
		for sentence := sc.tokens[i].sentence; i < len(sc.tokens) && sc.tokens[i].sentence == sentence; i++ {
			word := sc.tokens[i].word
			if int(word) >= len(k.singles) {
				word = -1
			}
			w.words = append(w.words, word)
		}
		w.columns = k.features(w.columns[:0], w.words)
		from := len(w.sums)
		for range k.risks {
			w.sums = append(w.sums, 0)
		}
		sums, square := w.sums[from:], float32(0)
		for _, c := range w.columns {
			square += k.rareness[c] * k.rareness[c]
			for r, x := range k.weights[int(c)*k.risks : (int(c)+1)*k.risks] {
				sums[r] += x
			}
		}
		w.squares = append(w.squares, square)
	}
	w.begins = append(w.begins, len(sc.tokens))
}

// context gives what lowers a passage: its factor and which, −1 for nothing.
func (k *likeness) context(sc *scratch, from, until int) (factor float64, context int32) {
	factor, context = 1, -1
	if len(sc.mentions) == 0 || until <= from {
		return factor, context
	}
	said := sc.everSaid
	for i := sc.tokens[from].sentence; i <= sc.tokens[until-1].sentence; i++ {
		said |= sc.said[i]
	}
	for i, c := range k.contexts {
		if said&(1<<i) != 0 && c.factor < factor {
			factor, context = c.factor, int32(i)
		}
	}
	return factor, context
}

// reasons appends the words of a passage that weigh most, in the order in which they stand.
func (k *likeness) reasons(dst []Reason, sc *scratch, s string, r int) []Reason {
	best := sc.weight.best[r]
	type heavy struct {
		token int
		value float32
	}
	var words []heavy
	seen := map[int32]bool{}
	for i := best.from; i < best.until; i++ {
		word := sc.tokens[i].word
		if word < 0 || int(word) >= len(k.singles) || seen[word] {
			continue
		}
		seen[word] = true
		x := k.weight(k.singles[word], r)
		if i+1 < best.until && sc.tokens[i+1].sentence == sc.tokens[i].sentence {
			if f, ok := k.pairs[pair{word, sc.tokens[i+1].word}]; ok {
				x += k.weight(f, r)
			}
		}
		if x > 0 {
			words = append(words, heavy{i, x})
		}
	}
	slices.SortStableFunc(words, func(a, b heavy) int { return cmp.Compare(b.value, a.value) })
	words = words[:min(len(words), 8)]
	slices.SortFunc(words, func(a, b heavy) int { return a.token - b.token })
	for _, x := range words {
		t := sc.tokens[x.token]
		at := text.Span{Start: t.start, End: t.end}
		dst = append(dst, Reason{Span: at, Sentence: sc.sentence(s, at), Concept: "word of the examples", Channel: ByLikeness})
	}
	return dst
}

// weight is what a feature says for a risk, 0 if it is none or speaks against it.
func (k *likeness) weight(f int32, r int) float32 {
	if f < 0 {
		return 0
	}
	return max(0, k.weights[int(f)*k.risks+r])
}
