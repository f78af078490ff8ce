package outbreak

import "math"

// The evidence of a week is minus the log of its mid-p value, which is about
// exponential of mean 1 when nothing is unusual. Evidence beyond carryAllowance is
// carried to the next week, as a CUSUM does, up to carryCap.
const (
	carryAllowance = 1
	carryCap       = 3
	// carryMean is the mean of exp(carried evidence) when nothing is unusual: with Z
	// exponential of mean 1, E exp(min(c, (Z−a)⁺)) = 1 + c·e^(−a).
	carryMean = 1 + carryCap/math.E
	// smooth is the mean times dispersion from which on counts are no longer so
	// coarse that they have another mean, and coarseCounts how many are then added up.
	smooth       = 30
	coarseCounts = 200
)

// weigh gives the weight of week t: above 1 after a week that was high itself, a
// little below 1 otherwise. Its mean is 1 when nothing is unusual, and it does not
// depend on the count of week t, so P divided by it falls below any alpha at the
// rate alpha (Genovese, Roeder & Wasserman 2006, theorem 1). It is 1 where the week
// before was not observed, compares with no other, or was itself learnt from.
func (m *model) weigh(y []float64, t int) float64 {
	if t <= m.until || !m.exposure.tells(y, t-1) {
		return 1
	}
	f := m.forecast(t - 1)
	return 1 - m.p.Carry + m.p.Carry*carried(f.middle(y[t-1]))/f.carryMean()
}

// carried gives exp(carried evidence) of a mid-p value.
func carried(p float64) float64 {
	evidence := -math.Log(max(leastP, p))
	return math.Exp(min(carryCap, max(0, evidence-carryAllowance)))
}

// carryMean gives the mean of carried when nothing is unusual. A coarse count has
// fewer p-values and another mean than an exponential.
func (f forecast) carryMean() float64 {
	c := f.counts(f.noise.phi)
	if c.Mean*c.Dispersion >= smooth {
		return carryMean
	}
	var probs [coarseCounts]float64
	c.Probabilities(probs[:])
	sum, above := 0.0, 1.0
	for _, p := range probs {
		sum += p * carried(above-p/2)
		if above -= p; above < leastWeight {
			break
		}
	}
	return sum
}
