package knownrisk

import (
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
