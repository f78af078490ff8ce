package outbreak

import (
	"math"
	"slices"

	"psims/analytics/glm"
)

// reference holds the past weeks that one week is compared with. Its memory is
// used again for the next week.
type reference struct {
	counts   []float64
	time     []int32
	group    []uint8
	weight   []float64
	offset   []float64 // log exposures; none if all weeks are alike
	groups   int
	part     [WeeksPerYear]uint8
	fit      glm.Factor
	exposure Exposure
	sound    bool // standard errors from the regression's own dispersion; see scale
}

// collect takes the weeks around the same week of earlier years and, with more
// than one period, every week between them. Weeks within halfWindow of the same
// week of a year are of the last group; the rest of the year is cut into
// periods−1 groups as even as can be, the longer ones first.
//
// Source: Noufaily et al. (2013) 3.1.
func (r *reference) collect(y []float64, t int, f Flexible) {
	first := t - WeeksPerYear*f.Years - f.HalfWindow
	last := t - f.NotIncluded - 1
	if f.Periods == 1 {
		last = t - WeeksPerYear + f.HalfWindow
	}
	counts, times, group, offset := r.counts[:0], r.time[:0], r.group[:0], r.offset[:0]
	window := 2*f.HalfWindow + 1
	k := 0
	if f.Periods == 1 {
		k = WeeksPerYear - window
	}
	for ; k < WeeksPerYear; k++ {
		// From the end of the window round to its end again, so that the weeks of a
		// group stand together.
		in := (k + window) % WeeksPerYear
		for u := first + in; u <= last; u += WeeksPerYear {
			if r.exposure.tells(y, u) {
				counts, times, group = append(counts, y[u]), append(times, int32(u)), append(group, r.part[in])
				if r.exposure.Log != nil {
					offset = append(offset, r.exposure.Log[u])
				}
			}
		}
	}
	r.counts, r.time, r.group, r.offset, r.groups = counts, times, group, offset, f.Periods
}

// cut fills part, the group of each week of a year that begins with the window.
func (r *reference) cut(f Flexible) {
	window := 2*f.HalfWindow + 1
	for in := range r.part {
		r.part[in] = uint8(f.Periods - 1)
		if in >= window && f.Periods > 1 {
			r.part[in] = uint8(period(in-window, WeeksPerYear-window, f.Periods-1))
		}
	}
}

// period gives which of k parts of a stretch of n weeks week i is in.
func period(i, n, k int) int {
	size, longer := n/k, n%k
	if i < longer*(size+1) {
		return i / (size + 1)
	}
	return longer + (i-longer*(size+1))/size
}

// regress fits the reference counts, sets unusually high ones down and fits again.
// It gives both dispersions: the floor of 1 is the caller's.
func (r *reference) regress(trend bool, threshold float64) (fit glm.FactorFit) {
	fit = r.fit.Fit(nil, trend)
	if !fit.Converged || math.IsInf(threshold, 1) {
		r.unweighted()
		return fit
	}
	if !r.downweight(max(1, fit.Dispersion()), threshold) {
		return fit
	}
	return r.fit.Fit(r.weight, trend)
}

func (r *reference) unweighted() {
	r.weight = slices.Grow(r.weight[:0], len(r.counts))[:len(r.counts)]
	for i := range r.weight {
		r.weight[i] = 1
	}
}

// downweight gives a reference week of Anscombe residual s above the threshold
// the weight s⁻², and scales the weights to sum to their number, so that past
// outbreaks do not raise what is expected. It reports whether any was set down.
//
// Source: Farrington et al. (1996) 3.6; threshold 2.58 by Noufaily et al. (2013) 3.2.
func (r *reference) downweight(dispersion, threshold float64) (found bool) {
	r.unweighted()
	limit := threshold * math.Abs(threshold)
	r.fit.Anscombe(dispersion, func(i int, squared float64) {
		if squared > limit {
			r.weight[i] = 1 / squared
			found = true
		}
	})
	if !found {
		return false
	}
	sum := 0.0
	for _, w := range r.weight {
		sum += w
	}
	gamma := float64(len(r.weight)) / sum
	for i := range r.weight {
		r.weight[i] *= gamma
	}
	return true
}

// scale gives the dispersion by which standard errors are scaled: own, unless
// the result is to agree with R's farringtonFlexible, which works it out with the
// prior weights in the place of the working weights.
func (r *reference) scale(fit glm.FactorFit, own float64) float64 {
	if r.sound {
		return own
	}
	sum := 0.0
	for i, mu := range r.fit.Mean() {
		d := (r.counts[i] - mu) / mu
		sum += r.weight[i] * d * d
	}
	return sum / float64(fit.DF)
}
