// Package stratum answers: how many events has each stratum of a night, week by week,
// which of its weeks are unusual, and what will the newest come to?
//
// In go the events of the night and the ways of dividing them (by category,
// specialty, region, theme and so on). Out come the weekly counts of those events that
// may be compared with the past, the judgement of every stratum in each of the newest
// weeks, and the counts that are to be expected once all reports are in. What is
// unusual is judged by analytics/outbreak, what changes of reporting were worth by
// analytics/breaks, and what is still to come by analytics/delay.
package stratum

import (
	"math"

	"psims/analytics/breaks"
	"psims/analytics/delay"
	"psims/analytics/outbreak"
	"psims/analytics/signal"
	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/datasets/tally"
)

// Events are the n events of a night.
type Events struct {
	Table        *incident.Table
	Counted      []bool // n: whether a report stands for its event, which is counted once
	AsOf         incident.Day
	HistoryWeeks int // whole weeks that are counted, at most
}

// Division is one way of dividing the events.
type Division struct {
	Name   string
	Values []string // those that say nothing are no stratum
	Of     []int32  // n: value of each event; −1 for none
	// BySystem says that each recording system has labels of its own, so that a
	// stratum begins and ends with an organisation's use of that system.
	BySystem bool
}

// All is the division that has every event in one stratum.
func All(events int) Division {
	return Division{Name: "all", Values: []string{"all events"}, Of: make([]int32, events)}
}

// Column divides by the values of a column.
func Column(name string, c *incident.Column) Division {
	return Division{Name: name, Values: c.Names, Of: c.Codes}
}

// dimension says of each event in which stratum of one division it is, and whether it
// is compared with the past there.
type dimension struct {
	of      []int32 // −1 for none
	counted []bool
}

// Strata are the events sorted into strata.
type Strata struct {
	Counts  *tally.Table    // weekly, up to the last whole week
	History *breaks.History // of reporting; nil without a whole week

	events     Events
	compared   []bool
	dimensions []dimension
}

// Divide sorts the events into strata and counts them by week, up to the last whole
// one. Cost: linear in events and divisions.
//
// Panics if there is no event, or a division is not of n events.
func Divide(e Events, divisions ...Division) *Strata {
	s := &Strata{events: e}
	var strata []tally.Stratum
	for _, d := range divisions {
		at := make([]int32, len(d.Values))
		for k, v := range d.Values {
			at[k] = -1
			if incident.Answered(v) {
				at[k] = int32(len(strata))
				strata = append(strata, tally.Stratum{Dimension: d.Name, Value: v})
			}
		}
		of := make([]int32, e.Table.Len())
		for i := range of {
			of[i] = -1
			if c := d.Of[i]; c >= 0 {
				of[i] = at[c]
			}
		}
		s.dimensions = append(s.dimensions, dimension{of: of})
	}
	last := (e.AsOf + 1).Monday() - 7 // Monday of the last whole week
	first := max(e.Table.Reported[0].Monday(), last-incident.Day(7*(e.HistoryWeeks-1)))
	s.Counts = tally.New(first, max(first, last), strata)
	s.count(divisions)
	s.unobserved()
	return s
}

// count counts the events that may be compared with the past, each once. Without a
// whole week there is no history of reporting yet.
func (s *Strata) count(divisions []Division) {
	t, asOf := s.events.Table, s.events.AsOf
	if (asOf+1).Monday()-7 >= t.Reported[0].Monday() {
		s.History = breaks.Read(t, asOf, breaks.Default())
		s.compared = s.History.Usable()
	} else {
		s.compared, _ = tally.DefaultPanel().Comparable(t.Organisation.Codes, t.Reported, asOf)
	}
	bySystem, _ := tally.DefaultPanel().Comparable(t.Reporters(), t.Reported, asOf)
	for i := range bySystem {
		s.compared[i] = s.compared[i] && s.events.Counted[i]
		bySystem[i] = bySystem[i] && s.compared[i]
	}
	for d := range s.dimensions {
		dim := &s.dimensions[d]
		if dim.counted = s.compared; divisions[d].BySystem {
			dim.counted = bySystem
		}
		for i, k := range dim.of {
			if k >= 0 && dim.counted[i] {
				s.Counts.Add(t.Reported[i], int(k))
			}
		}
	}
}

// silentWeeks is after how many weeks without a report a recording system counts as closed.
const silentWeeks = 4

// unobserved says in which weeks a stratum was not looked at: before the first
// report of the recording systems that use its label, and after their last when
// they have closed. Nothing counted then is no zero.
func (s *Strata) unobserved() {
	t, table := s.events.Table, s.Counts
	first, last := make([]incident.Day, len(t.System.Names)), make([]incident.Day, len(t.System.Names))
	for i, sys := range t.System.Codes {
		if first[sys] == 0 {
			first[sys] = t.Reported[i]
		}
		last[sys] = t.Reported[i]
	}
	from, until := make([]incident.Day, len(table.Strata)), make([]incident.Day, len(table.Strata))
	for _, d := range s.dimensions {
		for i, k := range d.of {
			if k < 0 {
				continue
			}
			sys := t.System.Codes[i]
			if from[k] == 0 || first[sys] < from[k] {
				from[k] = first[sys]
			}
			until[k] = max(until[k], last[sys])
		}
	}
	for k := range table.Strata {
		for w, week := range table.Weeks {
			closed := s.events.AsOf-until[k] > 7*silentWeeks && week > until[k]
			if from[k] == 0 || week+6 < from[k] || closed {
				table.SetUnobserved(w, k)
			}
		}
	}
}

// Compared says of each event whether it may be compared with the past: its
// organisation has reported throughout, and it stands for its event.
func (s *Strata) Compared() []bool { return s.compared }

// Judge gives the judgement of every stratum in each of the newest weeks, oldest
// first: of the last one, and of lookback weeks before. Which events are compared, and
// what changes of reporting were worth, is as known on the as-of day for all of them.
func (s *Strata) Judge(lookback int) [][]signal.Signal {
	basis := s.rebase()
	var exposure []outbreak.Exposure
	for _, b := range basis {
		e := outbreak.Exposure{SD: b.SD}
		if b.Changed() {
			e.Log = s.History.Align(b, s.Counts.Weeks)
		}
		exposure = append(exposure, e)
	}
	var out [][]signal.Signal
	lookback = min(lookback, len(s.Counts.Weeks)-1)
	for w := len(s.Counts.Weeks) - 1 - lookback; w < len(s.Counts.Weeks); w++ {
		c := outbreak.Default(s.Counts.Weeks[w] + 6)
		c.Exposure = exposure
		sigs := outbreak.Watch(s.Counts, c)
		for k, b := range basis {
			sigs[k].Caveats = append(sigs[k].Caveats, b.Caveats...)
		}
		signal.FalseDiscovery(sigs)
		out = append(out, sigs)
	}
	return out
}

// rebase gives what the past of each stratum is worth as a baseline, after changes
// of reporting; nil without a history.
func (s *Strata) rebase() []breaks.Basis {
	if s.History == nil {
		return nil
	}
	out := make([]breaks.Basis, len(s.Counts.Strata))
	for _, dim := range s.dimensions {
		// Strata of labels that a system has of its own begin anew with it.
		basis := s.History.Rebase(dim.of, dim.counted, len(out))
		for _, k := range dim.of {
			if k >= 0 {
				out[k] = basis[k]
			}
		}
	}
	return out
}

// Rows gives the events counted for a stratum in the week of a Monday, oldest first.
func (s *Strata) Rows(stratum tally.Stratum, week incident.Day) []int32 {
	k := s.index(stratum)
	var out []int32
	for _, dim := range s.dimensions {
		for i, at := range dim.of {
			if reported := s.events.Table.Reported[i]; at == k && dim.counted[i] && reported >= week && reported < week+7 {
				out = append(out, int32(i))
			}
		}
	}
	return out
}

// index gives the place of a stratum; −1 for one that is not there.
func (s *Strata) index(stratum tally.Stratum) int32 {
	for k, st := range s.Counts.Strata {
		if st == stratum {
			return int32(k)
		}
	}
	return -1
}

// Points gives the weekly counts behind a raised stratum: NaN for a week that was not
// observed, and what was expected in the judged one.
func (s *Strata) Points(st triage.StratumStanding) []triage.Point {
	counts, observed := s.Counts.Series(int(s.index(st.Stratum)))
	var out []triage.Point
	for w, week := range s.Counts.Weeks {
		p := triage.Point{Week: week, Observed: float64(counts[w]), Expected: math.NaN(), Hi: math.NaN()}
		if !observed[w] {
			p.Observed = math.NaN()
		}
		if week == st.Week {
			p.Expected, p.Hi = st.Expected, st.Hi
		}
		out = append(out, p)
	}
	return out
}

// MaxDelay is the delay in weeks after which a report is not waited for.
const MaxDelay = 26

// Nowcast tells, for the newest weeks by the day of the event, what the counts will
// come to. It is nil when not one whole week was received.
func (s *Strata) Nowcast() []delay.Series {
	t := s.events.Table
	asOf := delay.Received(t.Reported, s.events.AsOf)
	from := max(t.Reported[0], asOf-7*incident.Day(s.events.HistoryWeeks))
	if (asOf+1).Monday()-7 < from.Monday() {
		return nil
	}
	tri := delay.NewTriangle(from, asOf, s.Counts.Strata, MaxDelay)
	for _, dim := range s.dimensions {
		for i, k := range dim.of {
			if k >= 0 && dim.counted[i] {
				tri.Add(t.Occurred[i], t.Reported[i], int(k))
			}
		}
	}
	return delay.Nowcast(tri, delay.Default())
}
