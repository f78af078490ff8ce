package evaluate

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"psims/models/label"
)

// Verdict says which of two models is the better.
type Verdict uint8

const (
	Alike  Verdict = iota // neither difference is surely above or below 0: they can't be told apart
	Better                // the first is surely better by micro F1 (accuracy) or macro F1, and by neither surely worse
	Worse                 // surely worse by one and by neither surely better
	Mixed                 // better by one and worse by the other
)

var verdictNames = [...]string{"can't be told apart", "better", "worse", "better by one measure and worse by the other"}

// Verdicts lists every verdict.
func Verdicts() []Verdict { return []Verdict{Alike, Better, Worse, Mixed} }

// String gives the words used in every output.
func (v Verdict) String() string {
	if int(v) < len(verdictNames) {
		return verdictNames[v]
	}
	return fmt.Sprintf("verdict(%d)", uint8(v))
}

// MarshalText writes what String gives.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (v *Verdict) UnmarshalText(b []byte) error {
	i := slices.Index(verdictNames[:], string(b))
	if i < 0 {
		return fmt.Errorf("reading verdict %q: want one of %q", b, verdictNames)
	}
	*v = Verdict(i)
	return nil
}

// Difference is one measure of two models on the same rows.
type Difference struct {
	First    float64    `json:"first"`
	Second   float64    `json:"second"`
	By       float64    `json:"difference"` // First − Second
	Interval [2]float64 `json:"interval"`   // 95 %, paired bootstrap
}

// Comparison sets two models side by side on the same rows.
type Comparison struct {
	Rows       int        `json:"rows"`
	Accuracy   Difference `json:"accuracy"` // of several labels a text: the share with all right
	MacroF1    Difference `json:"macro_f1"`
	Recalls    []Recall   `json:"recalls,omitempty"` // of the labels of Config.Watch
	OnlyFirst  int        `json:"only_first_right"`
	OnlySecond int        `json:"only_second_right"`
	McNemar    float64    `json:"mcnemar_p"` // mid-p, two-sided
	Verdict    Verdict    `json:"verdict"`
}

// Recall compares the recall of one label.
type Recall struct {
	Name    string `json:"name"`
	Support int    `json:"support"`
	Status  Status `json:"status"`
	Difference
}

// recallDifference gives that of one label in a resample; by where it holds none.
func recallDifference(counts pair, label int, by float64) float64 {
	if label < 0 || counts.first[label].support == 0 {
		return by
	}
	return (counts.first[label].right - counts.second[label].right) / counts.first[label].support
}

// closeRecalls fills in the intervals from the draws of each recall.
func (out *Comparison) closeRecalls(draws [][]float64) {
	for i := range out.Recalls {
		if out.Recalls[i].Status == NoneThere {
			out.Recalls[i].Interval = [2]float64{-1, 1} // nothing is known
			continue
		}
		out.Recalls[i].Interval = middle(draws[i])
	}
}

// String says which is better in words.
func (c Comparison) String() string {
	by := func(name string, d Difference) string {
		return fmt.Sprintf("%s %.4f against %.4f, difference %+.4f (%+.4f to %+.4f)", name, d.First, d.Second, d.By, d.Interval[0], d.Interval[1])
	}
	return fmt.Sprintf("%s: of %d rows %d are right by the first only and %d by the second only (McNemar p = %.2g); %s; %s",
		c.Verdict, c.Rows, c.OnlyFirst, c.OnlySecond, c.McNemar, by("accuracy", c.Accuracy), by("macro F1", c.MacroF1))
}

// Compare judges two models by what they say of the same rows, numbered as in
// truth; rows without a label are left out. Because both answer the same rows, what
// makes a row hard cancels out, and far smaller differences can be seen than by
// setting two reports side by side.
//
// Intervals resample the cells of truth by both predictions with Poisson counts.
// Each holds 95 % by itself. McNemar's test is the mid-p version (Fagerland, Lydersen
// and Laake 2013): it asks of the rows that only one of them gets right whether
// either gets more than half.
//
// Panics unless there are two predictions for every row. Errors: settings that do not
// validate, no row with a label.
func Compare(truth *label.Table, first, second []int32, c Config) (*Comparison, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if len(first) != truth.Rows() || len(second) != truth.Rows() {
		panic(fmt.Sprintf("evaluate: %d and %d predictions for %d rows", len(first), len(second), truth.Rows()))
	}
	trios := trioTable(truth, first, second)
	if len(trios) == 0 {
		return nil, fmt.Errorf("evaluate: none of %d rows has a label", truth.Rows())
	}
	out := &Comparison{}
	for _, t := range trios {
		out.Rows += t.rows
		switch {
		case t.first == t.truth && t.second != t.truth:
			out.OnlyFirst += t.rows
		case t.second == t.truth && t.first != t.truth:
			out.OnlySecond += t.rows
		}
	}
	out.McNemar = midP(out.OnlyFirst, out.OnlySecond)
	out.resample(truth, trios, c)
	out.Verdict = verdict(out.Accuracy, out.MacroF1)
	return out, nil
}

// trio counts the rows of one label and what two models say of them.
type trio struct {
	truth, first, second int32
	rows                 int
}

func trioTable(truth *label.Table, first, second []int32) []trio {
	counts := map[[3]int32]int{}
	for i := range truth.Rows() {
		if t := truth.Class(i); t >= 0 {
			counts[[3]int32{t, first[i], second[i]}]++
		}
	}
	out := make([]trio, 0, len(counts))
	for at, rows := range counts {
		out = append(out, trio{at[0], at[1], at[2], rows})
	}
	slices.SortFunc(out, func(a, b trio) int {
		return cmp.Or(cmp.Compare(a.truth, b.truth), cmp.Compare(a.first, b.first), cmp.Compare(a.second, b.second))
	})
	return out
}

// pair counts what two models do, by label.
type pair struct{ first, second []tally }

func newPair(classes int) pair { return pair{make([]tally, classes), make([]tally, classes)} }

func (p pair) clear() { clear(p.first); clear(p.second) }

func (p pair) add(t trio, rows float64) {
	for _, side := range []struct {
		counts []tally
		said   int32
	}{{p.first, t.first}, {p.second, t.second}} {
		side.counts[t.truth].support += rows
		side.counts[side.said].predicted += rows
		if side.said == t.truth {
			side.counts[t.truth].right += rows
		}
	}
}

// measures gives the accuracy and macro F1 of one model, the macro over the labels
// that are there, which are the same for both; and the recalls of some labels. was
// is what all rows gave, which stands in for a label that a resample does not hold.
func measures(counts []tally, there []bool, was []float64) (accuracy, macro float64, f []float64) {
	right, total, labels := 0.0, 0.0, 0.0
	f = make([]float64, len(counts))
	for i, n := range counts {
		right += n.right
		total += n.support
		if !there[i] {
			continue
		}
		labels++
		_, _, f[i] = rates(n.right, n.predicted, n.support)
		if was != nil && n.predicted+n.support == 0 {
			f[i] = was[i]
		}
		macro += f[i]
	}
	return right / max(1, total), macro / max(1, labels), f
}

func (out *Comparison) resample(truth *label.Table, trios []trio, c Config) {
	k := truth.Classes()
	counts, there := newPair(k), make([]bool, k)
	for _, t := range trios {
		counts.add(t, float64(t.rows))
		there[t.truth], there[t.first], there[t.second] = true, true, true
	}
	var wasFirst, wasSecond []float64
	out.Accuracy.First, out.MacroF1.First, wasFirst = measures(counts.first, there, nil)
	out.Accuracy.Second, out.MacroF1.Second, wasSecond = measures(counts.second, there, nil)
	var watched []int
	out.Recalls, watched = watchedRecalls(truth, counts, c)
	draws := make([][]float64, 2+len(out.Recalls))
	for i := range draws {
		draws[i] = make([]float64, c.Resamples)
	}
	source := rand.NewPCG(c.Seed, 1)
	for s := range c.Resamples {
		counts.clear()
		for _, t := range trios {
			counts.add(t, distuv.Poisson{Lambda: float64(t.rows), Src: source}.Rand())
		}
		a1, m1, _ := measures(counts.first, there, wasFirst)
		a2, m2, _ := measures(counts.second, there, wasSecond)
		draws[0][s], draws[1][s] = a1-a2, m1-m2
		for i, at := range watched {
			draws[2+i][s] = recallDifference(counts, at, out.Recalls[i].By)
		}
	}
	out.Accuracy.By, out.Accuracy.Interval = out.Accuracy.First-out.Accuracy.Second, middle(draws[0])
	out.MacroF1.By, out.MacroF1.Interval = out.MacroF1.First-out.MacroF1.Second, middle(draws[1])
	out.closeRecalls(draws[2:])
}

// watchedRecalls gives the recalls of the labels that are always shown, and their
// numbers; −1 for one that neither the model nor the test data know.
func watchedRecalls(truth *label.Table, counts pair, c Config) (out []Recall, numbers []int) {
	for _, name := range c.Watch {
		r, at := Recall{Name: name}, slices.Index(truth.Names(), name)
		if at >= 0 {
			r.Support = int(counts.first[at].support)
			_, r.First, _ = rates(counts.first[at].right, counts.first[at].predicted, counts.first[at].support)
			_, r.Second, _ = rates(counts.second[at].right, counts.second[at].predicted, counts.second[at].support)
			r.By = r.First - r.Second
		}
		r.Status = c.statusOf(r.Support)
		out, numbers = append(out, r), append(numbers, at)
	}
	return out, numbers
}

func verdict(differences ...Difference) Verdict {
	better, worse := false, false
	for _, d := range differences {
		better = better || d.Interval[0] > 0
		worse = worse || d.Interval[1] < 0
	}
	switch {
	case better && worse:
		return Mixed
	case better:
		return Better
	case worse:
		return Worse
	}
	return Alike
}

// midP gives McNemar's two-sided mid-p of two counts of discordant rows.
func midP(a, b int) float64 {
	if a+b == 0 {
		return 1
	}
	law := distuv.Binomial{N: float64(a + b), P: .5}
	less := float64(min(a, b))
	if a == b {
		return 1 - law.Prob(less)
	}
	return min(1, 2*law.CDF(less)-law.Prob(less))
}

// Rule is a plain rule to beat, such as search words or always the commonest
// label, with what it says of every row, numbered as in truth.
type Rule struct {
	Name      string
	Predicted []int32
}

// Baseline is a plain rule beside the model.
type Baseline struct {
	Name             string     `json:"name"`
	Accuracy         float64    `json:"accuracy"`
	AccuracyInterval [2]float64 `json:"accuracy_interval"` // Wilson
	MacroF1          float64    `json:"macro_f1"`
	Model            Comparison `json:"model"` // the model as first, the rule as second
}

// Baselines sets a model beside plain rules on the same rows. Panics and errors as
// for [Compare].
func Baselines(truth *label.Table, predicted []int32, rules []Rule, c Config) ([]Baseline, error) {
	var out []Baseline
	for _, rule := range rules {
		beside, err := Compare(truth, predicted, rule.Predicted, c)
		if err != nil {
			return nil, fmt.Errorf("comparing with %s: %w", rule.Name, err)
		}
		right := int(beside.Accuracy.Second*float64(beside.Rows) + .5)
		out = append(out, Baseline{rule.Name, beside.Accuracy.Second, Wilson(right, beside.Rows), beside.MacroF1.Second, *beside})
	}
	return out, nil
}
