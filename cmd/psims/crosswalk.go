package main

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/models/crosswalk"
	"psims/models/label"
)

// Sizes of a crosswalk: newest narratives of each scheme that it is learnt from,
// and the resamples of its intervals. More narrows them little and costs much.
const (
	crosswalkTexts     = 5000
	crosswalkResamples = 50
)

// crosswalks learns, for each other scheme, which of the counted scheme's categories
// its codes stand for, and writes the tables: the crosswalk, and the counts of all
// schemes side by side by quarter.
func (n *night) crosswalks(a answer) error {
	if a.model == nil {
		return nil
	}
	counted := n.categoryTask(n.scheme())
	held := n.lesson(counted)
	m := min(len(held.frozenTexts), crosswalkTexts)
	truth := label.Single(held.frozenY[:m]).Conform(a.names)
	heldP := a.model.Probabilities(nil, held.frozenTexts[:m])
	var codes codesTable
	var checks checksTable
	var sides sideBySide
	sides.observed(n, counted)
	for _, scheme := range n.schemes()[1:] {
		s := crosswalk.Sample{To: a.names, HeldP: heldP}
		for i := range m {
			s.Held = append(s.Held, truth.Class(i))
		}
		other := n.categoryTask(scheme)
		texts := n.crosswalkSample(other, &s)
		if len(texts) < n.cfg.Train.MinEvents || m == 0 {
			continue
		}
		s.P = a.model.Probabilities(nil, texts)
		c := crosswalk.Default()
		c.Resamples, c.Seed = crosswalkResamples, n.cfg.Seed
		t, err := c.Learn(s)
		if err != nil {
			return fmt.Errorf("learning the crosswalk from %s: %w", scheme, err)
		}
		off, err := n.crosswalkChecks(checked{t, s, counted, other}, &checks)
		if err != nil {
			return fmt.Errorf("checking the crosswalk from %s: %w", scheme, err)
		}
		codes.add(scheme, t, off)
		sides.translated(n, other, t)
	}
	return errors.Join(codes.write(n), checks.write(n), sides.write(n))
}

// checked is a crosswalk, what it was learnt from, and the two schemes.
type checked struct {
	table          *crosswalk.Table
	sample         crosswalk.Sample
	counted, other task
}

// crosswalkChecks says how exact a crosswalk can be, and how far the one learnt the
// other way round disagrees, by old code: NaN where there is none.
func (n *night) crosswalkChecks(x checked, checks *checksTable) ([]float64, error) {
	c := crosswalk.Default()
	c.Resamples, c.Seed = 2, n.cfg.Seed // no interval is asked for
	off := make([]float64, len(x.table.From))
	counts, events := make([]int32, len(off)), 0
	for i := range off {
		off[i] = math.NaN()
	}
	for _, k := range x.sample.Codes {
		counts[k]++
	}
	rehearsal, err := c.Rehearse(x.sample)
	if err != nil {
		return off, err
	}
	back, err := n.crosswalkBack(c, x)
	if err != nil {
		return off, err
	}
	apart := 0.0
	if back != nil {
		off = x.table.Disagreement(back, counts)
		for i, v := range off {
			if !math.IsNaN(v) {
				apart, events = apart+v*float64(counts[i]), events+int(counts[i])
			}
		}
	}
	checks.scheme, checks.texts = append(checks.scheme, x.other.scheme), append(checks.texts, int64(rehearsal.Rows))
	checks.wrong, checks.plain = append(checks.wrong, rehearsal.Corrected), append(checks.plain, rehearsal.Plain)
	checks.apart = append(checks.apart, apart/float64(events)) // NaN where nothing could be compared
	return off, nil
}

// crosswalkBack learns the crosswalk the other way round, by the classifier of the
// other scheme; nil when there is none, or nothing that it has not learnt from.
func (n *night) crosswalkBack(c crosswalk.Config, x checked) (*crosswalk.Table, error) {
	model, _, err := n.champion(x.other)
	if err != nil || model == nil {
		return nil, err
	}
	held := n.lesson(x.other)
	m := min(len(held.frozenTexts), crosswalkTexts)
	names := model.Names()
	truth := label.Single(held.frozenY[:m]).Conform(names)
	s := crosswalk.Sample{To: names, HeldP: model.Probabilities(nil, held.frozenTexts[:m])}
	for i := range m {
		s.Held = append(s.Held, truth.Class(i))
	}
	texts := n.crosswalkSample(x.counted, &s)
	if m == 0 || len(texts) == 0 {
		return nil, nil
	}
	s.P = model.Probabilities(nil, texts)
	return c.Learn(s)
}

// checksTable says how far the crosswalks can be trusted.
type checksTable struct {
	scheme              []string
	texts               []int64
	wrong, plain, apart []float64
}

func (c *checksTable) write(n *night) error {
	return n.writeTable(frame.New("crosswalk_check",
		frame.Column{Name: "scheme", Doc: "Scheme that is translated.", Values: c.scheme},
		frame.Column{Name: "texts", Doc: "Texts of a rehearsal in which the truth is known.", Values: c.texts},
		frame.Column{Name: "wrong", Doc: "Share of them that the crosswalk put under the wrong category there: the real one is at best as exact.", Values: c.wrong},
		frame.Column{Name: "wrong_uncorrected", Doc: "The same if the classifier's errors are left in.", Values: c.plain},
		frame.Column{Name: "disagreement", Doc: "Share of the scheme's events that the crosswalk learnt the other way round places otherwise; empty when there is none.", Values: c.apart},
	), "tables/", true)
}

// crosswalkSample fills in the codes of another scheme, and gives the texts of the
// newest events that have them.
func (n *night) crosswalkSample(t task, s *crosswalk.Sample) []string {
	var texts []string
	number := map[string]int32{}
	for i := n.table.Len() - 1; i >= 0 && len(texts) < crosswalkTexts; i-- {
		v := t.value(n.table, i)
		if v == "" || n.table.Text[i] == "" {
			continue
		}
		k, seen := number[v]
		if !seen {
			k = int32(len(s.From))
			number[v] = k
			s.From = append(s.From, v)
		}
		s.Codes, texts = append(s.Codes, k), append(texts, n.table.Text[i])
	}
	return texts
}

// codesTable is the crosswalk as a table.
type codesTable struct {
	scheme, from, to, status []string
	share, lo, hi, apart     []float64
}

// leastShare of a code is not worth a row.
const leastShare = 0.005

func (c *codesTable) add(scheme string, t *crosswalk.Table, apart []float64) {
	b := len(t.To)
	for a, from := range t.From {
		for k, to := range t.To {
			if t.Share[a*b+k] < leastShare {
				continue
			}
			c.scheme, c.from, c.to, c.status = append(c.scheme, scheme), append(c.from, from), append(c.to, to), append(c.status, t.Mappings[a].Status.String())
			c.apart = append(c.apart, apart[a])
			c.share, c.lo, c.hi = append(c.share, t.Share[a*b+k]), append(c.lo, t.Low[a*b+k]), append(c.hi, t.High[a*b+k])
		}
	}
}

func (c *codesTable) write(n *night) error {
	return n.writeTable(frame.New("crosswalk",
		frame.Column{Name: "scheme", Doc: "Scheme that is translated.", Values: c.scheme},
		frame.Column{Name: "from", Doc: "Its category.", Values: c.from},
		frame.Column{Name: "to", Doc: "Category of the counted scheme.", Values: c.to},
		frame.Column{Name: "share", Doc: "Share of from's events that to stands for; below 0.005 left out.", Values: c.share},
		frame.Column{Name: "lo", Doc: "Lower end of its interval.", Values: c.lo},
		frame.Column{Name: "hi", Doc: "Upper end.", Values: c.hi},
		frame.Column{Name: "disagreement", Doc: "Share of from's events that the crosswalk learnt the other way round places otherwise; empty when there is none.", Values: c.apart},
		frame.Column{Name: "status", Doc: "Whether from has a clean counterpart: clean, unclear, split or too few.", Values: c.status},
	), "tables/", true)
}

// sideBySide is the counts of several schemes in the categories of one, by quarter.
type sideBySide struct {
	scheme, category []string
	quarter          []incident.Day
	events, lo, hi   []float64
}

// observed adds the counted scheme's own events.
func (s *sideBySide) observed(n *night, t task) {
	quarters, codes, counts := n.quarters(t, nil)
	for q, day := range quarters {
		for k, code := range codes {
			v := float64(counts[q*len(codes)+k])
			s.row(t.scheme, code, day, v, v, v)
		}
	}
}

// translated adds another scheme's events, in the counted scheme's categories.
func (s *sideBySide) translated(n *night, t task, x *crosswalk.Table) {
	quarters, _, counts := n.quarters(t, x.From)
	series := x.Translate(counts)
	b := len(series.To)
	for q, day := range quarters {
		for k, code := range series.To {
			s.row(t.scheme, code, day, series.Expected[q*b+k], series.Low[q*b+k], series.High[q*b+k])
		}
	}
}

func (s *sideBySide) row(scheme, category string, day incident.Day, events, lo, hi float64) {
	s.scheme, s.category, s.quarter = append(s.scheme, scheme), append(s.category, category), append(s.quarter, day)
	s.events, s.lo, s.hi = append(s.events, math.Round(10*events)/10), append(s.lo, math.Round(10*lo)/10), append(s.hi, math.Round(10*hi)/10)
}

func (s *sideBySide) write(n *night) error {
	return n.writeTable(frame.New("side_by_side",
		frame.Column{Name: "scheme", Doc: "Scheme that the events were coded in.", Values: s.scheme},
		frame.Column{Name: "category", Doc: "Category of the counted scheme.", Values: s.category},
		frame.Column{Name: "quarter", Doc: "First day of the quarter of the first report.", Values: s.quarter},
		frame.Column{Name: "events", Doc: "Events: counted for the counted scheme, expected by the crosswalk for the others.", Values: s.events},
		frame.Column{Name: "lo", Doc: "Lower end of the interval of what people would have counted.", Values: s.lo},
		frame.Column{Name: "hi", Doc: "Upper end.", Values: s.hi},
	), "tables/", true)
}

// quarters counts a scheme's events by quarter and code, quarter by quarter. codes
// nil lists the codes by name; events of codes that are not listed are left out.
func (n *night) quarters(t task, codes []string) (quarters []incident.Day, names []string, counts []int32) {
	said := make([]string, n.table.Len())
	seen := map[string]bool{}
	for i := range said {
		if said[i] = t.value(n.table, i); said[i] != "" {
			seen[said[i]] = true
			if q := quarter(n.table.Reported[i]); len(quarters) == 0 || quarters[len(quarters)-1] != q {
				quarters = append(quarters, q)
			}
		}
	}
	if names = codes; names == nil {
		names = sortedKeys(seen)
	}
	counts = make([]int32, len(quarters)*len(names))
	number := map[string]int{}
	for k, name := range names {
		number[name] = k
	}
	for i, v := range said {
		if k, known := number[v]; known {
			q, _ := slices.BinarySearch(quarters, quarter(n.table.Reported[i]))
			counts[q*len(names)+k]++
		}
	}
	return quarters, names, counts
}
