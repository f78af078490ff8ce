package delay_test

import (
	"math"
	"math/rand/v2"
	"slices"

	"psims/analytics/delay"
	"psims/datasets/incident"
	"psims/datasets/tally"

	"gonum.org/v1/gonum/stat/distuv"
)

// scenario is a way in which events occur and are reported.
type scenario struct {
	name string
	// phi is variance over mean of a week's events.
	phi float64
	// drift is the factor by which the median delay changes over the last half year.
	drift float64
	// clumps is the part of reports that an office sends on one day a week.
	clumps float64
	// batch sends so many weeks' worth of old reports at once, batchAge weeks before the as-of day.
	batch    float64
	batchAge int
	// silent is the number of days before the as-of day, from silentAge days before
	// it, on which nothing could be reported; what was held came the day after.
	silent, silentAge int
	// rise multiplies the events of the last three weeks.
	rise float64
	// strata are the mean counts a week.
	strata []float64
}

var sizes = []float64{0.3, 1, 3, 8, 20, 60, 150}

func scenarios() []scenario {
	return []scenario{
		{name: "stationary", phi: 1, drift: 1, strata: sizes},
		{name: "slower by half", phi: 1, drift: 1.5, strata: sizes},
		{name: "twice as fast", phi: 1, drift: 0.5, strata: sizes},
		{name: "sparse only", phi: 1, drift: 1, strata: []float64{0.1, 0.2, 0.3, 0.5, 0.5, 1, 1, 2}},
		{name: "over-dispersed", phi: 4, drift: 1, clumps: 0.5, strata: sizes},
		{name: "batch this week", phi: 1, drift: 1, batch: 8, strata: sizes},
		{name: "batch 3 weeks ago", phi: 1, drift: 1, batch: 8, batchAge: 3, strata: sizes},
		{name: "no reports for 2 days", phi: 1, drift: 1, silent: 2, strata: sizes},
		{name: "no reports for 8 days", phi: 1, drift: 1, silent: 8, strata: sizes},
		{name: "doubled for 3 weeks", phi: 1, drift: 1, rise: 2, strata: sizes},
	}
}

const (
	simulatedWeeks = 110
	maxDelay       = 26
)

// event is one day pair.
type event struct{ occurred, reported incident.Day }

// simulate draws the events of every stratum of a scenario, and the as-of day.
func simulate(sc scenario, seed uint64) (events [][]event, from, asOf incident.Day) {
	rng := rand.New(rand.NewPCG(seed, 77))
	from = incident.NewDay(2024, 1, 1)
	asOf = from + 7*simulatedWeeks - 1 + incident.Day(rng.IntN(7))
	// Every system has its own pace: the median delay in days, and its spread.
	median, spread := 3+9*rng.Float64(), 0.9+0.4*rng.Float64()
	for _, mean := range sc.strata {
		own := median * math.Exp(0.25*rng.NormFloat64())
		var all []event
		for w := range simulatedWeeks {
			m := mean * (1 + 0.15*math.Sin(2*math.Pi*float64(w)/52))
			if sc.rise > 0 && w >= simulatedWeeks-3 {
				m *= sc.rise
			}
			for range int(draw(rng, m, sc.phi)) {
				e := event{occurred: from + incident.Day(7*w+rng.IntN(7))}
				pace := own * math.Pow(sc.drift, max(0, float64(w-simulatedWeeks+26)/26))
				late := incident.Day(math.Exp(math.Log(pace) + spread*rng.NormFloat64()))
				e.reported = e.occurred + late
				if rng.Float64() < sc.clumps {
					e.reported = e.reported.Monday() + 9 // the Wednesday after
				}
				if held := asOf - incident.Day(sc.silentAge); sc.silent > 0 && e.reported <= held && e.reported > held-incident.Day(sc.silent) {
					e.reported = held + 1
				}
				all = append(all, e)
			}
		}
		if sc.batch > 0 {
			at := asOf - incident.Day(7*sc.batchAge)
			for range int(draw(rng, sc.batch*mean, 1)) {
				all = append(all, event{at - 28 - incident.Day(rng.IntN(112)), at})
			}
		}
		events = append(events, all)
	}
	return events, from, received(events, asOf)
}

// received is what a caller does first.
func received(events [][]event, asOf incident.Day) incident.Day {
	var reported []incident.Day
	for _, all := range events {
		for _, e := range all {
			reported = append(reported, e.reported)
		}
	}
	slices.Sort(reported)
	return delay.Received(reported, asOf)
}

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

// triangles gives what is known at the as-of day, and the final counts.
func triangles(events [][]event, from, asOf incident.Day) (now *delay.Triangle, final [][]int) {
	strata := make([]tally.Stratum, len(events))
	now = delay.NewTriangle(from, asOf, strata, maxDelay)
	// In 7·maxDelay days the last week has every report that is part of its count.
	later := delay.NewTriangle(from, asOf+7*maxDelay, strata, maxDelay)
	for s, all := range events {
		for _, e := range all {
			now.Add(e.occurred, e.reported, s)
			later.Add(e.occurred, e.reported, s)
		}
	}
	for _, s := range delay.Nowcast(later, delay.Default()) {
		var row []int
		for _, w := range s.Weeks[:len(now.Weeks)] {
			row = append(row, w.Counted)
		}
		final = append(final, row)
	}
	return now, final
}
