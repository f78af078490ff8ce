package disproportion_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"psims/analytics/disproportion"
	"psims/analytics/signal"
)

// linked makes a complete table of 200 × 100 pairs of which one in fifty is seen
// four times as often as expected, and tells which.
func linked(seed uint64) (*disproportion.Table, []bool) {
	rng := rand.New(rand.NewPCG(seed, 0))
	const total = 100_000
	table := &disproportion.Table{Possible: 200 * 100, Complete: true}
	var link []bool
	for i := range table.Possible {
		row, col := int(100*math.Exp(3*rng.Float64())), int(100*math.Exp(3*rng.Float64()))
		is, mean := rng.IntN(50) == 0, float64(row)*float64(col)/total
		if is {
			mean *= 4
		}
		a := min(poisson(rng, mean), row, col)
		c := disproportion.Cell{Row: int32(i / 100), Col: int32(i % 100), A: a, B: row - a, C: col - a, D: total - row - col + a}
		c.Expected = c.Independent()
		table.Cells, link = append(table.Cells, c), append(link, is)
	}
	return table, link
}

// The default keeps the false discovery rate it names, which the usual rule for the
// PRR (at least 2, χ² at least 4, 3 events) does not, nor IC025 above 0.
func TestDefaultKeepsItsFalseDiscoveryRate(t *testing.T) {
	rules := []struct {
		name string
		rule func(p disproportion.Pair) bool
	}{
		{"PRR ≥ 2, χ² ≥ 4, 3 events", func(p disproportion.Pair) bool { return p.A >= 3 && p.PRR.Value >= 2 && p.ChiYates >= 4 }},
		{"ROR lower limit > 1, 3 events", func(p disproportion.Pair) bool { return p.A >= 3 && p.ROR.Lo > 1 }},
		{"IC025 > 0", func(p disproportion.Pair) bool { return p.IC.Lo > 0 }},
		{"EB05 ≥ 2", func(p disproportion.Pair) bool { return p.EBGM.Lo >= 2 }},
		{"q ≤ 0.05", func(p disproportion.Pair) bool { return p.Q <= 0.05 }},
		{"default", func(p disproportion.Pair) bool { return p.Status == signal.Raised }},
	}
	found, wrong, links := make([]float64, len(rules)), make([]float64, len(rules)), 0.0
	for seed := range uint64(5) {
		table, link := linked(seed)
		pairs, fit := table.Judge(disproportion.Default())
		if fit.Status == disproportion.NotConverged || fit.Status == disproportion.TooFew {
			t.Errorf("the prior is %v", fit.Status)
		}
		for i, p := range pairs {
			if link[i] {
				links++
			}
			for k, r := range rules {
				switch hit := r.rule(p); {
				case hit && link[i]:
					found[k]++
				case hit:
					wrong[k]++
				}
			}
		}
	}
	for k, r := range rules {
		t.Logf("%-30s finds %4.1f %% of the links; %4.1f %% of what it raises is false", r.name, 100*found[k]/links, 100*wrong[k]/(found[k]+wrong[k]))
	}
	last := len(rules) - 1
	if rate := wrong[last] / (wrong[last] + found[last]); rate > 0.05 || found[last]/links < 0.25 {
		t.Errorf("%v of what the default raises is false; it finds %v of the links", rate, found[last]/links)
	}
}
