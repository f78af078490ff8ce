package calibrate

import (
	"fmt"
	"math"

	"psims/models/label"
)

// ownShare is how far thresholds go from the common one to the label's own.
const ownShare = .3

// grid is the probabilities tried as thresholds.
var grid = func() (g []float64) {
	for t := .04; t < .705; t += .02 {
		g = append(g, t)
	}
	return g
}()

// Thresholds gives, for each of k labels that may go together, the probability
// from which a text is said to have it, from n×k out-of-fold probabilities.
//
// Each lies between one threshold for all labels, where the micro F1 is best, and
// the label's own, where its F1 is best on a curve smoothed over eleven neighbours:
// on the logarithmic scale, three tenths of the way to its own. A label's own alone
// chases chance where examples are few.
//
// Panics unless the shapes agree.
func Thresholds(p []float32, y *label.Table) []float32 {
	n, k := y.Rows(), y.Classes()
	if len(p) != n*k {
		panic(fmt.Sprintf("calibrate: %d probabilities for %d rows of %d labels", len(p), n, k))
	}
	right, given := make([][]float64, k), make([][]float64, k) // by label and place in the grid
	for c := range k {
		right[c], given[c] = make([]float64, len(grid)), make([]float64, len(grid))
	}
	for i := range n {
		top := Top(p[i*k:(i+1)*k], nil)
		for c := range k {
			v := float64(p[i*k+c])
			for g, t := range grid {
				// A text with no probability over the threshold has its likeliest label.
				if v < t && !(c == top) {
					break
				}
				given[c][g]++
				if y.Has(i, int32(c)) {
					right[c][g]++
				}
			}
		}
	}
	counts := y.Counts()
	total := 0.0
	for _, n := range counts {
		total += float64(n)
	}
	all := make([]float64, len(grid))
	for g := range grid {
		r, m := 0.0, 0.0
		for c := range k {
			r += right[c][g]
			m += given[c][g]
		}
		all[g] = 2 * r / max(1, m+total)
	}
	common := grid[best(all)]
	out := make([]float32, k)
	for c := range k {
		f := make([]float64, len(grid))
		for g := range grid {
			f[g] = 2 * right[c][g] / max(1, given[c][g]+float64(counts[c]))
		}
		out[c] = float32(math.Pow(common, 1-ownShare) * math.Pow(grid[best(smooth(f))], ownShare))
	}
	return out
}

// Top gives the label with the greatest probability beside its threshold; nil
// thresholds are all alike.
func Top(p, thresholds []float32) int {
	top, value := 0, float32(-1)
	for c, v := range p {
		if thresholds != nil {
			v /= thresholds[c]
		}
		if v > value {
			top, value = c, v
		}
	}
	return top
}

func best(f []float64) int {
	top := 0
	for g, v := range f {
		if v > f[top] {
			top = g
		}
	}
	return top
}

// smooth gives the mean of each value with the five before and after it.
func smooth(f []float64) []float64 {
	out := make([]float64, len(f))
	for g := range f {
		from, until := max(0, g-5), min(len(f), g+6)
		for _, v := range f[from:until] {
			out[g] += v / float64(until-from)
		}
	}
	return out
}
