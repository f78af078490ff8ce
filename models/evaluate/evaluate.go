// Package evaluate answers: how good are predicted labels, how sure are we of
// that, and do the probabilities mean what they say?
//
// In go the labels that people gave and those that a model gave to rows it had not
// seen. Out come a [Report] for labels that exclude each other ([Single]) or a
// [MultiReport] for several labels a text ([Several]). [Slices] says where a model is
// worse than elsewhere, [Compare] which of two is the better on the same rows, and
// [Baselines] whether it beats a plain rule. [Since], [Part] and [Folds] split rows
// into those to learn from and those to judge on; [Distinct] and [Unseen] keep
// repeats of a text from being judged by heart.
package evaluate

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"psims/models/label"
)

// Config is the settings of a report.
type Config struct {
	Bins      int    // of the reliability table, equally wide
	Resamples int    // for the intervals
	Seed      uint64 // of the resampling
	Pairs     int    // list at most so many pairs of labels taken for each other
	// Least is the number of rows below which a label or slice is marked as too few.
	// At 30 rows the interval of a share can be 17 points wide to either side.
	Least int
	// Watch names the labels whose recall is always shown, even when there are none
	// in the test data: the rare and severe ones, which an average hides.
	Watch []string
}

// Default is 15 bins, 1,000 resamples, the 20 worst pairs and 30 rows at least.
func Default() Config { return Config{Bins: 15, Resamples: 1000, Seed: 1, Pairs: 20, Least: 30} }

// Validate says what is wrong with the settings, if anything.
func (c Config) Validate() error {
	if c.Bins < 1 || c.Resamples < 1 || c.Pairs < 0 || c.Least < 0 {
		return fmt.Errorf("evaluate: %d bins, %d resamples, %d pairs, %d rows at least", c.Bins, c.Resamples, c.Pairs, c.Least)
	}
	return nil
}

// Report says how good one predicted label a row is. Shares are between 0 and 1;
// intervals hold 95 %.
type Report struct {
	Rows             int         `json:"n_test"`
	Accuracy         float64     `json:"accuracy"`
	AccuracyInterval [2]float64  `json:"accuracy_interval"`
	MacroF1          float64     `json:"macro_f1"`
	MacroF1Interval  [2]float64  `json:"macro_f1_interval"`
	MicroF1          float64     `json:"micro_f1"`
	WeightedF1       float64     `json:"weighted_f1"`
	LogLoss          float64     `json:"log_loss"`
	ECE              float64     `json:"ece"`
	Majority         float64     `json:"majority_accuracy"` // of always giving the commonest label of the rows judged
	Classes          []Class     `json:"classes"`
	Watched          []Class     `json:"watched,omitempty"` // the labels of Config.Watch, in that order
	Reliability      []Bin       `json:"reliability"`
	Confusions       []Confusion `json:"confusions"`
	Slices           []Slice     `json:"slices,omitempty"`    // for the caller to fill in, by [Slices]
	Baselines        []Baseline  `json:"baselines,omitempty"` // for the caller to fill in, by [Baselines]
}

// Class says how good one label is. Precision and recall are 0 where nothing was
// predicted or there: Status says which 0 is a judgement.
type Class struct {
	Name           string     `json:"name"`
	Support        int        `json:"support"`
	Predicted      int        `json:"predicted"`
	Precision      float64    `json:"precision"`
	Recall         float64    `json:"recall"`
	F1             float64    `json:"f1"`
	RecallInterval [2]float64 `json:"recall_interval"` // Wilson; 0 to 1 where none is there
	Status         Status     `json:"status"`          // of the recall
}

// String says the recall in words.
func (c Class) String() string {
	switch c.Status {
	case NoneThere:
		return fmt.Sprintf("recall of %q: %v", c.Name, c.Status)
	case TooFew:
		return fmt.Sprintf("recall of %q: %.3f (%.3f to %.3f) of %d, %v to judge", c.Name, c.Recall, c.RecallInterval[0], c.RecallInterval[1], c.Support, c.Status)
	}
	return fmt.Sprintf("recall of %q: %.3f (%.3f to %.3f) of %d", c.Name, c.Recall, c.RecallInterval[0], c.RecallInterval[1], c.Support)
}

// class makes the figures of a label from its counts.
func (c Config) class(name string, n tally) Class {
	out := Class{Name: name, Support: int(n.support), Predicted: int(n.predicted), RecallInterval: wilson(n.right, n.support, z95)}
	out.Precision, out.Recall, out.F1 = rates(n.right, n.predicted, n.support)
	out.Status = c.statusOf(out.Support)
	return out
}

// watched picks the labels that are always shown; one that neither the model nor
// the test data know was not judged either.
func (c Config) watched(classes []Class) []Class {
	var out []Class
	for _, name := range c.Watch {
		if at := slices.IndexFunc(classes, func(c Class) bool { return c.Name == name }); at >= 0 {
			out = append(out, classes[at])
		} else {
			out = append(out, c.class(name, tally{}))
		}
	}
	return out
}

// Bin holds the rows whose predicted label had a probability over From and up to Until.
type Bin struct {
	From       float64    `json:"from"`
	Until      float64    `json:"until"`
	Rows       int        `json:"rows"`
	Confidence float64    `json:"confidence"` // mean probability
	Accuracy   float64    `json:"accuracy"`
	Interval   [2]float64 `json:"interval"` // of the accuracy, Wilson; 0 to 1 of no rows
}

// Confusion counts the rows of one label that were given another.
type Confusion struct {
	Truth     string `json:"truth"`
	Predicted string `json:"predicted"`
	Rows      int    `json:"rows"`
}

// leastProbability is what a label counts for in the log loss that the model
// thought impossible or did not know.
const leastProbability = 1e-6

// Single judges one predicted label a row against the truth, whose rows have at
// most one label; rows without one are left out. The first labels of truth must be the labels that
// were predicted, numbered alike; it may have more, which the model does not know
// (see label.Table.Conform). p holds the n×k probabilities of the labels the model
// knows, row-major; nil when there are none, and then LogLoss and ECE are 0 and
// there is no reliability table.
//
// MacroF1 is the mean over labels that are there or were predicted. LogLoss takes
// a label unknown to the model as having a probability of 1e-6. ECE is the mean
// over bins of |accuracy − confidence|, weighed by rows.
//
// Intervals resample the cells of the table of truth by prediction, each with
// Poisson counts (Hanley and MacGibbon 2006). A label that a resample does not
// hold keeps its F1, or the mean of the rest would rise.
//
// Panics unless the shapes agree; errors: settings that do not validate, no row with a label.
func Single(truth *label.Table, predicted []int32, p []float32, c Config) (*Report, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	n, k := truth.Rows(), truth.Classes()
	if len(predicted) != n || n > 0 && len(p)%n != 0 || len(p) > n*k {
		panic(fmt.Sprintf("evaluate: %d predictions and %d probabilities for %d rows of %d labels", len(predicted), len(p), n, k))
	}
	cells := map[[2]int32]int{}
	for i := range n {
		if t := truth.Class(i); t >= 0 {
			cells[[2]int32{t, predicted[i]}]++
		}
	}
	table := tabulate(cells)
	if len(table) == 0 {
		return nil, fmt.Errorf("evaluate: none of %d rows has a label", n)
	}
	r := &Report{}
	for _, cell := range table {
		r.Rows += cell.rows
	}
	r.classes(truth, table, c)
	r.Watched = c.watched(r.Classes)
	r.MicroF1 = r.Accuracy // of one label a row, the two are the same
	r.intervals(table, c)
	if len(p) > 0 {
		r.calibration(truth, predicted, p, c.Bins)
	}
	return r, nil
}

// cell counts the rows of one true and one predicted label.
type cell struct {
	truth, predicted int32
	rows             int
}

func tabulate(cells map[[2]int32]int) []cell {
	table := make([]cell, 0, len(cells))
	for at, rows := range cells {
		table = append(table, cell{at[0], at[1], rows})
	}
	slices.SortFunc(table, func(a, b cell) int {
		return cmp.Or(cmp.Compare(a.truth, b.truth), cmp.Compare(a.predicted, b.predicted))
	})
	return table
}

// classes fills in what there is for each label, and the pairs.
func (r *Report) classes(truth *label.Table, table []cell, config Config) {
	counts := make([]tally, truth.Classes())
	for _, c := range table {
		rows := float64(c.rows)
		counts[c.truth].support += rows
		counts[c.predicted].predicted += rows
		if c.truth == c.predicted {
			counts[c.truth].right += rows
		} else {
			r.Confusions = append(r.Confusions, Confusion{truth.Name(c.truth), truth.Name(c.predicted), c.rows})
		}
	}
	most, there := 0, 0
	r.Classes = make([]Class, truth.Classes())
	for i, n := range counts {
		c := config.class(truth.Name(int32(i)), n)
		r.Classes[i] = c
		r.Accuracy += n.right / float64(r.Rows)
		if c.Support+c.Predicted > 0 {
			there++
		}
		r.MacroF1 += c.F1
		r.WeightedF1 += c.F1 * float64(c.Support) / float64(r.Rows)
		most = max(most, c.Support)
	}
	r.MacroF1 /= float64(there)
	r.Majority = float64(most) / float64(r.Rows)
	slices.SortStableFunc(r.Confusions, func(a, b Confusion) int { return b.Rows - a.Rows })
	r.Confusions = r.Confusions[:min(config.Pairs, len(r.Confusions))]
}

// rates gives precision, recall and F1, 0 where they have no meaning.
func rates(right, predicted, support float64) (precision, recall, f1 float64) {
	if predicted > 0 {
		precision = right / predicted
	}
	if support > 0 {
		recall = right / support
	}
	if predicted+support > 0 {
		f1 = 2 * right / (predicted + support)
	}
	return precision, recall, f1
}

// calibration fills in the log loss and how sure predictions were.
func (r *Report) calibration(truth *label.Table, predicted []int32, p []float32, bins int) {
	known := len(p) / truth.Rows()
	table := newBins(bins)
	for i := range truth.Rows() {
		t := truth.Class(i)
		if t < 0 {
			continue
		}
		own := leastProbability
		if int(t) < known {
			own = max(own, float64(p[i*known+int(t)]))
		}
		r.LogLoss -= math.Log(own)
		table.add(float64(p[i*known+int(predicted[i])]), t == predicted[i])
	}
	r.LogLoss /= float64(r.Rows)
	r.Reliability, r.ECE = table, table.finish(r.Rows)
}

// bins is a reliability table in the making: sums, until it is finished.
type bins []Bin

func newBins(n int) bins {
	out := make(bins, n)
	for b := range out {
		out[b].From, out[b].Until = float64(b)/float64(n), float64(b+1)/float64(n)
	}
	return out
}

func (t bins) add(p float64, right bool) {
	b := &t[min(len(t)-1, max(0, int(math.Ceil(p*float64(len(t))))-1))]
	b.Rows++
	b.Confidence += p
	if right {
		b.Accuracy++
	}
}

// finish turns sums into means and gives the expected calibration error over so many rows.
func (t bins) finish(rows int) (ece float64) {
	for i := range t {
		b := &t[i]
		b.Interval = wilson(b.Accuracy, float64(b.Rows), z95)
		if b.Rows == 0 {
			continue
		}
		ece += math.Abs(b.Accuracy-b.Confidence) / float64(rows)
		b.Confidence /= float64(b.Rows)
		b.Accuracy /= float64(b.Rows)
	}
	return ece
}
