package delay

import (
	"psims/datasets/frame"
	"psims/datasets/incident"
)

// Frame gives the newest weeks, so many, of the series that could be judged, as the
// table "nowcast" that a run publishes.
func Frame(series []Series, weeks int) *frame.Frame {
	var dimension, value []string
	var week, complete []incident.Day
	var counted []int64
	var expected, lo50, hi50, lo90, hi90 []float64
	for _, s := range series {
		if !s.Judged {
			continue
		}
		for _, w := range s.Weeks[max(0, len(s.Weeks)-weeks):] {
			dimension, value, week, complete = append(dimension, s.Stratum.Dimension), append(value, s.Stratum.Value), append(week, w.Monday), append(complete, s.CompleteUntil)
			counted, expected = append(counted, int64(w.Counted)), append(expected, w.Expected)
			lo50, hi50, lo90, hi90 = append(lo50, w.Lo50), append(hi50, w.Hi50), append(lo90, w.Lo90), append(hi90, w.Hi90)
		}
	}
	return frame.New("nowcast",
		frame.Column{Name: "dimension", Doc: "What the stratum divides by.", Values: dimension},
		frame.Column{Name: "value", Doc: "Which part it is.", Values: value},
		frame.Column{Name: "week", Doc: "Monday of the week in which the events happened.", Values: week},
		frame.Column{Name: "complete_until", Doc: "Last day until which this series is complete.", Values: complete},
		frame.Column{Name: "counted", Doc: "Events of the week reported so far.", Values: counted},
		frame.Column{Name: "expected", Doc: "Events of the week once all reports are in.", Values: expected},
		frame.Column{Name: "lo50", Doc: "Lower end of the 50 % interval.", Values: lo50},
		frame.Column{Name: "hi50", Doc: "Upper end.", Values: hi50},
		frame.Column{Name: "lo90", Doc: "Lower end of the 90 % interval.", Values: lo90},
		frame.Column{Name: "hi90", Doc: "Upper end.", Values: hi90},
	)
}
