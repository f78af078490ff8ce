package search

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"psims/nlp/spelling"
	"psims/nlp/text"
)

// Find gives the texts that match, ascending. Cost: the number of texts with the
// question's words, and for phrases and nearness their length.
func (x *Index) Find(q Query) []int32 {
	if q.root == nil {
		return nil
	}
	return slices.Clone(x.eval(x.bind(q.root)))
}

// bound is a node with the words of this index that its leaves stand for.
type bound struct {
	op    op
	n     int
	words []int32
	parts []*bound
}

func (x *Index) bind(n *node) *bound {
	b := &bound{op: n.op, n: n.n}
	if n.op == leaf {
		b.words = x.matching(n)
	}
	for _, p := range n.parts {
		b.parts = append(b.parts, x.bind(p))
	}
	return b
}

// eval gives the texts that match a node, ascending. They may be the index's own
// list: whoever changes one makes a copy first.
func (x *Index) eval(n *bound) []int32 {
	switch n.op {
	case leaf:
		return x.having(n.words)
	case either:
		return x.either(n.parts)
	case not:
		out := x.eval(n.parts[0])
		for _, p := range n.parts[1:] {
			out = without(out, x.eval(p))
		}
		return out
	case both:
		return x.all(n.parts)
	}
	// Nearness within nearness is checked pair by pair.
	var out []int32
	for _, i := range x.all(n.parts) {
		if placed(n, x.text(i)) {
			out = append(out, i)
		}
	}
	return out
}

// all gives the texts that match every part. The shortest lists go first, so that
// the long ones are only looked into.
func (x *Index) all(parts []*bound) []int32 {
	lists := make([][]int32, len(parts))
	for k, p := range parts {
		if lists[k] = x.eval(p); len(lists[k]) == 0 {
			return nil
		}
	}
	slices.SortStableFunc(lists, func(a, b []int32) int { return cmp.Compare(len(a), len(b)) })
	out := lists[0]
	for _, l := range lists[1:] {
		out = intersection(out, l)
	}
	return out
}

// either gives the texts that match any part.
func (x *Index) either(parts []*bound) []int32 {
	lists := make([][]int32, len(parts))
	for k, p := range parts {
		lists[k] = x.eval(p)
	}
	return x.union(lists)
}

// matching gives the words that a leaf stands for, ascending.
func (x *Index) matching(n *node) []int32 {
	var out []int32
	switch {
	case n.wild:
		for w := range x.words.Len() {
			if strings.HasPrefix(x.words.String(int32(w)), n.word) {
				out = append(out, int32(w))
			}
		}
	case n.loose:
		most := 1
		if len(n.word) >= 8 {
			most = 2
		}
		for w := range x.words.Len() {
			if s := x.words.String(int32(w)); spelling.Distance(s, n.word, most) <= most {
				out = append(out, int32(w))
			}
		}
	default:
		if w := x.words.Lookup(n.word); w >= 0 {
			return x.groups[x.stem[w]]
		}
		if s := x.stems.Lookup(text.Stem(n.word)); s >= 0 {
			return x.groups[s]
		}
	}
	return out
}

// having gives the texts with any of the words, ascending.
func (x *Index) having(words []int32) []int32 {
	lists := make([][]int32, len(words))
	for k, w := range words {
		lists[k] = x.docs[x.from[w]:x.from[w+1]]
	}
	return x.union(lists)
}

// placed reports whether the words of a phrase follow one another somewhere, or
// those of a nearness stand close enough.
func placed(n *bound, tokens []int32) bool {
	if n.op != near {
		first := n.parts[0].words
		for at, w := range tokens {
			if among(first, w) && n.follows(tokens[at:]) {
				return true
			}
		}
		return false
	}
	if a, b := n.parts[0], n.parts[1]; a.op == leaf && b.op == leaf {
		return beside(a.words, b.words, tokens, n.n)
	}
	a, b := places(n.parts[0], tokens), places(n.parts[1], tokens)
	for _, p := range a {
		for _, q := range b {
			if p != q && p-q <= n.n && q-p <= n.n {
				return true
			}
		}
	}
	return false
}

// follows reports whether the words of a phrase begin a row of tokens.
func (n *bound) follows(tokens []int32) bool {
	if len(tokens) < len(n.parts) {
		return false
	}
	for k, p := range n.parts {
		if !among(p.words, tokens[k]) {
			return false
		}
	}
	return true
}

// beside reports whether a token of a and another of b stand at most so far apart.
func beside(a, b, tokens []int32, most int) bool {
	lastA, lastB := -most-1, -most-1
	for at, w := range tokens {
		isA, isB := among(a, w), among(b, w)
		if isA && at-lastB <= most || isB && at-lastA <= most {
			return true
		}
		if isA {
			lastA = at
		}
		if isB {
			lastB = at
		}
	}
	return false
}

// among reports whether a word is one of some, which are ascending. Most often it
// is one or two that are sought.
func among(words []int32, w int32) bool {
	if len(words) > 8 {
		return amongMany(words, w)
	}
	for _, v := range words {
		if v == w {
			return true
		}
	}
	return false
}

func amongMany(words []int32, w int32) bool {
	_, found := slices.BinarySearch(words, w)
	return found
}

// places gives where a leaf's words, or the words of a nearness, stand.
func places(n *bound, tokens []int32) []int {
	if n.op != leaf {
		var out []int
		for _, p := range n.parts {
			out = append(out, places(p, tokens)...)
		}
		return out
	}
	var out []int
	for at, w := range tokens {
		if among(n.words, w) {
			out = append(out, at)
		}
	}
	return out
}

// phrases gives where a phrase begins.
func phrases(n *bound, tokens []int32) []int {
	var out []int
	for at := range tokens {
		if n.follows(tokens[at:]) {
			out = append(out, at)
		}
	}
	return out
}

// Marks gives the places in text that answer the question, in order and without
// overlap, for the reader's eye.
func (x *Index) Marks(q Query, s string) []text.Span {
	if q.root == nil {
		return nil
	}
	found := text.Tokenise(nil, s)
	tokens := make([]int32, len(found))
	for k, t := range found {
		tokens[k] = x.words.Lookup(form(t.In(s))) // −1 matches nothing
	}
	marked := make([]bool, len(found))
	mark(x.bind(q.root), tokens, marked)
	var out []text.Span
	for k, t := range found {
		if !marked[k] {
			continue
		}
		if n := len(out); n > 0 && k > 0 && marked[k-1] && strings.TrimSpace(s[out[n-1].End:t.Start]) == "" {
			out[n-1].End = t.End
			continue
		}
		out = append(out, text.Span{Start: t.Start, End: t.End})
	}
	return out
}

func mark(n *bound, tokens []int32, marked []bool) {
	switch n.op {
	case leaf:
		for _, at := range places(n, tokens) {
			marked[at] = true
		}
	case phrase:
		for _, at := range phrases(n, tokens) {
			for k := range n.parts {
				marked[at+k] = true
			}
		}
	case not:
		mark(n.parts[0], tokens, marked)
	default:
		for _, p := range n.parts {
			mark(p, tokens, marked)
		}
	}
}

// union gives what is in any of the lists, ascending. Cost: what is in them, and a
// 64th of the texts when there are several.
func (x *Index) union(lists [][]int32) []int32 {
	lists = slices.DeleteFunc(lists, func(l []int32) bool { return len(l) == 0 })
	switch len(lists) {
	case 0:
		return nil
	case 1:
		return lists[0]
	}
	most := 0
	marked := make([]uint64, (x.Len()+63)/64)
	for _, l := range lists {
		most += len(l)
		for _, i := range l {
			marked[i/64] |= 1 << (i % 64)
		}
	}
	out := make([]int32, 0, min(most, x.Len()))
	for k, word := range marked {
		for ; word != 0; word &= word - 1 {
			out = append(out, int32(64*k+bits.TrailingZeros64(word)))
		}
	}
	return out
}

// intersection gives what is in both lists, of which a is the shorter. Where b is
// much longer, its places are sought by doubling steps instead of walked over.
func intersection(a, b []int32) []int32 {
	out := make([]int32, 0, len(a))
	const much = 8
	if len(b) >= much*len(a) {
		for _, v := range a {
			step := 1
			for step < len(b) && b[step] < v {
				step *= 2
			}
			at, found := slices.BinarySearch(b[step/2:min(step+1, len(b))], v)
			if b = b[step/2+at:]; found {
				out = append(out, v)
			}
		}
		return out
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			out = append(out, a[i])
			i++
			j++
		}
	}
	return out
}

// without gives what is in a and not in b.
func without(a, b []int32) []int32 {
	if len(b) == 0 {
		return a
	}
	out := make([]int32, 0, len(a))
	j := 0
	for _, v := range a {
		for j < len(b) && b[j] < v {
			j++
		}
		if j == len(b) || b[j] != v {
			out = append(out, v)
		}
	}
	return out
}
