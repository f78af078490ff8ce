package crosswalk

import (
	"math"
	"math/rand/v2"
	"slices"

	"psims/internal/parallel"

	"gonum.org/v1/gonum/stat/distuv"
)

// Table is P(new code | old code), a×b row-major, with intervals that hold 95 %.
type Table struct {
	From     []string  `json:"from"`
	To       []string  `json:"to"`
	Share    []float64 `json:"share"` // a×b; each row sums to 1
	Low      []float64 `json:"low"`
	High     []float64 `json:"high"`
	Mappings []Mapping `json:"mappings"` // of the a old codes
	// Unjudged lists the new codes with fewer than Config.Least held-out narratives:
	// how the classifier errs on them is not known. One that has none gets no share.
	Unjudged []string    `json:"unjudged"`
	Draws    [][]float32 `json:"draws"` // the a×b shares of each resample, for Translate
}

// Mapping sums up where one old code goes.
type Mapping struct {
	From   string `json:"from"`
	Rows   int    `json:"rows"` // narratives it was learnt from
	Status Status `json:"status"`
	// Entropy is of its shares, in bits: 0 when all go to one new code, 1 when they
	// are halved between two. Codes is 2 to that: it is spread as if over so many.
	Entropy         float64    `json:"entropy_bits"`
	EntropyInterval [2]float64 `json:"entropy_interval"`
	Codes           float64    `json:"codes"`
	Best            string     `json:"best"` // the new code that holds most of it
}

// Learn makes the crosswalk. The intervals resample both sets of narratives with
// Poisson weights (bootstrap), so they hold what is uncertain in the mix of each
// old code and in how the classifier errs.
//
// They do not hold what comes of a broken assumption: where the narratives of a new
// code read otherwise under one old code than on the whole, shares are drawn towards
// the new codes whose narratives they are like. Nor does a code that the new scheme
// lacks show itself: it is spread over what is nearest in words.
//
// Panics unless the shapes agree. Errors: settings that do not validate, nothing to
// learn from. Cost: (n·b + a·b²·iterations)·resamples for Adjusted, n·b·iterations·resamples
// for Prior.
func (c Config) Learn(s Sample) (*Table, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	a, b := len(s.From), len(s.To)
	t := &Table{From: slices.Clone(s.From), To: slices.Clone(s.To), Mappings: make([]Mapping, a)}
	for i := range t.Mappings {
		t.Mappings[i].From = s.From[i]
	}
	for _, code := range s.Codes {
		if code >= 0 {
			t.Mappings[code].Rows++
		}
	}
	held := make([]int, b)
	for _, code := range s.Held {
		if code >= 0 {
			held[code]++
		}
	}
	for j, n := range held {
		if n < c.Least {
			t.Unjudged = append(t.Unjudged, s.To[j])
		}
	}
	l := &learner{Config: c, Sample: s, mappings: t.Mappings}
	const steps, again = 60, 8
	var scaled scaling
	if c.Method == Prior {
		scaled = s.scalingOf(nil, scaled, steps)
		l.rows = scaled.rows(s.P)
	}
	t.Share = l.shares(nil, nil)
	l.start = t.Share // resamples lie near by
	// Every resample draws from a stream of its own, so that the number of cores makes no difference.
	t.Draws = make([][]float32, c.Resamples)
	parallel.Blocks(c.Resamples, 1, func(_, r, _ int) {
		chance := distuv.Poisson{Lambda: 1, Src: rand.NewPCG(c.Seed, uint64(r))}
		weights, held := make([]float64, len(s.Codes)), make([]float64, len(s.Held))
		for i := range weights {
			weights[i] = chance.Rand()
		}
		for i := range held {
			held[i] = chance.Rand()
		}
		mine := *l
		if c.Method == Prior {
			mine.rows = s.scalingOf(held, scaled, again).rows(s.P)
		}
		t.Draws[r] = make([]float32, a*b)
		for i, v := range mine.shares(weights, held) {
			t.Draws[r][i] = float32(v)
		}
	})
	t.Low, t.High = make([]float64, a*b), make([]float64, a*b)
	values := make([]float64, c.Resamples)
	for i := range t.Share {
		for r, draw := range t.Draws {
			values[r] = float64(draw[i])
		}
		t.Low[i], t.High[i] = middle(values)
		// The shares are of all rows, the bounds of resamples: neither may leave the other outside.
		t.Low[i], t.High[i] = min(t.Low[i], t.Share[i]), max(t.High[i], t.Share[i])
	}
	t.sumUp(c)
	return t, nil
}

// learner holds what does not change from one resample to the next.
type learner struct {
	Config
	Sample
	mappings []Mapping
	rows     []row     // of the narratives, for Prior
	start    []float64 // a×b: where the search for Prior begins; nil for the first
}

// shares estimates the a×b shares with every narrative counted by its weight; nil for once each.
func (l *learner) shares(weights, held []float64) []float64 {
	a, b := len(l.From), len(l.To)
	e := l.confusionOf(held)
	seen, all := make([]float64, a*b), make([]float64, b)
	rows := make([][]row, a)
	var every []row
	for i, code := range l.Codes {
		if code < 0 {
			continue
		}
		w := 1.0
		if weights != nil {
			w = weights[i]
		}
		if l.Method == Prior {
			r := l.rows[i]
			r.weight = w
			rows[code], every = append(rows[code], r), append(every, r)
			continue
		}
		p := l.P[i*b : (i+1)*b]
		add(seen[int(code)*b:int(code+1)*b], p, w)
		add(all, p, w)
	}
	mix := l.estimate(e, every, all, e.share)
	out := make([]float64, 0, a*b)
	for code := range a {
		from, until := code*b, (code+1)*b
		if l.mappings[code].Rows < l.Least {
			out = append(out, mix...)
			continue
		}
		start := mix
		if l.start != nil {
			start = l.start[from:until]
		}
		out = append(out, l.estimate(e, rows[code], seen[from:until], start)...)
	}
	return out
}

// estimate gives the shares of one old code, or of all.
func (l *learner) estimate(e confusion, rows []row, seen, start []float64) []float64 {
	switch l.Method {
	case Adjusted:
		return e.unmix(seen, l.Config)
	case Prior:
		return e.reprior(rows, start, l.Config)
	}
	out := slices.Clone(seen)
	scale(out, 1)
	return out
}

// sumUp fills in the mappings.
func (t *Table) sumUp(c Config) {
	b := len(t.To)
	values := make([]float64, len(t.Draws))
	for i := range t.Mappings {
		m := &t.Mappings[i]
		share := t.Share[i*b : (i+1)*b]
		top := 0
		for j, v := range share {
			if v > share[top] {
				top = j
			}
		}
		m.Best, m.Entropy = t.To[top], entropy(share)
		m.Codes = math.Exp2(m.Entropy)
		for r, draw := range t.Draws {
			values[r] = entropy(draw[i*b : (i+1)*b])
		}
		m.EntropyInterval[0], m.EntropyInterval[1] = middle(values)
		switch {
		case m.Rows < c.Least:
			m.Status = TooFew
		case t.Low[i*b+top] >= c.Clean:
			m.Status = Clean
		case slices.Max(t.High[i*b:(i+1)*b]) < c.Clean:
			m.Status = Split
		default:
			m.Status = Unclear
		}
	}
}

func entropy[F float32 | float64](p []F) float64 {
	h := 0.0
	for _, v := range p {
		if v > 0 {
			h -= float64(v) * math.Log2(float64(v))
		}
	}
	return math.Max(0, h)
}

// middle gives the bounds of the middle 95 % of values, which it sorts.
func middle(values []float64) (low, high float64) {
	slices.Sort(values)
	at := func(q float64) float64 { return values[int(q*float64(len(values)-1)+.5)] }
	return at(.025), at(.975)
}
