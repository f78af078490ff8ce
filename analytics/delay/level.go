package delay

import (
	"math"

	"psims/analytics/glm"
)

const (
	// leastVariation and usualVariation are squared coefficients of variation of a
	// week's mean: the least, so that a week's own count always has a say, and what
	// is taken beforehand, with the weight of variationWeight.
	leastVariation  = 0.01
	usualVariation  = 0.03
	variationWeight = 50
	variationWeeks  = 52
	// levelPrior is the half event of Jeffreys' prior.
	levelPrior = 0.5
)

// weekVariation estimates how much the mean of a week varies from one week to the
// next, by the differences of neighbouring weeks old enough to be nearly complete.
func (f *fit) weekVariation() float64 {
	last := f.weeks - 1 - min(f.delays, 8)
	sum, squares, n := 0.0, 0.0, 0.0
	for w := max(1, last-variationWeeks); w <= last; w++ {
		a, b := f.seen(w, f.weeks-1), f.seen(w-1, f.weeks-1)
		sum += (a + b) / 2
		squares += (a - b) * (a - b) / 2
		n++
	}
	if sum == 0 {
		return usualVariation
	}
	mean := sum / n
	raw := (squares/n - mean) / (mean * mean)
	spread := 1 + mean*usualVariation
	weight := n * mean * mean / (2 * spread * spread)
	return max(leastVariation, (weight*raw+variationWeight*usualVariation)/(weight+variationWeight))
}

// state is what was known of one stratum at the end of one week.
type state struct {
	shares    []float64 // by age: expected share of the final count that is in
	variances []float64 // … and the variance of its log
	level     float64   // mean of a week's final count
	shape     float64   // of the gamma distribution of a week's mean about the level
	phi       float64
}

// at gives what was known at the end of week c.
func (f *fit) at(c int, cfg Config) state {
	row := f.delays + 1
	s := state{shares: make([]float64, row), variances: make([]float64, row), phi: f.phi, shape: 1 / f.variation}
	s.shares[f.delays] = 1
	for d := f.delays; d >= 1; d-- {
		late, seen := f.late[c*row+d]/f.phi, f.seenBy[c*row+d]/f.phi
		a := f.strength*f.commonly[d] + late
		b := f.strength*(1-f.commonly[d]) + seen - late
		s.shares[d-1] = s.shares[d] * b / (a + b)
		s.variances[d-1] = s.variances[d] + a/(b*(a+b+1))
	}
	discount, weight := math.Exp2(-1/cfg.LevelHalfLife), 1.0
	sum, exposure := levelPrior, 0.0
	for w := c; w >= 0 && weight > 1e-4; w-- {
		share, _ := s.share(c - w)
		sum += weight * f.seen(w, c)
		exposure += weight * share
		weight *= discount
	}
	s.level = sum / exposure
	return s
}

// share gives the expected share of a week of that age that is in, and the
// variance of its log.
func (s state) share(age int) (mean, variance float64) {
	age = min(age, len(s.shares)-1)
	return s.shares[age], s.variances[age]
}

// toCome is mean and variance of the number of reports still to come.
type toCome struct{ mean, variance, plain float64 }

// toCome forecasts the reports to come for a week of which counted are in, the
// share of its final count. The week's mean is gamma distributed about the level,
// or, if the week is unlike the others, anywhere; what is in tells which, and more
// of the mean (Bornhuetter–Ferguson and chain ladder are the two ends). extra is
// the squared relative error that past nowcasts had beyond all that.
func (s state) toCome(counted, share, variance, extra float64) toCome {
	like, unlike := s.component(counted, share, variance, s.shape), s.component(counted, share, variance, anywhere)
	odds := unlikeOdds * math.Exp(unlike.log-like.log)
	w := 1 / (1 + odds)
	mean := w*like.mean + (1-w)*unlike.mean
	between := w * (1 - w) * (like.mean - unlike.mean) * (like.mean - unlike.mean)
	plain := w*like.plain + (1-w)*unlike.plain + between
	return toCome{mean: mean, variance: plain + mean*mean*extra, plain: plain}
}

const (
	// unlikeOdds are the odds of a week unlike the others, and anywhere the shape of
	// the gamma distribution of its mean.
	unlikeOdds = 0.1
	anywhere   = 1.5
)

// component is the forecast with one shape of the week's mean; log is the log
// likelihood of what is in.
type component struct{ mean, plain, log float64 }

func (s state) component(counted, share, variance, shape float64) component {
	in := share * s.level
	mean := (1 - share) * s.level * (shape + counted) / (shape + in)
	// d log mean / d log share, for the error of the share.
	slope := share/(1-share) + in/(shape+in)
	return component{
		mean:  mean,
		plain: s.phi*mean + mean*mean*(1/(shape+counted)+slope*slope*variance),
		log:   glm.Counts{Mean: in, Dispersion: s.phi + in/shape}.LogProb(counted),
	}
}
