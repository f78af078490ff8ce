package linkage

import (
	"cmp"
	"slices"
)

// Told is what a person says of two reports, given as rows: that they tell of the
// same event, or that they don't.
type Told struct {
	A, B int32
	Same bool
}

// Amended is what people's answers make of what was found.
type Amended struct {
	// First is, for each row, the report that stands for its event, often itself.
	First []int32
	// Touched lists the rows that stand with others, or alone, by a person's word, ascending.
	Touched []int32
	Joined  int // answers that made one event of two
	Parted  int // answers that made two events of one
	Refused int // answers "same" that others contradict, in two or more steps
}

// Amend puts people's answers over what was found. first gives for each row the
// report that stands for its event, and before says which of two reports came
// first. Answers come oldest first; of several about the same two reports the last
// holds. What people join stays joined with all that was found to belong to either;
// what they part is parted, and whoever of a group was found with both stays with
// the one that came first. Where answers contradict one another over three or more
// reports, those that part go first: an event that is counted twice hides nothing.
//
// Cost: linear in the rows, and in the pairs of reports that answers bring together.
// first is not changed.
func Amend(first []int32, told []Told, before func(a, b int32) bool) Amended {
	out := Amended{First: slices.Clone(first)}
	answers := lastOf(told)
	if len(answers) == 0 {
		return out
	}
	g := newGathering(first, answers)
	for _, t := range answers {
		if t.Same && !g.join(t.A, t.B) {
			out.Refused++
		}
	}
	for _, i := range g.rows { // what was found, as far as nobody says otherwise
		g.join(first[i], i)
	}
	for _, members := range g.groups() {
		head := slices.MinFunc(members, func(a, b int32) int {
			switch {
			case before(a, b):
				return -1
			case before(b, a):
				return 1
			}
			return cmp.Compare(a, b)
		})
		for _, i := range members {
			if out.First[i] = head; head != first[i] {
				out.Touched = append(out.Touched, i)
			}
		}
	}
	for _, t := range answers {
		was, is := first[t.A] == first[t.B], out.First[t.A] == out.First[t.B]
		if is && !was && t.Same {
			out.Joined++
		}
		if was && !is && !t.Same {
			out.Parted++
		}
	}
	slices.Sort(out.Touched)
	return out
}

// lastOf keeps of the answers about the same two reports the last.
func lastOf(told []Told) []Told {
	at := map[[2]int32]int{}
	for k, t := range told {
		at[[2]int32{min(t.A, t.B), max(t.A, t.B)}] = k
	}
	var out []Told
	for k, t := range told {
		if t.A != t.B && at[[2]int32{min(t.A, t.B), max(t.A, t.B)}] == k {
			out = append(out, t)
		}
	}
	return out
}

// gathering is the rows that answers touch, in groups that grow.
type gathering struct {
	rows  []int32            // ascending
	of    map[int32]*[]int32 // group of each row
	apart map[[2]int32]bool
}

// newGathering takes the rows of the answers and of their groups, each alone.
func newGathering(first []int32, answers []Told) *gathering {
	g := &gathering{of: map[int32]*[]int32{}, apart: map[[2]int32]bool{}}
	heads := map[int32]bool{}
	for _, t := range answers {
		heads[first[t.A]], heads[first[t.B]] = true, true
		if !t.Same {
			g.apart[[2]int32{min(t.A, t.B), max(t.A, t.B)}] = true
		}
	}
	for i, f := range first {
		if heads[f] {
			g.rows = append(g.rows, int32(i))
			g.of[int32(i)] = &[]int32{int32(i)}
		}
	}
	return g
}

// join makes one group of two unless somebody says that two of their reports are of
// different events; it reports whether they are one now.
func (g *gathering) join(a, b int32) bool {
	x, y := g.of[a], g.of[b]
	if x == y {
		return true
	}
	for _, i := range *x {
		for _, j := range *y {
			if g.apart[[2]int32{min(i, j), max(i, j)}] {
				return false
			}
		}
	}
	*x = append(*x, *y...)
	for _, j := range *y {
		g.of[j] = x
	}
	return true
}

// groups gives each group once, by its least row.
func (g *gathering) groups() [][]int32 {
	var out [][]int32
	seen := map[*[]int32]bool{}
	for _, i := range g.rows {
		if m := g.of[i]; !seen[m] {
			seen[m] = true
			out = append(out, *m)
		}
	}
	return out
}
