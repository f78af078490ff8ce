package disproportion_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"psims/analytics/disproportion"
	"psims/analytics/signal"
	"psims/datasets/caveat"
	"psims/datasets/incident"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func ExampleEvents_Count() {
	// Rows are medicines (0 insulin, 1 heparin), columns kinds of event (0 wrong
	// dose, 1 delay), the stratum is the specialty.
	var e disproportion.Events
	e.Add(0, []int32{0}, []int32{0})
	e.Add(0, []int32{0, 1}, []int32{0})
	e.Add(0, []int32{1}, []int32{1})
	e.Add(1, nil, []int32{0, 1})
	e.Add(1, []int32{0}, []int32{1})
	for _, c := range e.Count().Cells {
		fmt.Printf("%d × %d: %d %d %d %d, expected %.2f\n", c.Row, c.Col, c.A, c.B, c.C, c.D, c.Expected)
	}
	// Output:
	// 0 × 0: 2 1 1 1, expected 1.83
	// 0 × 1: 1 2 2 0, expected 1.67
	// 1 × 0: 1 1 2 1, expected 1.33
	// 1 × 1: 1 1 2 1, expected 0.67
}

func ExamplePrior_Posterior() {
	prior := disproportion.Prior{Shape1: 3.25379356, Rate1: 0.39988854, Shape2: 2.02612692, Rate2: 1.90807970, Share: 0.06534557}
	post := prior.Posterior(19, 0.89690107) // 19 events where 0.9 were expected: a plain ratio of 21
	fmt.Printf("EBGM %.1f, EB05 %.1f, EB95 %.1f\n", post.GeometricMean(), post.Quantile(0.05), post.Quantile(0.95))
	// Output: EBGM 16.8, EB05 11.6, EB95 23.5
}

// The unstratified table of openEBGM's second vignette: margins 9, 7, 1 and 9, 8.
func TestExpectedOfToyTable(t *testing.T) {
	for _, c := range []struct {
		cell          disproportion.Cell
		expected      float64
		relative, prr float64
	}{
		{disproportion.Cell{A: 5, B: 4, C: 4, D: 4}, 4.7647059, 1.05, 1.11},
		{disproportion.Cell{A: 4, B: 5, C: 4, D: 4}, 4.2352941, 0.94, 0.89},
		{disproportion.Cell{A: 3, B: 4, C: 6, D: 4}, 3.7058824, 0.81, 0.71},
		{disproportion.Cell{A: 4, B: 3, C: 4, D: 6}, 3.2941176, 1.21, 1.43},
		{disproportion.Cell{A: 1, B: 0, C: 8, D: 8}, 0.5294118, 1.89, 2.00},
	} {
		c.cell.Expected = c.cell.Independent()
		if math.Abs(c.cell.Expected-c.expected) > 5e-8 || math.Abs(c.cell.Relative()-c.relative) > 0.00501 || math.Abs(c.cell.PRR().Value-c.prr) > 0.00501 {
			t.Errorf("%+v: %v, %v, %v; want %v, %v, %v", c.cell, c.cell.Expected, c.cell.Relative(), c.cell.PRR().Value, c.expected, c.relative, c.prr)
		}
	}
}

// exactTail adds the hypergeometric probabilities as fractions.
func exactTail(c disproportion.Cell) float64 {
	choose := func(n, k int) *big.Int { return new(big.Int).Binomial(int64(n), int64(k)) }
	row, col, total := c.A+c.B, c.A+c.C, c.Total()
	sum := new(big.Int)
	for a := c.A; a <= min(row, col); a++ {
		if col-a <= total-row {
			sum.Add(sum, new(big.Int).Mul(choose(row, a), choose(total-row, col-a)))
		}
	}
	p, _ := new(big.Rat).SetFrac(sum, choose(total, col)).Float64()
	return p
}

func TestFisherIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.SampledFrom([]int{3, 40, 600}).Draw(t, "most")
		n := rapid.IntRange(0, most)
		c := disproportion.Cell{A: n.Draw(t, "a"), B: n.Draw(t, "b"), C: n.Draw(t, "c"), D: n.Draw(t, "d")}
		if c.Total() == 0 {
			return
		}
		if got, want := c.Fisher(), exactTail(c); math.Abs(got-want) > 1e-11*want+1e-300 && !(want > 0.5 && math.Abs(got-want) < 1e-13) {
			t.Fatalf("%+v: %v, want %v", c, got, want)
		}
	})
}

// Counts of a nation: the tail is that of the normal distribution there, to the
// order of one over the standard deviation.
func TestFisherOfLargeCounts(t *testing.T) {
	c := disproportion.Cell{A: 1002000, B: 9000000 - 1002000, C: 9000000 - 1002000}
	c.D = 81000000 - c.A - c.B - c.C
	expected := c.Independent()
	sd := math.Sqrt(expected * float64(c.C+c.D) / float64(c.Total()) * float64(c.B+c.D) / float64(c.Total()-1))
	normal := math.Erfc((float64(c.A)-0.5-expected)/sd/math.Sqrt2) / 2
	if got := c.Fisher(); math.Abs(got/normal-1) > 0.01 {
		t.Errorf("%v, the normal distribution gives %v", got, normal)
	}
}

// drawCell draws a pair whose margins are never empty.
func drawCell(t *rapid.T) disproportion.Cell {
	n := rapid.IntRange(1, 300)
	c := disproportion.Cell{A: rapid.IntRange(0, 60).Draw(t, "a"), B: n.Draw(t, "b"), C: n.Draw(t, "c"), D: n.Draw(t, "d")}
	c.Expected = c.Independent()
	return c
}

func drawPrior(t *rapid.T) disproportion.Prior {
	size := rapid.Float64Range(0.05, 30)
	return disproportion.Prior{
		Shape1: size.Draw(t, "shape 1"), Rate1: size.Draw(t, "rate 1"), Shape2: size.Draw(t, "shape 2"), Rate2: size.Draw(t, "rate 2"),
		Share: rapid.Float64Range(0, 1).Draw(t, "share"),
	}
}

func TestQuantileIsTheInverseOfCDF(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		post := drawPrior(t).Posterior(rapid.IntRange(0, 5000).Draw(t, "n"), rapid.Float64Range(1e-6, 5000).Draw(t, "expected"))
		p := rapid.Float64Range(0.001, 0.999).Draw(t, "p")
		if x := post.Quantile(p); math.Abs(post.CDF(x)-p) > 1e-9 {
			t.Fatalf("%+v at %v: %v has probability %v", post, p, x, post.CDF(x))
		}
	})
}

func TestMoreEventsAreNeverLessUnusual(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		prior := drawPrior(t)
		c := drawCell(t)
		more := c
		more.A++
		if before, after := c.IC().Lo, more.IC().Lo; after < before {
			t.Fatalf("IC025 falls from %v to %v", before, after)
		}
		// The margins of the pair stay, so the expected number does.
		more.B, more.C, more.D = c.B-1, c.C-1, c.D+1
		before, after := prior.Posterior(c.A, c.Expected), prior.Posterior(more.A, more.Expected)
		for _, p := range []float64{0.05, 0.95} {
			if after.Quantile(p) < before.Quantile(p)*(1-1e-9) {
				t.Fatalf("quantile %v falls from %v to %v", p, before.Quantile(p), after.Quantile(p))
			}
		}
		if more.Fisher() > c.Fisher()*(1+1e-9) {
			t.Fatalf("p rises from %v to %v", c.Fisher(), more.Fisher())
		}
	})
}

func TestRowsAndColumnsAreAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCell(t)
		turned := c
		turned.B, turned.C = c.C, c.B
		same := func(name string, a, b float64) {
			if math.Abs(a-b) > 1e-9*math.Abs(a) {
				t.Fatalf("%s: %v and %v", name, a, b)
			}
		}
		same("ROR", c.ROR().Value, turned.ROR().Value)
		same("IC", c.IC().Lo, turned.IC().Lo)
		same("χ²", c.ChiSquared(true), turned.ChiSquared(true))
		same("p", c.Fisher(), turned.Fisher())
	})
}

func TestPermutingPairsPermutesFindings(t *testing.T) {
	table := siteTable(t)
	pairs, fit := table.Judge(disproportion.Default())
	turned := &disproportion.Table{Cells: slices.Clone(table.Cells), Possible: table.Possible, Complete: table.Complete}
	slices.Reverse(turned.Cells)
	back, turnedFit := turned.Judge(disproportion.Default())
	slices.Reverse(back)
	if diff := cmp.Diff(fit, turnedFit); diff != "" {
		t.Error(diff)
	}
	if fmt.Sprint(pairs) != fmt.Sprint(back) {
		t.Error("the order of the pairs changes a finding")
	}
}

func TestSameOnAnyNumberOfCores(t *testing.T) {
	outcome := func(cores int) string {
		before := runtime.GOMAXPROCS(cores)
		defer runtime.GOMAXPROCS(before)
		e := randomEvents(5, 4000, 3)
		pairs, fit := e.Count().Judge(disproportion.Default())
		null := e.Null(&fit.Prior, disproportion.NullConfig{Runs: 8, Seed: 1, MinCount: 3})
		return fmt.Sprint(pairs, fit, null)
	}
	if outcome(1) != outcome(2) {
		t.Error("one core and two give different results")
	}
}

func TestFalseDiscoveryCountsPairsWithoutEvents(t *testing.T) {
	table := siteTable(t)
	whole, fit := table.Judge(disproportion.Default())
	seen := &disproportion.Table{Possible: table.Possible}
	var want []float64
	for i, c := range table.Cells {
		if c.A > 0 {
			seen.Cells = append(seen.Cells, c)
			want = append(want, whole[i].Q)
		}
	}
	c := disproportion.Default()
	c.Prior = &fit.Prior
	pairs, given := seen.Judge(c)
	if given.Status != disproportion.Given {
		t.Errorf("the prior is %v", given.Status)
	}
	sigs := make([]signal.Signal, len(whole))
	for i, p := range whole {
		sigs[i].P = p.P
	}
	signal.FalseDiscovery(sigs)
	for i := range whole {
		if sigs[i].Q != whole[i].Q {
			t.Fatalf("Q = %v, Benjamini and Hochberg's is %v", whole[i].Q, sigs[i].Q)
		}
	}
	for i, p := range pairs {
		if p.Q != want[i] {
			t.Fatalf("Q = %v of the pairs with an event, %v of all", p.Q, want[i])
		}
	}
}

func TestStatusAndSignal(t *testing.T) {
	table := siteTable(t)
	pairs, _ := table.Judge(disproportion.Default())
	seen := map[signal.Status]int{}
	for _, p := range pairs {
		seen[p.Status]++
		want := signal.Quiet
		switch {
		case p.A < 3:
			want = signal.TooFew
		case p.EBGM.Lo >= 2 && p.IC.Lo > 0 && p.Q <= 0.05:
			want = signal.Raised
		}
		if p.Status != want {
			t.Errorf("%+v is %v, want %v", p, p.Status, want)
		}
		s := p.Signal("a × b", incident.Day(700), 2)
		if s.Status == signal.Raised && s.Score < 1 || s.Observed != float64(p.A) || s.Q != p.Q || !slices.Contains(s.Caveats, caveat.ReportsNotSafety) {
			t.Errorf("%+v", s)
		}
	}
	for _, status := range []signal.Status{signal.Quiet, signal.TooFew, signal.Raised} {
		if seen[status] == 0 {
			t.Errorf("no pair is %v: the test says nothing of it", status)
		}
	}
}

func TestSmallTableHasNoPrior(t *testing.T) {
	pairs, fit := tableOf(t, []disproportion.Cell{{A: 9, B: 1, C: 1, D: 90}}).Judge(disproportion.Default())
	if fit.Status != disproportion.TooFew || !math.IsNaN(pairs[0].EBGM.Value) || pairs[0].Status != signal.Raised {
		t.Errorf("%v, %+v", fit.Status, pairs[0])
	}
	if s := pairs[0].Signal("a × b", 0, 2); math.IsNaN(s.Score) || !slices.Contains(s.Caveats, caveat.NotConverged) {
		t.Errorf("%+v", s)
	}
}

func TestTableRejectsBrokenCounts(t *testing.T) {
	for name, c := range map[string]disproportion.Cell{"negative": {A: 2, B: -1, C: 1, D: 1}, "empty": {}} {
		if _, err := disproportion.NewTable([]disproportion.Cell{c}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestSettingsAreChecked(t *testing.T) {
	for name, change := range map[string]func(*disproportion.Config){
		"count": func(c *disproportion.Config) { c.MinCount = 0 },
		"EB05":  func(c *disproportion.Config) { c.EB05 = 0 },
		"IC025": func(c *disproportion.Config) { c.IC025 = math.NaN() },
		"Q":     func(c *disproportion.Config) { c.Q = 0 },
		"prior": func(c *disproportion.Config) { c.Prior = &disproportion.Prior{} },
		"steps": func(c *disproportion.Config) { c.Fit.MaxSteps = 0 },
		"width": func(c *disproportion.Config) { c.Fit.SquashWidth = 0 },
	} {
		c := disproportion.Default()
		change(&c)
		if c.Validate() == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := disproportion.Default().Validate(); err != nil {
		t.Error(err)
	}
}

// randomEvents makes events without any link, in strata that differ in which items
// are common.
func randomEvents(seed uint64, n, strata int) *disproportion.Events {
	rng := rand.New(rand.NewPCG(seed, 0))
	var e disproportion.Events
	for range n {
		s := rng.IntN(strata)
		draw := func(kinds, most int) (set []int32) {
			for range rng.IntN(most + 1) {
				v := int(float64(kinds) * math.Pow(rng.Float64(), 2))
				set = append(set, int32((v+s*kinds/strata)%kinds))
			}
			return set
		}
		e.Add(int32(s), draw(60, 3), draw(25, 2))
	}
	return &e
}
