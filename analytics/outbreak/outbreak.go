// Package outbreak answers whether more events were reported in a week than that
// stratum's own past leads one to expect.
//
// In go weekly counts, oldest first; out comes a judgement a week: what was
// expected, the upper limit of the usual, the chance of so many, and whether the
// alarm is raised. A week that can't be judged says so.
//
// Predictive is the engine's own method and what Watch uses each night. The
// published methods stand beside it for comparison: Flexible (Noufaily 2013),
// Farrington (1996), EARS (Hutwagner 2003), CUSUM (Rossi 1999) and Bayes (Riebler
// 2004), each in the form of R's surveillance package.
//
// Methods: docs/methods/outbreak.md.
package outbreak

import (
	"math"

	"psims/analytics/signal"
)

// WeeksPerYear is the period of all seasonal reasoning here, as in R's
// surveillance with freq = 52.
const WeeksPerYear = 52

// Week is the judgement of one series in one week. A number that can't be had is NaN.
type Week struct {
	Index    int           // position in the series, from 0
	Observed float64       // NaN if the week was not observed
	Expected float64       // events expected if nothing is unusual
	Lower    float64       // fewer than this would be unusual
	Upper    float64       // more than this is unusual
	Score    float64       // above 1 exactly when Observed is above Upper
	P        float64       // P(at least Observed | nothing unusual)
	Phi      float64       // variance over mean
	Trend    bool          // a trend was allowed for
	Status   signal.Status // Raised is the alarm
}

// Detector judges the weeks of one series. y holds weekly counts, oldest first,
// NaN where the week was not observed. Weeks gives one judgement for each index
// from (inclusive) until len(y); each uses only the weeks before it.
type Detector interface {
	Name() string
	Validate() error
	Weeks(y []float64, from int) []Week
}

// blank is a judgement without numbers.
func blank(y []float64, index int, status signal.Status) Week {
	nan := math.NaN()
	return Week{Index: index, Observed: y[index], Expected: nan, Lower: nan, Upper: nan, Score: nan, P: nan, Phi: nan, Status: status}
}

// judge calls one for every week from from on; a week that was not observed, or
// compares with no other, is TooFew.
func judge(y []float64, e Exposure, from int, one func(t int) Week) []Week {
	e.check(len(y))
	from = max(0, from)
	out := make([]Week, 0, max(0, len(y)-from))
	for t := from; t < len(y); t++ {
		if !e.tells(y, t) {
			out = append(out, blank(y, t, signal.TooFew))
			continue
		}
		out = append(out, one(t))
	}
	return out
}

// raise gives Raised above the limit, else Quiet.
func raise(above bool) signal.Status {
	if above {
		return signal.Raised
	}
	return signal.Quiet
}
