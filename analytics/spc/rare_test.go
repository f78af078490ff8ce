package spc_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"psims/analytics/spc"
)

func ExampleConfig_TimeBetween() {
	// Days from one event to the next; the last events come close together.
	days := []float64{31, 12, 45, 8, 60, 22, 17, 39, 51, 14, 28, 33, 9, 40, 0, 1, 0, 0}
	c := spc.Default().TimeBetween(days)
	b := c.Bands[0]
	fmt.Printf("usual %.1f to %.0f days; the last point: %s\n", b.Lower, b.Upper, c.Points[17].Kind.Label(7))
	// Output: usual 0.0 to 119 days; the last point: Below LCL
}

func TestTimeBetweenTurnsBack(t *testing.T) {
	days := []float64{1, 16, 81, 4, 25, 9, 49}
	x := make([]float64, len(days))
	for i, d := range days {
		x[i] = math.Pow(d, 1/3.6)
	}
	want, _, _ := spc.Limits(x, spc.Default())
	got := spc.Default().TimeBetween(days).Bands[0]
	if math.Abs(got.Upper-math.Pow(want.Upper, 3.6)) > 1e-9 || math.Abs(got.Mean-math.Pow(want.Mean, 3.6)) > 1e-9 {
		t.Errorf("%+v, from %+v", got, want)
	}
	if got.Lower < 0 {
		t.Errorf("a time limit of %v", got.Lower)
	}
}

func TestCasesBetweenKnownAnswer(t *testing.T) {
	// Mean 12: limits 12 ± 3√156, median log 2/log(13/12).
	b := spc.Default().CasesBetween([]float64{4, 20, 12, 8, 16, 12}).Bands[0]
	if math.Abs(b.Upper-(12+3*math.Sqrt(156))) > 1e-9 || b.Lower != 0 || math.Abs(b.Mean-math.Ln2/math.Log(13./12)) > 1e-9 {
		t.Errorf("%+v", b)
	}
}

// Charts for rare events must not cry wolf on events that come by chance.
func TestRareEventsByChance(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	special, points := 0, 0
	for range 200 {
		days, cases := make([]float64, 40), make([]float64, 40)
		for i := range days {
			days[i], cases[i] = 30*rng.ExpFloat64(), math.Floor(30*rng.ExpFloat64())
		}
		for _, chart := range []spc.Chart{spc.Default().TimeBetween(days), spc.Default().CasesBetween(cases)} {
			for _, p := range chart.Points {
				points++
				if p.Kind == spc.AboveLimit || p.Kind == spc.BelowLimit {
					special++
				}
			}
		}
	}
	if share := float64(special) / float64(points); share > 0.02 {
		t.Errorf("%.3f of points by chance lie outside the limits", share)
	}
}
