package crosswalk

import (
	"fmt"
	"math"
	"slices"
)

// Disagreement checks a crosswalk without any event coded twice: back is the one
// learnt the other way round, from narratives of the new scheme by a classifier of
// the old one. Both say how many events there are of each pair of codes, given the
// counts of the a old codes. For each old code out comes the part of its events, 0 to
// 1, that the two place differently; 0 where the count is 0.
//
// A large part says that one direction, or both, rests on an assumption that does
// not hold, or that the mix of events changed between the systems.
//
// Panics unless back's codes are this table's, turned round, and there is a count for every old code.
func (t *Table) Disagreement(back *Table, counts []int32) []float64 {
	a, b := len(t.From), len(t.To)
	if !slices.Equal(t.From, back.To) || !slices.Equal(t.To, back.From) || len(counts) != a {
		panic(fmt.Sprintf("crosswalk: a table of %d×%d codes against one of %d×%d, %d counts", a, b, len(back.From), len(back.To), len(counts)))
	}
	new := make([]float64, b)
	for i, n := range counts {
		for j := range new {
			new[j] += float64(n) * t.Share[i*b+j]
		}
	}
	out := make([]float64, a)
	for i, n := range counts {
		if n == 0 {
			continue
		}
		there := 0.0
		for j := range new {
			there += math.Abs(float64(n)*t.Share[i*b+j] - new[j]*back.Share[j*a+i])
		}
		out[i] = math.Min(1, there/2/float64(n))
	}
	return out
}
