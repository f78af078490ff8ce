package features

import (
	"slices"
	"strings"
	"unicode/utf8"

	"psims/nlp/text"
)

// fields calls visit with each stretch of s that has no white space in it.
func fields(s string, visit func(field string)) {
	start := -1
	for i := range len(s) {
		if c := s[i]; c == ' ' || c >= '\t' && c <= '\r' {
			if start >= 0 {
				visit(s[start:i])
				start = -1
			}
		} else if start < 0 {
			start = i
		}
	}
	if start >= 0 {
		visit(s[start:])
	}
}

// pieceForm gives the characters of a field that pieces are made of: lower case,
// punctuation as it is, 0 for every digit, so that no identifier is remembered, ?
// for each letter beyond ASCII, a blank on either side.
func pieceForm(field string) string {
	var b strings.Builder
	b.WriteByte(' ')
	for _, r := range field {
		switch {
		case r >= 'A' && r <= 'Z':
			b.WriteByte(byte(r) + 'a' - 'A')
		case r >= '0' && r <= '9':
			b.WriteByte('0')
		case r >= utf8.RuneSelf:
			b.WriteByte('?')
		case r == 0:
			b.WriteByte(' ') // a key has no zero byte
		default:
			b.WriteByte(byte(r))
		}
	}
	b.WriteByte(' ')
	return b.String()
}

// pieceKeys appends the keys of the pieces of a field: every run of min to max
// characters of its form, up to the length of the whole, which comes once. A key
// is the bytes of the piece, so it can be read back.
func pieceKeys(dst []uint64, field string, p Pieces) []uint64 {
	form := pieceForm(field)
	for n := min(p.Min, len(form)); n <= min(p.Max, len(form)); n++ {
		for from := 0; from+n <= len(form); from++ {
			key := uint64(0)
			for _, c := range []byte(form[from : from+n]) {
				key = key<<8 | uint64(c)
			}
			dst = append(dst, key)
		}
	}
	return dst
}

func pieceString(key uint64) string {
	var b [8]byte
	i := len(b)
	for ; key > 0; key >>= 8 {
		i--
		b[i] = byte(key)
	}
	return string(b[i:])
}

// pieceCount holds which distinct fields each text has, and which pieces each field has.
type pieceCount struct {
	keys   table
	lists  [][]int32 // by field: its pieces, each once
	bounds []int64   // by text: where its fields are in fields
	fields []int32
	seen   []int32 // by piece: which text last held it, plus 1
}

func countPieces(texts []string, p Pieces) *pieceCount {
	c := &pieceCount{bounds: make([]int64, 1, len(texts)+1)}
	var dictionary text.Dictionary
	var keys []uint64
	for _, t := range texts {
		from := len(c.fields)
		fields(t, func(field string) {
			f := dictionary.Intern(field)
			c.fields = append(c.fields, f)
			if int(f) < len(c.lists) {
				return
			}
			var list []int32
			keys = pieceKeys(keys[:0], field, p)
			for _, key := range keys {
				id, _ := c.keys.intern(key)
				list = append(list, id)
			}
			slices.Sort(list)
			c.lists = append(c.lists, slices.Compact(list))
		})
		slices.Sort(c.fields[from:])
		c.fields = c.fields[:from+len(slices.Compact(c.fields[from:]))]
		c.bounds = append(c.bounds, int64(len(c.fields)))
	}
	c.seen = make([]int32, len(c.keys.keys))
	return c
}

// each calls visit with every text and each piece that it holds.
func (c *pieceCount) each(visit func(i int, id int32)) {
	clear(c.seen)
	for i := range len(c.bounds) - 1 {
		for _, f := range c.fields[c.bounds[i]:c.bounds[i+1]] {
			for _, id := range c.lists[f] {
				if c.seen[id] != int32(i)+1 {
					c.seen[id] = int32(i) + 1
					visit(i, id)
				}
			}
		}
	}
}

// keepPieces makes columns of the pieces that occur in enough texts.
func (s *Space) keepPieces(texts []string, y Labels) {
	all := countPieces(texts, s.config.Pieces)
	docs := make([]int32, len(all.keys.keys))
	all.each(func(_ int, id int32) { docs[id]++ })
	kept, place := keep(docs, s.config.Pieces.MinDocs, 0)
	keptDocs := make([]int32, len(kept))
	for p, id := range kept {
		keptDocs[p] = docs[id]
		s.pieces.intern(all.keys.keys[id])
	}
	c := s.config
	c.IDF = true
	w := newWeigher(s.texts, y, c, c.Pieces.Divergence)
	weights := weigh(w, keptDocs, func(classes []int32) {
		if w.prior == nil {
			return
		}
		all.each(func(i int, id int32) {
			if p := place[id]; p >= 0 {
				for _, c := range y.Row(i) {
					classes[int(p)*len(w.prior)+int(c)]++
				}
			}
		})
	})
	s.docs, s.weights = append(s.docs, keptDocs...), append(s.weights, weights...)
}

// pieceReader remembers, for a [Reader], the pieces of each field it has met.
type pieceReader struct {
	fields  text.Dictionary
	ends    []int32 // by field: where its pieces end in columns
	columns []int32
	keys    []uint64
}

// pieceMemory bounds the fields a reader remembers: about 30 MB of pieces.
const pieceMemory = 1 << 17

// countPieces counts the pieces of the fields of s.
func (r *Reader) countPieces(s string) {
	p := r.pieces
	if p.fields.Len() > pieceMemory {
		*p = pieceReader{columns: p.columns[:0], ends: p.ends[:0], keys: p.keys}
	}
	fields(s, func(field string) {
		f := p.fields.Intern(field)
		if int(f) == len(p.ends) {
			r.learn(field)
		}
		from := int32(0)
		if f > 0 {
			from = p.ends[f-1]
		}
		for _, j := range p.columns[from:p.ends[f]] {
			if r.counts[j] == 0 {
				r.columns = append(r.columns, j)
			}
			r.counts[j]++
		}
	})
}

// learn remembers the pieces of the next field.
func (r *Reader) learn(field string) {
	p := r.pieces
	p.keys = pieceKeys(p.keys[:0], field, r.space.config.Pieces)
	for _, key := range p.keys {
		if id := r.space.pieces.lookup(key); id >= 0 {
			p.columns = append(p.columns, int32(len(r.space.phrase))+id)
		}
	}
	p.ends = append(p.ends, int32(len(p.columns)))
}
