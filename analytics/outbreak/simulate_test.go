package outbreak_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"psims/analytics/outbreak"
	"psims/analytics/signal"
	"psims/datasets/incident"
	"psims/datasets/tally"

	"gonum.org/v1/gonum/stat/distuv"
)

func source(seed, stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) }

// draw gives a count of that mean and variance over mean.
func draw(rng *rand.Rand, mean, phi float64) float64 {
	if phi > 1 {
		mean = distuv.Gamma{Alpha: mean / (phi - 1), Beta: 1 / (phi - 1), Src: rng}.Rand()
	}
	if mean < 1e-9 {
		return 0
	}
	return distuv.Poisson{Lambda: mean, Src: rng}.Rand()
}

// simulated is one series whose outbreaks are known.
type simulated struct {
	y    []float64
	now  []float64 // outbreak cases in the judged weeks
	mean []float64 // true mean without outbreaks
	phi  float64
	past float64 // size of the past outbreaks, in standard deviations
	set  int     // parameter set, from 0
	from int     // first judged week
}

// window gives the first and last week of the current outbreak; last is the
// earlier if there is none.
func (s simulated) window() (first, last int) {
	first, last = -1, -2
	for t, c := range s.now {
		if c > 0 {
			if last = t; first < 0 {
				first = t
			}
		}
	}
	return first, last
}

// add puts an outbreak of about k standard deviations at a week: at least two
// cases, spread over the following weeks as lognormal(0, 0.5).
func add(rng *rand.Rand, cases []float64, start int, k, mean, phi float64) {
	size := 0.0
	for size < 2 {
		size = distuv.Poisson{Lambda: k * math.Sqrt(phi*mean), Src: rng}.Rand()
	}
	for range int(size) {
		if at := start + int(math.Ceil(math.Exp(rng.NormFloat64()/2))) - 1; at < len(cases) {
			cases[at]++
		}
	}
}

// noufaily simulates one series of each of the 42 scenarios of Noufaily et al.
// (2013) 4.1: twelve years of weeks, four past outbreaks, most with a current one.
func noufaily(seed uint64) (out []simulated) {
	for p, set := range [][5]float64{ // θ, φ, β, γ₁, γ₂
		{0.1, 1.5, 0.0025, 0.6, 0.6}, {-2, 2, 0.005, 0.1, 0.3}, {1.5, 1, 0.003, 0.2, -0.4}, {0.5, 5, 0.002, 0.5, 0.5},
		{2.5, 3, 0.001, 1, 0.1}, {3.75, 1.1, 0.001, 0.1, -0.1}, {5, 1.2, 0.0001, 0.05, 0.01},
	} {
		for variant := range 6 {
			rng := source(seed, uint64(10*p+variant))
			trend, waves := float64(variant/3), variant%3
			s := simulated{y: make([]float64, 624), now: make([]float64, 624), mean: make([]float64, 624), phi: set[1], set: p, from: 575}
			mean, past := s.mean, make([]float64, 575)
			for t := range s.y {
				eta := set[0] + trend*set[2]*float64(t+1)
				for j := 1; j <= waves; j++ {
					angle := 2 * math.Pi * float64(j*(t+1)) / 52
					eta += set[3]*math.Cos(angle) + set[4]*math.Sin(angle)
				}
				mean[t] = math.Exp(eta)
				s.y[t] = draw(rng, mean[t], set[1])
			}
			if k := []float64{0, 2, 3, 5, 10}[rng.IntN(5)]; k > 0 {
				s.past = k
				for range 4 {
					start := 312 + rng.IntN(263)
					add(rng, past, start, k, mean[start], set[1])
				}
			}
			if rng.Float64() < 0.9 {
				start := 575 + rng.IntN(45)
				add(rng, s.now, start, float64(2+rng.IntN(9)), mean[start], set[1])
			}
			for t := range s.y {
				s.y[t] += s.now[t]
				if t < len(past) {
					s.y[t] += past[t]
				}
			}
			out = append(out, s)
		}
	}
	return out
}

// sparse simulates short strata as they are met: 78 weeks, few events, some weeks
// without any report at all, most with an outbreak in the last twenty.
func sparse(seed uint64, n int) (out []simulated) {
	for i := range n {
		rng := source(seed, uint64(i))
		level := []float64{0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10}[rng.IntN(8)]
		silent, phi := []float64{0, 0.3, 0.6}[rng.IntN(3)], []float64{1, 1.5, 3}[rng.IntN(3)]
		wave, phase, trend := 0.4*rng.Float64(), 2*math.Pi*rng.Float64(), 0.012*rng.Float64()-0.006
		s := simulated{y: make([]float64, 78), now: make([]float64, 78), from: 58}
		mean := make([]float64, 78)
		for t := range s.y {
			mean[t] = level * math.Exp(trend*float64(t-39)+wave*math.Sin(2*math.Pi*float64(t)/52+phase))
			if rng.Float64() >= silent {
				s.y[t] = draw(rng, mean[t], phi)
			}
		}
		if rng.Float64() < 0.8 {
			start := 58 + rng.IntN(16)
			add(rng, s.now, start, []float64{2, 3, 4, 5, 7, 8, 10}[rng.IntN(7)], mean[start]*(1-silent), phi)
		}
		for t := range s.y {
			s.y[t] += s.now[t]
		}
		out = append(out, s)
	}
	return out
}

// figures are the usual ones: false alarms over weeks outside the outbreak, share
// of outbreaks with an alarm between their first and last week, and F1 of weeks.
func figures(series []simulated, judge func(y []float64, from int) []outbreak.Week) (falseAlarms, found, f1 float64) {
	var hits, misses, wrong, quiet, outbreaks, detected float64
	for _, s := range series {
		first, last := s.window()
		seen := false
		for _, w := range judge(s.y, s.from) {
			raised := w.Status == signal.Raised
			inside := w.Index >= first && w.Index <= last
			seen = seen || raised && inside
			switch {
			case s.now[w.Index] > 0 && raised:
				hits++
			case s.now[w.Index] > 0:
				misses++
			case !inside && raised:
				wrong++
			case !inside:
				quiet++
			}
		}
		if first >= 0 {
			outbreaks++
			if seen {
				detected++
			}
		}
	}
	return wrong / (wrong + quiet), detected / outbreaks, 2 * hits / (2*hits + misses + wrong)
}

func TestPredictiveOnPlantedOutbreaks(t *testing.T) {
	var series []simulated
	for seed := range uint64(4) {
		series = append(series, noufaily(100+seed)...)
	}
	p := outbreak.DefaultPredictive()
	falseAlarms, found, f1 := figures(series, p.Weeks)
	t.Logf("predictive: %.4f false alarms a week at alpha 0.01, %.3f of outbreaks found, F1 %.3f", falseAlarms, found, f1)
	// The bands are four standard errors wide for 168 series.
	if falseAlarms < 0.006 || falseAlarms > 0.014 {
		t.Errorf("false alarms %.4f, want about 0.01", falseAlarms)
	}
	if found < 0.57 {
		t.Errorf("%.3f of outbreaks found, want about 0.67", found)
	}
	_, byFlexible, _ := figures(series, outbreak.DefaultFlexible().Weeks)
	t.Logf("farrington-flexible finds %.3f", byFlexible)
	if found < byFlexible+0.03 {
		t.Errorf("found %.3f, farrington-flexible %.3f", found, byFlexible)
	}
}

func TestPredictiveOnSparseStrata(t *testing.T) {
	series := sparse(7, 160**replicates)
	all := make([][]float64, len(series))
	for i, s := range series {
		all[i] = s.y
	}
	p := outbreak.DefaultPredictive()
	p.Alpha = 0.05
	for _, learnt := range []bool{false, true} {
		if learnt {
			p.Prior = outbreak.Learn(all, 58, p)
		}
		falseAlarms, found, f1 := figures(series, p.Weeks)
		t.Logf("learnt from all strata %v: %.4f false alarms a week, %.3f of outbreaks found, F1 %.3f", learnt, falseAlarms, found, f1)
		if falseAlarms > 0.05 || f1 < 0.55 {
			t.Errorf("learnt %v: false alarms %.4f, F1 %.3f", learnt, falseAlarms, f1)
		}
	}
	year := flexible(func(f *outbreak.Flexible) { f.Years, f.Periods, f.NotIncluded, f.Limit54 = 1, 5, 4, false })
	for _, d := range []outbreak.Detector{outbreak.EARS{Variant: 2, Alpha: 0.01}, year} {
		falseAlarms, found, f1 := figures(series, d.Weeks)
		t.Logf("%s: %.4f false alarms a week, %.3f of outbreaks found, F1 %.3f", d.Name(), falseAlarms, found, f1)
	}
}

func TestLearnFindsWhatStrataShare(t *testing.T) {
	var all [][]float64
	for i := range 120 {
		rng := source(8, uint64(i))
		y := make([]float64, 156)
		for t := range y {
			eta := 0.5*math.Cos(2*math.Pi*float64(t)/52) + 0.2*float64(t)/52
			y[t] = draw(rng, math.Exp(eta), 2)
		}
		all = append(all, y)
	}
	got := outbreak.Learn(all, 156, outbreak.DefaultPredictive())
	if err := got.Validate(); err != nil {
		t.Fatal(err)
	}
	if math.Abs(got.Wave[0]-0.5) > 0.1 || math.Abs(got.Wave[1]) > 0.1 || got.WaveSD[0] > 0.2 {
		t.Errorf("wave %v ± %v, want 0.5, 0 and a small spread", got.Wave, got.WaveSD)
	}
	if math.Abs(got.Trend-0.2) > 0.1 {
		t.Errorf("trend %v, want 0.2", got.Trend)
	}
	if none := outbreak.Learn(nil, 0, outbreak.DefaultPredictive()); math.Abs(none.TrendSD-outbreak.DefaultPrior().TrendSD) > 1e-9 {
		t.Errorf("learnt from nothing: %+v", none)
	}
}

// The carry constant is the mean of the weights' exponential; see carry.go.
func TestWeightsHaveMeanOne(t *testing.T) {
	rng := source(9, 9)
	sum, n := 0.0, 400000
	for range n {
		sum += math.Exp(min(3, max(0, rng.ExpFloat64()-1)))
	}
	if mean := sum / float64(n); math.Abs(mean-(1+3/math.E)) > 0.02 {
		t.Errorf("mean %v, want %v", mean, 1+3/math.E)
	}
}

func BenchmarkWeeks(b *testing.B) {
	y := noufaily(1)[12].y // parameter set 3: about ten events a week
	for _, d := range []outbreak.Detector{outbreak.DefaultFlexible(), outbreak.DefaultFarrington(), outbreak.DefaultPredictive(), outbreak.DefaultEARS(2), outbreak.DefaultBayes()} {
		b.Run(d.Name(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				d.Weeks(y, 575)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/49, "ns/series-week")
		})
	}
}

// BenchmarkWatch judges a table of that many strata, three years of a national size
// mix, in one week.
func BenchmarkWatch(b *testing.B) {
	for _, strata := range []int{1000, 100000} {
		counts := mixed(strata, 157)
		b.Run(fmt.Sprint(strata), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				outbreak.Watch(counts, outbreak.Default(counts.Weeks[156]+6))
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(strata), "ns/stratum")
		})
	}
}

// mixed draws strata of which most are sparse, as when events are divided finely.
func mixed(strata, weeks int) *tally.Table {
	monday := incident.NewDay(2023, 1, 2)
	counts := tally.New(monday, monday+incident.Day(7*(weeks-1)), make([]tally.Stratum, strata))
	rng := source(11, 11)
	for s := range strata {
		level := math.Exp(2*rng.NormFloat64() - 1)
		for w := range weeks {
			counts.Counts[w*strata+s] = int32(draw(rng, level, 1.5))
		}
	}
	return counts
}
