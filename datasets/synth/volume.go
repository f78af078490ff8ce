package synth

import (
	"math"
	"slices"

	"psims/datasets/incident"
	"psims/datasets/synth/chance"
)

// calendar counts the weeks of the history: seven days each, the last ending on Until.
type calendar struct {
	first incident.Day
	weeks int
}

func (c calendar) start(week int) incident.Day { return c.first + incident.Day(7*week) }

// season is 1 on average over a year, and highest in mid-January by the given amplitude.
func season(d incident.Day, amplitude float64) float64 {
	return 1 + amplitude*math.Cos(2*math.Pi*float64(d.Time().YearDay()-15)/365.25)
}

// activity is how busy a week is: the winter peak, some years' growth, quiet holidays.
func (c calendar) activity(week int) float64 {
	d := c.start(week)
	a := season(d, .08) * math.Pow(1.04, float64(week)/52)
	for i := range incident.Day(7) {
		if t := (d + i).Time(); t.Month() == 12 && t.Day() == 25 {
			a *= .8
		}
	}
	return a
}

// cutOff reports whether the six-monthly NRLS batches are sent in that week: by the
// end of May and of November.
//
// Source: NaPSIR commentary 2021: peaks every six months at the cut-off.
func (c calendar) cutOff(week int) bool {
	for i := range incident.Day(7) {
		if t := (c.start(week) + i).Time(); (t.Month() == 5 || t.Month() == 11) && t.Day() == 25 {
			return true
		}
	}
	return false
}

// volumes says how many events are reported in each week, and by whom.
type volumes struct {
	byOrganisation []chance.Weights // by week
	count          []int            // by week; sums to Config.Events
	held           [][]uint8        // by week and organisation: how many weeks' events its upload holds; 0 when it sends nothing
}

// newVolumes works out the volumes. Before it moves to LFPSE an organisation
// uploads to NRLS every cycle; what is left then goes in the week of its move.
func newVolumes(cfg Config, cal calendar, orgs []*organisation) volumes {
	weight := make([][]float64, cal.weeks) // week × organisation
	v := volumes{held: make([][]uint8, cal.weeks)}
	for w := range weight {
		weight[w], v.held[w] = make([]float64, len(orgs)), make([]uint8, len(orgs))
	}
	for i, o := range orgs {
		waiting, since := 0.0, 0
		if o.cycle > 1 {
			// What happened before the history began waits for the first upload.
			waiting, since = o.size*float64(o.cycle)/2, o.cycle/2
		}
		for w := range cal.weeks {
			start := cal.start(w)
			if start < o.from {
				waiting = 0
				continue
			}
			x := o.size * cal.activity(w)
			inNRLS := start < o.move
			upload := o.cycle == 1 || o.cycle == 4 && w%4 == i%4 || o.cycle == 26 && cal.cutOff(w)
			last := inNRLS && start+7 >= o.move
			if inNRLS && !upload && !last {
				waiting, since = waiting+x, since+1
				continue
			}
			weight[w][i], v.held[w][i] = x+waiting, uint8(since+1)
			waiting, since = 0, 0
		}
	}
	total := 0.0
	perWeek := make([]float64, cal.weeks)
	for w := range weight {
		v.byOrganisation = append(v.byOrganisation, chance.NewWeights(weight[w]))
		perWeek[w] = v.byOrganisation[w].Total()
		total += perWeek[w]
	}
	v.count = apportion(cfg.Events, perWeek, total)
	return v
}

// apportion shares n out by weight, by largest remainders.
func apportion(n int, weight []float64, total float64) []int {
	out := make([]int, len(weight))
	rest := make([]float64, len(weight))
	order := make([]int, len(weight))
	left := n
	for i, w := range weight {
		exact := float64(n) * w / total
		out[i] = int(exact)
		rest[i], order[i] = exact-float64(out[i]), i
		left -= out[i]
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case rest[a] > rest[b]:
			return -1
		case rest[a] < rest[b]:
			return 1
		}
		return 0
	})
	for i := range left {
		out[order[i%len(order)]]++
	}
	return out
}
