package evaluate

import (
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"

	"psims/models/label"
)

// CompareSeveral is [Compare] for several labels a row; all three tables must have
// the same labels, numbered alike. A row is right when all its labels are, and none
// besides; the verdict goes by micro and macro F1, the mean over all labels. Labels
// of Config.Watch are compared by recall.
//
// Panics unless the shapes agree. Errors: settings that do not validate, no rows.
func CompareSeveral(truth, first, second *label.Table, c Config) (*Comparison, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	n, k := truth.Rows(), truth.Classes()
	for _, said := range []*label.Table{first, second} {
		if said.Rows() != n || said.Classes() != k {
			panic(fmt.Sprintf("evaluate: %d×%d predictions for %d×%d labels", said.Rows(), said.Classes(), n, k))
		}
	}
	if n == 0 || k == 0 {
		return nil, fmt.Errorf("evaluate: %d rows of %d labels", n, k)
	}
	rows := setPairs(truth, first, second)
	out := &Comparison{Rows: n}
	counts := newPair(k)
	for _, p := range rows {
		p.add(counts, float64(p.rows))
		switch {
		case p.first.same && !p.second.same:
			out.OnlyFirst += p.rows
		case p.second.same && !p.first.same:
			out.OnlySecond += p.rows
		}
	}
	out.McNemar = midP(out.OnlyFirst, out.OnlySecond)
	var watched []int
	out.Recalls, watched = watchedRecalls(truth, counts, c)
	out.differ(rows, counts, watched, c)
	out.Verdict = verdict(out.MicroF1, out.MacroF1)
	return out, nil
}

// setPair counts the rows with one true set of labels and one set by each model.
type setPair struct {
	first, second rowSet
	rows          int
}

func (p setPair) add(counts pair, rows float64) {
	p.first.add(counts.first, rows)
	p.second.add(counts.second, rows)
}

// setPairs gathers equal rows, in the order of their first.
func setPairs(truth, first, second *label.Table) []setPair {
	at := map[string]int{}
	var out []setPair
	for i := range truth.Rows() {
		key := fmt.Sprint(truth.Row(i), first.Row(i), second.Row(i))
		place, seen := at[key]
		if !seen {
			place = len(out)
			at[key] = place
			out = append(out, setPair{first: setOf(truth, first, i), second: setOf(truth, second, i)})
		}
		out[place].rows++
	}
	return out
}

// differ fills in the measures of both models and the intervals of their differences.
func (out *Comparison) differ(rows []setPair, counts pair, watched []int, c Config) {
	there := make([]bool, len(counts.first))
	for i := range there {
		there[i] = true // macro F1 is over all labels
	}
	// Exact matches of a resample, by either model.
	exact := func(weights []float64) (first, second, total float64) {
		for i, p := range rows {
			if p.first.same {
				first += weights[i]
			}
			if p.second.same {
				second += weights[i]
			}
			total += weights[i]
		}
		return first, second, max(1, total)
	}
	weights := make([]float64, len(rows))
	for i, p := range rows {
		weights[i] = float64(p.rows)
	}
	a, b, total := exact(weights)
	out.Accuracy.First, out.Accuracy.Second = a/total, b/total
	var was [2][]float64
	_, out.MacroF1.First, was[0] = measures(counts.first, there, nil)
	_, out.MacroF1.Second, was[1] = measures(counts.second, there, nil)
	out.MicroF1.First, out.MicroF1.Second = micro(counts.first), micro(counts.second)
	draws := make([][]float64, 3+len(out.Recalls))
	for i := range draws {
		draws[i] = make([]float64, c.Resamples)
	}
	source := rand.NewPCG(c.Seed, 3)
	for s := range c.Resamples {
		counts.clear()
		for i, p := range rows {
			weights[i] = distuv.Poisson{Lambda: float64(p.rows), Src: source}.Rand()
			p.add(counts, weights[i])
		}
		a, b, total := exact(weights)
		_, m1, _ := measures(counts.first, there, was[0])
		_, m2, _ := measures(counts.second, there, was[1])
		draws[0][s], draws[1][s], draws[2][s] = (a-b)/total, micro(counts.first)-micro(counts.second), m1-m2
		for i, at := range watched {
			draws[3+i][s] = recallDifference(counts, at, out.Recalls[i].By)
		}
	}
	for i, d := range []*Difference{&out.Accuracy, &out.MicroF1, &out.MacroF1} {
		d.By, d.Interval = d.First-d.Second, middle(draws[i])
	}
	out.closeRecalls(draws[3:])
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
