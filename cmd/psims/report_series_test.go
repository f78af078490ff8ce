package main

import (
	"math"
	"testing"

	"psims/datasets/frame"
	"psims/datasets/incident"
)

// A week that was not looked at has no count: the mean must not move.
func TestUnobservedWeekHasNoCount(t *testing.T) {
	var dimension, value []string
	var week []incident.Day
	var reports []float64
	for w := range 30 {
		dimension, value = append(dimension, "specialty"), append(value, "Anaesthetics")
		week, reports = append(week, incident.NewDay(2025, 9, 1)+incident.Day(7*w)), append(reports, float64(4+w%3))
	}
	reports[3] = math.NaN()
	f := frame.New("weekly_counts", frame.Column{Name: "dimension", Doc: "d", Values: dimension}, frame.Column{Name: "value", Doc: "v", Values: value},
		frame.Column{Name: "week", Doc: "w", Values: week}, frame.Column{Name: "reports", Doc: "r", Values: reports})
	out, err := seriesOf(f)
	if err != nil || len(out) != 1 {
		t.Fatalf("%d series, %v", len(out), err)
	}
	if s := out[0]; s.Observed[3] || s.Counts[3] != 0 || !s.Observed[4] {
		t.Errorf("week 4 is observed: %v, with %d reports", s.Observed[3], s.Counts[3])
	}
	n := &night{app: &app{}}
	chart := n.process(&out[0])
	if mean := chart.Band(chart.Points[29]).Mean; math.Abs(mean-5) > 0.2 {
		t.Errorf("the mean is %v, want about 5", mean)
	}
}
