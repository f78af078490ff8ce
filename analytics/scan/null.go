package scan

import (
	"math/bits"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// dice are the random numbers of one worker. Each replicate has its own stream,
// so that it does not matter which worker draws it.
type dice struct {
	rng     rand.PCG
	swapped []int32
	part    []float64
}

// below gives a number from 0 to n−1; it is uneven by less than n/2⁶⁴.
func (d *dice) below(n int) int {
	hi, _ := bits.Mul64(d.rng.Uint64(), uint64(n))
	return int(hi)
}

// choose moves k items, drawn at random and in random order, to the end of list.
func (d *dice) choose(list []int32, k int) {
	for i := range k {
		last := len(list) - 1 - i
		j := d.below(last + 1)
		list[last], list[j] = list[j], list[last]
		d.swapped[i] = int32(j)
	}
}

// restore undoes choose, so that the next replicate finds the list as it was.
func (d *dice) restore(list []int32, k int) {
	for i := k - 1; i >= 0; i-- {
		last, j := len(list)-1-i, d.swapped[i]
		list[last], list[j] = list[j], list[last]
	}
}

// null draws data sets in which nothing is unusual.
type null struct {
	width int
	ex    *exchange // Permutation
	urn   *urn      // Poisson
	cell  []int32   // Bernoulli: of each report, place·width + age, or −1 when before the windows
	cases int
}

func newNull(d *Data, c Config, ex *exchange, g *grid) *null {
	n := &null{width: c.MaxWeeks, ex: ex}
	switch c.Model {
	case Poisson:
		n.urn = newUrn(d, c, int(g.events))
	case Bernoulli:
		n.cases = int(g.events)
		n.cell = make([]int32, len(d.Week))
		for i, w := range d.Week {
			n.cell[i] = -1
			if age := d.Weeks - 1 - int(w); age < n.width {
				n.cell[i] = d.Place[i]*int32(n.width) + int32(age)
			}
		}
	}
	return n
}

// worker gives what one worker needs to draw data sets without allocating.
func (n *null) worker(g *grid) *worker {
	w := &worker{grid: g, rows: make([]int32, len(g.observed))}
	most := 0
	switch {
	case n.ex != nil:
		w.list, most = identity(n.ex.units), n.ex.most
	case n.cell != nil:
		w.list, most = slices.Clone(n.cell), n.cases
	}
	w.dice = dice{swapped: make([]int32, most), part: make([]float64, n.width)}
	if n.moves() {
		w.grid = g.own()
	}
	return w
}

// moves tells whether what is expected differs between data sets.
func (n *null) moves() bool { return n.ex != nil && n.ex.sized }

// draw adds a data set to the rows of places, by week, and to mean what is
// expected if that moves.
func (n *null) draw(d *dice, list, rows []int32, mean []float64) {
	switch {
	case n.ex != nil:
		n.ex.draw(d, list, rows, mean)
	case n.urn != nil:
		n.urn.draw(d, rows)
	default:
		d.choose(list, n.cases)
		for _, cell := range list[len(list)-n.cases:] {
			if cell >= 0 {
				rows[cell]++
			}
		}
		d.restore(list, n.cases)
	}
}

// urn draws Poisson counts given their sum: how many fall into the windows is
// binomial, and each of those falls into a cell in proportion to its baseline
// (alias method, Walker 1977; set up as by Vose 1991).
type urn struct {
	least      int       // events in the windows, at least
	cumulative []float64 // chance of at most least, least+1, …
	cell       []int32   // place·width + age
	keep       []uint64  // of 2⁶⁴ parts of a cell's share of the urn, those that are its own
	other      []int32   // whose the rest is
}

func newUrn(d *Data, c Config, events int) *urn {
	u := &urn{}
	var weight []float64
	all, recent := 0.0, 0.0
	for i, b := range d.Baseline {
		all += b
		if age := d.Weeks - 1 - i/d.Places; age < c.MaxWeeks && b > 0 {
			recent += b
			weight = append(weight, b)
			u.cell = append(u.cell, int32(i%d.Places*c.MaxWeeks+age))
		}
	}
	if events > 0 && recent > 0 {
		u.binomial(events, min(1, recent/all))
		u.alias(weight, recent)
	}
	return u
}

// binomial tabulates the number in the windows, as far as its chance is not 0.
func (u *urn) binomial(n int, p float64) {
	if p == 1 {
		u.least, u.cumulative = n, []float64{1}
		return
	}
	b := distuv.Binomial{N: float64(n), P: p}
	const negligible = 1e-18
	middle := int(b.Mean())
	lo, hi := middle, middle
	for lo > 0 && b.Prob(float64(lo-1)) > negligible {
		lo--
	}
	for hi < n && b.Prob(float64(hi+1)) > negligible {
		hi++
	}
	u.least = lo
	sum := 0.0
	for k := lo; k <= hi; k++ {
		sum += b.Prob(float64(k))
		u.cumulative = append(u.cumulative, sum)
	}
	for i := range u.cumulative {
		u.cumulative[i] /= sum
	}
}

// alias fills keep and other.
func (u *urn) alias(weight []float64, all float64) {
	n := len(weight)
	u.keep, u.other = make([]uint64, n), make([]int32, n)
	share := make([]float64, n)
	var small, large []int32
	for i, w := range weight {
		share[i] = w / all * float64(n)
		u.keep[i], u.other[i] = ^uint64(0), int32(i)
		if share[i] < 1 {
			small = append(small, int32(i))
		} else {
			large = append(large, int32(i))
		}
	}
	for len(small) > 0 && len(large) > 0 {
		s, l := small[len(small)-1], large[len(large)-1]
		small = small[:len(small)-1]
		u.keep[s], u.other[s] = uint64(share[s]*(1<<63))<<1, l
		share[l] -= 1 - share[s]
		if share[l] < 1 {
			large = large[:len(large)-1]
			small = append(small, l)
		}
	}
}

func (u *urn) draw(d *dice, rows []int32) {
	if len(u.cell) == 0 || len(u.cumulative) == 0 {
		return
	}
	x := float64(d.rng.Uint64()>>11) / (1 << 53)
	lo, hi := 0, len(u.cumulative)-1
	for lo < hi {
		if mid := (lo + hi) / 2; x < u.cumulative[mid] {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	for range u.least + lo {
		i, part := bits.Mul64(d.rng.Uint64(), uint64(len(u.cell)))
		if part >= u.keep[i] {
			i = uint64(u.other[i])
		}
		rows[u.cell[i]]++
	}
}
