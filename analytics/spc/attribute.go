package spc

import (
	"fmt"
	"math"

	"psims/analytics/signal"
	"psims/datasets/caveat"
)

// Proportions is the P chart: point i is events[i] of of[i] cases, such as falls with
// harm among all falls. The limits of a point are p ± 3√(p(1−p)/of[i]), within 0 and
// 1, where p is the share over all points of the group.
//
// Bands of the chart are one a point, because a limit depends on the number of cases.
// The rules look at each point's distance from the centre in its own standard
// deviations, so that a trend is not one of denominators. With Spread the limits are
// those of Laney's P′ chart. NaN, or no case, is a period that was not observed.
// Screen and Fixed play no part.
//
// Source: Montgomery (2019), Introduction to Statistical Quality Control, 7.2.2;
// Laney (2002), Improved control charts for attributes, Quality Engineering 14.
//
// Panics if the settings are not valid, the lengths differ, a number is negative,
// or there are more events than cases.
func (c Config) Proportions(events, of []float64) Chart {
	for i, e := range events {
		if i < len(of) && e > of[i] {
			panic(fmt.Sprintf("spc: %g events of %g cases", e, of[i]))
		}
	}
	return c.attribute(events, of, 1, func(p, n float64) float64 { return math.Sqrt(p * (1 - p) / n) })
}

// Rates is the U chart: point i is events[i] in exposure[i], such as pressure ulcers
// in bed days. The limits of a point are u ± 3√(u/exposure[i]), not below 0, where u
// is the rate over all points of the group. All else is as with [Config.Proportions];
// with Spread it is Laney's U′ chart.
//
// Source: Montgomery (2019), 7.3.1; Laney (2002).
func (c Config) Rates(events, exposure []float64) Chart {
	return c.attribute(events, exposure, math.Inf(1), func(u, n float64) float64 { return math.Sqrt(u / n) })
}

// attribute standardises each point by its own denominator, charts the standardised
// points against fixed limits, and turns the limits back.
func (c Config) attribute(events, of []float64, most float64, sd func(centre, n float64) float64) Chart {
	if len(events) != len(of) {
		panic(fmt.Sprintf("spc: %d numbers of events for %d denominators", len(events), len(of)))
	}
	value, z := make([]float64, len(events)), make([]float64, len(events))
	for i, e := range events {
		if e < 0 || of[i] < 0 {
			panic(fmt.Sprintf("spc: %g events of %g", e, of[i]))
		}
		value[i] = e / of[i]
		if of[i] == 0 {
			value[i] = math.NaN()
		}
	}
	bands := make([]Band, len(events))
	starts := append([]int{0}, c.Rebase...)
	for k, from := range starts {
		until := len(events)
		if k+1 < len(starts) {
			until = min(until, starts[k+1])
		}
		if from < until {
			c.standardise(group{events[from:until], of[from:until], value[from:until]}, most, sd, z[from:], bands[from:])
		}
	}
	out := c.chart(z, standard)
	out.Bands, out.Starts = bands, nil
	for i := range out.Points {
		out.Points[i].Y, out.Points[i].Group = value[i], i
		out.Starts = append(out.Starts, i)
	}
	return out
}

// standard gives the limits of standardised points.
func standard(z []float64) (Band, signal.Status, []caveat.Caveat) {
	b := Band{Lower: -3, Upper: 3, NearLower: -2, NearUpper: 2, MovingRange: math.NaN()}
	for _, v := range z {
		if !math.IsNaN(v) {
			b.Points++
		}
	}
	switch {
	case b.Points < minLimits:
		return b, signal.TooFew, nil
	case b.Points < MinPoints:
		return b, signal.Quiet, []caveat.Caveat{caveat.TrialLimits}
	}
	return b, signal.Quiet, nil
}

// group is the points of one set of limits.
type group struct{ events, of, value []float64 }

// standardise writes each point's distance from the centre over z, in standard
// deviations, and its limits over bands.
func (c Config) standardise(g group, most float64, sd func(centre, n float64) float64, z []float64, bands []Band) {
	sum, n, points := 0.0, 0.0, 0
	for i, v := range g.value {
		if !math.IsNaN(v) && (c.FixAfter == 0 || points < c.FixAfter) {
			sum, n, points = sum+g.events[i], n+g.of[i], points+1
		}
	}
	centre := sum / n
	for i, v := range g.value {
		z[i] = (v - centre) / sd(centre, g.of[i])
	}
	wider := 1.0
	if c.Spread {
		if b, _, _ := Limits(z[:len(g.value)], Config{Trend: c.Trend}); b.MovingRange > 0 {
			wider = b.MovingRange / movingRangeSD
		}
	}
	for i := range g.value {
		z[i] /= wider
		s := wider * sd(centre, g.of[i])
		if s == 0 || math.IsNaN(s) { // no events at all, or no cases: no limits
			z[i], s = math.NaN(), math.NaN()
		}
		bands[i] = Band{Mean: centre, Lower: max(0, centre-3*s), Upper: min(most, centre+3*s),
			NearLower: max(0, centre-2*s), NearUpper: min(most, centre+2*s), MovingRange: math.NaN(), Points: points}
	}
}

// movingRangeSD is the mean moving range of independent standard normal values, d₂
// for pairs.
const movingRangeSD = 1.128
