package evaluate_test

import (
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

func TestSlices(t *testing.T) {
	// Of three organisations B is served worse, C has too few rows, and D has no label.
	var classes, predicted []int32
	var organisation []string
	add := func(who string, class int32, rows, right int) {
		for i := range rows {
			classes, organisation = append(classes, class), append(organisation, who)
			if i < right {
				predicted = append(predicted, max(0, class))
			} else {
				predicted = append(predicted, 1)
			}
		}
	}
	add("A", 0, 400, 360)
	add("B", 0, 100, 60)
	add("C", 0, 5, 0)
	add("D", -1, 3, 0)
	got, err := evaluate.Slices(label.Of([]string{"a", "b"}, classes), predicted, []evaluate.Cut{{"organisation", organisation}}, evaluate.Default())
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, s := range got {
		words = append(words, s.String())
	}
	want := []string{
		"organisation, A: accuracy 0.900 (0.867 to 0.926) of 400",
		"organisation, B: accuracy 0.600 (0.502 to 0.691) of 100, lower than elsewhere by 0.289",
		"organisation, C: too few (5)",
		"organisation, D: not judged: none in the test data (0)",
	}
	if diff := cmp.Diff(want, words); diff != "" {
		t.Error(diff)
	}
}

// TestSlicesRarelyBlameChance gives 100 organisations the same model and counts in
// how many of the trials any is said to be worse.
func TestSlicesRarelyBlameChance(t *testing.T) {
	chance := rand.New(rand.NewPCG(4, 0))
	const trials, rows, organisations = 200, 8000, 100
	truth := label.Of([]string{"a", "b"}, make([]int32, rows))
	blamed := 0
	for range trials {
		predicted, who := make([]int32, rows), make([]string, rows)
		for i := range rows {
			if chance.Float64() < .2 {
				predicted[i] = 1
			}
			who[i] = fmt.Sprint(chance.IntN(organisations))
		}
		got, err := evaluate.Slices(truth, predicted, []evaluate.Cut{{"organisation", who}}, evaluate.Default())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range got {
			if s.Worse() {
				blamed++
				break
			}
		}
	}
	if share := float64(blamed) / trials; share > .06 {
		t.Errorf("in %.3f of trials an organisation was called worse served by chance", share)
	}
}

func TestSlicesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "rows")
		truth := rapid.SliceOfN(rapid.Int32Range(-1, 2), n, n).Draw(t, "truth")
		predicted := rapid.SliceOfN(rapid.Int32Range(0, 2), n, n).Draw(t, "predicted")
		values := rapid.SliceOfN(rapid.SampledFrom([]string{"", "x", "y"}), n, n).Draw(t, "values")
		got, err := evaluate.Slices(label.Of([]string{"a", "b", "c"}, truth), predicted, []evaluate.Cut{{"cut", values}}, evaluate.Default())
		if err != nil {
			t.Fatal(err)
		}
		rows, right, want, wantRight := 0, 0., 0, 0.
		for _, s := range got {
			rows += s.Rows
			right += s.Accuracy * float64(s.Rows)
			if s.Interval[0] > s.Accuracy+1e-9 && s.Rows > 0 || s.Interval[1] < s.Accuracy-1e-9 {
				t.Fatalf("%v outside its interval", s)
			}
		}
		for i := range n {
			if truth[i] >= 0 {
				want++
				if truth[i] == predicted[i] {
					wantRight++
				}
			}
		}
		if rows != want || math.Abs(right-wantRight) > 1e-9 {
			t.Fatalf("slices hold %d rows and %v right, all hold %d and %v", rows, right, want, wantRight)
		}
	})
}

func TestLengths(t *testing.T) {
	got := evaluate.Lengths([]string{"", "one two", " one  two three ", strings.Repeat("w ", 10)}, []int{3, 10})
	want := evaluate.Cut{Name: "length", Values: []string{"under 3 words", "under 3 words", "3 to 9 words", "10 words or more"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWilson(t *testing.T) {
	// Brown, Cai and DasGupta's formula for 2 of 10 and 0 of 20, worked by hand.
	for _, c := range []struct {
		right, rows int
		want        [2]float64
	}{{2, 10, [2]float64{.0566822, .5098375}}, {0, 20, [2]float64{0, .1611252}}, {0, 0, [2]float64{0, 1}}} {
		got := evaluate.Wilson(c.right, c.rows)
		if math.Abs(got[0]-c.want[0]) > 1e-6 || math.Abs(got[1]-c.want[1]) > 1e-6 {
			t.Errorf("%d of %d: %v, want %v", c.right, c.rows, got, c.want)
		}
	}
}

func TestRepeats(t *testing.T) {
	texts := []string{"Patient fell.", "patient  FELL. ", "Patient fell", "\tpatient\nfell.", ""}
	if diff := cmp.Diff([]int32{0, 0, 2, 0, 4}, evaluate.Repeats(texts)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int32{2, 4}, evaluate.Unseen(texts[:2], texts)); diff != "" {
		t.Error(diff)
	}
}

func TestNothingIsLearntAndJudged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 50).Draw(t, "rows")
		texts := rapid.SliceOfN(rapid.SampledFrom([]string{"a b", "A  b", "c", "d e", " c ", "f"}), n, n).Draw(t, "texts")
		days := rapid.SliceOfN(rapid.Int32Range(0, 9), n, n).Draw(t, "days")
		day := evaluate.Newest(days, .3)
		p := evaluate.Part(texts, days, day)
		if len(p.Train)+len(p.Test)+p.Repeats != n {
			t.Fatalf("%d learnt, %d judged and %d left out of %d", len(p.Train), len(p.Test), p.Repeats, n)
		}
		fold := func(i int32) string { return strings.Join(strings.Fields(strings.ToLower(texts[i])), " ") }
		learnt := map[string]bool{}
		for _, i := range p.Train {
			if days[i] >= day {
				t.Fatalf("row %d of day %d is learnt from, parted at %d", i, days[i], day)
			}
			learnt[fold(i)] = true
		}
		for _, i := range p.Test {
			if days[i] < day || learnt[fold(i)] {
				t.Fatalf("row %d, %q of day %d, is judged, parted at %d", i, texts[i], days[i], day)
			}
			learnt[fold(i)] = true
		}
	})
}

func TestNewestKeepsDaysWhole(t *testing.T) {
	for name, c := range map[string]struct {
		days []int
		want int
	}{
		"the cut lies within a day":           {[]int{1, 1, 2, 3, 3, 3, 3, 4, 4, 4}, 4},
		"the cut lies between days":           {[]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 7},
		"the last day holds more than that":   {[]int{1, 2, 2, 2, 2, 2, 2, 2, 2, 2}, 2},
		"fewer rows than one would be judged": {[]int{5, 6}, 6},
	} {
		if got := evaluate.Newest(c.days, .4); got != c.want {
			t.Errorf("%s: day %d, want %d", name, got, c.want)
		}
	}
}

func ExamplePart() {
	texts := []string{"Fell from bed", "Wrong dose", "fell  from bed", "Pump alarmed"}
	days := []int{1, 1, 2, 2}
	p := evaluate.Part(texts, days, evaluate.Newest(days, .5))
	fmt.Println(p.Train, p.Test, p.Repeats)
	// Output: [0 1] [3] 1
}

func ExampleSlices() {
	truth := label.Single([]string{"fall", "drug", "fall", "drug"})
	c := evaluate.Default()
	c.Least = 2
	got, _ := evaluate.Slices(truth, []int32{1, 0, 0, 0}, []evaluate.Cut{{"setting", []string{"acute", "acute", "mental health", ""}}}, c)
	for _, s := range got {
		fmt.Println(s)
	}
	// Output:
	// setting, acute: accuracy 1.000 (0.342 to 1.000) of 2
	// setting, not recorded: too few (1)
	// setting, mental health: too few (1)
}
