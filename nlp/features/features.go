// Package features turns narratives into rows of numbers that models can learn
// from, and back into the words that people can read.
//
// [Count] counts the terms of a set of texts: the raw material for finding what is
// new or what belongs together. [Fit] learns from texts, and from their labels if
// there are any, a frozen [Space] of weighted words, phrases and pieces of words;
// the space then turns any text into a row, on any day, the same way.
//
// Sources: for the weights by what a feature tells of the labels, the
// Kullback-Leibler divergence as in Schneider (2004), On word frequency information
// and negative evidence in naive Bayes text classification, used there to select and
// here to weigh; for terms of frequency, Salton and Buckley (1988).
package features

import (
	"fmt"
	"math"

	"psims/nlp/spelling"
	"psims/nlp/text"
)

// Labels says which classes each of n texts belongs to; label.Table is one.
type Labels interface {
	Rows() int
	Classes() int
	Row(i int) []int32 // the classes of text i, ascending
}

// Config says which features [Fit] learns.
type Config struct {
	Terms       CountConfig     // words and phrases
	Spelling    spelling.Config // of the misspellings that Fit learns to fold, into Terms.Text.Spellings; MinCount 0 learns none
	MinDocs     int             // a term must occur in so many texts
	MaxFeatures int             // keep at most so many terms, those in the most texts; 0 keeps all
	IDF         bool            // weigh rare terms up by ln((1+n)/(1+df))+1
	Divergence  Divergence
	EachLabel   bool // texts may have several labels: weigh by what a feature tells of each label, on average
	Pieces      Pieces
}

// Divergence weighs a feature by what it tells of the labels: the divergence
// D = Σ_c p_c ln(p_c/π_c) of the labels among the texts that hold it from those
// among all texts, raised to Power. p is smoothed by Prior texts with the labels of
// all. Power 0 leaves the weights alone.
type Divergence struct{ Power, Prior float64 }

// Pieces says which pieces of words are features: runs of Min to Max characters
// of a stretch without white space, punctuation and all, with a blank on either
// side. They make up for misspellings and are always weighed by how rare they
// are. Max 0 leaves them out.
type Pieces struct {
	Min, Max   int // at most 8
	MinDocs    int
	Divergence Divergence
	Scale      float64 // size of the row of pieces beside that of words, whose length is 1
}

// Default is the space of words for single labels: stems of all words and pairs of
// them, misspellings folded, the words of the last sentence once more, and weights by
// divergence. It
// keeps stop words, for the labels say which matter, and masks figures, so that a
// model remembers nobody's numbers.
func Default() Config {
	abbreviations := text.NHSAbbreviations()
	for short, long := range text.Sides() {
		abbreviations[short] = long
	}
	return Config{
		Terms: CountConfig{
			Text:         text.Config{Abbreviations: abbreviations, Stem: true, SplitParts: true, Symbols: true, Figures: text.MaskFigures},
			Words:        2,
			LastSentence: true,
		},
		Spelling:   spelling.Default(),
		MinDocs:    2,
		Divergence: Divergence{Power: .5, Prior: 8},
	}
}

// DefaultPieces are pieces of three to six characters, for [Config.Pieces].
func DefaultPieces() Pieces {
	return Pieces{Min: 3, Max: 6, MinDocs: 4, Divergence: Divergence{Power: 1, Prior: 5}, Scale: .7}
}

// Validate says what is wrong with the settings, if anything.
func (c Config) Validate() error {
	if err := c.Terms.Validate(); err != nil {
		return err
	}
	if c.MinDocs < 1 || c.MaxFeatures < 0 {
		return fmt.Errorf("features: terms of at least %d texts, at most %d of them", c.MinDocs, c.MaxFeatures)
	}
	if c.Spelling.MinCount != 0 {
		if err := c.Spelling.Validate(); err != nil {
			return err
		}
	}
	if err := c.Divergence.validate(); err != nil {
		return err
	}
	if c.Pieces.Max == 0 {
		return nil
	}
	if p := c.Pieces; p.Min < 1 || p.Max < p.Min || p.Max > 8 || p.MinDocs < 1 || !(p.Scale > 0) || math.IsInf(p.Scale, 0) {
		return fmt.Errorf("features: pieces of %d to %d characters in at least %d texts, scaled by %v", p.Min, p.Max, p.MinDocs, p.Scale)
	}
	return c.Pieces.Divergence.validate()
}

func (d Divergence) validate() error {
	if !(d.Power >= 0) || !(d.Prior >= 0) || math.IsInf(d.Power+d.Prior, 0) || d.Power > 0 && d.Prior == 0 {
		return fmt.Errorf("features: weights by divergence to the power %v with a prior of %v texts", d.Power, d.Prior)
	}
	return nil
}
