package outbreak

import "math"

const (
	// stepWeeks is how long counts must stay on one side of what was expected to be
	// a new level and not an outbreak.
	stepWeeks = 26
	// stepSearch is how far back the change is looked for.
	stepSearch = 4 * stepWeeks
	// stepLimit is the mean rank of those weeks, in its standard errors, beyond which
	// the level has changed; by chance about once in 400 weeks, which costs a little
	// history and no false alarm.
	stepLimit = 3
)

// lastStep looks for a lasting change of level, as when an organisation begins to
// report or moves to another system, and gives the week from which the new level
// holds; −1 if there is none. Ranks P(Y < y) + P(Y = y)/2 are used, so that neither
// an outbreak nor zeros weigh much.
func (m *model) lastStep() int {
	b := &m.past
	first := max(0, len(b.y)-stepSearch)
	var rank [stepSearch]float64
	sum, n := 0.0, 0
	for i := len(b.y) - 1; i >= first; i-- {
		if b.omega[i] == 0 {
			continue
		}
		c := forecast{mean: b.mean[i], noise: &m.noise}.counts(m.noise.phi)
		rank[i-first] = 0.5 - c.Middle(b.y[i])
		if n < stepWeeks {
			sum += rank[i-first]
			n++
		}
	}
	// A uniform rank has variance 1/12.
	if n < stepWeeks || math.Abs(sum) < stepLimit*math.Sqrt(stepWeeks/12.) {
		return -1
	}
	// The change is where the ranks, added up from now backwards, are furthest out,
	// but never so near that too little is left to learn from.
	best, at, run, seen := 0.0, -1, 0.0, 0
	for i := len(b.y) - 1; i >= first; i-- {
		if b.omega[i] == 0 {
			continue
		}
		seen++
		if run += math.Copysign(1, sum) * rank[i-first]; run > best && seen >= stepWeeks/2 {
			best, at = run, b.from+i
		}
	}
	return at
}
