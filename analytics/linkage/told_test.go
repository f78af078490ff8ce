package linkage_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"psims/analytics/linkage"
)

func byRow(a, b int32) bool { return a < b }

func TestAmend(t *testing.T) {
	same := func(a, b int32) linkage.Told { return linkage.Told{A: a, B: b, Same: true} }
	apart := func(a, b int32) linkage.Told { return linkage.Told{A: a, B: b} }
	found := []int32{0, 1, 1, 1, 4, 5, 5} // {0} {1 2 3} {4} {5 6}
	for _, c := range []struct {
		name    string
		told    []linkage.Told
		first   []int32
		touched []int32
		effect  [3]int // joined, parted, refused
	}{
		{"nothing said", nil, found, nil, [3]int{}},
		{"two that were alone", []linkage.Told{same(4, 0)}, []int32{0, 1, 1, 1, 0, 5, 5}, []int32{4}, [3]int{1, 0, 0}},
		{"one and a group", []linkage.Told{same(0, 6)}, []int32{0, 1, 1, 1, 4, 0, 0}, []int32{5, 6}, [3]int{1, 0, 0}},
		{"two groups", []linkage.Told{same(2, 6)}, []int32{0, 1, 1, 1, 4, 1, 1}, []int32{5, 6}, [3]int{1, 0, 0}},
		{"what was found already", []linkage.Told{same(1, 3)}, found, nil, [3]int{}},
		{"one parted", []linkage.Told{apart(1, 3)}, []int32{0, 1, 1, 3, 4, 5, 5}, []int32{3}, [3]int{0, 1, 0}},
		{"the first parted from one", []linkage.Told{apart(2, 1)}, []int32{0, 1, 2, 1, 4, 5, 5}, []int32{2}, [3]int{0, 1, 0}},
		{"what was apart already", []linkage.Told{apart(0, 4)}, found, nil, [3]int{}},
		{"people's word before what was found", []linkage.Told{apart(1, 3), same(2, 3)}, []int32{0, 1, 2, 2, 4, 5, 5}, []int32{2, 3}, [3]int{0, 1, 0}},
		{"a second thought", []linkage.Told{same(0, 4), apart(4, 0)}, found, nil, [3]int{}},
		{"a second thought the other way", []linkage.Told{apart(1, 3), same(3, 1)}, found, nil, [3]int{}},
		{"answers that contradict", []linkage.Told{same(0, 4), same(4, 5), apart(0, 5)}, []int32{0, 1, 1, 1, 0, 5, 5}, []int32{4}, [3]int{1, 0, 1}},
		{"with itself", []linkage.Told{apart(1, 1), same(0, 0)}, found, nil, [3]int{}},
	} {
		got := linkage.Amend(found, c.told, byRow)
		want := linkage.Amended{First: c.first, Touched: c.touched, Joined: c.effect[0], Parted: c.effect[1], Refused: c.effect[2]}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// Whatever people say: what they last said to be apart is apart, groups are whole,
// and nothing changes that no answer touches.
func TestAmendHoldsToWhatPeopleSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "reports")
		first := make([]int32, n)
		for i := range first {
			first[i] = int32(i)
			if i > 0 && rapid.Bool().Draw(t, "follows") {
				first[i] = first[rapid.IntRange(0, i-1).Draw(t, "whom")]
			}
		}
		row := rapid.Int32Range(0, int32(n-1))
		told := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) linkage.Told {
			return linkage.Told{A: row.Draw(t, "a"), B: row.Draw(t, "b"), Same: rapid.Bool().Draw(t, "same")}
		}), 0, 8).Draw(t, "told")
		got := linkage.Amend(first, told, byRow).First
		touched := map[int32]bool{}
		last := map[[2]int32]bool{}
		for _, a := range told {
			touched[first[a.A]], touched[first[a.B]] = true, true
			last[[2]int32{min(a.A, a.B), max(a.A, a.B)}] = a.Same
		}
		for pair, same := range last {
			if pair[0] != pair[1] && !same && got[pair[0]] == got[pair[1]] {
				t.Fatalf("rows %v were said to be apart and stand together: %v", pair, got)
			}
		}
		for i, f := range got {
			if got[f] != f || f > int32(i) {
				t.Fatalf("row %d stands behind %d, which does not stand for its group: %v", i, f, got)
			}
			if !touched[first[i]] && f != first[i] {
				t.Fatalf("row %d went from %d to %d, and nobody spoke of it", i, first[i], f)
			}
		}
		if len(last) == 1 && len(told) == 1 && told[0].Same && got[told[0].A] != got[told[0].B] {
			t.Fatalf("%v was said to be the same: %v", told[0], got)
		}
	})
}
