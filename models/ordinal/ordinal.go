// Package ordinal answers: how grave does this narrative read, on a scale of
// ordered grades such as none, low, moderate, severe and fatal harm?
//
// [Config.Train] learns from narratives and the grades that people gave them; a
// [Model] gives for any text the probability of each grade. [Config.Cross] learns
// several models so that any text, also one that was learnt from, is read by a model
// that has not seen it. [Judge] says how good the reading is, grade by grade.
//
// Half of a model takes the grades for labels that exclude each other
// (classify.Classifier); the other half learns one machine for each step of the
// scale, "at least this grave" (classify.Tagger on [Steps]), and is mended where its
// steps cross ([FromSteps]). Their mean is better than either: the first knows that a
// death is told in other words than a fracture, the second that they are neighbours.
//
// Sources: Frank and Hall (2001), A simple approach to ordinal classification, for
// the steps; Ayer et al. (1955), An empirical distribution function for sampling with
// incomplete information, for the mending; King and Zeng (2001), Logistic regression
// in rare events data, section 4.2, for what a sample that favours rare grades must
// be multiplied by.
package ordinal

import (
	"context"
	"fmt"
	"math"
	"slices"

	"psims/internal/parallel"
	"psims/models/classify"
	"psims/models/label"
)

// Config is the settings of a model.
type Config struct {
	Classes classify.Config       // the half that takes grades for labels
	Steps   classify.TaggerConfig // the half that learns step by step
	// MaxTexts is from how many texts to learn at most. Of more, those of common
	// grades are thinned first, rare grades kept whole as long as can be, and the
	// probabilities put right for it.
	MaxTexts int
	// Miss is how many times as bad it is to grade a text too low by one grade as too
	// high by one.
	Miss float64
	Seed uint64
}

// Default reads words and pairs of words, learns from up to 60,000 texts, and minds
// a grade too low twice as much as one too high.
func Default() Config {
	c := Config{Classes: classify.Default(), Steps: classify.DefaultTagger(), MaxTexts: 60_000, Miss: 2, Seed: 1}
	c.Steps.Features.Pieces.Max = 0
	c.Steps.Folds = c.Classes.Folds
	// The gravest sentence by itself misleads where patients praise and complain in one breath.
	c.Steps.Passages = false
	return c
}

// Accurate adds pieces of words to [Default]: better where texts are few or
// misspelt, at four times the time.
func Accurate() Config {
	c := Default()
	c.Classes = classify.Accurate()
	c.Steps.Features.Pieces = classify.DefaultTagger().Features.Pieces
	return c
}

// Validate says what is wrong with the settings, if anything.
func (c Config) Validate() error {
	if !(c.Miss > 0) || math.IsInf(c.Miss, 0) || c.MaxTexts < 1 {
		return fmt.Errorf("ordinal: a grade missed is %v times as bad, at most %d texts: both must be positive", c.Miss, c.MaxTexts)
	}
	if err := c.Classes.Validate(); err != nil {
		return err
	}
	return c.Steps.Validate()
}

// Model gives texts the probabilities of k ordered grades. It does not change; any
// number of goroutines may use one.
type Model struct {
	names   []string
	classes *classify.Classifier
	steps   *classify.Tagger
	rates   []float32 // by grade: share of its texts that was learnt from
	miss    float64
}

// Train learns from n texts and the grade of each; y numbers the grades from the
// mildest to the gravest, and texts without one are left out. A grade that no text
// has is learnt as all but never. Which order the texts come in does not matter, nor
// the number of cores.
//
// Cost: linear in the texts learnt from. Errors: settings that do not validate,
// grades for another number of texts, several grades on a text, fewer than two
// grades, ctx done.
func (c Config) Train(ctx context.Context, texts []string, y *label.Table) (*Model, error) {
	if err := c.check(texts, y); err != nil {
		return nil, err
	}
	return c.train(ctx, texts, y, func(uint64) bool { return true })
}

func (c Config) check(texts []string, y *label.Table) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if len(texts) != y.Rows() {
		return fmt.Errorf("ordinal: grades of %d texts for %d", y.Rows(), len(texts))
	}
	if !y.Exclusive() {
		return fmt.Errorf("ordinal: a text with several grades")
	}
	return nil
}

// train learns from the texts whose mark is wanted.
func (c Config) train(ctx context.Context, texts []string, y *label.Table, wanted func(mark uint64) bool) (*Model, error) {
	rows, rates := sample(texts, y, c, wanted)
	learnt := make([]string, len(rows))
	for i, row := range rows {
		learnt[i] = texts[row]
	}
	y = y.Gather(rows)
	c.Classes.Seed, c.Steps.Seed = c.Seed, c.Seed
	m := &Model{names: y.Names(), rates: rates, miss: c.Miss}
	var err error
	if m.classes, err = c.Classes.Train(ctx, learnt, y); err != nil {
		return nil, fmt.Errorf("learning grades as labels: %w", err)
	}
	if m.steps, err = c.Steps.Train(ctx, learnt, Steps(y)); err != nil {
		return nil, fmt.Errorf("learning grades step by step: %w", err)
	}
	return m, nil
}

// Names gives the k grades, mildest first; it must not be written to.
func (m *Model) Names() []string { return m.names }

// blockTexts is how many texts are held at a time as both halves read them.
const blockTexts = 1 << 14

// Probabilities writes the n×k probabilities of the grades over dst, row-major,
// which is made if it is nil; it gives dst. Panics unless the shapes agree.
func (m *Model) Probabilities(dst []float32, texts []string) []float32 {
	k := len(m.names)
	dst = room(dst, len(texts), k)
	steps := make([]float32, min(len(texts), blockTexts)*(k-1))
	for from := 0; from < len(texts); from += blockTexts {
		block := texts[from:min(from+blockTexts, len(texts))]
		rows := dst[from*k : (from+len(block))*k]
		m.classes.Probabilities(rows, block)
		m.steps.Probabilities(steps[:len(block)*(k-1)], block)
		parallel.Blocks(len(block), 1024, func(_, from, until int) {
			ordered := make([]float32, k)
			for i := from; i < until; i++ {
				FromSteps(ordered, steps[i*(k-1):(i+1)*(k-1)])
				m.join(rows[i*k:(i+1)*k], ordered)
			}
		})
	}
	return dst
}

// join writes the mean of both halves over the first, put right for the sample.
func (m *Model) join(p, ordered []float32) {
	sum := float32(0)
	for g := range p {
		p[g] = (p[g] + ordered[g]) / 2 / m.rates[g]
		sum += p[g]
	}
	for g := range p {
		p[g] /= sum
	}
}

func room(dst []float32, n, k int) []float32 {
	if dst == nil {
		return make([]float32, n*k)
	}
	if len(dst) != n*k {
		panic(fmt.Sprintf("ordinal: %d numbers for %d texts of %d grades", len(dst), n, k))
	}
	return dst
}

// Grade gives the grade to put on a text with these k probabilities, by number: the
// one with the least expected cost when a grade too low costs Config.Miss times one
// too high. That is the quantile at Miss/(1+Miss) of the distribution; with a Miss of
// 1, the median.
func (m *Model) Grade(p []float32) int32 { return Quantile(p, m.miss/(1+m.miss)) }

// Quantile gives the mildest grade such that the text is no graver with a
// probability of at least share.
func Quantile(p []float32, share float64) int32 {
	sum := 0.0
	for g, v := range p {
		if sum += float64(v); sum >= share {
			return int32(g)
		}
	}
	return int32(len(p) - 1)
}

// Steps gives the n×(k−1) table of the steps that each text reaches: label g of it
// is "at least grade g+1". Texts without a grade reach none.
func Steps(y *label.Table) *label.Table {
	names := y.Names()
	if len(names) == 0 {
		return y
	}
	names = slices.Clone(names[1:])
	all := make([]int32, len(names))
	for g := range all {
		all[g] = int32(g)
		names[g] = "at least " + names[g]
	}
	rows := make([][]int32, y.Rows())
	for i := range rows {
		rows[i] = all[:max(0, y.Class(i))]
	}
	return label.OfSets(names, rows)
}

// FromSteps writes over dst the probabilities of k grades that agree best, in least
// squares, with the k−1 probabilities of reaching each step. Probabilities of reaching
// that rise from a step to the next, which cannot be, are pooled. steps is written over.
func FromSteps(dst, steps []float32) {
	pool(steps)
	above := float32(1)
	for g, p := range steps {
		dst[g] = above - p
		above = p
	}
	dst[len(steps)] = above
}

// pool replaces values by the nearest ones, in least squares, that never rise: pool
// adjacent violators, in place.
func pool(v []float32) {
	for at := range v {
		sum, count := v[at], float32(1)
		from := at
		for from > 0 && v[from-1] < sum/count {
			from--
			sum += v[from]
			count++
		}
		if from < at {
			for j := from; j <= at; j++ {
				v[j] = sum / count
			}
		}
	}
}
