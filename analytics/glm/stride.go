package glm

import "math"

// lanes is how many entries of a growth table are carried forward side by side,
// stretch how many weeks until they are worked out afresh.
const (
	lanes   = 8
	stretch = 256
)

// Growth fills dst[k] with exp(slope·(from+k)): the first entries of every stretch
// by the exponential, the others by multiplication, so that rounding stays small.
func Growth(dst []float64, slope float64, from int) {
	ratio := math.Exp(slope * lanes)
	small := math.Exp(slope)
	for k := 0; k < len(dst); k += stretch {
		part := dst[k:min(k+stretch, len(dst))]
		v := math.Exp(slope * float64(from+k))
		for j := range min(lanes, len(part)) {
			part[j] = v
			v *= small
		}
		for j := lanes; j < len(part); j++ {
			part[j] = part[j-lanes] * ratio
		}
	}
}

// powers holds Σ rʲ, Σ j·rʲ and Σ j²·rʲ over the first j from 0, where r is the
// growth of one step; the second and third times the step and its square.
type powers struct{ zeroth, first, second float64 }

// sumStrides sums the weighted means of each stride in closed form: a mean grows by
// the same factor from step to step. It reports false where that can't be done: no
// strides, offsets, or means at their floor.
func (f *Factor) sumStrides() bool {
	if len(f.strides) == 0 || len(f.share) > 0 {
		return false
	}
	for g := range f.sum {
		s := &f.sum[g]
		s.w, s.wx, s.wxx = 0, 0, 0
	}
	f.sumPowers()
	small := math.Exp(f.slope)
	var last int32
	growth := 0.0
	for k, t := range f.strides {
		a := f.at[t.from]
		switch {
		case k > 0 && a == last+1:
			growth *= small
		case k == 0 || a != last:
			growth = math.Exp(f.slope * f.x[t.from])
		}
		last = a
		s, p, x := &f.sum[t.group], &f.powers[t.count], f.x[t.from]
		s.w += growth * p.zeroth
		s.wx += growth * (x*p.zeroth + p.first)
		s.wxx += growth * (x*(x*p.zeroth+2*p.first) + p.second)
	}
	lowest := math.Exp(-math.Abs(f.slope) * float64(f.first+int32(len(f.growth))-f.centre))
	for g := range f.sum {
		s := &f.sum[g]
		if f.pivot[g].weight == 0 {
			s.w, s.wx, s.wxx = 0, 0, 0 // nothing is known of the group: its mean is NaN
			continue
		}
		if f.base[g]*lowest < minMean {
			return false
		}
		c := f.common * f.base[g]
		s.w, s.wx, s.wxx = c*s.w, c*s.wx, c*s.wxx
	}
	for _, i := range f.uncommon {
		s, x := &f.sum[f.group[i]], f.x[i]
		m := (f.weight[i] - f.common) * f.base[f.group[i]] * math.Exp(f.slope*x)
		s.w += m
		s.wx += m * x
		s.wxx += m * x * x
	}
	return true
}

func (f *Factor) sumPowers() {
	growth, step := 1.0, float64(f.step)
	ratio := math.Exp(f.slope * step)
	for j := range f.powers[1:] {
		at, before := step*float64(j), f.powers[j]
		f.powers[j+1] = powers{before.zeroth + growth, before.first + growth*at, before.second + growth*at*at}
		growth *= ratio
	}
}
