package main

import (
	"math"

	"psims/analytics/breaks"
	"psims/analytics/outbreak"
	"psims/analytics/signal"
	"psims/analytics/triage"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/datasets/tally"
	"psims/models/cluster"
)

// dimension is one way of dividing the events.
type dimension struct {
	of []int32 // stratum of each event; −1 for none
	// bySystem says that each recording system has labels of its own, so that a
	// stratum begins and ends with an organisation's use of that system.
	bySystem bool
}

// stratification is which event is in which stratum, and the counts of the newest week.
type stratification struct {
	n          *night
	dimensions []dimension
	table      *tally.Table
	counts     [][]bool // by dimension: whether an event is compared with the past
	history    *breaks.History
}

// knownRiskDimension is the dimension of strata that count reports of known risks.
const knownRiskDimension = "known risk"

// strata sorts the events into strata and counts them by week, up to the last whole one.
func (n *night) strata() *stratification {
	t := n.table
	s := &stratification{n: n}
	var strata []tally.Stratum
	add := func(name string, bySystem bool, values []string, code func(i int) int32) {
		at := make([]int32, len(values))
		for k, v := range values {
			at[k] = -1
			if incident.Answered(v) {
				at[k] = int32(len(strata))
				strata = append(strata, tally.Stratum{Dimension: name, Value: v})
			}
		}
		of := make([]int32, t.Len())
		for i := range of {
			of[i] = -1
			if c := code(i); c >= 0 {
				of[i] = at[c]
			}
		}
		s.dimensions = append(s.dimensions, dimension{of, bySystem})
	}
	column := func(name string, bySystem bool, c *incident.Column) {
		add(name, bySystem, c.Names, func(i int) int32 { return c.Codes[i] })
	}
	add("all", false, []string{"all events"}, func(int) int32 { return 0 })
	column("category", false, &n.labelled.category.Column)
	column("specialty", true, &t.Specialty)
	column("care setting", true, &t.CareSetting)
	column("region", false, &t.Region)
	add("theme", false, n.themed.name, func(i int) int32 {
		if n.themed.of[i] == cluster.None {
			return -1
		}
		return n.themed.of[i]
	})
	if n.watched != nil {
		titles := make([]string, len(n.watched.list.Risks))
		for k, r := range n.watched.list.Risks {
			titles[k] = r.Title
		}
		of := n.watched.riskOf()
		add(knownRiskDimension, false, titles, func(i int) int32 { return of[i] })
	}
	last := (n.asOf + 1).Monday() - 7 // Monday of the last whole week
	first := max(t.Reported[0].Monday(), last-incident.Day(7*(n.cfg.Detect.HistoryWeeks-1)))
	s.table = tally.New(first, max(first, last), strata)
	s.count()
	s.unobserved()
	return s
}

// count counts the events that may be compared with the past, each once. Without a whole week
// there is no history of reporting yet.
func (s *stratification) count() {
	t, asOf := s.n.table, s.n.asOf
	var all []bool
	if (asOf+1).Monday()-7 >= t.Reported[0].Monday() {
		s.history = breaks.Read(t, asOf, breaks.Default())
		all = s.history.Usable()
	} else {
		all, _ = tally.DefaultPanel().Comparable(t.Organisation.Codes, t.Reported, asOf)
	}
	bySystem, _ := tally.DefaultPanel().Comparable(reporters(t), t.Reported, asOf)
	for i := range bySystem {
		all[i] = all[i] && s.n.joined.counted(i)
		bySystem[i] = bySystem[i] && all[i]
	}
	for _, dim := range s.dimensions {
		counts := all
		if dim.bySystem {
			counts = bySystem
		}
		s.counts = append(s.counts, counts)
		for i, k := range dim.of {
			if k >= 0 && counts[i] {
				s.table.Add(t.Reported[i], int(k))
			}
		}
	}
}

// reporters gives each event a code for its organisation and recording system; 0
// when no organisation is recorded.
func reporters(t *incident.Table) []int32 {
	out := make([]int32, t.Len())
	for i := range out {
		if o := t.Organisation.Codes[i]; o != 0 {
			out[i] = o*int32(len(t.System.Names)) + t.System.Codes[i]
		}
	}
	return out
}

// silentWeeks is after how many weeks without a report a recording system counts as closed.
const silentWeeks = 4

// unobserved says in which weeks a stratum was not looked at: before the first
// report of the recording systems that use its label, and after their last when
// they have closed. Nothing counted then is no zero.
func (s *stratification) unobserved() {
	t, table := s.n.table, s.table
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
			closed := s.n.asOf-until[k] > 7*silentWeeks && week > until[k]
			if from[k] == 0 || week+6 < from[k] || closed {
				table.SetUnobserved(w, k)
			}
		}
	}
}

// judge gives the judgement of every stratum in each of the newest weeks, oldest
// first. Which events are compared, and what changes of reporting were worth, is as
// known on the as-of day for all of them.
func (s *stratification) judge() [][]signal.Signal {
	basis := s.rebase()
	var exposure []outbreak.Exposure
	for _, b := range basis {
		e := outbreak.Exposure{SD: b.SD}
		if b.Changed() {
			e.Log = s.history.Align(b, s.table.Weeks)
		}
		exposure = append(exposure, e)
	}
	var out [][]signal.Signal
	lookback := min(s.n.cfg.Detect.LookbackWeeks, len(s.table.Weeks)-1)
	for w := len(s.table.Weeks) - 1 - lookback; w < len(s.table.Weeks); w++ {
		c := outbreak.Default(s.table.Weeks[w] + 6)
		c.Exposure = exposure
		sigs := outbreak.Watch(s.table, c)
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
func (s *stratification) rebase() []breaks.Basis {
	if s.history == nil {
		return nil
	}
	out := make([]breaks.Basis, len(s.table.Strata))
	for d, dim := range s.dimensions {
		// Strata of labels that a system has of its own begin anew with it.
		basis := s.history.Rebase(dim.of, s.counts[d], len(out))
		for _, k := range dim.of {
			if k >= 0 {
				out[k] = basis[k]
			}
		}
	}
	return out
}

// rows gives the events counted for a stratum in a week, oldest first.
func (s *stratification) rows(stratum tally.Stratum, week incident.Day) []int32 {
	k := s.index(stratum)
	var out []int32
	for d, dim := range s.dimensions {
		for i, at := range dim.of {
			if at == k && s.counts[d][i] && s.n.table.Reported[i] >= week && s.n.table.Reported[i] < week+7 {
				out = append(out, int32(i))
			}
		}
	}
	return out
}

func (s *stratification) index(stratum tally.Stratum) int32 {
	for k, st := range s.table.Strata {
		if st == stratum {
			return int32(k)
		}
	}
	return -1
}

func (s *stratification) weekPoints(id string, st triage.StratumStanding) []weekPoint {
	counts, observed := s.table.Series(int(s.index(st.Stratum)))
	var out []weekPoint
	for w, week := range s.table.Weeks {
		p := triage.Point{Week: week, Observed: float64(counts[w]), Expected: math.NaN(), Hi: math.NaN()}
		if !observed[w] {
			p.Observed = math.NaN()
		}
		if week == st.Week {
			p.Expected, p.Hi = st.Expected, st.Hi
		}
		out = append(out, weekPoint{id, p})
	}
	return out
}

// writeBreaks lists the changes of reporting.
func (n *night) writeBreaks(h *breaks.History) error {
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
	return n.writeTable(frame.New("breaks",
		frame.Column{Name: "organisation", Doc: "Code of the organisation.", Values: org},
		frame.Column{Name: "system", Doc: "Recording system moved to or joined; empty where all are meant.", Values: system},
		frame.Column{Name: "week", Doc: "Monday of the first week after the change, or of the batch.", Values: week},
		frame.Column{Name: "kind", Doc: "switch, joined, left, batch or level.", Values: kind},
		frame.Column{Name: "known_by", Doc: "rule, or detected in the counts.", Values: known},
		frame.Column{Name: "ratio", Doc: "Reports a week after over before; of a batch, its week over a usual one.", Values: ratio},
		frame.Column{Name: "lo", Doc: "Lower end of its 90 % interval.", Values: lo},
		frame.Column{Name: "hi", Doc: "Upper end.", Values: hi},
	), "tables/", true)
}

// writeCounts publishes the weekly counts of every stratum.
func (n *night) writeCounts(t *tally.Table) error {
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
	return n.writeTable(frame.New("weekly_counts",
		frame.Column{Name: "dimension", Doc: "What the stratum divides by.", Values: dimension},
		frame.Column{Name: "value", Doc: "Which part it is.", Values: value},
		frame.Column{Name: "week", Doc: "Monday of the week.", Values: week},
		frame.Column{Name: "reports", Doc: "Events reported in the week that are compared with the past; empty when not observed.", Values: count},
	), "tables/", true)
}
