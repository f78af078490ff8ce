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
	sums     []float32 // by column, all 0 between rows
}

// Reader gives a new reader of the space.
func (s *Space) Reader() *Reader {
	r := &Reader{space: s, analyser: text.NewFrozenAnalyser(s.config.Terms.Text, &s.words), counts: make([]int32, s.Len())}
	if s.config.Pieces.Max > 0 {
		r.pieces = new(pieceReader)
		r.sums = make([]float32, s.Len())
	}
	return r
}

// Row gives the row of one text: its columns, in the order in which the text
// comes to them, and their values. Both are the reader's own until the next call.
func (r *Reader) Row(s string) (columns []int32, values []float32) {
	p := r.Parts(s)
	if len(p.Fields) == 0 {
		return r.columns, r.values
	}
	from := len(r.columns)
	for _, f := range p.Fields {
		columns, values := r.pieces.field(f)
		for k, j := range columns {
			if r.sums[j] == 0 {
				r.columns = append(r.columns, j)
			}
			r.sums[j] += values[k]
		}
	}
	for _, j := range r.columns[from:] {
		r.values = append(r.values, r.sums[j]*p.Share)
		r.sums[j] = 0
	}
	return r.columns, r.values
}

// Parts is a row of which the pieces are not added up: words and phrases as
// columns with values, then the distinct fields (stretches without white space) by
// the reader's own numbers, whose pieces [Reader.Field] gives. The row is that of
// the words plus Share times the sum of the fields'.
//
// A model that is linear in the row can so remember what each field comes to.
type Parts struct {
	Columns []int32
	Values  []float32
	Fields  []int32
	Share   float32
	Forgot  bool // the reader has forgotten all fields it knew before: numbers begin anew
}

// Parts gives the parts of one text, the reader's own until the next call.
func (r *Reader) Parts(s string) Parts {
	r.columns, r.values = r.columns[:0], r.values[:0]
	r.terms = r.analyser.Terms(r.terms[:0], s)
	r.words()
	r.weigh()
	p := Parts{Columns: r.columns, Values: r.values}
	if r.pieces != nil {
		p.Share, p.Forgot = r.readFields(s)
		p.Fields = r.pieces.distinct
	}
	return p
}

// Fields gives how many fields the reader knows; they are numbered from 0.
func (r *Reader) Fields() int { return len(r.pieces.ends) }

// Field gives the columns of the pieces of field f and their values, the reader's
// own until the next call of Row or Parts.
func (r *Reader) Field(f int32) (columns []int32, values []float32) { return r.pieces.field(f) }

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

// weigh makes values of the counts of the columns and scales them to length 1.
func (r *Reader) weigh() {
	var sum float32
	for _, j := range r.columns {
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
	scale := 1 / float32(math.Sqrt(float64(sum)))
	for k := range r.values {
		r.values[k] *= scale
	}
}
