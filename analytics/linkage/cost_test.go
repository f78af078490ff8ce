package linkage_test

import (
	"context"
	"fmt"
	"testing"

	"psims/analytics/linkage"
)

// BenchmarkLink shows how cost grows with the events of a fixed number of
// organisations and weeks: the pairs within an organisation's days grow with the
// square, everything else in proportion.
func BenchmarkLink(b *testing.B) {
	for _, n := range []int{30_000, 300_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			events, pairs := invented(b, n, 204)
			in := input(events)
			truth := truthOf(events, pairs, nil)
			events = nil
			b.ReportAllocs()
			b.ResetTimer()
			var r *linkage.Result
			for range b.N {
				var err error
				if r, err = linkage.Link(context.Background(), in, linkage.Default()); err != nil {
					b.Fatal(err)
				}
			}
			b.StopTimer()
			compared, right := 0, 0
			for _, s := range r.Blocks {
				compared += s.Compared
			}
			for p := range named(in, r) {
				if truth[[2]string{min(p[0], p[1]), max(p[0], p[1])}] != "" {
					right++
				}
			}
			b.ReportMetric(float64(compared)/float64(n), "pairs/report")
			b.ReportMetric(float64(right)/float64(len(truth)), "recall")
			b.ReportMetric(float64(right)/float64(max(1, len(r.Pairs))), "precision")
		})
	}
}
