package features

import (
	"math"

	"psims/nlp/text"
)

// Reader turns texts into rows of a [Space], one after the other, without
// allocating once it has seen the usual words. Use one for each goroutine.
type Reader struct {
	space    *Space
	analyser *text.Analyser
	terms    []text.Term
	counts   []int32 // by column, all 0 between rows
	columns  []int32
	values   []float32
	pieces   *pieceReader
}

// Reader gives a new reader of the space.
func (s *Space) Reader() *Reader {
	r := &Reader{space: s, analyser: text.NewFrozenAnalyser(s.config.Terms.Text, &s.words), counts: make([]int32, s.Len())}
	if s.config.Pieces.Max > 0 {
		r.pieces = new(pieceReader)
	}
	return r
}

// Row gives the row of one text: its columns, in the order in which the text
// comes to them, and their values. Both are the reader's own until the next call.
func (r *Reader) Row(s string) (columns []int32, values []float32) {
	r.columns, r.values = r.columns[:0], r.values[:0]
	r.terms = r.analyser.Terms(r.terms[:0], s)
	r.words()
	r.weigh(0, 1)
	if r.pieces != nil {
		from := len(r.columns)
		r.countPieces(s)
		r.weigh(from, float32(r.space.config.Pieces.Scale))
	}
	return r.columns, r.values
}

// words counts the words and phrases of r.terms.
func (r *Reader) words() {
	s := r.space
	longest := int32(s.config.Terms.Words)
	across := s.config.Terms.AcrossSentences
	var before [5]int32
	width := int32(0)
	for i := range r.terms {
		t := &r.terms[i]
		if t.ID < 0 { // an unknown word is in no phrase
			width = 0
			continue
		}
		if t.First && !across || t.Break && !t.First {
			width = 0
		}
		here := [5]int32{s.single[t.ID]}
		r.count(here[0])
		for n := int32(1); n < longest && n <= width; n++ {
			here[n] = -1
			if before[n-1] >= 0 {
				if here[n] = s.phrases.lookup(phraseKey(before[n-1], t.ID)); here[n] >= 0 {
					r.count(here[n])
				}
			}
		}
		before = here
		width++
	}
	if !s.config.Terms.LastSentence {
		return
	}
	for i := lastSentence(r.terms); i < len(r.terms); i++ {
		if id := r.terms[i].ID; id >= 0 && s.last[id] >= 0 {
			r.count(s.last[id])
		}
	}
}

func (r *Reader) count(phrase int32) {
	if j := r.space.column[phrase]; j >= 0 {
		if r.counts[j] == 0 {
			r.columns = append(r.columns, j)
		}
		r.counts[j]++
	}
}

// logs holds 1+ln tf.
var logs = func() (t [64]float32) {
	for tf := 1; tf < len(t); tf++ {
		t[tf] = float32(1 + math.Log(float64(tf)))
	}
	return t
}()

// weigh makes values of the counts of the columns from the given place on, and
// scales them to the given length.
func (r *Reader) weigh(from int, length float32) {
	var sum float32
	for _, j := range r.columns[from:] {
		tf := r.counts[j]
		r.counts[j] = 0
		value := r.space.weights[j]
		if tf < int32(len(logs)) {
			value *= logs[tf]
		} else {
			value *= float32(1 + math.Log(float64(tf)))
		}
		r.values = append(r.values, value)
		sum += value * value
	}
	if sum == 0 {
		return
	}
	scale := length / float32(math.Sqrt(float64(sum)))
	for k := range r.values[from:] {
		r.values[from+k] *= scale
	}
}
