package chart

import "math"

// scale is a value axis: from lo to hi in steps.
type scale struct{ lo, hi, step float64 }

// newScale covers lo to hi with about n steps of 1, 2 or 5 times a power of ten,
// and never steps of less than 1: the values are counts.
func newScale(lo, hi float64, n int) scale {
	if hi <= lo {
		hi = lo + 1
	}
	raw := (hi - lo) / float64(n)
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	step := 10 * power
	for _, m := range []float64{1, 2, 5} {
		if raw <= m*power*1.0001 {
			step = m * power
			break
		}
	}
	step = math.Max(1, step)
	return scale{lo: math.Floor(lo/step) * step, hi: math.Ceil(hi/step) * step, step: step}
}

// at gives the height in pixels of a value, between the top and bottom of the grid.
func (s scale) at(v float64, top, bottom int) float64 {
	return float64(bottom) - (v-s.lo)/(s.hi-s.lo)*float64(bottom-top)
}

// labelledWeeks gives the positions of about n of the weeks, evenly spaced and
// ending at the last.
func labelledWeeks(weeks, n int) []int {
	var at []int
	step := max(1, int(math.Ceil(float64(weeks)/float64(n))))
	for i := weeks - 1; i >= 0; i -= step {
		at = append(at, i)
	}
	return at
}

// largest gives the largest number of any list, NaN left out, and at least 1.
func largest(lists ...[]float64) float64 {
	most := 1.0
	for _, list := range lists {
		for _, x := range list {
			if x > most {
				most = x
			}
		}
	}
	return most
}

// apart moves heights of labels, given in order from the top, until each is at
// least gap below the one before.
func apart(ys []float64, gap float64) {
	for i := 1; i < len(ys); i++ {
		ys[i] = math.Max(ys[i], ys[i-1]+gap)
	}
}
