package drift

import (
	"strings"

	"psims/datasets/frame"
)

// Frame gives the report as the table "drift" that a run publishes: the verdict, and then
// each measure.
func (r *Report) Frame() *frame.Frame {
	var name, status, says []string
	var value, usual, lo, hi []float64
	add := func(m Measure) {
		name, status, says = append(name, m.Name), append(status, m.Status.String()), append(says, m.Says)
		value, usual, lo, hi = append(value, m.Value), append(usual, m.Usual), append(lo, m.Watch[0]), append(hi, m.Watch[1])
	}
	add(Measure{Name: "all", Status: r.Status, Says: strings.Join(r.Sentences(), " ")})
	for _, m := range r.Measures {
		add(m)
	}
	return frame.New("drift",
		frame.Column{Name: "measure", Doc: "What was looked at; all is the verdict.", Values: name},
		frame.Column{Name: "status", Doc: "too few, steady, watch or changed.", Values: status},
		frame.Column{Name: "value", Doc: "In the newest 8 weeks.", Values: value},
		frame.Column{Name: "usual", Doc: "In stretches of what the classifier learnt from.", Values: usual},
		frame.Column{Name: "lo", Doc: "Below this it would be watched.", Values: lo},
		frame.Column{Name: "hi", Doc: "Above this it would be watched.", Values: hi},
		frame.Column{Name: "says", Doc: "In words.", Values: says},
	)
}

// Note gives the verdict of a published report in words; "" when all is steady.
//
// Errors: the table is not of the form that Frame gives.
func Note(f *frame.Frame) (string, error) {
	r := f.Reader()
	status, says := frame.Take[string](r, "status"), frame.Take[string](r, "says")
	if r.Err() != nil || len(says) == 0 || status[0] == Steady.String() {
		return "", r.Err()
	}
	return says[0], nil
}
