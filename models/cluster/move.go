package cluster

import (
	"context"
	"fmt"
	"math"

	"psims/internal/parallel"
	"psims/models/linear"
	"psims/nlp/sparse"
)

// Refine moves centres that are known from before to where their points are now:
// at most Iterations times, each centre goes to the direction of the sum of the
// points that are nearest to it and at least MinLikeness like it; points of no
// group pull at none. It stops when no more than one point in a thousand changes its
// group. A centre without points stays. Groups are numbered as the centres were, and
// none is dissolved: Sizes may hold zeros.
//
// The result does not depend on the number of cores. Cost: iterations × n × c × d.
// Errors: settings that Validate refuses; a cancelled context.
// Panics unless vectors and centres are whole numbers of rows of d.
func (c Config) Refine(ctx context.Context, vectors []float32, d int, centres []float32) (*Grouping, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if d < 1 || len(vectors)%d != 0 || len(centres)%d != 0 {
		panic(fmt.Sprintf("cluster: %d and %d numbers are no vectors of %d", len(vectors), len(centres), d))
	}
	centres = append([]float32(nil), centres...)
	g := c.assign(vectors, centres, d)
	for range c.Iterations {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		before := g.Of
		recentre(centres, vectors, g.Of, d)
		g = c.assign(vectors, centres, d)
		moved := 0
		for i, j := range g.Of {
			if before[i] != j {
				moved++
			}
		}
		if moved <= len(g.Of)/1000 {
			break
		}
	}
	g.count(centres, d)
	return g, nil
}

// count fills in what Groups, Centres and Sizes say.
func (g *Grouping) count(centres []float32, d int) {
	g.Groups, g.Centres, g.Sizes = len(centres)/d, centres, make([]int, len(centres)/d)
	for _, j := range g.Of {
		if j != None {
			g.Sizes[j]++
		}
	}
}

// Assign puts the n×d unit vectors into the groups of the given centres, which stay
// as they are; like [Config.Refine] without a round.
func (c Config) Assign(vectors []float32, d int, centres []float32) *Grouping {
	if d < 1 || len(vectors)%d != 0 || len(centres)%d != 0 {
		panic(fmt.Sprintf("cluster: %d and %d numbers are no vectors of %d", len(vectors), len(centres), d))
	}
	g := c.assign(vectors, centres, d)
	g.count(centres, d)
	return g
}

// assign gives the nearest centre of each point that is like enough to it.
func (c Config) assign(vectors, centres []float32, d int) *Grouping {
	n := len(vectors) / d
	g := &Grouping{Of: make([]int32, n), Likeness: make([]float32, n)}
	nearest(g.Of, g.Likeness, vectors, centres, d)
	for i, l := range g.Likeness {
		if float64(l) < c.MinLikeness {
			g.Of[i] = None
		}
	}
	return g
}

// nearest gives every point its nearest centre (the first of equals) and returns
// how many changed. Without centres all are in none.
func nearest(of []int32, like, points, centres []float32, d int) int {
	k := len(centres) / d
	if k == 0 {
		for i := range of {
			of[i], like[i] = None, 0
		}
		return 0
	}
	m := Products(centres, d)
	all := make([]int32, d)
	for t := range all {
		all[t] = int32(t)
	}
	moved, scratch := make([]int, parallel.Workers()), make([][]float32, parallel.Workers())
	parallel.Blocks(len(of), assignBlock, func(worker, from, until int) {
		if scratch[worker] == nil {
			scratch[worker] = m.Scratch()
		}
		for i := from; i < until; i++ {
			best, at := float32(math.Inf(-1)), int32(0)
			for j, s := range m.Row(scratch[worker], all, points[i*d:(i+1)*d]) {
				if s > best {
					best, at = s, int32(j)
				}
			}
			if of[i] != at {
				moved[worker]++
			}
			of[i], like[i] = at, best
		}
	})
	total := 0
	for _, m := range moved {
		total += m
	}
	return total
}

// Products gives the linear model whose scores are the products of a point's d
// numbers with each of k centres, k×d. Panics unless k is at least 1.
func Products(centres []float32, d int) *linear.Model {
	k := len(centres) / d
	weights := make([]float32, k*d)
	for j := range k {
		for t := range d {
			weights[t*k+j] = centres[j*d+t]
		}
	}
	m, err := linear.Restore(make([]string, k), weights, make([]float32, k))
	if err != nil {
		panic(err)
	}
	return m
}

// Middles gives, for each of k groups, the direction of the sum of its points, taken
// in their order; zeros for a group without points.
func Middles(vectors []float32, d int, of []int32, k int) []float32 {
	sums := make([]float64, k*d)
	for i, j := range of {
		if j == None {
			continue
		}
		sum := sums[int(j)*d : (int(j)+1)*d]
		for t, x := range vectors[i*d : (i+1)*d] {
			sum[t] += float64(x)
		}
	}
	out := make([]float32, k*d)
	for i, x := range sums {
		out[i] = float32(x)
	}
	for j := range k {
		sparse.Normalise(out[j*d : (j+1)*d])
	}
	return out
}

// recentre moves each centre to the middle of its points; a centre without points stays.
func recentre(centres, points []float32, of []int32, d int) {
	some := make([]bool, len(centres)/d)
	for _, j := range of {
		if j != None {
			some[j] = true
		}
	}
	middles := Middles(points, d, of, len(some))
	for j, has := range some {
		if has {
			copy(centres[j*d:(j+1)*d], middles[j*d:(j+1)*d])
		}
	}
}

// reseed moves each centre without points to the point that is least like its own centre.
func reseed(centres, points []float32, of []int32, like []float32, d int) {
	used := make([]bool, len(centres)/d)
	for _, j := range of {
		used[j] = true
	}
	for j, is := range used {
		if is {
			continue
		}
		worst := 0
		for i, l := range like {
			if l < like[worst] {
				worst = i
			}
		}
		copy(centres[j*d:(j+1)*d], points[worst*d:(worst+1)*d])
		like[worst] = 1 // taken
	}
}
