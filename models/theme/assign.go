package theme

import (
	"fmt"
	"math"

	"psims/models/cluster"
	"psims/nlp/features"
	"psims/nlp/sparse"
)

// Assign gives each row of counts its theme: group k of the result is a.Themes[k],
// and [cluster.None] is the group of what is less than Config.Cluster.MinLikeness
// like the nearest centre. Likeness is the cosine to that centre, Sizes the members
// among these rows; Centres is not set. The terms may be of a later count, and the
// rows may be some of it ([sparse.CSR.Slice]): a row's theme does not depend on the
// others. The result is the same on any number of cores.
//
// Cost: the products of the space's terms with the centres once (v×c×d), then
// entries × (c+d) a row.
//
// Panics unless counts has a column for each term.
func (a *Atlas) Assign(terms *features.Terms, counts *sparse.CSR) *cluster.Grouping {
	return a.Grouping(a.Places(terms, counts))
}

// Place is where a narrative lies among the themes of an atlas: it depends on its words and
// the atlas alone.
type Place struct {
	Theme    int32 // by number, or [cluster.None]
	Likeness float32
}

// Places gives the place of each row of counts; see [Atlas.Assign].
func (a *Atlas) Places(terms *features.Terms, counts *sparse.CSR) []Place {
	if counts.Cols != terms.Len() {
		panic(fmt.Sprintf("theme: %d columns for %d terms", counts.Cols, terms.Len()))
	}
	out := make([]Place, counts.Rows())
	for i := range out {
		out[i].Theme = cluster.None
	}
	if len(a.Themes) == 0 {
		return out
	}
	least := float32(a.config.Cluster.MinLikeness)
	a.space.project(terms, a.centres).each(counts, func(i int, products, vector []float32) {
		best, at := products[0], int32(0)
		for k, s := range products {
			if s > best {
				best, at = s, int32(k)
			}
		}
		length := math.Sqrt(float64(sparse.DotDense(vector, vector)))
		if length == 0 {
			return
		}
		out[i].Likeness = float32(float64(best) / length)
		if out[i].Likeness >= least {
			out[i].Theme = at
		}
	})
	return out
}

// Grouping gives what Assign gives, of narratives whose places are known.
func (a *Atlas) Grouping(places []Place) *cluster.Grouping {
	n := len(places)
	g := &cluster.Grouping{Groups: len(a.Themes), Of: make([]int32, n), Likeness: make([]float32, n), Sizes: make([]int, len(a.Themes))}
	for i, p := range places {
		g.Of[i], g.Likeness[i] = p.Theme, p.Likeness
		if p.Theme != cluster.None {
			g.Sizes[p.Theme]++
		}
	}
	return g
}
