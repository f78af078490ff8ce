package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"math"
	"strings"

	"psims/analytics/emerging"
	"psims/analytics/outbreak"
	"psims/analytics/signal"
	"psims/analytics/triage"
	"psims/datasets/caveat"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/datasets/tally"
	"psims/models/cluster"
)

type detectVerb struct {
	AsOf string `help:"Judge as if that day had just ended (YYYY-MM-DD)." placeholder:"DATE"`
}

// Run judges every stratum of the day and looks for emerging issues.
func (v *detectVerb) Run(ctx context.Context, a *app) error {
	return a.one(ctx, v.AsOf, "detect", (*night).detect)
}

// detect adds signals.parquet, alerts.jsonl and the series behind them.
func (n *night) detect(ctx context.Context) (int, error) {
	if _, err := n.readLabels(ctx); err != nil {
		return 0, err
	}
	if _, err := n.readThemes(ctx); err != nil {
		return 0, err
	}
	terms, counts, err := n.count(ctx)
	if err != nil {
		return 0, err
	}
	themes, err := n.emerging()
	if err != nil {
		return 0, err
	}
	if err := n.watch(ctx); err != nil {
		return 0, err
	}
	strata := n.strata()
	weeks := strata.judge()
	r := &triage.Reports{Events: n.table, Terms: terms, Counts: counts, AsOf: n.asOf, Rows: n.searched()}
	var alerts []triage.Alert
	var points []weekPoint
	for _, s := range themes {
		a := r.Theme(s)
		alerts = append(alerts, a)
		points = append(points, n.themeWeeks(a.ID, s)...)
	}
	for _, s := range triage.FollowStrata(weeks, n.cfg.Detect.FalseDiscovery) {
		s.Rows = strata.rows(s.Stratum, s.Week)
		a := r.Stratum(s)
		if s.Stratum.Dimension == knownRiskDimension {
			a.Kind = triage.KnownRisk
		}
		alerts = append(alerts, a)
		points = append(points, strata.weekPoints(a.ID, s)...)
	}
	alerts = triage.Rank(alerts)
	n.alerts = alerts
	if err := n.writeSignals(weeks[len(weeks)-1]); err != nil {
		return 0, err
	}
	if err := n.writeAlerts(alerts, points); err != nil {
		return 0, err
	}
	if n.dir != "" { // a replay needs no tables
		if err := n.surveil(strata); err != nil {
			return 0, err
		}
	}
	return len(alerts), n.writeCounts(strata.table)
}

// searched gives the events that are searched for emerging issues: all but
// examples of good care, which are no issue however alike they are.
func (n *night) searched() []int32 {
	if n.rows == nil {
		n.rows = make([]int32, 0, n.table.Len())
		for i, k := range n.table.Kind {
			if k != incident.KindGoodCare {
				n.rows = append(n.rows, int32(i))
			}
		}
	}
	return n.rows
}

// emerging follows the emerging themes over the lookback and gives those of the day.
func (n *night) emerging() ([]triage.Standing, error) {
	rows := n.searched()
	s := &emerging.Stream{Terms: n.counts.Gather(rows)}
	for _, i := range rows {
		s.Day, s.Organisation = append(s.Day, n.table.Reported[i]), append(s.Organisation, n.table.Organisation.Codes[i])
	}
	se, err := emerging.NewSearcher(s, n.cfg.emerging())
	if err != nil {
		return nil, err
	}
	tc := triage.Default()
	tc.AlertScore, tc.MaxAlerts = n.cfg.Detect.AlertScore, n.cfg.Detect.MaxAlerts
	var days []incident.Day
	var lists [][]triage.Scored
	step, done := n.bar(int64(n.cfg.Detect.LookbackWeeks+1), "looking for emerging issues")
	defer done()
	for w := n.cfg.Detect.LookbackWeeks; w >= 0; w-- {
		day := n.asOf - incident.Day(7*w)
		days = append(days, day)
		lists = append(lists, n.memory.recall(n, day, func() []triage.Scored { return triage.Shortlist(se.Search(day), tc) }))
		step(1)
	}
	return triage.Follow(days, lists, n.terms.Name, tc), nil
}

// weekPoint is one week of the series behind an alert.
type weekPoint struct {
	alert string
	triage.Point
}

// themeWeeks counts a theme's reports week by week: those at least as like as its
// members. Weeks run backwards from the as-of day, so that the newest is whole.
func (n *night) themeWeeks(id string, s triage.Standing) []weekPoint {
	first := n.table.Reported[0]
	weeks := min(n.cfg.Detect.HistoryWeeks, int(n.asOf-first)/7+1)
	out := make([]weekPoint, weeks)
	for k := range out {
		from := n.asOf - incident.Day(7*(weeks-k)) + 1
		out[k] = weekPoint{id, triage.Point{Week: from, Expected: s.Expected / float64(s.Window), Hi: math.NaN()}}
	}
	for _, i := range s.Alike {
		if k := weeks - 1 - int(n.asOf-n.table.Reported[n.searched()[i]])/7; k >= 0 && k < weeks {
			out[k].Observed++
		}
	}
	return out
}

// stratification is the count of every stratum, and which event is in which.
type stratification struct {
	n      *night
	table  *tally.Table
	of     [][]int32 // by dimension: the stratum of each event; −1 for none
	counts [][]bool  // by dimension: whether the event is compared with the past
	out    tally.Exclusions
}

// knownRiskDimension is the dimension of strata that count reports of known risks.
const knownRiskDimension = "known risk"

// strata counts the events by week and stratum, up to the last whole week.
func (n *night) strata() *stratification {
	t := n.table
	s := &stratification{n: n}
	// Labels that each recording system has of its own begin and end with an
	// organisation's use of that system; the others with the organisation.
	var byOrganisation, bySystem []bool
	byOrganisation, s.out = tally.DefaultPanel().Comparable(t.Organisation.Codes, t.Reported, n.asOf)
	bySystem, _ = tally.DefaultPanel().Comparable(reporters(t), t.Reported, n.asOf)
	last := (n.asOf + 1).Monday() - 7 // Monday of the last whole week
	first := max(t.Reported[0].Monday(), last-incident.Day(7*(n.cfg.Detect.HistoryWeeks-1)))
	var strata []tally.Stratum
	add := func(dimension string, counts []bool, names []string, code func(i int) int32) {
		at := make([]int32, len(names))
		for k, name := range names {
			at[k] = -1
			if incident.Answered(name) {
				at[k] = int32(len(strata))
				strata = append(strata, tally.Stratum{Dimension: dimension, Value: name})
			}
		}
		of := make([]int32, t.Len())
		for i := range of {
			of[i] = -1
			if c := code(i); c >= 0 {
				of[i] = at[c]
			}
		}
		s.of, s.counts = append(s.of, of), append(s.counts, counts)
	}
	column := func(dimension string, counts []bool, c *incident.Column) {
		add(dimension, counts, c.Names, func(i int) int32 { return c.Codes[i] })
	}
	add("all", byOrganisation, []string{"all events"}, func(int) int32 { return 0 })
	column("category", byOrganisation, &n.labelled.category.Column)
	column("specialty", bySystem, &t.Specialty)
	column("care setting", bySystem, &t.CareSetting)
	column("region", byOrganisation, &t.Region)
	add("theme", byOrganisation, n.themed.name, func(i int) int32 {
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
		add(knownRiskDimension, byOrganisation, titles, func(i int) int32 { return of[i] })
	}
	s.table = tally.New(first, max(first, last), strata)
	for d, of := range s.of {
		for i, k := range of {
			if k >= 0 && s.counts[d][i] {
				s.table.Add(t.Reported[i], int(k))
			}
		}
	}
	s.unobserved()
	return s
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
	t := s.n.table
	first, last := make([]incident.Day, len(t.System.Names)), make([]incident.Day, len(t.System.Names))
	for i, sys := range t.System.Codes {
		if first[sys] == 0 {
			first[sys] = t.Reported[i]
		}
		last[sys] = t.Reported[i]
	}
	from, until := make([]incident.Day, len(s.table.Strata)), make([]incident.Day, len(s.table.Strata))
	for _, of := range s.of {
		for i, k := range of {
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
	for k := range s.table.Strata {
		for w, week := range s.table.Weeks {
			closed := s.n.asOf-until[k] > 7*silentWeeks && week > until[k]
			if from[k] == 0 || week+6 < from[k] || closed {
				s.table.SetUnobserved(w, k)
			}
		}
	}
}

// judge gives the judgement of every stratum in each of the newest weeks, oldest first.
func (s *stratification) judge() [][]signal.Signal {
	var out [][]signal.Signal
	lookback := min(s.n.cfg.Detect.LookbackWeeks, len(s.table.Weeks)-1)
	for w := len(s.table.Weeks) - 1 - lookback; w < len(s.table.Weeks); w++ {
		sigs := outbreak.Watch(s.table, outbreak.Default(s.table.Weeks[w]+6))
		signal.FalseDiscovery(sigs)
		if s.out.Batched > 0 {
			for i := range sigs {
				sigs[i].Caveats = append(sigs[i].Caveats, caveat.BatchReporting)
			}
		}
		out = append(out, sigs)
	}
	return out
}

// rows gives the events counted for a stratum in a week, oldest first.
func (s *stratification) rows(stratum tally.Stratum, week incident.Day) []int32 {
	k := s.index(stratum)
	var out []int32
	for d, of := range s.of {
		for i, at := range of {
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

func (n *night) writeSignals(sigs []signal.Signal) error {
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
	return n.writeTable(frame.New("signals",
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
	), "", false)
}

func (n *night) writeAlerts(alerts []triage.Alert, points []weekPoint) error {
	err := n.write("alerts.jsonl", func(w io.Writer) error { return encodeAlerts(w, alerts) })
	if err != nil {
		return err
	}
	var id []string
	var week []incident.Day
	var observed, expected, hi []float64
	for _, p := range points {
		id, week = append(id, p.alert), append(week, p.Week)
		observed, expected, hi = append(observed, p.Observed), append(expected, p.Expected), append(hi, p.Hi)
	}
	return n.writeTable(frame.New("alert_weekly",
		frame.Column{Name: "alert_id", Doc: "The alert.", Values: id},
		frame.Column{Name: "week", Doc: "First day of the week.", Values: week},
		frame.Column{Name: "observed", Doc: "Reports; empty when the week was not observed.", Values: observed},
		frame.Column{Name: "expected", Doc: "Reports expected if nothing is unusual; empty when not judged.", Values: expected},
		frame.Column{Name: "upper", Doc: "More than this is unusual; empty when not judged.", Values: hi},
	), "tables/", true)
}

// encodeAlerts writes a line for each alert.
func encodeAlerts(w io.Writer, alerts []triage.Alert) error {
	b := bufio.NewWriter(w)
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	for i := range alerts {
		if err := enc.Encode(&alerts[i]); err != nil {
			return err
		}
	}
	return b.Flush()
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

// values spells out a dictionary-coded column.
func values(c *incident.Column) []string {
	out := make([]string, len(c.Codes))
	for i := range out {
		out[i] = c.Value(i)
	}
	return out
}
