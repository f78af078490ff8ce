package disproportion

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// theta is a prior as the search moves it: log mean and log shape of the first
// part, of the second, and the log odds of the first. The mean and the shape pull
// the likelihood about independently, and a part without spread is at the end of
// one axis.
type theta [5]float64

// lowest and highest bound the search. A shape of e⁹ is a spread of 1 %; beyond, the
// derivatives lose their digits and nothing is gained.
var (
	lowest  = theta{-12, -8, -12, -8, -14}
	highest = theta{12, 9, 12, 9, 14}
)

func fromPrior(p Prior) theta {
	return theta{
		math.Log(p.Shape1 / p.Rate1), math.Log(p.Shape1), math.Log(p.Shape2 / p.Rate2), math.Log(p.Shape2),
		math.Log(p.Share / (1 - p.Share)),
	}
}

// prior gives the part with the larger mean first.
func (t theta) prior() Prior {
	if t[0] < t[2] {
		t = theta{t[2], t[3], t[0], t[1], -t[4]}
	}
	shape1, shape2 := math.Exp(t[1]), math.Exp(t[3])
	return Prior{
		Shape1: shape1, Rate1: shape1 * math.Exp(-t[0]),
		Shape2: shape2, Rate2: shape2 * math.Exp(-t[2]), Share: 1 / (1 + math.Exp(-t[4])),
	}
}

// derivatives are a sum with its gradient and the lower half of its second derivatives.
type derivatives struct {
	value    float64
	gradient [5]float64
	second   [5][5]float64
}

func (d *derivatives) add(o *derivatives) {
	d.value += o.value
	for i := range d.gradient {
		d.gradient[i] += o.gradient[i]
		for j := 0; j <= i; j++ {
			d.second[i][j] += o.second[i][j]
		}
	}
}

// optimum is where a search ended.
type optimum struct {
	at     theta
	nll    float64
	status FitStatus
}

// maximise is Newton's method, damped as Levenberg and Marquardt do where the
// likelihood does not curve down or a step does not raise it. Coordinates that pull
// over a bound rest on it.
func (s *sample) maximise(start theta, steps int) optimum {
	o := optimum{at: clamp(start), status: NotConverged}
	var d, tried derivatives
	o.nll = s.nll(o.at, &d)
	damping := 1e-3
	for range steps {
		held := onBound(o.at, &d)
		move, gain, ok := solve(&d, held, damping, 1e-3*damping)
		if !ok {
			damping = max(10*damping, 1e-6)
			continue
		}
		next := clamp(add(o.at, move))
		value := s.nll(next, &tried)
		// Near the maximum the value stands still but for rounding while the step is still right.
		last := gain < converged && damping <= 1e-3 && value-o.nll <= 1e-11*math.Abs(o.nll)
		switch {
		case last:
			o.at, o.nll, o.status = next, value, settled(held)
			return o
		case value <= o.nll:
			o.at, o.nll, d = next, value, tried
			if damping /= 10; damping < 1e-12 {
				damping = 0
			}
		default: // no better, or not a number
			damping = max(10*damping, 1e-6)
		}
		if damping > 1e12 {
			break
		}
	}
	// Rounding may have stood in the way, or there may be no one maximum: a part whose
	// mean goes to 0 is of single events whatever its shape. Is there anything left to gain?
	held := onBound(o.at, &d)
	if _, gain, ok := solve(&d, held, 1e-9, flat); ok && gain < nothing {
		o.status = settled(held)
	}
	return o
}

func settled(held [5]bool) FitStatus {
	if held != [5]bool{} {
		return OnEdge
	}
	return Fitted
}

// converged is the log-likelihood that a last step would have gained; the error
// after it is of the order of its square.
const converged = 1e-11

// nothing is the log-likelihood that makes no difference to any use of a prior.
const nothing = 1e-3

// flat is the curvature below which a coordinate changes the log-likelihood by less
// than nothing however far it moves between its bounds, to either side of here.
const flat = 2e-6

func add(t, move theta) theta {
	for i := range t {
		// No step is longer than an e-fold or so: the surface is not a parabola that far.
		t[i] += max(-1.5, min(1.5, move[i]))
	}
	return t
}

func clamp(t theta) theta {
	for i := range t {
		t[i] = max(lowest[i], min(highest[i], t[i]))
	}
	return t
}

func onBound(t theta, d *derivatives) (held [5]bool) {
	for i := range t {
		held[i] = t[i] <= lowest[i] && d.gradient[i] > 0 || t[i] >= highest[i] && d.gradient[i] < 0
	}
	return held
}

// solve gives the damped Newton step by Cholesky's decomposition, and what it
// should gain: the second derivatives are raised by a share of the diagonal and by a
// ridge. It fails where they are not positive definite even so.
func solve(d *derivatives, held [5]bool, damping, ridge float64) (move theta, gain float64, ok bool) {
	var l [5][5]float64
	var y theta
	for i := range 5 {
		g := d.gradient[i]
		if held[i] {
			g = 0
		}
		for j := 0; j <= i; j++ {
			v := d.second[i][j]
			if held[i] || held[j] {
				v = 0
			}
			if i == j {
				v += damping*math.Abs(v) + ridge
				if held[i] {
					v = 1
				}
			}
			for k := range j {
				v -= l[i][k] * l[j][k]
			}
			if i > j {
				l[i][j] = v / l[j][j]
				continue
			}
			if !(v > 1e-14*math.Abs(d.second[i][i])) {
				return move, 0, false
			}
			l[i][i] = math.Sqrt(v)
		}
		y[i] = -g
		for k := range i {
			y[i] -= l[i][k] * y[k]
		}
		y[i] /= l[i][i]
	}
	for i := 4; i >= 0; i-- {
		move[i] = y[i]
		for k := i + 1; k < 5; k++ {
			move[i] -= l[k][i] * move[k]
		}
		move[i] /= l[i][i]
		gain -= move[i] * d.gradient[i] / 2
	}
	return move, gain, true
}

// countTable holds, for one shape and every distinct count, log Γ(shape+k)/Γ(shape)
// with its first and second derivative by the shape.
type countTable struct{ rising, first, second []float64 }

func newCountTable(counts []float64, logShape float64) countTable {
	shape := math.Exp(logShape)
	t := countTable{make([]float64, len(counts)), make([]float64, len(counts)), make([]float64, len(counts))}
	digamma, trigamma := mathext.Digamma(shape), mathext.Zeta(2, shape)
	for i, k := range counts {
		if k > 0 {
			t.rising[i] = risingLog(shape, k)
			t.first[i] = mathext.Digamma(shape+k) - digamma
			t.second[i] = mathext.Zeta(2, shape+k) - trigamma
		}
	}
	return t
}

// part is the log of a part's term with its derivatives by log mean and log shape.
type part struct{ value, dm, ds, dmm, dms, dss float64 }

// mixture is two parts with their shares.
type mixture struct {
	shape, rate, logRate, logShare [2]float64
	share                          float64
}

func newMixture(at theta) mixture {
	m := mixture{share: 1 / (1 + math.Exp(-at[4]))}
	m.logShare = [2]float64{-math.Log1p(math.Exp(-at[4])), -math.Log1p(math.Exp(at[4]))}
	for k := range 2 {
		m.shape[k] = math.Exp(at[2*k+1])
		m.logRate[k] = at[2*k+1] - at[2*k]
		m.rate[k] = math.Exp(m.logRate[k])
	}
	return m
}

// addPoint adds the point's share of the negative log-likelihood.
func (s *sample) addPoint(sum *derivatives, m mixture, p point, tables [2]countTable) {
	k := s.counts[p.count]
	var parts [2]part
	for i := range 2 {
		shape := m.shape[i]
		logQ := -math.Log1p(p.expected / m.rate[i])
		q := math.Exp(logQ)
		r := shape * (1 - q)
		none := part{ // of no event
			value: shape * logQ, dm: -r, dmm: -shape * q * (1 - q), ds: shape*logQ + r}
		none.dms = -r - none.dmm
		none.dss = shape*logQ + 2*r + none.dmm
		t := part{
			value: none.value + tables[i].rising[p.count] - s.logFact[p.count],
			dm:    (shape+k)*q - shape, dmm: -(shape + k) * q * (1 - q),
		}
		if k > 0 {
			t.value += k * (p.logExpected - m.logRate[i] + logQ)
		}
		first := shape * (logQ + tables[i].first[p.count]) // by log shape, the rate held
		t.ds = first - t.dm
		t.dms = -r - t.dmm
		t.dss = first + shape*shape*tables[i].second[p.count] + 2*r + t.dmm
		if s.truncated {
			t = t.given(none)
		}
		parts[i] = t
	}
	m.addLog(sum, -p.w, parts)
}

// given takes off the log of 1 − exp(none): the probability of an event at all.
func (t part) given(none part) part {
	w := 1 / math.Expm1(-none.value)
	dm, ds := -w*none.dm, -w*none.ds
	t.value -= math.Log(-math.Expm1(none.value))
	t.dm -= dm
	t.ds -= ds
	t.dmm += w*(none.dmm+none.dm*none.dm) + dm*dm
	t.dms += w*(none.dms+none.dm*none.ds) + dm*ds
	t.dss += w*(none.dss+none.ds*none.ds) + ds*ds
	return t
}

// addLog adds w times the log of the mixture of both parts.
func (m mixture) addLog(sum *derivatives, w float64, parts [2]part) {
	a, b := m.logShare[0]+parts[0].value, m.logShare[1]+parts[1].value
	top := max(a, b)
	total := top + math.Log(math.Exp(a-top)+math.Exp(b-top))
	sum.value += w * total
	r1, r2 := math.Exp(a-total), math.Exp(b-total)
	both := r1 * r2
	p, q := parts[0], parts[1]
	g := &sum.gradient
	g[0] += w * r1 * p.dm
	g[1] += w * r1 * p.ds
	g[2] += w * r2 * q.dm
	g[3] += w * r2 * q.ds
	g[4] += w * (r1 - m.share)
	h := &sum.second
	h[0][0] += w * (r1*p.dmm + both*p.dm*p.dm)
	h[1][0] += w * (r1*p.dms + both*p.dm*p.ds)
	h[1][1] += w * (r1*p.dss + both*p.ds*p.ds)
	h[2][0] -= w * both * q.dm * p.dm
	h[2][1] -= w * both * q.dm * p.ds
	h[2][2] += w * (r2*q.dmm + both*q.dm*q.dm)
	h[3][0] -= w * both * q.ds * p.dm
	h[3][1] -= w * both * q.ds * p.ds
	h[3][2] += w * (r2*q.dms + both*q.dm*q.ds)
	h[3][3] += w * (r2*q.dss + both*q.ds*q.ds)
	h[4][0] += w * both * p.dm
	h[4][1] += w * both * p.ds
	h[4][2] -= w * both * q.dm
	h[4][3] -= w * both * q.ds
	h[4][4] += w * (both - m.share*(1-m.share))
}
