package breaks

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"psims/datasets/incident"
)

// History is how every organisation reported until an as-of day.
type History struct {
	AsOf    incident.Day
	Weeks   []incident.Day // Mondays of the whole weeks, oldest first
	Breaks  []Break        // by organisation in order of first report, then week, then kind
	cfg     Config
	table   *incident.Table
	rows    int // rows of the table reported until AsOf
	senders []*sender
	of      []int32 // sender of each organisation code, −1 for none
	batch   []bool  // rows that are part of a batch
	// reference is how much all that did not change reported in each week, 1 on average.
	reference []float64
}

// sender is one organisation.
type sender struct {
	code   int32
	rows   []int32
	first  incident.Day
	begun  []incident.Day // first day in each system, NoDay if none
	weekly []float64      // reports of each week, without batches
	whole  []float64      // … and with them
	edges  []edge         // changes of level, ascending
	phi    float64        // variance over mean of a week
	breaks []Break
}

// edge is where a segment of one level begins.
type edge struct {
	week   int
	kind   Kind
	system int32
}

// Read finds the breaks of every organisation with a code, from what was reported
// until asOf. Weeks that are not over by then count only for first days. Cost
// linear in events and organisations × weeks, but for the search for changes of
// level, which is up to quadratic in weeks.
//
// Panics if the settings are not valid or nothing was reported in a whole week.
func Read(t *incident.Table, asOf incident.Day, c Config) *History {
	if err := c.Validate(); err != nil {
		panic(err.Error())
	}
	h := &History{AsOf: asOf, cfg: c, table: t, rows: t.Until(asOf)}
	last := (asOf + 1).Monday() - 7
	if h.rows == 0 || last < t.Reported[0].Monday() {
		panic(fmt.Sprintf("breaks: no whole week of reports until %v", asOf))
	}
	for w := t.Reported[0].Monday(); w <= last; w += 7 {
		h.Weeks = append(h.Weeks, w)
	}
	h.gather()
	for _, s := range h.senders {
		h.batches(s)
		h.rules(s)
		s.phi = dispersion(s.weekly)
		h.silence(s)
		slices.SortStableFunc(s.edges, func(a, b edge) int { return cmp.Compare(a.week, b.week) })
	}
	control := h.control()
	for _, s := range h.senders {
		h.levels(s, control)
		h.list(s, control)
	}
	h.reference = control
	return h
}

// Batched tells of each event of the table whether it is part of a batch.
func (h *History) Batched() []bool { return slices.Clone(h.batch) }

// Usable tells of each event reported until AsOf whether it may be counted in a
// series that is compared with its own past: not when it is part of a batch, and
// not when its organisation joined too lately for Rebase to know what it brings.
func (h *History) Usable() []bool {
	out := make([]bool, h.table.Len())
	for i := range h.rows {
		out[i] = !h.batch[i]
	}
	for _, s := range h.senders {
		for _, e := range s.edges {
			if e.kind == Joined && e.week > len(h.Weeks)-h.cfg.Recent-h.cfg.Window {
				for _, i := range s.rows {
					out[i] = false
				}
			}
		}
	}
	return out
}

// week gives the index of a day's week; len(Weeks) or more when it is not over.
func (h *History) week(d incident.Day) int { return int(d-h.Weeks[0]) / 7 }

// gather puts each organisation's reports together.
func (h *History) gather() {
	t := h.table
	h.of, h.batch = make([]int32, len(t.Organisation.Names)), make([]bool, t.Len())
	for i := range h.of {
		h.of[i] = -1
	}
	for i := range h.rows {
		code := t.Organisation.Codes[i]
		if code == 0 {
			continue
		}
		if h.of[code] < 0 {
			h.of[code] = int32(len(h.senders))
			s := &sender{code: code, first: t.Reported[i], begun: make([]incident.Day, len(t.System.Names))}
			for k := range s.begun {
				s.begun[k] = incident.NoDay
			}
			s.weekly, s.whole = make([]float64, len(h.Weeks)), make([]float64, len(h.Weeks))
			h.senders = append(h.senders, s)
		}
		s := h.senders[h.of[code]]
		s.rows = append(s.rows, int32(i))
		if sys := t.System.Codes[i]; !s.begun[sys].Known() {
			s.begun[sys] = t.Reported[i]
		}
		if w := h.week(t.Reported[i]); w < len(h.Weeks) {
			s.weekly[w]++
			s.whole[w]++
		}
	}
}

// rules finds what first days tell.
func (h *History) rules(s *sender) {
	start := h.Weeks[0] + incident.Day(7*h.cfg.StartWeeks)
	names := h.table.System.Names
	if s.first >= start {
		s.edges = append(s.edges, edge{h.week(s.first), Joined, 0})
	}
	from, to := slices.Index(names, string(h.cfg.From)), slices.Index(names, string(h.cfg.To))
	for k, day := range s.begun {
		switch {
		case k == 0 || !day.Known() || day < start || day == s.first:
		case k == to && from >= 0 && s.begun[from].Known() && s.begun[from] < day:
			s.edges = append(s.edges, edge{h.week(day), Switch, int32(k)})
		default:
			// One more system beside the others is told, but is no change of level by itself.
			s.breaks = append(s.breaks, h.found(s, edge{h.week(day), Joined, int32(k)}))
		}
	}
}

// silence finds an organisation that has gone quiet: so long without a report that
// at its own pace it would happen less than once in four hundred, and longer than ever.
func (h *History) silence(s *sender) {
	last, longest, gap := -1, 0, 0
	for w, n := range s.whole {
		if n == 0 {
			gap++
			continue
		}
		if last >= 0 {
			longest = max(longest, gap)
		}
		last, gap = w, 0
	}
	if last < 0 || gap <= longest || gap < 4 {
		return
	}
	sum := 0.0
	from := max(0, last+1-2*h.cfg.Window)
	for _, n := range s.whole[from : last+1] {
		sum += n
	}
	if sum/float64(last+1-from)*float64(gap)/s.phi > 6 {
		s.edges = append(s.edges, edge{last + 1, Left, 0})
	}
}

// found describes an edge without its ratio.
func (h *History) found(s *sender, e edge) Break {
	nan := math.NaN()
	b := Break{
		Organisation: h.table.Organisation.Names[s.code], System: h.table.System.Names[e.system],
		Week: h.Weeks[0] + incident.Day(7*e.week), Kind: e.kind, Detected: e.kind == Left || e.kind == Level || e.kind == Batch,
		Ratio: nan, Lo: nan, Hi: nan,
	}
	return b
}

// list describes the breaks of one organisation.
func (h *History) list(s *sender, control []float64) {
	for i, e := range s.edges {
		b := h.found(s, e)
		switch e.kind {
		case Switch, Level:
			before, after := s.windows(i, h.cfg.Window, len(h.Weeks))
			if r := ratio(s.count(before, control), s.count(after, control), s.phi, h.cfg.DriftSD); r.known() {
				half := 1.645 * math.Sqrt(r.variance)
				b.Ratio, b.Lo, b.Hi = math.Exp(r.log), math.Exp(r.log-half), math.Exp(r.log+half)
			}
		case Left:
			b.Ratio = 0
		}
		s.breaks = append(s.breaks, b)
	}
	slices.SortStableFunc(s.breaks, func(a, b Break) int {
		return cmp.Or(cmp.Compare(a.Week, b.Week), cmp.Compare(a.Kind, b.Kind))
	})
	h.Breaks = append(h.Breaks, s.breaks...)
}
