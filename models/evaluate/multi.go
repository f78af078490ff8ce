package evaluate

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"psims/models/label"
)

// MultiReport says how good several predicted labels a row are. Intervals hold 95 %.
type MultiReport struct {
	Rows          int        `json:"n_test"`
	Exact         float64    `json:"exact"` // share of rows with all labels right and none besides
	ExactInterval [2]float64 `json:"exact_interval"`
	MicroF1       float64    `json:"micro_f1"`
	MicroInterval [2]float64 `json:"micro_f1_interval"`
	MacroF1       float64    `json:"macro_f1"`
	MacroInterval [2]float64 `json:"macro_f1_interval"`
	Weighted      float64    `json:"weighted_f1"`
	Precision     float64    `json:"micro_precision"`
	Recall        float64    `json:"micro_recall"`
	ECE           float64    `json:"ece"`
	Classes       []Class    `json:"classes"`
	Watched       []Class    `json:"watched,omitempty"`
	Reliability   []Bin      `json:"reliability,omitempty"`
}

// Multi is [Several] with the settings of [Default] and without probabilities.
func Multi(truth, predicted *label.Table) (*MultiReport, error) {
	return Several(truth, predicted, nil, Default())
}

// Several judges several predicted labels a row against the truth; both must have
// the same labels, numbered alike. MacroF1 is the mean over all labels, those that
// are nowhere counting as 0. p holds the n×k probabilities, row-major, each judged
// against whether the row has the label; nil when there are none, and then ECE is 0
// and there is no reliability table.
//
// Intervals resample rows with Poisson counts, rows with the same labels on both
// sides together. A label that a resample does not hold keeps its F1.
//
// Panics unless the shapes agree. Errors: settings that do not validate, no rows.
func Several(truth, predicted *label.Table, p []float32, c Config) (*MultiReport, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	n, k := truth.Rows(), truth.Classes()
	if predicted.Rows() != n || predicted.Classes() != k || len(p) != 0 && len(p) != n*k {
		panic(fmt.Sprintf("evaluate: %d×%d predictions and %d probabilities for %d×%d labels", predicted.Rows(), predicted.Classes(), len(p), n, k))
	}
	if n == 0 || k == 0 {
		return nil, fmt.Errorf("evaluate: %d rows of %d labels", n, k)
	}
	r := &MultiReport{Rows: n, Classes: make([]Class, k)}
	sets := rowSets(truth, predicted)
	counts := make([]tally, k)
	exact := 0
	for _, s := range sets {
		s.add(counts, float64(s.rows))
		if s.same {
			exact += s.rows
		}
	}
	r.Exact, r.ExactInterval = share(exact, n), Wilson(exact, n)
	var all tally
	for i, t := range counts {
		r.Classes[i] = c.class(truth.Name(int32(i)), t)
		r.MacroF1 += r.Classes[i].F1 / float64(k)
		r.Weighted += r.Classes[i].F1 * t.support
		all.right += t.right
		all.predicted += t.predicted
		all.support += t.support
	}
	r.Weighted /= max(1, all.support)
	r.Precision, r.Recall, r.MicroF1 = rates(all.right, all.predicted, all.support)
	r.Watched = c.watched(r.Classes)
	r.intervals(sets, c)
	if len(p) > 0 {
		r.Reliability, r.ECE = severalBins(truth, p, c.Bins)
	}
	return r, nil
}

// rowSet counts the rows with one set of true and one set of predicted labels.
type rowSet struct {
	right, missed, vain []int32 // labels of both, of the truth only, of the prediction only
	same                bool
	rows                int
}

// setOf gives the labels of row i, counted no times yet.
func setOf(truth, predicted *label.Table, i int) rowSet {
	var s rowSet
	for _, c := range truth.Row(i) {
		if predicted.Has(i, c) {
			s.right = append(s.right, c)
		} else {
			s.missed = append(s.missed, c)
		}
	}
	for _, c := range predicted.Row(i) {
		if !truth.Has(i, c) {
			s.vain = append(s.vain, c)
		}
	}
	s.same = len(s.missed)+len(s.vain) == 0
	return s
}

func rowSets(truth, predicted *label.Table) []rowSet {
	at := map[string]int{}
	var out []rowSet
	for i := range truth.Rows() {
		key := fmt.Sprint(truth.Row(i), predicted.Row(i))
		place, seen := at[key]
		if !seen {
			place = len(out)
			at[key] = place
			out = append(out, setOf(truth, predicted, i))
		}
		out[place].rows++
	}
	return out
}

func (s *rowSet) add(counts []tally, rows float64) {
	for _, c := range s.right {
		counts[c].right += rows
		counts[c].predicted += rows
		counts[c].support += rows
	}
	for _, c := range s.missed {
		counts[c].support += rows
	}
	for _, c := range s.vain {
		counts[c].predicted += rows
	}
}

func (r *MultiReport) intervals(sets []rowSet, c Config) {
	source := rand.NewPCG(c.Seed, 2)
	counts := make([]tally, len(r.Classes))
	micros, macro := make([]float64, c.Resamples), make([]float64, c.Resamples)
	for s := range c.Resamples {
		clear(counts)
		for i := range sets {
			sets[i].add(counts, distuv.Poisson{Lambda: float64(sets[i].rows), Src: source}.Rand())
		}
		for i, t := range counts {
			_, _, f := rates(t.right, t.predicted, t.support)
			if t.predicted+t.support == 0 {
				f = r.Classes[i].F1
			}
			macro[s] += f / float64(len(counts))
		}
		micros[s] = micro(counts)
	}
	r.MicroInterval, r.MacroInterval = middle(micros), middle(macro)
}

// severalBins judges each probability by whether the row has the label.
func severalBins(truth *label.Table, p []float32, bins int) ([]Bin, float64) {
	table, k := newBins(bins), truth.Classes()
	for i := range truth.Rows() {
		row := truth.Row(i)
		for c := range k {
			table.add(float64(p[i*k+c]), slices.Contains(row, int32(c)))
		}
	}
	return table, table.finish(truth.Rows() * k)
}

// micro gives the F1 of all labels together.
func micro(counts []tally) float64 {
	var all tally
	for _, n := range counts {
		all.right += n.right
		all.predicted += n.predicted
		all.support += n.support
	}
	_, _, f := rates(all.right, all.predicted, all.support)
	return f
}
