package spc

import (
	"fmt"
	"math"
	"slices"

	"psims/analytics/signal"
	"psims/datasets/caveat"
)

// Kind is what a point tells, the first that applies in this order.
type Kind uint8

const (
	CommonCause    Kind = iota
	AboveLimit          // above the upper process limit
	BelowLimit          // below the lower process limit
	TrendUp             // in a run of points each above the one before
	TrendDown           // in a run of points each below the one before
	TwoInThreeUp        // one of two in three points near the upper limit
	TwoInThreeDown      // one of two in three points near the lower limit
	ShiftUp             // in a run of seven points above the mean
	ShiftDown           // in a run of seven points below the mean
)

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{CommonCause, AboveLimit, BelowLimit, TrendUp, TrendDown, TwoInThreeUp, TwoInThreeDown, ShiftUp, ShiftDown}
}

// Label names the kind as NHSRplotthedots does, for a chart on which a trend has
// that many points.
func (k Kind) Label(trend int) string {
	switch k {
	case CommonCause:
		return "Common Cause"
	case AboveLimit:
		return "Above UCL"
	case BelowLimit:
		return "Below LCL"
	case TrendUp:
		return fmt.Sprintf("%d Point Trend (Increasing)", trend)
	case TrendDown:
		return fmt.Sprintf("%d Point Trend (Decreasing)", trend)
	case TwoInThreeUp:
		return fmt.Sprintf("%d in %d Above CL", nearPoints, nearWindow)
	case TwoInThreeDown:
		return fmt.Sprintf("%d in %d Below CL", nearPoints, nearWindow)
	case ShiftUp:
		return fmt.Sprintf("%d Points Above CL", shiftPoints)
	case ShiftDown:
		return fmt.Sprintf("%d Points Below CL", shiftPoints)
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Special reports whether the point is unlikely to be chance alone.
func (k Kind) Special() bool { return k != CommonCause }

// side is 1 for a high special cause, −1 for a low one, 0 for none.
func (k Kind) side() int {
	switch k {
	case AboveLimit, TrendUp, TwoInThreeUp, ShiftUp:
		return 1
	case BelowLimit, TrendDown, TwoInThreeDown, ShiftDown:
		return -1
	}
	return 0
}

// Variation is what a point stands for, once it is known which way is better.
type Variation uint8

const (
	Common Variation = iota
	ImprovementHigh
	ImprovementLow
	ConcernHigh
	ConcernLow
	NeutralHigh
	NeutralLow
)

var variationNames = [...]string{"common_cause", "improvement_high", "improvement_low", "concern_high", "concern_low", "neutral_high", "neutral_low"}

// Variations lists every variation.
func Variations() []Variation {
	return []Variation{Common, ImprovementHigh, ImprovementLow, ConcernHigh, ConcernLow, NeutralHigh, NeutralLow}
}

// String gives the name NHSRplotthedots gives the variation.
func (v Variation) String() string {
	if int(v) < len(variationNames) {
		return variationNames[v]
	}
	return fmt.Sprintf("variation(%d)", uint8(v))
}

// variation tells what a special cause on that side means.
func variation(side int, d Direction) Variation {
	high := side > 0
	switch {
	case side == 0:
		return Common
	case d == Neutral && high:
		return NeutralHigh
	case d == Neutral:
		return NeutralLow
	case side == int(d) && high:
		return ImprovementHigh
	case side == int(d):
		return ImprovementLow
	case high:
		return ConcernHigh
	}
	return ConcernLow
}

// Point is one period on a chart.
type Point struct {
	Index     int
	Y         float64 // NaN if not observed
	Group     int     // of limits, from 0
	Kind      Kind
	Variation Variation
}

// Chart is a process-behaviour chart: one point a period and one band a group.
type Chart struct {
	Points    []Point
	Bands     []Band    // a group
	Starts    []int     // index of each group's first point
	Variation Variation // of the last observed point
	Status    signal.Status
	Caveats   []caveat.Caveat
}

// Band gives the limits that hold for a point.
func (c Chart) Band(p Point) Band { return c.Bands[p.Group] }

// Chart judges every point of y, oldest first, one value a period, NaN where it
// was not observed. Limits and runs are taken within each group of c.Rebase; no run
// crosses a missing period. Status is TooFew when the last group has no limits,
// Raised when its last observed point is a special cause.
//
// Panics if the settings are not valid.
//
// Source: NHSRplotthedots 0.2.2, ptd_calculate_point_type; agrees with it on every
// point of the reference outputs.
func (c Config) Chart(y []float64) Chart { return c.chart(y, c.band) }

// limiter gives the limits of one group.
type limiter func(y []float64) (Band, signal.Status, []caveat.Caveat)

func (c Config) chart(y []float64, limits limiter) Chart {
	if err := c.Validate(); err != nil {
		panic(err.Error())
	}
	out := Chart{Points: make([]Point, len(y)), Status: signal.TooFew}
	starts := append([]int{0}, c.Rebase...)
	for g, from := range starts {
		until := len(y)
		if g+1 < len(starts) {
			until = min(until, starts[g+1])
		}
		if from >= until {
			break
		}
		out.Starts = append(out.Starts, from)
		band, status, caveats := limits(y[from:until])
		out.Bands, out.Status = append(out.Bands, band), status
		for _, v := range caveats {
			if !slices.Contains(out.Caveats, v) {
				out.Caveats = append(out.Caveats, v)
			}
		}
		kinds := classify(y[from:until], band, c.Trend)
		for i, k := range kinds {
			out.Points[from+i] = Point{Index: from + i, Y: y[from+i], Group: g, Kind: k, Variation: variation(k.side(), c.Direction)}
		}
	}
	for i := len(y) - 1; i >= 0; i-- {
		if !math.IsNaN(y[i]) {
			out.Variation = out.Points[i].Variation
			if out.Status == signal.Quiet && out.Points[i].Kind.Special() {
				out.Status = signal.Raised
			}
			break
		}
	}
	return out
}

// band gives the limits of one group.
func (c Config) band(y []float64) (Band, signal.Status, []caveat.Caveat) {
	if c.Fixed != nil {
		return *c.Fixed, signal.Quiet, nil
	}
	return Limits(y, c)
}

// classify gives the kind of each point of one group. A later rule does not
// overwrite an earlier one.
func classify(y []float64, b Band, trend int) []Kind {
	kinds := make([]Kind, len(y))
	mark := func(i int, k Kind) {
		if kinds[i] == CommonCause {
			kinds[i] = k
		}
	}
	for i, v := range y {
		if v > b.Upper {
			mark(i, AboveLimit)
		} else if v < b.Lower {
			mark(i, BelowLimit)
		}
	}
	markRuns(y, trend, TrendUp, mark, func(i int) bool { return i > 0 && y[i] > y[i-1] })
	markRuns(y, trend, TrendDown, mark, func(i int) bool { return i > 0 && y[i] < y[i-1] })
	markNear(y, TwoInThreeUp, mark, func(v float64) bool { return v > b.Mean },
		func(v float64) bool { return v > b.NearUpper && v <= b.Upper })
	markNear(y, TwoInThreeDown, mark, func(v float64) bool { return v < b.Mean },
		func(v float64) bool { return v < b.NearLower && v >= b.Lower })
	markSide(y, ShiftUp, mark, func(v float64) bool { return v > b.Mean })
	markSide(y, ShiftDown, mark, func(v float64) bool { return v < b.Mean })
	return kinds
}

// markRuns marks every point of a run of n or more in which each but the first goes on.
func markRuns(y []float64, n int, k Kind, mark func(int, Kind), goesOn func(i int) bool) {
	start := 0
	for i := 0; i <= len(y); i++ {
		if i < len(y) && goesOn(i) {
			continue
		}
		if i-start >= n {
			for j := start; j < i; j++ {
				mark(j, k)
			}
		}
		start = i
	}
}

// markSide marks every point of a run of seven or more on one side.
func markSide(y []float64, k Kind, mark func(int, Kind), side func(v float64) bool) {
	start := 0
	for i := 0; i <= len(y); i++ {
		if i < len(y) && side(y[i]) {
			continue
		}
		if i-start >= shiftPoints {
			for j := start; j < i; j++ {
				mark(j, k)
			}
		}
		start = i + 1
	}
}

// markNear marks the points near a limit in every window of three on one side of
// which at least two are near.
func markNear(y []float64, k Kind, mark func(int, Kind), side, near func(v float64) bool) {
	for i := 0; i+nearWindow <= len(y); i++ {
		window := y[i : i+nearWindow]
		count := 0
		for _, v := range window {
			if near(v) {
				count++
			}
		}
		if count < nearPoints || slices.ContainsFunc(window, func(v float64) bool { return !side(v) }) {
			continue
		}
		for j, v := range window {
			if near(v) {
				mark(i+j, k)
			}
		}
	}
}
