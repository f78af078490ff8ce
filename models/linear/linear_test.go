package linear_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/models/label"
	"psims/models/linear"
	"psims/models/modeltest"
	"psims/nlp/sparse"
)

// rows gives n rows of length one with 30 features, of which those of its own
// class (i mod 3) are likelier.
func rows(n int) (*sparse.CSR, *label.Table) {
	b := sparse.NewBuilder(30)
	classes := make([]int32, n)
	state := uint64(7)
	for i := range n {
		classes[i] = int32(i % 3)
		for range 6 {
			state = state*6364136223846793005 + 1442695040888963407
			j := int32(state >> 33 % 30)
			if state>>60 < 9 {
				j = int32(i%3)*10 + j/3
			}
			b.Add(j, 1)
		}
		b.EndRow()
	}
	x := b.Build()
	x.NormaliseRows()
	return x, label.Of([]string{"a", "b", "c"}, classes)
}

// machine and softmax show a model to modeltest.
type machine struct{ *linear.Model }

func (m machine) Predict(x *sparse.CSR) []float32 { return m.Scores(nil, x) }
func (m machine) Bytes() ([]byte, error) {
	return binary.Append(nil, binary.LittleEndian, append(append([]float32(nil), m.Weights()...), m.Intercept()...))
}

type softmax struct{ *linear.Softmax }

func (m softmax) Predict(x []float32) []float32 {
	d, k := m.Inputs(), m.Labels()
	out := make([]float32, len(x)/d*k)
	for i := range len(x) / d {
		copy(out[i*k:], m.Row(m.Scratch(), x[i*d:(i+1)*d]))
	}
	return out
}
func (m softmax) Bytes() ([]byte, error) { return binary.Append(nil, binary.LittleEndian, m.Weights()) }

func TestMachinesKeepTheContract(t *testing.T) {
	change := func(what func(*sparse.CSR)) func() (*sparse.CSR, *label.Table) {
		return func() (*sparse.CSR, *label.Table) {
			x, y := rows(30)
			what(x)
			return x, y
		}
	}
	modeltest.Check(t, modeltest.Contract[*sparse.CSR]{
		Fit: func(ctx context.Context, x *sparse.CSR, y *label.Table, seed uint64) (modeltest.Model[*sparse.CSR], error) {
			c := linear.Default()
			c.Seed = seed
			m, err := c.Fit(ctx, x, y)
			return machine{m}, err
		},
		Load: func(b []byte) (modeltest.Model[*sparse.CSR], error) {
			all := make([]float32, len(b)/4)
			if _, err := binary.Decode(b, binary.LittleEndian, all); err != nil {
				return nil, err
			}
			m, err := linear.Restore([]string{"a", "b", "c"}, all[:len(all)-3], all[len(all)-3:])
			return machine{m}, err
		},
		Data:   func() (*sparse.CSR, *label.Table) { return rows(600) },
		Gather: func(x *sparse.CSR, rows []int32) *sparse.CSR { return x.Gather(rows) },
		Bad: map[string]func() (*sparse.CSR, *label.Table){
			"entries that are not numbers": change(func(x *sparse.CSR) { x.Values[3] = float32(math.NaN()) }),
			"infinite entries":             change(func(x *sparse.CSR) { x.Values[3] = float32(math.Inf(1)) }),
			"columns out of range":         change(func(x *sparse.CSR) { x.Cols = 3 }),
			"labels of other rows": func() (*sparse.CSR, *label.Table) {
				x, _ := rows(30)
				_, y := rows(31)
				return x, y
			},
			"one class": func() (*sparse.CSR, *label.Table) {
				x, _ := rows(30)
				return x, label.Of([]string{"a", "b"}, make([]int32, 30))
			},
			"no rows": func() (*sparse.CSR, *label.Table) { return rows(0) },
		},
	})
}

func TestSoftmaxKeepsTheContract(t *testing.T) {
	inputs := func(n int) ([]float32, *label.Table) {
		x, y := rows(n)
		out := make([]float32, n*30)
		for i := range n {
			columns, values := x.Row(i)
			for k, j := range columns {
				out[i*30+int(j)] = values[k]
			}
		}
		return out, y
	}
	modeltest.Check(t, modeltest.Contract[[]float32]{
		Fit: func(ctx context.Context, x []float32, y *label.Table, _ uint64) (modeltest.Model[[]float32], error) {
			m, err := linear.DefaultSoftmax().Fit(ctx, x, 30, y)
			return softmax{m}, err
		},
		Load: func(b []byte) (modeltest.Model[[]float32], error) {
			all := make([]float32, len(b)/4)
			if _, err := binary.Decode(b, binary.LittleEndian, all); err != nil {
				return nil, err
			}
			m, err := linear.RestoreSoftmax(30, 3, all)
			return softmax{m}, err
		},
		Data: func() ([]float32, *label.Table) { return inputs(2500) },
		Gather: func(x []float32, rows []int32) []float32 {
			var out []float32
			for _, i := range rows {
				out = append(out, x[i*30:(i+1)*30]...)
			}
			return out
		},
		Bad: map[string]func() ([]float32, *label.Table){
			"inputs that are not numbers": func() ([]float32, *label.Table) {
				x, y := inputs(30)
				x[5] = float32(math.NaN())
				return x, y
			},
			"labels of other rows": func() ([]float32, *label.Table) {
				x, _ := inputs(30)
				_, y := inputs(31)
				return x, y
			},
			"several labels": func() ([]float32, *label.Table) {
				x, _ := inputs(2)
				return x, label.Multi([][]string{{"a", "b"}, {"c"}})
			},
			"one class": func() ([]float32, *label.Table) {
				x, _ := inputs(2)
				return x, label.Of([]string{"a", "b"}, []int32{1, 1})
			},
		},
	})
}

// TestMachineIsAtItsLeast compares the loss with that of points around.
func TestMachineIsAtItsLeast(t *testing.T) {
	x, y := rows(90)
	c := linear.Default()
	c.Tolerance = 1e-9
	c.MaxRounds = 100000
	m, err := c.Fit(context.Background(), x, y)
	if err != nil {
		t.Fatal(err)
	}
	loss := func(class int32, weights []float32, intercept float32) float64 {
		sum := float64(intercept) * float64(intercept) / 2
		for _, w := range weights {
			sum += float64(w) * float64(w) / 2
		}
		for i := range x.Rows() {
			columns, values := x.Row(i)
			sign := -1.0
			if y.Has(i, class) {
				sign = 1
			}
			if short := 1 - sign*float64(sparse.Dot(columns, values, weights)+intercept); short > 0 {
				sum += c.C * short * short
			}
		}
		return sum
	}
	for class := range int32(3) {
		weights := make([]float32, 30)
		for j := range weights {
			weights[j] = m.Weight(int32(j), class)
		}
		least := loss(class, weights, m.Intercept()[class])
		rapid.Check(t, func(t *rapid.T) {
			near := make([]float32, 30)
			for j := range near {
				near[j] = weights[j] + float32(rapid.IntRange(-1, 1).Draw(t, "step"))*.01
			}
			if got := loss(class, near, m.Intercept()[class]+float32(rapid.IntRange(-1, 1).Draw(t, "intercept"))*.01); got < least-1e-5 {
				t.Fatalf("class %d: loss %v nearby, %v where it should be least", class, got, least)
			}
		})
	}
}

func TestScoresOfOneRowAtATime(t *testing.T) {
	x, y := rows(200)
	m, err := linear.Default().Fit(context.Background(), x, y)
	if err != nil {
		t.Fatal(err)
	}
	scores := m.Scores(nil, x)
	right := 0
	scratch := m.Scratch()
	for i := range x.Rows() {
		columns, values := x.Row(i)
		row := m.Row(scratch, columns, values)
		if !cmp.Equal(row, scores[i*3:(i+1)*3]) {
			t.Fatalf("row %d: %v, want %v", i, row, scores[i*3:(i+1)*3])
		}
		want := m.Intercept()[1]
		for k, j := range columns {
			want += values[k] * m.Weight(j, 1)
		}
		if math.Abs(float64(want-row[1])) > 1e-5 {
			t.Fatalf("row %d scores %v, want %v", i, row[1], want)
		}
		best := 0
		for c, v := range row {
			if v > row[best] {
				best = c
			}
		}
		if int32(best) == y.Class(i) {
			right++
		}
	}
	if right < 150 {
		t.Errorf("%d of 200 rows it learnt from are right", right)
	}
}

func TestALabelThatNoRowHasIsLearntAsNever(t *testing.T) {
	x, _ := rows(60)
	classes := make([]int32, 60)
	for i := range classes {
		classes[i] = int32(i % 2)
	}
	y := label.Of([]string{"a", "b", "never"}, classes)
	m, err := linear.Default().Fit(context.Background(), x, y)
	if err != nil {
		t.Fatal(err)
	}
	scores := m.Scores(nil, x)
	for i := range 60 {
		if scores[i*3+2] > -.5 {
			t.Fatalf("row %d scores %v for a label that no row has", i, scores[i*3+2])
		}
	}
}

// TestSoftmaxMatchesShares holds the fitted probabilities to what the
// optimum implies: with free intercepts, mean probabilities are the labels' shares.
func TestSoftmaxMatchesShares(t *testing.T) {
	inputs := []float32{0, 1, 0, 2, 1, 0, 1, 1, 0, 0, 2, 1, 1, 2, .5, .5}
	y := label.Of([]string{"a", "b", "c"}, []int32{0, 0, 1, 1, 2, 2, 2, -1})
	m, err := linear.SoftmaxConfig{C: 1, MaxRounds: 500, Tolerance: 1e-9}.Fit(context.Background(), inputs, 2, y)
	if err != nil {
		t.Fatal(err)
	}
	var mean [3]float64
	scratch := m.Scratch()
	for i := range 7 {
		for c, v := range m.Row(scratch, inputs[2*i:2*i+2]) {
			mean[c] += float64(v)
		}
	}
	for c, want := range []float64{2, 2, 3} {
		if math.Abs(mean[c]-want) > 1e-4 {
			t.Errorf("probabilities of label %d add up to %v, want %v", c, mean[c], want)
		}
	}
}

func TestSettingsAreChecked(t *testing.T) {
	for name, err := range map[string]error{
		"cost":      linear.Config{C: 0, Tolerance: 1, MaxRounds: 1}.Validate(),
		"tolerance": linear.Config{C: 1, Tolerance: math.NaN(), MaxRounds: 1}.Validate(),
		"rounds":    linear.SoftmaxConfig{C: 1, Tolerance: 1}.Validate(),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := linear.Restore([]string{"a", "b"}, make([]float32, 3), make([]float32, 2)); err == nil {
		t.Error("three weights for two labels were taken")
	}
	if _, err := linear.RestoreSoftmax(2, 2, make([]float32, 5)); err == nil {
		t.Error("five weights for two inputs and two labels were taken")
	}
}

func ExampleConfig_Fit() {
	b := sparse.NewBuilder(2)
	for i := range 10 {
		b.Add(int32(i%2), 1)
		b.EndRow()
	}
	x, y := b.Build(), label.Single([]string{"fall", "drug", "fall", "drug", "fall", "drug", "fall", "drug", "fall", "drug"})
	m, _ := linear.Default().Fit(context.Background(), x, y)
	scores := m.Scores(nil, x.Slice(0, 1))
	fmt.Println(m.Names(), scores[0] < 0, scores[1] > 0)
	// Output: [drug fall] true true
}

// TestScoresAreTheSameOnEveryMachine holds scores, however they are computed, to
// plain sums of rounded products in the order of the columns.
func TestScoresAreTheSameOnEveryMachine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, v := rapid.IntRange(1, 120).Draw(t, "labels"), rapid.IntRange(1, 20).Draw(t, "features")
		number := rapid.Float32Range(-10, 10)
		names := make([]string, k)
		for c := range names {
			names[c] = fmt.Sprint(c)
		}
		weights := make([]float32, v*k)
		for i := range weights {
			weights[i] = float32(math.Sin(float64(i)+.5)) * 3
		}
		intercept := rapid.SliceOfN(number, k, k).Draw(t, "intercept")
		m, err := linear.Restore(names, weights, intercept)
		if err != nil {
			t.Fatal(err)
		}
		columns := rapid.SliceOfN(rapid.Int32Range(0, int32(v-1)), 0, 30).Draw(t, "columns")
		values := rapid.SliceOfN(number, len(columns), len(columns)).Draw(t, "values")
		got := m.Row(m.Scratch(), columns, values)
		for c := range k {
			want := intercept[c]
			for e, j := range columns {
				want += float32(values[e] * weights[int(j)*k+c])
			}
			if got[c] != want {
				t.Fatalf("label %d of %d: %v, want %v", c, k, got[c], want)
			}
		}
		strongest := m.Strongest(m.Scratch(), columns, values)
		for c := range k {
			want := float32(0)
			for e, j := range columns {
				want = max(want, values[e]*weights[int(j)*k+c])
			}
			if strongest[c] != want {
				t.Fatalf("label %d of %d: the strongest word gives %v, want %v", c, k, strongest[c], want)
			}
		}
		if !cmp.Equal(m.Weights(), weights) || !cmp.Equal(m.Intercept(), intercept) {
			t.Fatal("weights changed in keeping")
		}
	})
}

func TestAColumnOutOfRangePanics(t *testing.T) {
	m, err := linear.Restore([]string{"a", "b"}, make([]float32, 6), make([]float32, 2))
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range []int32{-1, 3} {
		t.Run(fmt.Sprint(j), func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			m.Row(m.Scratch(), []int32{j}, []float32{1})
		})
	}
}
