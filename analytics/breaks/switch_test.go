package breaks_test

import (
	"flag"
	"fmt"
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

// methods that judge. Carry is off, so that alarm can widen the forecast itself.
func methods() []outbreak.Detector {
	f := outbreak.DefaultFlexible()
	f.Years, f.Alpha = 2, alpha
	p := outbreak.DefaultPredictive()
	p.Alpha, p.Carry = alpha, 0
	return []outbreak.Detector{p, f}
}

// replicates of each scenario; docs/methods/breaks.md gives the figures of many.
var replicates = flag.Int("replicates", 2, "simulated nations of each scenario")

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

// verdict is one series in one week: by method, without and with the basis.
type verdict struct {
	series int
	raised [2][2]bool
}

// judge judges the weeks from (after moveWeek) until of the first n series: the
// categories in order, then all events.
func judge(reports []report, weeks [2]int, n int) (out []verdict) {
	t := table(reports)
	length := moveWeek + judged
	counts := weekly(t, length, nil)
	for k := weeks[0]; k < weeks[1]; k++ {
		now := moveWeek + k + 1
		h := breaks.Read(t, start+incident.Day(7*now-1), breaks.Default())
		bases := append(h.Rebase(byCategory(t), nil, len(categories)), h.Rebase(ofAll(t), nil, 1)...)
		usable := weekly(t, length, h.Usable())
		for s, y := range counts[:n] {
			v := verdict{series: s}
			for m, d := range methods() {
				v.raised[m] = [2]bool{alarm(d, y[:now], nil), alarm(d, usable[s][:now], &bases[s])}
			}
			out = append(out, v)
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

// limit is three standard errors above the rate of false alarms that the methods
// have here without a move, were the weeks independent.
func (r rate) limit() float64 { return 0.015 + 3*math.Sqrt(0.015/r.trials) }

// falseAlarms adds up verdicts by method, by category and of all events.
type falseAlarms [2]struct{ category, all rate }

func (f *falseAlarms) add(verdicts []verdict) {
	for _, v := range verdicts {
		for m := range f {
			if v.series == len(categories) {
				f[m].all.add(v.raised[m])
			} else {
				f[m].category.add(v.raised[m])
			}
		}
	}
}

func (f *falseAlarms) check(t *testing.T, name string) {
	t.Helper()
	for m, x := range f {
		t.Logf("%-11s %-22s false alarms a week by category %.4f without, %.4f with the basis; all events %.4f, %.4f", methods()[m].Name()[:10], name,
			x.category.plain/x.category.trials, x.category.rebased/x.category.trials, x.all.plain/x.all.trials, x.all.rebased/x.all.trials)
		for _, r := range []rate{x.category, x.all} {
			if r.rebased/r.trials > r.limit() {
				t.Errorf("%s: %.4f false alarms a week, want at most %.4f", name, r.rebased/r.trials, r.limit())
			}
		}
	}
}

// A move of all organisations with a fifth more or fewer reports raises no more
// alarms than chance does without a move.
func TestSwitchRaisesNoAlarm(t *testing.T) {
	for p, plan := range plans {
		for _, ratio := range []float64{0.8, 1.2} {
			if p == 0 && ratio > 1 {
				continue // nothing changes
			}
			var f falseAlarms
			for seed := range uint64(*replicates) {
				f.add(judge(nationOf(p, ratio, 300+seed).reports(), [2]int{0, judged}, len(categories)+1))
			}
			f.check(t, fmt.Sprintf("%s ×%.1f", plan.name, ratio))
		}
	}
}

// A new reporter, and a batch of old reports, raise no alarm either.
func TestJoinerAndBatchRaiseNoAlarm(t *testing.T) {
	for _, name := range []string{"a new reporter", "a batch of old reports"} {
		var f falseAlarms
		for seed := range uint64(*replicates) {
			x := nationOf(0, 1, 8000+seed)
			reports := x.reports()
			switch name {
			case "a new reporter": // of 30 reports a week beside 200
				x.organisations, x.weekly, x.seed = 1, 30, 9000+seed
				for _, r := range x.reports() {
					if r.reported >= start+7*(moveWeek-15) {
						r.organisation = "ZX900"
						reports = append(reports, r)
					}
				}
			default:
				reports = append(reports, batchOf(3, moveWeek+2, 150)...)
			}
			f.add(judge(reports, [2]int{0, judged}, len(categories)+1))
		}
		f.check(t, name)
	}
}

// An outbreak in one category in the weeks after the move, of ten further reports
// a week on about twelve, is found about as often as in a nation that always
// reported as much as this one does after the move.
func TestOutbreakInTheMonthOfTheSwitch(t *testing.T) {
	for _, ratio := range []float64{0.8, 1.2} {
		var still [2]rate
		for p, plan := range plans {
			var found [2]rate
			for seed := range uint64(4 * *replicates) {
				x := nationOf(p, ratio, 700+seed)
				if p == 0 {
					x.weekly *= ratio
				}
				x.outbreak = func(week int) int {
					if week > moveWeek && week <= moveWeek+4 {
						return 10
					}
					return 0
				}
				var any [2][2]bool
				for _, v := range judge(x.reports(), [2]int{1, 6}, 1) {
					for m := range any {
						for i := range any[m] {
							any[m][i] = any[m][i] || v.raised[m][i]
						}
					}
				}
				for m := range found {
					found[m].add(any[m])
				}
			}
			if p == 0 {
				still = found
			}
			for m, r := range found {
				t.Logf("%-11s %-22s outbreaks found %.3f without, %.3f with the basis", methods()[m].Name()[:10], fmt.Sprintf("%s ×%.1f", plan.name, ratio), r.plain/r.trials, r.rebased/r.trials)
				// Three standard errors, beside what the unknown of the move itself costs.
				if least := still[m].rebased/r.trials - 0.15 - 3*math.Sqrt(0.15/r.trials); r.rebased/r.trials < least {
					t.Errorf("%s: %.2f of outbreaks found, want at least %.2f", plan.name, r.rebased/r.trials, least)
				}
			}
		}
	}
}
