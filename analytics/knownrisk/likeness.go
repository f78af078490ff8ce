package knownrisk

import (
	"cmp"
	_ "embed"
	"math"
	"slices"
	"strings"

	"psims/nlp/text"
)

// likeness is the second channel: what the words of a risk's examples say that
// those of other risks and of ordinary reports do not.
//
// The weight of a stem for a risk is the logarithm of how much more often the
// risk's texts (title, description and each example) hold it than all others,
// each count with a half or a tenth added against zeros. Evidence is the sum
// over the distinct stems of a passage of three sentences; it never falls when a
// report is longer. It is naive Bayes (Maron, 1961) without the words that speak
// against, since a report of a known risk may tell of much else.
type likeness struct {
	risks    int
	bounds   []int32 // by word: where its weights begin in weights
	weights  []weight
	minScore float64
	contexts []context
}

type weight struct {
	risk  int32
	core  bool
	value float32
}

// What makes a hit by likeness: chosen so that ordinary reports give next to none.
const (
	passage     = 3   // sentences
	minStems    = 5   // distinct stems with a weight for the risk
	minCore     = 1   // of them, stems that a good part of the examples share
	coreShare   = 0.3 // of the risk's texts
	coreWeight  = 3.  // and that others hardly use
	midEvidence = 17. // evidence at which the score is one half
	perEvidence = 4.  // evidence from there to 0.73
	minWeight   = 1.  // stems that tell less do not count
	maxLikely   = 0.7 // never surer than words that stand in a pattern
)

//go:embed background.txt
var background string

// learn gives the weights of a list's risks, or nil when none has an example.
func learn(l *List, v *vocabulary, contexts []context, minScore float64) *likeness {
	a := newAnalyser()
	var docs [][]int32 // distinct words of each text
	var owner []int    // its risk, −1 for an ordinary report
	add := func(risk int, s string) {
		docs, owner = append(docs, distinct(a, v, s)), append(owner, risk)
	}
	examples := 0
	for i, r := range l.Risks {
		if len(r.Examples) == 0 {
			continue
		}
		examples += len(r.Examples)
		add(i, r.Title+". "+r.Description)
		for _, e := range r.Examples {
			add(i, e)
		}
	}
	if examples == 0 {
		return nil
	}
	for line := range strings.Lines(background) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			add(-1, line)
		}
	}
	k := &likeness{risks: len(l.Risks), minScore: minScore, contexts: contexts}
	k.weigh(docs, owner, len(v.stems))
	return k
}

// distinct gives the words with content of s, each once.
func distinct(a *text.Analyser, v *vocabulary, s string) []int32 {
	var out []int32
	for _, t := range a.Terms(nil, s) {
		if stem := a.Dictionary().String(t.ID); t.Kind == text.Word && len(stem) > 1 && !text.StopWord(stem) {
			out = append(out, v.add(stem))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (k *likeness) weigh(docs [][]int32, owner []int, words int) {
	held, all := make([]int32, words*k.risks), make([]int32, words) // texts of a risk, and of any, with the word
	texts := make([]int32, k.risks)
	for d, doc := range docs {
		if owner[d] >= 0 {
			texts[owner[d]]++
		}
		for _, w := range doc {
			all[w]++
			if owner[d] >= 0 {
				held[int(w)*k.risks+owner[d]]++
			}
		}
	}
	k.bounds = append(k.bounds, 0)
	for w := range words {
		for r := range k.risks {
			n, h := texts[r], held[w*k.risks+r]
			if h == 0 {
				continue
			}
			inside := (float64(h) + 0.1) / (float64(n) + 0.2)
			outside := (float64(all[w]-h) + 0.5) / (float64(len(docs)) - float64(n) + 1)
			if value := math.Log(inside / outside); value >= minWeight {
				k.weights = append(k.weights, weight{risk: int32(r), core: value >= coreWeight && h >= 2 && float64(h) >= coreShare*float64(n), value: float32(value)})
			}
		}
		k.bounds = append(k.bounds, int32(len(k.weights)))
	}
}

// likenessScratch is what one goroutine needs of the second channel.
type likenessScratch struct {
	sums  []float32 // by risk
	stems []int32   // by risk: distinct stems with a weight
	cores []int32   // by risk: those of them that are core
	seen  []uint32  // by word: the stamp of the passage that holds it
	stamp uint32
}

// match appends the hits by likeness of risks that have none in dst[from:].
func (k *likeness) match(dst []Hit, from int, sc *scratch, s string) []Hit {
	if !k.sum(sc, 0, len(sc.tokens)) {
		return dst
	}
	best := map[int32]Hit{}
	for i := range sc.tokens {
		if i > 0 && sc.tokens[i].sentence == sc.tokens[i-1].sentence {
			continue
		}
		until := i
		for until < len(sc.tokens) && sc.tokens[until].sentence < sc.tokens[i].sentence+passage {
			until++
		}
		if !k.sum(sc, i, until) {
			continue
		}
		for r := range int32(k.risks) {
			score := k.score(sc, r)
			if score < k.minScore || score <= best[r].Score || slices.ContainsFunc(dst[from:], func(h Hit) bool { return h.Risk == int(r) }) {
				continue
			}
			if h := k.hit(sc, s, r, i, until, score); h.Score >= k.minScore && h.Score > best[r].Score {
				best[r] = h
			}
		}
	}
	for r := range int32(k.risks) {
		if h, ok := best[r]; ok {
			dst = append(dst, h)
		}
	}
	return dst
}

// sum adds up the weights of tokens from up to until, and says whether any risk
// has evidence enough.
func (k *likeness) sum(sc *scratch, from, until int) bool {
	w := &sc.weight
	if w.sums == nil {
		w.sums, w.stems, w.cores = make([]float32, k.risks), make([]int32, k.risks), make([]int32, k.risks)
		w.seen = make([]uint32, len(k.bounds))
	}
	if w.stamp++; w.stamp == 0 {
		clear(w.seen)
		w.stamp = 1
	}
	clear(w.sums)
	clear(w.stems)
	clear(w.cores)
	for _, t := range sc.tokens[from:until] {
		if t.word < 0 || w.seen[t.word] == w.stamp {
			continue
		}
		w.seen[t.word] = w.stamp
		for _, x := range k.weights[k.bounds[t.word]:k.bounds[t.word+1]] {
			w.sums[x.risk] += x.value
			w.stems[x.risk]++
			if x.core {
				w.cores[x.risk]++
			}
		}
	}
	for r := range int32(k.risks) {
		if k.score(sc, r) >= k.minScore && w.stems[r] > 0 {
			return true
		}
	}
	return false
}

func (k *likeness) score(sc *scratch, r int32) float64 {
	if sc.weight.stems[r] < minStems || sc.weight.cores[r] < minCore {
		return 0
	}
	return min(maxLikely, 1/(1+math.Exp((midEvidence-float64(sc.weight.sums[r]))/perEvidence)))
}

// hit makes the hit of a passage: lowered by what is said in it, with the words
// that weigh most in the order in which they stand.
func (k *likeness) hit(sc *scratch, s string, r int32, from, until int, score float64) Hit {
	h := Hit{Risk: int(r), Score: score, Likely: true}
	if len(sc.mentions) > 0 {
		said := sc.everSaid
		for i := sc.tokens[from].sentence; i <= sc.tokens[until-1].sentence; i++ {
			said |= sc.said[i]
		}
		factor := 1.0
		for i, c := range k.contexts {
			if said&(1<<i) != 0 && c.factor < factor {
				factor, h.Context = c.factor, c.name
			}
		}
		h.Score *= factor
	}
	type heavy struct {
		token int
		value float32
	}
	var words []heavy
	seen := map[int32]bool{}
	for i, t := range sc.tokens[from:until] {
		if t.word < 0 || seen[t.word] {
			continue
		}
		seen[t.word] = true
		for _, x := range k.weights[k.bounds[t.word]:k.bounds[t.word+1]] {
			if x.risk == r {
				words = append(words, heavy{from + i, x.value})
			}
		}
	}
	slices.SortStableFunc(words, func(a, b heavy) int { return cmp.Compare(b.value, a.value) })
	words = words[:min(len(words), 8)]
	slices.SortFunc(words, func(a, b heavy) int { return a.token - b.token })
	for _, x := range words {
		t := sc.tokens[x.token]
		at := text.Span{Start: t.start, End: t.end}
		h.Reasons = append(h.Reasons, Reason{Span: at, Sentence: sc.sentence(s, at), Concept: "word of the examples", Channel: ByLikeness})
	}
	return h
}
