package series_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"psims/datasets/plain"
	"psims/datasets/series"
)

func ExampleRead() {
	in := "week,series,observed\n1,falls,3\n1,delays,5\n2,falls,\n3,falls,4\n"
	all, err := series.Read(strings.NewReader(in), "in.csv", "week", "observed")
	if err != nil {
		fmt.Println(err)
	}
	for _, s := range all {
		fmt.Println(s.Name, s.Index, s.Values, s.From(2))
	}
	// Output:
	// falls [1 2 3] [3 NaN 4] 1
	// delays [1] [5] 1
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	for in, says := range map[string]string{
		"":                                `reading series "in.csv": EOF; want a header with series, week, observed`,
		"series,weak,observed\na,1,x\n":   `reading series "in.csv": there is no column "week"; did you mean "weak"?`,
		"series,week,observed\na,1,x\n":   `reading series "in.csv", line 2: observed is "x", which is no number; leave it empty when there is none`,
		"series,week,observed\na,1,3,4\n": "wrong number of fields",
	} {
		_, err := series.Read(strings.NewReader(in), "in.csv", "week", "observed")
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %s", in, err, says)
		}
		if _, missing := errors.AsType[*plain.ColumnError](err); missing != strings.Contains(in, "weak") {
			t.Errorf("%q: a missing column is told as %v", in, missing)
		}
	}
}

func FuzzSeries(f *testing.F) {
	f.Add([]byte("series,week,observed\na,1,3\na,2,\nb,1,NA\n"))
	f.Add([]byte("\ufeffobserved,series,week\n1e3,\"x\ny\",7\n"))
	f.Add([]byte("series,week\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		all, err := series.Read(bytes.NewReader(text), "in.csv", "week", "observed")
		if err != nil {
			return
		}
		for _, s := range all {
			if len(s.Index) != len(s.Values) || len(s.Values) == 0 {
				t.Fatalf("series %q has %d indices and %d values", s.Name, len(s.Index), len(s.Values))
			}
		}
	})
}
