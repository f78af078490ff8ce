package crosswalk_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/models/crosswalk"
)

// world is two schemes with a known mapping, and a classifier with known errors.
type world struct {
	truth [][]float64 // a×b: P(new | old)
	blur  float64     // how much the classifier's evidence is blurred
}

// draw gives a code by its share.
func draw(chance *rand.Rand, share []float64) int32 {
	x := chance.Float64()
	for c, p := range share {
		if x -= p; x < 0 {
			return int32(c)
		}
	}
	return int32(len(share) - 1)
}

// sample draws n narratives of each scheme. The classifier sees the true new code
// with noise and gives exact posteriors under the mix of the held-out narratives.
func (w world) sample(n int, seed uint64) crosswalk.Sample {
	chance := rand.New(rand.NewPCG(seed, 0))
	a, b := len(w.truth), len(w.truth[0])
	s := crosswalk.Sample{From: names("old", a), To: names("new", b)}
	posterior := func(t int32) []float32 {
		// Evidence of a code is normal about 1 for the true one and 0 for the others.
		p := make([]float64, b)
		sum := 0.0
		for j := range p {
			x := chance.NormFloat64() * w.blur
			if int32(j) == t {
				x++
			}
			p[j] = math.Exp(x / (w.blur * w.blur))
			sum += p[j]
		}
		out := make([]float32, b)
		for j := range out {
			out[j] = float32(p[j] / sum)
		}
		return out
	}
	equal := make([]float64, b)
	for j := range equal {
		equal[j] = 1 / float64(b)
	}
	for i := range n {
		code := int32(i % a)
		s.Codes = append(s.Codes, code)
		s.P = append(s.P, posterior(draw(chance, w.truth[code]))...)
		t := draw(chance, equal)
		s.Held = append(s.Held, t)
		s.HeldP = append(s.HeldP, posterior(t)...)
	}
	return s
}

func names(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("%s %d", prefix, i)
	}
	return out
}

// off gives the mean total variation distance of the table's rows from the truth.
func off(t *crosswalk.Table, truth [][]float64) float64 {
	sum, b := 0.0, len(t.To)
	for i, row := range truth {
		for j, p := range row {
			sum += math.Abs(t.Share[i*b+j]-p) / 2
		}
	}
	return sum / float64(len(truth))
}

func learn(t testing.TB, c crosswalk.Config, s crosswalk.Sample) *crosswalk.Table {
	t.Helper()
	out, err := c.Learn(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// known is a mapping with a code that keeps its meaning, two that merge, and one
// that is parted in three.
var known = world{truth: [][]float64{
	{1, 0, 0, 0, 0},
	{0, 1, 0, 0, 0},
	{0, 1, 0, 0, 0},
	{0, 0, .5, .3, .2},
}, blur: .8}

func TestKnownMappingIsRecovered(t *testing.T) {
	s := known.sample(8000, 1)
	var plain float64
	for _, m := range []crosswalk.Method{crosswalk.Plain, crosswalk.Adjusted, crosswalk.Prior} {
		c := crosswalk.Default()
		c.Method, c.Resamples = m, 20
		table := learn(t, c, s)
		d := off(table, known.truth)
		t.Logf("%v: total variation distance %.4f", m, d)
		if m == crosswalk.Plain {
			plain = d
			continue
		}
		if d > .05 || d > plain/5 {
			t.Errorf("%v is off by %.3f, uncorrected %.3f", m, d, plain)
		}
		for i, want := range []struct {
			status crosswalk.Status
			codes  float64
		}{{crosswalk.Clean, 1}, {crosswalk.Clean, 1}, {crosswalk.Clean, 1}, {crosswalk.Split, 2.8}} {
			if got := table.Mappings[i]; got.Status != want.status || math.Abs(got.Codes-want.codes) > .5 {
				t.Errorf("%v: %+v, want %v over %.1f codes", m, got, want.status, want.codes)
			}
		}
	}
}

// TestIntervalsCover draws many samples and counts how often the intervals hold
// the true shares that lie inside 0 and 1, and the true weekly counts.
func TestIntervalsCover(t *testing.T) {
	held, looked, counted, weeks := 0, 0, 0, 0
	for seed := range uint64(16) {
		c := crosswalk.Default()
		c.Resamples = 40
		table := learn(t, c, known.sample(1200, 100+seed))
		for j := 2; j < 5; j++ {
			at, truth := 3*5+j, known.truth[3][j]
			looked++
			if table.Low[at] <= truth && truth <= table.High[at] {
				held++
			}
		}
		// What people would have counted in one week.
		chance := rand.New(rand.NewPCG(seed, 9))
		counts, truth := []int32{40, 25, 60, 80}, make([]float64, 5)
		for i, n := range counts {
			for range n {
				truth[draw(chance, known.truth[i])]++
			}
		}
		series := table.Translate(counts)
		for j := range truth {
			weeks++
			if series.Low[j] <= truth[j] && truth[j] <= series.High[j] {
				counted++
			}
		}
	}
	t.Logf("shares: %d of %d; counts: %d of %d", held, looked, counted, weeks)
	if share := float64(held) / float64(looked); share < .82 {
		t.Errorf("intervals hold %.3f of the true shares", share)
	}
	if share := float64(counted) / float64(weeks); share < .92 {
		t.Errorf("intervals hold %.3f of the true counts", share)
	}
}

func TestTablesHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.IntRange(1, 4).Draw(t, "old"), rapid.IntRange(2, 4).Draw(t, "new")
		s := crosswalk.Sample{From: names("old", a), To: names("new", b)}
		n := rapid.IntRange(1, 60).Draw(t, "rows")
		share := rapid.Float32Range(0, 1)
		s.Codes = rapid.SliceOfN(rapid.Int32Range(-1, int32(a-1)), n, n).Draw(t, "codes")
		s.Codes[0] = 0
		s.Held = rapid.SliceOfN(rapid.Int32Range(-1, int32(b-1)), n, n).Draw(t, "held")
		s.Held[0] = 0
		s.P = rapid.SliceOfN(share, n*b, n*b).Draw(t, "p")
		s.HeldP = rapid.SliceOfN(share, n*b, n*b).Draw(t, "held p")
		c := crosswalk.Default()
		c.Resamples, c.Least = 5, 5
		c.Method = rapid.SampledFrom(crosswalk.Methods()).Draw(t, "method")
		table, err := c.Learn(s)
		if err != nil {
			t.Fatal(err)
		}
		for i := range a {
			sum := 0.0
			for j := range b {
				at := i*b + j
				sum += table.Share[at]
				if !(table.Low[at] >= 0 && table.Low[at] <= table.Share[at] && table.Share[at] <= table.High[at] && table.High[at] <= 1+1e-6) {
					t.Fatalf("share %v in %v to %v", table.Share[at], table.Low[at], table.High[at])
				}
			}
			m := table.Mappings[i]
			if math.Abs(sum-1) > 1e-9 || m.Entropy < 0 || m.Entropy > math.Log2(float64(b))+1e-9 {
				t.Fatalf("shares of %d sum to %v, %+v", i, sum, m)
			}
		}
		again, err := c.Learn(s)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(table, again); diff != "" {
			t.Fatalf("learnt again:\n%s", diff)
		}
		counts := rapid.SliceOfN(rapid.Int32Range(0, 500), 2*a, 2*a).Draw(t, "counts")
		series := table.Translate(counts)
		for p := range 2 {
			want, got := 0.0, 0.0
			for i := range a {
				want += float64(counts[p*a+i])
			}
			for j := range b {
				at := p*b + j
				got += series.Expected[at]
				if !(series.Low[at] >= 0 && series.Low[at] <= series.Expected[at]+1e-9 && series.Expected[at] <= series.High[at]+1e-9 && series.High[at] <= want+1e-6) {
					t.Fatalf("%v expected in %v to %v of %v", series.Expected[at], series.Low[at], series.High[at], want)
				}
			}
			if math.Abs(got-want) > 1e-6*math.Max(1, want) {
				t.Fatalf("%v events became %v", want, got)
			}
		}
	})
}

// TestAPerfectClassifierNeedsNoCorrection: when posteriors are 0 or 1 and right,
// every method gives the counted shares.
func TestAPerfectClassifierNeedsNoCorrection(t *testing.T) {
	w := known
	w.blur = .05
	s := w.sample(4000, 3)
	count := make([]float64, 4*5)
	for i, code := range s.Codes {
		for j, p := range s.P[i*5 : (i+1)*5] {
			count[int(code)*5+j] += float64(math.Round(float64(p))) / 1000
		}
	}
	for _, m := range crosswalk.Methods() {
		c := crosswalk.Default()
		c.Method, c.Resamples = m, 2
		table := learn(t, c, s)
		for i := range count {
			if math.Abs(table.Share[i]-count[i]) > 1e-4 {
				t.Errorf("%v: share %d is %v, counted %v", m, i, table.Share[i], count[i])
			}
		}
	}
}

func TestRehearsal(t *testing.T) {
	got, err := crosswalk.Default().Rehearse(known.sample(4000, 5))
	if err != nil {
		t.Fatal(err)
	}
	if got.Rows < 1990 || got.Rows > 2010 || got.Corrected > .08 || got.Plain < 4*got.Corrected {
		t.Errorf("%+v", got)
	}
	t.Logf("%+v", got)
}

// TestBothDirectionsAgree learns the mapping from either side of events that are of
// the same mix, and from sides of another mix.
func TestBothDirectionsAgree(t *testing.T) {
	c := crosswalk.Default()
	c.Resamples = 2
	there := learn(t, c, known.sample(6000, 1))
	// The way back by Bayes, when old codes are equally frequent.
	turned := world{truth: [][]float64{{1, 0, 0, 0}, {0, .5, .5, 0}, {0, 0, 0, 1}, {0, 0, 0, 1}, {0, 0, 0, 1}}, blur: known.blur}
	s := turned.sample(6000, 2)
	s.From, s.To = names("new", 5), names("old", 4)
	back := learn(t, c, s)
	for code, d := range there.Disagreement(back, []int32{100, 100, 100, 100}) {
		if d > .06 {
			t.Errorf("old code %d: %.3f of its events are placed differently", code, d)
		}
	}
	if d := there.Disagreement(back, []int32{100, 0, 300, 100}); d[1] != 0 || d[2] < .2 {
		t.Errorf("with another mix of codes: %v", d)
	}
	// In another order, and without the last old code, of which nothing can be said.
	fewer := &crosswalk.Table{From: slices.Clone(back.From), To: []string{back.To[2], back.To[0], back.To[1]}}
	for j := range back.From {
		for _, i := range []int{2, 0, 1} {
			fewer.Share = append(fewer.Share, back.Share[j*len(back.To)+i])
		}
	}
	whole, part := there.Disagreement(back, []int32{100, 100, 100, 0}), there.Disagreement(fewer, []int32{100, 100, 100, 100})
	if !math.IsNaN(part[3]) || math.Abs(part[0]-whole[0]) > 1e-12 || math.Abs(part[2]-whole[2]) > 1e-12 {
		t.Errorf("without the last code %v, with none of its events %v", part, whole)
	}
}

func TestFewNarrativesAreMarked(t *testing.T) {
	s := known.sample(4000, 1)
	for i, c := range s.Codes {
		if c == 3 && i > 40 {
			s.Codes[i] = -1
		}
		if s.Held[i] == 4 && i > 40 {
			s.Held[i] = -1
		}
	}
	c := crosswalk.Default()
	c.Resamples = 10
	table := learn(t, c, s)
	if table.Mappings[3].Status != crosswalk.TooFew {
		t.Errorf("%+v", table.Mappings[3])
	}
	if diff := cmp.Diff([]string{"new 4"}, table.Unjudged); diff != "" {
		t.Errorf("unjudged:\n%s", diff)
	}
	if got := table.Translate([]int32{30, 0, 0, 10}).Unsure; got[0] != .25 {
		t.Errorf("unsure of %v, want .25", got)
	}
}

func TestTheNumberOfCoresMakesNoDifference(t *testing.T) {
	s := known.sample(1000, 2)
	c := crosswalk.Default()
	c.Resamples = 9
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := learn(t, c, s)
	runtime.GOMAXPROCS(3)
	if diff := cmp.Diff(one, learn(t, c, s)); diff != "" {
		t.Errorf("on three cores:\n%s", diff)
	}
}

func TestBadInputs(t *testing.T) {
	good := known.sample(40, 1)
	for name, spoil := range map[string]func(*crosswalk.Sample){
		"probabilities": func(s *crosswalk.Sample) { s.P = s.P[1:] },
		"a code":        func(s *crosswalk.Sample) { s.Codes[0] = 9 },
		"not a number":  func(s *crosswalk.Sample) { s.HeldP[0] = float32(math.NaN()) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			s := known.sample(40, 1)
			spoil(&s)
			_, _ = crosswalk.Default().Learn(s)
		})
	}
	if _, err := (crosswalk.Config{}).Learn(good); err == nil {
		t.Error("settings of zero were taken")
	}
	for i := range good.Held {
		good.Held[i] = -1
	}
	if _, err := crosswalk.Default().Learn(good); err == nil {
		t.Error("a classifier whose errors nobody knows was taken")
	}
}

func ExampleConfig_Learn() {
	// The classifier takes a third of what is "device" for "equipment": uncorrected,
	// the old code would seem to be parted.
	s := crosswalk.Sample{From: []string{"medical device"}, To: []string{"device", "medicine"}}
	for i := range 90 {
		p := []float32{1, 0}
		if i%3 == 0 {
			p = []float32{0, 1}
		}
		s.Codes, s.P = append(s.Codes, 0), append(s.P, p...)
		s.Held, s.HeldP = append(s.Held, 0), append(s.HeldP, p...)
	}
	for range 90 {
		s.Held, s.HeldP = append(s.Held, 1), append(s.HeldP, 0, 1)
	}
	for _, m := range []crosswalk.Method{crosswalk.Plain, crosswalk.Adjusted} {
		c := crosswalk.Default()
		c.Method = m
		table, _ := c.Learn(s)
		fmt.Printf("%v: %.2f device, %.2f medicine\n", m, table.Share[0], table.Share[1])
	}
	// Output:
	// plain: 0.67 device, 0.33 medicine
	// adjusted: 1.00 device, 0.00 medicine
}

func ExampleTable_Translate() {
	table := &crosswalk.Table{
		From: []string{"medication", "device"}, To: []string{"drug", "equipment"},
		Share: []float64{.9, .1, 0, 1}, Mappings: make([]crosswalk.Mapping, 2),
	}
	// Two weeks of counts by the old codes.
	series := table.Translate([]int32{100, 20, 50, 40})
	for week := range 2 {
		at := 2 * week
		fmt.Printf("drug %.0f (%.0f to %.0f), equipment %.0f (%.0f to %.0f)\n", series.Expected[at], series.Low[at], series.High[at], series.Expected[at+1], series.Low[at+1], series.High[at+1])
	}
	// Output:
	// drug 90 (84 to 96), equipment 30 (24 to 37)
	// drug 45 (40 to 50), equipment 45 (40 to 50)
}
