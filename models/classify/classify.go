// Package classify answers: which of k labels does this narrative have, how sure
// is that, and which of its words say so?
//
// [Config.Train] learns from texts with one label each; a [Classifier] labels any
// number of texts, gives calibrated probabilities and abstains where a person should
// look. [TaggerConfig.Train] and [Tagger] do the same for several labels a text.
// It joins nlp/features, models/linear and models/calibrate: words and pieces of
// words weighed by what they tell, one support vector machine a label, and a
// multinomial regression on out-of-fold scores, which both mends and calibrates them.
package classify

import (
	"context"
	"fmt"
	"slices"

	"psims/models/calibrate"
	"psims/models/label"
	"psims/models/linear"
	"psims/nlp/features"
	"psims/nlp/text"
)

// Config is the settings of a classifier.
type Config struct {
	Features features.Config
	Machine  linear.Config
	Stack    calibrate.StackConfig
	Folds    int // for the out-of-fold scores
	// Strongest tells the stack, beside the score of each label, what the strongest
	// single word or phrase says for it.
	Strongest bool
	Costs     calibrate.Costs
	Seed      uint64
}

// Default is the word model, for speed: words and pairs of words. A wrong label
// costs twice what it costs a person to look.
func Default() Config {
	return Config{
		Features:  features.Default(),
		Machine:   linear.Default(),
		Stack:     calibrate.DefaultStack(),
		Folds:     4,
		Strongest: true,
		Costs:     calibrate.Costs{Error: 2, Review: 1},
		Seed:      1,
	}
}

// Accurate adds pieces of words to [Default]: better on misspellings, at about
// three times the time to train and half as much again to label.
func Accurate() Config {
	c := Default()
	c.Features.Pieces = features.DefaultPieces()
	c.Machine.C = .2
	return c
}

// Validate says what is wrong with the settings, if anything.
func (c Config) Validate() error {
	if c.Folds < 2 {
		return fmt.Errorf("classify: %d folds: give 2 or more", c.Folds)
	}
	for _, err := range []error{c.Features.Validate(), c.Machine.Validate(), c.Stack.Validate(), c.Costs.Validate()} {
		if err != nil {
			return err
		}
	}
	return nil
}

// Classifier labels texts. It does not change; any number of goroutines may use one.
type Classifier struct {
	*scorer
	config    Config
	stack     *calibrate.Stack
	threshold float32
}

// Train learns from texts and the one label of each; texts without a label are
// left out. The same texts, labels and settings give the same classifier on any
// number of cores. Repeats of a text are judged together, so that they do not make
// the classifier too sure of itself.
//
// Errors: settings that do not validate, labels for another number of texts,
// several labels on a text, fewer than two labels, ctx done.
func (c Config) Train(ctx context.Context, texts []string, y *label.Table) (*Classifier, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if len(texts) != y.Rows() {
		return nil, fmt.Errorf("classify: labels of %d texts for %d", y.Rows(), len(texts))
	}
	if !y.Exclusive() {
		return nil, fmt.Errorf("classify: a text with several labels: train a tagger instead")
	}
	texts, y = labelled(texts, y)
	c.Machine.Seed = c.Seed
	p := pipeline{features: c.Features, machine: c.Machine, folds: c.Folds, strongest: c.Strongest}
	scores, err := p.outOfFold(ctx, texts, y, c.Seed)
	if err != nil {
		return nil, err
	}
	stack, err := c.Stack.Fit(ctx, scores, y)
	if err != nil {
		return nil, err
	}
	machines, err := p.fit(ctx, texts, y)
	if err != nil {
		return nil, err
	}
	return assemble(c, machines, stack), nil
}

func assemble(c Config, machines *scorer, stack *calibrate.Stack) *Classifier {
	return &Classifier{scorer: machines, config: c, stack: stack, threshold: float32(c.Costs.Threshold())}
}

// labelled leaves out texts without a label.
func labelled(texts []string, y *label.Table) ([]string, *label.Table) {
	var rows []int32
	for i := range texts {
		if len(y.Row(i)) > 0 {
			rows = append(rows, int32(i))
		}
	}
	if len(rows) == len(texts) {
		return texts, y
	}
	return gather(texts, rows), y.Gather(rows)
}

// Config gives the settings the classifier was trained with.
func (m *Classifier) Config() Config { return m.config }

// Prediction is what a classifier says of one text. Classes are numbers of
// [Classifier.Names]; Class and P are there even if it abstains.
type Prediction struct {
	Class     int32
	Second    int32
	P         float32
	SecondP   float32
	Abstained bool // the probability is too low to act on: a person should look
}

// Predict labels n texts, in parallel, and writes one prediction a text over dst,
// which is made if it is nil; it gives dst. A text without any known word gets what
// the classifier makes of no words at all: look at P.
//
// Panics unless dst is nil or has n entries.
func (m *Classifier) Predict(dst []Prediction, texts []string) []Prediction {
	if dst == nil {
		dst = make([]Prediction, len(texts))
	}
	if len(dst) != len(texts) {
		panic(fmt.Sprintf("classify: %d predictions for %d texts", len(dst), len(texts)))
	}
	m.each(texts, len(m.stack.Scratch()), func(i int, scores, scratch []float32) {
		dst[i] = m.decide(m.stack.Row(scratch, scores))
	})
	return dst
}

// Probabilities writes the n×k probabilities of the labels over dst, row-major,
// which is made if it is nil; it gives dst. Panics unless the shapes agree.
func (m *Classifier) Probabilities(dst []float32, texts []string) []float32 {
	dst = m.room(dst, texts)
	k := len(m.Names())
	m.each(texts, len(m.stack.Scratch()), func(i int, scores, scratch []float32) {
		copy(dst[i*k:], m.stack.Row(scratch, scores))
	})
	return dst
}

func (m *Classifier) decide(p []float32) Prediction {
	top, second := int32(0), int32(1)
	if p[1] > p[0] {
		top, second = 1, 0
	}
	for c := 2; c < len(p); c++ {
		switch {
		case p[c] > p[top]:
			top, second = int32(c), top
		case p[c] > p[second]:
			second = int32(c)
		}
	}
	return Prediction{Class: top, Second: second, P: p[top], SecondP: p[second], Abstained: p[top] < m.threshold}
}

// Evidence is a word of a text and what it did for a label.
type Evidence struct {
	Word   string      // as it is first written
	Spans  []text.Span // everywhere it stands
	Effect float32     // the label's probability with the word, less that without it
}

// Explain gives the words of s that speak for label c, the strongest first: those
// without which its probability would be lower, each with every form of it taken
// out. It is what the whole classifier makes of the text, phrases and spelling
// included. Panics if c is not a label.
//
// Cost: one prediction for each distinct word.
func (m *Classifier) Explain(s string, c int32) []Evidence {
	if c < 0 || int(c) >= len(m.Names()) {
		panic(fmt.Sprintf("classify: label %d of %d", c, len(m.Names())))
	}
	w := m.worker(len(m.stack.Scratch()))
	defer m.release(w)
	probability := func(s string) float32 { return m.stack.Row(w.scratch, m.score(w, s))[c] }
	whole := probability(s)
	var words []Evidence
	place := map[string]int{}
	for _, t := range text.Tokenise(nil, s) {
		if t.Kind == text.Placeholder || t.Kind == text.Symbol {
			continue
		}
		form := text.Stem(text.Fold(t.In(s)))
		at, ok := place[form]
		if !ok {
			at = len(words)
			place[form] = at
			words = append(words, Evidence{Word: t.In(s)})
		}
		words[at].Spans = append(words[at].Spans, text.Span{Start: t.Start, End: t.End})
	}
	for i := range words {
		without := []byte(s)
		for _, p := range words[i].Spans {
			for at := p.Start; at < p.End; at++ {
				without[at] = ' '
			}
		}
		words[i].Effect = whole - probability(string(without))
	}
	words = slices.DeleteFunc(words, func(e Evidence) bool { return e.Effect <= 0 })
	slices.SortStableFunc(words, func(a, b Evidence) int {
		switch {
		case a.Effect > b.Effect:
			return -1
		case a.Effect < b.Effect:
			return 1
		}
		return 0
	})
	return words
}
