package delay

import (
	"math"
	"math/bits"
)

const (
	// priorCells is how many cells of a binomial's own spread each stratum's
	// dispersion is shrunk by.
	priorCells = 50
	// usualTimes and usualSDs bound what one week's late reports may add to the
	// delay distribution: a batch of old reports is cut down to that.
	usualTimes = 0.25
	usualSDs   = 4
	// leastExpected is how few reports are taken to be expected there.
	leastExpected = 0.25
)

// fit is the delay distribution of one stratum, followed through the past: column
// c of the sums is what was known at the end of week c.
type fit struct {
	weeks, delays int       // delays = MaxDelay
	n             []float64 // weeks × (delays+1)
	cum           []float64 // … added up over the delays
	clean         []float64 // … with what passes the usual cut down
	late, seenBy  []float64 // weeks × (delays+1): discounted reports of delay d, and of delay ≤ d
	total         float64
	phi           float64 // spread of a cell, relative to a binomial's
	clamped       bool    // a late week was far more than usual
	known         bool    // the hazards below are set

	strength  float64   // weight of the common hazard, in reports
	commonly  []float64 // hazard of each delay in all strata together; [0] is unused
	variation float64   // squared coefficient of variation of a week's mean
}

func newFit(t *Triangle, s int, c Config) *fit {
	f := &fit{weeks: len(t.Weeks), delays: t.MaxDelay, phi: 1}
	size := f.weeks * (f.delays + 1)
	f.n, f.cum, f.clean = make([]float64, size), make([]float64, size), make([]float64, size)
	f.late, f.seenBy = make([]float64, size), make([]float64, size)
	for i, v := range t.row(s) {
		f.n[i], f.clean[i] = float64(v), float64(v)
		f.cum[i] = f.n[i]
		if i%(f.delays+1) > 0 {
			f.cum[i] += f.cum[i-1]
		}
		f.total += f.n[i]
	}
	f.follow(math.Exp2(-1 / c.HalfLife))
	f.variation = f.weekVariation()
	return f
}

// follow adds week after week of reports to the discounted sums.
func (f *fit) follow(discount float64) {
	row := f.delays + 1
	squares, cells := float64(priorCells), float64(priorCells)
	running := make([]float64, f.weeks) // clean reports of each occurred week so far
	for c := range f.weeks {
		now, before := c*row, (c-1)*row
		if c > 0 {
			for d := 1; d <= f.delays; d++ {
				f.late[now+d], f.seenBy[now+d] = discount*f.late[before+d], discount*f.seenBy[before+d]
			}
		}
		running[c] = f.n[c*row]
		var expected, got [bands]float64
		for d := 1; d <= min(c, f.delays); d++ {
			v := f.n[(c-d)*row+d]
			got[band(d)] += v
			if h := f.own(now, d); h > 0 {
				e := running[c-d] * h / (1 - h)
				expected[band(d)] += e
				if e > 0.2 {
					squares += min((v-e)*(v-e)/e*(1-h), usualSDs*usualSDs)
					cells++
				}
			}
		}
		f.phi = max(1, squares/cells)
		f.add(c, running, f.usual(c, expected, got))
	}
}

// bands of delays are held to the usual one by one.
const bands = 5

// band puts delays of 1, 2–3, 4–7, 8–15 and more weeks together.
func band(d int) int { return min(bits.Len(uint(d)), bands) - 1 }

// usual gives the factors by which the late reports of a week are cut down, or
// counted up, for the delay distribution.
func (f *fit) usual(c int, expected, got [bands]float64) (factor [bands]float64) {
	for k, e := range expected {
		factor[k] = 1
		// Until every delay has been met once, nothing is known to be unusual.
		if c <= f.delays || got[k] == 0 {
			continue
		}
		width := usualTimes*e + usualSDs*math.Sqrt(f.phi*(e+leastExpected))
		switch {
		case got[k] > e+width:
			f.clamped = f.clamped || c >= f.weeks-f.delays && got[k] > e+2*width
			factor[k] = (e + width) / got[k]
		case got[k] < e-width:
			factor[k] = (e - width) / got[k]
		}
	}
	return factor
}

// add puts the reports of week c into the sums.
func (f *fit) add(c int, running []float64, factor [bands]float64) {
	row := f.delays + 1
	for d := 1; d <= min(c, f.delays); d++ {
		w := c - d
		v := factor[band(d)] * f.n[w*row+d]
		running[w] += v
		f.clean[w*row+d] = v
		f.late[c*row+d] += v
		f.seenBy[c*row+d] += running[w]
	}
}

// own gives the hazard of delay d by the sums at index now, 0 where nothing was seen.
func (f *fit) own(now, d int) float64 {
	if f.seenBy[now+d] == 0 {
		return 0
	}
	return min(f.late[now+d]/f.seenBy[now+d], 0.95)
}

// seen gives the events of week w that were reported by the end of week c.
func (f *fit) seen(w, c int) float64 {
	return f.cum[w*(f.delays+1)+min(c-w, f.delays)]
}

// common is what the strata of a triangle share.
type common struct {
	hazard   []float64
	strength float64
}

// strengths are the weights of the common hazard that are tried, in reports.
var strengths = [...]float64{1, 3, 10, 30, 100, 300, 1000, 3000, 10000}

// pool estimates the hazard of all strata together and how alike the strata are:
// the beta-binomial likelihood of the strata's own hazards, highest among strengths.
func pool(fits []*fit, delays int) common {
	out := common{hazard: make([]float64, delays+1), strength: strengths[4]}
	late, seen := make([]float64, delays+1), make([]float64, delays+1)
	for _, f := range fits {
		now := (f.weeks - 1) * (delays + 1)
		for d := 1; d <= delays; d++ {
			late[d] += f.late[now+d]
			seen[d] += f.seenBy[now+d]
		}
	}
	for d := 1; d <= delays; d++ {
		// Half a report among one keeps a hazard never met off zero.
		out.hazard[d] = (late[d] + 0.5/float64(delays)) / (seen[d] + 1)
	}
	best := math.Inf(-1)
	for _, k := range strengths {
		sum := 0.0
		for _, f := range fits {
			now := (f.weeks - 1) * (delays + 1)
			for d := 1; d <= delays; d++ {
				if n := f.seenBy[now+d] / f.phi; n > 0 {
					sum += betaBinomial(f.late[now+d]/f.phi, n, k*out.hazard[d], k*(1-out.hazard[d]))
				}
			}
		}
		if sum > best {
			best, out.strength = sum, k
		}
	}
	return out
}

// betaBinomial gives the log likelihood of x of n under Beta(a, b), without the
// terms that hang on x and n alone.
func betaBinomial(x, n, a, b float64) float64 {
	return lbeta(x+a, n-x+b) - lbeta(a, b)
}

func lbeta(a, b float64) float64 {
	x, _ := math.Lgamma(a)
	y, _ := math.Lgamma(b)
	z, _ := math.Lgamma(a + b)
	return x + y - z
}

func (f *fit) shrink(c common) { f.commonly, f.strength, f.known = c.hazard, c.strength, true }
