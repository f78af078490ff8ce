package parquet_test

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strconv"
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

// A table of more rows than are laid out at a time reads back whole, and by column; a
// column of codes reads back as its names.
func TestLongTables(t *testing.T) {
	const rows = 3*65_536 + 7
	name := func(i int) string { return []string{"", "Zanetor", "Ω ward", "a"}[i*i%7%4] }
	id, n, day, rate := make([]string, rows), make([]int64, rows), make([]incident.Day, rows), make([]float64, rows)
	for i := range rows {
		id[i], n[i], day[i], rate[i] = strconv.Itoa(i), int64(i), incident.Day(i%999), math.NaN()
	}
	table := func(name any) *frame.Frame {
		return frame.New("long",
			frame.Column{Name: "id", Values: id}, frame.Column{Name: "name", Values: name}, frame.Column{Name: "n", Values: n},
			frame.Column{Name: "day", Values: day}, frame.Column{Name: "rate", Values: rate})
	}
	coded := incident.Spelt(rows, name)
	spelt := make([]string, rows)
	for i := range spelt {
		spelt[i] = name(i)
	}
	path := filepath.Join(t.TempDir(), "long.parquet")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(parquet.Write(f, table(coded)), f.Close()); err != nil {
		t.Fatal(err)
	}
	got, err := parquet.Read("long", path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(table(spelt), got, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	some, err := parquet.Read("long", path, "day", "name")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]frame.Column{table(spelt).Columns[1], table(spelt).Columns[3]}, some.Columns); diff != "" {
		t.Errorf("two columns (-want +got):\n%s", diff)
	}
	if _, err := parquet.Read("long", path, "name", "nowhere"); err == nil {
		t.Error("a column that is not there was read")
	}
}

func TestTableWithoutRows(t *testing.T) {
	want := frame.New("none", frame.Column{Name: "id", Values: []string{}}, frame.Column{Name: "n", Values: []int64{}})
	path := filepath.Join(t.TempDir(), "none.parquet")
	var b bytes.Buffer
	if err := parquet.Write(&b, want); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := parquet.Read("none", path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
