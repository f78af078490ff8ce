package outbreak

import "math"

// The evidence of a week is minus the log of its mid-p value, which is about
// exponential of mean 1 when nothing is unusual. Evidence beyond carryAllowance is
// carried to the next week, as a CUSUM does, up to carryCap.
const (
	carryAllowance = 1
	carryCap       = 3
	// carryMean is the mean of exp(carried evidence) when nothing is unusual: with Z
	// exponential of mean 1, E exp(min(c, (Z−a)⁺)) = 1 + c·e^(−a). Small counts are
	// coarser and have a smaller mean, which leaves weights a little below 1 on average.
	carryMean = 1 + carryCap/math.E
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
	evidence := -math.Log(max(leastP, m.forecast(t-1).middle(y[t-1])))
	carried := min(carryCap, max(0, evidence-carryAllowance))
	return 1 - m.p.Carry + m.p.Carry*math.Exp(carried)/carryMean
}
