package outbreak

import (
	"math"

	"psims/analytics/glm"
)

// dispersions are the values of variance over mean that Predictive weighs against
// each other, from Poisson to the yearly "all reports" count of a nation.
var dispersions = [...]float64{1, 1.25, 1.5, 1.9, 2.5, 3.5, 5, 7.5, 11, 17, 26, 41, 66, 110, 180, 300, 500, 850, 1500}

// pastShares are the shares of past weeks in an outbreak that it weighs, each taken
// as alike likely beforehand.
var pastShares = [...]float64{0.005, 0.02, 0.05, 0.1}

// shifts are the sizes of a past outbreak, in standard deviations, taken as alike likely.
var shifts = [...]float64{1, 2, 4}

const (
	// highWeek is how many standard deviations above its mean a past week must lie
	// for an outbreak to be thought of.
	highWeek = 1
	// follow is the chance that an outbreak reaches into the week before, or after.
	follow = 0.4
	// leastGain is the log posterior below the best at which a dispersion no longer counts.
	leastGain = 9
	// fewEvents is the count up to which a rising factorial is multiplied out.
	fewEvents = 24
)

// noise is the posterior of dispersion and past outbreaks, given the means.
type noise struct {
	weight [len(dispersions)]float64 // posterior of each dispersion; sums to 1
	phi    float64                   // posterior mean
	share  float64                   // posterior mean share of past weeks in an outbreak

	log  [len(dispersions)][len(pastShares)]float64 // posterior, up to a factor
	done [len(dispersions)]bool                     // log was worked out
}

// learn works out the posterior, in which every week counts alike whatever its age:
// the dispersion lasts longer than the level. It does so around the peak,
// which it climbs to from the dispersion it had before.
func (n *noise) learn(b *baseline, prior *[len(dispersions)]float64) {
	n.done = [len(dispersions)]bool{}
	k := 0
	for k+1 < len(dispersions) && dispersions[k+1] <= n.phi {
		k++
	}
	peak := n.evaluate(b, prior, k)
	for _, direction := range []int{1, -1} {
		for j := k + direction; j >= 0 && j < len(dispersions); j += direction {
			v := n.evaluate(b, prior, j)
			peak = max(peak, v)
			if v < peak-leastGain {
				break
			}
		}
	}
	sum := 0.0
	n.phi, n.share = 0, 0
	for k, phi := range dispersions {
		n.weight[k] = 0
		if !n.done[k] {
			continue
		}
		for e, share := range pastShares {
			v := math.Exp(n.log[k][e] - peak)
			n.weight[k] += v
			n.share += v * share
		}
		n.phi += n.weight[k] * phi
		sum += n.weight[k]
	}
	for k := range n.weight {
		n.weight[k] /= sum
	}
	n.phi /= sum
	n.share /= sum
}

// evaluate gives the largest log posterior at one dispersion. Every past week comes
// by here for every dispersion: what small counts contribute is multiplied up
// before a logarithm is taken.
func (n *noise) evaluate(b *baseline, prior *[len(dispersions)]float64, k int) float64 {
	kernel := newKernel(dispersions[k])
	plain, quiet := math.Log(prior[k]), 0.0
	small := newProduct()
	var mixed [len(pastShares)]product
	for e := range mixed {
		mixed[e] = newProduct()
	}
	for i, y := range b.y {
		if b.omega[i] == 0 {
			continue
		}
		mu := b.mean[i]
		if few(y) {
			plain += kernel.zero(mu, y)
			small.times(kernel.rising(mu, y))
		} else {
			plain += kernel.log(mu, y)
		}
		near, odds, log := b.near[i], 0.0, 0.0
		switch {
		case high(y, mu, dispersions[k]):
			odds, log = kernel.outbreak(mu, y)
			plain += log
		case near < pastShares[0]:
			quiet++
			continue
		}
		none := 1.0
		if log > 0 {
			none = math.Exp(-log)
		}
		for e, share := range pastShares {
			share = max(share, near)
			mixed[e].times((1-share)*none + share*odds)
		}
	}
	plain += small.sum()
	best := math.Inf(-1)
	for e, share := range pastShares {
		v := plain + quiet*math.Log(1-share) + mixed[e].sum()
		n.log[k][e] = v
		best = max(best, v)
	}
	n.done[k] = true
	return best
}

// product keeps the logarithm of a long product, taking few logarithms.
type product struct{ log, rest float64 }

func newProduct() product { return product{rest: 1} }

// largestRest is where the logarithm is taken. Factors lie between its inverse and
// itself to the fourth.
const largestRest = 1e60

func (p *product) times(v float64) {
	p.rest *= v
	if p.rest > largestRest || p.rest < 1/largestRest {
		p.log += math.Log(p.rest)
		p.rest = 1
	}
}

func (p *product) sum() float64 { return p.log + math.Log(p.rest) }

// reweight sets each past week's weight to the chance that it was no outbreak.
func (n *noise) reweight(b *baseline, leastShare float64) {
	kernel := newKernel(n.phi)
	share := max(n.share, leastShare)
	for i, y := range b.y {
		b.weight[i] = b.omega[i]
		share := max(share, b.near[i])
		if b.omega[i] > 0 && high(y, b.mean[i], n.phi) {
			odds, log := kernel.outbreak(b.mean[i], y)
			b.weight[i] /= 1 + share/(1-share)*odds*math.Exp(log)
		}
	}
}

// spread sets how likely each week is beforehand to lie in an outbreak because the
// week before or after does: outbreaks last.
func (b *baseline) spread() {
	clear(b.near)
	for i, w := range b.weight {
		if b.omega[i] == 0 {
			continue
		}
		r := follow * (1 - w/b.omega[i])
		if i > 0 {
			b.near[i-1] = max(b.near[i-1], r)
		}
		if i+1 < len(b.near) {
			b.near[i+1] = max(b.near[i+1], r)
		}
	}
}

// high reports whether a count lies far enough above its mean to be looked at.
func high(y, mu, phi float64) bool {
	d := y - mu - 0.5
	return d > 0.5 && d*d > highWeek*highWeek*phi*mu
}

// kernel is the negative binomial of one dispersion, without the terms that hang
// on the count alone; it is worked out for every past week, so it is kept short.
type kernel struct {
	excess, log1p, perEvent float64 // φ−1, log φ, log φ/(φ−1)
	spread                  float64 // √φ
}

func newKernel(phi float64) kernel {
	k := kernel{excess: phi - 1, log1p: math.Log(phi), perEvent: 1, spread: math.Sqrt(phi)}
	if k.excess > 0 {
		k.perEvent = k.log1p / k.excess
	}
	return k
}

// few reports whether a count is whole and small enough to be multiplied out.
func few(y float64) bool { return y < fewEvents && y == math.Floor(y) }

// rising gives mu·(mu + φ−1)·(mu + 2(φ−1))·… of y factors.
func (k kernel) rising(mu, y float64) float64 {
	if y == 0 {
		return 1
	}
	product := mu
	for i := 1.0; i < y; i++ {
		product *= mu + k.excess*i
	}
	return product
}

// zero gives the part of log that small counts have besides rising.
func (k kernel) zero(mu, y float64) float64 { return -mu*k.perEvent - y*k.log1p }

// log gives log P(y | mu) + log y!.
func (k kernel) log(mu, y float64) float64 {
	switch {
	case k.excess == 0:
		return -mu + y*math.Log(mu)
	case few(y):
		return k.zero(mu, y) + math.Log(k.rising(mu, y))
	}
	size := mu / k.excess
	if size < 10 {
		a, _ := math.Lgamma(size + y)
		b, _ := math.Lgamma(size)
		return k.zero(mu, y) + a - b + y*math.Log(k.excess)
	}
	return k.zero(mu, y) + (size-0.5)*math.Log1p(y/size) - y + y*math.Log(mu+k.excess*y) + glm.Stirling(size+y) - glm.Stirling(size)
}

// largestExponent leaves room for largestRest below the largest float.
const largestExponent = 500

// outbreak gives how much likelier the count is in an outbreak than at the mean,
// as odds·exp(log): the ratio of a thousand events to the mean of a silent stratum
// is beyond any float.
func (k kernel) outbreak(mu, y float64) (odds, log float64) {
	sd := k.spread * math.Sqrt(mu)
	if few(y) {
		at := k.rising(mu, y)
		for _, s := range shifts {
			more := s*sd + 0.5
			odds += k.rising(mu+more, y) / at * math.Exp(-more*k.perEvent) / float64(len(shifts))
		}
		return odds, 0
	}
	var at [len(shifts)]float64
	base := k.log(mu, y)
	for i, s := range shifts {
		at[i] = k.log(mu+s*sd+0.5, y) - base
		log = max(log, at[i])
	}
	if log < largestExponent {
		log = 0
	}
	for _, v := range at {
		odds += math.Exp(v-log) / float64(len(shifts))
	}
	return odds, log
}
