// Package search answers "which narratives tell of this?": texts go in once, and a
// question of words, phrases, nearness and their combinations gives the texts that
// match, with the places to mark; a text gives those that are most like it.
//
// Words match whatever their ending (pump finds pumps and pumping). The index
// holds every text as numbers of its words, so phrases and nearness are checked on
// the texts themselves and nothing else needs to be stored.
package search

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"psims/nlp/text"
)

// Index is a collection of texts that can be searched. It is read-only once made,
// and safe for many goroutines.
type Index struct {
	words  text.Dictionary
	stem   []int32 // of each word, as the number of a stem
	stems  text.Dictionary
	groups [][]int32 // words of each stem, ascending

	start  []int32 // of each text in tokens; one more than there are texts
	tokens []int32 // words of all texts, one text after the other

	from []int32 // of each word in docs
	docs []int32 // texts that have the word, ascending
	held []int32 // how many texts have a word of each stem
	norm []float32
}

// New indexes texts. Cost: about a second a million words, and 8 bytes of memory a word.
//
// Panics if there are 2³¹ words or more.
func New(texts []string) *Index {
	x := &Index{start: make([]int32, 1, len(texts)+1)}
	var buf []text.Token
	for _, s := range texts {
		buf = text.Tokenise(buf[:0], s)
		for _, t := range buf {
			x.tokens = append(x.tokens, x.word(form(t.In(s)), t.Kind))
		}
		if len(x.tokens) > math.MaxInt32 {
			panic("search: 2³¹ words")
		}
		x.start = append(x.start, int32(len(x.tokens)))
	}
	x.groups = make([][]int32, x.stems.Len())
	for w, s := range x.stem {
		x.groups[s] = append(x.groups[s], int32(w))
	}
	x.post()
	x.weigh()
	return x
}

// form is the form in which a token is kept: folded, and without the space that a
// dose or a date may have in it.
func form(token string) string {
	f := text.Fold(token)
	if strings.ContainsAny(f, " \u00a0") {
		f = strings.Join(strings.Fields(f), "")
	}
	return f
}

func (x *Index) word(folded string, kind text.Kind) int32 {
	w := x.words.Intern(folded)
	if int(w) == len(x.stem) {
		s := folded
		if kind == text.Word {
			s = text.Stem(folded)
		}
		x.stem = append(x.stem, x.stems.Intern(s))
	}
	return w
}

// Len gives the number of texts.
func (x *Index) Len() int { return len(x.start) - 1 }

func (x *Index) text(i int32) []int32 { return x.tokens[x.start[i]:x.start[i+1]] }

// post notes for each word which texts have it.
func (x *Index) post() {
	last := make([]int32, x.words.Len()) // text+1 in which the word was last seen
	x.from = make([]int32, x.words.Len()+1)
	x.each(last, func(w, _ int32) { x.from[w+1]++ })
	for w := range x.words.Len() {
		x.from[w+1] += x.from[w]
	}
	x.docs = make([]int32, x.from[x.words.Len()])
	at := slices.Clone(x.from)
	clear(last)
	x.each(last, func(w, i int32) {
		x.docs[at[w]] = i
		at[w]++
	})
}

// each visits every text's words, each once a text.
func (x *Index) each(last []int32, visit func(word, doc int32)) {
	for i := range int32(x.Len()) {
		for _, w := range x.text(i) {
			if last[w] != i+1 {
				last[w] = i + 1
				visit(w, i)
			}
		}
	}
}

// weigh works out how telling each stem is and how long each text is.
func (x *Index) weigh() {
	x.held = make([]int32, x.stems.Len())
	x.norm = make([]float32, x.Len())
	last := make([]int32, x.stems.Len())
	visit := func(do func(i, s int32)) {
		clear(last)
		for i := range int32(x.Len()) {
			for _, w := range x.text(i) {
				if s := x.stem[w]; last[s] != i+1 {
					last[s] = i + 1
					do(i, s)
				}
			}
		}
	}
	visit(func(_, s int32) { x.held[s]++ })
	visit(func(i, s int32) {
		v := x.idf(s)
		x.norm[i] += float32(v * v)
	})
	for i, v := range x.norm {
		x.norm[i] = float32(math.Sqrt(float64(v)))
	}
}

func (x *Index) idf(stem int32) float64 {
	return math.Log(float64(x.Len()+1) / float64(x.held[stem]+1))
}

// Alike is a text and how like another it is, from 0 to 1.
type Alike struct {
	Doc   int32
	Score float64
}

// How many of a text's most telling stems candidates are sought by, and the share
// of all texts above which a stem tells too little to seek by.
const (
	seekStems = 16
	seekShare = 0.05
)

// Like gives up to n texts of those that may be seen that are most like text i,
// the likest first: by the cosine of their words, each counted once and weighted by
// how rare it is, over those that share one of its telling words.
func (x *Index) Like(i int32, n int, may func(doc int32) bool) []Alike {
	seen := map[int32]bool{}
	var own []int32
	for _, w := range x.text(i) {
		if s := x.stem[w]; !seen[s] {
			seen[s] = true
			own = append(own, s)
		}
	}
	slices.SortFunc(own, func(a, b int32) int { return cmp.Or(cmp.Compare(x.held[a], x.held[b]), cmp.Compare(a, b)) })
	score := map[int32]float64{}
	for k, s := range own {
		seek := k < seekStems && float64(x.held[s]) <= max(8, seekShare*float64(x.Len()))
		if !seek {
			break // the others are commoner still
		}
		for _, w := range x.groups[s] {
			for _, d := range x.docs[x.from[w]:x.from[w+1]] {
				if d != i && may(d) {
					score[d] = 0
				}
			}
		}
	}
	out := make([]Alike, 0, len(score))
	last := map[int32]bool{}
	for d := range score {
		sum := 0.0
		clear(last)
		for _, w := range x.text(d) {
			if s := x.stem[w]; seen[s] && !last[s] {
				last[s] = true
				v := x.idf(s)
				sum += v * v
			}
		}
		out = append(out, Alike{d, sum / (float64(x.norm[i]) * float64(x.norm[d]))})
	}
	slices.SortFunc(out, func(a, b Alike) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Doc, b.Doc)) })
	return out[:min(n, len(out))]
}
