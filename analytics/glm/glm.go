// Package glm answers how a count depends on what was known beforehand: log-linear
// Poisson and quasi-Poisson regression, and the tails of the distributions that
// counts follow.
//
// In go counts with a design (any matrix, or a factor with a straight line in
// time); out come coefficients, fitted means, leverages and the dispersion.
// Iterations, starting values and the stopping rule are those of R's glm.fit, so
// that even a fit that never settles (a group of zeros only) stops where R's does.
//
// Source: McCullagh & Nelder (1989), Generalized Linear Models, 2nd ed., 2.5 and 6.2.
package glm

import (
	"fmt"
	"math"
)

const (
	// Tolerance is the relative change of deviance at which a fit has converged
	// (R: glm.control, epsilon).
	Tolerance = 1e-8
	// MaxIterations ends a fit that does not converge (R: glm.control, maxit).
	MaxIterations = 25
	// startShift is added to each count to give the starting mean (R: poisson()$initialize).
	startShift = 0.1
	// minMean keeps fitted means off zero (R: make.link("log"), .Machine$double.eps).
	minMean = 2.220446049250313e-16
	// rankTolerance is the share of its length that a column must keep once the
	// columns before it are taken out (R: glm.fit, min(1e-7, epsilon/1000)).
	rankTolerance = Tolerance / 1000
)

// Problem is a log-linear regression: log E(y) = offset + Xβ, variance φ·E(y)/weight.
type Problem struct {
	X      []float64 // n×p, row-major
	Y      []float64 // n counts, not negative
	Offset []float64 // n, or nil for none
	Weight []float64 // n prior weights, or nil for one each
}

// Fit is a fitted regression. Its slices belong to the Workspace and hold until
// the next fit there.
type Fit struct {
	Coef       []float64 // p; 0 for a column that depends on those before it
	Mean       []float64 // n fitted means
	Hat        []float64 // n leverages
	Rank       int       // independent columns
	DF         int       // observations of positive weight less Rank
	Deviance   float64
	Pearson    float64 // Σ weight·(y−μ)²/μ, with the working weights of the last iteration
	Iterations int
	Converged  bool

	w *Workspace
}

// Dispersion is the quasi-Poisson dispersion, Pearson/DF; NaN when nothing is left over.
func (f *Fit) Dispersion() float64 {
	if f.DF <= 0 {
		return math.NaN()
	}
	return f.Pearson / float64(f.DF)
}

// SE gives the standard error of the linear predictor at the design row x, for
// dispersion 1. Multiply by the root of the dispersion.
//
// Panics if x has not p values.
func (f *Fit) SE(x []float64) float64 {
	if len(x) != len(f.Coef) {
		panic(fmt.Sprintf("glm: %d values for %d coefficients", len(x), len(f.Coef)))
	}
	return math.Sqrt(f.w.variance(x))
}

// Workspace fits one regression after another in the same memory. The zero value
// is ready; it is for one goroutine at a time.
type Workspace struct {
	p        Problem
	n, cols  int
	q        []float64 // n×p, column-major: the weighted design, then Q
	r        []float64 // p×p upper triangle
	kept     []bool    // p: column is independent
	z        []float64 // n weighted working response
	eta      []float64
	sqrtW    []float64
	mean     []float64
	hat      []float64
	coef     []float64
	previous []float64 // coefficients of the iteration before, for step halving
	scratch  []float64 // p
	fit      Fit
}

// Fit runs iteratively reweighted least squares until the deviance settles.
// A fit that does not settle is returned with Converged false. Cost n·p² an iteration.
//
// Panics if the lengths do not agree.
func (w *Workspace) Fit(p Problem) *Fit {
	w.load(p)
	w.fit = Fit{w: w}
	f := &w.fit
	before := w.start()
	for f.Iterations = 1; f.Iterations <= MaxIterations; f.Iterations++ {
		w.step(f)
		f.Deviance = w.predict()
		if !w.halve(f) {
			break
		}
		if math.Abs(f.Deviance-before)/(math.Abs(f.Deviance)+0.1) < Tolerance {
			f.Converged = true
			break
		}
		before = f.Deviance
		copy(w.previous, w.coef)
	}
	f.Iterations = min(f.Iterations, MaxIterations)
	w.finish(f)
	return f
}

func (w *Workspace) load(p Problem) {
	n := len(p.Y)
	if n == 0 || len(p.X)%n != 0 {
		panic(fmt.Sprintf("glm: a design of %d values for %d counts", len(p.X), n))
	}
	if p.Offset != nil && len(p.Offset) != n || p.Weight != nil && len(p.Weight) != n {
		panic(fmt.Sprintf("glm: %d offsets and %d weights for %d counts", len(p.Offset), len(p.Weight), n))
	}
	w.p, w.n, w.cols = p, n, len(p.X)/n
	for _, s := range []*[]float64{&w.z, &w.eta, &w.sqrtW, &w.mean, &w.hat} {
		*s = resize(*s, n)
	}
	for _, s := range []*[]float64{&w.coef, &w.previous, &w.scratch} {
		*s = resize(*s, w.cols)
	}
	w.q, w.r = resize(w.q, n*w.cols), resize(w.r, w.cols*w.cols)
	if cap(w.kept) < w.cols {
		w.kept = make([]bool, w.cols)
	}
	w.kept = w.kept[:w.cols]
	clear(w.previous)
}

func resize(s []float64, n int) []float64 {
	if cap(s) < n {
		return make([]float64, n)
	}
	return s[:n]
}

func (w *Workspace) weight(i int) float64 {
	if w.p.Weight == nil {
		return 1
	}
	return w.p.Weight[i]
}

func (w *Workspace) offset(i int) float64 {
	if w.p.Offset == nil {
		return 0
	}
	return w.p.Offset[i]
}

// start sets the means to the counts, a little above zero, and gives their deviance.
func (w *Workspace) start() (deviance float64) {
	for i, y := range w.p.Y {
		w.mean[i] = y + startShift
		w.eta[i] = math.Log(w.mean[i])
		deviance += w.weight(i) * unitDeviance(y, w.mean[i])
	}
	return deviance
}

// predict sets the means from the coefficients and gives their deviance.
func (w *Workspace) predict() (deviance float64) {
	for i, y := range w.p.Y {
		eta := w.offset(i)
		for j, x := range w.p.X[i*w.cols : (i+1)*w.cols] {
			eta += x * w.coef[j]
		}
		w.eta[i], w.mean[i] = eta, max(math.Exp(eta), minMean)
		deviance += w.weight(i) * unitDeviance(y, w.mean[i])
	}
	return deviance
}

// halve moves back towards the coefficients before while the deviance is not
// finite; false when that does not help.
func (w *Workspace) halve(f *Fit) bool {
	for range MaxIterations {
		if !math.IsInf(f.Deviance, 0) && !math.IsNaN(f.Deviance) {
			return true
		}
		for j := range w.coef {
			w.coef[j] = (w.coef[j] + w.previous[j]) / 2
		}
		f.Deviance = w.predict()
	}
	return false
}

// step solves one weighted least squares problem for the coefficients.
func (w *Workspace) step(f *Fit) {
	for i, y := range w.p.Y {
		s := math.Sqrt(w.weight(i) * w.mean[i])
		w.sqrtW[i] = s
		w.z[i] = s * (w.eta[i] - w.offset(i) + (y-w.mean[i])/w.mean[i])
		for j, x := range w.p.X[i*w.cols : (i+1)*w.cols] {
			w.q[j*w.n+i] = s * x
		}
	}
	f.Rank = w.decompose()
	// Back substitution over the independent columns: R β = Q'z.
	for j := w.cols - 1; j >= 0; j-- {
		w.coef[j] = 0
		if !w.kept[j] {
			continue
		}
		b := dot(w.q[j*w.n:(j+1)*w.n], w.z)
		for k := j + 1; k < w.cols; k++ {
			b -= w.r[j*w.cols+k] * w.coef[k]
		}
		w.coef[j] = b / w.r[j*w.cols+j]
	}
}

// decompose turns the weighted design into Q and R by Gram–Schmidt, each column
// orthogonalised twice, which is as exact as Householder's reflections (Giraud
// et al. 2005). It gives the rank; dependent columns are set aside.
func (w *Workspace) decompose() (rank int) {
	clear(w.r)
	for j := range w.cols {
		col := w.q[j*w.n : (j+1)*w.n]
		full := math.Sqrt(dot(col, col))
		for range 2 {
			for k := range j {
				if !w.kept[k] {
					continue
				}
				base := w.q[k*w.n : (k+1)*w.n]
				c := dot(base, col)
				w.r[k*w.cols+j] += c
				for i, b := range base {
					col[i] -= c * b
				}
			}
		}
		left := math.Sqrt(dot(col, col))
		w.kept[j] = left > full*rankTolerance
		if !w.kept[j] {
			clear(col)
			continue
		}
		w.r[j*w.cols+j] = left
		for i := range col {
			col[i] /= left
		}
		rank++
	}
	return rank
}

func (w *Workspace) finish(f *Fit) {
	f.Coef, f.Mean, f.Hat = w.coef, w.mean, w.hat
	f.DF = -f.Rank
	for i, y := range w.p.Y {
		if w.weight(i) > 0 {
			f.DF++
		}
		d := (y - w.mean[i]) / w.mean[i]
		f.Pearson += w.sqrtW[i] * w.sqrtW[i] * d * d
		h := 0.0
		for j := range w.cols {
			h += w.q[j*w.n+i] * w.q[j*w.n+i]
		}
		w.hat[i] = h
	}
}

// variance gives x'(X'WX)⁻¹x by solving R'u = x.
func (w *Workspace) variance(x []float64) (v float64) {
	u := w.scratch
	for j := range w.cols {
		u[j] = 0
		if !w.kept[j] {
			continue
		}
		s := x[j]
		for k := range j {
			s -= w.r[k*w.cols+j] * u[k]
		}
		u[j] = s / w.r[j*w.cols+j]
		v += u[j] * u[j]
	}
	return v
}

// unitDeviance is 2(y·log(y/μ) − (y−μ)), with 0·log 0 = 0.
func unitDeviance(y, mean float64) float64 {
	if y == 0 {
		return 2 * mean
	}
	return 2 * (y*math.Log(y/mean) - (y - mean))
}

func dot(a, b []float64) (s float64) {
	for i, x := range a {
		s += x * b[i]
	}
	return s
}
