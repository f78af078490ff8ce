package delay_test

import (
	"flag"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"psims/analytics/delay"
	"psims/analytics/glm"
	"psims/analytics/outbreak"
	"psims/analytics/signal"
	"psims/datasets/incident"
	"psims/datasets/tally"
)

// replicates; docs/methods/delay.md gives the figures of many.
var replicates = flag.Int("replicates", 1, "times fifty quiet series and thirty outbreaks")

// nights are the as-of days, a week apart, on which one series is judged.
const nights = 12

// series of one stratum by week occurred, with an outbreak that begins in the week
// of the first night and lasts six weeks; the other strata share its delays.
func occurredSeries(mean, excess float64, seed uint64) (events [][]event, from incident.Day) {
	rng := rand.New(rand.NewPCG(seed, 3))
	from = incident.NewDay(2023, 1, 2)
	median := 5 + 5*rng.Float64()
	for s, m := range []float64{mean, mean, 20, 60} {
		var all []event
		for w := range 156 + nights {
			n := draw(rng, m, 1.2)
			if k := w - 156; s == 0 && k >= 0 && k < 6 {
				n += draw(rng, excess*math.Sqrt(1.2*mean), 1)
			}
			for range int(n) {
				day := from + incident.Day(7*w+rng.IntN(7))
				all = append(all, event{day, day + incident.Day(math.Exp(math.Log(median)+rng.NormFloat64()))})
			}
		}
		events = append(events, all)
	}
	return events, from
}

// ways of judging a night: each gives the least P of the weeks it looks at.
const (
	asKnown   = iota // the newest week, counted so far, against the past
	complete         // the newest week that is complete
	corrected        // the newest four weeks, each with the share that is in
	reported         // the newest week by the day of the report, as a run judges it
	both             // reported or corrected, whichever is more unusual
	ways
)

// judgeNight gives the least P of each way.
func judgeNight(tr *delay.Triangle, p outbreak.Predictive, byReport []float64) (least [ways]float64) {
	now := delay.Nowcast(tr, delay.Default())[0]
	last := len(now.Weeks) - 1
	counted, final := make([]float64, last+1), make([]float64, last+1)
	done := 0
	for w, week := range now.Weeks {
		counted[w], final[w] = float64(week.Counted), float64(week.Counted)
		if week.Monday+6 <= now.CompleteUntil {
			done = w
		} else {
			final[w] = math.NaN()
		}
	}
	least[asKnown] = p.Weeks(counted, last)[0].P
	least[complete] = p.Weeks(final, done)[0].P
	least[corrected] = 1
	for w := last - 3; w <= last; w++ {
		y := slices.Clone(final[:w+1])
		y[w] = counted[w]
		j := p.Weeks(y, w)[0]
		if j.Status != signal.Quiet && j.Status != signal.Raised {
			continue
		}
		share, sd := now.Weeks[w].Complete, now.Weeks[w].LogSD
		// Of a negative binomial count each event is in with the chance share.
		c := glm.Counts{Mean: share * j.Expected, Dispersion: 1 + share*(j.Phi-1) + share*j.Expected*sd*sd}
		least[corrected] = min(least[corrected], c.Middle(counted[w]))
	}
	least[reported] = outbreak.DefaultPredictive().Weeks(byReport, len(byReport)-1)[0].P
	least[both] = min(least[corrected], least[reported])
	return least
}

// judged gives the least P of each night.
func judged(mean, excess float64, seed uint64) (out [nights][ways]float64) {
	events, from := occurredSeries(mean, excess, seed)
	p := outbreak.DefaultPredictive()
	p.Carry = 0
	for night := range out {
		asOf := from + incident.Day(7*(157+night)-1)
		tr := delay.NewTriangle(from, asOf, make([]tally.Stratum, len(events)), 13)
		byReport := make([]float64, 157+night)
		for _, e := range events[0] {
			if e.reported <= asOf {
				byReport[(e.reported-from)/7]++
			}
		}
		for s, all := range events {
			for _, e := range all {
				tr.Add(e.occurred, e.reported, s)
			}
		}
		out[night] = judgeNight(tr, p, byReport)
	}
	return out
}

// Outbreaks in weeks counted by the day of the event are raised earlier when the
// count so far is compared with the share of what is expected, at the same rate of
// false alarms a night.
func TestDetectionDelay(t *testing.T) {
	quiet, outbreaks, rate := 50**replicates, float64(30**replicates), 0.02
	for _, mean := range []float64{4, 20, 80} {
		var null [ways][]float64
		for seed := range uint64(quiet) {
			for _, night := range judged(mean, 0, 5000+seed) {
				for w, p := range night {
					null[w] = append(null[w], p)
				}
			}
		}
		var limit [ways]float64
		for w := range limit {
			slices.Sort(null[w])
			limit[w] = null[w][int(rate*float64(len(null[w])))]
		}
		var weeks, found [ways]float64
		for seed := range uint64(outbreaks) {
			nightly := judged(mean, 3, 9000+seed)
			for w := range ways {
				at := slices.IndexFunc(nightly[:], func(n [ways]float64) bool { return n[w] < limit[w] })
				if at < 0 {
					at = nights
				} else {
					found[w]++
				}
				weeks[w] += float64(at)
			}
		}
		for w, name := range []string{"as known", "once complete", "corrected", "by report", "both"} {
			t.Logf("mean %3.0f %-14s limit on P %.4f, found %.2f, mean weeks until raised %.2f", mean, name, limit[w], found[w]/outbreaks, weeks[w]/outbreaks)
		}
		if weeks[corrected] > weeks[complete]-1.5*outbreaks || found[corrected] <= found[asKnown] {
			t.Errorf("mean %v: correction brings too little", mean)
		}
	}
}
