// Package topic says what a group of documents is about: the terms that set it
// apart from all other documents, and the documents that are most typical of it.
package topic

import (
	"cmp"
	"math"
	"slices"

	"psims/internal/parallel"
	"psims/models/cluster"
	"psims/nlp/sparse"
)

// Topic describes one group.
type Topic struct {
	Terms     []int32   // columns of the term matrix, most distinguishing first
	Weights   []float64 // of each term: see Describe
	Exemplars []int32   // see [Exemplars]
}

// Config are the settings of a description.
type Config struct {
	Terms     int // terms of each topic
	Exemplars int // exemplars of each topic
	MinCount  int // a term counts when at least so many of the group's documents hold it
}

// Default gives 12 terms and 5 exemplars.
func Default() Config { return Config{Terms: 12, Exemplars: 5, MinCount: 3} }

// Describe describes every group. x is the n×v matrix of term counts.
//
// A term's weight is the signed root of the log-likelihood ratio of its document
// frequency inside and outside the group, for terms more frequent inside.
//
// Source: Dunning (1993), Accurate methods for the statistics of surprise and
// coincidence.
// Panics if g was made of another number of documents.
func Describe(x *sparse.CSR, g *cluster.Grouping, c Config) []Topic {
	if x.Rows() != len(g.Of) {
		panic("topic: the grouping is of other documents")
	}
	total := make([]int32, x.Cols)
	members := make([][]int32, g.Groups)
	for i, j := range g.Of {
		cols, _ := x.Row(i)
		for _, t := range cols {
			total[t]++
		}
		if j != cluster.None {
			members[j] = append(members[j], int32(i))
		}
	}
	topics := make([]Topic, g.Groups)
	parallel.Blocks(g.Groups, 1, func(_, from, until int) {
		for j := from; j < until; j++ {
			topics[j] = describe(x, g, members[j], total, c)
		}
	})
	return topics
}

func describe(x *sparse.CSR, g *cluster.Grouping, members []int32, total []int32, c Config) Topic {
	inside := map[int32]int32{}
	for _, i := range members {
		cols, _ := x.Row(int(i))
		for _, t := range cols {
			inside[t]++
		}
	}
	n, m := float64(x.Rows()), float64(len(members))
	type weighted struct {
		term   int32
		weight float64
	}
	var terms []weighted
	for t, a := range inside {
		b := float64(total[t] - a)
		if int(a) < c.MinCount || float64(a)*(n-m) <= b*m {
			continue
		}
		terms = append(terms, weighted{t, math.Sqrt(likelihoodRatio(float64(a), m, b, n-m))})
	}
	slices.SortFunc(terms, func(a, b weighted) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.term, b.term))
	})
	var out Topic
	for _, t := range terms[:min(len(terms), c.Terms)] {
		out.Terms = append(out.Terms, t.term)
		out.Weights = append(out.Weights, t.weight)
	}
	out.Exemplars = exemplars(x, g.Likeness, members, c.Exemplars)
	return out
}

// likelihoodRatio gives −2 ln of the likelihood ratio of a of m against b of n.
func likelihoodRatio(a, m, b, n float64) float64 {
	p := (a + b) / (m + n)
	part := func(k, n, q float64) float64 {
		if k == 0 {
			return 0
		}
		return k * math.Log(k/(n*q))
	}
	return max(0, 2*(part(a, m, p)+part(m-a, m, 1-p)+part(b, n, p)+part(n-b, n, 1-p)))
}
