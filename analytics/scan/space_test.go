package scan_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"psims/analytics/scan"
	"psims/analytics/signal"
	"psims/datasets/caveat"
	"psims/datasets/incident"
	"psims/datasets/tally"

	"gonum.org/v1/gonum/stat/distuv"
)

func ExampleSpace() {
	// Two events a week are expected of each of four hospitals; the two in the east
	// had six each in the last two weeks.
	counts := slices.Repeat([]int32{2}, 30*4)
	for _, i := range []int{28*4 + 2, 28*4 + 3, 29*4 + 2, 29*4 + 3} {
		counts[i] = 6
	}
	d := scan.FromCounts(30, 4, counts)
	d.Baseline = slices.Repeat([]float64{2}, 30*4)
	c := scan.Default()
	c.Model, c.MaxWeeks = scan.Poisson, 6
	r, err := scan.Space{Data: d, Zones: scan.Circles([]float64{0, 1, 8, 9}, []float64{0, 0, 0, 0}, 2)}.Scan(c)
	if err != nil {
		fmt.Println(err)
		return
	}
	f := r.Clusters[0]
	fmt.Printf("places %v, last %d weeks: %d events, %.1f expected, p %.3f\n", f.Places, f.Weeks, f.Observed, f.Expected, f.P)
	// Output: places [2 3], last 2 weeks: 24 events, 8.5 expected, p 0.001
}

func TestCircles(t *testing.T) {
	z := scan.Circles([]float64{0, 1, 3, 3}, []float64{0, 0, 0, 0}, 3)
	var got [][]int32
	for i := range z.Len() {
		got = append(got, z.Members(i))
	}
	want := [][]int32{{0}, {0, 1}, {0, 1, 2}, {1}, {2}, {2, 3}, {2, 3, 1}}
	if !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("zones %v, want %v", got, want)
	}
	if n := scan.Circles(nil, nil, 5).Len(); n != 0 {
		t.Errorf("%d zones of no places", n)
	}
}

// hospitals simulates 20 hospitals of different size over 52 weeks, of which some
// have more events in the last weeks.
func hospitals(seed uint64, more float64, where []int32, weeks int) (d scan.Data, x, y []float64) {
	rng := rand.New(rand.NewPCG(seed, 20))
	const n, t = 20, 52
	mean := make([]float64, n)
	for i := range n {
		x, y = append(x, rng.Float64()), append(y, rng.Float64())
		mean[i] = 0.5 + 2*rng.Float64()
	}
	counts := make([]int32, n*t)
	var baseline []float64
	for i := range counts {
		m := mean[i%n]
		baseline = append(baseline, m)
		if i/n >= t-weeks && slices.Contains(where, int32(i%n)) {
			m *= more
		}
		counts[i] = int32(distuv.Poisson{Lambda: m, Src: rng}.Rand())
	}
	d = scan.FromCounts(t, n, counts)
	d.Baseline = baseline
	return d, x, y
}

func TestPlantedClusterIsFound(t *testing.T) {
	for _, m := range []scan.Model{scan.Poisson, scan.Permutation} {
		found, overlap := 0, 0.0
		const runs = 40
		for seed := range uint64(runs) {
			_, x, y := hospitals(seed, 1, nil, 0)
			where := scan.Circles(x, y, 3).Members(2) // three neighbours
			d, _, _ := hospitals(seed, 3, where, 4)
			c := settings(m, func(c *scan.Config) { c.Seed, c.Stop = seed, 10 })
			r := mustScan(t, scan.Space{Data: d, Zones: scan.Circles(x, y, 10)}, c)
			if raised := r.Raised(); len(raised) > 0 {
				found++
				same := 0.0
				for _, p := range raised[0].Places {
					if slices.Contains(where, p) {
						same++
					}
				}
				overlap += same / (float64(len(where)+len(raised[0].Places)) - same)
			}
		}
		t.Logf("%v: %d of %d found, overlap of places %.2f", m, found, runs, overlap/float64(found))
		if found < runs*8/10 || overlap/float64(found) < 0.7 {
			t.Errorf("%v: %d of %d found, overlap of places %.2f", m, found, runs, overlap/float64(found))
		}
	}
}

func TestTwoClustersAreBothTold(t *testing.T) {
	where := []int32{4, 11}
	d, x, y := hospitals(3, 6, where, 4)
	r := mustScan(t, scan.Space{Data: d, Zones: scan.Circles(x, y, 5)}, settings(scan.Poisson, nil))
	for _, p := range where {
		if !slices.ContainsFunc(r.Raised(), func(f scan.Finding) bool { return slices.Contains(f.Places, p) }) {
			t.Errorf("place %d is in no raised cluster: %+v", p, r.Raised())
		}
	}
}

func TestGumbelFollowsTheReplicates(t *testing.T) {
	d, x, y := hospitals(5, 1, nil, 0)
	c := settings(scan.Poisson, func(c *scan.Config) { c.Replicates = 1999 })
	r := mustScan(t, scan.Space{Data: d, Zones: scan.Circles(x, y, 10)}, c)
	for _, f := range r.Zones {
		if f.P < 0.3 && math.Abs(math.Log(f.Gumbel/f.P)) > 0.3 {
			t.Errorf("rank %v, fitted %v", f.P, f.Gumbel)
		}
	}
	planted, _, _ := hospitals(5, 4, []int32{1}, 6)
	r = mustScan(t, scan.Space{Data: planted, Zones: scan.Circles(x, y, 10)}, c)
	if f := r.Clusters[0]; f.P != 1.0/2000 || !(f.Gumbel > 0 && f.Gumbel < 1e-5) {
		t.Errorf("rank %v, fitted %v", f.P, f.Gumbel)
	}
}

func TestReplicatesDoNotAllocate(t *testing.T) {
	d, x, y := hospitals(7, 1, nil, 0)
	d.Group, d.Case = make([]int32, len(d.Week)), make([]bool, len(d.Week))
	for i := range d.Case {
		d.Group[i], d.Case[i] = d.Place[i]%5, i%7 == 0
	}
	zones := scan.Circles(x, y, 10)
	for _, m := range []scan.Model{scan.Poisson, scan.Permutation, scan.Bernoulli} {
		count := func(n int) float64 {
			c := settings(m, func(c *scan.Config) { c.Replicates = n })
			return testing.AllocsPerRun(2, func() { mustScan(t, scan.Space{Data: d, Zones: zones}, c) })
		}
		// What is started anew for each round of 64 allocates, a replicate does not.
		if each := (count(64*22) - count(64*2)) / (64 * 20); each > 0.25 {
			t.Errorf("%v: %.2f allocations a replicate", m, each)
		}
	}
}

func TestSignals(t *testing.T) {
	parent, leaf := twoLevels()
	d := scan.Data{Weeks: 60, Places: len(parent)}
	reports(rand.New(rand.NewPCG(9, 9)), &d, 10, leaf[:18], 0.4) // two drugs are never reported
	for g := range int32(2) {
		for w := range int32(4) {
			add(&d, 59-w, leaf[7], g, 6)
		}
	}
	add(&d, 20, leaf[18], 0, 1)
	c := scan.Default()
	c.MaxWeeks, c.Alpha, c.Stop, c.Gumbel = 8, 0.05, 0, true
	r := mustScan(t, scan.Tree{Data: d, Parent: parent}, c)
	strata := make([]tally.Stratum, len(parent))
	for i := range strata {
		strata[i] = tally.Stratum{Dimension: "drug", Value: fmt.Sprint(i)}
	}
	week := incident.NewDay(2026, 3, 2)
	sigs := r.Signals(strata, week)
	if len(sigs) != len(parent) {
		t.Fatalf("%d signals for %d nodes", len(sigs), len(parent))
	}
	for i, s := range sigs {
		f := r.Zones[i]
		want := signal.Quiet
		switch {
		case i == int(leaf[18]) || i == int(leaf[19]):
			want = signal.TooFew
		case f.P <= c.Alpha:
			want = signal.Raised
		}
		if s.Status != want || s.Stratum != strata[i] || s.Week != week || s.Detector != "scan-permutation" {
			t.Errorf("node %d: %+v, want %v", i, s, want)
		}
		if s.Status == signal.TooFew {
			if !math.IsNaN(s.P) || !math.IsNaN(s.Score) {
				t.Errorf("node %d is not judged and has numbers: %+v", i, s)
			}
			continue
		}
		if (s.Status == signal.Raised) != (s.Score > 1) || (s.Status == signal.Raised) != (s.Observed > s.Hi) {
			t.Errorf("node %d: status, score and limit tell different things: %+v", i, s)
		}
		if !slices.Contains(s.Caveats, caveat.ShortHistory) == (60-8 < 52) {
			t.Errorf("node %d: caveats %v", i, s.Caveats)
		}
	}
	if s := sigs[leaf[7]]; s.Status != signal.Raised || !slices.Contains(s.Caveats, caveat.FewOrganisations) == (r.Clusters[0].Groups < 3) {
		t.Errorf("%+v of %+v", s, r.Clusters[0])
	}
}

func TestSignalsPanicOnOtherStrata(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	new(scan.Result).Signals(make([]tally.Stratum, 1), 0)
}

// national is a tree of many leaves in three levels, under one root a region.
func national(leaves, events int) scan.Tree {
	var paths [][]string
	for i := range leaves {
		paths = append(paths, []string{fmt.Sprint(i % 7), fmt.Sprint(i % 42), fmt.Sprint(i % 1008), fmt.Sprint(i)})
	}
	parent, _, leaf := scan.Grow(paths)
	rng := rand.New(rand.NewPCG(1, uint64(leaves)))
	d := scan.Data{Weeks: 104, Places: len(parent)}
	for range events {
		// Large and small leaves: the share falls from the first to the last.
		at := int(float64(leaves) * rng.Float64() * rng.Float64())
		d.Week, d.Place, d.Group = append(d.Week, int32(rng.IntN(104))), append(d.Place, leaf[at]), append(d.Group, int32(rng.IntN(220)))
		d.Case = append(d.Case, rng.IntN(20) == 0)
	}
	d.Baseline = make([]float64, d.Weeks*d.Places)
	for i, p := range d.Place {
		d.Baseline[int(d.Week[i])*d.Places+int(p)]++
	}
	for i := range d.Baseline {
		d.Baseline[i] += 0.01
	}
	return scan.Tree{Data: d, Parent: parent}
}

func BenchmarkTree(b *testing.B) {
	for _, k := range []struct {
		leaves, events int
	}{{1000, 200_000}, {10_000, 200_000}, {10_000, 2_000_000}} {
		tree := national(k.leaves, k.events)
		for _, m := range []struct {
			name string
			c    scan.Config
		}{
			{"default", scan.Default()},
			{"mixes", settings(scan.Permutation, func(c *scan.Config) { c.Exchange = scan.Mixes })},
			{"filings", settings(scan.Permutation, func(c *scan.Config) { c.Exchange = scan.Filings })},
			{"reports", settings(scan.Permutation, nil)},
			{"poisson", settings(scan.Poisson, nil)},
			{"bernoulli", settings(scan.Bernoulli, nil)},
		} {
			b.Run(fmt.Sprintf("%s/%d_leaves/%d_events", m.name, k.leaves, k.events), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					mustScan(b, tree, m.c)
				}
			})
		}
	}
}

func BenchmarkCircles(b *testing.B) {
	for _, n := range []int{50, 100, 200, 400} {
		rng := rand.New(rand.NewPCG(2, uint64(n)))
		x, y := make([]float64, n), make([]float64, n)
		counts := make([]int32, 104*n)
		for i := range n {
			x[i], y[i] = rng.Float64(), rng.Float64()
		}
		for i := range counts {
			counts[i] = int32(rng.IntN(5))
		}
		s := scan.Space{Data: scan.FromCounts(104, n, counts), Zones: scan.Circles(x, y, n/2)}
		s.Baseline = slices.Repeat([]float64{1}, 104*n)
		b.Run(fmt.Sprintf("%d_places/%d_zones", n, s.Zones.Len()), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				mustScan(b, s, settings(scan.Poisson, nil))
			}
		})
	}
}
