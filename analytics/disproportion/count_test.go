package disproportion_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"psims/analytics/disproportion"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// event is one event as a test writes it down.
type event struct {
	stratum    int32
	rows, cols []int32
}

// naive counts every pair of items by looking at every event.
func naive(events []event, rows, cols, strata int32) (cells []disproportion.Cell) {
	for r := range rows {
		for c := range cols {
			cell := disproportion.Cell{Row: r, Col: c}
			inRow, inCol, in := make([]float64, strata), make([]float64, strata), make([]float64, strata)
			for _, e := range events {
				hasRow, hasCol := slices.Contains(e.rows, r), slices.Contains(e.cols, c)
				in[e.stratum]++
				switch {
				case hasRow && hasCol:
					cell.A++
				case hasRow:
					cell.B++
				case hasCol:
					cell.C++
				default:
					cell.D++
				}
				if hasRow {
					inRow[e.stratum]++
				}
				if hasCol {
					inCol[e.stratum]++
				}
			}
			for s := range in {
				if in[s] > 0 {
					cell.Expected += inRow[s] * inCol[s] / in[s]
				}
			}
			if cell.A > 0 {
				cells = append(cells, cell)
			}
		}
	}
	return cells
}

func TestCountIsTheNaiveCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		strata := rapid.Int32Range(1, 3).Draw(t, "strata")
		events := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) event {
			return event{
				rapid.Int32Range(0, strata-1).Draw(t, "stratum"),
				rapid.SliceOfN(rapid.Int32Range(0, 70), 0, 4).Draw(t, "rows"),
				rapid.SliceOfN(rapid.Int32Range(0, 5), 0, 3).Draw(t, "cols"),
			}
		}), 0, 30).Draw(t, "events")
		var e disproportion.Events
		for _, x := range events {
			e.Add(x.stratum, x.rows, x.cols)
		}
		want := naive(events, 71, 6, strata)
		table := e.Count()
		if diff := cmp.Diff(want, table.Cells, cmpopts.EquateEmpty(), cmpopts.EquateApprox(1e-12, 0)); diff != "" {
			t.Fatal(diff)
		}
		if table.Possible < len(table.Cells) {
			t.Fatalf("%d possible pairs, %d seen", table.Possible, len(table.Cells))
		}
	})
}

// A medicine and a kind of event that are both common in one specialty look linked
// across specialties and are not within them.
func TestStrataExplainAway(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 0))
	var one, two disproportion.Events
	for i := range 8000 {
		s := int32(i % 2)
		var rows, cols []int32
		for item := range int32(40) {
			if often := item == 0 && s == 1; rng.Float64() < map[bool]float64{true: 0.3, false: 0.02}[often] {
				rows = append(rows, item)
			}
			if often := item == 0 && s == 1; rng.Float64() < map[bool]float64{true: 0.3, false: 0.02}[often] {
				cols = append(cols, item)
			}
		}
		one.Add(0, rows, cols)
		two.Add(s, rows, cols)
	}
	first := func(e *disproportion.Events) disproportion.Pair {
		pairs, _ := e.Count().Judge(disproportion.Default())
		return pairs[0]
	}
	if crude, within := first(&one), first(&two); crude.IC.Lo < 0.5 || within.IC.Lo > 0 || crude.Q > 1e-6 || within.Q < 0.05 {
		t.Errorf("IC025 %v over all, %v within strata; q %v and %v", crude.IC.Lo, within.IC.Lo, crude.Q, within.Q)
	}
}

// simulated draws counts from a prior.
func simulated(prior disproportion.Prior, n int, seed uint64) []disproportion.Cell {
	rng := rand.New(rand.NewPCG(seed, 0))
	cells := make([]disproportion.Cell, n)
	for i := range cells {
		expected := math.Exp(4*rng.Float64() - 2)
		part := disproportion.Posterior{Q: 1, Shape1: prior.Shape2, Rate1: prior.Rate2}
		if rng.Float64() < prior.Share {
			part = disproportion.Posterior{Q: 1, Shape1: prior.Shape1, Rate1: prior.Rate1}
		}
		ratio := part.Quantile(min(max(rng.Float64(), 1e-12), 1-1e-12))
		cells[i] = disproportion.Cell{Row: int32(i), A: poisson(rng, ratio*expected), Expected: expected}
	}
	return cells
}

// poisson counts how many exponential gaps fit into the mean.
func poisson(rng *rand.Rand, mean float64) (n int) {
	for sum := rng.ExpFloat64(); sum < mean; sum += rng.ExpFloat64() {
		n++
	}
	return n
}

func TestPriorIsRecovered(t *testing.T) {
	truth := disproportion.Prior{Shape1: 4, Rate1: 0.5, Shape2: 10, Rate2: 10, Share: 0.1}
	c := disproportion.DefaultFit()
	c.Truncated = false
	fit := disproportion.FitPrior(simulated(truth, 40000, 1), c)
	if fit.Status != disproportion.Fitted {
		t.Fatalf("%+v", fit)
	}
	p := fit.Prior
	for name, pair := range map[string][2]float64{
		"mean of the first":   {p.Shape1 / p.Rate1, 8},
		"mean of the second":  {p.Shape2 / p.Rate2, 1},
		"shape of the first":  {p.Shape1, 4},
		"shape of the second": {p.Shape2, 10},
		"share":               {p.Share, 0.1},
	} {
		if math.Abs(pair[0]/pair[1]-1) > 0.15 {
			t.Errorf("%s: %v, want %v", name, pair[0], pair[1])
		}
	}
}

// Nothing raises the likelihood of the prior that was found.
func TestPriorIsTheMaximum(t *testing.T) {
	table := siteTable(t)
	_, fit := table.Judge(disproportion.Default())
	at := func(p disproportion.Prior) (sum float64) {
		for _, c := range table.Cells {
			k := float64(c.A)
			density := func(shape, rate float64) float64 {
				a, _ := math.Lgamma(shape + k)
				b, _ := math.Lgamma(shape)
				d, _ := math.Lgamma(k + 1)
				return math.Exp(a - b - d + shape*math.Log(rate/(rate+c.Expected)) + k*math.Log(c.Expected/(rate+c.Expected)))
			}
			sum += math.Log(p.Share*density(p.Shape1, p.Rate1) + (1-p.Share)*density(p.Shape2, p.Rate2))
		}
		return sum
	}
	if got := at(fit.Prior); math.Abs(got-fit.LogLikelihood) > 1e-7 {
		t.Errorf("log-likelihood %v, by its definition %v", fit.LogLikelihood, got)
	}
	for _, times := range []float64{0.999, 1.001} {
		for i := range 5 {
			p := fit.Prior
			*[]*float64{&p.Shape1, &p.Rate1, &p.Shape2, &p.Rate2, &p.Share}[i] *= times
			if at(p) > fit.LogLikelihood {
				t.Errorf("number %d times %v has the larger log-likelihood %v", i, times, at(p))
			}
		}
	}
}

// A table of chance alone has a single ratio, which no two gammas describe: the
// search must stop on its bounds with a prior that says "about 1".
func TestPriorOfChanceAlone(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 0))
	cells := make([]disproportion.Cell, 3000)
	for i := range cells {
		expected := math.Exp(3*rng.Float64() - 1)
		cells[i] = disproportion.Cell{A: poisson(rng, expected), Expected: expected}
	}
	for _, truncated := range []bool{false, true} {
		c := disproportion.DefaultFit()
		c.Truncated = truncated
		fit := disproportion.FitPrior(cells, c)
		if err := fit.Prior.Validate(); err != nil || fit.Status == disproportion.NotConverged {
			t.Fatalf("%+v, %v", fit, err)
		}
		post := fit.Prior.Posterior(5, 5)
		if lo, hi := post.Quantile(0.05), post.Quantile(0.95); lo < 0.7 || hi > 1.4 {
			t.Errorf("truncated %v: a ratio of 1 lies from %v to %v by %+v", truncated, lo, hi, fit)
		}
	}
}

// Whatever the table, the search ends with a prior that can be used.
func TestAnyTableHasAPrior(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) disproportion.Cell {
			expected := math.Exp(rapid.Float64Range(-6, 7).Draw(t, "log expected"))
			seen := expected * math.Exp(rapid.Float64Range(-4, 5).Draw(t, "log ratio"))
			return disproportion.Cell{A: int(math.Round(seen)), Expected: expected}
		}), 30, 120).Draw(t, "cells")
		c := disproportion.DefaultFit()
		c.MinPairs, c.Truncated = 1, rapid.Bool().Draw(t, "truncated")
		fit := disproportion.FitPrior(cells, c)
		if fit.Status == disproportion.TooFew {
			return
		}
		if err := fit.Prior.Validate(); err != nil || math.IsNaN(fit.LogLikelihood) || math.IsInf(fit.LogLikelihood, 0) {
			t.Fatalf("%+v: %v", fit, err)
		}
		if fit.Status == disproportion.NotConverged {
			t.Fatalf("%+v has not converged", fit)
		}
	})
}

// A part whose mean goes to 0 is, given an event, of single events whatever its
// shape: the likelihood is flat along it, and that is no failure to converge.
func TestAFlatLikelihoodHasConverged(t *testing.T) {
	cells := []disproportion.Cell{
		{A: 2, Expected: 1.1331485754847341},
		{A: 1, Expected: 1.0004884004786945},
		{A: 12, Expected: 1.6649009380570865},
		{A: 12, Expected: 7.38905609893065},
		{A: 3, Expected: 1.0000000000000002},
		{A: 40, Expected: 1.7010573018484008},
		{A: 8, Expected: 3.080216848918031},
		{A: 75, Expected: 9.487735836358524},
		{A: 21, Expected: 7.38905609893065},
		{A: 0, Expected: 0.36787944117144233},
		{A: 3, Expected: 1.6487212707001286},
		{A: 1118, Expected: 54.598150033144236},
		{A: 0, Expected: 4.372390436746175},
		{A: 1, Expected: 1.0},
		{A: 1, Expected: 1.0},
		{A: 15, Expected: 1.0},
		{A: 1, Expected: 1.0},
		{A: 6, Expected: 1.2081321267386098},
		{A: 55, Expected: 12.54593746219311},
		{A: 1, Expected: 66.41459534482975},
		{A: 0, Expected: 0.005894814275151474},
		{A: 26, Expected: 25.790339917193062},
		{A: 29, Expected: 9.998061520833229},
		{A: 0, Expected: 0.004846017535748575},
		{A: 1, Expected: 1.0},
		{A: 1, Expected: 1.0},
		{A: 1, Expected: 1.1004297181199105},
		{A: 1, Expected: 1.0},
		{A: 10, Expected: 7.4470091841784605},
		{A: 0, Expected: 5.915344536436968},
	}
	c := disproportion.DefaultFit()
	c.MinPairs = 1
	if fit := disproportion.FitPrior(cells, c); fit.Status != disproportion.OnEdge {
		t.Errorf("%+v", fit)
	}
}

func TestSquashingChangesLittle(t *testing.T) {
	truth := disproportion.Prior{Shape1: 4, Rate1: 0.5, Shape2: 10, Rate2: 10, Share: 0.1}
	cells := simulated(truth, 30000, 2)
	c := disproportion.DefaultFit()
	c.SquashAbove = 0
	whole := disproportion.FitPrior(cells, c)
	c.SquashAbove = 1
	squashed := disproportion.FitPrior(cells, c)
	if squashed.Points > whole.Points/4 {
		t.Errorf("%d points of %d are left", squashed.Points, whole.Points)
	}
	for n, expected := range map[int]float64{0: 1, 1: 0.2, 5: 1, 40: 4} {
		a, b := whole.Prior.Posterior(n, expected), squashed.Prior.Posterior(n, expected)
		if d := math.Abs(a.Quantile(0.05)/b.Quantile(0.05) - 1); d > 1e-4 {
			t.Errorf("%d of %v: EB05 %v and %v", n, expected, a.Quantile(0.05), b.Quantile(0.05))
		}
	}
}

func TestNullKeepsMarginsAndFindsTheLink(t *testing.T) {
	e := randomEvents(7, 6000, 2)
	for range 25 {
		e.Add(0, []int32{61}, []int32{26}) // the planted link, among …
		e.Add(0, []int32{61}, []int32{3})  // … other uses of the medicine
	}
	table := e.Count()
	pairs, fit := table.Judge(disproportion.Default())
	null := e.Null(&fit.Prior, disproportion.NullConfig{Runs: 99, Seed: 2, MinCount: 3})
	cutEB, cutIC := null.EB05.FamilyWise(0.05), null.IC025.FamilyWise(0.05)
	var above []disproportion.Cell
	for _, p := range pairs {
		if p.EBGM.Lo > cutEB && p.IC.Lo > cutIC {
			above = append(above, p.Cell)
		}
	}
	if len(above) == 0 || above[len(above)-1].Row != 61 || above[len(above)-1].Col != 26 {
		t.Errorf("above %v and %v: %+v", cutEB, cutIC, above)
	}
	if all, few := null.IC025.ExpectedFalse(0), null.IC025.ExpectedFalse(cutIC); all < few || few > 0.06 {
		t.Errorf("%v false pairs above 0, %v above the cut-off", all, few)
	}
	if !math.IsInf(null.EB05.FamilyWise(0.001), 1) || !math.IsNaN(null.EB05.ExpectedFalse(0.5)) {
		t.Error("a cut-off of too few runs, or below the floor, must not be given")
	}
}

// Where there is no link, the largest value exceeds its cut-off in at most the
// share of tables that was asked for.
func TestFamilyWiseErrorIsKept(t *testing.T) {
	over, tables := 0, 200
	for seed := range uint64(tables) {
		e := randomEvents(100+seed, 1500, 2)
		null := e.Null(nil, disproportion.NullConfig{Runs: 19, Seed: seed, MinCount: 3})
		largest := math.Inf(-1)
		for _, c := range e.Count().Cells {
			if c.A >= 3 {
				largest = max(largest, c.IC().Lo)
			}
		}
		if largest > null.IC025.FamilyWise(0.2) {
			over++
		}
	}
	// 40 are expected; 60 lie 3.5 standard deviations above.
	if over > 60 || over < 20 {
		t.Errorf("%d of %d tables without a link exceed the cut-off for 0.2", over, tables)
	}
}

// national makes 1M pairs of about the shape of a national extract.
func national(n int) []disproportion.Cell {
	rng := rand.New(rand.NewPCG(1, 1))
	cells := make([]disproportion.Cell, n)
	const total = 3_300_000
	for i := range cells {
		row, col := int(20*math.Exp(8*rng.Float64())), int(20*math.Exp(10*rng.Float64()))
		expected := float64(row) * float64(col) / total
		a := 1 + poisson(rng, expected*math.Exp(0.5*rng.NormFloat64()))
		a = min(a, row, col)
		cells[i] = disproportion.Cell{Row: int32(i / 1000), Col: int32(i % 1000), A: a, B: row - a, C: col - a, D: total - row - col + a}
	}
	return cells
}

func BenchmarkFitCAERS(b *testing.B) {
	cells := caersCells(b)
	for b.Loop() {
		disproportion.FitPrior(cells, disproportion.DefaultFit())
	}
}

func BenchmarkMillionPairs(b *testing.B) {
	table := tableOf(b, national(1_000_000))
	b.Run("fit", func(b *testing.B) {
		for b.Loop() {
			disproportion.FitPrior(table.Cells, disproportion.DefaultFit())
		}
	})
	b.Run("judge", func(b *testing.B) {
		c := disproportion.Default()
		_, fit := table.Judge(c)
		c.Prior = &fit.Prior
		b.Logf("%+v", fit)
		for b.Loop() {
			table.Judge(c)
		}
	})
}

func BenchmarkEvents(b *testing.B) {
	e := randomEvents(1, 500_000, 50)
	table := e.Count()
	_, fit := table.Judge(disproportion.Default())
	b.Run("count", func(b *testing.B) {
		for b.Loop() {
			e.Count()
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/500_000, "ns/event")
	})
	b.Run("null run", func(b *testing.B) {
		for b.Loop() {
			e.Null(&fit.Prior, disproportion.NullConfig{Runs: 10, Seed: 1, MinCount: 3})
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10/500_000, "ns/event")
	})
}
