package drift

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"
)

// Report says whether recent texts and predictions are like those of the reference.
type Report struct {
	Status         Status     `json:"status"` // the worst of the measures
	Texts          int        `json:"texts"`
	ReferenceTexts int        `json:"reference_texts"`
	WatchRate      float64    `json:"watch_rate"`   // of false alarms, over all measures of one window
	ChangedRate    float64    `json:"changed_rate"` // likewise
	Measures       []Measure  `json:"measures"`
	Words          []Word     `json:"new_words"`
	Lengths        []Quantile `json:"lengths"`
	Labels         []Label    `json:"labels"`             // those whose share moved most first
	Estimate       *Estimate  `json:"estimate,omitempty"` // nil when it can't be had
}

// Measure is one thing that was looked at. Where Status is TooFew, all else is 0.
type Measure struct {
	Name    string     `json:"name"`
	Says    string     `json:"says"`
	Status  Status     `json:"status"`
	Value   float64    `json:"value"`
	Usual   float64    `json:"usual"`   // median of the reference's own stretches
	Watch   [2]float64 `json:"watch"`   // steady within; equal to the end of the range where a side is not judged
	Changed [2]float64 `json:"changed"` // changed beyond
	// Stretches is how many windows of the reference set the limits, overlapping ones
	// too, and Over how many of them lie beyond Watch.
	Stretches int `json:"stretches"`
	Over      int `json:"over"`
}

// String says it in words.
func (m Measure) String() string {
	if m.Status == TooFew {
		return fmt.Sprintf("%s: %v to judge", m.Says, m.Status)
	}
	return fmt.Sprintf("%s: %v: %.4g, usually %.4g (steady from %.4g to %.4g)", m.Says, m.Status, m.Value, m.Usual, m.Watch[0], m.Watch[1])
}

// Quantile is a quantile of the number of words of a text, those without content left out.
type Quantile struct {
	Q         float64 `json:"q"`
	Reference float64 `json:"reference"`
	Window    float64 `json:"window"`
}

// Label is the share of one predicted label.
type Label struct {
	Name      string  `json:"name"`
	Reference float64 `json:"reference"`
	Window    float64 `json:"window"`
	PSI       float64 `json:"psi"` // its part of the population stability index
}

// Estimate is how accurate the model probably is on recent texts, whose labels
// nobody knows.
//
// It holds when recent texts are of the same kinds in other proportions, or harder
// in a way that lowers the model's confidence. A change of what people mean by a
// label changes no confidence, and does not show here: compare Labelled texts when
// there are any.
type Estimate struct {
	Reference  float64    `json:"reference"` // accuracy on the reference's labelled rows
	Accuracy   float64    `json:"accuracy"`  // average thresholded confidence
	Interval   [2]float64 `json:"interval"`  // 95 %, bootstrap: chance in both sets of rows, not whether the method fits
	Confidence float64    `json:"confidence"`
	ByMean     float64    `json:"by_mean"`  // reference accuracy moved by as much as the mean confidence moved
	Labelled   int        `json:"labelled"` // recent texts that people have labelled
	Agreement  float64    `json:"agreement"`
}

// Report judges the window. Each measure's limits are set by the reference's own
// stretches of as many rows as the window (a tenth of the reference, if that is
// fewer), each against the rest; see [Measure]. A window passes the limits for
// watching on some measure in about WatchRate of cases when it is one more such
// stretch; the rate is shared out evenly over what is asked (words, lengths, labels,
// confidence, agreement). Windows of following nights overlap, so that false alarms
// come in runs.
//
// The reference should cover at least a year, or the seasons are news.
//
// Errors: settings that do not validate.
func (w *Window) Report(c Config) (*Report, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	whole := w.ref.whole()
	now := view{sums: w.sums}
	now.newTokens, now.newWords = w.unknown()
	out := &Report{Texts: int(w.sums[atTexts]), ReferenceTexts: int(whole[atTexts]), WatchRate: c.WatchRate, ChangedRate: c.ChangedRate, Words: w.words(c)}
	out.Measures = w.measures(now, whole, c)
	for _, m := range out.Measures {
		out.Status = max(out.Status, m.Status)
	}
	for _, q := range []float64{.1, .25, .5, .75, .9, .99} {
		out.Lengths = append(out.Lengths, Quantile{q, quantile(whole.lengths(), q), quantile(w.sums.lengths(), q)})
	}
	out.labels(w.ref.names, w.sums, whole)
	out.Estimate = estimate(w.sums, whole, c)
	return out, nil
}

// measures judges each gauge.
func (w *Window) measures(now view, whole sums, c Config) []Measure {
	groups := tenths(whole.lengths())
	var runs [bases][]stretch
	var apart [bases]float64
	for b := range bases {
		if n := b.rows(now.sums); n >= int64(c.Least) && b.rows(whole) >= int64(c.Least) {
			runs[b], apart[b] = w.ref.cut(b, n, c.Seed)
		}
	}
	// An estimate needs labelled rows in the reference too.
	can := func(g gauge) bool {
		return apart[g.basis] >= leastStretches && len(runs[g.basis]) >= leastStretches &&
			(g.name != "estimated_accuracy" || total(whole.labelled()) >= int64(c.Least))
	}
	asked := map[question]bool{}
	for _, g := range gauges {
		if can(g) {
			asked[g.asks] = true
		}
	}
	shares := float64(max(1, len(asked)))
	out := make([]Measure, len(gauges))
	for i, g := range gauges {
		out[i] = Measure{Name: g.name, Says: g.says}
		if !can(g) {
			continue
		}
		out[i] = g.judge(now, whole, groups, runs[g.basis], apart[g.basis], [2]float64{c.WatchRate / shares, c.ChangedRate / shares})
	}
	return out
}

func (g gauge) judge(now view, whole sums, groups grouping, runs []stretch, apart float64, rates [2]float64) Measure {
	values := make([]float64, len(runs))
	for i, run := range runs {
		values[i] = g.scale(g.value(run.view, run.rest, groups))
	}
	value, of := g.value(now, whole, groups)
	l := g.limitsOf(values, apart, g.noise(value, of), rates[0], rates[1])
	m := Measure{Name: g.name, Says: g.says, Status: Steady, Value: value, Usual: g.unscale(l.usual), Stretches: len(runs), Over: l.over}
	for i := range 2 {
		m.Watch[i], m.Changed[i] = g.unscale(l.watch[i]), g.unscale(l.changed[i])
	}
	switch at := g.scale(value, of); {
	case beyond(at, l.changed):
		m.Status = Changed
	case beyond(at, l.watch):
		m.Status = Watch
	}
	return m
}

func (r *Report) labels(names []string, now, whole sums) {
	_, parts := stability(now.classes(), whole.classes())
	n, m := total(now.classes()), total(whole.classes())
	for i, name := range names {
		r.Labels = append(r.Labels, Label{name, ratio(whole.classes()[i], m), ratio(now.classes()[i], n), parts[i]})
	}
	slices.SortStableFunc(r.Labels, func(a, b Label) int { return cmp.Compare(b.PSI, a.PSI) })
}

// quantile gives the middle of the bin that holds the quantile; 0 of nothing.
func quantile(counts []int64, q float64) float64 {
	n := total(counts)
	sofar := int64(0)
	for b, c := range counts {
		sofar += c
		if c > 0 && float64(sofar) >= q*float64(n) {
			return lengthOf(b)
		}
	}
	return 0
}

// estimate gives the accuracy without labels; nil when either side has too few rows.
func estimate(now, whole sums, c Config) *Estimate {
	n := total(whole.labelled())
	if n < int64(c.Least) || total(now.sure()) < int64(c.Least) {
		return nil
	}
	e := &Estimate{
		Reference: ratio(total(whole.right()), n), Accuracy: thresholded(now.sure(), whole.labelled(), whole.right()),
		Confidence: meanSure(now.sure()), Labelled: int(total(now.labelled())), Agreement: ratio(total(now.right()), total(now.labelled())),
	}
	e.ByMean = math.Min(1, math.Max(0, e.Reference+e.Confidence-meanSure(whole.labelled())))
	source := rand.NewPCG(c.Seed, uint64(bases))
	draw := func(n int64) float64 {
		if n == 0 {
			return 0
		}
		return distuv.Poisson{Lambda: float64(n), Src: source}.Rand()
	}
	values := make([]float64, c.Resamples)
	sure, labelled, right := make([]float64, sureBins), make([]float64, sureBins), make([]float64, sureBins)
	for s := range values {
		for b := range sureBins {
			sure[b] = draw(now.sure()[b])
			right[b] = draw(whole.right()[b])
			labelled[b] = right[b] + draw(whole.labelled()[b]-whole.right()[b])
		}
		values[s] = thresholded(sure, labelled, right)
	}
	slices.Sort(values)
	at := func(q float64) float64 { return values[int(q*float64(len(values)-1)+.5)] }
	e.Interval = [2]float64{at(.025), at(.975)}
	return e
}

// Sentences says it all in words, the verdict first.
func (r *Report) Sentences() []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	switch r.Status {
	case TooFew:
		say("Too few to judge: %d recent texts against a reference of %d.", r.Texts, r.ReferenceTexts)
	default:
		say("%s: %d recent texts against a reference of %d. When nothing has changed, some measure is to be watched in about %.3g %% of windows, and called changed in %.3g %%.",
			strings.ToUpper(r.Status.String()[:1])+r.Status.String()[1:], r.Texts, r.ReferenceTexts, 100*r.WatchRate, 100*r.ChangedRate)
	}
	few := 0
	for _, m := range r.Measures {
		switch m.Status {
		case TooFew:
			few++
		case Watch, Changed:
			s := m.String()
			say("%s.", strings.ToUpper(s[:1])+s[1:])
		}
	}
	if few > 0 && r.Status != TooFew {
		say("%d of %d measures could not be judged for want of rows.", few, len(r.Measures))
	}
	if len(r.Words) > 0 {
		var words []string
		for _, w := range r.Words[:min(5, len(r.Words))] {
			words = append(words, w.String())
		}
		say("New words: %s.", strings.Join(words, ", "))
	}
	if e := r.Estimate; e != nil {
		say("Estimated accuracy without labels: %.3f (%.3f to %.3f) by thresholded confidence, %.3f by mean confidence; it was %.3f on the reference.", e.Accuracy, e.Interval[0], e.Interval[1], e.ByMean, e.Reference)
		if e.Labelled > 0 {
			say("People have labelled %d of the recent texts, and agree with %.3f of the predictions.", e.Labelled, e.Agreement)
		}
	}
	return out
}
