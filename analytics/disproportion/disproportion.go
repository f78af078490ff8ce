// Package disproportion answers: which pairs of a row item and a column item (a
// drug and a category, a term and a device) are found together in more events
// than their own frequencies explain?
//
// In goes the number of events with both, with one and with neither, for each
// pair, counted by Count or read from elsewhere; out comes a Pair each, with the
// plain ratios (PRR, ROR), the shrunken ones (IC, EBGM) with their limits, an
// exact p-value and a false discovery rate. Null tells how large the largest of
// these would be if rows and columns had nothing to do with each other.
package disproportion

import (
	"fmt"
	"math"

	"psims/analytics/signal"
	"psims/datasets/caveat"
	"psims/datasets/incident"
	"psims/datasets/tally"
	"psims/internal/parallel"
)

// Cell is a row item and a column item, and the events by whether they have them.
type Cell struct {
	Row, Col int32
	A        int // events with both
	B        int // with the row item only
	C        int // with the column item only
	D        int // with neither
	// Expected is the number with both if they were independent: within each
	// stratum where there are strata, over all events otherwise.
	Expected float64
}

// Total is the number of events.
func (c Cell) Total() int { return c.A + c.B + c.C + c.D }

// Independent is the number of events with both that is expected from the
// margins alone: (A+B)(A+C)/Total. NaN if there is no event.
func (c Cell) Independent() float64 {
	return float64(c.A+c.B) * float64(c.A+c.C) / float64(c.Total())
}

// Table holds the pairs to judge. Pairs that are not listed had no event with both.
type Table struct {
	Cells []Cell
	// Possible is the number of pairs that could have been seen: the rows times
	// the columns. It is what a false discovery rate has to reckon with.
	Possible   int
	Complete   bool // every possible pair is listed, those without an event too
	Stratified bool // Expected is summed over strata
}

// NewTable takes pairs as counted elsewhere, and fills in what is expected of
// each from its margins. The possible pairs are those of all rows and columns
// listed. A negative count, or a pair of no event at all, is an error.
func NewTable(cells []Cell) (*Table, error) {
	rows, cols := map[int32]bool{}, map[int32]bool{}
	for i := range cells {
		c := &cells[i]
		if c.A < 0 || c.B < 0 || c.C < 0 || c.D < 0 || c.Total() == 0 {
			return nil, fmt.Errorf("reading pair %d (row %d, column %d): counts %d, %d, %d, %d must not be negative, nor all zero",
				i+1, c.Row, c.Col, c.A, c.B, c.C, c.D)
		}
		c.Expected = c.Independent()
		rows[c.Row], cols[c.Col] = true, true
	}
	possible := len(rows) * len(cols)
	return &Table{Cells: cells, Possible: max(possible, len(cells)), Complete: possible == len(cells)}, nil
}

// Config are the settings of Judge.
type Config struct {
	Fit      FitConfig
	Prior    *Prior  // how ratios vary over pairs; nil: fitted to the table
	MinCount int     // pairs of fewer events are not judged
	EB05     float64 // raised pairs have EB05 of at least this; see Null.FamilyWise
	IC025    float64 // and IC025 above this
	Q        float64 // and a false discovery rate of at most this
}

// Default raises pairs of three events or more whose ratio is at least 2 with 95 %
// probability: the rule of the United States' regulator for EB05 (Szarfman et al.
// 2002), the Uppsala Centre's for IC025, and false discoveries below 5 %.
func Default() Config {
	return Config{Fit: DefaultFit(), MinCount: 3, EB05: 2, IC025: 0, Q: 0.05}
}

// Validate names the setting that is out of range.
func (c Config) Validate() error {
	switch {
	case c.MinCount < 1:
		return fmt.Errorf("pairs need at least 1 event to be judged, not %d", c.MinCount)
	case !(c.EB05 > 0):
		return fmt.Errorf("the least EB05 must be above 0, not %v", c.EB05)
	case math.IsNaN(c.IC025):
		return fmt.Errorf("the least IC025 is not a number")
	case !(c.Q > 0 && c.Q <= 1):
		return fmt.Errorf("the false discovery rate must be above 0 and at most 1, not %v", c.Q)
	}
	if c.Prior != nil {
		if err := c.Prior.Validate(); err != nil {
			return err
		}
	}
	return c.Fit.Validate()
}

// Pair is the judgement of one cell. What can't be had is NaN.
type Pair struct {
	Cell
	PRR, ROR Interval // proportional reporting ratio and reporting odds ratio, 95 %
	// IC is log₂ of the ratio, shrunk towards 0, with the 95 % credibility interval.
	IC Interval
	// EBGM is the geometric mean of the ratio's posterior, Lo and Hi (EB05 and EB95)
	// its 5 % and 95 % points; NaN if the prior could not be fitted.
	EBGM      Interval
	ChiYates  float64 // χ² with Yates' correction
	FisherP   float64 // P(at least A) with these margins: Fisher's exact test, one-sided
	P         float64 // FisherP; with strata P(at least A | Expected), see Judge
	Q         float64 // false discovery rate over all possible pairs
	Status    signal.Status
	uncertain bool // the prior did not converge
}

// Interval is an estimate with its lower and upper limit.
type Interval struct{ Value, Lo, Hi float64 }

// Judge gives a Pair for each cell, in the order of the table, and the prior it
// used. Cost linear in pairs, but for one sort of p-values.
//
// With strata, PRR, ROR, χ² and FisherP are still of the whole table, while
// Expected, IC, EBGM, P and Q allow for strata. P is then the Poisson tail: within
// each stratum the count is hypergeometric, a sum of unequal independent trials,
// whose tail from the mean plus one on is below the Poisson one (Hoeffding 1956).
//
// Panics if the settings are not valid.
func (t *Table) Judge(c Config) ([]Pair, Fit) {
	if err := c.Validate(); err != nil {
		panic("disproportion: " + err.Error())
	}
	var fit Fit
	if c.Prior != nil {
		fit = Fit{Prior: *c.Prior, Status: Given}
	} else {
		fit = FitPrior(t.Cells, c.Fit.complete(t.Complete))
	}
	pairs := make([]Pair, len(t.Cells))
	quantiles := newGammaQuantiles(t.Cells)
	parallel.Blocks(len(pairs), chunk, func(_, from, until int) {
		for i := from; i < until; i++ {
			pairs[i] = judge(t.Cells[i], fit, quantiles)
			if t.Stratified {
				pairs[i].P = poissonUpper(t.Cells[i])
			}
		}
	})
	falseDiscovery(pairs, t.Possible)
	for i := range pairs {
		pairs[i].Status = c.status(pairs[i], fit.Status.usable())
	}
	return pairs, fit
}

// chunk is the number of pairs that are judged at a time.
const chunk = 2048

func judge(c Cell, fit Fit, q gammaQuantiles) Pair {
	p := Pair{
		Cell: c, PRR: c.PRR(), ROR: c.ROR(), IC: q.ic(c), ChiYates: c.ChiSquared(true),
		FisherP: c.Fisher(), EBGM: Interval{math.NaN(), math.NaN(), math.NaN()},
	}
	p.P = p.FisherP
	if fit.Status.usable() {
		post := fit.Prior.Posterior(c.A, c.Expected)
		p.EBGM = Interval{post.GeometricMean(), post.Quantile(0.05), post.Quantile(0.95)}
		p.uncertain = fit.Status == NotConverged
	}
	return p
}

// status applies the rules. Without a prior EB05 can't be asked for.
func (c Config) status(p Pair, shrunk bool) signal.Status {
	switch {
	case p.A < c.MinCount:
		return signal.TooFew
	case p.IC.Lo > c.IC025 && p.Q <= c.Q && (!shrunk || p.EBGM.Lo >= c.EB05):
		return signal.Raised
	}
	return signal.Quiet
}

// Signal gives the pair as a finding under the name of its two items, as in
// "insulin × wrong dose", for the week that begins on monday. Lo and Hi hold the
// middle 95 % of what chance alone gives. The score is EB05 over its limit of
// least (Config.EB05), or without a prior 2 to the IC025.
func (p Pair) Signal(name string, monday incident.Day, least float64) signal.Signal {
	s := signal.Signal{
		Detector: "disproportion", Stratum: tally.Stratum{Dimension: "pair", Value: name}, Week: monday,
		Observed: float64(p.A), Expected: p.Expected, P: p.P, Q: p.Q, Status: p.Status,
		Score: p.EBGM.Lo / least, Caveats: []caveat.Caveat{caveat.ReportsNotSafety},
	}
	s.Lo, s.Hi = poissonRange(p.Expected)
	if math.IsNaN(s.Score) {
		s.Score = math.Exp2(p.IC.Lo)
		s.Caveats = append(s.Caveats, caveat.NotConverged)
	} else if p.uncertain {
		s.Caveats = append(s.Caveats, caveat.NotConverged)
	}
	if p.A < smallCount {
		s.Caveats = append(s.Caveats, caveat.SmallSample)
	}
	return s
}

// smallCount is the number of events below which a pair carries caveat.SmallSample.
const smallCount = 5
