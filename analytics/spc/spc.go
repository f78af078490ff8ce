// Package spc answers whether a series of measurements varies only by chance: XmR
// process-behaviour charts with the rules of NHS England's Making Data Count.
//
// In go values, oldest first, one a period; out come process limits, a type for
// every point, and the variation the last point stands for. Counts of incidents
// have no good direction (a rise may be safer reporting), so the default
// direction is neutral. Charts for rare events (time and cases between) stand beside.
//
// Methods: docs/methods/spc.md.
package spc

import (
	"errors"
	"math"

	"psims/analytics/signal"
	"psims/datasets/caveat"
)

// Every threshold of the method, with its source.
const (
	// limitFactor times the mean moving range is three standard deviations: 3/d₂,
	// d₂ = 1.128 for ranges of two, rounded as in the Making Data Count workbook and
	// NHSRplotthedots 0.2.2 (ptd_spc_standard).
	limitFactor = 2.66
	// nearFactor gives two standard deviations, beyond which a point is near a limit (ibid.).
	nearFactor = limitFactor / 3 * 2
	// screenFactor times the mean moving range is the upper limit of a moving range:
	// D₄ = 3.267 for ranges of two (Nelson 1982, Journal of Quality Technology 14).
	screenFactor = 3.267
	// shiftPoints in a row on one side of the mean are a shift (Making Data Count;
	// NHSRplotthedots, ptd_seven_point_one_side_mean).
	shiftPoints = 7
	// nearWindow points of which nearPoints lie near one limit are "2 in 3" (ibid.,
	// ptd_part_of_two_in_three).
	nearWindow = 3
	nearPoints = 2
	// MinPoints is the number below which limits are trial limits (Making Data Count
	// guidance, "fewer than 12 … trial limits"; NHSRplotthedots warns below 13).
	MinPoints = 13
	// minLimits is the number of points that have a moving range at all.
	minLimits = 2
)

// Direction says which way is better.
type Direction int8

const (
	Neutral  Direction = 0 // neither: counts of reported incidents
	Increase Direction = 1
	Decrease Direction = -1
)

// Config holds the settings of a chart.
type Config struct {
	// Trend is how many points in a row, each above (or below) the one before, are a
	// trend: 7 as NHSRplotthedots, 6 as the Making Data Count workbook, 5 as others
	// quote it.
	Trend int
	// Screen sets moving ranges of 3.267 times their mean or more aside, once,
	// before the limits are drawn. NHSRplotthedots does; the workbook does not.
	Screen bool
	// Direction says which way is better; Neutral for counts.
	Direction Direction
	// FixAfter draws limits from the first so many observed points of each group; 0 from all.
	FixAfter int
	// Rebase lists, ascending, the indices at which new limits begin. Never rebase
	// without knowing what changed.
	Rebase []int
	// Fixed gives the limits instead of drawing them from the values.
	Fixed *Band
	// Spread widens the limits of Proportions and Rates by how much more the points
	// vary than chance alone lets them (Laney's P′ and U′ charts), as they nearly always
	// do where denominators are large.
	Spread bool
}

// Default gives the settings of NHSRplotthedots 0.2.2 for counts.
func Default() Config { return Config{Trend: 7, Screen: true} }

// Validate says what is wrong with the settings.
func (c Config) Validate() error {
	switch {
	case c.Trend < 5 || c.Trend > 7:
		return errors.New("spc: a trend has 5, 6 or 7 points")
	case c.FixAfter != 0 && c.FixAfter < minLimits:
		return errors.New("spc: limits can be fixed after 2 points or more")
	case c.Direction < Decrease || c.Direction > Increase:
		return errors.New("spc: the direction is neutral, increase or decrease")
	}
	for i, r := range c.Rebase {
		if r <= 0 || i > 0 && r <= c.Rebase[i-1] {
			return errors.New("spc: groups must begin after the first point, each after the one before")
		}
	}
	return nil
}

// Band is a set of process limits, in the unit of the values. A limit that can't
// be had is NaN.
type Band struct {
	Mean                 float64
	Lower, Upper         float64 // natural process limits; Lower may be below 0
	NearLower, NearUpper float64 // two thirds of the way to them
	MovingRange          float64 // mean moving range, after screening
	Points               int     // observed points that the limits are drawn from
}

// Limits gives the natural process limits of y, oldest first, one value a period.
//
// NaN is a period that was not observed: it is left out of the mean, and no moving
// range is taken across it. Centre is the mean; the limits lie 2.66 mean moving
// ranges either side. With fewer than MinPoints points the limits are still given
// and carry caveat.TrialLimits; values that do not vary carry caveat.ZeroVariation
// (and, with Screen, have no limits); with fewer than two points, or no two side by
// side, the status is TooFew. c.Rebase and c.Fixed play no part.
//
// Source: Provost & Murray (2011), The Health Care Data Guide; NHSRplotthedots
// 0.2.2, ptd_spc_standard.
// Differs from the Making Data Count workbook: Screen, as set.
func Limits(y []float64, c Config) (Band, signal.Status, []caveat.Caveat) {
	used := y
	if c.FixAfter > 0 {
		used = firstObserved(y, c.FixAfter)
	}
	nan := math.NaN()
	b := Band{Mean: nan, Lower: nan, Upper: nan, NearLower: nan, NearUpper: nan, MovingRange: nan}
	sum := 0.0
	for _, v := range used {
		if !math.IsNaN(v) {
			sum += v
			b.Points++
		}
	}
	if b.Points == 0 {
		return b, signal.TooFew, nil
	}
	b.Mean = sum / float64(b.Points)
	mean, ranges := meanRange(used, math.Inf(1))
	if ranges == 0 {
		return b, signal.TooFew, nil
	}
	b.MovingRange = mean
	if c.Screen {
		b.MovingRange, _ = meanRange(used, screenFactor*mean)
	}
	b.Lower, b.Upper = b.Mean-limitFactor*b.MovingRange, b.Mean+limitFactor*b.MovingRange
	b.NearLower, b.NearUpper = b.Mean-nearFactor*b.MovingRange, b.Mean+nearFactor*b.MovingRange
	var caveats []caveat.Caveat
	if b.Points < MinPoints {
		caveats = append(caveats, caveat.TrialLimits)
	}
	if mean == 0 {
		caveats = append(caveats, caveat.ZeroVariation)
	}
	return b, signal.Quiet, caveats
}

// firstObserved cuts y after its first n observed points.
func firstObserved(y []float64, n int) []float64 {
	for i, v := range y {
		if !math.IsNaN(v) {
			if n--; n == 0 {
				return y[:i+1]
			}
		}
	}
	return y
}

// meanRange gives the mean of the moving ranges below limit, and their number; NaN and 0 for none.
func meanRange(y []float64, limit float64) (mean float64, n int) {
	for i := 1; i < len(y); i++ {
		if r := math.Abs(y[i] - y[i-1]); r < limit {
			mean += r
			n++
		}
	}
	return mean / float64(n), n
}
