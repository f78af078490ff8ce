package chance_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"psims/datasets/synth/chance"
)

func TestStreams(t *testing.T) {
	draw := func(s *chance.Source) (out [4]uint64) {
		for i := range out {
			out[i] = s.Uint64()
		}
		return out
	}
	a := draw(chance.New(1, 2, 3))
	if a != draw(chance.New(1, 2, 3)) {
		t.Error("the same names give other draws")
	}
	for _, names := range [][]uint64{{}, {2}, {3, 2}, {2, 4}, {2, 3, 0}} {
		if a == draw(chance.New(1, names...)) {
			t.Errorf("the names %v give the draws of 2, 3", names)
		}
	}
	s := chance.New(9)
	s.Exp(1)
	s.Reset(1, 2, 3)
	if a != draw(s) {
		t.Error("a reset stream isn't a new one")
	}
}

// TestMoments compares means with what the distributions have, within five
// standard errors.
func TestMoments(t *testing.T) {
	s := chance.New(7)
	const n = 200_000
	for _, c := range []struct {
		name     string
		draw     func() float64
		mean, sd float64
	}{
		{"float", s.Float, .5, math.Sqrt(1. / 12)},
		{"exponential", func() float64 { return s.Exp(3) }, 3, 3},
		{"normal", func() float64 { return s.Normal(2, 4) }, 2, 4},
		{"log-normal's logarithm", func() float64 { return math.Log(s.LogNormal(5, .5)) }, math.Log(5), .5},
		{"small Poisson", func() float64 { return float64(s.Poisson(1.7)) }, 1.7, math.Sqrt(1.7)},
		{"large Poisson", func() float64 { return float64(s.Poisson(80)) }, 80, math.Sqrt(80)},
		{"whole numbers", func() float64 { return float64(s.Between(3, 9)) }, 6, 2},
		{"coin", func() float64 {
			if s.Bool(.2) {
				return 1
			}
			return 0
		}, .2, .4},
	} {
		sum := 0.0
		for range n {
			sum += c.draw()
		}
		if d := sum/n - c.mean; math.Abs(d) > 5*c.sd/math.Sqrt(n) {
			t.Errorf("%s: the mean is off by %g", c.name, d)
		}
	}
	if s.Poisson(0) != 0 || s.Poisson(-1) != 0 {
		t.Error("a Poisson of no mean isn't 0")
	}
}

func TestWeightsDrawOnlyWhatHasWeight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.SliceOfN(rapid.SampledFrom([]float64{0, 0, .5, 1, 7}), 1, 12).Draw(t, "weights")
		ready := chance.NewWeights(w)
		if ready.Total() == 0 {
			return
		}
		s := chance.New(rapid.Uint64().Draw(t, "seed"))
		for range 50 {
			if i := ready.Draw(s); w[i] == 0 {
				t.Fatalf("drew index %d, of weight 0", i)
			}
		}
	})
}

func TestPanics(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func()
	}{
		{"no number to draw from", func() { chance.New(1).Intn(0) }},
		{"a negative weight", func() { chance.NewWeights([]float64{1, -1}) }},
		{"not a number", func() { chance.NewWeights([]float64{math.NaN()}) }},
		{"no weight", func() { chance.NewWeights([]float64{0}).Draw(chance.New(1)) }},
		{"no weights", func() { chance.NewWeights(nil).Draw(chance.New(1)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it didn't panic")
				}
			}()
			c.do()
		})
	}
}

func ExampleWeights() {
	w := chance.NewWeights([]float64{1, 0, 3})
	s := chance.New(1)
	var n [3]int
	for range 4000 {
		n[w.Draw(s)]++
	}
	fmt.Println(n[1], n[2] > 2*n[0], w.Total())
	// Output: 0 true 4
}
