package outbreak

import (
	"fmt"
	"math"
)

// Exposure is what is known beforehand of how much of what happens would be
// reported in each week, as when organisations join or move to another system.
// What is expected of a week is in proportion to its exposure. The zero value is
// the usual case: all weeks alike, for certain.
type Exposure struct {
	// Log holds the log of each week's exposure; only differences matter. −Inf marks
	// a week of which no other tells, and which tells of none: it is neither learnt
	// from nor judged. nil is 0 throughout.
	Log []float64
	// SD is the standard error of the judged week's log exposure against those of
	// the weeks before: it widens the forecast.
	SD float64
}

// Exposed is a Detector that takes a known exposure.
type Exposed interface {
	Detector
	// Judge is Weeks with an exposure. Panics if it has not one number for each week of y.
	Judge(y []float64, e Exposure, from int) []Week
}

// check panics unless the exposure is one of n weeks.
func (e Exposure) check(n int) {
	if e.Log != nil && len(e.Log) != n {
		panic(fmt.Sprintf("outbreak: %d log exposures for %d weeks", len(e.Log), n))
	}
	for t, v := range e.Log {
		if math.IsNaN(v) || math.IsInf(v, 1) {
			panic(fmt.Sprintf("outbreak: log exposure %v in week %d", v, t))
		}
	}
	if !(e.SD >= 0) || math.IsInf(e.SD, 1) {
		panic(fmt.Sprintf("outbreak: standard error %v of the log exposure", e.SD))
	}
}

// at gives the log exposure of week t.
func (e Exposure) at(t int) float64 {
	if e.Log == nil {
		return 0
	}
	return e.Log[t]
}

// tells reports whether week t of y was observed and compares with others.
func (e Exposure) tells(y []float64, t int) bool {
	return !math.IsNaN(y[t]) && !math.IsInf(e.at(t), -1)
}

// until gives the exposure of the first n weeks.
func (e Exposure) until(n int) Exposure {
	if e.Log != nil {
		e.Log = e.Log[:n]
	}
	return e
}
