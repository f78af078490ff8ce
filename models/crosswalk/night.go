package crosswalk

import (
	"fmt"
	"math"

	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/models/label"
)

// Sizes of the crosswalks of a night: newest narratives of each scheme that they are
// learnt from, and the resamples of their intervals. More narrows them little and costs
// much.
const (
	nightTexts     = 5000
	nightResamples = 50
)

// Night is the n events of a night, oldest first.
type Night struct {
	Texts    []string
	Reported []incident.Day
	MinTexts int // of a scheme with fewer no crosswalk is learnt
	Seed     uint64
}

// Scheme is a scheme of categories, with what its senders said.
type Scheme struct {
	Name string
	Said []string // n: category of each event; "" when it has none of this scheme
	// Reading is by the scheme's own classifier; it gives nil when there is none.
	Reading func() (*Reading, error)
}

// Reading is a classifier of a scheme's categories, with texts that it has not learnt from.
type Reading struct {
	Names               []string                       // of its classes
	Read                func(texts []string) []float32 // probabilities, texts × classes
	HeldTexts, HeldSaid []string
}

// Schemes is what the crosswalks of a night say, as tables.
type Schemes struct {
	codes  codesTable
	checks checksTable
	sides  sideBySide
}

// Learn learns, for each other scheme, which of the counted scheme's categories its
// codes stand for.
//
// Errors: a classifier can't be read; the settings are not valid.
func (n Night) Learn(counted Scheme, others []Scheme) (*Schemes, error) {
	r, err := counted.Reading()
	if err != nil || r == nil {
		return nil, err
	}
	to := r.sample()
	out := &Schemes{}
	out.sides.observed(n, counted)
	for _, other := range others {
		s := to
		texts := n.newest(other, &s)
		if len(texts) < n.MinTexts || len(s.Held) == 0 {
			continue
		}
		s.P = r.Read(texts)
		c := Default()
		c.Resamples, c.Seed = nightResamples, n.Seed
		t, err := c.Learn(s)
		if err != nil {
			return nil, fmt.Errorf("learning the crosswalk from %s: %w", other.Name, err)
		}
		off, err := n.check(learnt{t, s, counted, other}, &out.checks)
		if err != nil {
			return nil, fmt.Errorf("checking the crosswalk from %s: %w", other.Name, err)
		}
		out.codes.add(other.Name, t, off)
		out.sides.translated(n, other, t)
	}
	return out, nil
}

// Frames gives the crosswalks, how far they can be trusted, and the counts of all
// schemes side by side by quarter, as the tables that a run publishes.
func (s *Schemes) Frames() []*frame.Frame {
	return []*frame.Frame{s.codes.frame(), s.checks.frame(), s.sides.frame()}
}

// sample gives what the classifier says of texts that it has not learnt from.
func (r *Reading) sample() Sample {
	m := min(len(r.HeldTexts), nightTexts)
	truth := label.Single(r.HeldSaid[:m]).Conform(r.Names)
	s := Sample{To: r.Names, HeldP: r.Read(r.HeldTexts[:m])}
	for i := range m {
		s.Held = append(s.Held, truth.Class(i))
	}
	return s
}

// learnt is a crosswalk, what it was learnt from, and the two schemes.
type learnt struct {
	table          *Table
	sample         Sample
	counted, other Scheme
}

// check says how exact a crosswalk can be, and how far the one learnt the other way
// round disagrees, by old code: NaN where there is none.
func (n Night) check(x learnt, checks *checksTable) ([]float64, error) {
	c := Default()
	c.Resamples, c.Seed = 2, n.Seed // no interval is asked for
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
	back, err := n.back(c, x)
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
	checks.scheme, checks.texts = append(checks.scheme, x.other.Name), append(checks.texts, int64(rehearsal.Rows))
	checks.wrong, checks.plain = append(checks.wrong, rehearsal.Corrected), append(checks.plain, rehearsal.Plain)
	checks.apart = append(checks.apart, apart/float64(events)) // NaN where nothing could be compared
	return off, nil
}

// back learns the crosswalk the other way round, by the classifier of the other scheme;
// nil when there is none, or nothing that it has not learnt from.
func (n Night) back(c Config, x learnt) (*Table, error) {
	r, err := x.other.Reading()
	if err != nil || r == nil {
		return nil, err
	}
	s := r.sample()
	texts := n.newest(x.counted, &s)
	if len(s.Held) == 0 || len(texts) == 0 {
		return nil, nil
	}
	s.P = r.Read(texts)
	return c.Learn(s)
}

// newest fills in the codes of a scheme, and gives the texts of the newest events that
// have them.
func (n Night) newest(scheme Scheme, s *Sample) []string {
	var texts []string
	number := map[string]int32{}
	for i := len(n.Texts) - 1; i >= 0 && len(texts) < nightTexts; i-- {
		v := scheme.Said[i]
		if v == "" || n.Texts[i] == "" {
			continue
		}
		k, seen := number[v]
		if !seen {
			k = int32(len(s.From))
			number[v] = k
			s.From = append(s.From, v)
		}
		s.Codes, texts = append(s.Codes, k), append(texts, n.Texts[i])
	}
	return texts
}
