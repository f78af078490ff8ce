package linkage

import "slices"

// cutsOf gives the quantiles of likeness among chance pairs, none when there are none.
func cutsOf(sample []example, words bool) []float32 {
	var all []float32
	for k := range sample {
		e := &sample[k]
		if e.shift != 0 && e.block.words() == words && e.levels[textField] == 0 {
			all = append(all, e.cosine)
		}
	}
	if len(all) == 0 {
		return nil
	}
	slices.Sort(all)
	out := make([]float32, len(textCuts))
	for k, q := range textCuts {
		out[k] = all[int(q*float64(len(all)-1))]
	}
	return out
}

// faint is the probability below which a pair counts as none: there are so many of
// these that the fluctuations of chance would be learnt as matches.
const faint = 0.2

// mostRepeats is the share of reports that can be repeats, whatever the excess: on
// days that stand for a whole quarter all reports of a service are alike.
const mostRepeats = 0.25

const (
	hopefulShare = 0.002 // of the chance pairs, that are looked at in full
	fewest       = 100   // chance pairs above the floor
)

// fitCurves learns the probability of a match by weight: of the pairs of a weight,
// all but as many as chance gives are matches. How many chance pairs there are is
// told by the low weights, where matches are few.
func (m *model) fitCurves(weights []float64) {
	var seen, chance [BlockCount][bins]float64
	for k := range m.sample {
		e := &m.sample[k]
		if e.shift == 0 {
			seen[e.block][bin(weights[k])]++
		} else {
			chance[e.block][bin(weights[k])]++
		}
	}
	for b := range m.curves {
		c := &m.curves[b]
		pairs, reports := c.pairs, float64(len(m.row))
		if pairs == 0 {
			reports *= m.rate[kindOf(Block(b))]
			c.ratio, c.floor = background(&seen[b], &chance[b])
			for _, n := range seen[b] {
				pairs += n
			}
		}
		c.fit(&seen[b], &chance[b], pairs, reports)
	}
}

// background gives how many chance pairs there are for each that is shifted, and
// the weight from which only hopefulShare of the shifted are.
func background(seen, chance *[bins]float64) (ratio, floor float64) {
	all := 0.0
	for k := range chance {
		all += chance[k]
	}
	ratio, floor = emptyChance, lowBits // when no shifted pair was seen: as many as there usually are
	low, lowChance, above := 0.0, 0.0, all
	for k := range chance {
		if lowChance < quietShare*all {
			low, lowChance = low+seen[k], lowChance+chance[k]
		}
		if above > hopefulShare*all && above > fewest {
			floor = float64(k) + lowBits
		}
		above -= chance[k]
	}
	if lowChance > 0 && low > 0 {
		ratio = low / lowChance
	}
	return ratio, floor
}

// fit learns the curve of pairs among so many reports.
func (c *curve) fit(seen, chance *[bins]float64, pairs, reports float64) {
	var values, mass []float64
	for k := range seen {
		if seen[k] > 0 {
			// One more: a chance pair that happened not to be drawn.
			values, mass = append(values, 1-c.ratio*(chance[k]+1)/seen[k]), append(mass, seen[k])
		}
	}
	values = rising(values, mass)
	at, last, matches := 0, 0.0, 0.0
	for k := range seen {
		if seen[k] > 0 {
			if last = values[at]; last < faint {
				last = 0
			}
			at++
			matches += last * seen[k]
		}
		c.posterior[k] = last
	}
	c.matches = min((matches+0.01)/(pairs+1), mostRepeats*reports/(pairs+1))
}

// rising gives the nearest values that never fall (pool adjacent violators; Ayer
// and others 1955).
func rising(values, mass []float64) []float64 {
	type pool struct {
		value, mass float64
		n           int
	}
	var pools []pool
	for k, v := range values {
		pools = append(pools, pool{v, mass[k], 1})
		for len(pools) > 1 {
			a, b := pools[len(pools)-2], pools[len(pools)-1]
			if a.value <= b.value {
				break
			}
			both := a.mass + b.mass
			pools = append(pools[:len(pools)-2], pool{(a.value*a.mass + b.value*b.mass) / both, both, a.n + b.n})
		}
	}
	out := values[:0]
	for _, p := range pools {
		for range p.n {
			out = append(out, p.value)
		}
	}
	return out
}
