package disproportion

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"psims/internal/parallel"
)

// FitConfig are the settings of FitPrior.
type FitConfig struct {
	// Truncated fits to the pairs with an event only, by their distribution given
	// that they have one. Judge sets it unless every possible pair is listed.
	Truncated bool
	// MinPairs is the number of pairs with an event below which nothing is fitted.
	MinPairs int
	// SquashAbove is the number of distinct (count, expected) above which pairs of
	// the same count and nearly the same expected are taken together; 0 never does.
	SquashAbove int
	// SquashWidth is how far apart the log expected of pairs taken together may lie.
	SquashWidth float64
	MaxSteps    int // Newton steps from each start
}

// DefaultFit fits from 30 pairs on, and takes pairs together above 50,000. A width
// of 0.01 moves a log-likelihood by about its square over 24, four parts in a million.
func DefaultFit() FitConfig {
	return FitConfig{Truncated: true, MinPairs: 30, SquashAbove: 50000, SquashWidth: 0.01, MaxSteps: 200}
}

// complete sets the likelihood to that of a table that lists every possible pair or not.
func (c FitConfig) complete(all bool) FitConfig {
	c.Truncated = !all
	return c
}

// Validate names the setting that is out of range.
func (c FitConfig) Validate() error {
	switch {
	case c.MinPairs < 1 || c.MaxSteps < 1 || c.SquashAbove < 0:
		return fmt.Errorf("pairs and steps of a fit must be above 0, not %d, %d and %d", c.MinPairs, c.MaxSteps, c.SquashAbove)
	case !(c.SquashWidth > 0 && c.SquashWidth <= 1):
		return fmt.Errorf("the squashing width must be above 0 and at most 1, not %v", c.SquashWidth)
	}
	return nil
}

// FitStatus is how a prior came about.
type FitStatus uint8

const (
	Fitted       FitStatus = iota // the likelihood's maximum
	OnEdge                        // the maximum lies at the edge of what is allowed: fewer than two gammas fit as well
	NotConverged                  // the best of the starts, not shown to be a maximum
	TooFew                        // too few pairs with an event: there is no prior
	Given                         // not fitted here
)

func (s FitStatus) usable() bool { return s != TooFew }

// String gives the English name.
func (s FitStatus) String() string {
	return [...]string{"fitted", "on the edge", "not converged", "too few", "given"}[s]
}

// Fit is a fitted prior and how sure it is.
type Fit struct {
	Prior  Prior
	Status FitStatus
	// LogLikelihood is that of all pairs, or with FitConfig.Truncated of those with
	// an event given that they have one.
	LogLikelihood float64
	Pairs         int // pairs used
	Points        int // distinct (count, expected) after squashing
	Reached       int // starts, of Starts, that came to this maximum
	Starts        int
}

// point is w pairs of the same count and (nearly) the same expected.
type point struct {
	count       int32 // index into counts
	w           float64
	expected    float64
	logExpected float64
}

// sample is what a prior is fitted to.
type sample struct {
	counts    []float64 // distinct, ascending
	logFact   []float64 // log of their factorial
	points    []point   // by count, then expected
	truncated bool
}

// FitPrior gives the prior of greatest likelihood: of the marginal distribution of
// the counts, a mixture of two negative binomials (DuMouchel 1999, equation 4).
// Newton's method with exact derivatives, from several starts on a coarsely
// squashed table, then from the best of them on the whole one.
//
// Source of squashing: DuMouchel & Pregibon (2001), KDD, section 3; we squash by
// equal steps of log expected, not by equal numbers of pairs. Cost: a sort, then
// linear in the points. Panics if the settings are not valid.
func FitPrior(cells []Cell, c FitConfig) Fit {
	if err := c.Validate(); err != nil {
		panic("disproportion: " + err.Error())
	}
	all, used, seen := collect(cells, c.Truncated)
	if seen < c.MinPairs {
		return Fit{Status: TooFew, Pairs: used, LogLikelihood: math.NaN()}
	}
	if c.SquashAbove > 0 && len(all.points) > c.SquashAbove {
		all = all.squash(c.SquashWidth)
	}
	coarse := all.squash(coarseWidth)
	starts := coarse.starts()
	var found []optimum
	for _, start := range starts {
		found = append(found, coarse.maximise(start, c.MaxSteps))
	}
	slices.SortStableFunc(found, func(a, b optimum) int { return cmp.Compare(a.nll, b.nll) })
	best, chosen := all.maximise(found[0].at, c.MaxSteps), found[0]
	for i, o := range found {
		// A coarse maximum well apart from the one before may be the better one of all pairs.
		if i > 0 && o.nll-found[0].nll < near && o.nll-found[i-1].nll > same {
			if other := all.maximise(o.at, c.MaxSteps); other.nll < best.nll-same {
				best, chosen = other, o
			}
		}
	}
	reached := 0
	for _, o := range found {
		if math.Abs(o.nll-chosen.nll) <= same {
			reached++
		}
	}
	return Fit{
		Prior: best.at.prior(), Status: best.status, LogLikelihood: -best.nll,
		Pairs: used, Points: len(all.points), Reached: reached, Starts: len(starts),
	}
}

const (
	coarseWidth = 0.2
	near        = 3    // log-likelihood within which a second maximum is looked at on all pairs
	same        = 1e-3 // log-likelihood within which two maxima are one
)

// collect takes the cells that count, sorted, equal ones together. seen is the
// number of those with an event. A pair that can't have an event tells nothing.
func collect(cells []Cell, truncated bool) (s *sample, used, seen int) {
	type item struct {
		a        int
		expected float64
	}
	items := make([]item, 0, len(cells))
	for _, c := range cells {
		if c.Expected > 0 && (c.A > 0 || !truncated) {
			items = append(items, item{c.A, c.Expected})
		}
		if c.A > 0 {
			seen++
		}
	}
	slices.SortFunc(items, func(a, b item) int {
		return cmp.Or(cmp.Compare(a.a, b.a), cmp.Compare(a.expected, b.expected))
	})
	s = &sample{truncated: truncated}
	for i, it := range items {
		if i == 0 || it.a != items[i-1].a {
			factorial, _ := math.Lgamma(float64(it.a) + 1)
			s.counts, s.logFact = append(s.counts, float64(it.a)), append(s.logFact, factorial)
		}
		if i > 0 && it == items[i-1] {
			s.points[len(s.points)-1].w++
			continue
		}
		s.points = append(s.points, point{int32(len(s.counts) - 1), 1, it.expected, math.Log(it.expected)})
	}
	return s, len(items), seen
}

// squash takes points of one count together whose log expected lie in one step.
func (s *sample) squash(width float64) *sample {
	out := &sample{counts: s.counts, logFact: s.logFact, truncated: s.truncated}
	step := math.Inf(-1)
	for i, p := range s.points {
		at := math.Floor(p.logExpected / width)
		if i > 0 && at == step && p.count == s.points[i-1].count {
			last := &out.points[len(out.points)-1]
			last.expected += p.w * (p.expected - last.expected) / (last.w + p.w)
			last.w += p.w
			last.logExpected = math.Log(last.expected)
		} else {
			out.points = append(out.points, p)
		}
		step = at
	}
	return out
}

// starts are where the search begins: DuMouchel's own, and mixtures around the
// ratio of all events with more and less spread and a rarer and a commoner part.
func (s *sample) starts() []theta {
	seen, expected := 0.0, 0.0
	for _, p := range s.points {
		seen += p.w * s.counts[p.count]
		expected += p.w * p.expected
	}
	ratio := math.Log(seen / expected)
	if s.truncated {
		// Counts given an event are too large for a ratio; the bulk is about 1.
		ratio = min(ratio, 0)
	}
	list := []theta{fromPrior(Prior{0.2, 0.1, 2, 4, 1. / 3}), fromPrior(Prior{0.5, 0.5, 4, 4, 0.3}), fromPrior(Prior{0.01, 0.01, 5, 5, 0.01})}
	for _, apart := range []float64{1, 3} {
		for _, share := range []float64{0.05, 0.3} {
			list = append(list, theta{ratio + apart, math.Log(1.5), ratio - 0.2, math.Log(6), math.Log(share / (1 - share))})
		}
	}
	return list
}

// sumBlock is the number of points of which a sum is taken at a time; the sums are
// then added in order, so that they are the same on any number of cores.
const sumBlock = 4096

// nll gives the negative log-likelihood and, in d, its derivatives.
func (s *sample) nll(at theta, d *derivatives) float64 {
	tables := [2]countTable{newCountTable(s.counts, at[1]), newCountTable(s.counts, at[3])}
	blocks := make([]derivatives, (len(s.points)+sumBlock-1)/sumBlock)
	parallel.Blocks(len(s.points), sumBlock, func(_, from, until int) {
		sum := &blocks[from/sumBlock]
		mix := newMixture(at)
		for _, p := range s.points[from:until] {
			s.addPoint(sum, mix, p, tables)
		}
	})
	*d = derivatives{}
	for i := range blocks {
		d.add(&blocks[i])
	}
	return d.value
}
