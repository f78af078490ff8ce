package theme

import (
	"context"
	"math"
	"slices"

	"psims/datasets/incident"
	"psims/internal/parallel"
	"psims/models/cluster"
	"psims/models/embed"
	"psims/models/linear"
	"psims/nlp/features"
	"psims/nlp/sparse"
)

// space turns term counts into directions in which reports can be compared. Its
// terms go by name, so that it can be applied to any later count.
//
// Entry (j, t) of the v×d directions is scales[j]·directions[j·d+t]/127: a byte an
// entry is all that is kept, and all that is used from the start, so that a
// restored space is the same.
type space struct {
	day        incident.Day
	d          int
	terms      []string
	weights    []float32 // v
	scales     []float32 // v
	directions []byte    // v×d, as int8
}

// newSpace learns a space from term counts; nil when no term relates any reports.
func (c Config) newSpace(ctx context.Context, day incident.Day, terms *features.Terms, counts *sparse.CSR) (*space, error) {
	columns, weights := embed.Choose(counts, c.MinDocuments, c.MaxShare, c.MaxTerms)
	if len(columns) == 0 {
		return nil, nil
	}
	model, err := c.Embed.Fit(ctx, embed.Weighted(counts, columns, weights))
	if err != nil {
		return nil, err
	}
	s := &space{day: day, d: model.Dimensions(), weights: weights}
	for _, j := range columns {
		s.terms = append(s.terms, terms.Name(j))
	}
	directions := model.Directions()
	s.directions = make([]byte, len(directions))
	for j := range columns {
		row := directions[j*s.d : (j+1)*s.d]
		largest := float32(0)
		for _, v := range row {
			largest = max(largest, v, -v)
		}
		s.scales = append(s.scales, largest)
		for t, v := range row {
			if largest > 0 {
				s.directions[j*s.d+t] = byte(int8(math.Round(float64(v) / float64(largest) * 127)))
			}
		}
	}
	return s, nil
}

// projection is a space ready for the columns of one count, with the themes' centres if any.
type projection struct {
	to      []int32   // from a column of the count to a term of the space; −1 for none
	weights []float32 // by term of the space
	machine *linear.Model
	k, d    int // machine's outputs: products with k centres, then the d directions
	cols    int
}

// project prepares the space for a count's terms and k×d centres.
func (s *space) project(terms *features.Terms, centres []float32) *projection {
	p := &projection{to: make([]int32, terms.Len()), weights: s.weights, k: len(centres) / s.d, d: s.d, cols: terms.Len()}
	for j := range p.to {
		p.to[j] = -1
	}
	for j, name := range s.terms {
		if id := terms.Lookup(name); id >= 0 {
			p.to[id] = int32(j)
		}
	}
	v, wide := len(s.terms), p.k+p.d
	all := make([]float32, v*wide)
	products := make([]float32, v*p.k)
	directions := make([]float32, v*p.d)
	for j := range v {
		for t := range p.d {
			directions[j*p.d+t] = s.scales[j] * float32(int8(s.directions[j*p.d+t])) / 127
		}
	}
	if p.k > 0 {
		rows := make([]int32, p.d)
		for t := range rows {
			rows[t] = int32(t)
		}
		m := cluster.Products(centres, p.d)
		scratch := make([][]float32, parallel.Workers())
		parallel.Blocks(v, 512, func(worker, from, until int) {
			if scratch[worker] == nil {
				scratch[worker] = m.Scratch()
			}
			for j := from; j < until; j++ {
				copy(products[j*p.k:], m.Row(scratch[worker], rows, directions[j*p.d:(j+1)*p.d]))
			}
		})
	}
	for j := range v {
		copy(all[j*wide:], products[j*p.k:(j+1)*p.k])
		copy(all[j*wide+p.k:], directions[j*p.d:(j+1)*p.d])
	}
	var err error
	if p.machine, err = linear.Restore(make([]string, wide), all, make([]float32, wide)); err != nil {
		panic(err) // the shapes are made here
	}
	return p
}

// oftenest is up to which count logarithms are looked up.
const oftenest = 32

var logs = func() (out [oftenest]float32) {
	for c := 1; c < oftenest; c++ {
		out[c] = float32(1 + math.Log(float64(c)))
	}
	return out
}()

// each visits the rows of counts with their products with the centres and, not yet
// of unit length, their vectors. Visits run in parallel, several rows one after the
// other; both slices are of the visit only.
func (p *projection) each(counts *sparse.CSR, visit func(i int, products, vector []float32)) {
	type room struct {
		columns []int32
		values  []float32
		scratch []float32
	}
	rooms := make([]room, parallel.Workers())
	parallel.Blocks(counts.Rows(), 1024, func(worker, from, until int) {
		r := &rooms[worker]
		if r.scratch == nil {
			r.scratch = p.machine.Scratch()
		}
		for i := from; i < until; i++ {
			r.columns, r.values = r.columns[:0], r.values[:0]
			columns, values := counts.Row(i)
			for k, j := range columns {
				t := p.to[j]
				if t < 0 {
					continue
				}
				weight := p.weights[t]
				if c := values[k]; c != 1 {
					if n := int(c); n > 0 && n < oftenest && float32(n) == c {
						weight *= logs[n]
					} else {
						weight *= float32(1 + math.Log(float64(c)))
					}
				}
				r.columns, r.values = append(r.columns, t), append(r.values, weight)
			}
			// Sums are taken in the order of the space's terms, whatever the count's order is.
			if !slices.IsSorted(r.columns) {
				sparse.SortRow(r.columns, r.values)
			}
			out := p.machine.Row(r.scratch, r.columns, r.values)
			visit(i, out[:p.k], out[p.k:])
		}
	})
}

// vectors gives the n×d unit vectors of the rows of counts.
func (s *space) vectors(terms *features.Terms, counts *sparse.CSR) []float32 {
	out := make([]float32, counts.Rows()*s.d)
	s.project(terms, nil).each(counts, func(i int, _, vector []float32) {
		v := out[i*s.d : (i+1)*s.d]
		copy(v, vector)
		sparse.Normalise(v)
	})
	return out
}
