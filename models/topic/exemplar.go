package topic

import (
	"cmp"
	"slices"

	"psims/internal/parallel"
	"psims/models/cluster"
	"psims/nlp/sparse"
)

// maxAlike is the share of terms (Jaccard) from which two exemplars tell a reader the same.
const maxAlike = 0.6

// Exemplars gives up to want typical members of each group as rows of x, the n×v
// matrix of term counts: those nearest the centre, leaving out any that repeats one
// already chosen. A member with less than half the terms of the group's median
// member comes after all others: a text of three words lies near a centre for
// having nothing else in it. Of equals the first row comes first. A group with
// members has at least one exemplar.
//
// Panics if g was made of another number of documents.
func Exemplars(x *sparse.CSR, g *cluster.Grouping, want int) [][]int32 {
	if x.Rows() != len(g.Of) {
		panic("topic: the grouping is of other documents")
	}
	members := make([][]int32, g.Groups)
	for i, j := range g.Of {
		if j != cluster.None {
			members[j] = append(members[j], int32(i))
		}
	}
	out := make([][]int32, g.Groups)
	parallel.Blocks(g.Groups, 1, func(_, j, _ int) {
		out[j] = exemplars(x, g.Likeness, members[j], want)
	})
	return out
}

func exemplars(x *sparse.CSR, likeness []float32, members []int32, want int) []int32 {
	if len(members) == 0 {
		return nil
	}
	length := func(i int32) int { return int(x.Bounds[i+1] - x.Bounds[i]) }
	lengths := make([]int, len(members))
	for k, i := range members {
		lengths[k] = length(i)
	}
	slices.Sort(lengths)
	median := lengths[len(lengths)/2]
	ordered := slices.Clone(members)
	slices.SortFunc(ordered, func(a, b int32) int {
		if shortA, shortB := 2*length(a) < median, 2*length(b) < median; shortA != shortB {
			if shortA {
				return 1
			}
			return -1
		}
		return cmp.Or(cmp.Compare(likeness[b], likeness[a]), cmp.Compare(a, b))
	})
	var out []int32
	for _, i := range ordered {
		if len(out) == want {
			break
		}
		columns, _ := x.Row(int(i))
		if !slices.ContainsFunc(out, func(o int32) bool {
			other, _ := x.Row(int(o))
			return jaccard(columns, other) > maxAlike
		}) {
			out = append(out, i)
		}
	}
	return out
}

// jaccard gives the share of two ascending lists' elements that both hold.
func jaccard(a, b []int32) float64 {
	shared := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			shared, i, j = shared+1, i+1, j+1
		}
	}
	if all := len(a) + len(b) - shared; all > 0 {
		return float64(shared) / float64(all)
	}
	return 1
}
