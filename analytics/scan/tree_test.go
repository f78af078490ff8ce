package scan_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"psims/analytics/scan"
	"psims/analytics/signal"
	"psims/datasets/tally"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

func ExampleTree() {
	parent, name, leaf := scan.Grow([][]string{
		{"Anticoagulants", "warfarin"}, {"Anticoagulants", "heparin"}, {"Opioids", "morphine"}, {"Opioids", "fentanyl"},
	})
	// Each of six trusts reports one event of each drug a week; in the last two
	// weeks each reports warfarin three times.
	d := scan.Data{Weeks: 60, Places: len(parent)}
	report := func(trust, week, drug int) {
		d.Week, d.Place, d.Group = append(d.Week, int32(week)), append(d.Place, leaf[drug]), append(d.Group, int32(trust))
	}
	for week := range 60 {
		for trust := range 6 {
			for drug := range 4 {
				report(trust, week, drug)
			}
			if week >= 58 {
				report(trust, week, 0)
				report(trust, week, 0)
			}
		}
	}
	r, err := scan.Tree{Data: d, Parent: parent}.Scan(scan.Default())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range r.Raised() {
		fmt.Printf("%s, last %d weeks: %d events, %.1f expected, p %.3f\n", name[f.Zone], f.Weeks, f.Observed, f.Expected, f.P)
	}
	// Output: warfarin, last 2 weeks: 36 events, 18.9 expected, p 0.001
}

func TestGrow(t *testing.T) {
	parent, name, leaf := scan.Grow([][]string{{"a", "x"}, {"a", "y"}, {"b", "x"}, {"a", ""}, {}, {"", "z"}, {"a", "x"}})
	want := []string{"a", "x", "y", "b", "x", ""}
	if !slices.Equal(name, want) || !slices.Equal(parent, []int32{-1, 0, 0, -1, 3, -1}) || !slices.Equal(leaf, []int32{1, 2, 4, 0, 5, 5, 1}) {
		t.Errorf("names %q, parents %v, leaves %v", name, parent, leaf)
	}
}

func TestTreesThatAreNone(t *testing.T) {
	for _, c := range []struct {
		name, want string
		parent     []int32
	}{
		{"own parent", "below itself", []int32{-1, 1}},
		{"circle", "2 of 3 nodes", []int32{-1, 2, 1}},
		{"beyond", "has parent 3", []int32{-1, 0, 3}},
		{"below", "has parent -2", []int32{-2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := scan.Tree{Data: scan.Data{Weeks: 20, Places: len(c.parent)}, Parent: c.parent}.Scan(scan.Default())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// Nothing to look at is looked at, and nothing is found.
func TestEmpty(t *testing.T) {
	for name, tree := range map[string]scan.Tree{
		"no nodes":   {Data: scan.Data{Weeks: 20}},
		"no reports": {Data: scan.Data{Weeks: 20, Places: 2, Baseline: make([]float64, 40)}, Parent: []int32{-1, 0}},
	} {
		for _, m := range []scan.Model{scan.Permutation, scan.Poisson, scan.Bernoulli} {
			c := scan.Default()
			c.Model = m
			r := mustScan(t, tree, c)
			if len(r.Clusters) != 0 || len(r.Zones) != tree.Places {
				t.Errorf("%s, %v: %+v", name, m, r)
			}
			for _, s := range r.Signals(make([]tally.Stratum, tree.Places), 0) {
				if s.Status != signal.TooFew {
					t.Errorf("%s, %v: %+v", name, m, s)
				}
			}
		}
	}
}

// A node is the set of itself and all below it, and is judged as such a set is.
func TestTreeAgreesWithSets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, c := random(t)
		parent := make([]int32, d.Places)
		name := rapid.Permutation(indices(d.Places)).Draw(t, "names") // so that parents come before and after
		sets := make([][]int32, d.Places)
		for i := range d.Places {
			above := rapid.IntRange(-1, i-1).Draw(t, "parent")
			parent[name[i]] = -1
			if above >= 0 {
				parent[name[i]] = int32(name[above])
			}
		}
		for i := range d.Places {
			for at := int32(i); at >= 0; at = parent[at] {
				sets[at] = append(sets[at], int32(i))
			}
		}
		tree := mustScan(t, scan.Tree{Data: d, Parent: parent}, c)
		space := mustScan(t, scan.Space{Data: d, Zones: scan.Sets(d.Places, sets)}, c)
		if diff := cmp.Diff(space.Maxima, tree.Maxima); diff != "" {
			t.Fatalf("replicates: %s", diff)
		}
		for i := range sets {
			a, b := space.Zones[i], tree.Zones[i]
			if a.Observed != b.Observed || a.Expected != b.Expected || a.LLR != b.LLR || a.Weeks != b.Weeks || a.TooFew != b.TooFew {
				t.Fatalf("node %d: %+v, as a set %+v", i, b, a)
			}
		}
	})
}

// reports simulates trusts that each week send Poisson counts of the leaves.
func reports(rng *rand.Rand, d *scan.Data, trusts int, leaves []int32, mean float64) {
	for w := range int32(d.Weeks) {
		for g := range int32(trusts) {
			for _, leaf := range leaves {
				for range int(distuv.Poisson{Lambda: mean, Src: rng}.Rand()) {
					d.Week, d.Place, d.Group = append(d.Week, w), append(d.Place, leaf), append(d.Group, g)
				}
			}
		}
	}
}

// twoLevels has four classes of five drugs.
func twoLevels() (parent []int32, leaf []int32) {
	var paths [][]string
	for class := range 4 {
		for drug := range 5 {
			paths = append(paths, []string{fmt.Sprint("class ", class), fmt.Sprint("drug ", drug)})
		}
	}
	parent, _, leaf = scan.Grow(paths)
	return parent, leaf
}

func add(d *scan.Data, week, place, group int32, times int) {
	for range times {
		d.Week, d.Place, d.Group = append(d.Week, week), append(d.Place, place), append(d.Group, group)
	}
}

func TestTreeFindsTheBestCut(t *testing.T) {
	parent, leaf := twoLevels()
	const trusts, weeks = 12, 80
	for _, c := range []struct {
		name  string
		want  int32 // node, or −1: nothing is raised
		weeks int
		plant func(*scan.Data)
	}{
		{"nothing", -1, 0, func(*scan.Data) {}},
		{"one drug, three weeks, all trusts", leaf[7], 3, func(d *scan.Data) {
			for w := range int32(3) {
				for g := range int32(trusts) {
					add(d, weeks-1-w, leaf[7], g, 2)
				}
			}
		}},
		{"a whole class, two weeks, all trusts", parent[leaf[5]], 2, func(d *scan.Data) {
			for w := range int32(2) {
				for g := range int32(trusts) {
					for _, l := range leaf[5:10] {
						add(d, weeks-1-w, l, g, 1)
					}
				}
			}
		}},
		{"a batch of one drug from one trust", -1, 0, func(d *scan.Data) { add(d, weeks-1, leaf[7], 3, 150) }},
		{"twice as much of all, all trusts", -1, 0, func(d *scan.Data) {
			for w := range int32(6) {
				for g := range int32(trusts) {
					for k, l := range leaf {
						if (int(g)+int(w)+k)%3 == 0 {
							add(d, weeks-1-w, l, g, 1)
						}
					}
				}
			}
		}},
		{"a trust that begins to report", -1, 0, func(d *scan.Data) {
			for w := range int32(6) {
				add(d, weeks-1-w, leaf[7], trusts, 30)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := scan.Data{Weeks: weeks, Places: len(parent)}
			reports(rand.New(rand.NewPCG(4, 4)), &d, trusts, leaf, 0.3)
			c.plant(&d)
			r := mustScan(t, scan.Tree{Data: d, Parent: parent}, scan.Default())
			raised := r.Raised()
			if c.want < 0 {
				if len(raised) > 0 {
					t.Errorf("raised %+v", raised[0])
				}
				return
			}
			if len(raised) != 1 || raised[0].Zone != int(c.want) || raised[0].Weeks != c.weeks {
				t.Fatalf("raised %+v, want node %d in %d weeks", raised, c.want, c.weeks)
			}
			if f := raised[0]; f.Groups < trusts-1 {
				t.Errorf("%d organisations", f.Groups)
			}
		})
	}
}

// A finding of a class tells which of its drugs carry it, the largest excess first.
func TestPartsTellWhichChildCarries(t *testing.T) {
	parent, leaf := twoLevels()
	class := parent[leaf[0]]
	d := scan.Data{Weeks: 80, Places: len(parent)}
	reports(rand.New(rand.NewPCG(6, 6)), &d, 10, leaf, 0.3)
	for g := range int32(10) {
		for k, l := range leaf[:5] {
			add(&d, 79, l, g, 1+k%3)
		}
		add(&d, 79, class, g, 1) // coded to the class itself
	}
	r := mustScan(t, scan.Tree{Data: d, Parent: parent}, scan.Default())
	f := r.Clusters[0]
	if f.Zone != int(class) || len(f.Parts) != 6 {
		t.Fatalf("%+v", f)
	}
	own := slices.IndexFunc(f.Parts, func(p scan.Part) bool { return p.Own })
	if f.Parts[0].Zone != int(leaf[2]) || own < 0 || f.Parts[own].Zone != int(class) || f.Parts[own].Observed != 10 {
		t.Errorf("%+v", f.Parts)
	}
	sum := 0
	for i, p := range f.Parts {
		sum += p.Observed
		if excess := float64(p.Observed) - p.Expected; i > 0 && excess > float64(f.Parts[i-1].Observed)-f.Parts[i-1].Expected {
			t.Errorf("part %d has more excess than the one before", i)
		}
	}
	if sum != f.Observed {
		t.Errorf("parts hold %d of %d", sum, f.Observed)
	}
}

// The share of severe harm rises in one class; how many reports there are does not.
func TestBernoulliTree(t *testing.T) {
	parent, leaf := twoLevels()
	rng := rand.New(rand.NewPCG(8, 8))
	d := scan.Data{Weeks: 60, Places: len(parent)}
	reports(rng, &d, 5, leaf, 1)
	for i := range d.Week {
		p := 0.05
		if d.Week[i] >= 57 && parent[d.Place[i]] == parent[leaf[0]] {
			p = 0.3
		}
		d.Case = append(d.Case, rng.Float64() < p)
	}
	c := scan.Default()
	c.Model = scan.Bernoulli
	r := mustScan(t, scan.Tree{Data: d, Parent: parent}, c)
	f := r.Clusters[0]
	if f.Zone != int(parent[leaf[0]]) || f.Weeks != 3 || f.P > c.Alpha || f.Reports < 2*f.Observed {
		t.Errorf("%+v", f)
	}
}
