package knownrisk

import (
	"cmp"
	stdcontext "context"
	_ "embed"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"psims/models/label"
	"psims/models/linear"
	"psims/nlp/sparse"
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
	middle    = -0.22 // margin, with what patterns add to it, at which the score is one half
	perMargin = 0.15  // from there to 0.73
	byPattern = 0.25  // what a pattern adds for each natural logarithm of what it leaves open
	surest    = 3.    // logarithms that patterns add at most
	byContext = 0.6   // what a context takes away in full
	byAnchor  = 0.35  // what a passage without an anchor of the risk loses

	maxLikely = 0.7 // of a risk with fewer examples: never surer than words that stand in a pattern
	support   = 0.6 // … and what likeness is worth beside a pattern, whose words it shares
)

//go:embed background.txt
var background string

// texts are what is learnt from: rows of words, a negative word parting sentences.
type texts struct {
	words [][][]int32 // by text and sentence
	owner [][]int32   // the risks of each text
}

// learn gives the model of a list's risks, or nil when none has an example.
func learn(l *List, v *vocabulary, contexts []context) (*likeness, error) {
	k := &likeness{risks: len(l.Risks), contexts: contexts, pairs: map[pair]int32{}, enough: make([]bool, len(l.Risks))}
	var t texts
	a := newAnalyser()
	examples := 0
	at := map[string]int{}
	add := func(s string, risks ...int32) {
		if i, ok := at[s]; ok {
			t.owner[i] = append(t.owner[i], risks...)
			return
		}
		at[s] = len(t.words)
		t.words, t.owner = append(t.words, sentencesOf(a, v, s)), append(t.owner, risks)
	}
	for i, r := range l.Risks {
		if len(r.Examples) == 0 {
			continue
		}
		examples += len(r.Examples)
		k.enough[i] = len(r.Examples) >= manyExamples && len(l.Ordinary) >= manyOrdinary
		add(r.Title+". "+r.Description, int32(i))
		for _, e := range r.Examples {
			add(e, int32(i))
		}
	}
	if examples == 0 {
		return nil, nil
	}
	for line := range strings.Lines(background) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			add(line)
		}
	}
	for _, s := range l.Ordinary {
		add(s)
	}
	t.sort(at)
	k.number(t.words, len(v.stems))
	return k, k.fit(t, l)
}

// sort puts the texts into an order of their own, so that the order of the risks in
// a list makes no difference.
func (t *texts) sort(at map[string]int) {
	words, owner := make([][][]int32, 0, len(at)), make([][]int32, 0, len(at))
	for _, s := range slices.Sorted(maps.Keys(at)) {
		words, owner = append(words, t.words[at[s]]), append(owner, t.owner[at[s]])
	}
	t.words, t.owner = words, owner
}

// sentencesOf gives the words of each sentence of s.
func sentencesOf(a *text.Analyser, v *vocabulary, s string) (out [][]int32) {
	for _, t := range a.Terms(nil, s) {
		if t.First || len(out) == 0 {
			out = append(out, nil)
		}
		word := int32(-1)
		if stem := a.Dictionary().String(t.ID); t.Kind == text.Word {
			word = v.add(stem)
		}
		out[len(out)-1] = append(out[len(out)-1], word)
	}
	return out
}

// number gives a feature to each stem and pair that several texts hold.
func (k *likeness) number(docs [][][]int32, words int) {
	held, seen := map[pair]int{}, map[pair]int{} // texts that hold it, and the last of them
	var order []pair
	for d, doc := range docs {
		for _, sentence := range doc {
			for i, w := range sentence {
				for _, p := range [...]pair{{w, -1}, follow(sentence, i)} {
					if p.first < 0 || seen[p] == d+1 {
						continue
					}
					if seen[p] = d + 1; held[p] == 0 {
						order = append(order, p)
					}
					held[p]++
				}
			}
		}
	}
	k.singles = slices.Repeat([]int32{-1}, words)
	for _, p := range order {
		if held[p] < minTexts {
			continue
		}
		f := int32(len(k.rareness))
		if p.second < 0 {
			k.singles[p.first] = f
		} else {
			k.pairs[p] = f
		}
		k.rareness = append(k.rareness, float32(1+math.Log(float64(len(docs)+1)/float64(held[p]+1))))
	}
}

// follow gives the pair that begins with word i, or none.
func follow(sentence []int32, i int) pair {
	if i+1 == len(sentence) || sentence[i] < 0 || sentence[i+1] < 0 {
		return pair{-1, -1}
	}
	return pair{sentence[i], sentence[i+1]}
}

// fit learns the weights. Risks are learnt in the order of their ids, so that the
// order of a list makes no difference.
func (k *likeness) fit(t texts, l *List) error {
	byID := make([]int32, k.risks)
	for i := range byID {
		byID[i] = int32(i)
	}
	slices.SortFunc(byID, func(a, b int32) int { return strings.Compare(l.Risks[a].ID, l.Risks[b].ID) })
	rank, names := make([]int32, k.risks), make([]string, k.risks)
	for i, r := range byID {
		rank[r], names[i] = int32(i), l.Risks[r].ID
	}
	rows, owner := k.rows(t, rank)
	m, err := linear.Default().Fit(stdcontext.Background(), rows, label.OfSets(names, owner))
	if err != nil {
		return fmt.Errorf("learning from the examples: %w", err)
	}
	k.weights, k.bias = make([]float32, len(k.rareness)*k.risks), make([]float32, k.risks)
	weights, bias := m.Weights(), m.Intercept()
	for r, at := range rank {
		k.bias[r] = bias[at]
		for f, rare := range k.rareness {
			k.weights[f*k.risks+r] = rare * weights[f*k.risks+int(at)]
		}
	}
	return nil
}

// rows gives what is fitted: each text, examples several times over, and each
// passage of a long one without a risk; with the ranks of the risks of each row.
func (k *likeness) rows(t texts, rank []int32) (*sparse.CSR, [][]int32) {
	b, owner := sparse.NewBuilder(len(k.rareness)), [][]int32(nil)
	add := func(sentences [][]int32, risks []int32) {
		var columns []int32
		for _, s := range sentences {
			columns = k.features(columns, s)
		}
		square := shortness
		for _, c := range columns {
			square += float64(k.rareness[c]) * float64(k.rareness[c])
		}
		for _, c := range columns {
			b.Add(c, float32(float64(k.rareness[c])/math.Sqrt(square)))
		}
		b.EndRow()
		owner = append(owner, risks)
	}
	for i, doc := range t.words {
		var risks []int32
		for _, r := range t.owner[i] {
			risks = append(risks, rank[r])
		}
		slices.Sort(risks)
		risks = slices.Compact(risks)
		add(doc, risks)
		if len(risks) > 0 {
			for range copies - 1 {
				add(doc, risks)
			}
			continue
		}
		for s := 0; len(doc) > passage && s+passage <= len(doc); s++ {
			add(doc[s:s+passage], nil)
		}
	}
	return b.Build(), owner
}

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
	if !k.anchored(sc, r) {
		return 1 - open
	}
	like := best.factor * min(maxLikely, sigmoid((best.margin-middle)/perMargin))
	if open == 1 {
		return like
	}
	return 1 - open*(1-support*like)
}

// anchored says whether every anchor of the risk stands in its likest passage.
func (k *likeness) anchored(sc *scratch, r int) bool {
	best := sc.weight.best[r]
	for _, c := range k.anchors[r] {
		m := sc.head[c]
		for m >= 0 && (int(sc.mentions[m].from) < best.from || int(sc.mentions[m].until) > best.until) {
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
