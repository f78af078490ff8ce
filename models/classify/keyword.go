package classify

import (
	"context"
	"fmt"
	"slices"

	"psims/models/label"
	"psims/nlp/features"
	"psims/nlp/text"
)

// Keywords is the plain rule that any classifier must beat: the label of a text is
// the one that the most telling word in it mostly goes with. It is what a list of
// search words would do, made fairly, from the same examples.
type Keywords struct {
	names    []string
	terms    *features.Terms
	class    []int32   // by word: the label it mostly goes with
	share    []float32 // by word: how much of the time; 0 for words seen too seldom
	majority int32
}

// keywordTexts is in how many texts a word must be to be a search word.
const keywordTexts = 10

// TrainKeywords makes the rule from texts and the one label of each. Errors: labels
// for another number of texts, no label, ctx done.
func TrainKeywords(ctx context.Context, texts []string, y *label.Table) (*Keywords, error) {
	if len(texts) != y.Rows() || y.Classes() == 0 {
		return nil, fmt.Errorf("classify: labels of %d texts for %d, %d labels", y.Rows(), len(texts), y.Classes())
	}
	c := features.CountConfig{Text: text.Default(), Words: 1}
	terms, x, err := features.Count(ctx, texts, c)
	if err != nil {
		return nil, err
	}
	k := y.Classes()
	counts := make([]int, terms.Len()*k)
	for i := range texts {
		columns, _ := x.Row(i)
		for _, c := range y.Row(i) {
			for _, j := range columns {
				counts[int(j)*k+int(c)]++
			}
		}
	}
	m := &Keywords{names: y.Names(), terms: terms, class: make([]int32, terms.Len()), share: make([]float32, terms.Len())}
	for j := range m.class {
		row := counts[j*k : (j+1)*k]
		total := 0
		for c, n := range row {
			total += n
			if n > row[m.class[j]] {
				m.class[j] = int32(c)
			}
		}
		if total >= keywordTexts {
			m.share[j] = float32(row[m.class[j]]) / float32(total)
		}
	}
	all := y.Counts()
	m.majority = int32(slices.Index(all, slices.Max(all)))
	return m, nil
}

// Predict gives the label of each text by number; of a text without a search word, the commonest label.
func (m *Keywords) Predict(texts []string) []int32 {
	out := make([]int32, len(texts))
	a := text.NewAnalyser(text.Default())
	var terms []text.Term
	for i, s := range texts {
		out[i] = m.majority
		best := float32(0)
		terms = a.Terms(terms[:0], s)
		for _, t := range terms {
			if j := m.terms.Lookup(a.Dictionary().String(t.ID)); j >= 0 && m.share[j] > best {
				best, out[i] = m.share[j], m.class[j]
			}
		}
	}
	return out
}

// Majority gives the commonest label by number.
func (m *Keywords) Majority() int32 { return m.majority }
