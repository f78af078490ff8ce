package classify

import (
	"context"
	"fmt"

	"psims/models/calibrate"
	"psims/models/label"
	"psims/models/linear"
	"psims/nlp/features"
)

// TaggerConfig is the settings of a [Tagger].
type TaggerConfig struct {
	Features   features.Config
	Machine    linear.Config
	Folds      int
	Passages   bool // score the best sentence and the best clause of a text beside the whole
	AtLeastOne bool // a text always has a label, the likeliest if none passes its threshold
	Seed       uint64
}

// DefaultTagger uses words, pairs of words and pieces of words, each weighed by
// what it tells of the labels on average.
func DefaultTagger() TaggerConfig {
	c := TaggerConfig{Features: features.Default(), Machine: linear.Default(), Folds: 5, Passages: true, AtLeastOne: true, Seed: 1}
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
	*scorer
	config     TaggerConfig
	stack      *calibrate.LabelStack
	thresholds []float32
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
	p := pipeline{features: c.Features, machine: c.Machine, folds: c.Folds, passages: c.Passages}
	scores, err := p.outOfFold(ctx, texts, y, c.Seed)
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
	machines, err := p.fit(ctx, texts, y)
	if err != nil {
		return nil, err
	}
	return &Tagger{scorer: machines, config: c, stack: stack, thresholds: calibrate.Thresholds(probabilities, y)}, nil
}

// Thresholds gives, by label, the probability from which a text has it; it must
// not be written to.
func (m *Tagger) Thresholds() []float32 { return m.thresholds }

// Probabilities writes the n×k probabilities of the labels over dst, row-major,
// which is made if it is nil; it gives dst. Panics unless the shapes agree.
func (m *Tagger) Probabilities(dst []float32, texts []string) []float32 {
	dst = m.room(dst, texts)
	k := len(m.Names())
	m.each(texts, k+2, func(i int, scores, scratch []float32) {
		m.stack.Row(dst[i*k:(i+1)*k], scores, float32(len(texts[i])), scratch)
	})
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
