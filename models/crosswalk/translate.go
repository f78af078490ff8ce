package crosswalk

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Series is counts by new code, t×b row-major, oldest first.
type Series struct {
	To       []string  `json:"to"`
	Expected []float64 `json:"expected"`
	Low      []float64 `json:"low"` // 95 % of what people would have counted lies between
	High     []float64 `json:"high"`
	// Unsure is, for each of the t periods, the share of events with an old code that
	// had too few narratives: they are spread by the mix of all.
	Unsure []float64 `json:"unsure"`
}

// Translate turns counts by old code, t×a row-major and oldest first, into what
// people would have counted by new code. The interval holds two things: an old
// code's events fall to its new codes by chance, and the shares themselves are
// uncertain. The second is the same for every period, so that errors of neighbouring
// periods go together, and a series can lie off as a whole.
//
// Panics unless counts are whole rows and none is negative. Cost: t·a²·b.
func (t *Table) Translate(counts []int32) *Series {
	a, b := len(t.From), len(t.To)
	if len(counts)%a != 0 {
		panic(fmt.Sprintf("crosswalk: %d counts of %d codes", len(counts), a))
	}
	periods := len(counts) / a
	s := &Series{To: t.To, Expected: make([]float64, periods*b), Low: make([]float64, periods*b), High: make([]float64, periods*b), Unsure: make([]float64, periods)}
	spread := t.spread()
	for p := range periods {
		row := counts[p*a : (p+1)*a]
		total, unsure := 0.0, 0.0
		for i, n := range row {
			if n < 0 {
				panic(fmt.Sprintf("crosswalk: a count of %d", n))
			}
			total += float64(n)
			if t.Mappings[i].Status == TooFew {
				unsure += float64(n)
			}
		}
		s.Unsure[p] = unsure / math.Max(1, total)
		for j := range b {
			mean, variance := 0.0, 0.0
			for i, n := range row {
				if n == 0 {
					continue
				}
				share := t.Share[i*b+j]
				mean += float64(n) * share
				variance += float64(n) * share * (1 - share)
				for k, m := range row {
					variance += float64(n) * float64(m) * spread[(j*a+i)*a+k]
				}
			}
			at := p*b + j
			s.Expected[at] = mean
			s.Low[at], s.High[at] = countInterval(mean, variance, total)
		}
	}
	return s
}

// spread gives, for each new code, the a×a covariances of the old codes' shares in it.
func (t *Table) spread() []float64 {
	a, b := len(t.From), len(t.To)
	out := make([]float64, b*a*a)
	mean := make([]float64, a*b)
	for _, draw := range t.Draws {
		for i, v := range draw {
			mean[i] += float64(v) / float64(len(t.Draws))
		}
	}
	for _, draw := range t.Draws {
		for j := range b {
			for i := range a {
				off := float64(draw[i*b+j]) - mean[i*b+j]
				if off == 0 {
					continue
				}
				for k := range a {
					out[(j*a+i)*a+k] += off * (float64(draw[k*b+j]) - mean[k*b+j]) / float64(len(t.Draws))
				}
			}
		}
	}
	return out
}

// countInterval gives the 95 % interval of a count between 0 and total, by the
// gamma law of that mean and variance, which is skewed as small counts are.
func countInterval(mean, variance, total float64) (low, high float64) {
	if mean <= 0 || variance <= 0 {
		return mean, mean
	}
	shape := mean * mean / variance
	if shape > 1e4 { // the gamma law is as good as normal
		half := 1.959963984540054 * math.Sqrt(variance)
		return math.Max(0, mean-half), math.Min(total, mean+half)
	}
	if shape < 1e-3 { // nearly all of the law lies on 0
		return 0, math.Min(total, math.Ceil(mean))
	}
	law := distuv.Gamma{Alpha: shape, Beta: mean / variance}
	// Counts are whole: the interval of the law is widened to the whole numbers around
	// it. A law that is nearly all on 0 may have its mean beyond its bound.
	return math.Floor(law.Quantile(.025)), math.Min(total, math.Ceil(math.Max(mean, law.Quantile(.975))))
}
