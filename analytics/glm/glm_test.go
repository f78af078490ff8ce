package glm_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"psims/analytics/glm"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// near compares with what a few more iterations or another order of sums may change.
var near = cmpopts.EquateApprox(1e-9, 1e-9)

// dobson is the randomised controlled trial of Dobson (1990), page 93: counts by
// outcome (columns 1 and 2 against the first) and treatment (3 and 4).
func dobson() glm.Problem {
	p := glm.Problem{Y: []float64{18, 17, 15, 20, 10, 20, 25, 13, 12}}
	for i := range p.Y {
		row := make([]float64, 5)
		row[0] = 1
		if o := i % 3; o > 0 {
			row[o] = 1
		}
		if t := i / 3; t > 0 {
			row[2+t] = 1
		}
		p.X = append(p.X, row...)
	}
	return p
}

func ExampleWorkspace_Fit() {
	var w glm.Workspace
	f := w.Fit(dobson())
	fmt.Printf("deviance %.4f on %d, outcome 2 %.4f (se %.4f)\n", f.Deviance, f.DF, f.Coef[1], f.SE([]float64{0, 1, 0, 0, 0}))
	// Output: deviance 5.1291 on 4, outcome 2 -0.4543 (se 0.2022)
}

func TestFitKnownAnswers(t *testing.T) {
	cases := []struct {
		name string
		p    glm.Problem
		coef []float64
		why  string
	}{
		{"one mean", glm.Problem{X: []float64{1, 1, 1, 1}, Y: []float64{2, 4, 6, 8}}, []float64{math.Log(5)}, "the mean of the counts"},
		{"weighted mean", glm.Problem{X: []float64{1, 1}, Y: []float64{2, 8}, Weight: []float64{3, 1}}, []float64{math.Log(3.5)}, "(3·2 + 8)/4"},
		{"exposure as offset", glm.Problem{X: []float64{1, 1}, Y: []float64{3, 9}, Offset: []float64{math.Log(1), math.Log(5)}}, []float64{math.Log(2)}, "12 events in 6 units of exposure"},
		{"a column twice", glm.Problem{X: []float64{1, 1, 1, 1, 1, 1}, Y: []float64{2, 4, 6}}, []float64{math.Log(4), 0}, "the second copy is set aside"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var w glm.Workspace
			f := w.Fit(c.p)
			if !f.Converged {
				t.Fatal("did not converge")
			}
			if d := cmp.Diff(c.coef, f.Coef, near); d != "" {
				t.Errorf("%s: %s", c.why, d)
			}
		})
	}
}

func TestFitOfZerosDrifts(t *testing.T) {
	// R's glm, too, walks the log mean down by one an iteration and gives up after 25.
	var w glm.Workspace
	x, y := make([]float64, 300), make([]float64, 300)
	for i := range x {
		x[i] = 1
	}
	f := w.Fit(glm.Problem{X: x, Y: y})
	if f.Converged || f.Iterations != glm.MaxIterations || f.Coef[0] > -20 {
		t.Errorf("converged %v after %d iterations at %v", f.Converged, f.Iterations, f.Coef[0])
	}
}

func TestFitPanicsOnShapes(t *testing.T) {
	var w glm.Workspace
	for name, p := range map[string]glm.Problem{
		"nothing":          {},
		"ragged design":    {X: []float64{1, 2, 3}, Y: []float64{1, 2}},
		"too few weights":  {X: []float64{1, 2}, Y: []float64{1, 2}, Weight: []float64{1}},
		"too many offsets": {X: []float64{1, 2}, Y: []float64{1, 2}, Offset: []float64{1, 2, 3}},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			w.Fit(p)
		})
	}
}

// factorProblem draws counts in time order, the groups in turn, or by weeks of the
// year as Farrington's reference weeks are, with few weeks missing or set down.
func factorProblem(t *rapid.T) (y, weight []float64, group []uint8, time []int32, groups int) {
	groups = rapid.IntRange(1, 6).Draw(t, "groups")
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	level := rapid.Float64Range(3, 60).Draw(t, "level")
	add := func(g int, at int32, w float64) {
		y = append(y, 1+math.Floor(level*(1+float64(g))*rng.ExpFloat64()))
		weight = append(weight, w)
		group, time = append(group, uint8(g)), append(time, at)
	}
	at := int32(rng.IntN(500))
	if rapid.Bool().Draw(t, "by weeks of the year") {
		years, weeks := rapid.IntRange(3, 7).Draw(t, "years"), rapid.IntRange(2, 5).Draw(t, "weeks a group")
		missing, common := rapid.Float64Range(0, 0.1).Draw(t, "missing"), 0.5+rng.Float64()
		for k := range weeks * groups {
			for j := range years {
				w := common
				if rng.Float64() < 0.05 {
					w *= 0.1
				}
				if j == 0 || rng.Float64() >= missing {
					add(k/weeks, at+int32(k+52*j), w)
				}
			}
		}
		return y, weight, group, time, groups
	}
	for i := range rapid.IntRange(2*groups+3, 90).Draw(t, "n") {
		at += 1 + int32(rng.IntN(2))
		add(i%groups, at, 0.05+rng.Float64())
	}
	return y, weight, group, time, groups
}

func TestFactorAgreesWithWorkspace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y, weight, group, time, groups := factorProblem(t)
		trend := rapid.Bool().Draw(t, "trend")
		cols := groups
		if trend {
			cols++
		}
		x := make([]float64, len(y)*cols)
		for i := range y {
			x[i*cols+int(group[i])] = 1
			if trend {
				x[i*cols+groups] = float64(time[i] - time[0])
			}
		}
		var offset []float64
		if rapid.Bool().Draw(t, "offsets") {
			for range y {
				offset = append(offset, rapid.Float64Range(-1, 1).Draw(t, "offset"))
			}
		}
		var w glm.Workspace
		want := w.Fit(glm.Problem{X: x, Y: y, Weight: weight, Offset: offset})
		var f glm.Factor
		if rapid.Bool().Draw(t, "after the week before") {
			before := slices.Clone(time)
			for i := range before {
				before[i]--
			}
			f.Load(y, group, before, groups)
			f.Fit(nil, trend)
		}
		f.Load(y, group, time, groups)
		f.Offset(offset)
		got := f.Fit(weight, trend)
		if got.Converged != want.Converged || got.Iterations != want.Iterations || got.Rank != want.Rank || got.DF != want.DF {
			t.Fatalf("got %+v, want converged %v after %d, rank %d, df %d", got, want.Converged, want.Iterations, want.Rank, want.DF)
		}
		loose := cmpopts.EquateApprox(1e-7, 1e-9)
		if d := cmp.Diff(want.Mean, f.Mean(), loose); d != "" {
			t.Fatalf("means: %s", d)
		}
		if d := cmp.Diff([]float64{want.Deviance, want.Dispersion()}, []float64{got.Deviance, got.Dispersion()}, loose); d != "" {
			t.Fatalf("deviance and dispersion: %s", d)
		}
		hat := make([]float64, len(y))
		for i := range hat {
			hat[i] = f.Hat(i)
		}
		if d := cmp.Diff(want.Hat, hat, loose); d != "" {
			t.Fatalf("leverages: %s", d)
		}
		row := make([]float64, cols)
		g, ahead := groups-1, time[len(time)-1]+9
		row[g] = 1
		if trend {
			row[groups] = float64(ahead - time[0])
		}
		if _, se := f.Predict(uint8(g), ahead); math.Abs(se-want.SE(row)) > 1e-7*se {
			t.Fatalf("standard error %v, want %v", se, want.SE(row))
		}
	})
}

func TestFactorOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y, weight, group, time, groups := factorProblem(t)
		var a, b glm.Factor
		a.Load(y, group, time, groups)
		a.Fit(weight, true)
		order := rand.New(rand.NewPCG(uint64(len(y)), 2)).Perm(len(y))
		y2, w2, g2, t2 := make([]float64, len(y)), make([]float64, len(y)), make([]uint8, len(y)), make([]int32, len(y))
		for to, from := range order {
			y2[to], w2[to], g2[to], t2[to] = y[from], weight[from], group[from], time[from]
		}
		b.Load(y2, g2, t2, groups)
		b.Fit(w2, true)
		for to, from := range order {
			// A mean far below one event in the whole series is still on its way down.
			if math.Abs(a.Mean()[from]-b.Mean()[to]) > 1e-7*a.Mean()[from]+1e-9 {
				t.Fatalf("mean %v, and %v in another order", a.Mean()[from], b.Mean()[to])
			}
		}
	})
}

func TestFactorWithoutRoomForTrend(t *testing.T) {
	// Every group has a single time, so a slope can't be told from the levels.
	var f glm.Factor
	f.Load([]float64{1, 3, 9, 2}, []uint8{0, 1, 2, 1}, []int32{5, 6, 7, 6}, 4)
	fit := f.Fit(nil, true)
	if fit.Trend || fit.Rank != 3 {
		t.Errorf("trend %v, rank %d", fit.Trend, fit.Rank)
	}
	if eta, _ := f.Predict(3, 8); !math.IsNaN(eta) {
		t.Errorf("a group without observations has log mean %v", eta)
	}
}

func TestFitsDoNotAllocate(t *testing.T) {
	p := dobson()
	var w glm.Workspace
	w.Fit(p)
	if n := testing.AllocsPerRun(20, func() { w.Fit(p) }); n != 0 {
		t.Errorf("Workspace.Fit makes %v allocations", n)
	}
	y, group, time := make([]float64, 237), make([]uint8, 237), make([]int32, 237)
	for i := range y {
		y[i], group[i], time[i] = float64(i*7%11), uint8(i%10), int32(i)
	}
	var f glm.Factor
	f.Load(y, group, time, 10)
	f.Fit(nil, true)
	if n := testing.AllocsPerRun(20, func() { f.Load(y, group, time, 10); f.Fit(nil, true) }); n != 0 {
		t.Errorf("Factor.Fit makes %v allocations", n)
	}
}

func BenchmarkFactor(b *testing.B) {
	y, group, time := make([]float64, 237), make([]uint8, 237), make([]int32, 237)
	for i := range y {
		y[i], group[i], time[i] = float64(i*7%11), uint8(i/24), int32(i)
	}
	var f glm.Factor
	b.ReportAllocs()
	for b.Loop() {
		f.Load(y, group, time, 10)
		f.Fit(nil, true)
	}
}
