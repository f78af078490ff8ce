package evaluate_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"psims/models/evaluate"
	"psims/models/label"
)

var near = cmpopts.EquateApprox(0, 1e-9)

func single(t testing.TB, truth *label.Table, predicted []int32, p []float32) *evaluate.Report {
	t.Helper()
	r, err := evaluate.Single(truth, predicted, p, evaluate.Default())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSingle(t *testing.T) {
	// a is right twice of three and said once in vain; c is new to the model.
	truth := label.Of([]string{"a", "b", "c", "nowhere"}, []int32{0, 0, 0, 1, 2, -1})
	predicted := []int32{0, 0, 1, 1, 0, 0}
	p := []float32{.9, .1, .8, .2, .4, .6, .3, .7, .6, .4, 1, 0}
	r := single(t, truth, predicted, p)
	want := []evaluate.Class{
		{Name: "a", Support: 3, Predicted: 3, Precision: 2. / 3, Recall: 2. / 3, F1: 2. / 3, RecallInterval: evaluate.Wilson(2, 3), Status: evaluate.TooFew},
		{Name: "b", Support: 1, Predicted: 2, Precision: .5, Recall: 1, F1: 2. / 3, RecallInterval: evaluate.Wilson(1, 1), Status: evaluate.TooFew},
		{Name: "c", Support: 1, RecallInterval: evaluate.Wilson(0, 1), Status: evaluate.TooFew},
		{Name: "nowhere", RecallInterval: [2]float64{0, 1}, Status: evaluate.NoneThere},
	}
	if diff := cmp.Diff(want, r.Classes, near); diff != "" {
		t.Errorf("classes:\n%s", diff)
	}
	logLoss := -(math.Log(.9) + math.Log(.8) + math.Log(.4) + math.Log(.7) + math.Log(1e-6)) / 5
	got := []float64{r.Accuracy, r.MicroF1, r.MacroF1, r.WeightedF1, r.Majority, r.LogLoss, r.ECE}
	// Bins of a fifteenth: .9 and .8 and .7 by themselves, the two of .6 (one right of none) together.
	ece := (math.Abs(1-.9) + math.Abs(1-.8) + math.Abs(1-.7) + math.Abs(0-1.2)) / 5
	if diff := cmp.Diff([]float64{.6, .6, 4. / 9, 8. / 15, .6, logLoss, ece}, got, cmpopts.EquateApprox(0, 1e-6)); diff != "" {
		t.Errorf("accuracy, micro, macro, weighted, majority, log loss, ECE:\n%s", diff)
	}
	if r.Rows != 5 {
		t.Errorf("%d rows", r.Rows)
	}
	if diff := cmp.Diff([]evaluate.Confusion{{"a", "b", 1}, {"c", "a", 1}}, r.Confusions); diff != "" {
		t.Errorf("confusions:\n%s", diff)
	}
	if r.AccuracyInterval[0] > r.Accuracy || r.AccuracyInterval[1] < r.Accuracy {
		t.Errorf("interval %v", r.AccuracyInterval)
	}
}

func TestReportsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "rows")
		truth := rapid.SliceOfN(rapid.Int32Range(0, 3), n, n).Draw(t, "truth")
		predicted := rapid.SliceOfN(rapid.Int32Range(0, 3), n, n).Draw(t, "predicted")
		names := []string{"a", "b", "c", "d"}
		r, err := evaluate.Single(label.Of(names, truth), predicted, nil, evaluate.Config{Bins: 10, Resamples: 50, Seed: 1, Pairs: 100})
		if err != nil {
			t.Fatal(err)
		}
		wrong := 0
		for _, c := range r.Confusions {
			wrong += c.Rows
		}
		if math.Abs(1-float64(wrong)/float64(n)-r.Accuracy) > 1e-9 {
			t.Fatalf("accuracy %v with %d of %d confused", r.Accuracy, wrong, n)
		}
		sets := make([][]int32, n)
		others := make([][]int32, n)
		for i := range n {
			sets[i], others[i] = truth[i:i+1], predicted[i:i+1]
		}
		m, err := evaluate.Multi(label.OfSets(names, sets), label.OfSets(names, others))
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(m.MicroF1-r.Accuracy) > 1e-9 || math.Abs(m.Exact-r.Accuracy) > 1e-9 || math.Abs(m.Weighted-r.WeightedF1) > 1e-9 {
			t.Fatalf("with one label a row, several and single disagree: %+v, %+v", m, r)
		}
		for _, pair := range [][2]float64{r.AccuracyInterval, r.MacroF1Interval} {
			if !(pair[0] >= 0 && pair[0] <= pair[1] && pair[1] <= 1+1e-9) {
				t.Fatalf("interval %v", pair)
			}
		}
	})
}

func TestIntervalsCoverAndRepeat(t *testing.T) {
	n := 2000
	truth, predicted := make([]int32, n), make([]int32, n)
	for i := range n {
		truth[i] = int32(i % 2)
		predicted[i] = truth[i]
		if i%5 == 0 {
			predicted[i] = 1 - truth[i]
		}
	}
	y := label.Of([]string{"a", "b"}, truth)
	r := single(t, y, predicted, nil)
	// The standard error of a share of .8 among 2,000 is .00894.
	if width := r.AccuracyInterval[1] - r.AccuracyInterval[0]; math.Abs(width-2*1.96*.00894) > .005 {
		t.Errorf("interval %v is %v wide", r.AccuracyInterval, width)
	}
	if diff := cmp.Diff(r, single(t, y, predicted, nil)); diff != "" {
		t.Errorf("a second report differs:\n%s", diff)
	}
}

func TestMulti(t *testing.T) {
	names := []string{"a", "b", "c"}
	truth := label.OfSets(names, [][]int32{{0, 1}, {1}, {}})
	predicted := label.OfSets(names, [][]int32{{0}, {1}, {0}})
	r, err := evaluate.Multi(truth, predicted)
	if err != nil {
		t.Fatal(err)
	}
	got := []float64{r.Exact, r.Precision, r.Recall, r.MicroF1, r.MacroF1, r.Weighted}
	if diff := cmp.Diff([]float64{1. / 3, 2. / 3, 2. / 3, 2. / 3, 4. / 9, 2. / 3}, got, near); diff != "" {
		t.Errorf("exact, precision, recall, micro, macro, weighted:\n%s", diff)
	}
}

// TestMultiIntervals: with one label a row, micro F1 is accuracy, whose interval is known.
func TestMultiIntervals(t *testing.T) {
	const n = 2000
	truth, predicted := make([][]int32, n), make([][]int32, n)
	p := make([]float32, 2*n)
	for i := range n {
		truth[i] = []int32{int32(i % 2)}
		predicted[i] = truth[i]
		if i%5 == 0 {
			predicted[i] = []int32{1 - int32(i%2)}
		}
		p[2*i+int(predicted[i][0])], p[2*i+1-int(predicted[i][0])] = .8, .2
	}
	names := []string{"a", "b"}
	r, err := evaluate.Several(label.OfSets(names, truth), label.OfSets(names, predicted), p, evaluate.Default())
	if err != nil {
		t.Fatal(err)
	}
	for name, interval := range map[string][2]float64{"exact": r.ExactInterval, "micro": r.MicroInterval, "macro": r.MacroInterval} {
		if width := interval[1] - interval[0]; math.Abs(width-2*1.96*.00894) > .005 || interval[0] > .8 || interval[1] < .8 {
			t.Errorf("%s: interval %v", name, interval)
		}
	}
	if r.ECE > 1e-6 {
		t.Errorf("probabilities of .8 that hold .8 of the time are off by %v", r.ECE)
	}
	again, err := evaluate.Several(label.OfSets(names, truth), label.OfSets(names, predicted), p, evaluate.Default())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, again); diff != "" {
		t.Errorf("a second report differs:\n%s", diff)
	}
}

func TestBrokenShapesPanicAndEmptyDataFail(t *testing.T) {
	y := label.Of([]string{"a", "b"}, []int32{0, 1})
	for name, call := range map[string]func(){
		"predictions":   func() { _, _ = evaluate.Single(y, []int32{0}, nil, evaluate.Default()) },
		"probabilities": func() { _, _ = evaluate.Single(y, []int32{0, 1}, make([]float32, 3), evaluate.Default()) },
		"two models":    func() { _, _ = evaluate.Compare(y, []int32{0, 1}, []int32{0}, evaluate.Default()) },
		"cut":           func() { _, _ = evaluate.Slices(y, []int32{0, 1}, []evaluate.Cut{{"x", nil}}, evaluate.Default()) },
		"days":          func() { evaluate.Part([]string{"a"}, []int32{}, 1) },
		"folds":         func() { evaluate.Folds(y, nil, 1, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			call()
		})
	}
	if _, err := evaluate.Single(label.Of([]string{"a"}, []int32{-1}), []int32{0}, nil, evaluate.Default()); err == nil {
		t.Error("rows without labels were judged")
	}
	if _, err := evaluate.Single(y, []int32{0, 1}, nil, evaluate.Config{}); err == nil {
		t.Error("no bins were taken")
	}
}

func TestSince(t *testing.T) {
	before, since := evaluate.Since([]int32{5, 7, 6, 7, 9}, 7)
	if !cmp.Equal(before, []int32{0, 2}) || !cmp.Equal(since, []int32{1, 3, 4}) {
		t.Errorf("before %v, since %v", before, since)
	}
}

func TestFoldsSpreadLabelsAndKeepCopiesTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, folds := rapid.IntRange(1, 200).Draw(t, "rows"), rapid.IntRange(2, 5).Draw(t, "folds")
		classes := rapid.SliceOfN(rapid.Int32Range(-1, 3), n, n).Draw(t, "classes")
		y := label.Of([]string{"a", "b", "c", "d"}, classes)
		fold := evaluate.Folds(y, nil, folds, 1)
		counts := map[[2]int32]int{}
		total := map[int32]int{}
		for i, f := range fold {
			if f < 0 || int(f) >= folds {
				t.Fatalf("fold %d of %d", f, folds)
			}
			counts[[2]int32{classes[i], f}]++
			total[classes[i]]++
		}
		for at, m := range counts {
			if share := float64(total[at[0]]) / float64(folds); math.Abs(float64(m)-share) >= 1 {
				t.Fatalf("fold %d has %d of the %d rows of label %d", at[1], m, total[at[0]], at[0])
			}
		}
		groups := rapid.SliceOfN(rapid.Int32Range(0, 20), n, n).Draw(t, "groups")
		of := map[int32]int32{}
		for i, f := range evaluate.Folds(y, groups, folds, 1) {
			if g, ok := of[groups[i]]; ok && g != f {
				t.Fatalf("group %d is in folds %d and %d", groups[i], g, f)
			}
			of[groups[i]] = f
		}
	})
}

func ExampleSingle() {
	truth := label.Single([]string{"fall", "drug", "fall", "fall"})
	r, _ := evaluate.Single(truth, []int32{1, 0, 1, 0}, nil, evaluate.Default())
	fmt.Println(r.Accuracy, r.Classes[1].Recall, r.Confusions)
	// Output: 0.75 0.6666666666666666 [{fall drug 1}]
}
