package breaks_test

import (
	"flag"
	"math"
	"testing"

	"psims/analytics/breaks"
	"psims/analytics/glm"
	"psims/analytics/outbreak"
	"psims/analytics/signal"
	"psims/datasets/incident"
)

const (
	moveWeek = 156 // first week of the moves
	judged   = 13  // weeks judged from there on
	alpha    = 0.01
)

// plans of a move: who moves when.
var plans = []struct {
	name string
	move func(org int) int
}{
	{"no move", never},
	{"all in one week", func(int) int { return moveWeek }},
	{"over 8 weeks", func(org int) int { return moveWeek + org*7%8 }},
	{"over a year", func(org int) int { return moveWeek - 40 + org*37%52 }},
}

func method(name string) outbreak.Detector {
	if name == "flexible" {
		f := outbreak.DefaultFlexible()
		f.Years, f.Alpha = 2, alpha
		return f
	}
	p := outbreak.DefaultPredictive()
	p.Alpha, p.Carry = alpha, 0
	return p
}

// replicates of each scenario; docs/methods/breaks.md gives the figures of many.
var replicates = flag.Int("replicates", 3, "simulated nations of each scenario")

// alarm judges the last week of y by a basis: past counts are brought to what they
// would be now, and what is not known of that widens the forecast. A nil basis
// judges the counts as they are.
func alarm(d outbreak.Detector, y []float64, b *breaks.Basis) bool {
	last := len(y) - 1
	sd := 0.0
	if b != nil {
		y = append([]float64(nil), y...)
		for w, e := range b.LogExposure[:last] {
			if y[w] *= math.Exp(-e); math.IsInf(e, -1) {
				y[w] = math.NaN()
			}
		}
		sd = b.SD
	}
	w := d.Weeks(y, last)[0]
	if !w.Status.Judged() && w.Status != signal.TooFew || math.IsNaN(w.Expected) {
		return false
	}
	c := glm.Counts{Mean: w.Expected, Dispersion: w.Phi + w.Expected*sd*sd}
	return c.Middle(y[last]) < alpha
}

// outcome is how often alarms were raised with and without the basis.
type outcome struct{ weeks, plain, rebased float64 }

// run judges every week from the move on, by category and for all together.
func run(n nation, d outbreak.Detector) [][][2]bool {
	out := make([][][2]bool, judged)
	t := table(n.reports())
	counts := weekly(t, n.weeks)
	of, all := make([]int32, t.Len()), make([]int32, t.Len())
	for i := range of {
		of[i] = int32(series(t, i))
	}
	for k := range judged {
		weeks := moveWeek + k + 1
		h := breaks.Read(t, start+incident.Day(7*weeks-1), breaks.Default())
		bases := append(h.Rebase(of, nil, len(categories)), h.Rebase(all, nil, 1)...)
		for s, y := range counts {
			out[k] = append(out[k], [2]bool{alarm(d, y[:weeks], nil), alarm(d, y[:weeks], &bases[s])})
		}
	}
	return out
}

func nationOf(plan int, ratio float64, seed uint64) nation {
	return nation{
		organisations: 24, weekly: 200, shares: categories, weeks: moveWeek + judged,
		ratio: ratio, spread: 0.08, move: plans[plan].move, outbreak: none, seed: seed,
	}
}

func TestSwitchRaisesNoAlarm(t *testing.T) {
	for _, name := range []string{"predictive", "flexible"} {
		for p, plan := range plans {
			for _, ratio := range []float64{0.8, 1.2} {
				if p == 0 && ratio != 1.2 {
					continue
				}
				var category, all outcome
				for seed := range uint64(*replicates) {
					for _, week := range run(nationOf(p, ratio, 300+seed), method(name)) {
						for s, a := range week {
							x := &category
							if s == len(categories) {
								x = &all
							}
							x.weeks++
							if a[0] {
								x.plain++
							}
							if a[1] {
								x.rebased++
							}
						}
					}
				}
				t.Logf("%-10s %-15s ×%.1f: by category %.4f without, %.4f with; all events %.4f, %.4f", name, plan.name, ratio,
					category.plain/category.weeks, category.rebased/category.weeks, all.plain/all.weeks, all.rebased/all.weeks)
			}
		}
	}
}

func TestOutbreakInTheMonthOfTheSwitch(t *testing.T) {
	for _, name := range []string{"predictive", "flexible"} {
		for p, plan := range plans {
			for _, ratio := range []float64{0.8, 1.2} {
				var found [2]float64
				n := float64(2 * *replicates)
				for seed := range uint64(n) {
					x := nationOf(p, ratio, 700+seed)
					x.outbreak = func(week int) int {
						if week < moveWeek+1 || week > moveWeek+4 {
							return 0
						}
						return 10 // category 0 has about 12 a week: standard deviation 3.8
					}
					var raised [2]bool
					for _, week := range run(x, method(name))[1:6] {
						for i, a := range week[0] {
							raised[i] = raised[i] || a
						}
					}
					for i, r := range raised {
						if r {
							found[i]++
						}
					}
				}
				t.Logf("%-10s %-15s ×%.1f: found %.3f without, %.3f with", name, plan.name, ratio, found[0]/n, found[1]/n)
			}
		}
	}
}
