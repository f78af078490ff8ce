package features

import (
	"context"
	"encoding/binary"
	"fmt"

	"psims/nlp/text"
)

// Order keeps the words of n texts in the order in which they stand, those without
// content and figures among them. Words are numbered from 1 in the order in which they
// first appear, so that those of a prefix of the texts are a prefix; 0 is the end of a
// sentence. It is read-only and takes about half as much memory as the texts.
type Order struct {
	term   []int32 // by word: the term it is, −1 for none
	bytes  []byte  // by text, its words as varints
	bounds []int64
}

// Order reads the words of texts, of which those that are terms of t are known as
// such. One pass over the texts. Errors: ctx done.
func (t *Terms) Order(ctx context.Context, texts []string) (*Order, error) {
	analyser := text.NewAnalyser(text.Config{Abbreviations: text.NHSAbbreviations(), Stem: true, Figures: text.MaskFigures})
	o := &Order{bounds: make([]int64, 1, len(texts)+1), term: []int32{-1}}
	var terms []text.Term
	for i, s := range texts {
		if i%chunkTexts == 0 && ctx.Err() != nil {
			return nil, fmt.Errorf("reading the order of words in %d texts: %w", len(texts), ctx.Err())
		}
		terms = analyser.Terms(terms[:0], s)
		for k, x := range terms {
			if x.Break && k > 0 {
				o.bytes = append(o.bytes, 0)
			}
			for int(x.ID) >= len(o.term)-1 {
				o.term = append(o.term, t.Lookup(analyser.Dictionary().String(int32(len(o.term)-1))))
			}
			o.bytes = binary.AppendUvarint(o.bytes, uint64(x.ID+1))
		}
		o.bounds = append(o.bounds, int64(len(o.bytes)))
	}
	return o, nil
}

// Texts gives the number of texts.
func (o *Order) Texts() int { return len(o.bounds) - 1 }

// Words gives one more than the highest number of a word.
func (o *Order) Words() int { return len(o.term) }

// Term gives the term that a word is, or −1.
func (o *Order) Term(word int32) int32 { return o.term[word] }

// Row appends the words of text i to dst.
func (o *Order) Row(dst []int32, i int) []int32 {
	for b := o.bytes[o.bounds[i]:o.bounds[i+1]]; len(b) > 0; {
		if b[0] < 0x80 {
			dst, b = append(dst, int32(b[0])), b[1:]
			continue
		}
		w, n := binary.Uvarint(b)
		dst, b = append(dst, int32(w)), b[n:]
	}
	return dst
}
