package disproportion

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"psims/internal/parallel"
)

// NullConfig are the settings of Events.Null.
type NullConfig struct {
	Runs     int // shuffles
	Seed     uint64
	MinCount int // pairs of fewer events are not looked at; that of Config
}

// Validate names the setting that is out of range.
func (c NullConfig) Validate() error {
	if c.Runs < 1 || c.MinCount < 1 {
		return fmt.Errorf("runs and events of a shuffle must be at least 1, not %d and %d", c.Runs, c.MinCount)
	}
	return nil
}

// Null is what EB05 and IC025 come to when rows and columns have nothing to do
// with each other.
type Null struct{ EB05, IC025 Chance }

// Chance is the distribution by chance of one measure over whole tables.
type Chance struct {
	Largest []float64 // that of each run, ascending; −Inf where no pair had enough events
	values  []float64 // of all runs together, from the floor up, ascending
	floor   float64
}

// FamilyWise gives the cut-off that the largest value of a table without any link
// exceeds with a probability of at most alpha. It counts the table judged as one
// more run, and is +Inf when there are too few runs for that alpha.
func (c Chance) FamilyWise(alpha float64) float64 {
	n := len(c.Largest)
	over := int(math.Floor(alpha*float64(n+1)+1e-9)) - 1 // runs that may lie above
	if over < 0 {
		return math.Inf(1)
	}
	return c.Largest[max(0, n-1-over)]
}

// ExpectedFalse gives the number of pairs of at least cut that a table without any
// link has on average. Over the number that the judged table has it is the expected
// share of false ones. NaN for a cut below the floor: 1 for EB05, 0 for IC025.
func (c Chance) ExpectedFalse(cut float64) float64 {
	if !(cut >= c.floor) || len(c.Largest) == 0 {
		return math.NaN()
	}
	below, _ := slices.BinarySearch(c.values, cut)
	return float64(len(c.values)-below) / float64(len(c.Largest))
}

// mostShuffled is the count up to which quantiles for shuffled tables are kept.
const mostShuffled = 4096

// run holds what one shuffle gave.
type run struct {
	eb05, ic025       []float64
	largestEB, wideIC float64
}

// Null shuffles which event has which set of column items, within strata, and
// judges each shuffled table: margins, strata and items that come together stay as
// they are, and only the link between rows and columns is gone. prior is that of
// the judged table; being fitted to real links it shrinks less than one fitted to
// chance would, so the cut-offs for EB05 err on the safe side. Without a prior
// (nil) EB05 is left out. Cost of each run as that of Count.
//
// Source: the spuriousness rate of Caster et al. (2020), Drug Safety 43, which
// shuffles within the whole database; we shuffle within strata, as the expected
// numbers do. Panics if the settings are not valid.
func (e *Events) Null(prior *Prior, c NullConfig) Null {
	if err := c.Validate(); err != nil {
		panic("disproportion: " + err.Error())
	}
	m := e.margins()
	within := e.byStratum()
	quantiles := make(gammaQuantiles, mostShuffled)
	for a := range quantiles {
		if a >= c.MinCount {
			quantiles[a] = halfShape(a)
		}
	}
	runs := make([]run, c.Runs)
	counters := make([]*counter, parallel.Workers())
	parallel.Blocks(c.Runs, 1, func(worker, from, _ int) {
		if counters[worker] == nil {
			counters[worker] = newCounter(e, m)
		}
		rng := rand.New(rand.NewPCG(c.Seed, uint64(from)))
		runs[from] = counters[worker].shuffled(e.shuffle(within, rng), prior, c.MinCount, quantiles)
	})
	var null Null
	null.EB05.floor = 1
	for _, r := range runs {
		null.EB05.Largest = append(null.EB05.Largest, r.largestEB)
		null.IC025.Largest = append(null.IC025.Largest, r.wideIC)
		null.EB05.values = append(null.EB05.values, r.eb05...)
		null.IC025.values = append(null.IC025.values, r.ic025...)
	}
	if prior == nil {
		null.EB05.Largest = nil
	}
	for _, list := range [][]float64{null.EB05.Largest, null.IC025.Largest, null.EB05.values, null.IC025.values} {
		slices.Sort(list)
	}
	return null
}

// byStratum gives the events of each stratum.
func (e *Events) byStratum() items {
	single := items{start: make([]int, e.Len()+1), of: e.stratum, kinds: e.strata}
	for i := range single.start {
		single.start[i] = i
	}
	return single.invert()
}

// shuffle gives for each event the one whose column items it takes.
func (e *Events) shuffle(within items, rng *rand.Rand) []int32 {
	from := make([]int32, e.Len())
	order := slices.Clone(within.of)
	for s := range e.strata {
		own, other := within.at(int32(s)), order[within.start[s]:within.start[s+1]]
		rng.Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
		for k, i := range own {
			from[i] = other[k]
		}
	}
	return from
}

// shuffled judges one shuffled table.
func (w *counter) shuffled(from []int32, prior *Prior, minCount int, quantiles gammaQuantiles) run {
	out := run{largestEB: math.Inf(-1), wideIC: math.Inf(-1)}
	for r := range int32(w.e.rows.kinds) {
		w.row(r, from)
		for _, c := range w.touched {
			a := int(w.count[c])
			if a < minCount {
				continue
			}
			cell := Cell{A: a, Expected: w.expected(c)}
			ic := quantiles.ic(cell).Lo
			out.wideIC = max(out.wideIC, ic)
			if ic >= 0 {
				out.ic025 = append(out.ic025, ic)
			}
			if prior == nil {
				continue
			}
			// One value of the distribution function tells whether the quantile matters.
			post := prior.Posterior(a, cell.Expected)
			if post.CDF(max(out.largestEB, 0)) > 0.05 && post.CDF(1) > 0.05 {
				continue
			}
			eb05 := post.Quantile(0.05)
			out.largestEB = max(out.largestEB, eb05)
			if eb05 >= 1 {
				out.eb05 = append(out.eb05, eb05)
			}
		}
	}
	return out
}
