package glm_test

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"psims/analytics/glm"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

func ExampleCounts() {
	c := glm.Counts{Mean: 5, Dispersion: 1.5}
	fmt.Printf("usual up to %.0f; 11 or more in %.4f of weeks\n", c.Quantile(0.95), c.Upper(11))
	// Output: usual up to 10; 11 or more in 0.0376 of weeks
}

// exact gives P(Y ≥ y) of the negative binomial by adding 400-bit terms.
func exact(c glm.Counts, y int) float64 {
	const prec = 400
	num := func(v float64) *big.Float { return new(big.Float).SetPrec(prec).SetFloat64(v) }
	// P(0) is only a factor; it is applied in logarithms at the end.
	x := c.Dispersion - 1
	ratio := new(big.Float).Quo(num(c.Mean), num(1+x))
	step := new(big.Float).Quo(num(x), num(1+x))
	term, sum := num(1), num(0)
	for k := 0; ; k++ {
		if k >= y {
			sum.Add(sum, term)
			if k > int(c.Mean)+y && new(big.Float).Quo(term, sum).Cmp(num(1e-25)) < 0 {
				break
			}
		}
		t := new(big.Float).SetPrec(prec).Mul(step, num(float64(k)))
		t.Add(t, ratio)
		term.Mul(term, t)
		term.Quo(term, num(float64(k+1)))
	}
	mant := new(big.Float)
	exp := sum.MantExp(mant)
	m, _ := mant.Float64()
	perEvent := 1.0
	if x > 0 {
		perEvent = math.Log1p(x) / x
	}
	return math.Exp(math.Log(m) + float64(exp)*math.Ln2 - c.Mean*perEvent)
}

func TestUpperIsExact(t *testing.T) {
	for _, c := range []struct {
		mean, dispersion float64
		y                int
	}{
		{0.02, 1, 2}, {0.02, 3, 2}, {3, 1, 30}, {3, 1 + 1e-12, 9}, {3, 1.0001, 9}, {3, 1.5, 40}, {10, 5, 200},
		{150, 1.2, 190}, {150, 1.2, 120}, {399, 1.0000001, 450}, {600, 1.5, 700}, {600, 1.001, 650}, {600, 1 + 2e-7, 640}, {900, 40, 1300}, {2000, 1.01, 2100}, {20000, 1 + 1e-10, 20300}, {20000, 9, 19000},
	} {
		d := glm.Counts{Mean: c.mean, Dispersion: c.dispersion}
		want := exact(d, c.y)
		if got := d.Upper(float64(c.y)); math.Abs(got-want) > 1e-8*want {
			t.Errorf("%+v: P(Y ≥ %d) = %v, want %v (relative %.1e)", d, c.y, got, want, math.Abs(got-want)/want)
		}
	}
}

func TestPoissonAgreesWithGonum(t *testing.T) {
	for _, mean := range []float64{0.1, 2, 50, 700} {
		ours, theirs := glm.Counts{Mean: mean, Dispersion: 1}, distuv.Poisson{Lambda: mean}
		for y := 0.0; y < 3*mean+10; y += 1 + math.Floor(mean/5) {
			if d := math.Abs(ours.CDF(y) - theirs.CDF(y)); d > 1e-10 {
				t.Errorf("mean %v: P(Y ≤ %v) differs by %v", mean, y, d)
			}
			if d := math.Abs(ours.LogProb(y) - theirs.LogProb(y)); d > 1e-11*math.Abs(theirs.LogProb(y)) {
				t.Errorf("mean %v: log P(Y = %v) differs by %v", mean, y, d)
			}
		}
	}
}

func TestQuantileInvertsCDF(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := glm.Counts{
			Mean:       math.Exp(rapid.Float64Range(-5, 11).Draw(t, "log mean")),
			Dispersion: 1 + math.Exp(rapid.Float64Range(-8, 3).Draw(t, "log excess")),
		}
		p := rapid.Float64Range(1e-4, 0.9999).Draw(t, "p")
		q := c.Quantile(p)
		const slack = 1e-8 // the two ways of adding up may differ at the very edge
		if c.CDF(q) < p-slack {
			t.Fatalf("%+v: P(Y ≤ %v) = %v, below %v", c, q, c.CDF(q), p)
		}
		if q > 0 && c.CDF(q-1) > p+slack {
			t.Fatalf("%+v: P(Y ≤ %v) = %v already reaches %v", c, q-1, c.CDF(q-1), p)
		}
		if s := c.CDF(q) + c.Upper(q+1); math.Abs(s-1) > slack {
			t.Fatalf("%+v: both sides of %v add to %v", c, q, s)
		}
	})
}

func TestUpperOrders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mean := rapid.Float64Range(0.01, 2000).Draw(t, "mean")
		c := glm.Counts{Mean: mean, Dispersion: rapid.Float64Range(1, 8).Draw(t, "dispersion")}
		y := float64(rapid.IntRange(0, 4000).Draw(t, "y"))
		more := glm.Counts{Mean: mean * 1.01, Dispersion: c.Dispersion}
		const slack = 1 + 1e-9
		if c.Upper(y+1) > c.Upper(y)*slack {
			t.Fatalf("%+v: P(Y ≥ %v) = %v, P(Y ≥ %v) = %v", c, y, c.Upper(y), y+1, c.Upper(y+1))
		}
		if more.Upper(y) < c.Upper(y)/slack-1e-12 {
			t.Fatalf("a larger mean has the smaller tail at %v: %v, %v", y, c.Upper(y), more.Upper(y))
		}
	})
}

func TestCountsEdges(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"no events expected, none seen", glm.Counts{Mean: 0, Dispersion: 2}.Upper(0), 1},
		{"no events expected, one seen", glm.Counts{Mean: 0, Dispersion: 2}.Upper(1), 0},
		{"no events expected, limit", glm.Counts{Mean: 0, Dispersion: 1}.Quantile(0.99), 0},
		{"no mean", glm.Counts{Mean: nan, Dispersion: 1}.Upper(3), nan},
		{"no mean, limit", glm.Counts{Mean: nan, Dispersion: 1}.Quantile(0.99), nan},
		{"mean without bound", glm.Counts{Mean: 1e15, Dispersion: 1}.Quantile(0.99), inf},
		{"infinite mean", glm.Counts{Mean: inf, Dispersion: 1}.Upper(3), 1},
		{"infinite count", glm.Counts{Mean: 3, Dispersion: 1}.Upper(inf), 0},
		{"below nothing", glm.Counts{Mean: 3, Dispersion: 1}.CDF(-1), 0},
		{"a part of an event counts as the next whole one", glm.Counts{Mean: 3, Dispersion: 1}.Upper(2.5), glm.Counts{Mean: 3, Dispersion: 1}.Upper(3)},
		{"Student's t at the 5 % point of 10", glm.StudentTwoSided(2.228138851964939, 10), 0.05},
		{"Student's t without freedom", glm.StudentTwoSided(2, 0), nan},
	} {
		t.Run(c.name, func(t *testing.T) {
			if math.IsNaN(c.want) != math.IsNaN(c.got) || math.Abs(c.got-c.want) > 1e-10 {
				t.Errorf("got %v, want %v", c.got, c.want)
			}
		})
	}
}

func TestQuantilePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic for p = 1")
		}
	}()
	glm.Counts{Mean: 1, Dispersion: 1}.Quantile(1)
}
