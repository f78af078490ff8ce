package crosswalk

import (
	"maps"
	"math"
	"slices"

	"psims/datasets/frame"
	"psims/datasets/incident"
)

// checksTable says how far the crosswalks can be trusted.
type checksTable struct {
	scheme              []string
	texts               []int64
	wrong, plain, apart []float64
}

func (c *checksTable) frame() *frame.Frame {
	return frame.New("crosswalk_check",
		frame.Column{Name: "scheme", Doc: "Scheme that is translated.", Values: c.scheme},
		frame.Column{Name: "texts", Doc: "Texts of a rehearsal in which the truth is known.", Values: c.texts},
		frame.Column{Name: "wrong", Doc: "Share of them that the crosswalk put under the wrong category there: the real one is at best as exact.", Values: c.wrong},
		frame.Column{Name: "wrong_uncorrected", Doc: "The same if the classifier's errors are left in.", Values: c.plain},
		frame.Column{Name: "disagreement", Doc: "Share of the scheme's events that the crosswalk learnt the other way round places otherwise; empty when there is none.", Values: c.apart},
	)
}

// codesTable is the crosswalk as a table.
type codesTable struct {
	scheme, from, to, status []string
	share, lo, hi, apart     []float64
}

// leastShare of a code is not worth a row.
const leastShare = 0.005

func (c *codesTable) add(scheme string, t *Table, apart []float64) {
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

func (c *codesTable) frame() *frame.Frame {
	return frame.New("crosswalk",
		frame.Column{Name: "scheme", Doc: "Scheme that is translated.", Values: c.scheme},
		frame.Column{Name: "from", Doc: "Its category.", Values: c.from},
		frame.Column{Name: "to", Doc: "Category of the counted scheme.", Values: c.to},
		frame.Column{Name: "share", Doc: "Share of from's events that to stands for; below 0.005 left out.", Values: c.share},
		frame.Column{Name: "lo", Doc: "Lower end of its interval.", Values: c.lo},
		frame.Column{Name: "hi", Doc: "Upper end.", Values: c.hi},
		frame.Column{Name: "disagreement", Doc: "Share of from's events that the crosswalk learnt the other way round places otherwise; empty when there is none.", Values: c.apart},
		frame.Column{Name: "status", Doc: "Whether from has a clean counterpart: clean, unclear, split or too few.", Values: c.status},
	)
}

// sideBySide is the counts of several schemes in the categories of one, by quarter.
type sideBySide struct {
	scheme, category []string
	quarter          []incident.Day
	events, lo, hi   []float64
}

// observed adds the counted scheme's own events.
func (s *sideBySide) observed(n Night, scheme Scheme) {
	quarters, codes, counts := n.quarters(scheme, nil)
	for q, day := range quarters {
		for k, code := range codes {
			v := float64(counts[q*len(codes)+k])
			s.row(scheme.Name, code, day, v, v, v)
		}
	}
}

// translated adds another scheme's events, in the counted scheme's categories.
func (s *sideBySide) translated(n Night, scheme Scheme, x *Table) {
	quarters, _, counts := n.quarters(scheme, x.From)
	series := x.Translate(counts)
	b := len(series.To)
	for q, day := range quarters {
		for k, code := range series.To {
			s.row(scheme.Name, code, day, series.Expected[q*b+k], series.Low[q*b+k], series.High[q*b+k])
		}
	}
}

func (s *sideBySide) row(scheme, category string, day incident.Day, events, lo, hi float64) {
	s.scheme, s.category, s.quarter = append(s.scheme, scheme), append(s.category, category), append(s.quarter, day)
	s.events, s.lo, s.hi = append(s.events, math.Round(10*events)/10), append(s.lo, math.Round(10*lo)/10), append(s.hi, math.Round(10*hi)/10)
}

func (s *sideBySide) frame() *frame.Frame {
	return frame.New("side_by_side",
		frame.Column{Name: "scheme", Doc: "Scheme that the events were coded in.", Values: s.scheme},
		frame.Column{Name: "category", Doc: "Category of the counted scheme.", Values: s.category},
		frame.Column{Name: "quarter", Doc: "First day of the quarter of the first report.", Values: s.quarter},
		frame.Column{Name: "events", Doc: "Events: counted for the counted scheme, expected by the crosswalk for the others.", Values: s.events},
		frame.Column{Name: "lo", Doc: "Lower end of the interval of what people would have counted.", Values: s.lo},
		frame.Column{Name: "hi", Doc: "Upper end.", Values: s.hi},
	)
}

// quarters counts a scheme's events by quarter and code, quarter by quarter. codes
// nil lists the codes by name; events of codes that are not listed are left out.
func (n Night) quarters(scheme Scheme, codes []string) (quarters []incident.Day, names []string, counts []int32) {
	seen := map[string]bool{}
	for i, v := range scheme.Said {
		if v == "" {
			continue
		}
		seen[v] = true
		if q := quarter(n.Reported[i]); len(quarters) == 0 || quarters[len(quarters)-1] != q {
			quarters = append(quarters, q)
		}
	}
	if names = codes; names == nil {
		names = slices.Sorted(maps.Keys(seen))
	}
	counts = make([]int32, len(quarters)*len(names))
	number := map[string]int{}
	for k, name := range names {
		number[name] = k
	}
	for i, v := range scheme.Said {
		if k, known := number[v]; known {
			q, _ := slices.BinarySearch(quarters, quarter(n.Reported[i]))
			counts[q*len(names)+k]++
		}
	}
	return quarters, names, counts
}

// quarter gives the first day of a day's calendar quarter.
func quarter(d incident.Day) incident.Day {
	t := d.Time()
	return incident.NewDay(t.Year(), (t.Month()-1)/3*3+1, 1)
}
