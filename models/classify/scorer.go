package classify

import (
	"fmt"
	"sync"

	"psims/models/linear"
	"psims/nlp/features"
	"psims/nlp/sparse"
)

// scorer gives texts the scores of k machines. It does not change but for the
// readers it keeps warm; any number of goroutines may use one.
type scorer struct {
	space   *features.Space
	machine *linear.Model
	readers sync.Pool
}

// Names gives the k labels, by number; it must not be written to.
func (s *scorer) Names() []string { return s.machine.Names() }

// Space gives the features.
func (s *scorer) Space() *features.Space { return s.space }

// worker is what one goroutine needs.
type worker struct {
	reader          *features.Reader
	scores, scratch []float32
}

func (s *scorer) worker(width int) *worker {
	reader, ok := s.readers.Get().(*features.Reader)
	if !ok {
		reader = s.space.Reader()
	}
	return &worker{reader, s.machine.Scratch(), make([]float32, width)}
}

func (s *scorer) release(w *worker) { s.readers.Put(w.reader) }

// score gives the k scores of one text, the worker's own until the next call.
func (s *scorer) score(w *worker, text string) []float32 {
	columns, values := w.reader.Row(text)
	return s.machine.Row(w.scores, columns, values)
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
