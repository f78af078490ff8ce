package theme_test

import (
	"context"
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
