package theme

import (
	"cmp"
	"math"
	"slices"

	"psims/internal/parallel"
	"psims/models/cluster"
	"psims/nlp/sparse"
)

// A theme is split when each half has at least minHalf of its reports.
const minHalf = 0.2

// Rounds in which the principal direction of a theme is found, and in which its
// halves then find their middles.
const (
	powerRounds = 12
	halfRounds  = 8
)

// split adds up to room centres: for themes whose halves lie apart, those first that
// gain most in how near their reports are to a centre, the smaller half's; the larger
// half's takes the place of the theme's.
func (s *step) split(room int) {
	g := s.after
	members := make([][]int32, g.Groups)
	for i, j := range g.Of {
		if j != cluster.None {
			members[j] = append(members[j], int32(i))
		}
	}
	found := make([]*halves, len(s.centres))
	parallel.Blocks(len(s.centres), 1, func(_, k, _ int) {
		if s.centres[k].group < 0 {
			return
		}
		m := members[s.centres[k].group]
		if len(m) < 2*s.config.Cluster.MinSize {
			return
		}
		h := s.bisect(m)
		if h.smaller >= s.config.Cluster.MinSize && float64(h.smaller) >= minHalf*float64(len(m)) && float64(sparse.DotDense(h.large, h.small)) <= s.config.Split {
			found[k] = &h
		}
	})
	var order []int
	for k, h := range found {
		if h != nil {
			order = append(order, k)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(found[b].gain, found[a].gain) })
	for _, k := range order[:max(0, min(room, len(order)))] {
		s.centres[k].at = found[k].large
		s.take(found[k].small, false)
	}
}

// halves are the two parts of a theme.
type halves struct {
	large, small []float32 // their middles, d, unit length
	smaller      int       // members of the smaller one
	gain         float32   // in the sum of the members' cosines to their centre
}

// bisect divides members by the sign of their place along the principal direction,
// then by the nearer of the two middles.
func (s *step) bisect(members []int32) halves {
	d := s.space.d
	row := func(i int32) []float32 { return s.vectors[int(i)*d : (int(i)+1)*d] }
	mean := make([]float32, d)
	whole := float32(len(members))
	for _, i := range members {
		for t, x := range row(i) {
			mean[t] += x / whole
		}
	}
	direction := s.principal(members, mean)
	offset := sparse.DotDense(mean, direction)
	side := make([]bool, len(members))
	for k, i := range members {
		side[k] = sparse.DotDense(row(i), direction) > offset
	}
	var middle [2][]float32
	var sizes [2]int
	var lengths [2]float32
	for range halfRounds {
		middle, sizes = [2][]float32{make([]float32, d), make([]float32, d)}, [2]int{}
		for k, i := range members {
			h := 0
			if side[k] {
				h = 1
			}
			sizes[h]++
			for t, x := range row(i) {
				middle[h][t] += x
			}
		}
		for h := range middle {
			// The cosines of points to the direction of their sum add up to its length.
			lengths[h] = length(middle[h])
			sparse.Normalise(middle[h])
		}
		moved := false
		for k, i := range members {
			nearer := sparse.DotDense(row(i), middle[1]) > sparse.DotDense(row(i), middle[0])
			moved = moved || nearer != side[k]
			side[k] = nearer
		}
		if !moved {
			break
		}
	}
	h := halves{middle[0], middle[1], sizes[1], lengths[0] + lengths[1] - whole*length(mean)}
	if sizes[0] < sizes[1] {
		h.large, h.small, h.smaller = middle[1], middle[0], sizes[0]
	}
	return h
}

func length(v []float32) float32 { return float32(math.Sqrt(float64(sparse.DotDense(v, v)))) }

// principal gives the direction in which members vary most, by power iteration from
// the member that lies farthest from the mean.
func (s *step) principal(members []int32, mean []float32) []float32 {
	d := s.space.d
	direction, farthest := make([]float32, d), float32(-1)
	difference := make([]float32, d)
	from := func(i int32) []float32 {
		for t, x := range s.vectors[int(i)*d : (int(i)+1)*d] {
			difference[t] = x - mean[t]
		}
		return difference
	}
	for _, i := range members {
		if v := from(i); sparse.DotDense(v, v) > farthest {
			farthest = sparse.DotDense(v, v)
			copy(direction, v)
		}
	}
	sparse.Normalise(direction)
	for range powerRounds {
		next := make([]float32, d)
		for _, i := range members {
			v := from(i)
			along := sparse.DotDense(v, direction)
			for t, x := range v {
				next[t] += along * x
			}
		}
		sparse.Normalise(next)
		direction = next
	}
	return direction
}
