package evaluate

import (
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// tally counts the rows of one label in a resample.
type tally struct{ right, predicted, support float64 }

// intervals fills in the intervals of accuracy and macro F1; the classes must be there.
func (r *Report) intervals(table []cell, c Config) {
	source := rand.NewPCG(c.Seed, 0)
	accuracy, macro := make([]float64, c.Resamples), make([]float64, c.Resamples)
	counts := make([]tally, len(r.Classes))
	for s := range c.Resamples {
		clear(counts)
		total, right := 0.0, 0.0
		for _, cell := range table {
			rows := distuv.Poisson{Lambda: float64(cell.rows), Src: source}.Rand()
			total += rows
			counts[cell.truth].support += rows
			counts[cell.predicted].predicted += rows
			if cell.truth == cell.predicted {
				counts[cell.truth].right += rows
				right += rows
			}
		}
		accuracy[s] = right / max(1, total)
		macro[s] = r.macroOf(counts)
	}
	r.AccuracyInterval, r.MacroF1Interval = middle(accuracy), middle(macro)
}

// macroOf gives the macro F1 of a resample.
func (r *Report) macroOf(counts []tally) float64 {
	sum, there := 0.0, 0
	for i, n := range counts {
		if r.Classes[i].Support+r.Classes[i].Predicted == 0 {
			continue
		}
		there++
		if n.predicted+n.support == 0 {
			sum += r.Classes[i].F1
			continue
		}
		_, _, f1 := rates(n.right, n.predicted, n.support)
		sum += f1
	}
	return sum / float64(max(1, there))
}

// middle gives the bounds of the middle 95 % of values, which it sorts.
func middle(values []float64) [2]float64 {
	slices.Sort(values)
	at := func(q float64) float64 { return values[int(q*float64(len(values)-1)+.5)] }
	return [2]float64{at(.025), at(.975)}
}
