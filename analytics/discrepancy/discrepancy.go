// Package discrepancy answers: which narratives read as more severe than they were
// graded, and which organisations grade lower than their narratives read?
//
// In go events with their texts and recorded degrees of harm. [Config.Learn] learns
// from them how narratives are usually graded, so that no text is read by a model that
// learnt from its own grade; [Config.Find] compares that reading with what was
// recorded. Out comes a [Report] of three lists: events by their reading, with the
// words that say so; events by what their text says outright ([Cues]), which needs no
// model and so serves where events are few; and organisations by their habit, which is
// kept apart so that one that grades everything "none" does not fill the first list.
//
// Sources: McCullagh (1980), Regression models for ordinal data, for the shift of an
// organisation on the scale; Morris (1983), Parametric empirical Bayes inference, for
// its shrinkage; Chapman et al. (2001), A simple algorithm for identifying negated
// findings, for what denies a cue; Bernstein's inequality (Boucheron, Lugosi and Massart
// 2013, section 2.8) for p-values that hold for few events; Benjamini and Hochberg (1995)
// for the q-values.
package discrepancy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"psims/datasets/incident"
	"psims/internal/parallel"
	"psims/models/label"
	"psims/models/ordinal"
	"psims/nlp/text"
)

// grades is how many degrees of harm there are.
const grades = int(incident.Fatal-incident.NoHarm) + 1

// Config is the settings.
type Config struct {
	Model ordinal.Config
	Parts int // models that learn, each without one part of the texts
	// Lowered is which share of harms is taken to be recorded as less than they were,
	// at any lower grade alike. Texts and grades alone do not tell it: set it from
	// reviewed findings. Only Finding.Lowered depends on it.
	Lowered   float64
	MaxEvents int // each learns from at most so many
	MinEvents int // fewer graded events teach nothing
	Top       int // findings listed, of each kind
	Words     int // pieces of evidence given for a finding
}

// Default learns three models from up to 40,000 events each, and lists 200 findings.
func Default() Config {
	return Config{Model: ordinal.Default(), Parts: 3, Lowered: .03, MaxEvents: 40_000, MinEvents: 1000, Top: 200, Words: 5}
}

// Validate says what is wrong with the settings, if anything.
func (c Config) Validate() error {
	if c.Parts < 2 || c.MaxEvents < 1 || c.MinEvents < 1 || c.Top < 1 || c.Words < 1 || !(c.Lowered > 0 && c.Lowered < 1) {
		return fmt.Errorf("discrepancy: %d parts, %d to %d events, %d findings of %d words, %v lowered: give 2 or more parts, a share between 0 and 1, and the others positive", c.Parts, c.MinEvents, c.MaxEvents, c.Top, c.Words, c.Lowered)
	}
	return c.Model.Validate()
}

// ErrTooFew says that there are too few graded events to learn from: look at what the
// texts say outright alone, by giving Find no model.
var ErrTooFew = errors.New("too few graded events to learn how narratives are graded")

// Learn learns how the texts of the given rows of t are usually graded; nil rows are
// all. Rows without a grade are left out. The order of the rows does not matter.
//
// Errors: settings that do not validate; ErrTooFew, also when fewer than two grades
// were given; ctx done.
func (c Config) Learn(ctx context.Context, t *incident.Table, rows []int32) (*ordinal.Crossed, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	e := graded(t, rows)
	classes, seen := make([]int32, len(e.rows)), map[incident.Harm]bool{}
	for i, row := range e.rows {
		classes[i] = int32(t.Harm[row] - incident.NoHarm)
		seen[t.Harm[row]] = true
	}
	if len(e.rows) < c.MinEvents || len(seen) < 2 {
		return nil, fmt.Errorf("discrepancy: %d events of %d grades: %w", len(e.rows), len(seen), ErrTooFew)
	}
	m := c.Model
	m.MaxTexts = c.MaxEvents
	return m.Cross(ctx, e.texts, label.Of(Scale(), classes), c.Parts)
}

// Scale gives the names of the degrees of harm, none first, as a model for Find must have them.
func Scale() []string {
	names := make([]string, grades)
	for g := range names {
		names[g] = (incident.NoHarm + incident.Harm(g)).String()
	}
	return names
}

// Report is what was found.
type Report struct {
	Judged        int       // events with a grade and a text
	Above         float64   // of these, how many the usual graders would be expected to grade higher
	Readings      []Finding // by how much graver the text reads than the grade
	Told          []Finding // by how much worse the text says outright that the harm was
	Organisations []Habit   // those that grade lowest for what their texts say first
}

// Finding is an event whose text is graver than its grade.
type Finding struct {
	Row          int32 // of the table
	ID           string
	Organisation string
	Recorded     incident.Harm
	Told         incident.Harm // the worst harm that the text says outright; HarmMissing when it says none
	Cues         []Cue
	// From the model; zero without one:
	Reading  [grades]float64 // probability of each degree, none first, for what usual graders say of such a text
	Adjusted [grades]float64 // the same by the habit of the event's own organisation
	Above    float64         // adjusted probability of a worse grade than the recorded one
	Far      float64         // of one at least two grades worse
	Excess   float64         // Above + Far: by how many grades it is expected to be worse, two at most; Readings are ranked by it
	Lowered  float64         // probability that a worse harm was recorded as less, if Config.Lowered of all harms are
	Evidence []Evidence
}

// Find compares the texts of the given rows of t with their grades; nil rows are all.
// x reads them; nil when there is no model, and then only what texts say outright is
// looked at. Rows without a grade are left out. Equals are ordered by id, so that the
// order of the rows makes no difference but to row numbers and the rounding of sums.
//
// Cost: linear, and about a hundred bytes an event. Explaining costs a reading for
// each word of a listed text. Errors: settings that do not validate, a model with
// other grades than Scale, ctx done.
func (c Config) Find(ctx context.Context, t *incident.Table, rows []int32, x *ordinal.Crossed) (*Report, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if x != nil && !slices.Equal(x.Names(), Scale()) {
		return nil, fmt.Errorf("discrepancy: a model of the grades %v: want %v", x.Names(), Scale())
	}
	e := graded(t, rows)
	return c.find(ctx, e, Read(x, e.texts), x)
}

// FindRead is Find of texts that have been read: readings are by row of t.
func (c Config) FindRead(ctx context.Context, t *incident.Table, rows []int32, known Known) (*Report, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if len(known.Readings) != t.Len() {
		panic(fmt.Sprintf("discrepancy: %d readings of %d events", len(known.Readings), t.Len()))
	}
	e := graded(t, rows)
	readings := make([]Reading, len(e.rows))
	for i, row := range e.rows {
		readings[i] = known.Readings[row]
	}
	return c.find(ctx, e, readings, known.By)
}

func (c Config) find(ctx context.Context, e *events, readings []Reading, x *ordinal.Crossed) (*Report, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	e.told = make([]incident.Harm, len(readings))
	for i, r := range readings {
		e.told[i] = r.Told
	}
	r := &Report{Judged: len(e.rows)}
	if x != nil {
		e.p = make([]float32, 0, len(readings)*grades)
		for i := range readings {
			e.p = append(e.p, readings[i].P[:]...)
		}
		h := e.habits()
		r.Organisations = h.found
		e.adjust(h, c.Lowered)
		for _, s := range e.scores {
			r.Above += float64(s.above)
		}
		r.Readings = e.findings(e.top(c.Top, func(i int) float64 { return float64(e.scores[i].above) + float64(e.scores[i].far) }))
	}
	r.Told = e.findings(e.top(c.Top, e.outright))
	if x != nil {
		for _, list := range [][]Finding{r.Readings, r.Told} {
			if err := c.explain(ctx, e.t, list, x); err != nil {
				return nil, err
			}
		}
	}
	return r, nil
}

// events are the graded events that are judged.
type events struct {
	t      *incident.Table
	rows   []int32
	texts  []string
	p      []float32 // n×5: how the texts read
	told   []incident.Harm
	scores []score
	shifts []float32 // of its organisation's habit, judged without the event
}

type score struct{ above, far, lowered float32 }

func graded(t *incident.Table, rows []int32) *events {
	most := len(rows)
	if rows == nil {
		most = t.Len()
	}
	e := &events{t: t, rows: make([]int32, 0, most), texts: make([]string, 0, most)}
	add := func(row int32) {
		if t.Harm[row].Graded() && t.Text[row] != "" {
			e.rows, e.texts = append(e.rows, row), append(e.texts, t.Text[row])
		}
	}
	if rows == nil {
		for row := range t.Len() {
			add(int32(row))
		}
	}
	for _, row := range rows {
		add(row)
	}
	return e
}

// recorded gives the number of an event's grade, 0 for none.
func (e *events) recorded(i int) int { return int(e.t.Harm[e.rows[i]] - incident.NoHarm) }

// outright ranks by the gap between what is told and what was recorded, then by how
// grave that is; 0 where there is no gap.
func (e *events) outright(i int) float64 {
	told, recorded := e.told[i], e.t.Harm[e.rows[i]]
	if !told.WorseThan(recorded) {
		return 0
	}
	return float64(told-recorded) + float64(told)/16
}

// adjust gives every event its probabilities by its organisation's habit.
func (e *events) adjust(h *habits, share float64) {
	e.scores, e.shifts = make([]score, len(e.rows)), h.without
	parallel.Blocks(len(e.rows), 4096, func(_, from, until int) {
		for i := from; i < until; i++ {
			p := shifted(e.p[i*grades:(i+1)*grades], float64(e.shifts[i]))
			e.scores[i] = scored(p, e.recorded(i), share)
		}
	})
}

// scored sums the probabilities p of the grades up for an event that was recorded
// with one of them. p is of what gets recorded, so by Bayes' rule the probability that
// a harm was lowered to r is Σ_{g>r} p_g · share/g / p_r, each of g lower grades alike.
func scored(p [grades]float64, recorded int, share float64) score {
	var s score
	lowered := 0.0
	for g := recorded + 1; g < grades; g++ {
		s.above += float32(p[g])
		lowered += p[g] * share / float64(g)
		if g > recorded+1 {
			s.far += float32(p[g])
		}
	}
	s.lowered = float32(min(1, lowered/max(surest, p[recorded])))
	return s
}

// top gives up to n events with the greatest positive rank, greatest first; equals by id.
func (e *events) top(n int, rank func(i int) float64) []int {
	type entry struct {
		at   int
		rank float64
	}
	var all []entry
	shorten := func() {
		slices.SortFunc(all, func(a, b entry) int {
			return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(e.id(a.at), e.id(b.at)), cmp.Compare(e.texts[a.at], e.texts[b.at]), cmp.Compare(a.at, b.at))
		})
		all = all[:min(n, len(all))]
	}
	for i := range e.rows {
		if r := rank(i); r > 0 {
			if all = append(all, entry{i, r}); len(all) >= 8*n+1024 {
				shorten()
			}
		}
	}
	shorten()
	out := make([]int, len(all))
	for i := range out {
		out[i] = all[i].at
	}
	return out
}

func (e *events) id(i int) string { return e.t.ID[e.rows[i]] }

func (e *events) findings(picked []int) []Finding {
	out := make([]Finding, len(picked))
	for at, i := range picked {
		row := e.rows[i]
		f := Finding{Row: row, ID: e.t.ID[row], Organisation: e.t.Organisation.Value(int(row)), Recorded: e.t.Harm[row], Told: e.told[i], Cues: Cues(e.texts[i])}
		if e.p != nil {
			for g := range grades {
				f.Reading[g] = float64(e.p[i*grades+g])
			}
			f.Adjusted = shifted(e.p[i*grades:(i+1)*grades], float64(e.shifts[i]))
			s := e.scores[i]
			f.Above, f.Far, f.Excess, f.Lowered = float64(s.above), float64(s.far), float64(s.above)+float64(s.far), float64(s.lowered)
		}
		out[at] = f
	}
	return out
}

// Evidence is a piece of a text that makes it read as grave as it does.
type Evidence struct {
	Span   text.Span
	Effect float64 // expected grade of the text with the piece, less that without it
	// Sentence says that the piece is a whole sentence; others are words, together
	// with the words that deny them, if any.
	Sentence bool
}
