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

// moved is what tells of one step: reports after it, how many there would have
// been at the level before, and variance over mean of the former, to which what is
// unsure of the latter adds.
type moved struct{ after, expected, phi float64 }

// compare sets up the evidence of a step; before and after need not be of as many weeks.
func compare(after, expected, before, phi, drift float64) moved {
	return moved{after, expected, phi + expected*(phi/(before+0.5)+drift*drift)}
}

// family is what the moves of all organisations have in common: mean of the log
// ratio, its variance, and the variance of the organisations about it.
type family struct{ mean, variance, spread float64 }

const (
	// spreadWeight is how many moves the spread taken beforehand weighs.
	spreadWeight = 4
	// poolRounds bring mean and spread to where the changes are far below the errors.
	poolRounds = 12
	// modeSteps of Newton's method, none larger than largestStep.
	modeSteps   = 6
	largestStep = 1
)

// pool estimates the family of moves, with a prior for the mean and for the spread:
// in turns the mode of each move, the mean by the moves' working responses, and
// the spread by an EM step. The counts themselves are used, not their logarithms:
// small counts would pull the mean to their high side.
//
// Source: penalised quasi-likelihood, Breslow & Clayton (1993), JASA 88.
func pool(moves []moved, c Config) family {
	prior := c.SpreadSD * c.SpreadSD
	f := family{spread: prior}
	modes := make([]float64, len(moves))
	for range poolRounds {
		precision, sum := 1/(c.SwitchSD*c.SwitchSD), 0.0
		squares, k := spreadWeight*prior, float64(spreadWeight)
		for i, x := range moves {
			if x.expected == 0 {
				continue
			}
			p := f.mode(x, modes[i], 1)
			modes[i] = p.log
			mean := x.expected * math.Exp(p.log)
			w := 1 / (x.phi/mean + f.spread)
			precision += w
			sum += w * (p.log + (x.after-mean)/mean)
			squares += p.variance + (p.log-f.mean)*(p.log-f.mean)
			k++
		}
		f.mean, f.variance = sum/precision, 1/precision
		f.spread = squares / k
	}
	return f
}

// posterior is one organisation's step given its family: log, its own variance,
// and how much of the family's mean is in it.
type posterior struct{ log, variance, common float64 }

// posterior gives the mode of the quasi-Poisson likelihood under the family's
// normal prior.
func (f family) posterior(x moved) posterior { return f.mode(x, f.mean, modeSteps) }

// mode climbs to it by so many steps from a start.
func (f family) mode(x moved, start float64, steps int) posterior {
	information := 0.0
	for range steps {
		mean := x.expected * math.Exp(start)
		information = mean / x.phi
		step := ((x.after-mean)/x.phi - (start-f.mean)/f.spread) / (information + 1/f.spread)
		start += min(largestStep, max(-largestStep, step))
	}
	variance := 1 / (information + 1/f.spread)
	return posterior{start, variance, variance / f.spread}
}
