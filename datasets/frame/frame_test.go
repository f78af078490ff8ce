package frame_test

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/datasets/frame"
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

func TestCSV(t *testing.T) {
	var out bytes.Buffer
	if err := sample().WriteCSV(&out); err != nil {
		t.Fatal(err)
	}
	want := "name,n,rate,day,raised\na,1,0.1,1970-01-01,true\n,-2,,,false\n'=1+1,3,1e+300,2024-10-04,true\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestGet(t *testing.T) {
	if v, err := frame.Get[int64](sample(), "n"); err != nil || v[1] != -2 {
		t.Errorf("n: %v, %v", v, err)
	}
	if _, err := frame.Get[string](sample(), "n"); err == nil {
		t.Error("a column of another type gave no error")
	}
	if _, err := frame.Get[string](sample(), "none"); err == nil {
		t.Error("a column that is not there gave no error")
	}
}

func TestReader(t *testing.T) {
	r := sample().Reader()
	names, counts := frame.Take[string](r, "name"), frame.Take[int64](r, "n")
	if r.Err() != nil || len(names) != 3 || counts[2] != 3 {
		t.Errorf("%v, %v: %v", names, counts, r.Err())
	}
	if v := frame.Take[string](r, "none"); v != nil {
		t.Errorf("a column that is not there: %v", v)
	}
	frame.Take[bool](r, "rate")
	if err := r.Err(); err == nil || !strings.Contains(err.Error(), `"none"`) {
		t.Errorf("want the first fault, got %v", err)
	}
}

func TestParts(t *testing.T) {
	for cell, want := range map[string]int{"": 0, "a": 1, "a|b": 2} {
		if got := frame.Parts(cell); len(got) != want {
			t.Errorf("%q has %d parts, want %d", cell, len(got), want)
		}
	}
}
