package ordinal

import (
	"context"
	"fmt"

	"psims/internal/parallel"
	"psims/models/label"
)

// Crossed reads every text with a model that has not seen it. Which part a text falls
// into depends on its words alone, and each part has a model that learnt from the
// other parts only: so no text is read by a model that learnt from its own grade or
// from that of a copy, and a text that nothing was learnt from may be read as well.
type Crossed struct {
	seed   uint64
	models []*Model
}

// mostParts is the most that a part's number has room for.
const mostParts = 255

// Whole wraps a model for texts that it has not seen.
func Whole(m *Model) *Crossed { return &Crossed{models: []*Model{m}} }

// Cross learns one model for each of so many parts, 2 to 255, each from the other
// parts. Errors and cost: as [Config.Train] for each part.
func (c Config) Cross(ctx context.Context, texts []string, y *label.Table, parts int) (*Crossed, error) {
	if parts < 2 || parts > mostParts {
		return nil, fmt.Errorf("ordinal: %d parts: give 2 to %d", parts, mostParts)
	}
	if err := c.check(texts, y); err != nil {
		return nil, err
	}
	x := &Crossed{seed: c.Seed, models: make([]*Model, parts)}
	for f := range x.models {
		m, err := c.train(ctx, texts, y, func(mark uint64) bool { return mark%uint64(parts) != uint64(f) })
		if err != nil {
			return nil, fmt.Errorf("learning without part %d of %d: %w", f+1, parts, err)
		}
		x.models[f] = m
	}
	return x, nil
}

// Names gives the k grades, mildest first; it must not be written to.
func (x *Crossed) Names() []string { return x.models[0].names }

// Of gives the model that may read a text.
func (x *Crossed) Of(text string) *Model { return x.models[x.part(text)] }

func (x *Crossed) part(text string) uint64 { return mark(text, x.seed) % uint64(len(x.models)) }

// Probabilities writes the n×k probabilities of the grades over dst, row-major,
// which is made if it is nil; it gives dst. Panics unless the shapes agree.
func (x *Crossed) Probabilities(dst []float32, texts []string) []float32 {
	if len(x.models) == 1 {
		return x.models[0].Probabilities(dst, texts)
	}
	k := len(x.Names())
	dst = room(dst, len(texts), k)
	parts := make([]uint8, min(len(texts), blockTexts))
	var mine []string
	var p []float32
	for from := 0; from < len(texts); from += blockTexts {
		block := texts[from:min(from+blockTexts, len(texts))]
		parallel.Blocks(len(block), 1024, func(_, from, until int) {
			for i := from; i < until; i++ {
				parts[i] = uint8(x.part(block[i]))
			}
		})
		for f, m := range x.models {
			mine = mine[:0]
			for i, t := range block {
				if int(parts[i]) == f {
					mine = append(mine, t)
				}
			}
			p = m.Probabilities(append(p[:0], make([]float32, len(mine)*k)...), mine)
			at := 0
			for i := range block {
				if int(parts[i]) == f {
					copy(dst[(from+i)*k:(from+i+1)*k], p[at*k:(at+1)*k])
					at++
				}
			}
		}
	}
	return dst
}
