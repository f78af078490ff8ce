package features

import (
	"math"
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
	fields   text.Dictionary
	ends     []int32 // by field: where its pieces end in columns and values
	columns  []int32
	values   []float32 // how often the field has the piece, times the piece's weight
	squares  []float32 // by field: the squared length of its values
	keys     []uint64
	seen     []int32 // by field: the last text that held it
	text     int32   // number of the text being read, from 1
	distinct []int32 // the fields of the text being read, each once
}

// pieceMemory bounds the fields a reader remembers: about 60 MB of pieces.
const pieceMemory = 1 << 17

// readFields lists the distinct fields of s and gives what their values are
// multiplied by. It says whether it forgot all fields before.
func (r *Reader) readFields(s string) (share float32, forgot bool) {
	p := r.pieces
	if p.fields.Len() > pieceMemory || p.text == math.MaxInt32 {
		*p = pieceReader{ends: p.ends[:0], columns: p.columns[:0], values: p.values[:0], squares: p.squares[:0], keys: p.keys, seen: p.seen[:0], distinct: p.distinct}
		forgot = true
	}
	p.text++
	p.distinct = p.distinct[:0]
	var sum float32
	fields(s, func(field string) {
		f := p.fields.Intern(field)
		if int(f) == len(p.ends) {
			r.learn(field)
		}
		if p.seen[f] != p.text {
			p.seen[f] = p.text
			p.distinct = append(p.distinct, f)
			sum += p.squares[f]
		}
	})
	if sum == 0 {
		return 0, forgot
	}
	return float32(r.space.config.Pieces.Scale) / float32(math.Sqrt(float64(sum))), forgot
}

// learn remembers the pieces of the next field.
func (r *Reader) learn(field string) {
	p := r.pieces
	p.keys = pieceKeys(p.keys[:0], field, r.space.config.Pieces)
	from := len(p.columns)
	for _, key := range p.keys {
		id := r.space.pieces.lookup(key)
		if id < 0 {
			continue
		}
		j := int32(len(r.space.phrase)) + id
		if r.counts[j] == 0 {
			p.columns = append(p.columns, j)
		}
		r.counts[j]++
	}
	var square float32
	for _, j := range p.columns[from:] {
		value := float32(r.counts[j]) * r.space.weights[j]
		r.counts[j] = 0
		p.values = append(p.values, value)
		square += value * value
	}
	p.ends, p.squares, p.seen = append(p.ends, int32(len(p.columns))), append(p.squares, square), append(p.seen, 0)
}

// field gives the columns of a field's pieces and their values.
func (p *pieceReader) field(f int32) (columns []int32, values []float32) {
	from := int32(0)
	if f > 0 {
		from = p.ends[f-1]
	}
	return p.columns[from:p.ends[f]], p.values[from:p.ends[f]]
}
