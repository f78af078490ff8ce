package spc

import (
	"math"

	"psims/analytics/signal"
	"psims/datasets/caveat"
	"psims/datasets/tally"
)

// fewExpected is the weekly mean below which a chart of counts carries
// caveat.SmallSample: limits about so few events lie below zero.
const fewExpected = 5

// Watch judges every stratum in the last week that was over by the end of c.AsOf,
// and gives exactly one Signal for each, in the order of the table: Raised when
// that week's point is a special cause on the high side. Limits are drawn from all
// weeks up to it; later weeks are not looked at. There is no P: the rules are not a
// test, and signal.FalseDiscovery passes such signals over. A stratum that was not
// observed in that week, or has no limits, is TooFew.
//
// Panics if the settings are not valid.
func Watch(counts *tally.Table, c Config) []signal.Signal {
	monday := (c.AsOf - 6).Monday()
	t := -1
	if len(counts.Weeks) > 0 && monday >= counts.Weeks[0] {
		t = int(monday-counts.Weeks[0]) / 7
	}
	nan := math.NaN()
	out := make([]signal.Signal, len(counts.Strata))
	for s, stratum := range counts.Strata {
		out[s] = signal.Signal{
			Detector: "xmr", Stratum: stratum, Week: monday, Status: signal.TooFew,
			Observed: nan, Expected: nan, Lo: nan, Hi: nan, Score: nan, P: nan, Q: nan,
		}
		if t < 0 || t >= len(counts.Weeks) || !counts.Observed(t, s) {
			continue
		}
		y := make([]float64, t+1)
		for w := range y {
			y[w] = nan
			if counts.Observed(w, s) {
				y[w] = float64(counts.Counts[w*len(counts.Strata)+s])
			}
		}
		c.fill(&out[s], c.Chart(y))
	}
	return out
}

// fill takes the last point of a chart into a signal.
func (c Config) fill(sig *signal.Signal, chart Chart) {
	p := chart.Points[len(chart.Points)-1]
	b := chart.Band(p)
	sig.Observed, sig.Status, sig.Caveats = p.Y, chart.Status, chart.Caveats
	if chart.Status == signal.TooFew {
		return
	}
	sig.Expected, sig.Lo, sig.Hi = b.Mean, b.Lower, b.Upper
	if b.Upper > b.Mean {
		sig.Score = (p.Y - b.Mean) / (b.Upper - b.Mean)
	}
	sig.Status = signal.Quiet
	if p.Kind.side() > 0 {
		sig.Status = signal.Raised
	}
	if b.Mean < fewExpected {
		sig.Caveats = append(sig.Caveats, caveat.SmallSample)
	}
}
