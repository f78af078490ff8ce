package theme_test

import (
	"context"
	"fmt"
	"testing"

	"psims/models/theme"
)

// BenchmarkAssign assigns invented reports to some 120 themes; the rate is of
// narratives, on as many cores as there are.
func BenchmarkAssign(b *testing.B) {
	l, _, _ := invented(b, 30_000, 1)
	c := theme.Default()
	l.Day = l.Reported[len(l.Reported)-1] / 28 * 28
	a, err := c.Next(context.Background(), nil, l)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		a.Assign(l.Terms, l.Counts)
	}
	b.ReportMetric(float64(l.Counts.Rows())*float64(b.N)/b.Elapsed().Seconds(), "narratives/s")
}

// BenchmarkNext makes one atlas from the one before, within one vector space.
func BenchmarkNext(b *testing.B) {
	l, _, _ := invented(b, 30_000, 1)
	c := theme.Default()
	last := l.Reported[len(l.Reported)-1] / 28 * 28
	l.Day = last - 28
	a, err := c.Next(context.Background(), nil, l)
	if err != nil {
		b.Fatal(err)
	}
	l.Day = last
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Next(context.Background(), a, l); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkChain makes the whole chain, as on a first night, then assigns all
// reports; in processor seconds, whatever else the machine does.
func BenchmarkChain(b *testing.B) {
	for _, events := range []int{30_000, 300_000} {
		b.Run(fmt.Sprint(events), func(b *testing.B) {
			l, _, _ := invented(b, events, 1)
			c := theme.Default()
			for b.Loop() {
				began := processor()
				atlases := chain(b, c, l, l.Reported[len(l.Reported)-1])
				made := processor()
				a := atlases[len(atlases)-1]
				a.Assign(l.Terms, l.Counts)
				b.ReportMetric(float64(len(atlases)), "atlases")
				b.ReportMetric(float64(len(a.Themes)), "themes")
				b.ReportMetric(made-began, "cpu-s/chain")
				b.ReportMetric(float64(l.Counts.Rows())/(processor()-made), "narratives/cpu-s")
				b.ReportMetric(float64(len(encoded(b, a)))/1e6, "MB/atlas")
			}
		})
	}
}
