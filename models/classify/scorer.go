package classify

import (
	"fmt"
	"sync"

	"psims/models/linear"
	"psims/nlp/features"
	"psims/nlp/sparse"
)

// scorer gives texts the scores of k machines. It does not change but for the
// workers it keeps warm; any number of goroutines may use one.
type scorer struct {
	space   *features.Space
	machine *linear.Model
	workers sync.Pool
}

// Names gives the k labels, by number; it must not be written to.
func (s *scorer) Names() []string { return s.machine.Names() }

// Space gives the features.
func (s *scorer) Space() *features.Space { return s.space }

// worker is what one goroutine needs.
type worker struct {
	reader          *features.Reader
	memo            *linear.Memo // what the pieces of each of the reader's fields come to
	shares          []float32
	scores, scratch []float32
}

func (s *scorer) worker(width int) *worker {
	w, ok := s.workers.Get().(*worker)
	if !ok {
		w = &worker{reader: s.space.Reader(), memo: s.machine.Memo(), scores: s.machine.Scratch(), scratch: make([]float32, width)}
	}
	return w
}

func (s *scorer) release(w *worker) { s.workers.Put(w) }

// score gives the k scores of one text, the worker's own until the next call. They
// do not depend on what the worker has seen before.
func (s *scorer) score(w *worker, text string) []float32 {
	p := w.reader.Parts(text)
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
	workers := make([]*worker, sparse.Workers())
	sparse.EachBlock(len(texts), blockTexts, func(at, from, until int) {
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
