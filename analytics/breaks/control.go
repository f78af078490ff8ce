package breaks

import (
	"math"

	"psims/analytics/glm"
)

const (
	// fewestSteady organisations without a break, and leastSteady reports a week of
	// theirs, make a control.
	fewestSteady = 5
	leastSteady  = 20
	// seasonWeeks of counts are needed to tell the yearly wave, and segments as long
	// as seasonSegment for their level to be known apart from it.
	seasonWeeks   = 78
	seasonSegment = 26
	weeksPerYear  = 52.1775
)

// control gives how much would be reported in each week if nobody's reporting
// changed, 1 on average: from the organisations without a break, or, when they are
// too few, from the yearly wave of all.
func (h *History) control() []float64 {
	sum, n := make([]float64, len(h.Weeks)), 0
	for _, s := range h.senders {
		if len(s.edges) > 0 || h.week(s.first) > h.cfg.StartWeeks {
			continue
		}
		n++
		for w, v := range s.weekly {
			sum[w] += v
		}
	}
	mean := 0.0
	for _, v := range sum {
		mean += v / float64(len(sum))
	}
	if n < fewestSteady || mean < leastSteady {
		return h.season()
	}
	for w, v := range sum {
		sum[w] = max(0.2, v/mean)
	}
	return sum
}

// season gives the yearly wave of all organisations, each relative to the level of
// its own long segments; 1 throughout where too little is known to tell.
func (h *History) season() []float64 {
	count, level := make([]float64, len(h.Weeks)), make([]float64, len(h.Weeks))
	for _, s := range h.senders {
		from := max(0, h.week(s.first))
		for i := 0; i <= len(s.edges); i++ {
			until := len(h.Weeks)
			if i < len(s.edges) {
				until = min(until, s.edges[i].week)
			}
			if until-from >= seasonSegment {
				mean := 0.0
				for _, v := range s.weekly[from:until] {
					mean += v / float64(until-from)
				}
				for w := from; w < until; w++ {
					count[w] += s.weekly[w]
					level[w] += mean
				}
			}
			from = max(from, until)
		}
	}
	var y, x, offset []float64
	for w, v := range level {
		if v > 0 {
			wave := yearly(w)
			y, offset, x = append(y, count[w]), append(offset, math.Log(v)), append(x, 1, wave[0], wave[1])
		}
	}
	out := make([]float64, len(h.Weeks))
	coef := []float64{0, 0, 0}
	if len(y) >= seasonWeeks {
		var space glm.Workspace
		if fit := space.Fit(glm.Problem{X: x, Y: y, Offset: offset}); fit.Converged {
			coef = fit.Coef
		}
	}
	for w := range out {
		wave := yearly(w)
		out[w] = math.Exp(coef[1]*wave[0] + coef[2]*wave[1])
	}
	return out
}

func yearly(week int) [2]float64 {
	angle := 2 * math.Pi * float64(week) / weeksPerYear
	return [2]float64{math.Sin(angle), math.Cos(angle)}
}
