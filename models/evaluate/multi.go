package evaluate

import (
	"fmt"

	"psims/models/label"
)

// MultiReport says how good several predicted labels a row are.
type MultiReport struct {
	Rows      int     `json:"n_test"`
	Exact     float64 `json:"exact"` // share of rows with all labels right and none besides
	MicroF1   float64 `json:"micro_f1"`
	MacroF1   float64 `json:"macro_f1"`
	Weighted  float64 `json:"weighted_f1"`
	Precision float64 `json:"micro_precision"`
	Recall    float64 `json:"micro_recall"`
	Classes   []Class `json:"classes"`
}

// Multi judges several predicted labels a row against the truth; both must have
// the same labels, numbered alike. MacroF1 is the mean over all labels, those that
// are nowhere counting as 0.
//
// Panics unless the shapes agree. Errors: no rows.
func Multi(truth, predicted *label.Table) (*MultiReport, error) {
	n, k := truth.Rows(), truth.Classes()
	if predicted.Rows() != n || predicted.Classes() != k {
		panic(fmt.Sprintf("evaluate: %d×%d predictions for %d×%d labels", predicted.Rows(), predicted.Classes(), n, k))
	}
	if n == 0 || k == 0 {
		return nil, fmt.Errorf("evaluate: %d rows of %d labels", n, k)
	}
	r := &MultiReport{Rows: n, Classes: make([]Class, k)}
	right := make([]int, k)
	for i := range n {
		same := len(truth.Row(i)) == len(predicted.Row(i))
		for _, c := range truth.Row(i) {
			if predicted.Has(i, c) {
				right[c]++
			} else {
				same = false
			}
		}
		if same {
			r.Exact += 1 / float64(n)
		}
	}
	support, given := truth.Counts(), predicted.Counts()
	var all tally
	for c := range r.Classes {
		p, q, f := rates(float64(right[c]), float64(given[c]), float64(support[c]))
		r.Classes[c] = Class{truth.Name(int32(c)), support[c], given[c], p, q, f}
		all.right += float64(right[c])
		all.predicted += float64(given[c])
		all.support += float64(support[c])
		r.MacroF1 += f / float64(k)
		r.Weighted += f * float64(support[c])
	}
	r.Weighted /= max(1, all.support)
	r.Precision, r.Recall, r.MicroF1 = rates(all.right, all.predicted, all.support)
	return r, nil
}
