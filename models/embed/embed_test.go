package embed_test

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"psims/models/embed"
	"psims/nlp/sparse"
)

// twoTopics gives n documents of 40 terms: even rows use the first 20, odd rows the others.
func twoTopics(n int, seed uint64) *sparse.CSR {
	rng := rand.New(rand.NewPCG(seed, 0))
	b := sparse.NewBuilder(40)
	for i := range n {
		for range 6 {
			b.Add(int32(rng.IntN(20)+20*(i%2)), 1)
		}
		b.EndRow()
	}
	x := b.Build()
	x.NormaliseRows()
	return x
}

func TestDocumentsOfOneTopicLieClose(t *testing.T) {
	x := twoTopics(200, 1)
	m, err := embed.Config{Dimensions: 2, Oversample: 8, Iterations: 2, Seed: 3}.Fit(context.Background(), x)
	if err != nil {
		t.Fatal(err)
	}
	v := m.Vectors(x)
	cosine := func(i, j int) float64 { return float64(v[2*i]*v[2*j] + v[2*i+1]*v[2*j+1]) }
	for i := 2; i < 200; i++ {
		if same, other := cosine(i, i%2), cosine(i, 1-i%2); same < 0.9 || math.Abs(other) > 0.1 {
			t.Fatalf("document %d: cosine %.3f with its own topic, %.3f with the other", i, same, other)
		}
	}
}

func TestSingularValuesAreThoseOfTheMatrix(t *testing.T) {
	// A diagonal matrix has its own entries as singular values.
	b := sparse.NewBuilder(4)
	for j, s := range []float32{2, 7, 1, 5} {
		b.Add(int32(j), s)
		b.EndRow()
	}
	m, err := embed.Config{Dimensions: 4, Iterations: 1, Seed: 1}.Fit(context.Background(), b.Build())
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range []float64{7, 5, 2, 1} {
		if math.Abs(m.Singular[k]-want) > 1e-9 {
			t.Errorf("singular value %d is %g, want %g", k, m.Singular[k], want)
		}
	}
}

func TestCoresDoNotChangeTheVectors(t *testing.T) {
	x := twoTopics(1500, 2)
	fit := func(cores int) []float32 {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		m, err := embed.Config{Dimensions: 8, Oversample: 4, Iterations: 2, Seed: 3}.Fit(context.Background(), x)
		if err != nil {
			t.Fatal(err)
		}
		return m.Vectors(x)
	}
	if !slices.Equal(fit(1), fit(2)) {
		t.Error("vectors differ between one core and two")
	}
}

func TestDegenerateMatrices(t *testing.T) {
	empty := sparse.NewBuilder(3)
	empty.EndRow()
	empty.EndRow()
	x := empty.Build()
	m, err := embed.Default().Fit(context.Background(), x)
	if err != nil {
		t.Fatalf("rows without terms: %v", err)
	}
	for _, v := range m.Vectors(x) {
		if v != 0 {
			t.Errorf("a row without terms has the vector entry %g", v)
		}
	}
	if _, err := embed.Default().Fit(context.Background(), &sparse.CSR{Cols: 3}); err == nil {
		t.Error("a matrix without rows gave no error")
	}
}

func TestWeighLeavesOutRareAndUbiquitousTerms(t *testing.T) {
	b := sparse.NewBuilder(3)
	for i := range 10 {
		b.Add(0, 1) // everywhere
		if i < 4 {
			b.Add(1, 2)
		}
		if i == 0 {
			b.Add(2, 1) // once
		}
		b.EndRow()
	}
	counts := b.Build()
	columns, weights := embed.Choose(counts, 2, 0.9, 0)
	x := embed.Weighted(counts, columns, weights)
	if x.Cols != 1 {
		t.Fatalf("%d terms are left, want 1", x.Cols)
	}
	for i := range 10 {
		_, v := x.Row(i)
		if i < 4 && (len(v) != 1 || math.Abs(float64(v[0])-1) > 1e-6) || i >= 4 && len(v) != 0 {
			t.Errorf("row %d is %v", i, v)
		}
	}
}
