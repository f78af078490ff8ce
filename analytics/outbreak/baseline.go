package outbreak

import (
	"math"

	"psims/analytics/glm"
)

const (
	// harmonics of the yearly wave: two let the year have a peak and a shoulder, as
	// holidays and winters need (Noufaily et al. 2013, 4.1, simulate up to two).
	harmonics = 2
	waves     = 2 * harmonics
	// terms of the baseline: level, trend, waves.
	terms = 2 + waves
	// levelPrior is the half event of Jeffreys' prior for a Poisson mean: with no
	// event seen in n weeks the mean is taken as 1/(2n), never 0.
	levelPrior = 0.5
	// largestStep of a coefficient in one iteration keeps the first ones from overshooting.
	largestStep = 1.5
	// stepTolerance ends the iterations: what is left after a step of this size is its
	// square, far below any standard error here.
	stepTolerance = 1e-5
	maxSteps      = 30
	// leastMean and mostMean bound what is expected of a week, so that a trend that
	// runs through a jump of the counts neither vanishes nor overflows.
	fewestExpected, mostExpected = 1e-10, 1e10
	// largestLog bounds a coefficient, for the same reason.
	largestLog = 300
)

// baseline is the regression that Predictive learns from the past of one stratum:
// log mean = level + trend·years + yearly wave, with priors for trend and wave.
// Its memory is used again for the next week; one goroutine at a time.
type baseline struct {
	wave [WeeksPerYear][waves]float64 // design of each week of the year

	from, week int       // first week learnt from; week 0 of the time axis
	y          []float64 // counts from there on, NaN if not observed
	omega      []float64 // weight by age alone; 0 if not observed
	weight     []float64 // … and by the chance that the week was no outbreak
	mean       []float64
	growth     []float64
	near       []float64 // chance beforehand of an outbreak, from the weeks beside
	exposure   []float64 // none if all weeks are alike

	coef  [terms]float64
	chol  [terms][terms]float64 // lower factor of the information
	phi   float64
	prior penalty
}

// penalty is a normal prior for each coefficient but the level: mean and precision.
type penalty struct{ mean, precision [terms]float64 }

func (b *baseline) init() {
	for c := range b.wave {
		for k := range harmonics {
			angle := 2 * math.Pi * float64((k+1)*c) / WeeksPerYear
			b.wave[c][2*k], b.wave[c][2*k+1] = math.Cos(angle), math.Sin(angle)
		}
	}
}

// load takes the weeks of y from from on for a judgement of week.
func (b *baseline) load(y []float64, e Exposure, from, week int) {
	b.from, b.week, b.y = from, week, y[from:]
	n := len(b.y)
	for _, s := range []*[]float64{&b.omega, &b.weight, &b.mean, &b.growth, &b.near} {
		if cap(*s) < n {
			*s = make([]float64, n)
		}
		*s = (*s)[:n]
	}
	b.exposure = b.exposure[:0]
	if e.Log != nil {
		for _, v := range e.Log[from : from+n] {
			b.exposure = append(b.exposure, math.Exp(v))
		}
	}
}

// age weighs the weeks by their age, and begins with a level alone.
func (b *baseline) age(halfLife float64) {
	glm.Growth(b.omega, math.Ln2/halfLife, b.from-b.week)
	sum, exposure := levelPrior, 0.0
	for i, v := range b.y {
		share := 1.0
		if len(b.exposure) > 0 {
			share = b.exposure[i]
		}
		if math.IsNaN(v) || share == 0 {
			b.omega[i] = 0
		} else {
			sum += b.omega[i] * v
			exposure += b.omega[i] * share
		}
	}
	copy(b.weight, b.omega)
	clear(b.near)
	b.coef = [terms]float64{math.Log(sum / exposure)}
	b.phi = 1
}

// season gives the wave's effect on the log mean in each week of the year.
func (b *baseline) season() (s [WeeksPerYear]float64) {
	for c := range s {
		for j, x := range b.wave[c] {
			s[c] += x * b.coef[2+j]
		}
	}
	return s
}

// predict sets the means of the past weeks.
func (b *baseline) predict() {
	base := b.season()
	for c := range base {
		base[c] = math.Exp(min(largestLog, max(-largestLog, b.coef[0]+base[c])))
	}
	glm.Growth(b.growth, b.coef[1]/WeeksPerYear, b.from-b.week)
	c := (b.from + WeeksPerYear - 1) % WeeksPerYear
	for i, g := range b.growth {
		if c++; c == WeeksPerYear {
			c = 0
		}
		mean := base[c] * g
		if len(b.exposure) > 0 {
			mean *= b.exposure[i]
		}
		b.mean[i] = bounded(mean)
	}
}

func bounded(mean float64) float64 { return min(mostExpected, max(fewestExpected, mean)) }

// solve runs Newton's method on the penalised quasi-likelihood for the weights and
// dispersion as they stand, and leaves the means and the information behind.
func (b *baseline) solve() {
	b.predict()
	for range maxSteps {
		step := b.newton()
		b.predict()
		if step < stepTolerance {
			return
		}
	}
}

// newton makes one step and gives its size. Weeks enter through sums by week of
// the year, so that the cost is O(n) with a small constant.
func (b *baseline) newton() float64 {
	var w, wa, r [WeeksPerYear]float64
	var waa, ra float64
	c := (b.from + WeeksPerYear - 1) % WeeksPerYear
	for i, v := range b.y {
		if c++; c == WeeksPerYear {
			c = 0
		}
		if b.weight[i] == 0 {
			continue
		}
		m := b.weight[i] * b.mean[i]
		years := float64(b.from+i-b.week) / WeeksPerYear
		e := b.weight[i]*v - m
		w[c] += m
		wa[c] += m * years
		r[c] += e
		waa += m * years * years
		ra += e * years
	}
	var info [terms][terms]float64
	score := [terms]float64{levelPrior, ra}
	info[1][1] = waa
	for c := range w {
		score[0] += r[c]
		info[0][0] += w[c]
		info[1][0] += wa[c]
		for j, x := range b.wave[c] {
			score[2+j] += r[c] * x
			info[2+j][0] += w[c] * x
			info[2+j][1] += wa[c] * x
			for k, z := range b.wave[c][:j+1] {
				info[2+j][2+k] += w[c] * x * z
			}
		}
	}
	for j := range terms {
		score[j] = score[j]/b.phi - b.prior.precision[j]*(b.coef[j]-b.prior.mean[j])
		for k := range j + 1 {
			info[j][k] /= b.phi
		}
		info[j][j] += b.prior.precision[j]
	}
	return b.move(info, score)
}

// move factors the information and adds its step to the coefficients.
func (b *baseline) move(info [terms][terms]float64, score [terms]float64) (size float64) {
	for j := range terms {
		for k := range j + 1 {
			s := info[j][k]
			for m := range k {
				s -= b.chol[j][m] * b.chol[k][m]
			}
			if j == k {
				b.chol[j][j] = math.Sqrt(max(s, 1e-12))
			} else {
				b.chol[j][k] = s / b.chol[k][k]
			}
		}
	}
	step := b.lower(score)
	for j := terms - 1; j >= 0; j-- {
		for k := j + 1; k < terms; k++ {
			step[j] -= b.chol[k][j] * step[k]
		}
		step[j] /= b.chol[j][j]
		size = max(size, math.Abs(step[j]))
	}
	scale := min(1, largestStep/size)
	for j := range step {
		b.coef[j] = min(largestLog, max(-largestLog, b.coef[j]+scale*step[j]))
	}
	return size
}

// lower solves L·u = x for the factor of the information.
func (b *baseline) lower(x [terms]float64) (u [terms]float64) {
	for j := range terms {
		s := x[j]
		for k := range j {
			s -= b.chol[j][k] * u[k]
		}
		u[j] = s / b.chol[j][j]
	}
	return u
}

// at gives the expected count of a week of that log exposure and the variance of
// its logarithm.
func (b *baseline) at(week int, exposure float64) (mean, variance float64) {
	x := [terms]float64{1, float64(week-b.week) / WeeksPerYear}
	copy(x[2:], b.wave[week%WeeksPerYear][:])
	eta := exposure
	for j, v := range x {
		eta += v * b.coef[j]
	}
	for _, u := range b.lower(x) {
		variance += u * u
	}
	return bounded(math.Exp(eta)), variance
}

// variance gives the variance of each coefficient.
func (b *baseline) variance() (v [terms]float64) {
	for j := range terms {
		var x [terms]float64
		x[j] = 1
		for _, u := range b.lower(x) {
			v[j] += u * u
		}
	}
	return v
}
