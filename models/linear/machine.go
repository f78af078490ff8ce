package linear

import (
	"context"
	"math"
	"math/rand/v2"

	"psims/models/label"
	"psims/nlp/sparse"
)

// machine solves the dual of one support vector machine after another on the same rows.
type machine struct {
	config Config
	x      *sparse.CSR
	norms  []float64 // |x|² by row
	w      []float64
	b      float64
	alpha  []float64
	sign   []float64 // ±1 by row
	active []int32   // rows still looked at come first
}

func newMachine(c Config, x *sparse.CSR, norms []float64) *machine {
	n := x.Rows()
	return &machine{config: c, x: x, norms: norms, w: make([]float64, x.Cols), alpha: make([]float64, n), sign: make([]float64, n), active: make([]int32, n)}
}

// solve learns label c into w and b. Rows whose bound holds with room to spare are
// left out of the passes until the others have converged.
func (s *machine) solve(ctx context.Context, y *label.Table, c int32) {
	clear(s.w)
	clear(s.alpha)
	s.b = 0
	for i := range s.sign {
		s.active[i], s.sign[i] = int32(i), -1
		if y.Has(i, c) {
			s.sign[i] = 1
		}
	}
	chance := rand.New(rand.NewPCG(s.config.Seed, uint64(c)))
	n := len(s.active)
	size, bound := n, math.Inf(1)
	for range s.config.MaxRounds {
		if ctx.Err() != nil {
			return
		}
		left, highest, lowest := s.round(chance, size, bound)
		size = left
		if highest-lowest <= s.config.Tolerance {
			if size == n {
				return
			}
			size, bound = n, math.Inf(1)
			continue
		}
		bound = highest
		if bound <= 0 {
			bound = math.Inf(1)
		}
	}
}

// round takes the active rows once, in an order that chance gives. It gives how
// many rows stay active and the range of the projected gradients.
func (s *machine) round(chance *rand.Rand, size int, bound float64) (left int, highest, lowest float64) {
	diagonal := 1 / (2 * s.config.C)
	highest, lowest = math.Inf(-1), math.Inf(1)
	for i := size - 1; i > 0; i-- {
		j := chance.IntN(i + 1)
		s.active[i], s.active[j] = s.active[j], s.active[i]
	}
	w := s.w
	for at := 0; at < size; at++ {
		i := s.active[at]
		columns, values := s.x.Row(int(i))
		sum := s.b
		values = values[:len(columns)]
		for k, j := range columns {
			sum += w[j] * float64(values[k])
		}
		alpha := s.alpha[i]
		gradient := s.sign[i]*sum - 1 + alpha*diagonal
		projected := gradient
		if alpha == 0 {
			if gradient > bound {
				size--
				s.active[at], s.active[size] = s.active[size], s.active[at]
				at--
				continue
			}
			projected = min(gradient, 0)
		}
		highest, lowest = max(highest, projected), min(lowest, projected)
		if math.Abs(projected) < 1e-12 {
			continue
		}
		s.alpha[i] = max(alpha-gradient/(s.norms[i]+1+diagonal), 0)
		if step := (s.alpha[i] - alpha) * s.sign[i]; step != 0 {
			for k, j := range columns {
				w[j] += step * float64(values[k])
			}
			s.b += step
		}
	}
	return size, highest, lowest
}
