package outbreak

import (
	"errors"
	"fmt"
	"math"
)

// Prior is what strata have in common: where a stratum's own past is too short or
// too sparse to tell, it is taken to be like the others.
type Prior struct {
	Trend, TrendSD float64            // change of the log mean a year
	Wave           [waves]float64     // cosine and sine of each harmonic, on the log mean, week 0 of the series
	WaveSD         [harmonics]float64 // spread about them
	// Dispersion weighs each value of variance over mean that is thought of; the
	// weights sum to 1.
	Dispersion [len(dispersions)]float64
}

// DefaultPrior is what is taken before any stratum was seen: no trend, within some
// 40 % a year; no yearly wave, within about a quarter up or down; most counts near Poisson.
func DefaultPrior() Prior {
	p := Prior{TrendSD: 0.2, WaveSD: [harmonics]float64{0.3, 0.2}}
	weights := [len(dispersions)]float64{13, 2, 1, 1, 1, 1, 1, 1, 1, 0.5, 0.25, 0.12, 0.06, 0.03, 0.02, 0.01, 0.01, 0.01, 0.01}
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	for k, w := range weights {
		p.Dispersion[k] = w / sum
	}
	return p
}

// Validate says what is wrong with the prior.
func (p Prior) Validate() error {
	sum := 0.0
	for _, w := range p.Dispersion {
		if !(w > 0) {
			return errors.New("outbreak: every dispersion needs some prior weight")
		}
		sum += w
	}
	if math.Abs(sum-1) > 1e-9 {
		return errors.New("outbreak: the prior weights of the dispersion must sum to 1")
	}
	for _, sd := range append([]float64{p.TrendSD}, p.WaveSD[:]...) {
		if !(sd > 0) {
			return errors.New("outbreak: the spreads of the prior must be positive")
		}
	}
	return nil
}

func (p Prior) penalty() (out penalty) {
	out.mean[1], out.precision[1] = p.Trend, 1/(p.TrendSD*p.TrendSD)
	for j := range waves {
		sd := p.WaveSD[j/2]
		out.mean[2+j], out.precision[2+j] = p.Wave[j], 1/(sd*sd)
	}
	return out
}

// Learn takes from all strata together what they have in common, from the weeks
// before until (exclusive): the mean and spread of trend and yearly wave, and how
// often each dispersion occurs. series[i] holds stratum i's weekly counts, oldest
// first, NaN where not observed, all on the same weeks. With few strata, or little
// past, the answer stays near p.Prior. The order of the strata does not matter
// beyond rounding; strata are worked on side by side, with the same result on any
// number of cores.
//
// Source: empirical Bayes by the EM algorithm, Carlin & Louis (2000), Bayes and
// Empirical Bayes Methods for Data Analysis, 3.4; strata enter by the normal
// approximation of their own likelihood.
func Learn(series [][]float64, until int, p Predictive) Prior {
	return LearnExposed(series, nil, until, p)
}

// LearnExposed is Learn with a known exposure for each stratum; nil is none.
//
// Panics if there are exposures, but not one for each stratum.
func LearnExposed(series [][]float64, exposure []Exposure, until int, p Predictive) Prior {
	if exposure != nil && len(exposure) != len(series) {
		panic(fmt.Sprintf("outbreak: %d exposures for %d strata", len(exposure), len(series)))
	}
	return learn(len(series), until, p, func() func(i int) ([]float64, Exposure) {
		return func(i int) ([]float64, Exposure) {
			if exposure == nil {
				return series[i], Exposure{}
			}
			exposure[i].check(len(series[i]))
			return series[i], exposure[i]
		}
	})
}

// learn is LearnExposed of n strata that each goroutine reads by its own reader.
func learn(n, until int, p Predictive, reader func() func(i int) ([]float64, Exposure)) Prior {
	seen := make([]evidence, n)
	wide := p
	wide.Prior = p.Prior.widened()
	each(n, func() func(i int) {
		m, read := newModel(wide), reader()
		return func(i int) {
			var y []float64
			if y, m.exposure = read(i); until <= len(y) && m.learn(y, until) {
				seen[i] = m.evidence()
			}
		}
	})
	out := p.Prior
	out.Trend, out.TrendSD = pool(seen, []int{1}, []float64{p.Prior.Trend}, p.Prior.TrendSD)
	out.TrendSD = max(out.TrendSD, leastTrend)
	for h := range harmonics {
		c, s := 2*h, 2*h+1
		// Cosine and sine share one spread, so that the phase of a wave is free.
		_, out.WaveSD[h] = pool(seen, []int{2 + c, 2 + s}, []float64{p.Prior.Wave[c], p.Prior.Wave[s]}, p.Prior.WaveSD[h])
		out.Wave[c], _ = pool(seen, []int{2 + c}, []float64{p.Prior.Wave[c]}, p.Prior.WaveSD[h])
		out.Wave[s], _ = pool(seen, []int{2 + s}, []float64{p.Prior.Wave[s]}, p.Prior.WaveSD[h])
	}
	out.Dispersion = poolDispersion(seen, p.Prior.Dispersion)
	return out
}

const (
	// priorStrata is how many strata the given prior weighs as much as.
	priorStrata = 5
	// leastSpread keeps strata from being taken for exactly alike.
	leastSpread = 0.03
	// leastTrend is the spread of trends that is allowed for at least: one that few
	// strata share must still be believed where counts are too sparse to tell.
	leastTrend = 0.15
	// poolRounds of the EM algorithm; the changes are then far below the spreads.
	poolRounds = 50
	// widening of the spreads under which each stratum is looked at alone.
	widening = 3
)

func (p Prior) widened() Prior {
	p.TrendSD *= widening
	for h := range p.WaveSD {
		p.WaveSD[h] *= widening
	}
	return p
}

// evidence is what one stratum's own counts say: estimate and precision of each
// coefficient, and the likelihood of each dispersion up to a factor.
type evidence struct {
	estimate, precision [terms]float64
	dispersion          [len(dispersions)]float64
	known               bool
}

// evidence takes the prior out of the posterior again.
func (m *model) evidence() (e evidence) {
	prior := m.past.prior
	for j, v := range m.past.variance() {
		e.precision[j] = max(0, 1/v-prior.precision[j])
		if e.precision[j] > 0 {
			e.estimate[j] = (m.past.coef[j]/v - prior.mean[j]*prior.precision[j]) / e.precision[j]
		}
	}
	for k, w := range m.noise.weight {
		e.dispersion[k] = w / m.p.Prior.Dispersion[k]
	}
	// One stratum whose own fit came to nothing must not spoil what all are judged by.
	e.known = e.finite()
	return e
}

// finite reports whether every number of the evidence is one.
func (e *evidence) finite() bool {
	for _, all := range [][]float64{e.estimate[:], e.precision[:], e.dispersion[:]} {
		for _, v := range all {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return false
			}
		}
	}
	return true
}

// pool estimates the common mean of the first coefficient listed, and the spread
// about their means of all that are listed.
func pool(seen []evidence, coefs []int, mean []float64, sd float64) (first, spread float64) {
	start, variance := append([]float64(nil), mean...), sd*sd
	mean = append([]float64(nil), mean...)
	for range poolRounds {
		squares, n := priorStrata*sd*sd, float64(priorStrata)
		for a, j := range coefs {
			sum, count := priorStrata*start[a], float64(priorStrata)
			for _, e := range seen {
				if e.known {
					v := 1 / (e.precision[j] + 1/variance)
					c := v * (e.precision[j]*e.estimate[j] + mean[a]/variance)
					sum, count = sum+c, count+1
					squares, n = squares+v+(c-mean[a])*(c-mean[a]), n+1
				}
			}
			mean[a] = sum / count
		}
		variance = max(squares/n, leastSpread*leastSpread)
	}
	return mean[0], math.Sqrt(variance)
}

// poolDispersion estimates how often each dispersion occurs among the strata.
func poolDispersion(seen []evidence, prior [len(dispersions)]float64) [len(dispersions)]float64 {
	share := prior
	for range poolRounds {
		var next [len(dispersions)]float64
		total := float64(priorStrata)
		for k, w := range prior {
			next[k] = priorStrata * w
		}
		for _, e := range seen {
			if !e.known {
				continue
			}
			sum := 0.0
			for k, l := range e.dispersion {
				sum += l * share[k]
			}
			if sum == 0 {
				continue
			}
			for k, l := range e.dispersion {
				next[k] += l * share[k] / sum
			}
			total++
		}
		for k := range next {
			share[k] = next[k] / total
		}
	}
	return share
}
