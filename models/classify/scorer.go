package classify

import (
	"fmt"
	"sync"

	"psims/internal/parallel"
	"psims/models/linear"
	"psims/nlp/features"
	"psims/nlp/text"
)

// scorer gives texts the scores of k machines. It does not change but for the
// workers it keeps warm; any number of goroutines may use one.
type scorer struct {
	space     *features.Space
	machine   *linear.Model
	passages  bool // look at sentences and clauses by themselves too
	strongest bool // give, after the scores, what the strongest single word says for each label
	workers   sync.Pool
}

// Names gives the k labels, by number; it must not be written to.
func (s *scorer) Names() []string { return s.machine.Names() }

// Space gives the features.
func (s *scorer) Space() *features.Space { return s.space }

// worker is what one goroutine needs.
type worker struct {
	reader          *features.Reader
	parts           features.Parts
	memo            *linear.Memo // what the pieces of each of the reader's fields come to
	shares          []float32
	scores, scratch []float32

	spans     []text.Span
	sum, best []float32
	inputs    []float32
}

func (s *scorer) worker(width int) *worker {
	w, ok := s.workers.Get().(*worker)
	if !ok {
		w = &worker{reader: s.space.Reader(), memo: s.machine.Memo(), scores: s.machine.Scratch(), sum: s.machine.Scratch(), best: s.machine.Scratch()}
	}
	if len(w.scratch) < width {
		w.scratch = make([]float32, width)
	}
	return w
}

func (s *scorer) release(w *worker) { s.workers.Put(w) }

// width is how many numbers score gives.
func (s *scorer) width() int {
	if s.strongest {
		return 2 * len(s.Names())
	}
	return len(s.Names())
}

// score gives what there is to say of the k labels for one text, the worker's own
// until the next call: the scores, and for the strongest single word or phrase the k
// numbers of [linear.Model.Strongest]. They tell a text that speaks plainly for two
// labels from one that whispers of both. They do not depend on what the worker has
// seen before.
func (s *scorer) score(w *worker, t string) []float32 {
	scores := s.whole(w, t)
	switch {
	case s.passages:
		return s.closely(w, t, scores)
	case s.strongest:
		w.inputs = append(w.inputs[:0], scores...)
		w.inputs = append(w.inputs, s.machine.Strongest(w.best, w.parts.Columns, w.parts.Values)...)
		return w.inputs
	}
	return scores
}

// closely gives the mean of the score of the whole text, that of its best sentence
// and that of its best clause, label by label: one sentence of six can be all that a
// label is about.
func (s *scorer) closely(w *worker, t string, whole []float32) []float32 {
	sum, best := w.sum[:len(whole)], w.best[:len(whole)]
	copy(sum, whole)
	for _, cut := range [...]func([]text.Span, string) []text.Span{text.Sentences, text.Clauses} {
		w.spans = cut(w.spans[:0], t)
		for i, span := range w.spans {
			scores := s.whole(w, span.In(t))
			if i == 0 {
				copy(best, scores)
			}
			for c, v := range scores {
				best[c] = max(best[c], v)
			}
		}
		if len(w.spans) == 0 {
			copy(best, whole) // it has no token at all
		}
		for c, v := range best {
			sum[c] += v
		}
	}
	for c := range sum {
		sum[c] /= 3
	}
	return sum
}

// whole gives the scores of one stretch of text, in w.scores.
func (s *scorer) whole(w *worker, t string) []float32 {
	w.parts = w.reader.Parts(t)
	p := &w.parts
	scores := s.machine.Row(w.scores, p.Columns, p.Values)
	if len(p.Fields) == 0 {
		return scores
	}
	if p.Forgot {
		w.memo.Forget()
	}
	for w.memo.Len() < w.reader.Fields() {
		w.memo.Learn(w.reader.Field(int32(w.memo.Len())))
	}
	for len(w.shares) < len(p.Fields) {
		w.shares = append(w.shares, 0)
	}
	shares := w.shares[:len(p.Fields)]
	for i := range shares {
		shares[i] = p.Share
	}
	w.memo.Add(w.scores, p.Fields, shares)
	return scores
}

// blockTexts is how many texts a goroutine takes at a time.
const blockTexts = 128

// each calls visit with the scores of each text and scratch room of the given
// width, on several goroutines.
func (s *scorer) each(texts []string, width int, visit func(i int, scores, scratch []float32)) {
	workers := make([]*worker, parallel.Workers())
	parallel.Blocks(len(texts), blockTexts, func(at, from, until int) {
		if workers[at] == nil {
			workers[at] = s.worker(width)
		}
		w := workers[at]
		for i := from; i < until; i++ {
			visit(i, s.score(w, texts[i]), w.scratch)
		}
	})
	for _, w := range workers {
		if w != nil {
			s.release(w)
		}
	}
}

// room gives dst, or room for the k numbers of each text if it is nil.
func (s *scorer) room(dst []float32, texts []string) []float32 {
	k := len(s.Names())
	if dst == nil {
		return make([]float32, len(texts)*k)
	}
	if len(dst) != len(texts)*k {
		panic(fmt.Sprintf("classify: %d numbers for %d texts of %d labels", len(dst), len(texts), k))
	}
	return dst
}

// all gives what score says of each text, row by row.
func (s *scorer) all(texts []string) []float32 {
	d := s.width()
	dst := make([]float32, len(texts)*d)
	s.each(texts, 0, func(i int, scores, _ []float32) { copy(dst[i*d:], scores) })
	return dst
}
