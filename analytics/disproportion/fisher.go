package disproportion

import (
	"cmp"
	"math"
	"slices"

	"psims/analytics/glm"
)

// Fisher gives P(at least A events with both) when the margins are as they are and
// rows and columns are independent: Fisher's exact test for "more than expected",
// one-sided. Exact to about 12 digits whatever the counts; the cost grows with the
// standard deviation of the count, not with the count.
func (c Cell) Fisher() float64 {
	least := max(0, c.A-c.D) // the fewest with both that the margins allow
	most := c.A + min(c.B, c.C)
	if c.A <= least {
		return 1
	}
	at := hypergeometric(c)
	a, b, e, d := c.floats()
	// Sum away from the middle: the terms then fall, and there is nothing to cancel.
	mode := (a + b + 1) * (a + e + 1) / (a + b + e + d + 2)
	if a >= mode {
		sum, term := 0.0, at
		for k := c.A; k <= most && sum+term > sum; k++ {
			sum += term
			term *= b * e / ((a + 1) * (d + 1))
			a, b, e, d = a+1, b-1, e-1, d+1
		}
		return min(1, sum)
	}
	below, term := 0.0, at
	for k := c.A; k > least; k-- {
		term *= a * d / ((b + 1) * (e + 1))
		a, b, e, d = a-1, b+1, e+1, d-1
		if below+term == below {
			break
		}
		below += term
	}
	return max(0, 1-below)
}

// hypergeometric gives the probability of exactly these four counts, from three
// binomial ones (Loader 2000), so that nothing large is taken from something large.
func hypergeometric(c Cell) float64 {
	a, b, e, d := c.floats()
	share := (a + b) / (a + b + e + d)
	return math.Exp(logBinomial(a, e, share) + logBinomial(b, d, share) - logBinomial(a+b, e+d, share))
}

// logBinomial is the logarithm of the probability of k successes and m failures
// when success has the probability p.
func logBinomial(k, m, p float64) float64 {
	n := k + m
	switch {
	case n == 0:
		return 0
	case k == 0:
		return n * math.Log1p(-p)
	case m == 0:
		return n * math.Log(p)
	}
	return stirling(n) - stirling(k) - stirling(m) - deviance(k, n*p) - deviance(m, n*(1-p)) +
		0.5*math.Log(n/(2*math.Pi*k*m))
}

// stirling is what Stirling's formula leaves over of log n!.
func stirling(n float64) float64 {
	if n >= 10 {
		return glm.Stirling(n)
	}
	factorial, _ := math.Lgamma(n + 1)
	return factorial - (n+0.5)*math.Log(n) + n - 0.5*math.Log(2*math.Pi)
}

// deviance is x·log(x/mean) + mean − x, exact where x is near the mean.
func deviance(x, mean float64) float64 {
	if math.Abs(x-mean) >= 0.1*(x+mean) {
		return x*math.Log(x/mean) + mean - x
	}
	v := (x - mean) / (x + mean)
	sum, power := (x-mean)*v, 2*x*v
	for j := 1.0; ; j++ {
		power *= v * v
		next := sum + power/(2*j+1)
		if next == sum {
			return sum
		}
		sum = next
	}
}

// falseDiscovery fills Q, as Benjamini & Hochberg (1995), JRSS B 57, section 3. The
// pairs that are possible and not listed had no event, so their p-value is 1; left
// out of the count they would make every listed pair look surer than it is.
func falseDiscovery(pairs []Pair, possible int) {
	type ranked struct {
		p float64
		i int32
	}
	order := make([]ranked, len(pairs))
	for i := range order {
		order[i] = ranked{pairs[i].P, int32(i)}
	}
	// Which of two equal p-values comes first does not matter: they get the same Q.
	slices.SortFunc(order, func(a, b ranked) int { return cmp.Compare(a.p, b.p) })
	least := 1.0
	for rank := len(order); rank >= 1; rank-- {
		next := order[rank-1]
		least = min(least, next.p*(float64(possible)/float64(rank)))
		pairs[next.i].Q = least
	}
}
