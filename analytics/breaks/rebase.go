package breaks

import (
	"fmt"
	"math"

	"psims/datasets/caveat"
	"psims/datasets/incident"
)

// Basis is what the past weeks of one series are worth as a baseline for the last.
type Basis struct {
	// LogExposure is, for each of History.Weeks, the log of what would have been
	// reported relative to the last week if nothing but reporting had changed: 0 in
	// the last week, −Inf where nobody who reports now did. The expected count of a
	// week is in proportion to its exposure.
	LogExposure []float64
	// SD is the standard error of the last week's log exposure relative to that of
	// its baseline: it widens the forecast of the last week.
	SD      float64
	Caveats []caveat.Caveat
}

// Changed reports whether any week's exposure differs from the last.
func (b Basis) Changed() bool {
	for _, v := range b.LogExposure {
		if v != 0 {
			return true
		}
	}
	return false
}

const (
	// baselineHalfLife is the age in weeks at which a past week counts half in a baseline.
	baselineHalfLife = 156
	// mixWeight is how many reports the mix of all organisations weighs in that of one.
	mixWeight = 5
	// caveatShare is the share of a series from which a break is told with it, and
	// caveatWeeks for how long after.
	caveatShare = 0.01
	caveatWeeks = 52
)

// Rebase works out the basis of each of n series for judging the last week. of
// tells for each event of the table which series it is in, −1 for none; counts
// which events are counted at all, nil for those that are Usable; a stricter rule,
// such as tally.Panel.Comparable, must leave out what Usable does.
//
// How far a break moved an organisation is never taken from the newest weeks of
// the judged series itself, but from its other reports and from earlier weeks, so
// that an outbreak in the month of a break is not taken for the break. A series
// that holds all of an organisation's reports has no others: it is then judged
// with the uncertainty of an unknown break. Cost events + series × weeks +
// series × breaks.
//
// Panics if of or counts are not as long as the table.
func (h *History) Rebase(of []int32, counts []bool, n int) []Basis {
	if len(of) != h.table.Len() || counts != nil && len(counts) != len(of) {
		panic(fmt.Sprintf("breaks: %d and %d marks for %d events", len(of), len(counts), h.table.Len()))
	}
	if counts == nil {
		counts = h.Usable()
	}
	r := h.accumulate(of, counts, n)
	out := make([]Basis, n)
	for k := range out {
		out[k] = r.basis(k)
	}
	return out
}

// step is a change of level of one organisation: a Switch or a Level.
type step struct {
	mover         int
	at            int // index among the sender's edges
	kind          Kind
	before, after span
	total         [2]counted // all of the organisation's reports, before and after
}

// mover is an organisation with edges.
type mover struct {
	*sender
	steps       []int   // by edge: index of its step, −1 for none
	base, first float64 // level before the first edge: of everything, and of what counts
	total       float64 // counted reports that tell of its mix
}

// rebase holds the sums over all events, row-major by series.
type rebase struct {
	h      *History
	movers []mover
	steps  []step
	steady []float64    // by series: reports a week of those without an edge
	mix    []float64    // series × movers: reports that tell of the mix
	sizes  []float64    // by series: reports that tell of the mix, all movers
	own    [][3]float64 // series × steps: reports before, after, and after but not of the newest weeks
	batch  []bool       // by series: a batch came lately
	weight []float64    // of each week in a baseline
}

func (h *History) accumulate(of []int32, counts []bool, n int) *rebase {
	r := &rebase{h: h}
	at := make([]int, len(h.senders))
	for i, s := range h.senders {
		at[i] = -1
		if len(s.edges) > 0 {
			at[i] = len(r.movers)
			r.addMover(s)
		}
	}
	r.steady, r.sizes, r.batch = make([]float64, n), make([]float64, n), make([]bool, n)
	r.mix, r.own = make([]float64, n*len(r.movers)), make([][3]float64, n*len(r.steps))
	r.weight = make([]float64, len(h.Weeks))
	settled := len(h.Weeks) - h.cfg.Recent // first week of the newest ones
	since := max(0, settled-2*pastWeeks)
	for w := range max(0, settled) {
		r.weight[w] = math.Exp2(-float64(len(h.Weeks)-1-w) / baselineHalfLife)
	}
	for i := range h.rows {
		k, w := int(of[i]), h.week(h.table.Reported[i])
		if k < 0 || w >= len(h.Weeks) {
			continue
		}
		r.batch[k] = r.batch[k] || h.batch[i] && w >= len(h.Weeks)-h.cfg.Window
		m := -1
		if s := h.of[h.table.Organisation.Codes[i]]; s >= 0 {
			m = at[s]
		}
		counting := counts[i] && !h.batch[i]
		tells := counting && w >= since && w < settled
		switch {
		case m >= 0:
			r.addOwn(k, m, w, h.batch[i])
			if tells {
				r.mix[k*len(r.movers)+m]++
				r.sizes[k]++
				r.movers[m].total++
			}
		case tells:
			r.steady[k] += 1 / float64(settled-since)
		}
	}
	return r
}

// addMover lists the steps of one organisation.
func (r *rebase) addMover(s *sender) {
	h := r.h
	m := mover{sender: s, steps: make([]int, len(s.edges))}
	for i, e := range s.edges {
		m.steps[i] = -1
		if e.kind != Switch && e.kind != Level || e.week >= len(h.Weeks) {
			continue
		}
		before, after := s.windows(i, h.cfg.Window, len(h.Weeks))
		m.steps[i] = len(r.steps)
		r.steps = append(r.steps, step{
			mover: len(r.movers), at: i, kind: e.kind, before: before, after: after,
			total: [2]counted{s.count(before, h.reference), s.count(after, h.reference)},
		})
	}
	if e := s.edges[0]; e.kind != Joined {
		until := min(e.week, len(h.Weeks))
		x := span{from: max(0, until-pastWeeks, h.week(s.first)), until: until}
		if x.until > x.from {
			length := float64(x.until - x.from)
			m.first = s.count(x, h.reference).reports / length
			x.whole = true
			m.base = s.count(x, h.reference).reports / length
		}
	}
	r.movers = append(r.movers, m)
}

// addOwn counts a mover's report in the steps whose windows it lies in.
func (r *rebase) addOwn(k, m, w int, batch bool) {
	for _, i := range r.movers[m].steps {
		if i < 0 {
			continue
		}
		x, own := r.steps[i], &r.own[k*len(r.steps)+i]
		if w >= x.before.from && w < x.before.until && (!batch || x.before.whole) {
			own[0]++
		}
		if w >= x.after.from && w < x.after.until && !batch {
			own[1]++
			if w < len(r.h.Weeks)-r.h.cfg.Recent {
				own[2]++
			}
		}
	}
}

// estimate gives how far each step moved its organisation, as series k may know it.
func (r *rebase) estimate(k int) (out []posterior, f family) {
	c := r.h.cfg
	all := make([]moved, len(r.steps))
	var moves []moved
	for i, x := range r.steps {
		m, own := r.movers[x.mover], r.own[k*len(r.steps)+i]
		before, after := x.total[0], x.total[1]
		if before.weeks == 0 {
			continue
		}
		others := before.reports - own[0]
		reports, expected := after.reports-own[1], others/before.weeks*after.weeks
		if x.kind == Switch {
			// Earlier weeks of the series itself tell too. They do not of a change of
			// level, which may be one of care if it is in this series alone.
			until := min(x.after.until, len(r.h.Weeks)-c.Recent)
			early := m.count(span{from: x.after.from, until: max(x.after.from, until)}, r.h.reference)
			reports, expected, others = reports+own[2], expected+own[0]/before.weeks*early.weeks, before.reports
		}
		all[i] = compare(reports, expected, others, m.phi, c.DriftSD)
		if x.kind == Switch {
			moves = append(moves, all[i])
		}
	}
	f = pool(moves, c)
	for i, x := range r.steps {
		own := f
		if x.kind != Switch {
			own = family{spread: 1}
		}
		if all[i].expected == 0 {
			out = append(out, posterior{own.mean, own.spread, 1})
		} else {
			out = append(out, own.posterior(all[i]))
		}
	}
	return out, f
}

// levels gives a mover's reports a week in each of its segments.
func (r *rebase) levels(m mover, steps []posterior) []float64 {
	out := make([]float64, len(m.edges)+1)
	out[0] = m.first
	level := m.base
	for i, e := range m.edges {
		switch {
		case e.week >= len(r.h.Weeks):
			out[i+1] = out[i]
			continue
		case e.kind == Left:
			out[i+1] = 0
			continue
		case e.kind == Joined || level == 0:
			// With nothing before there is no ratio: what comes after is the level.
			_, after := m.windows(i, pastWeeks, len(r.h.Weeks))
			if c := m.count(after, r.h.reference); c.weeks > 0 {
				level = c.reports / c.weeks
			}
		default:
			p := steps[m.steps[i]]
			level *= math.Exp(p.log)
		}
		out[i+1] = level
	}
	return out
}

// basis works out the exposure of series k, its uncertainty and caveats.
func (r *rebase) basis(k int) Basis {
	weeks := len(r.h.Weeks)
	b := Basis{LogExposure: make([]float64, weeks)}
	if r.batch[k] {
		b.Caveats = append(b.Caveats, caveat.BatchReporting)
	}
	if len(r.movers) == 0 {
		return b
	}
	steps, common := r.estimate(k)
	rise := make([]float64, weeks) // change of exposure at each week
	rise[0] = r.steady[k]
	parts := make([]part, 0, len(r.movers))
	share := r.share(k)
	for i, m := range r.movers {
		mix := (r.mix[k*len(r.movers)+i] + mixWeight*share) / (m.total + mixWeight)
		if m.total == 0 {
			continue // none of its reports count
		}
		p := part{m, mix, r.levels(m, steps)}
		rise[0] += mix * p.level[0]
		for j, e := range m.edges {
			if e.week < weeks {
				rise[max(0, e.week)] += mix * (p.level[j+1] - p.level[j])
			}
		}
		parts = append(parts, p)
	}
	exposure := rise
	for w := 1; w < weeks; w++ {
		exposure[w] += exposure[w-1]
	}
	now := exposure[weeks-1]
	if !(now > 0) {
		return b // nobody reports now: there is nothing to compare
	}
	for w, v := range exposure {
		b.LogExposure[w] = math.Log(max(0, v) / now)
	}
	b.SD = r.sd(parts, steps, common, exposure)
	b.Caveats = append(b.Caveats, r.caveats(parts, now)...)
	return b
}

// share gives series k's share of all that tells of the mix.
func (r *rebase) share(k int) float64 {
	all := 0.0
	for _, v := range r.sizes {
		all += v
	}
	if all == 0 {
		return 0
	}
	return r.sizes[k] / all
}

// part is what one mover contributes to a series.
type part struct {
	mover
	mix   float64
	level []float64 // by segment
}

// sd gives the standard error of the log of the last week's exposure over that of
// the baseline: what a step is unsure of counts by the share of the one that lies
// after it, less that of the other. What all moves have in common adds up.
func (r *rebase) sd(parts []part, steps []posterior, common family, exposure []float64) float64 {
	now, base := exposure[len(exposure)-1], 0.0
	for w, v := range exposure {
		base += r.weight[w] * v
	}
	if base <= 0 {
		return 0
	}
	variance, together, shift := 0.0, 0.0, 0.0
	for _, p := range parts {
		// From the last segment backwards, what lies after each step.
		last, past, until := 0.0, 0.0, len(exposure)
		for j := len(p.edges) - 1; j >= 0; j-- {
			week := max(0, p.edges[j].week)
			if week >= len(exposure) {
				continue
			}
			for w := week; w < until; w++ {
				past += r.weight[w] * p.mix * p.level[j+1]
			}
			if until == len(exposure) {
				last = p.mix * p.level[j+1]
			}
			until = week
			if i := p.steps[j]; i >= 0 {
				g := last/now - past/base
				variance += g * g * steps[i].variance
				if p.edges[j].kind == Switch {
					together += g * steps[i].common
					shift += g
				}
			}
		}
	}
	s := r.h.cfg.StratumSD
	return math.Sqrt(variance + together*together*common.variance + shift*shift*s*s)
}

// caveats says what a reader must know of the breaks behind a series.
func (r *rebase) caveats(parts []part, now float64) (out []caveat.Caveat) {
	moved, other := 0.0, 0.0
	for _, p := range parts {
		for j, e := range p.edges {
			if e.week < len(r.h.Weeks)-caveatWeeks || e.week >= len(r.h.Weeks) {
				continue
			}
			size := p.mix * max(p.level[j], p.level[j+1]) / now
			if e.kind == Switch {
				moved += size
			} else {
				other += size
			}
		}
	}
	if moved >= caveatShare {
		out = append(out, caveat.SystemChange)
	}
	if other >= caveatShare {
		out = append(out, caveat.ReportsNotSafety)
	}
	return out
}

// Align gives a basis's log exposures for other weeks, such as those of a
// tally.Table: 0 before the first report known, the last for later weeks.
func (h *History) Align(b Basis, weeks []incident.Day) []float64 {
	out := make([]float64, len(weeks))
	for i, monday := range weeks {
		if w := int(monday-h.Weeks[0]) / 7; monday >= h.Weeks[0] {
			out[i] = b.LogExposure[min(w, len(h.Weeks)-1)]
		}
	}
	return out
}
