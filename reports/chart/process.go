package chart

import (
	"math"

	"psims/analytics/spc"
	"psims/datasets/incident"
	"psims/reports/disclosure"
)

// kindWords says why a point is unusual. Run lengths are in the method's page.
var kindWords = map[spc.Kind]string{
	spc.AboveLimit:     "above the upper limit",
	spc.BelowLimit:     "below the lower limit",
	spc.TrendUp:        "one of a run that rises each week",
	spc.TrendDown:      "one of a run that falls each week",
	spc.TwoInThreeUp:   "one of 2 in 3 weeks near the upper limit",
	spc.TwoInThreeDown: "one of 2 in 3 weeks near the lower limit",
	spc.ShiftUp:        "one of a run above the mean",
	spc.ShiftDown:      "one of a run below the mean",
}

// VariationOf says how a point of that kind is drawn.
func VariationOf(k spc.Kind) Variation {
	switch k {
	case spc.AboveLimit, spc.TrendUp, spc.TwoInThreeUp, spc.ShiftUp:
		return High
	case spc.BelowLimit, spc.TrendDown, spc.TwoInThreeDown, spc.ShiftDown:
		return Low
	}
	return Usual
}

// Process gives the drawing's numbers for a judged process chart: counts as they
// may be shown, one for each point of c. Higher and lower are drawn alike,
// whichever way is better: reported counts have no good direction.
//
// Panics if weeks or counts and the chart's points differ in number.
func Process(weeks []incident.Day, counts []disclosure.Shown, c spc.Chart, unit string) XmR {
	if len(weeks) != len(c.Points) || len(counts) != len(c.Points) {
		panic("chart: weeks, counts and points of a process chart differ in number")
	}
	x := XmR{Weeks: weeks, Values: counts, Unit: unit}
	for _, p := range c.Points {
		mean, lower, upper := math.NaN(), math.NaN(), math.NaN()
		if p.Group < len(c.Bands) {
			b := c.Band(p)
			mean, lower, upper = b.Mean, b.Lower, b.Upper
		}
		x.Mean, x.Lower, x.Upper = append(x.Mean, mean), append(x.Lower, lower), append(x.Upper, upper)
		x.Variation = append(x.Variation, VariationOf(p.Kind))
		x.Reasons = append(x.Reasons, kindWords[p.Kind])
	}
	return x
}
