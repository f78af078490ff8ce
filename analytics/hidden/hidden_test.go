package hidden_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/analytics/hidden"
	"psims/datasets/incident"
)

var asOf = incident.NewDay(2026, 6, 28)

// year gives a year of events in so many themes of 60 reports, each in a category of
// its own, graded as they read but for chance.
func year(rng *rand.Rand, themes int) hidden.Events {
	var e hidden.Events
	for k := range themes {
		for range 60 {
			add(&e, int32(k), int32(1+k), int32(1+rng.IntN(40)), asOf-incident.Day(rng.IntN(364)), rng.NormFloat64())
		}
	}
	return e
}

func add(e *hidden.Events, theme, category, organisation int32, day incident.Day, excess float64) {
	e.Theme, e.Category, e.Organisation = append(e.Theme, theme), append(e.Category, category), append(e.Organisation, organisation)
	e.Reported, e.Excess = append(e.Reported, day), append(e.Excess, excess)
	e.Severe, e.Known = append(e.Severe, false), append(e.Known, false)
}

func themesOf(found []hidden.Finding) []int32 {
	var out []int32
	for _, f := range found {
		out = append(out, f.Theme)
	}
	return out
}

func TestSteadyMisgradedThemeIsListed(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	e := year(rng, 30)
	plant := func(theme int32, known bool, day func() incident.Day, org func() int32) {
		for i := range 60 {
			add(&e, theme, int32(1+i%8), org(), day(), 1.2+rng.NormFloat64())
			e.Known[len(e.Known)-1] = known
		}
	}
	anyDay := func() incident.Day { return asOf - incident.Day(rng.IntN(364)) }
	anyOrg := func() int32 { return int32(1 + rng.IntN(40)) }
	plant(30, false, anyDay, anyOrg)
	plant(31, true, anyDay, anyOrg)
	plant(32, false, func() incident.Day { return asOf - incident.Day(rng.IntN(50)) }, anyOrg)
	plant(33, false, anyDay, func() int32 { return 7 })
	found := hidden.Find(e, 34, hidden.Default(asOf))
	if len(found) == 0 || found[0].Theme != 30 {
		t.Fatalf("listed are %v, want theme 30 first", themesOf(found))
	}
	f := found[0]
	if f.Interval[0] > 1.2 || f.Interval[1] < 1 || f.Categories < 7 || f.TopShare > 0.2 || f.Organisations < 20 {
		t.Errorf("finding %+v", f)
	}
	for theme, why := range map[int32]string{32: "is new and not steady", 33: "comes from one organisation"} {
		if slices.Contains(themesOf(found), theme) {
			t.Errorf("theme %d is listed although it %s", theme, why)
		}
	}
	if k := slices.Index(themesOf(found), 31); k >= 0 && found[k].Score != 0 {
		t.Errorf("a theme that is all known risks has the score %g", found[k].Score)
	}
}

// TestChanceListsLittle: themes that are graded as they read are rarely listed.
func TestChanceListsLittle(t *testing.T) {
	listed, themes := 0, 0
	for seed := range uint64(40) {
		listed += len(hidden.Find(year(rand.New(rand.NewPCG(seed, 2)), 30), 30, hidden.Default(asOf)))
		themes += 30
	}
	if share := float64(listed) / float64(themes); share > 0.05 {
		t.Errorf("%.3f of themes are listed by chance", share)
	}
}

func TestFindProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))
		e := year(rng, 12)
		for i := range e.Theme {
			if e.Theme[i] < 4 {
				e.Excess[i] += 0.8
				e.Category[i] = int32(1 + rng.IntN(9))
			}
			if rng.IntN(9) == 0 {
				e.Excess[i] = math.NaN()
			}
		}
		c := hidden.Default(asOf)
		found := hidden.Find(e, 12, c)
		later := e
		for range 20 {
			add(&later, 0, 1, 1, asOf+1, 4)
		}
		if diff := cmp.Diff(found, hidden.Find(later, 12, c)); diff != "" {
			t.Fatalf("later reports changed the list:\n%s", diff)
		}
		for _, f := range found {
			if f.Excess <= 0 || f.Interval[1] <= f.Interval[0] || f.TopShare <= 0 || f.TopShare > 1 || f.Categories < 1-1e-9 {
				t.Fatalf("finding %+v", f)
			}
		}
	})
}

func ExampleFind() {
	rng := rand.New(rand.NewPCG(4, 4))
	e := year(rng, 10)
	for i := range 80 { // one theme reads more than a grade worse, under five categories
		add(&e, 10, int32(1+i%5), int32(1+i%40), asOf-incident.Day(i*4), 1.5)
	}
	for _, f := range hidden.Find(e, 11, hidden.Default(asOf)) {
		fmt.Printf("theme %d: %d reports of %d organisations, as if under %.0f categories, %.1f grades too mild\n", f.Theme, f.Reports, f.Organisations, f.Categories, f.Excess)
	}
	// Output: theme 10: 80 reports of 40 organisations, as if under 5 categories, 1.3 grades too mild
}
