package signal

import (
	"strings"

	"psims/datasets/caveat"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/datasets/tally"
)

// Frame lists signals, as the table "signals" that a run publishes.
func Frame(sigs []Signal) *frame.Frame {
	var detector, dimension, value, status, caveats []string
	var week []incident.Day
	var observed, expected, lo, hi, score, p, q []float64
	for _, s := range sigs {
		detector, dimension, value = append(detector, s.Detector), append(dimension, s.Stratum.Dimension), append(value, s.Stratum.Value)
		status, week = append(status, s.Status.String()), append(week, s.Week)
		observed, expected, lo, hi = append(observed, s.Observed), append(expected, s.Expected), append(lo, s.Lo), append(hi, s.Hi)
		score, p, q = append(score, s.Score), append(p, s.P), append(q, s.Q)
		var words []string
		for _, c := range s.Caveats {
			words = append(words, string(c))
		}
		caveats = append(caveats, strings.Join(words, "|"))
	}
	return frame.New("signals",
		frame.Column{Name: "detector", Doc: "The method that judged.", Values: detector},
		frame.Column{Name: "dimension", Doc: "What the stratum divides by.", Values: dimension},
		frame.Column{Name: "value", Doc: "Which part it is.", Values: value},
		frame.Column{Name: "week", Doc: "Monday of the judged week.", Values: week},
		frame.Column{Name: "status", Doc: "quiet, raised, too few (not judged) or not converged (not judged).", Values: status},
		frame.Column{Name: "observed", Doc: "Events in the week.", Values: observed},
		frame.Column{Name: "expected", Doc: "Events expected if nothing is unusual.", Values: expected},
		frame.Column{Name: "lo", Doc: "Fewer than this would be unusual.", Values: lo},
		frame.Column{Name: "hi", Doc: "More than this is unusual.", Values: hi},
		frame.Column{Name: "score", Doc: "1 is on the upper limit.", Values: score},
		frame.Column{Name: "p_value", Doc: "Chance of at least so many if nothing is unusual.", Values: p},
		frame.Column{Name: "q_value", Doc: "False discovery rate over all strata judged that night.", Values: q},
		frame.Column{Name: "caveats", Doc: "Codes of warnings, separated by |.", Values: caveats},
	)
}

// FromFrame reads signals back, all but what no table has.
//
// Errors: the table is not of the form that Frame gives.
func FromFrame(f *frame.Frame) ([]Signal, error) {
	r := f.Reader()
	var text [5][]string
	for k, name := range []string{"detector", "dimension", "value", "status", "caveats"} {
		text[k] = frame.Take[string](r, name)
	}
	week := frame.Take[incident.Day](r, "week")
	var num [7][]float64
	for k, name := range []string{"observed", "expected", "lo", "hi", "score", "p_value", "q_value"} {
		num[k] = frame.Take[float64](r, name)
	}
	if r.Err() != nil {
		return nil, r.Err()
	}
	status := map[string]Status{}
	for _, s := range Statuses() {
		status[s.String()] = s
	}
	out := make([]Signal, len(week))
	for i := range out {
		out[i] = Signal{Detector: text[0][i], Stratum: tally.Stratum{Dimension: text[1][i], Value: text[2][i]}, Status: status[text[3][i]],
			Week: week[i], Observed: num[0][i], Expected: num[1][i], Lo: num[2][i], Hi: num[3][i], Score: num[4][i], P: num[5][i], Q: num[6][i]}
		for _, c := range frame.Parts(text[4][i]) {
			out[i].Caveats = append(out[i].Caveats, caveat.Caveat(c))
		}
	}
	return out, nil
}
