package theme

import (
	"math"

	"psims/nlp/sparse"
)

// mapRounds is how often the places of a map are improved; they hardly move after that.
const mapRounds = 300

// Map places the themes in a plane so that their distances there are as near as can be
// to those between their centres, 1 − cosine: what lies near is alike. The axes mean
// nothing. One place a theme; nil for none. Places are determined but for a turn of the
// plane, which is settled by the first two principal directions. Cost k² times 300.
//
// Source: De Leeuw, "Applications of convex analysis to multidimensional scaling"
// (1977): stress majorisation, from the principal coordinates of Torgerson (1952).
func (a *Atlas) Map() [][2]float64 {
	k := len(a.Themes)
	if k == 0 {
		return nil
	}
	d := len(a.centres) / k
	apart := make([]float64, k*k)
	for i := range k {
		for j := range i {
			v := 1 - float64(sparse.DotDense(a.centres[i*d:(i+1)*d], a.centres[j*d:(j+1)*d]))
			apart[i*k+j], apart[j*k+i] = max(0, v), max(0, v)
		}
	}
	at := principalPlaces(apart, k)
	next := make([][2]float64, k)
	for range mapRounds {
		for i := range k {
			var sum [2]float64
			for j := range k {
				dx, dy := at[i][0]-at[j][0], at[i][1]-at[j][1]
				ratio := 0.0
				if long := math.Sqrt(dx*dx + dy*dy); long > 1e-12 {
					ratio = apart[i*k+j] / long
				}
				sum[0] += at[j][0] + ratio*dx
				sum[1] += at[j][1] + ratio*dy
			}
			next[i] = [2]float64{sum[0] / float64(k), sum[1] / float64(k)}
		}
		at, next = next, at
	}
	return at
}

// principalPlaces gives the first two principal coordinates of distances: the leading
// eigenvectors of the doubly centred squares, by power iteration from a fixed start.
func principalPlaces(apart []float64, k int) [][2]float64 {
	b := make([]float64, k*k)
	means := make([]float64, k)
	all := 0.0
	for i := range k {
		for j := range k {
			means[i] += apart[i*k+j] * apart[i*k+j] / float64(k)
		}
		all += means[i] / float64(k)
	}
	for i := range k {
		for j := range k {
			b[i*k+j] = -0.5 * (apart[i*k+j]*apart[i*k+j] - means[i] - means[j] + all)
		}
	}
	at := make([][2]float64, k)
	for axis := range 2 {
		v, value := leading(b, k)
		for i := range k {
			at[i][axis] = math.Sqrt(max(0, value)) * v[i]
			for j := range k {
				b[i*k+j] -= value * v[i] * v[j]
			}
		}
	}
	return at
}

// leading gives the leading eigenvector of a symmetric matrix, its largest entry
// positive, and its value.
func leading(b []float64, k int) ([]float64, float64) {
	v, w := make([]float64, k), make([]float64, k)
	for i := range v {
		v[i] = math.Sin(float64(i + 1)) // no symmetry of the themes is one of this
	}
	value := 0.0
	for range mapRounds {
		long := 0.0
		for i := range k {
			w[i] = 0
			for j := range k {
				w[i] += b[i*k+j] * v[j]
			}
			long += w[i] * w[i]
		}
		if long = math.Sqrt(long); long < 1e-12 {
			return make([]float64, k), 0
		}
		value = 0
		for i := range k {
			value += v[i] * w[i]
			w[i] /= long
		}
		v, w = w, v
	}
	most := 0
	for i := range v {
		if math.Abs(v[i]) > math.Abs(v[most])+1e-9 {
			most = i
		}
	}
	if v[most] < 0 {
		for i := range v {
			v[i] = -v[i]
		}
	}
	return v, value
}
