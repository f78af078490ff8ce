package linear_test

import (
	"context"
	"math"
	"testing"

	"pgregory.net/rapid"

	"psims/models/linear"
)

// TestMemoAddsWhatRowsAdd: a row that is a sum of others has the sum of their scores.
func TestMemoAddsWhatRowsAdd(t *testing.T) {
	x, y := rows(60)
	m, err := linear.Default().Fit(context.Background(), x, y)
	if err != nil {
		t.Fatal(err)
	}
	memo := m.Memo()
	for round := range 2 {
		for i := range x.Rows() {
			memo.Learn(x.Row(i))
		}
		if memo.Len() != x.Rows() {
			t.Fatalf("%d sums are known, want %d", memo.Len(), x.Rows())
		}
		rapid.Check(t, func(t *rapid.T) {
			sums := rapid.SliceOfN(rapid.Int32Range(0, int32(x.Rows()-1)), 0, 8).Draw(t, "sums")
			shares := make([]float32, len(sums))
			dense := make([]float64, x.Cols)
			for e, i := range sums {
				shares[e] = rapid.Float32Range(-2, 2).Draw(t, "share")
				columns, values := x.Row(int(i))
				for k, j := range columns {
					dense[j] += float64(shares[e]) * float64(values[k])
				}
			}
			scratch := m.Scratch()
			got := m.Row(scratch, nil, nil)
			memo.Add(scratch, sums, shares)
			for c := range got {
				want := float64(m.Intercept()[c])
				for j, v := range dense {
					want += v * float64(m.Weight(int32(j), int32(c)))
				}
				if math.Abs(want-float64(got[c])) > 1e-4 {
					t.Fatalf("label %d scores %v, want %v", c, got[c], want)
				}
			}
		})
		if memo.Forget(); memo.Len() != 0 {
			t.Errorf("round %d: %d sums are known after forgetting", round, memo.Len())
		}
	}
}
