package evaluate_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/models/evaluate"
	"psims/models/label"
)

func compare(t testing.TB, truth *label.Table, first, second []int32, c evaluate.Config) *evaluate.Comparison {
	t.Helper()
	out, err := evaluate.Compare(truth, first, second, c)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// twoModels gives n rows of two labels, and two models of which the second is
// right on the share of rows and the first wrong on some of those.
func twoModels(n int, onlyFirst, onlySecond float64) (truth *label.Table, first, second []int32) {
	chance := rand.New(rand.NewPCG(5, 0))
	classes := make([]int32, n)
	first, second = make([]int32, n), make([]int32, n)
	for i := range n {
		classes[i] = int32(i % 2)
		first[i], second[i] = classes[i], classes[i]
		switch x := chance.Float64(); {
		case x < onlyFirst:
			second[i] = 1 - classes[i]
		case x < onlyFirst+onlySecond:
			first[i] = 1 - classes[i]
		case x < .3: // hard for both
			first[i], second[i] = 1-classes[i], 1-classes[i]
		}
	}
	return label.Of([]string{"a", "b"}, classes), first, second
}

func TestCompareVerdicts(t *testing.T) {
	for name, c := range map[string]struct {
		onlyFirst, onlySecond float64
		want                  evaluate.Verdict
	}{
		"first right far more often":  {.06, .02, evaluate.Better},
		"second right far more often": {.02, .06, evaluate.Worse},
		"both alike":                  {.04, .04, evaluate.Alike},
		"the same model":              {0, 0, evaluate.Alike},
	} {
		t.Run(name, func(t *testing.T) {
			truth, first, second := twoModels(4000, c.onlyFirst, c.onlySecond)
			got := compare(t, truth, first, second, evaluate.Default())
			if got.Verdict != c.want || !strings.HasPrefix(got.String(), c.want.String()) {
				t.Errorf("%v, want %v", got, c.want)
			}
			// The standard error of the paired difference is the root of the rows in which they differ.
			spread := 2 * 1.96 * math.Sqrt(float64(got.OnlyFirst+got.OnlySecond)) / 4000
			if width := got.Accuracy.Interval[1] - got.Accuracy.Interval[0]; math.Abs(width-spread) > .15*spread {
				t.Errorf("interval %v is %.5f wide, expected about %.5f", got.Accuracy.Interval, width, spread)
			}
			if (got.McNemar < .05) != (c.want != evaluate.Alike) {
				t.Errorf("McNemar p = %v for %v", got.McNemar, c.want)
			}
		})
	}
}

func TestMcNemarMidP(t *testing.T) {
	// Fagerland et al. (2013), table 1: 1 and 7 discordant of 21 give mid-p 0.0391.
	truth, first, second := make([]int32, 21), make([]int32, 21), make([]int32, 21)
	first[0] = 1
	for i := 1; i < 8; i++ {
		second[i] = 1
	}
	got := compare(t, label.Of([]string{"a", "b"}, truth), first, second, evaluate.Default())
	if got.OnlyFirst != 7 || got.OnlySecond != 1 || math.Abs(got.McNemar-.0391) > 5e-5 {
		t.Errorf("%d and %d discordant: p = %.5f", got.OnlyFirst, got.OnlySecond, got.McNemar)
	}
}

func TestCompareTurnsRound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "rows")
		draw := func(name string) []int32 { return rapid.SliceOfN(rapid.Int32Range(0, 2), n, n).Draw(t, name) }
		truth := label.Of([]string{"a", "b", "c"}, draw("truth"))
		first, second := draw("first"), draw("second")
		c := evaluate.Config{Bins: 5, Resamples: 40, Seed: 3, Watch: []string{"b"}}
		there, err := evaluate.Compare(truth, first, second, c)
		if err != nil {
			t.Fatal(err)
		}
		back, err := evaluate.Compare(truth, second, first, c)
		if err != nil {
			t.Fatal(err)
		}
		if there.McNemar != back.McNemar || there.OnlyFirst != back.OnlySecond || math.Abs(there.Accuracy.By+back.Accuracy.By) > 1e-12 || math.Abs(there.MacroF1.By+back.MacroF1.By) > 1e-12 {
			t.Fatalf("turned round: %v, %v", there, back)
		}
		one, err := evaluate.Single(truth, first, nil, c)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(one.Accuracy-there.Accuracy.First) > 1e-12 || math.Abs(one.Classes[1].Recall-there.Recalls[0].First) > 1e-12 {
			t.Fatalf("report says %v and %v, comparison %v and %v", one.Accuracy, one.Classes[1].Recall, there.Accuracy.First, there.Recalls[0].First)
		}
	})
}

// TestCompareIntervalsCover draws many test sets for two models that differ by
// two points, and counts how often the interval holds that.
func TestCompareIntervalsCover(t *testing.T) {
	chance := rand.New(rand.NewPCG(9, 0))
	const trials, rows = 300, 500
	held := 0
	for range trials {
		classes, first, second := make([]int32, rows), make([]int32, rows), make([]int32, rows)
		for i := range rows {
			classes[i] = int32(chance.IntN(3))
			first[i], second[i] = classes[i], classes[i]
			if x := chance.Float64(); x < .06 {
				second[i] = (classes[i] + 1) % 3
			} else if x < .10 {
				first[i] = (classes[i] + 1) % 3
			}
		}
		c := evaluate.Default()
		c.Resamples = 200
		got := compare(t, label.Of([]string{"a", "b", "c"}, classes), first, second, c)
		if got.Accuracy.Interval[0] <= .02 && .02 <= got.Accuracy.Interval[1] {
			held++
		}
	}
	if share := float64(held) / trials; share < .90 || share > .99 {
		t.Errorf("95 %% intervals held the truth in %.3f of %d trials", share, trials)
	}
}

func TestWatchedLabelsAreAlwaysShown(t *testing.T) {
	c := evaluate.Default()
	c.Watch = []string{"fatal", "severe", "none"}
	truth := label.Of([]string{"none", "severe"}, append(make([]int32, 40), 1))
	predicted := make([]int32, 41)
	r, err := evaluate.Single(truth, predicted, nil, c)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range r.Watched {
		got = append(got, w.String())
	}
	want := []string{
		`recall of "fatal": not judged: none in the test data`,
		`recall of "severe": 0.000 (0.000 to 0.793) of 1, too few to judge`,
		`recall of "none": 1.000 (0.912 to 1.000) of 40`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	beside := compare(t, truth, predicted, predicted, c)
	if beside.Recalls[0].Status != evaluate.NoneThere || beside.Recalls[0].Interval != [2]float64{-1, 1} {
		t.Errorf("recall of a label that is nowhere: %+v", beside.Recalls[0])
	}
	sets := make([][]int32, 41)
	sets[40] = []int32{1}
	several, err := evaluate.Several(label.OfSets([]string{"none", "severe"}, sets), label.OfSets([]string{"none", "severe"}, make([][]int32, 41)), nil, c)
	if err != nil {
		t.Fatal(err)
	}
	if len(several.Watched) != 3 || several.Watched[0].Status != evaluate.NoneThere || several.Watched[1].Status != evaluate.TooFew {
		t.Errorf("watched of several labels: %v", several.Watched)
	}
}

func TestBaselines(t *testing.T) {
	truth, model, worse := twoModels(2000, .3, 0)
	got, err := evaluate.Baselines(truth, model, []evaluate.Rule{{"search words", worse}, {"commonest", make([]int32, 2000)}}, evaluate.Default())
	if err != nil {
		t.Fatal(err)
	}
	if got[0].Name != "search words" || got[0].Model.Verdict != evaluate.Better || got[1].Accuracy != .5 || got[1].AccuracyInterval != evaluate.Wilson(1000, 2000) {
		t.Errorf("%+v", got)
	}
}

func TestNamesReadBack(t *testing.T) {
	for _, v := range evaluate.Verdicts() {
		var back evaluate.Verdict
		if err := back.UnmarshalText([]byte(v.String())); err != nil || back != v {
			t.Errorf("verdict %v reads as %v, %v", v, back, err)
		}
	}
	for _, s := range evaluate.Statuses() {
		var back evaluate.Status
		if err := back.UnmarshalText([]byte(s.String())); err != nil || back != s {
			t.Errorf("status %v reads as %v, %v", s, back, err)
		}
	}
	truth, first, second := twoModels(100, .1, .1)
	want := compare(t, truth, first, second, evaluate.Default())
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	got := &evaluate.Comparison{}
	if err := json.Unmarshal(text, got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("written and read:\n%s", diff)
	}
}

func ExampleCompare() {
	truth := label.Single(strings.Fields("fall fall drug drug fall drug fall drug fall drug"))
	now := []int32{1, 1, 0, 0, 1, 1, 0, 1, 1, 0} // drug is 0, fall is 1
	new := []int32{1, 1, 0, 0, 1, 0, 1, 0, 1, 0}
	c, _ := evaluate.Compare(truth, new, now, evaluate.Default())
	fmt.Printf("%v: %d and %d right by one only, p = %.3f\n", c.Verdict, c.OnlyFirst, c.OnlySecond, c.McNemar)
	// Output: can't be told apart: 3 and 0 right by one only, p = 0.125
}
