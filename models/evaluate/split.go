package evaluate

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"psims/models/label"
)

// Since splits rows by their days: those before day go to learn from, those on it
// or later to judge on. A model is judged fairly only on what came after.
func Since[D ~int32 | ~int64 | ~int](days []D, day D) (before, since []int32) {
	for i, d := range days {
		if d < day {
			before = append(before, int32(i))
		} else {
			since = append(since, int32(i))
		}
	}
	return before, since
}

// Folds gives each row one of so many folds, from 0. Every label is spread over
// the folds evenly. Rows of the same group, such as repeats of a text, share a fold,
// so that nothing is judged on a copy of what it learnt; groups may be nil.
//
// Panics unless there is a group for every row and folds is 2 or more.
func Folds(y *label.Table, groups []int32, folds int, seed uint64) []int32 {
	n := y.Rows()
	if folds < 2 || groups != nil && len(groups) != n {
		panic(fmt.Sprintf("evaluate: %d folds, %d groups for %d rows", folds, len(groups), n))
	}
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(i)
	}
	chance := rand.New(rand.NewPCG(seed, 0))
	chance.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
	slices.SortStableFunc(order, func(a, b int32) int { return int(y.Class(int(a))) - int(y.Class(int(b))) })
	fold := make([]int32, n)
	given := map[int32]int32{}
	next := int32(0)
	for _, i := range order {
		if groups != nil {
			if f, ok := given[groups[i]]; ok {
				fold[i] = f
				continue
			}
			given[groups[i]] = next
		}
		fold[i] = next
		next = (next + 1) % int32(folds)
	}
	return fold
}

// Newest gives the first day of the newest share of rows: as many whole days as
// hold at most that share, so that no day is parted. It is for [Since] and [Part].
// When the last day alone holds more, it is the last day. Panics unless there are
// days and the share is between 0 and 1.
func Newest[D ~int32 | ~int64 | ~int](days []D, share float64) D {
	if len(days) == 0 || !(share > 0 && share < 1) {
		panic(fmt.Sprintf("evaluate: the newest %v of %d days", share, len(days)))
	}
	sorted := slices.Clone(days)
	slices.Sort(sorted)
	cut := len(sorted) - int(share*float64(len(sorted)))
	if cut == len(sorted) {
		return sorted[cut-1]
	}
	day := sorted[cut]
	if cut > 0 && sorted[cut-1] == day { // the day began before the cut: begin with the next
		for _, d := range sorted[cut:] {
			if d > day {
				return d
			}
		}
	}
	return day
}
