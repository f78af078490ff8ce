package spc_test

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"psims/analytics/signal"
	"psims/analytics/spc"
	"psims/datasets/caveat"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// vignette is the series by which NHSRplotthedots explains its screening.
var vignette = []float64{1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1}

func ExampleLimits() {
	c := spc.Default()
	b, status, _ := spc.Limits(vignette, c)
	fmt.Printf("screened   %.2f %.2f %.2f %v\n", b.Lower, b.Mean, b.Upper, status)
	c.Screen = false
	b, status, _ = spc.Limits(vignette, c)
	fmt.Printf("unscreened %.2f %.2f %.2f %v\n", b.Lower, b.Mean, b.Upper, status)
	// Output:
	// screened   -0.72 1.94 4.60 quiet
	// unscreened -3.06 1.94 6.95 quiet
}

func ExampleConfig_Chart() {
	c := spc.Default().Chart(vignette)
	p := c.Points[4]
	fmt.Printf("point %d is %s (%v); the last point: %v\n", p.Index, p.Kind.Label(7), p.Variation, c.Variation)
	// Output: point 4 is Above UCL (neutral_high); the last point: common_cause
}

// steps repeats a value n times.
func steps(n int, v float64) []float64 {
	s := make([]float64, n)
	for i := range s {
		s[i] = v
	}
	return s
}

func TestTrendLengths(t *testing.T) {
	for _, c := range []struct {
		name string
		y    []float64
		want map[int]int // trend length → points marked
	}{
		{"six rising", []float64{1, 2, 3, 4, 5, 6}, map[int]int{5: 6, 6: 6, 7: 0}},
		{"seven rising", []float64{1, 2, 3, 4, 5, 6, 7}, map[int]int{5: 7, 6: 7, 7: 7}},
		{"a tie breaks it", []float64{1, 2, 3, 3, 4, 5, 6}, map[int]int{5: 0, 6: 0, 7: 0}},
		{"rising inside", []float64{2, 1, 2, 3, 4, 5, 6, 7, 3}, map[int]int{5: 7, 6: 7, 7: 7}},
		{"falling", []float64{9, 7, 6, 5, 4}, map[int]int{5: 5, 6: 0, 7: 0}},
		{"a week that was not observed breaks it", []float64{1, 2, 3, math.NaN(), 4, 5, 6, 7}, map[int]int{5: 0, 6: 0, 7: 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for length, want := range c.want {
				config := spc.Default()
				config.Trend = length
				config.Fixed = &spc.Band{Mean: 4, Lower: -100, Upper: 100, NearLower: -90, NearUpper: 90}
				n := 0
				for _, p := range config.Chart(c.y).Points {
					if p.Kind == spc.TrendUp || p.Kind == spc.TrendDown {
						n++
					}
				}
				if n != want {
					t.Errorf("trend of %d marks %d points, want %d", length, n, want)
				}
			}
		})
	}
}

func TestStatusAndCaveats(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name    string
		y       []float64
		screen  bool
		status  signal.Status
		caveats []caveat.Caveat
	}{
		{"nothing observed", []float64{nan, nan}, true, signal.TooFew, nil},
		{"one point", []float64{3}, true, signal.TooFew, nil},
		{"no two side by side", []float64{3, nan, 4, nan}, true, signal.TooFew, nil},
		{"twelve points", []float64{1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2}, true, signal.Quiet, []caveat.Caveat{caveat.TrialLimits}},
		{"thirteen points", []float64{1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1}, true, signal.Quiet, nil},
		{"constant", steps(20, 7), true, signal.Quiet, []caveat.Caveat{caveat.ZeroVariation}},
		{"constant, unscreened", steps(20, 7), false, signal.Quiet, []caveat.Caveat{caveat.ZeroVariation}},
		{"the last point is high", append(vignette[5:18:18], 30), true, signal.Raised, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := spc.Default()
			config.Screen = c.screen
			got := config.Chart(c.y)
			if got.Status != c.status {
				t.Errorf("status %v, want %v", got.Status, c.status)
			}
			if d := cmp.Diff(c.caveats, got.Caveats); d != "" {
				t.Errorf("caveats: %s", d)
			}
		})
	}
}

func TestRebase(t *testing.T) {
	y := append(append([]float64{}, vignette[5:]...), 21, 22, 21, 22, 21, 22, 21, 22, 21, 22, 21, 22, 21, 22)
	c := spc.Default()
	c.Rebase = []int{13}
	got := c.Chart(y)
	for _, p := range got.Points {
		if p.Kind.Special() {
			t.Errorf("point %d is %s once the limits begin anew", p.Index, p.Kind.Label(7))
		}
	}
	if len(got.Bands) != 2 || got.Bands[1].Mean != 21.5 || got.Points[13].Group != 1 {
		t.Errorf("bands %+v", got.Bands)
	}
	c.Rebase = nil
	if plain := c.Chart(y); plain.Status != signal.Raised {
		t.Errorf("without rebasing the last point is %v", plain.Status)
	}
}

func TestValidate(t *testing.T) {
	for name, change := range map[string]func(*spc.Config){
		"trend of 4":        func(c *spc.Config) { c.Trend = 4 },
		"fixed after one":   func(c *spc.Config) { c.FixAfter = 1 },
		"group at 0":        func(c *spc.Config) { c.Rebase = []int{0} },
		"groups descending": func(c *spc.Config) { c.Rebase = []int{9, 4} },
		"direction 2":       func(c *spc.Config) { c.Direction = 2 },
	} {
		c := spc.Default()
		change(&c)
		if c.Validate() == nil {
			t.Errorf("%s passes", name)
		}
	}
	if err := spc.Default().Validate(); err != nil {
		t.Error(err)
	}
}

func TestEveryNameIsThere(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range spc.Kinds() {
		seen[k.Label(7)] = true
	}
	for _, v := range spc.Variations() {
		seen[v.String()] = true
	}
	if len(seen) != len(spc.Kinds())+len(spc.Variations()) || seen[""] {
		t.Errorf("names are missing or double: %v", seen)
	}
}

func drawSeries(t *rapid.T) []float64 {
	y := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) float64 {
		if rapid.IntRange(0, 12).Draw(t, "gap") == 0 {
			return math.NaN()
		}
		return float64(rapid.IntRange(0, 64).Draw(t, "count"))
	}), 2, 60).Draw(t, "y")
	return y
}

func TestShiftAndScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := drawSeries(t)
		c := spc.Default()
		c.Screen = rapid.Bool().Draw(t, "screen")
		// Powers of two and whole numbers keep the sums exact, so types can't change by rounding.
		shift, scale := float64(rapid.IntRange(-64, 64).Draw(t, "shift")), 4.0
		moved := make([]float64, len(y))
		for i, v := range y {
			moved[i] = scale*v + shift
		}
		a, b := c.Chart(y), c.Chart(moved)
		for i := range a.Bands {
			p, q := a.Bands[i], b.Bands[i]
			want := []float64{scale*p.Mean + shift, scale*p.Lower + shift, scale*p.Upper + shift, scale * p.MovingRange}
			if d := cmp.Diff(want, []float64{q.Mean, q.Lower, q.Upper, q.MovingRange}, cmpopts.EquateApprox(1e-9, 1e-9), cmpopts.EquateNaNs()); d != "" {
				t.Fatalf("limits: %s", d)
			}
		}
	})
}

func TestReversingDirectionSwapsMeaning(t *testing.T) {
	swap := map[spc.Variation]spc.Variation{
		spc.Common: spc.Common, spc.ImprovementHigh: spc.ConcernHigh, spc.ConcernHigh: spc.ImprovementHigh,
		spc.ImprovementLow: spc.ConcernLow, spc.ConcernLow: spc.ImprovementLow,
	}
	rapid.Check(t, func(t *rapid.T) {
		y := drawSeries(t)
		up, down, neutral := spc.Default(), spc.Default(), spc.Default()
		up.Direction, down.Direction = spc.Increase, spc.Decrease
		a, b, n := up.Chart(y), down.Chart(y), neutral.Chart(y)
		for i := range y {
			if swap[a.Points[i].Variation] != b.Points[i].Variation {
				t.Fatalf("point %d: %v when more is better, %v when less is", i, a.Points[i].Variation, b.Points[i].Variation)
			}
			if (n.Points[i].Variation == spc.Common) != (a.Points[i].Variation == spc.Common) || a.Points[i].Kind != n.Points[i].Kind {
				t.Fatalf("point %d: the direction changes what is special", i)
			}
		}
	})
}

func TestInputIsKept(t *testing.T) {
	y := append([]float64{}, vignette...)
	spc.Default().Chart(y)
	if d := cmp.Diff(vignette, y); d != "" {
		t.Error(d)
	}
}

// compare holds charts against the reference rows of NHSRplotthedots.
func compare(t *testing.T, r io.Reader) {
	t.Helper()
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	var order []string
	charts := map[string][][]string{}
	for _, row := range rows[1:] {
		k := row[at["series"]] + " " + row[at["variant"]]
		if charts[k] == nil {
			order = append(order, k)
		}
		charts[k] = append(charts[k], row)
	}
	worst, wrong, points := 0.0, 0, 0
	for _, k := range order {
		cell := func(i int, name string) string { return charts[k][i][at[name]] }
		y := make([]float64, len(charts[k]))
		for i := range y {
			y[i] = number(cell(i, "y"))
		}
		c := spc.Default()
		c.Screen = !strings.HasSuffix(k, "noscreen")
		if strings.HasSuffix(k, "fix12_screen") {
			c.FixAfter = 12
		}
		got := c.Chart(y)
		c.Trend = 6
		six := c.Chart(y)
		for i, p := range got.Points {
			b := got.Band(p)
			points++
			for _, v := range [][2]float64{
				{number(cell(i, "mean")), b.Mean}, {number(cell(i, "lpl")), b.Lower}, {number(cell(i, "upl")), b.Upper},
				{number(cell(i, "ind_amr")), b.MovingRange}, {number(cell(i, "ind_nlpl")), b.NearLower}, {number(cell(i, "ind_nupl")), b.NearUpper},
			} {
				if math.IsNaN(v[0]) != math.IsNaN(v[1]) {
					t.Errorf("%s, point %d: %v, want %v", k, i, v[1], v[0])
				} else if !math.IsNaN(v[0]) {
					worst = max(worst, math.Abs(v[1]-v[0])/max(1, math.Abs(v[0])))
				}
			}
			meaning := strings.TrimPrefix(cell(i, "point_type_neutral"), "special_cause_")
			if p.Kind.Label(7) != cell(i, "special_cause_type") || p.Variation.String() != meaning {
				wrong++
			}
			k6 := six.Points[i].Kind
			if outside := k6 == spc.AboveLimit || k6 == spc.BelowLimit; !outside && (k6 == spc.TrendUp || k6 == spc.TrendDown) != (cell(i, "ind_trend6") != "0") {
				wrong++
			}
		}
	}
	t.Logf("%d charts, %d points: largest relative difference of a limit %.1e, %d point types differ", len(order), points, worst, wrong)
	if worst > 1e-12 || wrong > 0 || points == 0 {
		t.Errorf("largest difference %.1e, %d types differ, %d points", worst, wrong, points)
	}
}

func number(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

func TestAgreesWithPlotTheDots(t *testing.T) {
	f, err := os.Open("testdata/xmr.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	compare(t, f)
}

func TestAgreesWithAllOfPlotTheDots(t *testing.T) {
	f, err := os.Open("../../../shared/golden/spc/xmr_golden.csv.gz")
	if err != nil {
		t.Skipf("The reference outputs are not beside this checkout: %v.", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, z)
}
