package scan

import (
	"math"
	"slices"

	"psims/internal/parallel"
)

// round is how many replicates are drawn before it is asked whether to stop. It is
// fixed, and what lies beyond the stop is dropped, so that the result does not
// depend on the number of processors.
const round = 64

// worker draws replicates.
type worker struct {
	dice dice
	list []int32 // what is drawn from
	rows []int32
	grid *grid
}

// largest draws the replicate of that number and gives its largest ratio.
func (w *worker) largest(n *null, seed, number uint64) float64 {
	g := w.grid
	places := g.zones.places * g.width
	w.dice.rng.Seed(seed, number)
	clear(w.rows[:places])
	if n.moves() {
		clear(g.mean[:places])
	}
	n.draw(&w.dice, w.list, w.rows, g.mean)
	sum(g.zones, w.rows, g.width)
	if n.moves() {
		g.settle()
	}
	return g.largest(w.rows)
}

// replicate gives the largest ratio of each random data set, and whether drawing
// stopped because so many as c.Stop reached top (Besag & Clifford 1991).
func replicate(g *grid, n *null, c Config, top float64) (maxima []float64, stopped bool) {
	maxima = make([]float64, c.Replicates)
	workers := make([]*worker, min(parallel.Workers(), round))
	for i := range workers {
		workers[i] = n.worker(g)
	}
	reached := 0
	for from := 0; from < c.Replicates; from += round {
		until := min(from+round, c.Replicates)
		parallel.Blocks(until-from, 1, func(w, k, _ int) { maxima[from+k] = workers[w].largest(n, c.Seed, uint64(from+k)) })
		for r := from; r < until; r++ {
			if maxima[r] >= top {
				reached++
			}
			if c.Stop > 0 && reached == c.Stop {
				return maxima[:r+1], true
			}
		}
	}
	return maxima, false
}

// ranks turns ratios into p-values.
type ranks struct {
	sorted  []float64
	stopped bool
	centre  float64 // of the fitted Gumbel distribution
	scale   float64
}

// fewest replicates that a distribution is fitted to.
const fewest = 99

func newRanks(maxima []float64, stopped bool) *ranks {
	k := &ranks{sorted: slices.Sorted(slices.Values(maxima)), stopped: stopped, scale: math.NaN()}
	if n := float64(len(maxima)); len(maxima) >= fewest {
		mean, square := 0.0, 0.0
		for _, m := range k.sorted {
			mean += m / n
		}
		for _, m := range k.sorted {
			square += (m - mean) * (m - mean) / (n - 1)
		}
		const euler = 0.57721566490153286
		k.scale = math.Sqrt(6*square) / math.Pi
		k.centre = mean - euler*k.scale
	}
	return k
}

// p is (1 + replicates that reach llr) / (1 + replicates); when drawing stopped
// early, the share that reached it.
func (k *ranks) p(llr float64) float64 {
	below, _ := slices.BinarySearch(k.sorted, llr)
	reached, n := float64(len(k.sorted)-below), float64(len(k.sorted))
	if k.stopped {
		return reached / n
	}
	return (1 + reached) / (1 + n)
}

// gumbel is the p-value by the fitted distribution (Abrams, Kleinman & Kulldorff 2010).
func (k *ranks) gumbel(llr float64) float64 {
	if !(k.scale > 0) {
		return math.NaN()
	}
	return -math.Expm1(-math.Exp(-(llr - k.centre) / k.scale))
}

// critical is the ratio that must be passed to be raised.
func (k *ranks) critical(c Config) float64 {
	if len(k.sorted) == 0 {
		return math.Inf(1)
	}
	return k.sorted[len(k.sorted)-max(1, c.reach(len(k.sorted)))]
}
