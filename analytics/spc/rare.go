package spc

import (
	"math"

	"psims/analytics/signal"
	"psims/datasets/caveat"
)

// nelsonPower makes exponential waiting times nearly normal.
//
// Source: Nelson (1994), A control chart for parts-per-million nonconforming
// items, Journal of Quality Technology 26: x = t^(1/3.6).
const nelsonPower = 3.6

// TimeBetween is the T chart for events so rare that most weeks have none: days
// holds the days from each event to the next, oldest first. An XmR chart is drawn
// of the times to the power 1/3.6 and turned back into days, so that limits fit
// the skew of waiting times; a lower limit below zero is 0. A low point means
// events closer together. MovingRange stays on the transformed scale.
//
// Panics if the settings are not valid or a time is negative.
func (c Config) TimeBetween(days []float64) Chart {
	x := make([]float64, len(days))
	for i, d := range days {
		if d < 0 {
			panic("spc: negative time between events")
		}
		x[i] = math.Pow(d, 1/nelsonPower)
	}
	out := c.Chart(x)
	for i := range out.Points {
		out.Points[i].Y = days[i]
	}
	for i := range out.Bands {
		b := &out.Bands[i]
		for _, v := range []*float64{&b.Mean, &b.Lower, &b.Upper, &b.NearLower, &b.NearUpper} {
			if !math.IsNaN(*v) {
				*v = math.Pow(max(0, *v), nelsonPower)
			}
		}
	}
	return out
}

// CasesBetween is the G chart: cases holds the number of cases (procedures, bed
// days) from each rare event to the next, oldest first. Such numbers are geometric:
// with mean g the limits are g ± 3√(g(g+1)), 0 at the lowest. Mean holds the median,
// about 0.69·g, so that half of the points lie on either side of it by chance.
//
// Source: Benneyan (2001), Number-between g-type statistical quality control
// charts for monitoring adverse events, Health Care Management Science 4, 2.2;
// centre line as in Provost & Murray (2011), The Health Care Data Guide, chapter 7.
//
// Panics if the settings are not valid.
func (c Config) CasesBetween(cases []float64) Chart { return c.chart(cases, c.geometric) }

func (c Config) geometric(y []float64) (Band, signal.Status, []caveat.Caveat) {
	if c.Fixed != nil {
		return *c.Fixed, signal.Quiet, nil
	}
	b, status, caveats := Limits(y, c)
	if status != signal.Quiet {
		return b, status, caveats
	}
	g := b.Mean
	sd := math.Sqrt(g * (g + 1))
	if g > 0 {
		b.Mean = math.Ln2 / math.Log1p(1/g)
	}
	b.Lower, b.Upper = max(0, g-3*sd), g+3*sd
	b.NearLower, b.NearUpper = max(0, g-2*sd), g+2*sd
	return b, status, caveats
}
