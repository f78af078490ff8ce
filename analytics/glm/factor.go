package glm

import (
	"fmt"
	"math"
)

// Factor fits log E(y) = level of the group (+ slope · time): a step for each
// group and, if wanted, a straight line in time, the form of Farrington's
// regression. It gives what Workspace gives for the same design, but solves each
// iteration in closed form (the normal equations are an arrow: one diagonal entry
// a group and one row for time), in O(n).
//
// The zero value is ready; it is for one goroutine at a time.
type Factor struct {
	y, weight, mean []float64 // n
	previous        []float64 // n means of the iteration before, of which the working weights are
	x               []float64 // n times, from their middle
	at              []int32   // n positions in growth
	group           []uint8   // n
	runs            []run     // neighbours of one group
	strides         []stride  // the same observations by even steps in time; none if there are no such
	step            int32     // the step
	uncommon        []int32   // observations whose weight is not common
	common          float64   // the largest prior weight
	powers          []powers  // a number of steps
	ones            []float64 // n
	offset          []float64 // n added to the log mean; none for 0 throughout
	share           []float64 // n exponentials of the offsets
	centre, first   int32     // middle and first time
	origin          int32     // time of the first observation
	laid            []place   // n, as of the last Load of another shape

	start                 []float64 // n starting means
	unit                  []moments // a group, of the starting means at weight 1
	unitLog, unitDeviance float64   // the same of yLog and the deviance
	begun                 bool      // unit is summed

	level              []float64 // a group
	base, baseBefore   []float64 // a group, exp(level), of the last iteration and the one before
	slope, slopeBefore float64
	sum                []moments // a group
	pivot              []pivot   // a group
	// growth[k] is exp(slope·(first+k−centre)) and root[k] its sixth root.
	growth, root []float64
	yTime, yLog  float64 // Σ ωyx and Σ ω(y·log y − y)
	fit          FactorFit
}

// moments holds weighted sums over the observations of one group.
type moments struct {
	w, wx, wxx float64 // of the working weights and centred times
	y, yx      float64 // of the counts
	r, rx      float64 // of the first iteration's weighted response
}

func (m *moments) add(o moments) {
	m.w += o.w
	m.wx += o.wx
	m.wxx += o.wxx
	m.y += o.y
	m.yx += o.yx
	m.r += o.r
	m.rx += o.rx
}

func (m moments) times(v float64) moments {
	return moments{w: v * m.w, wx: v * m.wx, wxx: v * m.wxx, y: v * m.y, yx: v * m.yx, r: v * m.r, rx: v * m.rx}
}

// pivot holds what the last solve weighted a group with.
type pivot struct {
	weight float64 // sum of working weights
	centre float64 // their mean time
}

// FactorFit is a fitted Factor.
type FactorFit struct {
	Trend      bool // a slope was fitted
	Rank, DF   int
	Deviance   float64
	Pearson    float64 // Σ ω(y−μ)²/μ, with the working weights of the last iteration
	Iterations int
	Converged  bool
	spread     float64 // Σ over groups of the working variation of time left to the slope
}

// Dispersion is the quasi-Poisson dispersion, Pearson/DF; NaN when nothing is left over.
func (f FactorFit) Dispersion() float64 {
	if f.DF <= 0 {
		return math.NaN()
	}
	return f.Pearson / float64(f.DF)
}

// Fit fits the loaded counts with prior weights (nil for one each), with or
// without the straight line. Each fit starts afresh from the counts, as R's does.
//
// Panics if there are weights, but not one for each count.
func (f *Factor) Fit(weight []float64, trend bool) FactorFit {
	if weight == nil {
		weight = f.ones
	}
	if len(weight) != len(f.y) {
		panic(fmt.Sprintf("glm: %d weights for %d counts", len(weight), len(f.y)))
	}
	f.weight = weight
	f.fit = FactorFit{Trend: trend}
	before := f.begin()
	f.solve(true)
	for i := 1; ; i++ {
		f.fit.Iterations = i
		f.fit.Deviance = f.predict()
		if math.IsNaN(f.fit.Deviance) || math.IsInf(f.fit.Deviance, 0) {
			break
		}
		if math.Abs(f.fit.Deviance-before)/(math.Abs(f.fit.Deviance)+0.1) < Tolerance {
			f.fit.Converged = true
			break
		}
		if i == MaxIterations {
			break
		}
		before = f.fit.Deviance
		f.solve(false)
	}
	f.finish()
	return f.fit
}

// solve finds the levels and the slope from the sums: values on the first
// iteration, steps to add on later ones.
func (f *Factor) solve(first bool) {
	spread, pull, scale := 0.0, 0.0, 0.0
	for g := range f.sum {
		s := &f.sum[g]
		f.pivot[g] = pivot{}
		if s.w > 0 {
			if !first {
				s.r, s.rx = s.y-s.w, s.yx-s.wx
			}
			centre := s.wx / s.w
			f.pivot[g] = pivot{weight: s.w, centre: centre}
			spread += s.wxx - s.wx*centre
			pull += s.rx - s.r*centre
			scale += s.wxx
		}
	}
	if first {
		// A factor that already tells every time apart leaves nothing for a slope.
		f.fit.Trend = f.fit.Trend && spread > scale*rankTolerance*rankTolerance
		f.slope = 0
	}
	step := 0.0
	if f.fit.Trend {
		step = pull / spread
	}
	f.slopeBefore = f.slope
	f.fit.spread = spread
	f.slope += step
	for g := range f.sum {
		switch p := f.pivot[g]; {
		case p.weight == 0:
			f.level[g] = math.NaN()
		case first:
			f.level[g] = f.sum[g].r/p.weight - step*p.centre
		default:
			f.level[g] += f.sum[g].r/p.weight - step*p.centre
		}
	}
}

// predict sums the means, as the next solve needs them, and gives the deviance.
// The counts enter both only through sums that were made once.
func (f *Factor) predict() (deviance float64) {
	f.base, f.baseBefore = f.baseBefore, f.base
	for g, v := range f.level {
		f.base[g] = math.Exp(v)
	}
	if !f.sumStrides() {
		f.sumEach()
	}
	deviance = f.yLog - f.slope*f.yTime
	for g := range f.sum {
		if s := &f.sum[g]; s.w > 0 {
			deviance += s.w - s.y*f.level[g]
		}
	}
	// The sums cancel to a few last digits when the fit is perfect; R's terms can't go below 0.
	return max(0, 2*deviance)
}

// sumEach sums the weighted means one by one.
func (f *Factor) sumEach() {
	f.fill(f.mean, f.base, f.slope)
	for g := range f.sum {
		f.sum[g].w, f.sum[g].wx, f.sum[g].wxx = 0, 0, 0
	}
	for _, run := range f.runs {
		var w, wx, wxx float64
		for i := int(run.from); i < int(run.until); i++ {
			m, x := f.weight[i]*f.mean[i], f.x[i]
			w += m
			wx += m * x
			wxx += m * x * x
		}
		s := &f.sum[run.group]
		s.w += w
		s.wx += wx
		s.wxx += wxx
	}
}

// fill sets dst to the means that grow at this slope from base, the groups' means
// in the middle of time.
func (f *Factor) fill(dst, base []float64, slope float64) {
	Growth(f.growth, slope, int(f.first-f.centre))
	growth := f.growth
	for _, run := range f.runs {
		b, at := base[run.group], f.at[run.from:run.until]
		part := dst[run.from:run.until]
		part = part[:len(at)]
		for k, a := range at {
			part[k] = max(b*growth[a], minMean)
		}
	}
	for i, v := range f.share {
		dst[i] = max(dst[i]*v, minMean)
	}
}

// finish works out the means, and those of the iteration before, of which the
// working weights are, and what is told of them.
func (f *Factor) finish() {
	f.fill(f.mean, f.base, f.slope)
	if f.fit.Iterations > 1 {
		f.fill(f.previous, f.baseBefore, f.slopeBefore)
	} else {
		copy(f.previous, f.start)
	}
	n := 0
	for i, y := range f.y {
		d, w := (y-f.mean[i])/f.mean[i], f.weight[i]*f.previous[i]
		if w > 0 {
			n++
		}
		f.fit.Pearson += w * d * d
	}
	for _, p := range f.pivot {
		if p.weight > 0 {
			f.fit.Rank++
		}
	}
	if f.fit.Trend {
		f.fit.Rank++
	}
	f.fit.DF = n - f.fit.Rank
}

// Mean gives the fitted means; they hold until the next Fit.
func (f *Factor) Mean() []float64 { return f.mean }

// Slope gives the change of the log mean a unit of time, and its standard error
// for dispersion 1; 0 and NaN without a trend.
func (f *Factor) Slope() (slope, se float64) {
	if !f.fit.Trend {
		return 0, math.NaN()
	}
	return f.slope, math.Sqrt(1 / f.fit.spread)
}

// Predict gives the log mean at a group and time, and its standard error for
// dispersion 1. Both are NaN for a group without observations.
func (f *Factor) Predict(group uint8, time int32) (logMean, se float64) {
	p := f.pivot[group]
	if p.weight == 0 {
		return math.NaN(), math.NaN()
	}
	x := float64(time - f.centre)
	v := 1 / p.weight
	if f.fit.Trend {
		v += (x - p.centre) * (x - p.centre) / f.fit.spread
	}
	return f.level[group] + f.slope*x, math.Sqrt(v)
}

// Anscombe visits every observation above its mean with its Anscombe residual,
// squared: 9(y^⅔ − μ^⅔)²/(4μ^⅓·φ·(1−h)). Those at or below their mean are not visited.
//
// Source: Farrington et al. (1996) 3.2.
func (f *Factor) Anscombe(dispersion float64, visit func(i int, squared float64)) {
	Growth(f.root, f.slope/6, int(f.first-f.centre))
	for _, run := range f.runs {
		p := f.pivot[run.group]
		base := math.Exp(f.level[run.group] / 6)
		for i := int(run.from); i < int(run.until); i++ {
			y := f.y[i]
			if y <= f.mean[i] {
				continue
			}
			sixth := base * f.root[f.at[i]]
			if len(f.offset) > 0 {
				sixth *= math.Exp(f.offset[i] / 6)
			}
			a := 1.5 * (startAt(y).twoThirds/sixth - sixth*sixth*sixth)
			visit(i, a*a/(dispersion*(1-f.leverage(i, p))))
		}
	}
}

// Hat gives the leverage of observation i in the last fit.
func (f *Factor) Hat(i int) float64 { return f.leverage(i, f.pivot[f.group[i]]) }

func (f *Factor) leverage(i int, p pivot) float64 {
	h := 1 / p.weight
	if f.fit.Trend {
		x := f.x[i] - p.centre
		h += x * x / f.fit.spread
	}
	return h * f.previous[i] * f.weight[i]
}
