// Package chance gives the generator its random numbers: every draw comes from a
// stream that a seed and a name determine, so that two streams never depend on
// the order in which they are used. In goes a seed with the names of a stream,
// out come draws from the usual distributions.
package chance

import (
	"math"
	"math/rand/v2"
	"sort"
)

// Source is one stream of draws. It is not safe for use by several goroutines;
// give each its own stream.
type Source struct {
	pcg  rand.PCG
	rest *rand.Rand // reads the same pcg; for the distributions of the standard library
}

// New returns the stream that seed and names determine. Streams with other names
// are independent for our purposes: the names pass through a mixing function, so
// that neighbours don't start in neighbouring states.
func New(seed uint64, names ...uint64) *Source {
	s := &Source{}
	s.rest = rand.New(&s.pcg)
	s.Reset(seed, names...)
	return s
}

// Reset turns s into the stream that New returns for the same arguments.
func (s *Source) Reset(seed uint64, names ...uint64) {
	h := mix(seed)
	for _, n := range names {
		h = mix(h ^ mix(n+0x9e3779b97f4a7c15))
	}
	s.pcg.Seed(h, mix(h+1))
}

// mix is the finaliser of SplitMix64.
// Source: Steele, Lea & Flood (2014), Fast splittable pseudorandom number generators, figure 14.
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Uint64 returns 64 random bits.
func (s *Source) Uint64() uint64 { return s.pcg.Uint64() }

// Intn returns a whole number from 0 to n−1. Panics if n < 1.
func (s *Source) Intn(n int) int {
	if n < 1 {
		panic("chance: Intn of less than 1")
	}
	// The high half of a 32×32 bit product; the bias is below n/2³².
	return int(s.pcg.Uint64() >> 32 * uint64(n) >> 32)
}

// Between returns a whole number from lo to hi, both included.
func (s *Source) Between(lo, hi int) int { return lo + s.Intn(hi-lo+1) }

// Float returns a number in [0, 1).
func (s *Source) Float() float64 { return float64(s.pcg.Uint64()>>11) / (1 << 53) }

// Bool is true with probability p.
func (s *Source) Bool(p float64) bool { return s.Float() < p }

// Exp returns a draw from the exponential distribution with that mean.
func (s *Source) Exp(mean float64) float64 { return mean * s.rest.ExpFloat64() }

// Normal returns a draw from the normal distribution.
func (s *Source) Normal(mean, sd float64) float64 { return mean + sd*s.rest.NormFloat64() }

// LogNormal returns a draw whose logarithm has that standard deviation; median is the median.
func (s *Source) LogNormal(median, sigma float64) float64 {
	return median * math.Exp(sigma*s.rest.NormFloat64())
}

// Poisson returns a draw from the Poisson distribution. Cost is linear in mean
// below 30; above, the normal approximation is used, rounded.
func (s *Source) Poisson(mean float64) int {
	if mean <= 0 {
		return 0
	}
	if mean > 30 {
		return max(0, int(math.Round(s.Normal(mean, math.Sqrt(mean)))))
	}
	n, left := 0, s.rest.ExpFloat64()
	for left < mean {
		n, left = n+1, left+s.rest.ExpFloat64()
	}
	return n
}

// Perm returns the numbers 0 to n−1 in random order.
func (s *Source) Perm(n int) []int { return s.rest.Perm(n) }

// Shuffle puts n things in random order.
func (s *Source) Shuffle(n int, swap func(i, j int)) { s.rest.Shuffle(n, swap) }

// Weights is a list of weights made ready for drawing an index with probability
// proportional to its weight.
type Weights []float64 // running sums

// NewWeights prepares w. Panics if a weight is negative or not a number.
func NewWeights(w []float64) Weights {
	out, sum := make(Weights, len(w)), 0.0
	for i, x := range w {
		if !(x >= 0) {
			panic("chance: a weight is negative or not a number")
		}
		sum += x
		out[i] = sum
	}
	return out
}

// Total is the sum of the weights.
func (w Weights) Total() float64 {
	if len(w) == 0 {
		return 0
	}
	return w[len(w)-1]
}

// Draw returns an index. Panics if all weights are zero. Cost is logarithmic.
func (w Weights) Draw(s *Source) int {
	if w.Total() <= 0 {
		panic("chance: no positive weight to draw from")
	}
	x := s.Float() * w.Total()
	// The first running sum above x: an index of weight zero is never drawn.
	return sort.Search(len(w)-1, func(i int) bool { return w[i] > x })
}
