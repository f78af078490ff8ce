package scan_test

import (
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"psims/analytics/scan"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// settings are the default ones of a model, with every replicate drawn.
func settings(m scan.Model, change func(*scan.Config)) scan.Config {
	c := scan.Default()
	c.Model, c.Exchange, c.MinEvents, c.Stop, c.Spread = m, scan.Reports, 1, 0, 0
	if change != nil {
		change(&c)
	}
	return c
}

func mustScan(t rapid.TB, s interface {
	Scan(scan.Config) (*scan.Result, error)
}, c scan.Config) *scan.Result {
	t.Helper()
	r, err := s.Scan(c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		name, want string
		change     func(*scan.Config)
	}{
		{"default", "", func(*scan.Config) {}},
		{"model", "no model(9)", func(c *scan.Config) { c.Model = 9 }},
		{"exchange", "no exchange 9", func(c *scan.Config) { c.Exchange = 9 }},
		{"windows", "MaxWeeks is 0", func(c *scan.Config) { c.MaxWeeks = 0 }},
		{"events", "MinEvents is 0", func(c *scan.Config) { c.MinEvents = 0 }},
		{"alpha", "Alpha is NaN", func(c *scan.Config) { c.Alpha = math.NaN() }},
		{"replicates", "at least 99", func(c *scan.Config) { c.Replicates, c.Stop = 98, 0 }},
		{"early stop", "at least 10", func(c *scan.Config) { c.Stop = 9 }},
		{"spread", "Spread is -1", func(c *scan.Config) { c.Spread = -1 }},
		{"clusters", "Clusters is -1", func(c *scan.Config) { c.Clusters = -1 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := scan.Default()
			c.change(&s)
			err := s.Validate()
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if err != nil {
				if _, got := (scan.Space{Data: scan.FromCounts(20, 1, make([]int32, 20)), Zones: scan.Sets(1, nil)}).Scan(s); got == nil {
					t.Error("scanned with settings that are not valid")
				}
			}
		})
	}
}

func TestDataErrors(t *testing.T) {
	data := func(change func(*scan.Data)) scan.Data {
		d := scan.FromCounts(20, 2, make([]int32, 40))
		d.Week, d.Place = []int32{19}, []int32{1}
		change(&d)
		return d
	}
	for _, c := range []struct {
		name, want string
		c          scan.Config
		d          scan.Data
	}{
		{"no organisations", "set Exchange to Reports", scan.Default(), data(func(*scan.Data) {})},
		{"no cases", "needs Case", settings(scan.Bernoulli, nil), data(func(*scan.Data) {})},
		{"short", "at most 12", settings(scan.Permutation, nil), data(func(d *scan.Data) { d.Weeks, d.Week[0] = 13, 0 })},
		{"baseline of 0", "give it a small one", settings(scan.Poisson, nil), data(func(d *scan.Data) { d.Baseline = make([]float64, 40) })},
		{"baseline below 0", "at least 0", settings(scan.Poisson, nil), data(func(d *scan.Data) { d.Baseline = slices.Repeat([]float64{-1}, 40) })},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := scan.Space{Data: c.d, Zones: scan.Sets(2, [][]int32{{0}, {1}})}.Scan(c.c)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestShapesPanic(t *testing.T) {
	for name, f := range map[string]func(){
		"counts":      func() { scan.FromCounts(2, 2, make([]int32, 3)) },
		"negative":    func() { scan.FromCounts(1, 1, []int32{-1}) },
		"coordinates": func() { scan.Circles([]float64{1}, nil, 1) },
		"twice":       func() { scan.Sets(2, [][]int32{{1, 1}}) },
		"empty":       func() { scan.Sets(2, [][]int32{{}}) },
		"outside":     func() { scan.Sets(2, [][]int32{{2}}) },
		"zones": func() {
			scan.Space{Data: scan.Data{Weeks: 20, Places: 2}, Zones: scan.Sets(1, nil)}.Scan(scan.Default())
		},
		"parents": func() { scan.Tree{Data: scan.Data{Weeks: 20, Places: 2}}.Scan(scan.Default()) },
		"columns": func() { scan.Tree{Data: scan.Data{Weeks: 20, Week: []int32{1}}}.Scan(scan.Default()) },
		"week too late": func() {
			scan.Tree{Data: scan.Data{Weeks: 20, Places: 1, Week: []int32{20}, Place: []int32{0}}, Parent: []int32{-1}}.Scan(scan.Default())
		},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			f()
		})
	}
}

// random draws a small data set for any of the models.
func random(t *rapid.T) (scan.Data, scan.Config) {
	d := scan.Data{Weeks: rapid.IntRange(3, 6).Draw(t, "weeks"), Places: rapid.IntRange(1, 6).Draw(t, "places")}
	n := rapid.IntRange(0, 25).Draw(t, "reports")
	for range n {
		d.Week = append(d.Week, int32(rapid.IntRange(0, d.Weeks-1).Draw(t, "week")))
		d.Place = append(d.Place, int32(rapid.IntRange(0, d.Places-1).Draw(t, "place")))
		d.Group = append(d.Group, int32(rapid.IntRange(0, 2).Draw(t, "group")))
		d.Case = append(d.Case, rapid.Bool().Draw(t, "case"))
	}
	for range d.Weeks * d.Places {
		d.Baseline = append(d.Baseline, rapid.Float64Range(0.1, 3).Draw(t, "baseline"))
	}
	c := settings(rapid.SampledFrom([]scan.Model{scan.Permutation, scan.Poisson, scan.Bernoulli}).Draw(t, "model"), func(c *scan.Config) {
		c.MaxWeeks = rapid.IntRange(1, d.Weeks-1).Draw(t, "windows")
		c.Replicates, c.Alpha = 39, 0.05
		c.Seed = rapid.Uint64().Draw(t, "seed")
	})
	c.Exchange = rapid.SampledFrom([]scan.Exchange{scan.Mixes, scan.Filings, scan.Reports}).Draw(t, "exchange")
	return d, c
}

func randomSets(t *rapid.T, places int) [][]int32 {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) []int32 {
		return rapid.SliceOfNDistinct(rapid.Int32Range(0, int32(places-1)), 1, places, func(p int32) int32 { return p }).Draw(t, "set")
	}), 1, 8).Draw(t, "sets")
}

// judge works out one window of one set of places from the definitions.
func judge(d scan.Data, c scan.Config, set []int32, weeks int) (observed int, expected, llr float64) {
	in := func(i int) bool { return slices.Contains(set, d.Place[i]) }
	late := func(w int32) bool { return int(w) >= d.Weeks-weeks }
	counts := func(i int) bool { return c.Model != scan.Bernoulli || d.Case[i] }
	all, reports := 0.0, 0.0
	for i := range d.Week {
		if counts(i) {
			all++
			if in(i) && late(d.Week[i]) {
				observed++
			}
		}
		if in(i) && late(d.Week[i]) {
			reports++
		}
	}
	switch c.Model {
	case scan.Poisson:
		inside, whole := 0.0, 0.0
		for i, b := range d.Baseline {
			whole += b
			if late(int32(i/d.Places)) && slices.Contains(set, int32(i%d.Places)) {
				inside += b
			}
		}
		expected = all * inside / whole
	case scan.Bernoulli:
		if all > 0 {
			expected = reports * all / float64(len(d.Week))
		}
	case scan.Permutation:
		expected = meanOfExchanges(d, c, in, late)
	}
	k := float64(observed)
	if k <= expected*(1+1e-9) {
		return observed, expected, 0
	}
	part := func(o, e float64) float64 {
		if o < 1e-9 {
			return 0
		}
		return o * math.Log(o/e)
	}
	llr = part(k, expected) + part(all-k, all-expected)
	if c.Model == scan.Bernoulli {
		n := float64(len(d.Week))
		llr += part(reports-k, reports-expected) + part(n-all-reports+k, n-all-reports+expected)
	}
	return observed, expected, llr
}

func meanOfExchanges(d scan.Data, c scan.Config, in func(int) bool, late func(int32) bool) float64 {
	mean := 0.0
	for g := range int32(3) {
		inside, units, lateUnits := 0.0, 0.0, 0.0
		seen := map[int32]bool{}
		for i, w := range d.Week {
			if d.Group[i] != g {
				continue
			}
			if in(i) {
				inside++
			}
			if c.Exchange == scan.Filings && seen[w] { // elsewhere each report weighs
				continue
			}
			seen[w] = true
			units++
			if late(w) {
				lateUnits++
			}
		}
		if units > 0 {
			mean += inside * lateUnits / units
		}
	}
	return mean
}

func TestZonesAgreeWithDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, c := random(t)
		sets := randomSets(t, d.Places)
		r := mustScan(t, scan.Space{Data: d, Zones: scan.Sets(d.Places, sets)}, c)
		for z, f := range r.Zones {
			best := 0.0
			for w := 1; w <= c.MaxWeeks; w++ {
				observed, expected, llr := judge(d, c, sets[z], w)
				best = max(best, llr)
				if w == f.Weeks && (observed != f.Observed || math.Abs(expected-f.Expected) > 1e-9 || math.Abs(llr-f.LLR) > 1e-8) {
					t.Fatalf("%+v: want %d observed, %v expected, ratio %v", f, observed, expected, llr)
				}
			}
			if math.Abs(best-f.LLR) > 1e-8 {
				t.Fatalf("%+v: the best window has %v", f, best)
			}
			if f.LLR > 0 && f.Observed > f.Usual != (f.LLR > r.Critical) {
				t.Fatalf("%+v: raised above %v", f, r.Critical)
			}
		}
	})
}

func TestClustersAreApartAndStrongestFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, c := random(t)
		sets := randomSets(t, d.Places)
		r := mustScan(t, scan.Space{Data: d, Zones: scan.Sets(d.Places, sets)}, c)
		taken := map[int32]bool{}
		for i, f := range r.Clusters {
			if i > 0 && f.LLR > r.Clusters[i-1].LLR {
				t.Fatalf("cluster %d is stronger than the one before", i)
			}
			for _, p := range f.Places {
				if taken[p] {
					t.Fatalf("place %d is in two clusters", p)
				}
				taken[p] = true
			}
			sum := 0
			for _, p := range f.Parts {
				sum += p.Observed
			}
			if len(f.Places) > 1 && sum != f.Observed {
				t.Fatalf("parts hold %d events of %d", sum, f.Observed)
			}
		}
		for z, f := range r.Zones {
			free := !slices.ContainsFunc(sets[z], func(p int32) bool { return taken[p] })
			if free && f.LLR > 0 && len(r.Clusters) < c.Clusters {
				t.Fatalf("zone %d is free and not among the clusters", z)
			}
		}
	})
}

// Called by other names, places give the same findings; so do reports in another order.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, c := random(t)
		sets := randomSets(t, d.Places)
		one := mustScan(t, scan.Space{Data: d, Zones: scan.Sets(d.Places, sets)}, c)
		name := rapid.Permutation(indices(d.Places)).Draw(t, "names")
		order := rapid.Permutation(indices(len(d.Week))).Draw(t, "order")
		e := scan.Data{Weeks: d.Weeks, Places: d.Places, Baseline: slices.Clone(d.Baseline)}
		for _, i := range order {
			e.Week, e.Place = append(e.Week, d.Week[i]), append(e.Place, int32(name[d.Place[i]]))
			e.Group, e.Case = append(e.Group, d.Group[i]), append(e.Case, d.Case[i])
		}
		for i, b := range d.Baseline {
			e.Baseline[i-i%d.Places+name[i%d.Places]] = b
		}
		renamed := make([][]int32, len(sets))
		for z, set := range sets {
			for _, p := range set {
				renamed[z] = append(renamed[z], int32(name[p]))
			}
		}
		two := mustScan(t, scan.Space{Data: e, Zones: scan.Sets(d.Places, renamed)}, c)
		// Random draws go by order, so only what does not hang on them is the same.
		ignore := cmpopts.IgnoreFields(scan.Finding{}, "P", "Gumbel", "Usual", "Places", "Parts")
		if diff := cmp.Diff(one.Zones, two.Zones, ignore); diff != "" {
			t.Fatal(diff)
		}
	})
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// One report more in a zone that has more than expected never lowers its ratio.
func TestMoreEventsNeverLowerTheRatio(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, c := random(t)
		c.Model = scan.Poisson
		zones := scan.Sets(d.Places, randomSets(t, d.Places))
		before := mustScan(t, scan.Space{Data: d, Zones: zones}, c)
		for z, f := range before.Zones {
			if f.LLR == 0 {
				continue
			}
			e := d
			e.Week = append(slices.Clone(d.Week), int32(d.Weeks-f.Weeks))
			e.Place = append(slices.Clone(d.Place), zones.Members(z)[0])
			e.Group, e.Case = nil, nil
			if after := mustScan(t, scan.Space{Data: e, Zones: zones}, c); after.Zones[z].LLR < f.LLR*(1-1e-9) {
				t.Fatalf("%+v became %+v", f, after.Zones[z])
			}
		}
	})
}

func TestSameWithAnyNumberOfProcessors(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	rapid.Check(t, func(t *rapid.T) {
		d, c := random(t)
		c.Replicates, c.Stop = 150, rapid.SampledFrom([]int{0, 10, 40}).Draw(t, "stop")
		s := scan.Space{Data: d, Zones: scan.Sets(d.Places, randomSets(t, d.Places))}
		var want *scan.Result
		for _, n := range []int{1, 2, 5} {
			runtime.GOMAXPROCS(n)
			got := mustScan(t, s, c)
			if want == nil {
				want = got
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); diff != "" {
				t.Fatalf("%d processors: %s", n, diff)
			}
		}
	})
}

// Stopping early leaves what is raised as it is.
func TestStoppingRaisesTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, c := random(t)
		c.Replicates, c.Alpha = 199, 0.05
		s := scan.Space{Data: d, Zones: scan.Sets(d.Places, randomSets(t, d.Places))}
		whole := mustScan(t, s, c)
		c.Stop = 10
		early := mustScan(t, s, c)
		for z := range whole.Zones {
			if (whole.Zones[z].P <= c.Alpha) != (early.Zones[z].P <= c.Alpha) || (whole.Zones[z].LLR > whole.Critical) != (early.Zones[z].LLR > early.Critical) {
				t.Fatalf("all replicates: %+v, stopped: %+v", whole.Zones[z], early.Zones[z])
			}
			if (whole.Zones[z].P <= c.Alpha) != (whole.Zones[z].LLR > whole.Critical) {
				t.Fatalf("%+v does not fit the critical ratio %v", whole.Zones[z], whole.Critical)
			}
		}
	})
}
