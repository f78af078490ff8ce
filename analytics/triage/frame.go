package triage

import (
	"errors"
	"maps"
	"math"
	"slices"

	"psims/datasets/frame"
	"psims/datasets/incident"
)

// Series is the weeks behind an alert, in their order.
type Series struct {
	Alert  string // id
	Points []Point
}

// Behind gives the series behind alerts, in their order.
func Behind(alerts []Alert, points map[string][]Point) []Series {
	out := make([]Series, len(alerts))
	for k, a := range alerts {
		out[k] = Series{a.ID, points[a.ID]}
	}
	return out
}

// Weeks counts a theme's reports week by week, for as many weeks as there are reports of
// but at most so many: those at least as like as its members. Weeks run backwards from
// the as-of day, so that the newest is whole.
func (r *Reports) Weeks(s Standing, most int) []Point {
	weeks := min(most, int(r.AsOf-r.Events.Reported[0])/7+1)
	out := make([]Point, weeks)
	for k := range out {
		from := r.AsOf - incident.Day(7*(weeks-k)) + 1
		out[k] = Point{Week: from, Expected: s.Expected / float64(s.Window), Hi: math.NaN()}
	}
	for _, i := range s.Alike {
		if k := weeks - 1 - int(r.AsOf-r.Events.Reported[r.event(i)])/7; k >= 0 && k < weeks {
			out[k].Observed++
		}
	}
	return out
}

// WeeklyFrame lists the weeks behind alerts, as the table "alert_weekly" that a run
// publishes.
func WeeklyFrame(all []Series) *frame.Frame {
	var id []string
	var week []incident.Day
	var observed, expected, hi []float64
	for _, s := range all {
		for _, p := range s.Points {
			id, week = append(id, s.Alert), append(week, p.Week)
			observed, expected, hi = append(observed, p.Observed), append(expected, p.Expected), append(hi, p.Hi)
		}
	}
	return frame.New("alert_weekly",
		frame.Column{Name: "alert_id", Doc: "The alert.", Values: id},
		frame.Column{Name: "week", Doc: "First day of the week.", Values: week},
		frame.Column{Name: "observed", Doc: "Reports; empty when the week was not observed.", Values: observed},
		frame.Column{Name: "expected", Doc: "Reports expected if nothing is unusual; empty when not judged.", Values: expected},
		frame.Column{Name: "upper", Doc: "More than this is unusual; empty when not judged.", Values: hi},
	)
}

// FromWeekly reads the weeks behind alerts back, by the alert's id.
//
// Errors: the table is not of the form that WeeklyFrame gives.
func FromWeekly(f *frame.Frame) (map[string][]Point, error) {
	r := f.Reader()
	id, week := frame.Take[string](r, "alert_id"), frame.Take[incident.Day](r, "week")
	observed, expected, upper := frame.Take[float64](r, "observed"), frame.Take[float64](r, "expected"), frame.Take[float64](r, "upper")
	if r.Err() != nil {
		return nil, r.Err()
	}
	out := map[string][]Point{}
	for i := range id {
		out[id[i]] = append(out[id[i]], Point{Week: week[i], Observed: observed[i], Expected: expected[i], Hi: upper[i]})
	}
	return out, nil
}

// YesterdayFrame lists what [Yesterday] gives, as the table "yesterday" that a run
// publishes.
func YesterdayFrame(told map[string]int) *frame.Frame {
	id := slices.Sorted(maps.Keys(told))
	reports := make([]int64, len(id))
	for k := range id {
		reports[k] = int64(told[id[k]])
	}
	return frame.New("yesterday",
		frame.Column{Name: "alert_id", Doc: "The alert.", Values: id},
		frame.Column{Name: "reports", Doc: "Reports that told of it as of the day before; 0 when it was not on that day's list.", Values: reports},
	)
}

// TellYesterday fills in what the list of the day before had of the alerts.
//
// Errors: the table is not of the form that YesterdayFrame gives.
func TellYesterday(alerts []Alert, f *frame.Frame) error {
	id, err1 := frame.Get[string](f, "alert_id")
	reports, err2 := frame.Get[int64](f, "reports")
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	for k := range alerts {
		if i, there := slices.BinarySearch(id, alerts[k].ID); there {
			before := int(reports[i])
			alerts[k].Yesterday = &before
		}
	}
	return nil
}
