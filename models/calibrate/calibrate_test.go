package calibrate_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"psims/models/calibrate"
	"psims/models/label"
)

var three = []string{"a", "b", "c"}

// drawn gives n×3 scores, and labels drawn from the softmax of slope times them.
func drawn(n int, slope float64) ([]float32, *label.Table) {
	chance := rand.New(rand.NewPCG(3, 0))
	scores, classes := make([]float32, n*3), make([]int32, n)
	for i := range n {
		sum := 0.0
		var p [3]float64
		for c := range p {
			v := chance.NormFloat64()
			scores[i*3+c] = float32(v)
			p[c] = math.Exp(slope * v)
			sum += p[c]
		}
		at := chance.Float64() * sum
		for c := range p {
			if at -= p[c]; at < 0 || c == 2 {
				classes[i] = int32(c)
				break
			}
		}
	}
	return scores, label.Of(three, classes)
}

func stack(t *testing.T, c calibrate.StackConfig, scores []float32, y *label.Table) *calibrate.Stack {
	t.Helper()
	s, err := c.Fit(context.Background(), scores, y)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStackFindsTheTrueProbabilities(t *testing.T) {
	const slope = 1.5
	scores, y := drawn(20000, slope)
	for name, rows := range map[string]int{"stack": 1, "temperature": 1 << 20} {
		c := calibrate.DefaultStack()
		c.FewRows = rows
		s := stack(t, c, scores, y)
		p := s.Row(s.Scratch(), []float32{1, 0, -1})
		sum := math.Exp(slope) + 1 + math.Exp(-slope)
		for k, want := range []float64{math.Exp(slope) / sum, 1 / sum, math.Exp(-slope) / sum} {
			// 20,000 rows tell a probability to about a hundredth.
			if math.Abs(float64(p[k])-want) > .02 {
				t.Errorf("%s: probability %d is %v, want %v", name, k, p[k], want)
			}
		}
	}
}

func TestTemperatureKeepsTheOrder(t *testing.T) {
	scores, y := drawn(50, 1)
	c := calibrate.DefaultStack()
	c.FewRows = 1000
	s := stack(t, c, scores, y)
	rapid.Check(t, func(t *rapid.T) {
		row := rapid.SliceOfN(rapid.Float32Range(-3, 3), 3, 3).Draw(t, "scores")
		order := append([]float32(nil), row...)
		p := s.Row(s.Scratch(), row)
		for a := range p {
			for b := range p {
				if order[a] < order[b] && p[a] > p[b] {
					t.Fatalf("scores %v give %v", order, p)
				}
			}
		}
	})
}

func TestStackRestores(t *testing.T) {
	scores, y := drawn(200, 1)
	s := stack(t, calibrate.DefaultStack(), scores, y)
	back, err := calibrate.RestoreStack(s.Scale(), 3, 3, s.Weights())
	if err != nil {
		t.Fatal(err)
	}
	a, b := s.Row(s.Scratch(), []float32{.3, .2, -.1}), back.Row(back.Scratch(), []float32{.3, .2, -.1})
	if a[0] != b[0] || a[1] != b[1] {
		t.Errorf("%v became %v", a, b)
	}
	if _, err := calibrate.RestoreStack(0, 3, 3, s.Weights()); err == nil {
		t.Error("a scale of 0 was taken")
	}
	if _, err := calibrate.RestoreStack(1, 4, 4, s.Weights()); err == nil {
		t.Error("weights for other labels were taken")
	}
}

func TestCostsDecide(t *testing.T) {
	for _, c := range []struct {
		name          string
		error, review float64
		want          float64
	}{
		{"an error costs twice a review", 2, 1, .5},
		{"an error costs ten reviews", 10, 1, .9},
		{"a review costs more than an error: never abstain", 1, 2, 0},
		{"reviews are free: abstain unless certain", 1, 0, 1},
	} {
		if got := (calibrate.Costs{Error: c.error, Review: c.review}).Threshold(); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: threshold %v, want %v", c.name, got, c.want)
		}
	}
	if (calibrate.Costs{}).Validate() == nil {
		t.Error("errors without a cost were taken")
	}
}

// together gives scores of two labels that go together and one that does not, and
// the labels.
func together(n int) ([]float32, []float32, *label.Table) {
	chance := rand.New(rand.NewPCG(5, 0))
	scores, lengths, rows := make([]float32, n*3), make([]float32, n), make([][]int32, n)
	for i := range n {
		lengths[i] = 100
		both := chance.Float64() < .3
		for c := range 3 {
			has := both && c < 2 || c == 2 && chance.Float64() < .1
			if has {
				rows[i] = append(rows[i], int32(c))
			}
			noise := []float64{.3, 2, .5}[c] // the second label's own score tells little
			v := -1.0
			if has {
				v = 1
			}
			scores[i*3+c] = float32(v + noise*chance.NormFloat64())
		}
	}
	return scores, lengths, label.OfSets(three, rows)
}

func TestLabelStackLearnsWhichLabelsGoTogether(t *testing.T) {
	scores, lengths, y := together(3000)
	s, err := calibrate.FitLabelStack(context.Background(), scores, lengths, y)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	p, scratch := make([]float32, 3), make([]float32, 5)
	s.Row(p, []float32{1, 0, -1}, 100, scratch)
	with := p[1]
	s.Row(p, []float32{-1, 0, -1}, 100, scratch)
	if with < p[1]+.3 {
		t.Errorf("with its companion the label has the probability %v, without it %v", with, p[1])
	}
	// Mean probabilities are the shares of the labels.
	sums := make([]float64, 3)
	for i := range 3000 {
		s.Row(p, scores[i*3:i*3+3], 100, scratch)
		for c, v := range p {
			sums[c] += float64(v)
		}
	}
	for c, n := range y.Counts() {
		if math.Abs(sums[c]-float64(n)) > .05*3000*.3 {
			t.Errorf("label %d: probabilities add up to %v for %d texts", c, sums[c], n)
		}
	}
}

func TestPlattOfALabelThatNobodyHas(t *testing.T) {
	y := label.OfSets([]string{"some", "none", "all"}, [][]int32{{0, 2}, {2}, {0, 2}, {2}})
	curves, err := calibrate.FitPlatt(context.Background(), []float32{1, 0, 0, -1, 0, 0, 1, 0, 0, -1, 0, 0}, y)
	if err != nil {
		t.Fatal(err)
	}
	if p := curves[1].P(5); math.Abs(float64(p)-1.0/6) > 1e-6 {
		t.Errorf("a label that none of 4 has: %v", p)
	}
	if p := curves[2].P(-5); math.Abs(float64(p)-5.0/6) > 1e-6 {
		t.Errorf("a label that all of 4 have: %v", p)
	}
	if curves[0].P(1) < .5 || curves[0].P(-1) > .5 {
		t.Errorf("probabilities %v and %v", curves[0].P(1), curves[0].P(-1))
	}
	if _, err := calibrate.FitPlatt(context.Background(), []float32{1}, y); err == nil {
		t.Error("one score for twelve was taken")
	}
}

func TestThresholdsLieBetweenCommonAndOwn(t *testing.T) {
	n := 400
	p, rows := make([]float32, n*2), make([][]int32, n)
	for i := range n {
		// Label 0 is certain from .6 on, label 1 from .2 on.
		p[2*i], p[2*i+1] = float32(i%10)/10, float32(i/10%10)/20
		if p[2*i] >= .6 {
			rows[i] = append(rows[i], 0)
		}
		if p[2*i+1] >= .2 {
			rows[i] = append(rows[i], 1)
		}
	}
	got := calibrate.Thresholds(p, label.OfSets([]string{"a", "b"}, rows))
	if got[0] <= got[1] || got[0] < .2 || got[0] > .6 || got[1] < .05 || got[1] > .5 {
		t.Errorf("thresholds %v", got)
	}
}

func TestTop(t *testing.T) {
	if got := calibrate.Top([]float32{.4, .3}, nil); got != 0 {
		t.Errorf("likeliest is %d", got)
	}
	if got := calibrate.Top([]float32{.4, .3}, []float32{.8, .3}); got != 1 {
		t.Errorf("likeliest beside its threshold is %d", got)
	}
}

func ExampleCosts_Threshold() {
	fmt.Println(calibrate.Costs{Error: 4, Review: 1}.Threshold())
	// Output: 0.75
}
