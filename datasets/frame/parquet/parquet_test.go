package parquet_test

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"psims/datasets/frame"
	"psims/datasets/frame/parquet"
	"psims/datasets/incident"
)

func sample() *frame.Frame {
	return frame.New("sample",
		frame.Column{Name: "name", Doc: "Who.", Values: []string{"a", "", "=1+1"}},
		frame.Column{Name: "n", Doc: "How many.", Values: []int64{1, -2, 3}},
		frame.Column{Name: "rate", Doc: "How often.", Values: []float64{0.1, math.NaN(), 1e300}},
		frame.Column{Name: "day", Doc: "When.", Values: []incident.Day{0, incident.NoDay, 20000}},
		frame.Column{Name: "raised", Doc: "Whether.", Values: []bool{true, false, true}},
	)
}

func TestReadsBackTheSame(t *testing.T) {
	var a, b bytes.Buffer
	if err := parquet.Write(&a, sample()); err != nil {
		t.Fatal(err)
	}
	if err := parquet.Write(&b, sample()); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the same table gave other bytes")
	}
	path := filepath.Join(t.TempDir(), "sample.parquet")
	if err := os.WriteFile(path, a.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := parquet.Read("sample", path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample(), got, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
