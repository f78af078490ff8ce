package tally

import (
	"math"

	"psims/datasets/frame"
	"psims/datasets/incident"
)

// Frame gives the weekly counts of every stratum, as the table "weekly_counts" that a
// run publishes.
func (t *Table) Frame() *frame.Frame {
	var dimension, value []string
	var week []incident.Day
	var count []float64
	for s, st := range t.Strata {
		counts, observed := t.Series(s)
		for w, c := range counts {
			v := float64(c)
			if !observed[w] {
				v = math.NaN()
			}
			dimension, value, week, count = append(dimension, st.Dimension), append(value, st.Value), append(week, t.Weeks[w]), append(count, v)
		}
	}
	return frame.New("weekly_counts",
		frame.Column{Name: "dimension", Doc: "What the stratum divides by.", Values: dimension},
		frame.Column{Name: "value", Doc: "Which part it is.", Values: value},
		frame.Column{Name: "week", Doc: "Monday of the week.", Values: week},
		frame.Column{Name: "reports", Doc: "Events reported in the week that are compared with the past; empty when not observed.", Values: count},
	)
}
