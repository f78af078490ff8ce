package ordinal

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"psims/models/label"
)

// Judging is the settings of a [Report].
type Judging struct {
	Grave     int32     // the mildest grade that must not be missed
	Loads     []float64 // shares of the texts that people can look at
	Bins      int       // of the calibration error, equally wide
	Resamples int       // for the intervals
	Seed      uint64    // of the resampling
}

// DefaultJudging is for five degrees of harm, with severe the mildest that must not
// be missed, and looks at 1, 2, 5 and 10 texts of 100.
func DefaultJudging() Judging {
	return Judging{Grave: 3, Loads: []float64{.01, .02, .05, .1}, Bins: 10, Resamples: 500, Seed: 1}
}

// Validate says what is wrong with the settings, if anything.
func (c Judging) Validate() error {
	if c.Grave < 1 || c.Bins < 1 || c.Resamples < 1 {
		return fmt.Errorf("ordinal: grave from grade %d, %d bins, %d resamples: all must be positive", c.Grave, c.Bins, c.Resamples)
	}
	for _, l := range c.Loads {
		if !(l > 0 && l <= 1) {
			return fmt.Errorf("ordinal: a load of %v of the texts: give a share between 0 and 1", l)
		}
	}
	return nil
}

// Report says how good predicted grades are. Intervals hold 95 %.
type Report struct {
	Rows          int        `json:"n_test"`
	Kappa         float64    `json:"quadratic_weighted_kappa"` // Cohen (1968): 1 is agreement, 0 what chance gives
	KappaInterval [2]float64 `json:"quadratic_weighted_kappa_interval"`
	Error         float64    `json:"mean_absolute_error"` // in grades
	ErrorInterval [2]float64 `json:"mean_absolute_error_interval"`
	MacroError    float64    `json:"macro_mean_absolute_error"` // mean over grades that are there (Baccianella et al. 2009)
	Grades        []Grade    `json:"grades"`
	// Of the probabilities, when there are any:
	RankedScore float64   `json:"ranked_probability_score"` // mean over texts of Σ_g (P(≤g) − [grade ≤ g])², Epstein (1969)
	LogLoss     float64   `json:"log_loss"`
	StepECE     []float64 `json:"calibration_error"` // of P(at least grade g+1), by step
	Loads       []Load    `json:"loads"`
}

// Grade says how good one grade is. Recall and precision are 0 where nothing was
// there or predicted.
type Grade struct {
	Name           string     `json:"name"`
	Support        int        `json:"support"`
	Predicted      int        `json:"predicted"`
	Recall         float64    `json:"recall"`
	RecallInterval [2]float64 `json:"recall_interval"`
	Precision      float64    `json:"precision"`
	Error          float64    `json:"mean_absolute_error"`
	Expected       float64    `json:"expected"` // sum of the grade's probabilities: Support, if they are right
}

// Load says what is caught of the grave texts when people look at a share of all
// texts, those most probably grave first.
type Load struct {
	Share          float64    `json:"share"`
	Rows           int        `json:"rows"`
	Grave          int        `json:"grave"` // of these rows
	Recall         float64    `json:"recall"`
	RecallInterval [2]float64 `json:"recall_interval"`
	Expected       float64    `json:"expected"` // grave texts among the rows, by their probabilities
}

// Judge compares n predicted grades with the truth, whose rows without a grade are
// left out. p holds the n×k probabilities, nil when there are none: then what is said
// of them is empty.
//
// Intervals are percentiles over resamples in which every row counts a Poisson
// number of times. Panics unless the shapes agree; errors: settings that do not
// validate, no row with a grade.
func Judge(truth *label.Table, grades []int32, p []float32, c Judging) (*Report, error) {
	n, k := truth.Rows(), truth.Classes()
	if len(grades) != n || p != nil && len(p) != n*k {
		panic(fmt.Sprintf("ordinal: %d grades and %d probabilities for %d rows of %d grades", len(grades), len(p), n, k))
	}
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if int(c.Grave) >= k {
		return nil, fmt.Errorf("ordinal: grave from grade %d of %d", c.Grave, k)
	}
	j := &judging{Judging: c, k: k, p: p}
	for i := range n {
		if g := truth.Class(i); g >= 0 {
			if grades[i] < 0 || int(grades[i]) >= k {
				panic(fmt.Sprintf("ordinal: row %d was given grade %d of %d", i, grades[i], k))
			}
			j.rows, j.truth, j.given = append(j.rows, int32(i)), append(j.truth, g), append(j.given, grades[i])
		}
	}
	if len(j.rows) == 0 {
		return nil, fmt.Errorf("ordinal: none of %d rows has a grade", n)
	}
	r := &Report{Rows: len(j.rows)}
	j.point(r, truth)
	if p != nil {
		j.probabilities(r)
	}
	j.intervals(r)
	return r, nil
}

// judging is what Judge works on: the rows with a grade.
type judging struct {
	Judging
	k            int
	p            []float32
	rows         []int32
	truth, given []int32
	order        []int32 // of rows, most probably grave first
}

// table counts rows by truth and given grade; a nil weight counts each once.
func (j *judging) table(weight []uint8) []float64 {
	cells := make([]float64, j.k*j.k)
	for i := range j.rows {
		w := 1.0
		if weight != nil {
			w = float64(weight[i])
		}
		cells[int(j.truth[i])*j.k+int(j.given[i])] += w
	}
	return cells
}

func margins(cells []float64, k int) (rows, columns []float64, total float64) {
	rows, columns = make([]float64, k), make([]float64, k)
	for a := range k {
		for b := range k {
			rows[a] += cells[a*k+b]
			columns[b] += cells[a*k+b]
			total += cells[a*k+b]
		}
	}
	return rows, columns, total
}

// agreement gives the quadratic weighted kappa and the mean absolute error.
func agreement(cells []float64, k int) (kappa, mae float64) {
	rows, columns, total := margins(cells, k)
	seen, chance := 0.0, 0.0
	for a := range k {
		for b := range k {
			d := float64(a - b)
			seen += d * d * cells[a*k+b]
			chance += d * d * rows[a] * columns[b] / max(1, total)
			mae += math.Abs(d) * cells[a*k+b]
		}
	}
	if chance > 0 {
		kappa = 1 - seen/chance
	}
	return kappa, mae / max(1, total)
}

func (j *judging) point(r *Report, truth *label.Table) {
	cells := j.table(nil)
	r.Kappa, r.Error = agreement(cells, j.k)
	rows, columns, _ := margins(cells, j.k)
	there := 0
	for g := range j.k {
		grade := Grade{Name: truth.Name(int32(g)), Support: int(rows[g]), Predicted: int(columns[g])}
		grade.Recall, grade.Precision = cells[g*j.k+g]/max(1, rows[g]), cells[g*j.k+g]/max(1, columns[g])
		for b := range j.k {
			grade.Error += math.Abs(float64(g-b)) * cells[g*j.k+b] / max(1, rows[g])
		}
		if rows[g] > 0 {
			there++
			r.MacroError += grade.Error
		}
		r.Grades = append(r.Grades, grade)
	}
	r.MacroError /= float64(there)
}

// probabilities fills in what is said of the probabilities.
func (j *judging) probabilities(r *Report) {
	k := j.k
	bins := make([][3]float64, (k-1)*j.Bins) // by step and bin: rows, sum of probabilities, rows that reach the step
	tail := make([]float32, len(j.rows))
	for i, row := range j.rows {
		p, truth := j.p[int(row)*k:int(row+1)*k], int(j.truth[i])
		r.LogLoss -= math.Log(max(1e-6, float64(p[truth]))) / float64(len(j.rows))
		above := 0.0
		for g := k - 1; g > 0; g-- {
			above += float64(p[g])
			r.Grades[g].Expected += float64(p[g])
			reached := 0.0
			if truth >= g {
				reached = 1
			}
			r.RankedScore += (above - reached) * (above - reached) / float64(len(j.rows))
			b := &bins[(g-1)*j.Bins+min(j.Bins-1, int(above*float64(j.Bins)))]
			b[0], b[1], b[2] = b[0]+1, b[1]+above, b[2]+reached
			if g == int(j.Grave) {
				tail[i] = float32(above)
			}
		}
		r.Grades[0].Expected += float64(p[0])
	}
	for g := range k - 1 {
		gap := 0.0
		for _, b := range bins[g*j.Bins : (g+1)*j.Bins] {
			gap += math.Abs(b[1]-b[2]) / float64(len(j.rows))
		}
		r.StepECE = append(r.StepECE, gap)
	}
	j.order = make([]int32, len(j.rows))
	for i := range j.order {
		j.order[i] = int32(i)
	}
	slices.SortStableFunc(j.order, func(a, b int32) int {
		switch {
		case tail[a] > tail[b]:
			return -1
		case tail[a] < tail[b]:
			return 1
		}
		return 0
	})
	for _, share := range j.Loads {
		l := Load{Share: share, Rows: int(share * float64(len(j.rows)))}
		for _, i := range j.order[:l.Rows] {
			l.Expected += float64(tail[i])
			if j.truth[i] >= j.Grave {
				l.Grave++
			}
		}
		l.Recall = j.caught(share, nil)
		r.Loads = append(r.Loads, l)
	}
}

// caught gives the share of grave rows among the given share of all rows.
func (j *judging) caught(share float64, weight []uint8) float64 {
	total, grave := 0.0, 0.0
	at := func(i int32) float64 {
		if weight == nil {
			return 1
		}
		return float64(weight[i])
	}
	for i, g := range j.truth {
		total += at(int32(i))
		if g >= j.Grave {
			grave += at(int32(i))
		}
	}
	left, found := math.Floor(share*total), 0.0
	for _, i := range j.order {
		w := min(left, at(i))
		left -= w
		if j.truth[i] >= j.Grave {
			found += w
		}
		if left <= 0 {
			break
		}
	}
	return found / max(1, grave)
}

// intervals resamples the rows.
func (j *judging) intervals(r *Report) {
	chance := rand.New(rand.NewPCG(j.Seed, 0))
	weight := make([]uint8, len(j.rows))
	kappa, mae := make([]float64, j.Resamples), make([]float64, j.Resamples)
	recall, loads := make([][]float64, j.k), make([][]float64, len(r.Loads))
	for s := range j.Resamples {
		for i := range weight {
			weight[i] = poisson(chance)
		}
		cells := j.table(weight)
		kappa[s], mae[s] = agreement(cells, j.k)
		rows, _, _ := margins(cells, j.k)
		for g := range j.k {
			if rows[g] > 0 {
				recall[g] = append(recall[g], cells[g*j.k+g]/rows[g])
			}
		}
		for l := range r.Loads {
			loads[l] = append(loads[l], j.caught(r.Loads[l].Share, weight))
		}
	}
	r.KappaInterval, r.ErrorInterval = middle(kappa), middle(mae)
	for g := range recall {
		r.Grades[g].RecallInterval = middle(recall[g])
	}
	for l := range loads {
		r.Loads[l].RecallInterval = middle(loads[l])
	}
}

// poisson draws a Poisson number of mean 1 by inverting its distribution.
func poisson(chance *rand.Rand) uint8 {
	u, p, n := chance.Float64(), math.Exp(-1), uint8(0)
	for u >= p && n < 20 {
		u -= p
		n++
		p /= float64(n)
	}
	return n
}

// middle gives the middle 95 % of the values, zeros if there are none.
func middle(v []float64) [2]float64 {
	if len(v) == 0 {
		return [2]float64{}
	}
	slices.Sort(v)
	at := func(share float64) float64 { return v[int(share*float64(len(v)-1)+.5)] }
	return [2]float64{at(.025), at(.975)}
}
