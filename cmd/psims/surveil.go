package main

import (
	"errors"

	"psims/analytics/delay"
	"psims/analytics/funnel"
	"psims/datasets/frame"
	"psims/datasets/incident"
)

// surveil writes the tables that stand beside the judged counts: what recent weeks
// will come to once all reports are in, and organisations against similar ones.
func (n *night) surveil(strata *stratification) error {
	return errors.Join(n.nowcast(strata), n.funnel())
}

// maxDelay is the delay in weeks after which a report is not waited for.
const maxDelay = 26

// nowcast tells, for the newest weeks by the day of the event, what the counts will
// come to.
func (n *night) nowcast(strata *stratification) error {
	t := n.table
	asOf := delay.Received(t.Reported, n.asOf)
	from := max(t.Reported[0], asOf-7*incident.Day(n.cfg.Detect.HistoryWeeks))
	var series []delay.Series
	if (asOf+1).Monday()-7 >= from.Monday() {
		tri := delay.NewTriangle(from, asOf, strata.table.Strata, maxDelay)
		for d, dim := range strata.dimensions {
			for i, k := range dim.of {
				if k >= 0 && strata.counts[d][i] {
					tri.Add(t.Occurred[i], t.Reported[i], int(k))
				}
			}
		}
		series = delay.Nowcast(tri, delay.Default())
	}
	var dimension, value []string
	var week, complete []incident.Day
	var counted []int64
	var expected, lo50, hi50, lo90, hi90 []float64
	for _, s := range series {
		if !s.Judged {
			continue
		}
		for _, w := range s.Weeks[max(0, len(s.Weeks)-maxDelay):] {
			dimension, value, week, complete = append(dimension, s.Stratum.Dimension), append(value, s.Stratum.Value), append(week, w.Monday), append(complete, s.CompleteUntil)
			counted, expected = append(counted, int64(w.Counted)), append(expected, w.Expected)
			lo50, hi50, lo90, hi90 = append(lo50, w.Lo50), append(hi50, w.Hi50), append(lo90, w.Lo90), append(hi90, w.Hi90)
		}
	}
	return n.writeTable(frame.New("nowcast",
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
	), "tables/", true)
}

// shareWeeks is how far back events count for the share of severe ones.
const shareWeeks = 52

// funnel sets each organisation's severe and fatal events against what similar
// organisations, those of its type, would have had of the same mix: events of the
// same category in the same recording system. It ranks nobody.
func (n *night) funnel() error {
	organisations, graded := n.severeByMix()
	r, err := funnel.Judge(organisations, funnel.Default())
	if err != nil {
		return err
	}
	var org, group, status, words []string
	var observed, events, expected, lo, hi []float64
	for _, f := range r.Findings {
		org, group, status, words = append(org, f.Code), append(group, f.Group), append(status, f.Status.String()), append(words, f.Words())
		observed, events, expected = append(observed, f.Observed), append(events, graded[f.Code]), append(expected, f.Denominator)
		lo, hi = append(lo, f.Outer.Lo*f.Denominator), append(hi, f.Outer.Hi*f.Denominator)
	}
	return n.writeTable(frame.New("severe_share",
		frame.Column{Name: "organisation", Doc: "Code of the organisation; the table is in their order and ranks nobody.", Values: org},
		frame.Column{Name: "type", Doc: "Organisations of the same type are compared.", Values: group},
		frame.Column{Name: "severe_or_fatal", Doc: "Severe and fatal events of the last 52 weeks.", Values: observed},
		frame.Column{Name: "graded", Doc: "Events with a degree of harm.", Values: events},
		frame.Column{Name: "expected", Doc: "Severe and fatal ones if, of each category and recording system, it had the share of its type.", Values: expected},
		frame.Column{Name: "lo", Doc: "Fewest that are usual for a member of that size and mix (99.8 % limits).", Values: lo},
		frame.Column{Name: "hi", Doc: "Most.", Values: hi},
		frame.Column{Name: "status", Doc: "inside, above, below or cannot judge.", Values: status},
		frame.Column{Name: "words", Doc: "In words, with what it does not mean.", Values: words},
	), "tables/", true)
}

// severeByMix gives each organisation's severe and fatal events of the last weeks
// with those expected of its mix, and its events with a degree of harm by code.
func (n *night) severeByMix() ([]funnel.Organisation, map[string]float64) {
	type cell struct {
		code             string
		system, category int32
	}
	at, graded := map[cell]int{}, map[string]float64{}
	var mix []funnel.CaseMix
	for i := range n.table.Len() {
		code := n.table.Organisation.Value(i)
		if code == "" || !n.joined.counted(i) || !n.judged.Harm[i].Graded() || n.table.Reported[i] <= n.asOf-7*shareWeeks {
			continue
		}
		c := cell{code, n.table.System.Codes[i], n.labelled.category.Codes[i]}
		k, known := at[c]
		if !known {
			k = len(mix)
			at[c] = k
			mix = append(mix, funnel.CaseMix{Code: code, Group: n.orgs[code].Type, Stratum: n.table.System.Value(i) + ": " + n.labelled.category.Value(i)})
		}
		graded[code]++
		mix[k].Exposure++
		if n.judged.Harm[i].SevereOrFatal() {
			mix[k].Observed++
		}
	}
	return funnel.Standardise(mix), graded
}
