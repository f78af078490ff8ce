package embed

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"psims/nlp/sparse"
)

// Choose gives the columns of counts, ascending, whose terms at least minDocuments
// and at most maxShare of the n documents hold, and the weight 1 + ln(n/df) of
// each. Of more than most such terms those in the most documents are kept, the
// first of equals; most 0 keeps all.
func Choose(counts *sparse.CSR, minDocuments int, maxShare float64, most int) (columns []int32, weights []float32) {
	df := make([]int32, counts.Cols)
	counts.ColumnCounts(df)
	n := float64(counts.Rows())
	for j, d := range df {
		if int(d) >= max(1, minDocuments) && float64(d) <= maxShare*n {
			columns = append(columns, int32(j))
		}
	}
	if most > 0 && len(columns) > most {
		slices.SortStableFunc(columns, func(a, b int32) int { return cmp.Compare(df[b], df[a]) })
		columns = columns[:most:most]
		slices.Sort(columns)
	}
	for _, j := range columns {
		weights = append(weights, float32(1+math.Log(n/float64(df[j]))))
	}
	return columns, weights
}

// Weighted gives the unit rows of the chosen columns of counts, with (1 + ln count)
// times its weight for each term. Panics unless there is a weight for each column.
//
// Source: Salton & Buckley (1988), Term-weighting approaches in automatic text
// retrieval.
func Weighted(counts *sparse.CSR, columns []int32, weights []float32) *sparse.CSR {
	if len(columns) != len(weights) {
		panic(fmt.Sprintf("embed: %d weights for %d columns", len(weights), len(columns)))
	}
	to := make([]int32, counts.Cols)
	for j := range to {
		to[j] = -1
	}
	for k, j := range columns {
		to[j] = int32(k)
	}
	x := counts.SelectColumns(to, len(columns))
	for k, v := range x.Values {
		x.Values[k] = float32(1 + math.Log(float64(v)))
	}
	x.ScaleColumns(weights)
	x.NormaliseRows()
	return x
}
