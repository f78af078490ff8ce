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
	ones            []float64 // n
	offset          []float64 // n added to the log mean; none for 0 throughout
	share           []float64 // n exponentials of the offsets
	centre, first   int32     // middle and first time

	level []float64 // a group
	slope float64
	sum   []moments // a group
	pivot []pivot   // a group
	// growth[k] is exp(slope·(first+k−centre)) and root[k] its sixth root.
	growth, root []float64
	yTime, yLog  float64 // Σ ωyx and Σ ω(y·log y − y)
	fit          FactorFit
}

// run is a stretch of observations of one group.
type run struct {
	from, until int32
	group       uint8
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

// Load takes n counts with their groups (0 to groups−1) and their times, in any
// order; the fit is quickest when the observations of a group stand together.
// Counts and groups are kept by reference until the next Load.
//
// Panics if the lengths do not agree or there is nothing to fit.
func (f *Factor) Load(y []float64, group []uint8, time []int32, groups int) {
	n := len(y)
	if n == 0 || len(group) != n || len(time) != n {
		panic(fmt.Sprintf("glm: %d groups and %d times for %d counts", len(group), len(time), n))
	}
	f.y, f.group = y, group
	f.offset, f.share = nil, f.share[:0]
	first, last := time[0], time[0]
	for _, t := range time {
		first, last = min(first, t), max(last, t)
	}
	f.first, f.centre = first, first+(last-first)/2
	span := int(last-first) + 1
	for _, s := range []*[]float64{&f.mean, &f.previous, &f.x, &f.ones} {
		*s = resize(*s, n)
	}
	f.growth, f.root = resize(f.growth, span), resize(f.root, span)
	f.level = resize(f.level, groups)
	if cap(f.sum) < groups {
		f.sum, f.pivot = make([]moments, groups), make([]pivot, groups)
	}
	f.sum, f.pivot = f.sum[:groups], f.pivot[:groups]
	f.at, f.runs = f.at[:0], f.runs[:0]
	for i, t := range time {
		f.x[i], f.ones[i] = float64(t-f.centre), 1
		f.at = append(f.at, t-f.first)
		if i == 0 || group[i] != group[i-1] {
			f.runs = append(f.runs, run{from: int32(i), group: group[i]})
		}
		f.runs[len(f.runs)-1].until = int32(i) + 1
	}
}

// Offset sets what is added to each observation's log mean, until the next Load;
// none for 0 throughout. Predict then tells of an offset of 0. It is kept by reference.
//
// Panics if there are offsets, but not one for each count.
func (f *Factor) Offset(offset []float64) {
	if len(offset) > 0 && len(offset) != len(f.y) {
		panic(fmt.Sprintf("glm: %d offsets for %d counts", len(offset), len(f.y)))
	}
	f.offset = offset
	f.share = f.share[:0]
	for _, v := range offset {
		f.share = append(f.share, math.Exp(v))
	}
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

// begin sums the first working response, in which the mean is the count and a
// little more, and gives the deviance of that start.
func (f *Factor) begin() (deviance float64) {
	clear(f.sum)
	f.yTime, f.yLog = 0, 0
	for _, run := range f.runs {
		var m moments
		for i := int(run.from); i < int(run.until); i++ {
			y, x, w := f.y[i], f.x[i], f.weight[i]
			e := startAt(y)
			f.mean[i] = y + startShift
			m.w += w * f.mean[i]
			m.wx += w * f.mean[i] * x
			m.wxx += w * f.mean[i] * x * x
			m.r += w * e.response
			m.rx += w * e.response * x
			m.y += w * y
			m.yx += w * y * x
			f.yLog += w * e.entropy
			deviance += w * e.deviance
			if len(f.offset) > 0 {
				pull := w * f.mean[i] * f.offset[i]
				m.r -= pull
				m.rx -= pull * x
				f.yLog -= w * y * f.offset[i]
			}
		}
		f.sum[run.group].add(m)
	}
	for g := range f.sum {
		f.yTime += f.sum[g].yx
	}
	return deviance
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

// predict sets the means, sums what the next solve needs, and gives the deviance.
// The counts enter both only through sums that were made once.
func (f *Factor) predict() (deviance float64) {
	Growth(f.growth, f.slope, int(f.first-f.centre))
	f.mean, f.previous = f.previous, f.mean
	for g := range f.sum {
		s := &f.sum[g]
		s.w, s.wx, s.wxx = 0, 0, 0
		s.r = math.Exp(f.level[g]) // holds the mean at the middle until the next solve
	}
	growth := f.growth
	for _, run := range f.runs {
		s := &f.sum[run.group]
		base := s.r
		at := f.at[run.from:run.until]
		mean, weight, xs := f.mean[run.from:run.until], f.weight[run.from:run.until], f.x[run.from:run.until]
		mean, weight, xs = mean[:len(at)], weight[:len(at)], xs[:len(at)]
		var share []float64
		if len(f.share) > 0 {
			share = f.share[run.from:run.until]
		}
		var w, wx, wxx float64
		for k, a := range at {
			mu := base * growth[a]
			if share != nil {
				mu *= share[k]
			}
			if mu < minMean {
				mu = minMean
			}
			mean[k] = mu
			m, x := weight[k]*mu, xs[k]
			w += m
			wx += m * x
			wxx += m * x * x
		}
		s.w += w
		s.wx += wx
		s.wxx += wxx
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

// lanes is how many entries of a growth table are carried forward side by side,
// stretch how many weeks until they are worked out afresh.
const (
	lanes   = 8
	stretch = 256
)

// Growth fills dst[k] with exp(slope·(from+k)): the first entries of every stretch
// by the exponential, the others by multiplication, so that rounding stays small.
func Growth(dst []float64, slope float64, from int) {
	ratio := math.Exp(slope * lanes)
	small := math.Exp(slope)
	for k := 0; k < len(dst); k += stretch {
		part := dst[k:min(k+stretch, len(dst))]
		v := math.Exp(slope * float64(from+k))
		for j := range min(lanes, len(part)) {
			part[j] = v
			v *= small
		}
		for j := lanes; j < len(part); j++ {
			part[j] = part[j-lanes] * ratio
		}
	}
}

func (f *Factor) finish() {
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

// startEntry holds the transcendental parts that every fit needs of a count anew.
type startEntry struct {
	response  float64 // weight times response of the first iteration: (y+.1)·log(y+.1) − .1
	deviance  float64 // of the starting mean y+.1
	entropy   float64 // y·log y − y
	twoThirds float64 // y^⅔
}

// tableSize covers the weekly counts of nearly every stratum in 8 kB.
const tableSize = 256

// startEntries are those of small whole counts.
var startEntries = func() (table [tableSize]startEntry) {
	for k := range table {
		table[k] = newStartEntry(float64(k))
	}
	return table
}()

func startAt(y float64) *startEntry {
	if k := int(y); k >= 0 && k < tableSize && float64(k) == y {
		return &startEntries[k]
	}
	e := newStartEntry(y)
	return &e
}

func newStartEntry(y float64) startEntry {
	m := y + startShift
	e := startEntry{response: m*math.Log(m) - startShift, deviance: unitDeviance(y, m)}
	if y > 0 {
		e.entropy = y*math.Log(y) - y
		c := math.Cbrt(y)
		e.twoThirds = c * c
	}
	return e
}
