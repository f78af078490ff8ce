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

func TestRefineFollowsPointsThatMove(t *testing.T) {
	before, _ := blobs(20, []int{300, 200}, 50, 5)
	c := cluster.Config{Groups: 2, Iterations: 10, Sample: 1000, MinLikeness: 0.5, MinSize: 5, Seed: 2}
	g, err := c.Fit(context.Background(), before, 20)
	if err != nil {
		t.Fatal(err)
	}
	// The first group turns a little towards axis 5, and a third comes up on axis 9.
	after, truth := blobs(20, []int{300, 200, 0, 0, 0, 0, 0, 0, 0, 100}, 0, 6)
	for i, axis := range truth {
		if axis == 0 {
			after[i*20+5] += 0.6
			sparse.Normalise(after[i*20 : (i+1)*20])
		}
	}
	moved, err := c.Refine(context.Background(), after, 20, g.Centres)
	if err != nil {
		t.Fatal(err)
	}
	want := map[int]int32{0: 0, 1: 1, 9: cluster.None}
	for i, axis := range truth {
		if moved.Of[i] != want[axis] {
			t.Fatalf("point %d of axis %d is in group %d, want %d", i, axis, moved.Of[i], want[axis])
		}
	}
	if diff := cmp.Diff([]int{300, 200}, moved.Sizes); diff != "" {
		t.Errorf("sizes (-want +got):\n%s", diff)
	}
	if moved.Centres[5] < 0.4 {
		t.Errorf("the first centre did not follow its points: %v", moved.Centres[:20])
	}
	if again := c.Assign(after, 20, moved.Centres); !cmp.Equal(again.Of, moved.Of) || !cmp.Equal(again.Sizes, moved.Sizes) {
		t.Error("assigned to the centres where they are, points are in other groups")
	}
	if none := c.Assign(after, 20, nil); none.Groups != 0 || none.Of[0] != cluster.None {
		t.Errorf("without centres a point is in group %d", none.Of[0])
	}
}

func TestRefineOnAnyNumberOfCores(t *testing.T) {
	points, _ := blobs(20, []int{3000, 2500, 900}, 500, 4)
	c := cluster.Config{Iterations: 5, Sample: 2000, MinLikeness: 0.5, MinSize: 5, Seed: 2}
	fit := func(cores int) *cluster.Grouping {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		g, err := c.Refine(context.Background(), points, 20, points[:20*7])
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	if diff := cmp.Diff(fit(1), fit(2)); diff != "" {
		t.Error("groups differ between one core and two")
	}
}
