package cluster_test

import (
	"context"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/models/cluster"
	"psims/nlp/sparse"
)

// blobs gives points about the axes of d dimensions, sizes[k] about axis k, then
// noise points in no direction in particular; and the axis of each, −1 for noise.
func blobs(d int, sizes []int, noise int, seed uint64) ([]float32, []int) {
	rng := rand.New(rand.NewPCG(seed, 0))
	var points []float32
	var truth []int
	add := func(axis int, spread float64) {
		p := make([]float32, d)
		for j := range p {
			p[j] = float32(spread * rng.NormFloat64())
		}
		if axis >= 0 {
			p[axis]++
		}
		sparse.Normalise(p)
		points = append(points, p...)
		truth = append(truth, axis)
	}
	for k, n := range sizes {
		for range n {
			add(k, 0.05)
		}
	}
	for range noise {
		add(-1, 1)
	}
	return points, truth
}

func TestGroupsAreFoundAndNoiseIsLeftOut(t *testing.T) {
	points, truth := blobs(50, []int{100, 60, 30}, 40, 1)
	g, err := cluster.Config{Groups: 6, Iterations: 30, Sample: 1000, MinLikeness: 0.6, MinSize: 10, Seed: 2}.Fit(context.Background(), points, 50)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int32]int{}
	for i, axis := range truth {
		if axis < 0 {
			if g.Of[i] != cluster.None {
				t.Errorf("noise point %d is in group %d with likeness %.2f", i, g.Of[i], g.Likeness[i])
			}
			continue
		}
		if g.Of[i] == cluster.None {
			t.Fatalf("point %d of axis %d is in no group", i, axis)
		}
		if first, known := seen[g.Of[i]]; known && first != axis {
			t.Fatalf("group %d holds points of axes %d and %d", g.Of[i], first, axis)
		}
		seen[g.Of[i]] = axis
	}
	for k := 1; k < g.Groups; k++ {
		if g.Sizes[k] > g.Sizes[k-1] {
			t.Errorf("sizes are not descending: %v", g.Sizes)
		}
	}
}

func TestCoresAndSampleOrderDoNotChangeTheGroups(t *testing.T) {
	points, _ := blobs(20, []int{3000, 2500, 900}, 500, 4)
	fit := func(cores int) *cluster.Grouping {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		g, err := cluster.Config{Iterations: 10, Sample: 2000, MinLikeness: 0.5, MinSize: 5, Seed: 2}.Fit(context.Background(), points, 20)
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	if diff := cmp.Diff(fit(1), fit(2)); diff != "" {
		t.Error("groups differ between one core and two")
	}
}

func TestDegenerate(t *testing.T) {
	if g, err := cluster.Default().Fit(context.Background(), nil, 5); err != nil || g.Groups != 0 {
		t.Errorf("no points: %+v, %v", g, err)
	}
	same := make([]float32, 30*2)
	for i := range 30 {
		same[2*i] = 1
	}
	g, err := cluster.Default().Fit(context.Background(), same, 2)
	if err != nil {
		t.Fatal(err)
	}
	if g.Groups != 1 || g.Sizes[0] != 30 {
		t.Errorf("30 equal points are in %d groups of sizes %v", g.Groups, g.Sizes)
	}
	zero, err := cluster.Default().Fit(context.Background(), make([]float32, 20), 2)
	if err != nil || zero.Groups != 0 {
		t.Errorf("points without a direction: %+v, %v", zero, err)
	}
}
