// Package cluster puts points that lie close into one group and leaves out those
// that lie close to none.
//
// In go n unit vectors of d dimensions; out comes a group for each, [None] for
// those that resemble no group. Spherical k-means, seeded by k-means++ on a
// sample and run on all points, with groups that are too small or too loose
// dissolved.
//
// Sources: Dhillon & Modha (2001), Concept decompositions for large sparse text
// data; Arthur & Vassilvitskii (2007), k-means++; Sculley (2010), Web-scale
// k-means, for learning centres on samples.
package cluster

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"psims/internal/parallel"
	"psims/nlp/sparse"
)

// None is the group of a point that resembles no group.
const None int32 = -1

// Config are the settings of a grouping.
type Config struct {
	Groups      int     // c; 0 chooses √(n/2), between 8 and 150
	Iterations  int     // at most; stops when no point moves
	Sample      int     // points from which the centres are learnt
	MinLikeness float64 // a point is in a group when its cosine to the centre is at least this
	MinSize     int     // smaller groups are dissolved
	Seed        uint64
}

// Default gives the settings for narratives embedded in about 100 dimensions.
func Default() Config {
	return Config{Iterations: 25, Sample: 50_000, MinLikeness: 0.35, MinSize: 8, Seed: 1}
}

// Validate says what is wrong with the settings.
func (c Config) Validate() error {
	if c.Groups < 0 || c.Iterations < 1 || c.Sample < 1 || c.MinSize < 1 || c.MinLikeness < -1 || c.MinLikeness > 1 {
		return fmt.Errorf("cluster: settings out of range: %+v", c)
	}
	return nil
}

// Grouping is what was found.
type Grouping struct {
	Groups   int       // c
	Centres  []float32 // c×d, unit length
	Of       []int32   // n: the group of each point, or None
	Likeness []float32 // n: cosine to the nearest centre
	Sizes    []int     // c
}

// GroupsFor gives the number of groups that n points are first put into.
func (c Config) GroupsFor(n int) int {
	if c.Groups > 0 {
		return c.Groups
	}
	return min(150, max(8, int(math.Sqrt(float64(n)/2))))
}

// assignBlock is how many points a goroutine takes at a time.
const assignBlock = 2048

// Fit groups the n×d unit vectors, row-major. Groups are numbered from the
// largest to the smallest. The result does not depend on the number of cores.
//
// Cost: iterations × sample × c × d, and n × c × d once.
//
// Errors: settings that Validate refuses; a cancelled context.
// Panics unless the vectors are a whole number of rows.
func (c Config) Fit(ctx context.Context, vectors []float32, d int) (*Grouping, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if d < 1 || len(vectors)%d != 0 {
		panic(fmt.Sprintf("cluster: %d numbers are no vectors of %d", len(vectors), d))
	}
	n := len(vectors) / d
	k := min(c.GroupsFor(n), n)
	if k == 0 {
		return &Grouping{}, nil
	}
	rng := rand.New(rand.NewPCG(c.Seed, 0x636c7573746572))
	sample := take(vectors, d, c.Sample, rng)
	centres := spread(sample, d, k, rng)
	of, like := make([]int32, len(sample)/d), make([]float32, len(sample)/d)
	for range c.Iterations {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		moved := nearest(of, like, sample, centres, d)
		reseed(centres, sample, of, like, d)
		recentre(centres, sample, of, d)
		if moved == 0 {
			break
		}
	}
	g := c.assign(vectors, centres, d)
	g.settle(centres, d, c.MinSize)
	return g, nil
}

// take draws size points without replacement, in their order; all when there are no more.
func take(vectors []float32, d, size int, rng *rand.Rand) []float32 {
	n := len(vectors) / d
	if n <= size {
		return vectors
	}
	out := make([]float32, 0, size*d)
	// Selection sampling (Knuth, The Art of Computer Programming 3.4.2, algorithm S).
	for i, left := 0, size; left > 0; i++ {
		if rng.IntN(n-i) < left {
			out = append(out, vectors[i*d:(i+1)*d]...)
			left--
		}
	}
	return out
}

// spread picks k points as first centres, each with a chance in proportion to
// its squared distance from those already picked.
func spread(points []float32, d, k int, rng *rand.Rand) []float32 {
	n := len(points) / d
	distance := make([]float64, n) // 1 − cosine to the nearest centre so far
	for i := range distance {
		distance[i] = 1
	}
	centres := make([]float32, 0, k*d)
	for range k {
		total := 0.0
		for _, x := range distance {
			total += x
		}
		chosen := n - 1
		if at := rng.Float64() * total; total > 0 {
			for i, x := range distance {
				if at -= x; at < 0 {
					chosen = i
					break
				}
			}
		} else {
			chosen = rng.IntN(n)
		}
		centre := points[chosen*d : (chosen+1)*d]
		centres = append(centres, centre...)
		parallel.Blocks(n, assignBlock, func(_, from, until int) {
			for i := from; i < until; i++ {
				distance[i] = min(distance[i], max(0, 1-float64(sparse.DotDense(points[i*d:(i+1)*d], centre))))
			}
		})
	}
	return centres
}

// settle dissolves groups under minSize and numbers the others from the largest.
func (g *Grouping) settle(centres []float32, d, minSize int) {
	k := len(centres) / d
	sizes := make([]int, k)
	for _, j := range g.Of {
		if j != None {
			sizes[j]++
		}
	}
	order := make([]int, 0, k)
	for j, s := range sizes {
		if s >= minSize {
			order = append(order, j)
		}
	}
	// Insertion keeps equals in order of their first number.
	for a := 1; a < len(order); a++ {
		for b := a; b > 0 && sizes[order[b]] > sizes[order[b-1]]; b-- {
			order[b], order[b-1] = order[b-1], order[b]
		}
	}
	number := make([]int32, k)
	for j := range number {
		number[j] = None
	}
	for to, j := range order {
		number[j] = int32(to)
		g.Centres = append(g.Centres, centres[j*d:(j+1)*d]...)
		g.Sizes = append(g.Sizes, sizes[j])
	}
	g.Groups = len(order)
	for i, j := range g.Of {
		if j != None {
			g.Of[i] = number[j]
		}
	}
}
