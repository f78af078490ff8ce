package outbreak_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"psims/analytics/outbreak"
)

// Each series is judged as by itself, in its place; what a predictive detector learns
// is learnt from all of them together.
func TestJudgeSeveral(t *testing.T) {
	var series [][]float64
	var from []int
	for k := range 40 {
		s := make([]float64, 120)
		for i := range s {
			s[i] = float64((i*(k+3))%7 + k%5)
		}
		series, from = append(series, s), append(from, 100+k%4)
	}
	d := outbreak.DefaultEARS(1)
	want := make([][]outbreak.Week, len(series))
	for k := range series {
		want[k] = d.Weeks(series[k], from[k])
	}
	if diff := cmp.Diff(want, outbreak.Judge(d, series, from), cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("together they are judged otherwise (-want +got):\n%s", diff)
	}
	p := outbreak.DefaultPredictive()
	got := outbreak.Judge(p, series, from)
	p.Prior = outbreak.Learn(series, from[0], p)
	if diff := cmp.Diff(p.Weeks(series[7], from[7]), got[7], cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("not judged by what all have in common (-want +got):\n%s", diff)
	}
	if got := outbreak.Judge(p, nil, nil); len(got) != 0 {
		t.Errorf("of no series, %v", got)
	}
}
