package search

import (
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
	return x.eval(x.bind(q.root))
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

func (x *Index) eval(n *bound) []int32 {
	switch n.op {
	case leaf:
		return x.having(n.words)
	case either:
		var out []int32
		for _, p := range n.parts {
			out = union(out, x.eval(p))
		}
		return out
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
	return slices.DeleteFunc(x.all(n.parts), func(i int32) bool { return !placed(n, x.text(i)) })
}

func (x *Index) all(parts []*bound) []int32 {
	out := x.eval(parts[0])
	for _, p := range parts[1:] {
		if len(out) == 0 {
			return nil
		}
		out = intersection(out, x.eval(p))
	}
	return out
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
	switch len(words) {
	case 0:
		return nil
	case 1:
		return slices.Clone(x.docs[x.from[words[0]]:x.from[words[0]+1]])
	}
	var out []int32
	for _, w := range words {
		out = append(out, x.docs[x.from[w]:x.from[w+1]]...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// placed reports whether the words of a phrase follow one another somewhere, or
// those of a nearness stand close enough.
func placed(n *bound, tokens []int32) bool {
	if n.op == near {
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
	return len(phrases(n, tokens)) > 0
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
		if _, ok := slices.BinarySearch(n.words, w); ok {
			out = append(out, at)
		}
	}
	return out
}

// phrases gives where a phrase begins.
func phrases(n *bound, tokens []int32) []int {
	out := places(n.parts[0], tokens)
	for k, p := range n.parts[1:] {
		next := places(p, tokens)
		out = slices.DeleteFunc(out, func(at int) bool { return !slices.Contains(next, at+k+1) })
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

func union(a, b []int32) []int32 {
	out := append(slices.Clone(a), b...)
	slices.Sort(out)
	return slices.Compact(out)
}

func intersection(a, b []int32) []int32 {
	out := a[:0:0]
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

func without(a, b []int32) []int32 {
	return slices.DeleteFunc(slices.Clone(a), func(v int32) bool {
		_, found := slices.BinarySearch(b, v)
		return found
	})
}
