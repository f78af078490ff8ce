package theme_test

import (
	"cmp"
	"context"
	"slices"
	"testing"

	"psims/models/embed"
	"psims/nlp/sparse"
)

// BenchmarkNeighbours finds the ten reports most like one, among all, in three ways:
// by the whole inverted index (exact), by that of rare terms with exact products for
// what shares one, and by all vectors of the space. It gives milliseconds a query and
// the share of the exact ten that each finds; it is why there is no index of
// approximate nearest neighbours (docs/methods/themes.md).
func BenchmarkNeighbours(b *testing.B) {
	l, _, _ := invented(b, 300_000, 1)
	columns, weights := embed.Choose(l.Counts, 5, 0.3, 0)
	x := embed.Weighted(l.Counts, columns, weights)
	n := x.Rows()
	postings := x.Transpose()
	var queries []int32
	for k := range 50 {
		queries = append(queries, int32(k*n/50))
	}
	ten := func(scores []float32) []int32 {
		var best []int32
		for i, s := range scores {
			if len(best) == 10 && s <= scores[best[9]] {
				continue
			}
			at, _ := slices.BinarySearchFunc(best, s, func(j int32, s float32) int { return cmp.Compare(s, scores[j]) })
			if best = slices.Insert(best, at, int32(i)); len(best) > 10 {
				best = best[:10]
			}
		}
		return best
	}
	scores := make([]float32, n)
	byPostings := func(q int32, most int) {
		clear(scores)
		columns, values := x.Row(int(q))
		for k, j := range columns {
			rows, weights := postings.Row(int(j))
			if len(rows) > most {
				continue
			}
			for e, i := range rows {
				scores[i] += values[k] * weights[e]
			}
		}
	}
	exact := map[int32][]int32{}
	for _, q := range queries {
		byPostings(q, n)
		exact[q] = ten(scores)
	}
	run := func(name string, find func(q int32) []int32) {
		b.Run(name, func(b *testing.B) {
			hits := 0
			for b.Loop() {
				began := processor()
				hits = 0
				for _, q := range queries {
					for _, i := range find(q) {
						if slices.Contains(exact[q], i) {
							hits++
						}
					}
				}
				b.ReportMetric((processor()-began)*1000/float64(len(queries)), "cpu-ms/query")
				b.ReportMetric(float64(hits)/float64(10*len(queries)), "found")
			}
		})
	}
	run("inverted index", func(q int32) []int32 { byPostings(q, n); return ten(scores) })
	run("rare terms and exact re-rank", func(q int32) []int32 {
		byPostings(q, n/500)
		qc, qv := x.Row(int(q))
		for i, s := range scores {
			if s > 0 {
				c, v := x.Row(i)
				scores[i] = sparse.DotRows(qc, qv, c, v)
			}
		}
		return ten(scores)
	})
	columns, weights = embed.Choose(l.Counts, 5, 0.3, 20_000)
	spaced := embed.Weighted(l.Counts, columns, weights)
	model, err := embed.Default().Fit(context.Background(), spaced.Slice(0, 20_000))
	if err != nil {
		b.Fatal(err)
	}
	vectors, d := model.Vectors(spaced), model.Dimensions()
	run("all vectors", func(q int32) []int32 {
		// One dot product a report; as fast as plain Go has it.
		for i := range n {
			scores[i] = sparse.DotDense(vectors[i*d:(i+1)*d], vectors[int(q)*d:(int(q)+1)*d])
		}
		return ten(scores)
	})
}
