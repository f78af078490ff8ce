package topic_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/models/cluster"
	"psims/models/topic"
	"psims/nlp/sparse"
)

func matrix(cols int, rows ...[]int32) *sparse.CSR {
	b := sparse.NewBuilder(cols)
	for _, r := range rows {
		for _, c := range r {
			b.Add(c, 1)
		}
		b.EndRow()
	}
	return b.Build()
}

func TestShortTextsAreNotTypical(t *testing.T) {
	x := matrix(8, []int32{0}, []int32{0, 1, 2, 3}, []int32{0, 1, 4, 5, 6}, []int32{0, 1, 2, 7})
	g := &cluster.Grouping{Groups: 1, Of: []int32{0, 0, 0, 0}, Likeness: []float32{.99, .7, .8, .6}, Sizes: []int{4}}
	if diff := cmp.Diff([][]int32{{2, 1, 3}}, topic.Exemplars(x, g, 3)); diff != "" {
		t.Errorf("exemplars (-want +got):\n%s", diff)
	}
}

// TestExemplarsAreMembers holds any grouping to it: every group with members has an
// exemplar, each is a member, none is there twice, and no two have the same terms.
func TestExemplarsAreMembers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 40).Draw(t, "rows")
		g := &cluster.Grouping{Groups: 3, Sizes: make([]int, 3)}
		var rows [][]int32
		for range n {
			k := rapid.Int32Range(cluster.None, 2).Draw(t, "group")
			g.Of, g.Likeness = append(g.Of, k), append(g.Likeness, rapid.Float32Range(0, 1).Draw(t, "likeness"))
			if k != cluster.None {
				g.Sizes[k]++
			}
			rows = append(rows, rapid.SliceOfNDistinct(rapid.Int32Range(0, 9), 0, 6, rapid.ID).Draw(t, "terms"))
		}
		x := matrix(10, rows...)
		want := rapid.IntRange(1, 6).Draw(t, "wanted")
		for k, chosen := range topic.Exemplars(x, g, want) {
			if len(chosen) > want || g.Sizes[k] > 0 && len(chosen) == 0 {
				t.Fatalf("%d exemplars of %d members, up to %d wanted", len(chosen), g.Sizes[k], want)
			}
			terms := map[string]bool{}
			for _, i := range chosen {
				columns, _ := x.Row(int(i))
				key := fmt.Sprint(columns)
				if g.Of[i] != int32(k) || terms[key] {
					t.Fatalf("row %d of group %d is an exemplar of %d, or repeats another", i, g.Of[i], k)
				}
				terms[key] = true
			}
		}
	})
}
