package features_test

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"os"
	"testing"
	"time"

	"psims/nlp/features"
)

// miners reads the narratives of the public mine accident file, if it is there.
func miners(tb testing.TB) []string {
	tb.Helper()
	f, err := os.Open("../../../shared/data/msha/msha_2010_2012.csv.gz")
	if err != nil {
		tb.Skip("the mine accident file is not on this machine")
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	texts := make([]string, 0, len(rows))
	for _, r := range rows[1:] {
		texts = append(texts, r[6])
	}
	return texts
}

func BenchmarkCount(b *testing.B) {
	texts := miners(b)
	b.ReportAllocs()
	start := time.Now()
	for b.Loop() {
		if _, _, err := features.Count(context.Background(), texts, features.DefaultCount()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(texts))/time.Since(start).Seconds(), "texts/s")
}
