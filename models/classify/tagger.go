package classify

import (
	"context"
	"fmt"
	"sync"

	"psims/models/calibrate"
	"psims/models/evaluate"
	"psims/models/label"
	"psims/models/linear"
	"psims/nlp/features"
	"psims/nlp/sparse"
)

// TaggerConfig is the settings of a [Tagger].
type TaggerConfig struct {
	Features   features.Config
	Machine    linear.Config
	Folds      int
	AtLeastOne bool // a text always has a label, the likeliest if none passes its threshold
	Seed       uint64
}

// DefaultTagger uses words, pairs of words and pieces of words, each weighed by
// what it tells of the labels on average.
func DefaultTagger() TaggerConfig {
	c := TaggerConfig{Features: features.Default(), Machine: linear.Default(), Folds: 5, AtLeastOne: true, Seed: 1}
	c.Features.EachLabel = true
	c.Features.IDF = true
	c.Features.Terms.LastSentence = false
	c.Features.Divergence = features.Divergence{Power: .25, Prior: 5}
	c.Features.Pieces = features.Pieces{Min: 3, Max: 5, MinDocs: 3, Divergence: c.Features.Divergence, Scale: 1}
	c.Machine.C = .12
	return c
}

// Validate says what is wrong with the settings, if anything.
func (c TaggerConfig) Validate() error {
	if c.Folds < 2 {
		return fmt.Errorf("classify: %d folds: give 2 or more", c.Folds)
	}
	if err := c.Features.Validate(); err != nil {
		return err
	}
	return c.Machine.Validate()
}

// Tagger gives texts any number of k labels. It does not change; any number of
// goroutines may use one.
type Tagger struct {
	config     TaggerConfig
	space      *features.Space
	machine    *linear.Model
	stack      *calibrate.LabelStack
	thresholds []float32
	readers    sync.Pool
}

// Train learns from texts and their labels; a text without any is one that none
// fits. The same texts, labels and settings give the same tagger on any number of
// cores.
//
// Errors: settings that do not validate, labels for another number of texts, no
// label that tells texts apart, ctx done.
func (c TaggerConfig) Train(ctx context.Context, texts []string, y *label.Table) (*Tagger, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if len(texts) != y.Rows() {
		return nil, fmt.Errorf("classify: labels of %d texts for %d", y.Rows(), len(texts))
	}
	c.Machine.Seed = c.Seed
	p := pipeline{c.Features, c.Machine}
	fold := evaluate.Folds(y, copies(texts), c.Folds, c.Seed)
	scores, err := p.outOfFold(ctx, texts, y, fold, c.Folds)
	if err != nil {
		return nil, err
	}
	lengths := make([]float32, len(texts))
	for i, t := range texts {
		lengths[i] = float32(len(t))
	}
	stack, err := calibrate.FitLabelStack(ctx, scores, lengths, y)
	if err != nil {
		return nil, err
	}
	k := y.Classes()
	probabilities, scratch := make([]float32, len(scores)), make([]float32, k+2)
	for i := range texts {
		stack.Row(probabilities[i*k:(i+1)*k], scores[i*k:(i+1)*k], lengths[i], scratch)
	}
	space, machine, err := p.fit(ctx, texts, y)
	if err != nil {
		return nil, err
	}
	return assembleTagger(c, space, machine, stack, calibrate.Thresholds(probabilities, y)), nil
}

func assembleTagger(c TaggerConfig, space *features.Space, machine *linear.Model, stack *calibrate.LabelStack, thresholds []float32) *Tagger {
	m := &Tagger{config: c, space: space, machine: machine, stack: stack, thresholds: thresholds}
	m.readers.New = func() any { return space.Reader() }
	return m
}

// Names gives the k labels, by number; it must not be written to.
func (m *Tagger) Names() []string { return m.machine.Names() }

// Thresholds gives, by label, the probability from which a text has it; it must
// not be written to.
func (m *Tagger) Thresholds() []float32 { return m.thresholds }

// Probabilities writes the n×k probabilities of the labels over dst, row-major,
// which is made if it is nil; it gives dst. Panics unless the shapes agree.
func (m *Tagger) Probabilities(dst []float32, texts []string) []float32 {
	k := len(m.Names())
	if dst == nil {
		dst = make([]float32, len(texts)*k)
	}
	if len(dst) != len(texts)*k {
		panic(fmt.Sprintf("classify: %d probabilities for %d texts and %d labels", len(dst), len(texts), k))
	}
	type worker struct {
		reader          *features.Reader
		scores, scratch []float32
	}
	workers := make([]worker, sparse.Workers())
	sparse.EachBlock(len(texts), blockTexts, func(at, from, until int) {
		w := &workers[at]
		if w.reader == nil {
			*w = worker{m.readers.Get().(*features.Reader), m.machine.Scratch(), make([]float32, k+2)}
		}
		for i := from; i < until; i++ {
			columns, values := w.reader.Row(texts[i])
			m.stack.Row(dst[i*k:(i+1)*k], m.machine.Row(w.scores, columns, values), float32(len(texts[i])), w.scratch)
		}
	})
	for _, w := range workers {
		if w.reader != nil {
			m.readers.Put(w.reader)
		}
	}
	return dst
}

// Decide gives the labels of n texts from their n×k probabilities.
func (m *Tagger) Decide(p []float32) *label.Table {
	k := len(m.Names())
	rows := make([][]int32, len(p)/k)
	for i := range rows {
		row := p[i*k : (i+1)*k]
		for c, v := range row {
			if v >= m.thresholds[c] {
				rows[i] = append(rows[i], int32(c))
			}
		}
		if len(rows[i]) == 0 && m.config.AtLeastOne {
			rows[i] = []int32{int32(calibrate.Top(row, m.thresholds))}
		}
	}
	return label.OfSets(m.Names(), rows)
}

// Predict gives the labels of n texts.
func (m *Tagger) Predict(texts []string) *label.Table { return m.Decide(m.Probabilities(nil, texts)) }
