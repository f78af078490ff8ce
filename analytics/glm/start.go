package glm

import "math"

// begin sums the first working response, in which the mean is the count and a
// little more, and gives the deviance of that start. What the counts have at weight 1
// is summed once a Load; prior weights mostly are all alike, so that few are put right.
func (f *Factor) begin() (deviance float64) {
	if !f.begun {
		f.sumStarts()
	}
	common := largest(f.weight)
	f.common = common
	uncommon := f.uncommon[:0]
	f.yTime, f.yLog, deviance = 0, common*f.unitLog, common*f.unitDeviance
	for g, m := range f.unit {
		f.sum[g] = m.times(common)
	}
	for i, w := range f.weight {
		if w == common {
			continue
		}
		uncommon = append(uncommon, int32(i))
		m, log, d := f.startOf(i)
		f.sum[f.group[i]].add(m.times(w - common))
		f.yLog += (w - common) * log
		deviance += (w - common) * d
	}
	f.uncommon = uncommon
	for g := range f.sum {
		f.yTime += f.sum[g].yx
	}
	return deviance
}

// largest gives the largest of weights that are not negative.
func largest(weights []float64) (v float64) {
	for _, w := range weights {
		if w > v {
			v = w
		}
	}
	return v
}

// sumStarts sums what every observation has at weight 1.
func (f *Factor) sumStarts() {
	clear(f.unit)
	f.unitLog, f.unitDeviance = 0, 0
	for _, run := range f.runs {
		var s moments
		log, deviance := 0.0, 0.0
		ys, xs := f.y[run.from:run.until], f.x[run.from:run.until]
		start := f.start[run.from:run.until]
		start, xs = start[:len(ys)], xs[:len(ys)]
		for k, y := range ys {
			e, x, mean := startAt(y), xs[k], y+startShift
			start[k] = mean
			s.w += mean
			s.wx += mean * x
			s.wxx += mean * x * x
			s.r += e.response
			s.rx += e.response * x
			s.y += y
			s.yx += y * x
			log += e.entropy
			deviance += e.deviance
		}
		f.unit[run.group].add(s)
		f.unitLog += log
		f.unitDeviance += deviance
	}
	for i, o := range f.offset {
		pull := f.start[i] * o
		f.unit[f.group[i]].add(moments{r: -pull, rx: -pull * f.x[i]})
		f.unitLog -= f.y[i] * o
	}
	f.begun = true
}

// startOf gives the moments of an observation of weight 1 at its starting mean,
// y·log y − y less the offset's share, and the deviance.
func (f *Factor) startOf(i int) (m moments, log, deviance float64) {
	y, x := f.y[i], f.x[i]
	e := startAt(y)
	mean := y + startShift
	m = moments{w: mean, wx: mean * x, wxx: mean * x * x, y: y, yx: y * x, r: e.response, rx: e.response * x}
	log = e.entropy
	if len(f.offset) > 0 {
		pull := mean * f.offset[i]
		m.r -= pull
		m.rx -= pull * x
		log -= y * f.offset[i]
	}
	return m, log, e.deviance
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
		table[k] = *newStartEntry(float64(k))
	}
	return table
}()

func startAt(y float64) *startEntry {
	if k := int(y); k < tableSize && float64(k) == y {
		return &startEntries[k]
	}
	return newStartEntry(y)
}

// newStartEntry works an entry out; startAt is inlined without it.
//
//go:noinline
func newStartEntry(y float64) *startEntry {
	m := y + startShift
	e := startEntry{response: m*math.Log(m) - startShift, deviance: unitDeviance(y, m)}
	if y > 0 {
		e.entropy = y*math.Log(y) - y
		c := math.Cbrt(y)
		e.twoThirds = c * c
	}
	return &e
}
