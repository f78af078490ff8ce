package funnel_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"psims/analytics/funnel"
	"psims/datasets/caveat"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

func judge(t testing.TB, organisations []funnel.Organisation, c funnel.Config) funnel.Result {
	t.Helper()
	r, err := funnel.Judge(organisations, c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func with(change func(c *funnel.Config)) funnel.Config {
	c := funnel.Default()
	change(&c)
	return c
}

func ExampleJudge() {
	var organisations []funnel.Organisation
	for i, observed := range []float64{101, 92, 110, 95, 108, 97, 104, 88, 99, 103, 158} {
		organisations = append(organisations, funnel.Organisation{Code: fmt.Sprintf("R%02d", i), Group: "acute", Observed: observed, Denominator: 100})
	}
	result, err := funnel.Judge(organisations, funnel.Default())
	if err != nil {
		panic(err)
	}
	for _, f := range result.Findings[8:] {
		fmt.Println(f.Code, f.Status)
	}
	fmt.Println(result.Findings[10].Words())
	// Output:
	// R08 inside
	// R09 inside
	// R10 above
	// R10 has 158 reports where 105 would be expected: more than is usual among similar organisations (75 to 138). More reports do not mean less safe care, nor fewer safer care: organisations that look for harm report more of it.
}

func ExampleStandardise() {
	// Surgery has 10 events per 100 bed days in this group, medicine 2.
	for _, o := range funnel.Standardise([]funnel.CaseMix{
		{Code: "RA1", Group: "acute", Stratum: "surgery", Observed: 12, Exposure: 100},
		{Code: "RA1", Group: "acute", Stratum: "medicine", Observed: 1, Exposure: 50},
		{Code: "RB2", Group: "acute", Stratum: "surgery", Observed: 8, Exposure: 100},
		{Code: "RB2", Group: "acute", Stratum: "medicine", Observed: 3, Exposure: 150},
	}) {
		fmt.Printf("%s %.0f observed, %.0f expected\n", o.Code, o.Observed, o.Denominator)
	}
	// Output:
	// RA1 13 observed, 11 expected
	// RB2 11 observed, 13 expected
}

// Limits by hand, from printed tables of the Poisson and the binomial distribution:
// P(Y ≤ 3) = .0103, P(Y ≤ 4) = .0293, P(Y ≤ 16) = .9730, P(Y ≤ 17) = .9857 at a mean
// of 10; P(Y ≤ 5) = .0207 and P(Y ≤ 6) = .0577 of 20 at one half.
func TestExactLimitsByHand(t *testing.T) {
	for _, c := range []struct {
		name        string
		kind        funnel.Kind
		denominator float64
		target      float64
		want        funnel.Limits // in events
	}{
		{"ratio", funnel.Ratio, 10, 1, funnel.Limits{Lo: 4, Hi: 17}},
		{"rate", funnel.Rate, 2000, 0.005, funnel.Limits{Lo: 4, Hi: 17}},
		{"proportion", funnel.Proportion, 20, 0.5, funnel.Limits{Lo: 6, Hi: 14}},
		// P(0) = .0498 at a mean of 3: none at all is not outside.
		{"few", funnel.Ratio, 3, 1, funnel.Limits{Lo: 0, Hi: 7}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var all []funnel.Organisation
			for i := range 12 {
				all = append(all, funnel.Organisation{Code: fmt.Sprint(i), Observed: math.Round(c.target * c.denominator), Denominator: c.denominator})
			}
			result := judge(t, all, with(func(cfg *funnel.Config) { cfg.Kind, cfg.Target, cfg.Spread = c.kind, c.target, funnel.Chance }))
			got := result.Findings[0].Inner
			got.Lo, got.Hi = got.Lo*c.denominator, got.Hi*c.denominator
			if diff := cmp.Diff(c.want, got, cmpopts.EquateApprox(1e-12, 0)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Three organisations of 100 expected with 80, 100 and 120 seen have z-scores of −2,
// 0 and 2. φ is 8/3, and DerSimonian and Laird's variance (8 − 2)/(300 − 100) = 0.03.
// The consistent variance has 8/(1 + 100τ²)/3 = 2/3: also 0.03, the sizes being equal.
func TestSpreadByHand(t *testing.T) {
	three := []funnel.Organisation{{Code: "a", Observed: 80, Denominator: 100}, {Code: "b", Observed: 100, Denominator: 100}, {Code: "c", Observed: 120, Denominator: 100}}
	for spread, want := range map[funnel.Spread][2]float64{
		funnel.Published: {0.03, 1}, funnel.Additive: {0.03, 1}, funnel.Multiplicative: {0, 8. / 3}, funnel.Chance: {0, 1},
	} {
		result := judge(t, three, with(func(c *funnel.Config) { c.Spread, c.Winsorise, c.MinGroup = spread, 0, 3 }))
		g := result.Groups[0]
		if math.Abs(g.Tau*g.Tau-want[0]) > 1e-12 || math.Abs(g.Phi-want[1]) > 1e-12 {
			t.Errorf("%d: variance %v and factor %v, want %v", spread, g.Tau*g.Tau, g.Phi, want)
		}
		if sd := math.Sqrt(100*want[1] + 10000*want[0]); math.Abs(result.Findings[2].Z-20/sd) > 1e-9 {
			t.Errorf("%d: z = %v, want %v", spread, result.Findings[2].Z, 20/sd)
		}
	}
}

// Winsorising moves the largest and smallest tenth to their quantiles: of the eleven
// z-scores −10, −8 … 10 the ends become −8 and 8, so that the mean square is
// 4·2·(16+16+9+4+1)/11 = 4·92/11.
func TestWinsorisedSpreadByHand(t *testing.T) {
	var eleven []funnel.Organisation
	for i := range 11 {
		eleven = append(eleven, funnel.Organisation{Code: fmt.Sprintf("%02d", i), Observed: 100 + 20*float64(i-5), Denominator: 100})
	}
	result := judge(t, eleven, with(func(c *funnel.Config) { c.Spread = funnel.Multiplicative }))
	if want := 4. * 92 / 11; math.Abs(result.Groups[0].Phi-want) > 1e-9 {
		t.Errorf("φ = %v, want %v", result.Groups[0].Phi, want)
	}
}

// The beta-binomial distribution as an integral of binomial ones.
func TestProportionsWithSpread(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 0))
	var all []funnel.Organisation
	for i := range 40 {
		p := distuv.Beta{Alpha: 12, Beta: 28, Src: rng}.Rand()
		n := float64(20 + 10*i)
		all = append(all, funnel.Organisation{Code: fmt.Sprintf("%02d", i), Observed: distuv.Binomial{N: n, P: p, Src: rng}.Rand(), Denominator: n})
	}
	result := judge(t, all, with(func(c *funnel.Config) { c.Kind = funnel.Proportion }))
	g := result.Groups[0]
	if g.Tau < 0.04 || g.Tau > 0.12 {
		t.Fatalf("the spread is %v, that of the simulation 0.072", g.Tau)
	}
	size := g.Target*(1-g.Target)/(g.Tau*g.Tau) - 1
	beta := distuv.Beta{Alpha: size * g.Target, Beta: size * (1 - g.Target)}
	for _, f := range result.Findings {
		atMost := func(k float64) float64 {
			return quad.Fixed(func(p float64) float64 {
				return beta.Prob(p) * distuv.Binomial{N: f.Denominator, P: p}.CDF(k)
			}, 0, 1, 400, nil, 0)
		}
		lo, hi := math.Round(f.Outer.Lo*f.Denominator), math.Round(f.Outer.Hi*f.Denominator)
		const half = 0.001
		if lo > 0 && atMost(lo-1) > half*1.001 || atMost(lo) < half*0.999 || 1-atMost(hi) > half*1.001 || 1-atMost(hi-1) < half*0.999 {
			t.Errorf("of %v: %v to %v has %v below and %v above", f.Denominator, lo, hi, atMost(lo-1), 1-atMost(hi))
		}
	}
}

func drawOrganisations(t *rapid.T, kind funnel.Kind) []funnel.Organisation {
	n := rapid.IntRange(10, 30).Draw(t, "organisations")
	out := make([]funnel.Organisation, n)
	for i := range out {
		of := float64(rapid.IntRange(1, 400).Draw(t, "denominator"))
		most := 3 * of
		if kind == funnel.Proportion {
			most = of
		}
		out[i] = funnel.Organisation{
			Code: fmt.Sprintf("R%02d", i), Group: rapid.SampledFrom([]string{"acute", "community"}).Draw(t, "group"),
			Observed: float64(rapid.IntRange(0, int(most)).Draw(t, "observed")), Denominator: of,
		}
	}
	return out
}

var kinds = []funnel.Kind{funnel.Ratio, funnel.Rate, funnel.Proportion}
var spreads = []funnel.Spread{funnel.Additive, funnel.Published, funnel.Multiplicative}

func TestSpreadNeverNarrows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := with(func(c *funnel.Config) {
			c.Kind, c.Spread, c.MinGroup = rapid.SampledFrom(kinds).Draw(t, "kind"), rapid.SampledFrom(spreads).Draw(t, "spread"), 5
		})
		all := drawOrganisations(t, c.Kind)
		wide, err := funnel.Judge(all, c)
		if err != nil {
			t.Fatal(err)
		}
		c.Spread = funnel.Chance
		narrow, err := funnel.Judge(all, c)
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range wide.Findings {
			n := narrow.Findings[i]
			if w.Outer.Lo > n.Outer.Lo || w.Outer.Hi < n.Outer.Hi || w.Inner.Lo > n.Inner.Lo || w.Inner.Hi < n.Inner.Hi || w.P < n.P {
				t.Fatalf("%+v is narrower than %+v", w, n)
			}
			if w.Outer.Lo > w.Inner.Lo || w.Outer.Hi < w.Inner.Hi {
				t.Fatalf("the outer limits lie within the inner ones: %+v", w)
			}
			want := funnel.Inside
			switch {
			case w.Status == funnel.CannotJudge:
				continue
			case w.Value > w.Outer.Hi:
				want = funnel.Above
			case w.Value < w.Outer.Lo:
				want = funnel.Below
			}
			if w.Status != want {
				t.Fatalf("%+v should be %v", w, want)
			}
		}
	})
}

func TestPermutingOrganisationsChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := with(func(c *funnel.Config) { c.Kind = rapid.SampledFrom(kinds).Draw(t, "kind"); c.MinGroup = 5 })
		all := drawOrganisations(t, c.Kind)
		a, err := funnel.Judge(all, c)
		if err != nil {
			t.Fatal(err)
		}
		b, err := funnel.Judge(rapid.Permutation(all).Draw(t, "order"), c)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(a, b, cmpopts.EquateNaNs(), cmpopts.IgnoreUnexported(funnel.Group{})); diff != "" {
			t.Fatal(diff)
		}
		if !slices.IsSortedFunc(a.Findings, func(x, y funnel.Finding) int { return strings.Compare(x.Code, y.Code) }) {
			t.Fatal("findings are not in the order of codes")
		}
	})
}

// Counting exposure in another unit changes the values by that unit and nothing else.
func TestRatesScaleWithTheUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := drawOrganisations(t, funnel.Rate)
		c := with(func(c *funnel.Config) { c.Kind, c.MinGroup = funnel.Rate, 5 })
		a, err := funnel.Judge(all, c)
		if err != nil {
			t.Fatal(err)
		}
		for i := range all {
			all[i].Denominator *= 1024
		}
		b, err := funnel.Judge(all, c)
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range a.Findings {
			g := b.Findings[i]
			if f.Status != g.Status || f.Status != funnel.CannotJudge && (math.Abs(f.Outer.Hi-1024*g.Outer.Hi) > 1e-9*f.Outer.Hi || math.Abs(f.Z-g.Z) > 1e-9) {
				t.Fatalf("%+v in thousands is %+v", f, g)
			}
		}
	})
}

func TestStandardisedCountsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var mix []funnel.CaseMix
		for i := range rapid.IntRange(1, 30).Draw(t, "rows") {
			mix = append(mix, funnel.CaseMix{
				Code: fmt.Sprint(i % 7), Group: fmt.Sprint(i % 7 % 2), Stratum: rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "stratum"),
				Observed: float64(rapid.IntRange(0, 50).Draw(t, "observed")), Exposure: float64(rapid.IntRange(1, 900).Draw(t, "exposure")),
			})
		}
		observed, expected := map[string]float64{}, map[string]float64{}
		for _, o := range funnel.Standardise(mix) {
			observed[o.Group] += o.Observed
			expected[o.Group] += o.Denominator
		}
		if diff := cmp.Diff(observed, expected, cmpopts.EquateApprox(1e-9, 0)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestWhatCannotBeJudged(t *testing.T) {
	var all []funnel.Organisation
	for i := range 10 {
		all = append(all, funnel.Organisation{Code: fmt.Sprintf("A%d", i), Group: "acute", Observed: 50, Denominator: 50})
	}
	nan := math.NaN()
	all = append(all,
		funnel.Organisation{Code: "B0", Group: "acute", Observed: nan, Denominator: 50},
		funnel.Organisation{Code: "B1", Group: "acute", Observed: 3, Denominator: nan},
		funnel.Organisation{Code: "B2", Group: "acute", Observed: 3},
		funnel.Organisation{Code: "B3", Group: "acute", Observed: 1, Denominator: 0.4},
		funnel.Organisation{Code: "B4", Group: "ambulance", Observed: 900, Denominator: 50},
		funnel.Organisation{Code: "C0", Group: "acute", Observed: 0, Denominator: 50},
	)
	for _, f := range judge(t, all, funnel.Default()).Findings {
		want := map[byte]funnel.Status{'A': funnel.Inside, 'B': funnel.CannotJudge, 'C': funnel.Below}[f.Code[0]]
		if f.Status != want {
			t.Errorf("%s is %v, want %v", f.Code, f.Status, want)
		}
		if f.Status == funnel.CannotJudge && !math.IsNaN(f.P) || !slices.Contains(f.Caveats, caveat.ReportsNotSafety) || !strings.Contains(f.Words(), "More reports do not mean less safe care") {
			t.Errorf("%+v: %s", f, f.Words())
		}
	}
}

func TestCountsThatCannotBe(t *testing.T) {
	for name, o := range map[string][]funnel.Organisation{
		"twice":          {{Code: "a", Observed: 1, Denominator: 2}, {Code: "a", Observed: 1, Denominator: 2}},
		"negative":       {{Code: "a", Observed: -1, Denominator: 2}},
		"broken":         {{Code: "a", Observed: 0.5, Denominator: 2}},
		"more than all":  {{Code: "a", Observed: 3, Denominator: 2}},
		"negative below": {{Code: "a", Observed: 1, Denominator: -2}},
	} {
		if _, err := funnel.Judge(o, with(func(c *funnel.Config) { c.Kind = funnel.Proportion })); err == nil || !strings.Contains(err.Error(), "a") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSettingsAreChecked(t *testing.T) {
	for name, change := range map[string]func(*funnel.Config){
		"kind":      func(c *funnel.Config) { c.Kind = 9 },
		"winsorise": func(c *funnel.Config) { c.Winsorise = 0.5 },
		"limits":    func(c *funnel.Config) { c.Outer = 0.1 },
		"target":    func(c *funnel.Config) { c.Kind, c.Target = funnel.Proportion, 1 },
		"group":     func(c *funnel.Config) { c.MinGroup = 1 },
	} {
		if with(change).Validate() == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := funnel.Default().Validate(); err != nil {
		t.Error(err)
	}
}

// trusts draws a group of 150 organisations of 5 to 2,000 expected events whose own
// ratios vary by tau, of which every nth reports twice as much as its own ratio; 0 is none.
func trusts(rng *rand.Rand, tau float64, nth int) []funnel.Organisation {
	out := make([]funnel.Organisation, 150)
	for i := range out {
		expected := 5 * math.Exp(6*rng.Float64())
		ratio := 1.0
		if tau > 0 {
			ratio = distuv.Gamma{Alpha: 1 / (tau * tau), Beta: 1 / (tau * tau), Src: rng}.Rand()
		}
		if nth > 0 && i%nth == 0 {
			ratio *= 2
		}
		out[i] = funnel.Organisation{Code: fmt.Sprintf("R%03d", i), Observed: distuv.Poisson{Lambda: ratio * expected, Src: rng}.Rand(), Denominator: expected}
	}
	return out
}

// Where organisations differ in the ordinary way only, limits meant for 5 % and
// 0.2 % leave about that many outside; the published spread leaves too many.
func TestShareOutsideIsAsMeant(t *testing.T) {
	outside := func(spread funnel.Spread, tau float64) (inner, outer float64) {
		rng := rand.New(rand.NewPCG(8, 0))
		n := 0.0
		for range 60 {
			for _, f := range judge(t, trusts(rng, tau, 0), with(func(c *funnel.Config) { c.Spread = spread })).Findings {
				n++
				if f.Value > f.Inner.Hi || f.Value < f.Inner.Lo {
					inner++
				}
				if f.Status != funnel.Inside {
					outer++
				}
			}
		}
		return inner / n, outer / n
	}
	for _, tau := range []float64{0, 0.1, 0.3} {
		for name, spread := range map[string]funnel.Spread{"additive": funnel.Additive, "published": funnel.Published, "multiplicative": funnel.Multiplicative, "chance": funnel.Chance} {
			inner, outer := outside(spread, tau)
			t.Logf("τ %.1f, %-14s %.2f %% outside the 95 %% limits, %.2f %% outside the 99.8 %% ones", tau, name, 100*inner, 100*outer)
			if spread == funnel.Additive && (inner > 0.065 || inner < 0.025 || outer > 0.005) {
				t.Errorf("τ %v: %v and %v outside", tau, inner, outer)
			}
		}
	}
}

// In small groups τ is uncertain, and the limits must bear it.
func TestShareOutsideOfSmallGroups(t *testing.T) {
	for _, size := range []int{10, 15, 20, 30, 60} {
		rng := rand.New(rand.NewPCG(3, 0))
		var n, inner, outer, sum, squares float64
		groups := 6000 / size
		for range groups {
			result := judge(t, trusts(rng, 0.2, 0)[:size], funnel.Default())
			tau := result.Groups[0].Tau
			sum += tau
			squares += tau * tau
			for _, f := range result.Findings {
				n++
				if f.Value > f.Inner.Hi || f.Value < f.Inner.Lo {
					inner++
				}
				if f.Status != funnel.Inside {
					outer++
				}
			}
		}
		mean := sum / float64(groups)
		t.Logf("%d organisations: τ %.3f ± %.3f, %.2f %% outside the 95 %% limits, %.2f %% outside the 99.8 %% ones",
			size, mean, math.Sqrt(squares/float64(groups)-mean*mean), 100*inner/n, 100*outer/n)
		if inner/n > 0.06 || outer/n > 0.006 || math.Abs(mean-0.2) > 0.04 {
			t.Errorf("%d organisations: %v and %v outside, τ %v", size, inner/n, outer/n, mean)
		}
	}
}

func TestShareOutsideOfProportions(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 0))
	var n, inner, outer float64
	for range 60 {
		all := make([]funnel.Organisation, 60)
		for i := range all {
			of := math.Round(20 * math.Exp(4.6*rng.Float64()))
			p := distuv.Beta{Alpha: 24, Beta: 56, Src: rng}.Rand() // 0.3 with standard deviation 0.051
			all[i] = funnel.Organisation{Code: fmt.Sprintf("R%02d", i), Observed: distuv.Binomial{N: of, P: p, Src: rng}.Rand(), Denominator: of}
		}
		for _, f := range judge(t, all, with(func(c *funnel.Config) { c.Kind = funnel.Proportion })).Findings {
			n++
			if f.Value > f.Inner.Hi || f.Value < f.Inner.Lo {
				inner++
			}
			if f.Status != funnel.Inside {
				outer++
			}
		}
	}
	t.Logf("%.2f %% outside the 95 %% limits, %.2f %% outside the 99.8 %% ones", 100*inner/n, 100*outer/n)
	if inner/n > 0.06 || inner/n < 0.025 || outer/n > 0.005 {
		t.Errorf("%v and %v outside", inner/n, outer/n)
	}
}

// Those that really differ are found although they are part of the group: one in
// fifteen reports twice as much.
func TestTheDifferentAreFound(t *testing.T) {
	const nth = 15
	for spread, name := range map[funnel.Spread]string{funnel.Additive: "additive", funnel.Published: "published", funnel.Multiplicative: "multiplicative"} {
		rng := rand.New(rand.NewPCG(9, 0))
		var found, different, others, wrong float64
		for range 60 {
			for i, f := range judge(t, trusts(rng, 0.1, nth), with(func(c *funnel.Config) { c.Spread = spread })).Findings {
				if i%nth == 0 && f.Expected >= 50 {
					different++
					if f.Status == funnel.Above {
						found++
					}
				} else if i%nth > 0 {
					others++
					if f.Status != funnel.Inside {
						wrong++
					}
				}
			}
		}
		t.Logf("%-14s %.0f %% of the different with 50 expected or more, %.2f %% of the others outside", name, 100*found/different, 100*wrong/others)
		if spread == funnel.Additive && (found/different < 0.9 || wrong/others > 0.005) {
			t.Errorf("%v found, %v wrongly outside", found/different, wrong/others)
		}
	}
}

func BenchmarkJudge(b *testing.B) {
	all := trusts(rand.New(rand.NewPCG(1, 0)), 0.3, 20)
	for b.Loop() {
		if _, err := funnel.Judge(all, funnel.Default()); err != nil {
			b.Fatal(err)
		}
	}
}
