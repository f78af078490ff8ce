package breaks

import "math"

// span is a stretch of weeks; whole counts batches too.
type span struct {
	from, until int
	whole       bool
}

// counted is what was reported in a span, and how many usual weeks it was.
type counted struct{ reports, weeks float64 }

// windows gives the stretches before and after an edge that are compared. Where
// batches were sent before, a year of everything stands for the level.
func (s *sender) windows(i, window, weeks int) (before, after span) {
	at, first, next := s.edges[i].week, 0, weeks
	if i > 0 {
		first = s.edges[i-1].week
	}
	if i+1 < len(s.edges) {
		next = s.edges[i+1].week
	}
	before = span{from: max(first, at-window), until: min(at, weeks)}
	for w := max(first, at-pastWeeks); w < before.until; w++ {
		if s.whole[w] > s.weekly[w] {
			before = span{from: max(first, at-pastWeeks), until: before.until, whole: true}
			break
		}
	}
	return before, span{from: at, until: max(at, min(next, at+window))}
}

func (s *sender) count(x span, control []float64) (c counted) {
	from := s.weekly
	if x.whole {
		from = s.whole
	}
	for w := x.from; w < x.until; w++ {
		c.reports += from[w]
		c.weeks += control[w]
	}
	return c
}

// change is an estimate of the log ratio after over before.
type change struct{ log, variance float64 }

// known reports whether anything was there to estimate from.
func (c change) known() bool { return !math.IsInf(c.variance, 1) }

// ratio estimates a change from what was counted before and after. Half a report
// on each side keeps it finite.
func ratio(before, after counted, phi, drift float64) change {
	if before.weeks <= 0 || after.weeks <= 0 || before.reports+after.reports < 1 {
		return change{0, math.Inf(1)}
	}
	a, b := after.reports+0.5, before.reports+0.5
	return change{
		log:      math.Log(a/after.weeks) - math.Log(b/before.weeks),
		variance: phi/a + phi/b + drift*drift,
	}
}

// both joins two independent estimates.
func both(a, b change) change {
	p := 1/a.variance + 1/b.variance
	if p == 0 {
		return change{0, math.Inf(1)}
	}
	out := change{variance: 1 / p}
	for _, c := range []change{a, b} {
		if c.known() {
			out.log += c.log / c.variance / p
		}
	}
	return out
}

// family is what the moves of all organisations have in common: mean of the log
// ratio, its variance, and the variance of the organisations about it.
type family struct{ mean, variance, spread float64 }

// spreadWeight is how many moves the spread taken beforehand weighs.
const spreadWeight = 4

// pool estimates the family of changes by moments (DerSimonian & Laird 1986), with
// a prior for the mean and for the spread.
func pool(changes []change, c Config) family {
	var sw, sww, swx, q, k float64
	for _, x := range changes {
		if x.known() {
			w := 1 / x.variance
			sw, sww, swx, k = sw+w, sww+w*w, swx+w*x.log, k+1
		}
	}
	prior := c.SpreadSD * c.SpreadSD
	f := family{spread: prior}
	if k > 1 {
		for _, x := range changes {
			if x.known() {
				q += (x.log - swx/sw) * (x.log - swx/sw) / x.variance
			}
		}
		moment := max(0, (q-(k-1))/(sw-sww/sw))
		f.spread = (spreadWeight*prior + (k-1)*moment) / (spreadWeight + k - 1)
	}
	precision, sum := 1/(c.SwitchSD*c.SwitchSD), 0.0
	for _, x := range changes {
		if x.known() {
			precision += 1 / (x.variance + f.spread)
			sum += x.log / (x.variance + f.spread)
		}
	}
	f.mean, f.variance = sum/precision, 1/precision
	return f
}

// posterior is one organisation's change given its family: log, its own variance,
// and how much of the family's mean is in it.
type posterior struct{ log, variance, common float64 }

func (f family) posterior(x change) posterior {
	if !x.known() {
		return posterior{f.mean, f.spread, 1}
	}
	common := x.variance / (x.variance + f.spread)
	return posterior{common*f.mean + (1-common)*x.log, f.spread * common, common}
}
