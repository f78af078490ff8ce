package crosswalk

import (
	"math"
	"slices"
)

// confusion is how a classifier of b codes errs: row t holds the mean probabilities of
// held-out narratives that people gave code t, and share the part of them.
type confusion struct {
	mean  []float64 // b×b
	share []float64 // b
}

// confusionOf learns from held-out narratives, each counted by its weight; nil for once each.
// A code without narratives is taken as never mistaken.
func (s Sample) confusionOf(weights []float64) confusion {
	b := len(s.To)
	e := confusion{make([]float64, b*b), make([]float64, b)}
	total := 0.0
	for i, t := range s.Held {
		if t < 0 {
			continue
		}
		w := 1.0
		if weights != nil {
			w = weights[i]
		}
		add(e.mean[int(t)*b:int(t+1)*b], s.HeldP[i*b:(i+1)*b], w)
		e.share[t] += w
		total += w
	}
	for t := range b {
		row := e.mean[t*b : (t+1)*b]
		if e.share[t] == 0 {
			clear(row)
			row[t] = 1
		}
		scale(row, 1)
		e.share[t] /= math.Max(1, total)
	}
	return e
}

// add adds a row of probabilities, scaled to sum to the weight.
func add(sum []float64, p []float32, weight float64) {
	total := 0.0
	for _, v := range p {
		total += float64(v)
	}
	if total == 0 || weight == 0 {
		return
	}
	for j, v := range p {
		sum[j] += weight * float64(v) / total
	}
}

// scale makes values sum to the total; all zeros become equal.
func scale(values []float64, total float64) {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	for j := range values {
		if sum == 0 {
			values[j] = total / float64(len(values))
		} else {
			values[j] *= total / sum
		}
	}
}

// settled is the change of a share below which expectation-maximisation has come to rest.
const settled = 1e-6

// longestStride is how far a step may be drawn out, for the path may bend later on.
const longestStride = 64.

// rest repeats a step of expectation-maximisation from p until it comes to rest, at
// most so many times, and gives the shares. step writes the next shares over next,
// summing to 1, and gives the likelihood of those it was given.
//
// Every third step goes as far as the two before it point, unless that lessens the likelihood.
//
// Source: Varadhan and Roland (2008), Simple and globally convergent methods for
// accelerating the convergence of any EM algorithm, scheme S3.
func rest(p []float64, most int, step func(next, p []float64) float64) []float64 {
	b := len(p)
	p = slices.Clone(p)
	one, two, far, next := make([]float64, b), make([]float64, b), make([]float64, b), make([]float64, b)
	for range most {
		step(one, p)
		likely := step(two, one)
		change, speed, bend := 0.0, 0.0, 0.0
		for t := range p {
			r, v := one[t]-p[t], two[t]-2*one[t]+p[t]
			speed += r * r
			bend += v * v
			change = math.Max(change, math.Abs(two[t]-one[t]))
		}
		if change < settled {
			return two
		}
		stride := longestStride
		if bend > 0 {
			stride = math.Min(longestStride, math.Max(1, math.Sqrt(speed/bend)))
		}
		for t := range p {
			r, v := one[t]-p[t], two[t]-2*one[t]+p[t]
			// A share that overshoots 0 is left a little of what it was.
			far[t] = math.Max(two[t]/100, p[t]+2*stride*r+stride*stride*v)
		}
		scale(far, 1)
		if step(next, far) < likely {
			p, two = two, p
		} else {
			p, next = next, p
		}
	}
	return p
}

// unmix finds the shares p of codes for which Σ p(t)·mean(t) comes nearest to what
// was seen, the summed probabilities of so many narratives, by likelihood.
func (e confusion) unmix(seen []float64, c Config) []float64 {
	b := len(seen)
	start, ratio := make([]float64, b), make([]float64, b)
	scale(start, 1)
	return rest(start, c.Iterations, func(next, p []float64) (likely float64) {
		for j := range ratio {
			expected := 0.0
			for t, share := range p {
				expected += share * e.mean[t*b+j]
			}
			ratio[j] = 0
			if seen[j] > 0 && expected > 0 {
				ratio[j] = seen[j] / expected
				likely += seen[j] * math.Log(expected)
			}
		}
		for t := range next {
			sum := 0.0
			for j, r := range ratio {
				sum += e.mean[t*b+j] * r
			}
			next[t] = p[t] * sum
		}
		scale(next, 1)
		return likely
	})
}

// reprior finds the shares that are the prior of the rows' posteriors, when those
// were made under the prior e.share. The search begins at start.
func (e confusion) reprior(rows []row, start []float64, c Config) []float64 {
	factor := make([]float64, len(e.share))
	return rest(start, c.Iterations, func(next, p []float64) (likely float64) {
		for t := range factor {
			factor[t], next[t] = 0, 0
			if e.share[t] > 0 {
				factor[t] = p[t] / e.share[t]
			}
		}
		for _, r := range rows {
			total := 0.0
			for at, t := range r.codes {
				total += float64(r.p[at]) * factor[t]
			}
			if total == 0 || r.weight == 0 {
				continue
			}
			likely += r.weight * math.Log(total)
			total = r.weight / total
			for at, t := range r.codes {
				next[t] += total * float64(r.p[at]) * factor[t]
			}
		}
		scale(next, 1)
		return likely
	})
}
