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
	faint       = 0.2 // less is nothing
	support     = 0.6 // what likeness is worth beside a pattern, whose words it shares
)

//go:embed background.txt
var background string

// learn gives the weights of a list's risks, or nil when none has an example.
func learn(l *List, v *vocabulary, contexts []context) *likeness {
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
	k := &likeness{risks: len(l.Risks), contexts: contexts}
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
	best  []resemblance // by risk
}

// resemblance is the passage most like a risk: tokens from up to until.
type resemblance struct {
	score       float64 // 0 for none
	from, until int
	context     int32
}

// passages finds the passage most like each risk's examples.
func (k *likeness) passages(sc *scratch) {
	w := &sc.weight
	if w.sums == nil {
		w.sums, w.stems, w.cores = make([]float32, k.risks), make([]int32, k.risks), make([]int32, k.risks)
		w.seen, w.best = make([]uint32, len(k.bounds)), make([]resemblance, k.risks)
	}
	clear(w.best)
	if !k.sum(sc, 0, len(sc.tokens)) {
		return
	}
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
		factor, context := k.context(sc, i, until)
		for r := range k.risks {
			if score := k.score(sc, r); score >= faint && factor*score > w.best[r].score {
				w.best[r] = resemblance{score: factor * score, from: i, until: until, context: context}
			}
		}
	}
}

// sum adds up the weights of tokens from up to until, and says whether any risk
// has evidence enough.
func (k *likeness) sum(sc *scratch, from, until int) bool {
	w := &sc.weight
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
	for r := range k.risks {
		if k.score(sc, r) >= faint {
			return true
		}
	}
	return false
}

func (k *likeness) score(sc *scratch, r int) float64 {
	if sc.weight.stems[r] < minStems || sc.weight.cores[r] < minCore {
		return 0
	}
	return min(maxLikely, 1/(1+math.Exp((midEvidence-float64(sc.weight.sums[r]))/perEvidence)))
}

// context gives what lowers a passage: its factor and which, −1 for nothing.
func (k *likeness) context(sc *scratch, from, until int) (factor float64, context int32) {
	factor, context = 1, -1
	if len(sc.mentions) == 0 {
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
		if word < 0 || seen[word] {
			continue
		}
		seen[word] = true
		for _, x := range k.weights[k.bounds[word]:k.bounds[word+1]] {
			if int(x.risk) == r {
				words = append(words, heavy{i, x.value})
			}
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
