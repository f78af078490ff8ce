package embed

import (
	"math"

	"psims/nlp/sparse"
)

// Weigh turns n×v term counts into unit rows of (1 + ln count)·(1 + ln(n/df)),
// leaving out terms that fewer than minDocuments or more than maxShare of the
// documents hold: a term of two documents relates nothing, and one that stands
// everywhere tells nothing apart.
//
// Source: Salton & Buckley (1988), Term-weighting approaches in automatic text
// retrieval.
func Weigh(counts *sparse.CSR, minDocuments int, maxShare float64) *sparse.CSR {
	df := make([]int32, counts.Cols)
	counts.ColumnCounts(df)
	n := float64(counts.Rows())
	to := make([]int32, counts.Cols)
	var weights []float32
	for j, d := range df {
		to[j] = -1
		if int(d) >= minDocuments && float64(d) <= maxShare*n {
			to[j] = int32(len(weights))
			weights = append(weights, float32(1+math.Log(n/float64(d))))
		}
	}
	x := counts.SelectColumns(to, len(weights))
	for k, v := range x.Values {
		x.Values[k] = float32(1 + math.Log(float64(v)))
	}
	x.ScaleColumns(weights)
	x.NormaliseRows()
	return x
}
