package breaks

import (
	"psims/datasets/frame"
	"psims/datasets/incident"
)

// Frame lists the changes of reporting, as the table "breaks" that a run publishes;
// without a history it has no row.
func (h *History) Frame() *frame.Frame {
	var org, system, kind, known []string
	var week []incident.Day
	var ratio, lo, hi []float64
	if h != nil {
		for _, b := range h.Breaks {
			how := "rule"
			if b.Detected {
				how = "detected"
			}
			org, system, kind, known = append(org, b.Organisation), append(system, b.System), append(kind, b.Kind.String()), append(known, how)
			week, ratio, lo, hi = append(week, b.Week), append(ratio, b.Ratio), append(lo, b.Lo), append(hi, b.Hi)
		}
	}
	return frame.New("breaks",
		frame.Column{Name: "organisation", Doc: "Code of the organisation.", Values: org},
		frame.Column{Name: "system", Doc: "Recording system moved to or joined; empty where all are meant.", Values: system},
		frame.Column{Name: "week", Doc: "Monday of the first week after the change, or of the batch.", Values: week},
		frame.Column{Name: "kind", Doc: "switch, joined, left, batch or level.", Values: kind},
		frame.Column{Name: "known_by", Doc: "rule, or detected in the counts.", Values: known},
		frame.Column{Name: "ratio", Doc: "Reports a week after over before; of a batch, its week over a usual one.", Values: ratio},
		frame.Column{Name: "lo", Doc: "Lower end of its 90 % interval.", Values: lo},
		frame.Column{Name: "hi", Doc: "Upper end.", Values: hi},
	)
}
