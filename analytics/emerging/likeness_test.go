package emerging_test

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/analytics/emerging"
	"psims/datasets/incident"
)

// Likeness is the cosine, and the same to the byte whatever else is asked for with it.
func TestLikenessStandsByItself(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 2))
	s := stream(append(background(rng, 60, 150), theme(rng, 56, 4, 12, func() int32 { return int32(1 + rng.IntN(20)) })...))
	se, err := emerging.NewSearcher(s, emerging.Default())
	if err != nil {
		t.Fatal(err)
	}
	asOf := start + incident.Day(7*60-1)
	n := int32(len(s.Day))
	groups := [][]int32{{0, 5, 9}, {n - 3, n - 2, n - 1}, {4, n / 2, n - 40}, {n / 3, n/3 + 1}, {17, 18, 19}, {n - 9}, {2, 3}, {n - 70, n - 60, n - 50, n - 30}}
	together, single, defined := se.LikenessOf(groups, asOf)
	if diff := cmp.Diff(single, together); diff != "" {
		t.Errorf("asked for together (-single +together):\n%s", diff)
	}
	alike := 0
	for k := range groups {
		for i, want := range defined[k] {
			if want > 0 {
				alike++
			}
			if got := together[k][i]; math.Abs(got-want) > 1e-6 && math.Abs(want-0.05) > 1e-6 {
				t.Fatalf("group %d, report %d: likeness %v, want %v", k, i, got, want)
			}
		}
	}
	if alike < 100 {
		t.Errorf("only %d likenesses were compared", alike)
	}
}

// The kernel adds up to the same bits as plain code, to no other report's sum, and goes
// through as many postings.
func TestKernel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from, size := rapid.IntRange(0, 100).Draw(t, "from"), rapid.IntRange(1, 40).Draw(t, "size")
		rows := rapid.SliceOfNDistinct(rapid.Int32Range(int32(from), int32(from+60)), 0, 50, rapid.ID[int32]).Draw(t, "rows")
		slices.Sort(rows)
		times := make([]uint8, len(rows))
		var weights [8]float64
		for i := range times {
			times[i] = rapid.Uint8().Draw(t, "times")
		}
		for l := range weights {
			weights[l] = rapid.Float64Range(0, 30).Draw(t, "weight")
		}
		plain, fast, wentPlain, wentFast := emerging.AddBoth(rows, times, weights, from, size)
		if fast == nil {
			return
		}
		if !slices.Equal(plain, fast) || wentPlain != wentFast {
			t.Fatalf("%d postings gone through, want %d: sums\n%v\nwant\n%v", wentFast, wentPlain, fast, plain)
		}
	})
}

// The index lists each term's reports in order, on any number of cores.
func TestPostings(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	rapid.Check(t, func(t *rapid.T) {
		runtime.GOMAXPROCS(rapid.IntRange(1, 5).Draw(t, "cores"))
		s := planted(rapid.Uint64().Draw(t, "seed"))
		n, least := rapid.IntRange(0, len(s.Day)).Draw(t, "reports"), rapid.IntRange(1, 9).Draw(t, "least")
		s = &emerging.Stream{Terms: s.Terms.Slice(0, n), Day: s.Day[:n], Organisation: s.Organisation[:n]}
		rows, times := s.Postings(least)
		for j := range s.Terms.Cols {
			var holding []int32
			var often []uint8
			for i := range n {
				if v := s.Terms.At(i, int32(j)); v > 0 {
					holding, often = append(holding, int32(i)), append(often, uint8(v))
				}
			}
			if len(holding) < least {
				holding, often = nil, nil
			}
			if !slices.Equal(rows[j], holding) || !slices.Equal(times[j], often) {
				t.Fatalf("term %d: reports %v, %v times; want %v, %v", j, rows[j], times[j], holding, often)
			}
		}
	})
}
