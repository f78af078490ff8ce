package linkage

import (
	"context"
	"math"

	"psims/internal/parallel"
)

const (
	rounds      = 12
	prior       = 30.0 // pairs that what is expected beforehand counts for
	differ      = 0.1  // share of matches with another value of a code, before it is learnt
	lowBits     = -40  // weights below are as good as this
	highBits    = 80
	bins        = highBits - lowBits + 1
	quietShare  = 0.8 // of the chance pairs: where these lie, matches hardly do
	emptyChance = 0.125
)

// model holds what is learnt.
type model struct {
	*reports
	config Config
	cuts   [2][]float32 // of likeness, by whether a block is one of words
	m, u   levelShares  // of matches and of chance
	logM   levelShares  // log2 of them
	logU   levelShares
	cells  []cellTable // by coded field
	curves [BlockCount]curve
	sample []example
	rate   [2]float64 // share of the reports that were sampled, by whether a block is one of words
}

// levelShares is a number for each level of the fields that have levels.
type levelShares [BlockCount][levelFields][maxLevels]float64

func (s *levelShares) log() (out levelShares) {
	for b := range s {
		for f := range s[b] {
			for l, share := range s[b][f] {
				out[b][f][l] = math.Log2(share)
			}
		}
	}
	return out
}

// example is a pair that is learnt from.
type example struct {
	pair
	comparison
	posterior float64
}

// curve is the probability of a match by weight.
type curve struct {
	posterior [bins]float64 // by whole bits, never falling
	matches   float64       // share of the pairs that are one event
	ratio     float64       // chance pairs among those that may be matches, for each that is shifted
	floor     float64       // weight that few chance pairs reach
	pairs     float64       // that may be matches; 0 until all have been looked at
}

func bin(weight float64) int { return int(min(max(math.Floor(weight), lowBits), highBits)) - lowBits }

// at gives the probability that a pair of that weight is one event: what the
// excess over chance pairs of like weight says, unless the weight itself says less.
func (c *curve) at(weight float64) float64 {
	odds := c.matches / max(1-c.matches, 1e-9) * math.Exp2(weight)
	return min(c.posterior[bin(weight)], odds/(1+odds))
}

// threshold gives the least weight of a link.
func (c *curve) threshold(posterior float64) float64 {
	for weight := float64(lowBits); weight <= highBits; weight += 0.125 {
		if c.at(weight) >= posterior {
			return weight
		}
	}
	return math.Inf(1)
}

func newModel(r *reports, c Config, sample []pair) *model {
	m := &model{reports: r, config: c, sample: make([]example, len(sample))}
	parallel.Blocks(len(sample), stretch, func(_, from, until int) {
		for k := from; k < until; k++ {
			m.sample[k] = example{pair: sample[k], comparison: r.compare(sample[k])}
		}
	})
	for words := range m.cuts {
		m.cuts[words] = cutsOf(m.sample, words == 1)
	}
	for k := range m.sample {
		e := &m.sample[k]
		e.textLevel(m.cutsFor(e.block))
	}
	m.cells = make([]cellTable, len(r.coded))
	for f := range m.cells {
		m.cells[f] = newCellTable(&r.coded[f], r, m.sample)
	}
	for b := range m.m {
		m.curves[b] = curve{matches: 0.01, floor: lowBits}
		for f := range levelled {
			copy(m.m[b][f][:], levelled[f].start)
		}
	}
	m.learnChance()
	return m
}

// kindOf gives 0 for a block of days and 1 for one of words.
func kindOf(b Block) int {
	if b.words() {
		return 1
	}
	return 0
}

func (m *model) cutsFor(b Block) []float32 { return m.cuts[kindOf(b)] }

// learn learns from the sample, and then, unless that was all there is, from all
// pairs that the weights learnt from the sample let hope for: matches are few, and
// a sample holds few of them.
func (m *model) learn(ctx context.Context, b *blocks) error {
	m.rate = b.rate
	if err := m.repeat(ctx); err != nil {
		return err
	}
	if b.rate != [2]float64{1, 1} {
		all := &sweep{blocks: b, m: m, bound: m.bound(), after: math.MinInt32, chance: true}
		for k := range all.least {
			all.least[k] = m.curves[k].floor
		}
		hopeful, compared, err := all.run(ctx)
		if err != nil {
			return err
		}
		m.sample = make([]example, len(hopeful))
		for k := range hopeful {
			m.sample[k] = hopeful[k].example
		}
		for f := range m.cells {
			m.cells[f].attach(m.reports, m.sample)
		}
		for k := range m.curves {
			m.curves[k].pairs = float64(compared[k])
			if !Block(k).words() {
				m.curves[k].ratio *= allWeeks / (float64(b.weeks) * b.drawn) // for some are drawn
			}
		}
		if err := m.repeat(ctx); err != nil {
			return err
		}
	}
	m.sample = nil
	return nil
}

// repeat is EM: who is a match by the weights as they are, the weights by who is one.
func (m *model) repeat(ctx context.Context) error {
	weights := make([]float64, len(m.sample))
	for range rounds {
		if err := ctx.Err(); err != nil {
			return err
		}
		parallel.Blocks(len(m.sample), stretch, func(_, from, until int) {
			for k := from; k < until; k++ {
				weights[k] = m.exampleWeight(k)
			}
		})
		m.fitCurves(weights)
		for k := range m.sample {
			if e := &m.sample[k]; e.shift == 0 {
				e.posterior = m.curves[e.block].at(weights[k])
			}
		}
		m.learnMatches()
	}
	return nil
}

// learnChance counts what pairs weeks apart agree on.
func (m *model) learnChance() {
	m.u = m.shares(func(e *example) float64 {
		if e.shift != 0 {
			return 1
		}
		return 0
	}, nil)
	m.logU, m.logM = m.u.log(), m.m.log()
}

// learnMatches counts what matches agree on, each pair for its probability.
func (m *model) learnMatches() {
	start := m.m
	for b := range start {
		for f := range levelled {
			clear(start[b][f][:])
			copy(start[b][f][:], levelled[f].start)
		}
	}
	m.m = m.shares(func(e *example) float64 { return e.posterior }, &start)
	m.logM = m.m.log()
	for f := range m.cells {
		m.cells[f].learn(m.reports, m.sample)
	}
}

// shares gives the shares of the levels in each block, drawn towards those of all
// blocks of the kind, and these towards start, or evenly when it is nil.
func (m *model) shares(mass func(*example) float64, start *levelShares) (out levelShares) {
	var counts levelShares
	for k := range m.sample {
		e := &m.sample[k]
		if w := mass(e); w > 0 {
			for f, level := range e.levels {
				if level != missing {
					counts[e.block][f][level] += w
				}
			}
		}
	}
	for f := range levelled {
		levels := len(levelled[f].levels)
		for _, kind := range [][2]Block{{SameDays, SameWords}, {SameWords, BlockCount}} {
			var all, expected [maxLevels]float64
			for b := kind[0]; b < kind[1]; b++ {
				for l := range levels {
					all[l] += counts[b][f][l]
				}
			}
			for l := range levels {
				expected[l] = 1 / float64(levels)
				if start != nil {
					expected[l] = start[kind[0]][f][l]
				}
			}
			pooled := towards(all, expected, prior/3, levels)
			for b := kind[0]; b < kind[1]; b++ {
				out[b][f] = towards(counts[b][f], pooled, prior, levels)
			}
		}
	}
	return out
}

// towards gives shares of counts after adding size pairs that are as expected.
func towards(counts, expected [maxLevels]float64, size float64, levels int) (out [maxLevels]float64) {
	total := size
	for l := range levels {
		total += counts[l]
	}
	for l := range levels {
		out[l] = (counts[l] + size*expected[l]) / total
	}
	return out
}

// exampleWeight is weight for an example, whose cells are at hand.
func (m *model) exampleWeight(k int) float64 {
	e := &m.sample[k]
	if !e.proven(e.block) {
		return lowBits
	}
	sum := 0.0
	for f := range levelFields {
		sum += m.levelBits(f, e.block, &e.comparison)
	}
	for f := range m.cells {
		sum += m.cells[f].ofExample(k, e.pair)
	}
	return sum
}

// weight gives the bits for being one event.
func (m *model) weight(p pair, c *comparison) float64 {
	sum := 0.0
	for f := range levelFields {
		sum += m.levelBits(f, p.block, c)
	}
	for f := range m.cells {
		sum += m.cells[f].bits(m.reports, p)
	}
	return sum
}

// levelBits gives the bits of one level field; 0 when it is missing.
func (m *model) levelBits(f int, b Block, c *comparison) float64 {
	level := c.levels[f]
	if level == missing {
		return 0
	}
	chance := m.logU[b][f][level]
	if f == textField && level == copied {
		// How rare this wording is, not how rare copies are; but where shared wording
		// is why the two were compared, copies are common by chance too.
		if rare := float64(c.surpass); !b.words() || rare > chance {
			chance = rare
		}
	}
	return m.logM[b][f][level] - chance
}
