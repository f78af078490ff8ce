package triage_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"psims/analytics/triage"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/datasets/incident/incidenttest"
)

func TestWeeksAreReadBack(t *testing.T) {
	points := map[string][]triage.Point{"b": {{Week: 7, Observed: 2, Expected: 1, Hi: math.NaN()}, {Week: 14, Observed: math.NaN(), Expected: 1, Hi: 4}}, "c": {{Week: 7}}}
	series := append([]triage.Series{{Alert: "a", Points: []triage.Point{{Week: 14, Observed: 1}}}}, triage.Behind([]triage.Alert{{ID: "b"}, {ID: "none"}, {ID: "c"}}, points)...)
	f := triage.WeeklyFrame(series)
	id, err := frame.Get[string](f, "alert_id")
	if d := cmp.Diff([]string{"a", "b", "b", "c"}, id); d != "" || err != nil {
		t.Errorf("weeks of %v (-want +got):\n%s", err, d)
	}
	got, err := triage.FromWeekly(f)
	points["a"] = series[0].Points
	if d := cmp.Diff(points, got, cmpopts.EquateNaNs()); d != "" || err != nil {
		t.Errorf("read back, %v (-want +got):\n%s", err, d)
	}
	if _, err := triage.FromWeekly(frame.New("alert_weekly")); err == nil {
		t.Error("a table without columns gave no error")
	}
}

func TestYesterdayIsTold(t *testing.T) {
	alerts := []triage.Alert{{ID: "b"}, {ID: "a"}, {ID: "c"}}
	f := triage.YesterdayFrame(map[string]int{"b": 0, "a": 5})
	if err := triage.TellYesterday(alerts, f); err != nil {
		t.Fatal(err)
	}
	if alerts[0].Yesterday == nil || *alerts[0].Yesterday != 0 || *alerts[1].Yesterday != 5 || alerts[2].Yesterday != nil {
		t.Errorf("%v %v %v, want 0, 5 and none", alerts[0].Yesterday, alerts[1].Yesterday, alerts[2].Yesterday)
	}
	if err := triage.TellYesterday(alerts, frame.New("yesterday")); err == nil {
		t.Error("a table without columns gave no error")
	}
}

// Weeks end on the as-of day, and no report before the first of them is counted.
func TestWeeksOfATheme(t *testing.T) {
	const asOf = incident.Day(1000)
	var events []incidenttest.Event
	for _, before := range []incident.Day{30, 20, 14, 13, 7, 6, 0} {
		events = append(events, incidenttest.Event{Reported: asOf - before})
	}
	// Of the searched reports, which are all but the first, the theme has all but the second.
	r := &triage.Reports{Events: incidenttest.Table(events...), AsOf: asOf, Rows: []int32{1, 2, 3, 4, 5, 6}}
	var s triage.Standing
	s.Alike, s.Expected, s.Window = []int32{0, 2, 3, 4, 5}, 6, 4
	counts := func(most int) (first incident.Day, out []float64) {
		points := r.Weeks(s, most)
		for _, p := range points {
			if p.Expected != 1.5 || !math.IsNaN(p.Hi) {
				t.Errorf("%+v", p)
			}
			out = append(out, p.Observed)
		}
		return points[0].Week, out
	}
	if first, got := counts(52); first != asOf-34 || !cmp.Equal(got, []float64{0, 0, 1, 2, 2}) {
		t.Errorf("from %d: %v", first, got)
	}
	if first, got := counts(2); first != asOf-13 || !cmp.Equal(got, []float64{2, 2}) {
		t.Errorf("the last two, from %d: %v", first, got)
	}
}
