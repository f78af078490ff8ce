package scan

import "math"

// cell is one zone in one window: what is expected there, and the factor by which
// the squared excess bounds the ratio from above.
type cell struct{ mean, bound float64 }

// grid holds what does not change between replicates. A row has one number for
// each window, the last week alone first; rows of places come before those of zones.
type grid struct {
	zones    Zones
	width    int     // windows
	events   float64 // in all weeks
	least    int32   // fewest events of a finding
	mean     []float64
	cells    []cell    // zones × windows
	reports  []float64 // rows, Bernoulli only: reports in the window
	observed []int32   // rows
	of       float64   // reports in all weeks, Bernoulli only
}

func newGrid(d *Data, z Zones, c Config, ex *exchange) *grid {
	rows := z.places + z.Len()
	g := &grid{zones: z, width: c.MaxWeeks, events: float64(d.events(c.Model)), least: int32(c.MinEvents), of: float64(len(d.Week))}
	g.observed = make([]int32, rows*g.width)
	g.mean = make([]float64, rows*g.width)
	if c.Model == Bernoulli {
		g.reports = make([]float64, rows*g.width)
	}
	for i, w := range d.Week {
		age := d.Weeks - 1 - int(w)
		if age >= g.width {
			continue
		}
		at := int(d.Place[i])*g.width + age
		if g.reports != nil {
			g.reports[at]++
		}
		if g.reports == nil || d.Case[i] {
			g.observed[at]++
		}
	}
	g.expect(d, c, ex)
	sum(z, g.observed, g.width)
	if g.reports != nil {
		sum(z, g.reports, g.width)
	}
	g.cells = make([]cell, z.Len()*g.width)
	g.settle()
	return g
}

// settle turns the expected numbers of places by week into rows and cells.
func (g *grid) settle() {
	sum(g.zones, g.mean, g.width)
	for i, m := range g.mean {
		g.mean[i] = settled(m)
	}
	for i := range g.cells {
		at := g.zones.places*g.width + i
		g.cells[i] = cell{g.mean[at], g.factor(at)}
	}
}

// own is the grid with expected numbers of a worker's own.
func (g *grid) own() *grid {
	mine := *g
	mine.mean, mine.cells = make([]float64, len(g.mean)), make([]cell, len(g.cells))
	return &mine
}

// settled rounds to 40 binary digits: sums of the same numbers in another order are
// then equal, so that ties are settled by rule and not by rounding.
func settled(x float64) float64 {
	const drop = 1 << 12
	return math.Float64frombits((math.Float64bits(x) + drop/2) &^ (drop - 1))
}

// sum turns the weeks of places into windows and adds up the zones.
func sum[T int32 | float64](z Zones, rows []T, width int) {
	for p := range z.places {
		row := rows[p*width : p*width+width]
		var all T
		for a, v := range row {
			all += v
			row[a] = all
		}
	}
	accumulate(z, rows, width)
}

// expect fills the expected numbers of places by week.
func (g *grid) expect(d *Data, c Config, ex *exchange) {
	switch c.Model {
	case Permutation:
		ex.expectAsDated(g.mean, g.width)
	case Poisson:
		all := 0.0
		for _, b := range d.Baseline {
			all += b
		}
		if all == 0 {
			return // and there are no events either
		}
		scale := g.events / all
		for age := range g.width {
			for p, b := range d.Baseline[(d.Weeks-1-age)*d.Places : (d.Weeks-age)*d.Places] {
				g.mean[p*g.width+age] = b * scale
			}
		}
	case Bernoulli:
		if g.of == 0 {
			return
		}
		for i, n := range g.reports {
			g.mean[i] = n * g.events / g.of
		}
	}
}

// factor is Σ 1/E over the cells of the table that zone and window make with all
// else. As log x ≤ x − 1, Σ O·log(O/E) ≤ (O − E)² · Σ 1/E.
func (g *grid) factor(at int) float64 {
	mean := g.mean[at]
	f := 1/mean + 1/(g.events-mean)
	if g.reports != nil {
		n := g.reports[at]
		f += 1/(n-mean) + 1/(g.of-n-g.events+mean)
	}
	if math.IsNaN(f) || f < 0 {
		return math.Inf(1)
	}
	return f
}

// rounding is the relative excess up to which a count is what was expected.
const rounding = 1e-9

// ratio is the log likelihood ratio of k events in row·width+window, 0 when k is
// not above expectation (Kulldorff 1997, section 3).
func (g *grid) ratio(at int, k float64) float64 {
	mean := g.mean[at]
	if k-mean <= rounding*mean {
		return 0
	}
	llr := term(k, mean) + term(g.events-k, g.events-mean)
	if g.reports != nil {
		n, rest := g.reports[at], g.of-g.events
		llr += term(n-k, n-mean) + term(rest-n+k, rest-n+mean)
	}
	return max(0, llr)
}

func term(observed, expected float64) float64 {
	if observed <= 0 {
		return 0
	}
	return observed * math.Log(observed/expected)
}

// slack allows for rounding where the bound is compared with a ratio.
const slack = 1 + 1e-9

// largest is the largest ratio of any zone and window, for these rows of counts.
func (g *grid) largest(rows []int32) float64 {
	best := 0.0
	first := g.zones.places * g.width
	for z := range g.zones.Len() {
		from := z * g.width
		row := rows[first+from : first+from+g.width]
		if row[g.width-1] < g.least {
			continue // a longer window holds no fewer events
		}
		cells := g.cells[from : from+g.width]
		for a, k := range row {
			excess := float64(k) - cells[a].mean
			if k < g.least || excess <= 0 || excess*excess*cells[a].bound*slack <= best {
				continue
			}
			best = max(best, g.ratio(first+from+a, float64(k)))
		}
	}
	return best
}

// top is the window in which a row stands out most; the shortest of equal ones.
func (g *grid) top(row int) (window int, llr float64) {
	for a := range g.width {
		at := row*g.width + a
		if k := g.observed[at]; k >= g.least {
			if l := g.ratio(at, float64(k)); l > llr {
				window, llr = a, l
			}
		}
	}
	return window, llr
}

// usual is the largest count whose ratio is not above critical.
func (g *grid) usual(at int, critical float64) int {
	hi := g.events
	if g.reports != nil {
		hi = min(hi, g.reports[at])
	}
	lo := min(math.Floor(g.mean[at]), hi) // ratio 0
	if g.ratio(at, hi) <= critical {
		return int(hi)
	}
	for hi-lo > 1 {
		if mid := math.Floor((lo + hi) / 2); g.ratio(at, mid) <= critical {
			lo = mid
		} else {
			hi = mid
		}
	}
	return max(int(lo), int(g.least)-1)
}
