package features

import (
	"context"
	"fmt"
	"slices"

	"psims/internal/parallel"
	"psims/nlp/sparse"
	"psims/nlp/text"
)

// Space is a frozen set of v features. Columns 0 … are the words and phrases, those
// in the most training texts first; after them come the pieces of words.
//
// A row is made so: how often the text uses a word or phrase, tf, as 1+ln tf, times
// the feature's weight; then words and phrases together are scaled to length 1.
// Every distinct field of the text, a stretch without white space, adds its pieces
// times their weights; their sum is divided by √(Σ|field|²) and multiplied by
// Pieces.Scale, so that it has about that length. It is linear in the fields: what a
// field comes to does not depend on its neighbours. What the training texts did not
// hold counts for nothing. A space does not change: any number of goroutines may use
// one.
type Space struct {
	config  Config
	texts   int
	words   text.Dictionary
	phrases table   // phrases that are features, and those through which they are reached
	column  []int32 // by phrase: its column, or −1
	single  []int32 // by word: the phrase of this one word
	last    []int32 // by word: the phrase of it in a last sentence, or −1
	phrase  []int32 // by column: the phrase
	pieces  table   // piece i is column len(phrase)+i
	docs    []int32 // by column: training texts that hold it
	weights []float32
}

// Fit learns the space of n texts. y are their labels, which weigh the features;
// nil when there are none. The texts and labels are read only; the result is the
// same on any number of cores.
//
// Errors: settings that do not validate, labels for another number of texts, no
// feature found, ctx done.
func Fit(ctx context.Context, texts []string, y Labels, c Config) (*Space, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if y != nil && y.Rows() != len(texts) {
		return nil, fmt.Errorf("features: labels of %d texts for %d", y.Rows(), len(texts))
	}
	if c.Spelling.MinCount != 0 {
		folds, err := c.Spelling.Learn(ctx, texts)
		if err != nil {
			return nil, err
		}
		c.Terms.Text.Spellings = folds.Snapshot()
	}
	terms, x, err := Count(ctx, texts, c.Terms)
	if err != nil {
		return nil, err
	}
	s := &Space{config: c, texts: len(texts)}
	s.keepTerms(terms, x, y)
	if c.Pieces.Max > 0 {
		s.keepPieces(texts, y)
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("counting pieces of words: %w", err)
		}
	}
	if s.Len() == 0 {
		return nil, fmt.Errorf("features: no term occurs in %d or more of %d texts", c.MinDocs, len(texts))
	}
	return s, nil
}

// keepTerms makes columns of the terms that occur in enough texts.
func (s *Space) keepTerms(terms *Terms, x *sparse.CSR, y Labels) {
	docs := make([]int32, x.Cols)
	x.ColumnCounts(docs)
	kept, place := keep(docs, s.config.MinDocs, s.config.MaxFeatures)
	for column, id := range kept {
		s.docs = append(s.docs, docs[id])
		s.add(terms, id, int32(column))
	}
	s.index()
	w := newWeigher(s.texts, y, s.config, s.config.Divergence)
	s.weights = weigh(w, s.docs, func(classes []int32) {
		if w.prior == nil {
			return
		}
		k := len(w.prior)
		for i := range x.Rows() {
			columns, _ := x.Row(i)
			for _, c := range y.Row(i) {
				for _, id := range columns {
					if j := place[id]; j >= 0 {
						classes[int(j)*k+int(c)]++
					}
				}
			}
		}
	})
}

// keep lists the features in enough texts, those in the most first and at most
// limit of them if that is not 0, and gives the place of each among them, or −1.
func keep(docs []int32, least, limit int) (kept, place []int32) {
	place = make([]int32, len(docs))
	for id, n := range docs {
		place[id] = -1
		if int(n) >= least {
			kept = append(kept, int32(id))
		}
	}
	slices.SortStableFunc(kept, func(a, b int32) int { return int(docs[b]) - int(docs[a]) })
	if limit > 0 && len(kept) > limit {
		kept = kept[:limit]
	}
	for p, id := range kept {
		place[id] = int32(p)
	}
	return kept, place
}

// weigh gives the weight of each feature; count adds up, by feature and class, the texts.
func weigh(w weigher, docs []int32, count func(classes []int32)) []float32 {
	k := len(w.prior)
	classes := make([]int32, len(docs)*k)
	count(classes)
	weights := make([]float32, len(docs))
	for j, n := range docs {
		weights[j] = w.weight(n, classes[j*k:(j+1)*k])
	}
	return weights
}

// add takes in term id with all that leads to it, and gives it a column if that is not −1.
func (s *Space) add(terms *Terms, id, column int32) int32 {
	before, last := phraseParts(terms.phrases.keys[id])
	if before >= 0 {
		before = s.add(terms, before, -1)
	}
	word := s.words.Intern(terms.words.String(last))
	if before != oneWord {
		s.intern(phraseKey(oneWord, word), -1) // a word known is a word that can be followed
	}
	return s.intern(phraseKey(before, word), column)
}

func (s *Space) intern(key uint64, column int32) int32 {
	id, fresh := s.phrases.intern(key)
	if fresh {
		s.column = append(s.column, -1)
	}
	if column >= 0 {
		s.column[id] = column
	}
	return id
}

// index makes the look-ups that follow from phrases and columns.
func (s *Space) index() {
	s.single, s.last = make([]int32, s.words.Len()), make([]int32, s.words.Len())
	for w := range s.single {
		s.single[w], s.last[w] = -1, -1
	}
	features := 0
	for id, key := range s.phrases.keys {
		before, last := phraseParts(key)
		switch before {
		case oneWord:
			s.single[last] = int32(id)
		case lastWord:
			s.last[last] = int32(id)
		}
		if s.column[id] >= 0 {
			features++
		}
	}
	s.phrase = make([]int32, features)
	for id, j := range s.column {
		if j >= 0 {
			s.phrase[j] = int32(id)
		}
	}
}

// Len gives v, the number of features.
func (s *Space) Len() int { return len(s.phrase) + len(s.pieces.keys) }

// Texts gives the number of texts the space was learnt from.
func (s *Space) Texts() int { return s.texts }

// Config gives the settings the space was learnt with.
func (s *Space) Config() Config { return s.config }

// Docs gives the number of training texts that hold feature j.
func (s *Space) Docs(j int32) int { return int(s.docs[j]) }

// Weight gives the weight of feature j.
func (s *Space) Weight(j int32) float32 { return s.weights[j] }

// Piece says whether feature j is a piece of a word.
func (s *Space) Piece(j int32) bool { return int(j) >= len(s.phrase) }

// Name gives feature j as people can read it: stems with spaces between; "last:"
// before a word of the last sentence; a piece of a word in brackets, with a blank
// for the edge of the word.
func (s *Space) Name(j int32) string {
	if s.Piece(j) {
		return "[" + pieceString(s.pieces.keys[int(j)-len(s.phrase)]) + "]"
	}
	return spell(s.phrases.keys, s.phrase[j], s.words.String)
}

// Transform gives the n×v matrix of the texts.
//
// Errors: ctx done.
func (s *Space) Transform(ctx context.Context, texts []string) (*sparse.CSR, error) {
	blocks := make([]*sparse.CSR, (len(texts)+chunkTexts-1)/chunkTexts)
	readers := make([]*Reader, parallel.Workers())
	parallel.Blocks(len(texts), chunkTexts, func(worker, from, until int) {
		if ctx.Err() != nil {
			return
		}
		if readers[worker] == nil {
			readers[worker] = s.Reader()
		}
		b := sparse.NewBuilder(s.Len())
		for _, t := range texts[from:until] {
			columns, values := readers[worker].Row(t)
			for k, j := range columns {
				b.Add(j, values[k])
			}
			b.EndRow()
		}
		blocks[from/chunkTexts] = b.Build()
	})
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("weighing the terms of %d texts: %w", len(texts), err)
	}
	return sparse.Stack(s.Len(), blocks), nil
}
