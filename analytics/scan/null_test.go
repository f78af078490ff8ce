package scan_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"psims/analytics/scan"

	"gonum.org/v1/gonum/stat/distuv"
)

// tiny is small enough to go through everything that chance could have done.
func tiny() scan.Data {
	return scan.Data{
		Weeks: 4, Places: 3,
		Week:     []int32{3, 3, 2, 0, 1, 3, 0},
		Place:    []int32{0, 0, 1, 1, 2, 2, 0},
		Group:    []int32{0, 0, 0, 0, 1, 1, 1},
		Case:     []bool{true, true, false, false, true, false, false},
		Baseline: []float64{1, 2, 1, 1, 1, 1, 2, 1, 1, 1, 1, 0.5},
	}
}

var tinySets = [][]int32{{0}, {1}, {2}, {0, 1}, {1, 2}}

// strongest is the largest ratio, by definition.
func strongest(d scan.Data, c scan.Config) float64 {
	best := 0.0
	for _, set := range tinySets {
		for w := 1; w <= c.MaxWeeks; w++ {
			if k, _, llr := judge(d, c, set, w); k >= c.MinEvents {
				best = max(best, llr)
			}
		}
	}
	return best
}

// exactly gives the chance of a ratio of at least top: visit is called with every
// data set that chance could make, and its weight.
func exactly(c scan.Config, top float64, each func(visit func(scan.Data, float64))) float64 {
	reached, all := 0.0, 0.0
	each(func(d scan.Data, weight float64) {
		all += weight
		if strongest(d, c) >= top-1e-9 {
			reached += weight
		}
	})
	return reached / all
}

func permutations(n int, visit func([]int)) {
	p := indices(n)
	var rec func(int)
	rec = func(k int) {
		if k == n {
			visit(p)
			return
		}
		for i := k; i < n; i++ {
			p[k], p[i] = p[i], p[k]
			rec(k + 1)
			p[k], p[i] = p[i], p[k]
		}
	}
	rec(0)
}

// The p-value is the share of all that chance could have done: gone through here,
// drawn there.
func TestPIsExact(t *testing.T) {
	d := tiny()
	within := func(p []int, same func(a, b int) bool) bool {
		return !slices.ContainsFunc(indices(len(p)), func(i int) bool { return !same(i, p[i]) })
	}
	everyPermutation := func(visit func(scan.Data, float64)) {
		permutations(len(d.Week), func(p []int) {
			if !within(p, func(a, b int) bool { return d.Group[a] == d.Group[b] }) {
				return
			}
			e := d
			e.Week = make([]int32, len(d.Week))
			for i := range p {
				e.Week[i] = d.Week[p[i]]
			}
			visit(e, 1)
		})
	}
	mixed := d
	mixed.Case = nil
	mixed.Week, mixed.Place, mixed.Group = []int32{3, 3, 2, 2, 0, 1, 3, 1, 0}, []int32{0, 0, 1, 2, 1, 2, 0, 1, 1}, []int32{0, 0, 0, 0, 0, 0, 1, 1, 1}
	type filing struct{ group, week int32 }
	everyFiling := func(d scan.Data) func(visit func(scan.Data, float64)) {
		var filings []filing
		for i := range d.Week {
			if f := (filing{d.Group[i], d.Week[i]}); !slices.Contains(filings, f) {
				filings = append(filings, f)
			}
		}
		return func(visit func(scan.Data, float64)) {
			permutations(len(filings), func(p []int) {
				if !within(p, func(a, b int) bool { return filings[a].group == filings[b].group }) {
					return
				}
				e := d
				e.Week = make([]int32, len(d.Week))
				for i := range d.Week {
					e.Week[i] = filings[p[slices.Index(filings, filing{d.Group[i], d.Week[i]})]].week
				}
				visit(e, 1)
			})
		}
	}
	everyCase := func(visit func(scan.Data, float64)) {
		for bits := range 1 << len(d.Week) {
			e := d
			e.Case = make([]bool, len(d.Week))
			n := 0
			for i := range e.Case {
				if bits>>i&1 == 1 {
					e.Case[i] = true
					n++
				}
			}
			if n == 3 {
				visit(e, 1)
			}
		}
	}
	few := d
	few.Week, few.Place, few.Group, few.Case = []int32{3, 3, 2, 0}, []int32{0, 0, 1, 2}, nil, nil
	everyScatter := func(visit func(scan.Data, float64)) {
		n := len(few.Baseline)
		for code := range n * n * n * n {
			e, weight := few, 1.0
			e.Week, e.Place = make([]int32, 4), make([]int32, 4)
			for i := range 4 {
				cell := code % n
				code /= n
				e.Week[i], e.Place[i] = int32(cell/few.Places), int32(cell%few.Places)
				weight *= few.Baseline[cell]
			}
			visit(e, weight)
		}
	}
	for _, c := range []struct {
		name  string
		c     scan.Config
		d     scan.Data
		every func(func(scan.Data, float64))
	}{
		{"reports", settings(scan.Permutation, nil), d, everyPermutation},
		{"filings", settings(scan.Permutation, func(c *scan.Config) { c.Exchange = scan.Filings }), d, everyFiling(d)},
		{"mixes", settings(scan.Permutation, func(c *scan.Config) { c.Exchange = scan.Mixes }), mixed, everyFiling(mixed)},
		{"filings of mixed content", settings(scan.Permutation, func(c *scan.Config) { c.Exchange = scan.Filings }), mixed, everyFiling(mixed)},
		{"bernoulli", settings(scan.Bernoulli, nil), d, everyCase},
		{"poisson", settings(scan.Poisson, nil), few, everyScatter},
		{"poisson, two at least", settings(scan.Poisson, func(c *scan.Config) { c.MinEvents = 2 }), few, everyScatter},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.c.MaxWeeks, c.c.Replicates, c.c.Seed = 2, 19999, 5
			r := mustScan(t, scan.Space{Data: c.d, Zones: scan.Sets(c.d.Places, tinySets)}, c.c)
			top := strongest(c.d, c.c)
			if math.Abs(r.Clusters[0].LLR-top) > 1e-9 {
				t.Fatalf("largest ratio %v, want %v", r.Clusters[0].LLR, top)
			}
			want := exactly(c.c, top, c.every)
			if sd := math.Sqrt(want * (1 - want) / 19999); math.Abs(r.Clusters[0].P-want) > 4*sd+1.0/20000 {
				t.Errorf("p %v, exactly %v", r.Clusters[0].P, want)
			}
			t.Logf("p %.4f, exactly %.4f", r.Clusters[0].P, want)
		})
	}
}

// The mean of what is drawn is what is expected, place by place and week by week.
func TestDrawsHaveTheExpectedMean(t *testing.T) {
	d := tiny()
	zones := scan.Sets(3, [][]int32{{0}, {1}, {2}})
	for _, m := range []scan.Model{scan.Permutation, scan.Poisson, scan.Bernoulli} {
		for _, ex := range []scan.Exchange{scan.Filings, scan.Reports} {
			c := settings(m, func(c *scan.Config) { c.MaxWeeks, c.Exchange, c.Seed = 3, ex, 3 })
			const times = 20000
			sum := make([]float64, 9)
			for _, rows := range (scan.Space{Data: d, Zones: zones}).Drawn(c, times) {
				for i, k := range rows {
					sum[i] += float64(k) / times
				}
			}
			for p := range 3 {
				all := 0.0
				for a := range 3 {
					all += sum[p*3+a]
					if _, want, _ := judge(d, c, []int32{int32(p)}, a+1); math.Abs(all-want) > 4*math.Sqrt(2*want/times)+1e-9 {
						t.Errorf("%v, exchange %d: place %d, %d weeks: drawn %v, expected %v", m, ex, p, a+1, all, want)
					}
				}
			}
		}
	}
}

// share of data sets in which nothing is unusual and the best p is at most level.
func share(t *testing.T, sets int, level float64, c scan.Config, simulate func(*rand.Rand) scan.Space) float64 {
	t.Helper()
	low := 0.0
	for i := range sets {
		c.Seed = uint64(i)
		r := mustScan(t, simulate(rand.New(rand.NewPCG(11, uint64(i)))), c)
		if len(r.Clusters) > 0 && r.Clusters[0].P <= level {
			low++
		}
	}
	return low / float64(sets)
}

var line = [][]int32{{0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}, {0, 1}, {2, 3}, {4, 5}, {6, 7}, {0, 1, 2, 3}, {4, 5, 6, 7}}

// independent simulates Poisson counts of 8 places × 30 weeks.
func independent(rng *rand.Rand) scan.Space {
	const weeks, places = 30, 8
	counts := make([]int32, weeks*places)
	d := scan.Data{}
	var baseline []float64
	for i := range counts {
		mean := 0.2 + 0.4*float64(i%places)
		baseline = append(baseline, mean)
		counts[i] = int32(distuv.Poisson{Lambda: mean, Src: rng}.Rand())
	}
	d = scan.FromCounts(weeks, places, counts)
	d.Baseline, d.Group, d.Case = baseline, make([]int32, len(d.Week)), make([]bool, len(d.Week))
	for i := range d.Week {
		d.Group[i], d.Case[i] = int32(rng.IntN(4)), rng.Float64() < 0.2
	}
	return scan.Space{Data: d, Zones: scan.Sets(places, line)}
}

// batched simulates twelve organisations that save reports up and send them at
// once, each batch mostly of one kind.
func batched(rng *rand.Rand) scan.Space {
	d := scan.Data{Weeks: 30, Places: 8}
	for g := range int32(12) {
		for w := range int32(d.Weeks) {
			if rng.Float64() > 0.3 {
				continue
			}
			kind := int32(rng.IntN(8))
			for range 1 + rng.IntN(12) {
				if rng.Float64() < 0.2 {
					kind = int32(rng.IntN(8))
				}
				d.Week, d.Place, d.Group = append(d.Week, w), append(d.Place, kind), append(d.Group, g)
			}
		}
	}
	return scan.Space{Data: d, Zones: scan.Sets(8, line)}
}

func TestFalseAlarmsAreAsAnnounced(t *testing.T) {
	const sets, level = 1000, 0.05
	c := func(m scan.Model, ex scan.Exchange) scan.Config {
		return settings(m, func(c *scan.Config) {
			c.Exchange, c.MaxWeeks, c.MinEvents, c.Replicates, c.Alpha, c.Stop = ex, 6, 2, 199, level, 10
		})
	}
	capped := c(scan.Permutation, scan.Filings)
	capped.Spread = 1
	// Exceeded once in 10,000 times by chance on each side.
	slack := 3.72 * math.Sqrt(level*(1-level)/sets)
	for _, k := range []struct {
		name     string
		c        scan.Config
		simulate func(*rand.Rand) scan.Space
	}{
		{"poisson", c(scan.Poisson, scan.Reports), independent},
		{"reports", c(scan.Permutation, scan.Reports), independent},
		{"filings", c(scan.Permutation, scan.Filings), independent},
		{"mixes", c(scan.Permutation, scan.Mixes), independent},
		{"mixes, batches", c(scan.Permutation, scan.Mixes), batched},
		{"bernoulli", c(scan.Bernoulli, scan.Reports), independent},
		{"filings, batches", c(scan.Permutation, scan.Filings), batched},
		{"filings, batches capped", capped, batched},
	} {
		t.Run(k.name, func(t *testing.T) {
			got := share(t, sets, level, k.c, k.simulate)
			t.Logf("%.3f of %d have p of at most %v", got, sets, level)
			if math.Abs(got-level) > slack {
				t.Errorf("%.3f of data sets in which nothing is unusual have p of at most %v", got, level)
			}
		})
	}
	// Why filings are the default: report by report, a batch is a cluster.
	got := share(t, 100, level, c(scan.Permutation, scan.Reports), batched)
	t.Logf("%.2f of 100 with batches do, report by report", got)
	if got < 0.5 {
		t.Errorf("batches of one kind are taken for clusters in only %.2f of data sets", got)
	}
}
