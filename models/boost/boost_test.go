package boost_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/models/boost"
)

// rings gives rows whose answer no line can tell: inside a ring of two measurements, with 3 of noise.
func rings(n int, seed uint64) (x []float64, yes []bool) {
	rng := rand.New(rand.NewPCG(seed, 1))
	for range n {
		a, b := rng.NormFloat64(), rng.NormFloat64()
		x = append(x, a, b, rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64())
		r := math.Hypot(a, b)
		yes = append(yes, r > 0.7 && r < 1.5)
	}
	return x, yes
}

func TestLearnsWhatNoLineTells(t *testing.T) {
	x, yes := rings(4000, 1)
	c := boost.Default()
	c.MinLeaf, c.L2, c.Rate = 20, 1, 0.2
	m, err := c.Fit(x, 5, yes, nil)
	if err != nil {
		t.Fatal(err)
	}
	unseen, truth := rings(2000, 2)
	right := 0
	for i, y := range truth {
		if (m.Score(unseen[i*5:i*5+5]) > 0) == y {
			right++
		}
	}
	if right < 1840 {
		t.Errorf("%d of 2000 unseen rows are right, want 1840 or more", right)
	}
}

func TestProbabilitiesMeanWhatTheySay(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	var x []float64
	var yes []bool
	for range 20000 {
		p := rng.Float64()
		x, yes = append(x, p), append(yes, rng.Float64() < p)
	}
	m, err := boost.Default().Fit(x, 1, yes, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []float64{0.1, 0.3, 0.5, 0.7, 0.9} {
		if got := 1 / (1 + math.Exp(-m.Score([]float64{p}))); math.Abs(got-p) > 0.06 {
			t.Errorf("probability %.2f for %.1f", got, p)
		}
	}
}

func TestWeightsCountLikeCopies(t *testing.T) {
	x, yes := rings(600, 5)
	weight := make([]float64, len(yes))
	var copied []float64
	var answers []bool
	for i := range yes {
		weight[i] = float64(1 + i%2)
		for range 1 + i%2 {
			copied, answers = append(copied, x[i*5:i*5+5]...), append(answers, yes[i])
		}
	}
	c := boost.Config{Rounds: 5, Leaves: 4, Rate: 0.3, MinLeaf: 1, L2: 1, Bins: 255}
	a, err := c.Fit(x, 5, yes, weight)
	if err != nil {
		t.Fatal(err)
	}
	b, err := c.Fit(copied, 5, answers, nil)
	if err != nil {
		t.Fatal(err)
	}
	// Bins are cut by rows, so only the first bias is compared exactly; scores agree closely.
	if math.Abs(a.Bias-b.Bias) > 1e-12 {
		t.Errorf("bias %g with weights, %g with copies", a.Bias, b.Bias)
	}
	far := 0
	for i := range yes {
		if math.Abs(a.Score(x[i*5:i*5+5])-b.Score(x[i*5:i*5+5])) > 0.5 {
			far++
		}
	}
	if far > len(yes)/10 {
		t.Errorf("%d of %d scores are far apart", far, len(yes))
	}
}

func TestWrittenThenReadScoresTheSame(t *testing.T) {
	x, yes := rings(500, 7)
	c := boost.Default()
	c.MinLeaf, c.Rounds = 10, 20
	m, err := c.Fit(x, 5, yes, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var again boost.Model
	if err := json.Unmarshal(text, &again); err != nil {
		t.Fatal(err)
	}
	if err := again.Check(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m, &again); diff != "" {
		t.Error("the model that was read is another")
	}
}

func TestRefusals(t *testing.T) {
	if _, err := boost.Default().Fit([]float64{1, 2}, 1, []bool{true, true}, nil); err == nil {
		t.Error("answers all alike gave no error")
	}
	if _, err := boost.Default().Fit([]float64{1, math.NaN()}, 1, []bool{true, false}, nil); err == nil {
		t.Error("NaN gave no error")
	}
	if _, err := (boost.Config{}).Fit(nil, 1, nil, nil); err == nil {
		t.Error("empty settings gave no error")
	}
	loop := &boost.Model{Measurements: 1, Trees: []boost.Tree{{Feature: []int{0}, Cut: []float64{0}, Left: []int{0}, Right: []int{-1}, Leaf: []float64{1, 2}}}}
	if loop.Check() == nil {
		t.Error("a tree that leads back to itself gave no error")
	}
}

// TestOrderOfMeasurementsDoesNotMatter: a monotone change of a measurement keeps
// every row's way through the trees.
func TestMonotoneChangeOfAMeasurementKeepsTheScores(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(20, 80).Draw(t, "n")
		x := make([]float64, n)
		z := make([]float64, n)
		yes := make([]bool, n)
		for i := range n {
			x[i] = float64(rapid.IntRange(-20, 20).Draw(t, "x"))
			z[i] = math.Exp(x[i] / 7)
			yes[i] = rapid.Bool().Draw(t, "yes")
		}
		yes[0], yes[1] = true, false
		c := boost.Config{Rounds: 5, Leaves: 4, Rate: 0.3, MinLeaf: 2, L2: 1, Bins: 255}
		a, err := c.Fit(x, 1, yes, nil)
		if err != nil {
			t.Fatal(err)
		}
		b, err := c.Fit(z, 1, yes, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			if math.Abs(a.Score(x[i:i+1])-b.Score(z[i:i+1])) > 1e-9 {
				t.Fatalf("row %d scores %g and %g", i, a.Score(x[i:i+1]), b.Score(z[i:i+1]))
			}
		}
	})
}
