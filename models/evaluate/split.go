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
