// Package evaluate answers: how good are predicted labels, how sure are we of
// that, and do the probabilities mean what they say?
//
// In go the labels that people gave and those that a model gave to rows it had not
// seen. Out come a [Report] for labels that exclude each other ([Single]) or a
// [MultiReport] for several labels a text ([Multi]). [Since] and [Folds] split rows
// into those to learn from and those to judge on.
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
}

// Default is 15 bins, 1,000 resamples and the 20 worst pairs.
func Default() Config { return Config{Bins: 15, Resamples: 1000, Seed: 1, Pairs: 20} }

// Validate says what is wrong with the settings, if anything.
func (c Config) Validate() error {
	if c.Bins < 1 || c.Resamples < 1 || c.Pairs < 0 {
		return fmt.Errorf("evaluate: %d bins, %d resamples, %d pairs", c.Bins, c.Resamples, c.Pairs)
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
	Reliability      []Bin       `json:"reliability"`
	Confusions       []Confusion `json:"confusions"`
}

// Class says how good one label is. Precision and recall are 0 where nothing was predicted or there.
type Class struct {
	Name      string  `json:"name"`
	Support   int     `json:"support"`
	Predicted int     `json:"predicted"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

// Bin holds the rows whose predicted label had a probability over From and up to Until.
type Bin struct {
	From       float64 `json:"from"`
	Until      float64 `json:"until"`
	Rows       int     `json:"rows"`
	Confidence float64 `json:"confidence"` // mean probability
	Accuracy   float64 `json:"accuracy"`
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
	r.classes(truth, table, c.Pairs)
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
func (r *Report) classes(truth *label.Table, table []cell, pairs int) {
	r.Classes = make([]Class, truth.Classes())
	right := make([]int, truth.Classes())
	for i := range r.Classes {
		r.Classes[i].Name = truth.Name(int32(i))
	}
	for _, c := range table {
		r.Classes[c.truth].Support += c.rows
		r.Classes[c.predicted].Predicted += c.rows
		if c.truth == c.predicted {
			right[c.truth] += c.rows
		} else {
			r.Confusions = append(r.Confusions, Confusion{truth.Name(c.truth), truth.Name(c.predicted), c.rows})
		}
	}
	most, there := 0, 0
	for i := range r.Classes {
		c := &r.Classes[i]
		r.Accuracy += float64(right[i]) / float64(r.Rows)
		if c.Support+c.Predicted > 0 {
			there++
		}
		c.Precision, c.Recall, c.F1 = rates(float64(right[i]), float64(c.Predicted), float64(c.Support))
		r.MacroF1 += c.F1
		r.WeightedF1 += c.F1 * float64(c.Support) / float64(r.Rows)
		most = max(most, c.Support)
	}
	r.MacroF1 /= float64(there)
	r.Majority = float64(most) / float64(r.Rows)
	slices.SortStableFunc(r.Confusions, func(a, b Confusion) int { return b.Rows - a.Rows })
	r.Confusions = r.Confusions[:min(pairs, len(r.Confusions))]
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
	r.Reliability = make([]Bin, bins)
	for b := range r.Reliability {
		r.Reliability[b].From, r.Reliability[b].Until = float64(b)/float64(bins), float64(b+1)/float64(bins)
	}
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
		sure := float64(p[i*known+int(predicted[i])])
		b := &r.Reliability[min(bins-1, max(0, int(math.Ceil(sure*float64(bins)))-1))]
		b.Rows++
		b.Confidence += sure
		if t == predicted[i] {
			b.Accuracy++
		}
	}
	r.LogLoss /= float64(r.Rows)
	for i := range r.Reliability {
		b := &r.Reliability[i]
		if b.Rows == 0 {
			continue
		}
		r.ECE += math.Abs(b.Accuracy-b.Confidence) / float64(r.Rows)
		b.Confidence /= float64(b.Rows)
		b.Accuracy /= float64(b.Rows)
	}
}

// Selective says how a model does that may abstain: the share of rows with a
// label that it answers, and its accuracy among those; 0 when it answers none.
// Panics unless there is a prediction and an answer for each row.
func Selective(truth *label.Table, predicted []int32, abstained []bool) (coverage, accuracy float64) {
	if len(predicted) != truth.Rows() || len(abstained) != truth.Rows() {
		panic(fmt.Sprintf("evaluate: %d predictions and %d abstentions for %d rows", len(predicted), len(abstained), truth.Rows()))
	}
	rows, answered, right := 0, 0, 0
	for i := range truth.Rows() {
		t := truth.Class(i)
		if t < 0 {
			continue
		}
		rows++
		if !abstained[i] {
			answered++
			if t == predicted[i] {
				right++
			}
		}
	}
	return float64(answered) / float64(max(1, rows)), float64(right) / float64(max(1, answered))
}
