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

// run judges the weeks from (after moveWeek) until of the first n series: the
// categories in order, then all events.
func run(x nation, d outbreak.Detector, from, until, n int) (out [][2]bool, of []int) {
	t := table(x.reports())
	counts := weekly(t, x.weeks)
	category, all := make([]int32, t.Len()), make([]int32, t.Len())
	for i := range category {
		category[i] = int32(series(t, i))
	}
	for k := from; k < until; k++ {
		weeks := moveWeek + k + 1
		h := breaks.Read(t, start+incident.Day(7*weeks-1), breaks.Default())
		bases := append(h.Rebase(category, nil, len(categories)), h.Rebase(all, nil, 1)...)
		for s, y := range counts[:n] {
			out = append(out, [2]bool{alarm(d, y[:weeks], nil), alarm(d, y[:weeks], &bases[s])})
			of = append(of, s)
		}
	}
	return out, of
}

func nationOf(plan int, ratio float64, seed uint64) nation {
	return nation{
		organisations: 24, weekly: 200, shares: categories, weeks: moveWeek + judged,
		ratio: ratio, spread: 0.08, move: plans[plan].move, outbreak: none, seed: seed,
	}
}

// rate is a share of trials with and without the basis.
type rate struct{ trials, plain, rebased float64 }

func (r *rate) add(a [2]bool) {
	r.trials++
	if a[0] {
		r.plain++
	}
	if a[1] {
		r.rebased++
	}
}

// A move of all organisations with a fifth more or fewer reports raises no more
// alarms than chance does without a move.
func TestSwitchRaisesNoAlarm(t *testing.T) {
	for _, name := range []string{"predictive", "flexible"} {
		for p, plan := range plans {
			for _, ratio := range []float64{0.8, 1.2} {
				if p == 0 && ratio > 1 {
					continue // nothing changes
				}
				var category, all rate
				for seed := range uint64(*replicates) {
					alarms, of := run(nationOf(p, ratio, 300+seed), method(name), 0, judged, len(categories)+1)
					for i, a := range alarms {
						if of[i] == len(categories) {
							all.add(a)
						} else {
							category.add(a)
						}
					}
				}
				t.Logf("%-10s %-15s ×%.1f: false alarms by category %.4f without, %.4f with the basis; all events %.4f, %.4f", name, plan.name, ratio,
					category.plain/category.trials, category.rebased/category.trials, all.plain/all.trials, all.rebased/all.trials)
				// Three standard errors above the rate, were the weeks independent.
				if limit := 0.015 + 3*math.Sqrt(0.015/category.trials); category.rebased/category.trials > limit {
					t.Errorf("%s, %s: %.4f false alarms a week by category, want at most %.4f", name, plan.name, category.rebased/category.trials, limit)
				}
				if all.rebased/all.trials > 0.015+3*math.Sqrt(0.015/all.trials) {
					t.Errorf("%s, %s: %.4f false alarms a week of all events", name, plan.name, all.rebased/all.trials)
				}
			}
		}
	}
}

// An outbreak in one category in the weeks after the move, of ten further reports
// a week on about twelve, is found about as often as without a move.
func TestOutbreakInTheMonthOfTheSwitch(t *testing.T) {
	for _, name := range []string{"predictive", "flexible"} {
		still := 0.0
		for p, plan := range plans {
			for _, ratio := range []float64{0.8, 1.2} {
				if p == 0 && ratio > 1 {
					continue
				}
				var found rate
				for seed := range uint64(4 * *replicates) {
					x := nationOf(p, ratio, 700+seed)
					x.outbreak = func(week int) int {
						if week > moveWeek && week <= moveWeek+4 {
							return 10
						}
						return 0
					}
					var raised [2]bool
					alarms, _ := run(x, method(name), 1, 6, 1)
					for _, a := range alarms {
						raised[0], raised[1] = raised[0] || a[0], raised[1] || a[1]
					}
					found.add(raised)
				}
				with := found.rebased / found.trials
				t.Logf("%-10s %-15s ×%.1f: outbreaks found %.3f without, %.3f with the basis", name, plan.name, ratio, found.plain/found.trials, with)
				if p == 0 {
					still = with
				} else if with < still-0.35 {
					t.Errorf("%s, %s ×%.1f: %.2f of outbreaks found, without a move %.2f", name, plan.name, ratio, with, still)
				}
			}
		}
	}
}
