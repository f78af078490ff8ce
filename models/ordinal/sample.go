package ordinal

import (
	"cmp"
	"slices"

	"psims/models/label"
)

// mark numbers a text by its letters and figures alone, so that copies in other
// capitals or with other spacing have the same mark: FNV-1a, well mixed.
func mark(text string, seed uint64) uint64 {
	h := uint64(14695981039346656037)
	for i := 0; i < len(text); i++ {
		b := text[i]
		switch {
		case b >= 'A' && b <= 'Z':
			b += 'a' - 'A'
		case b >= 'a' && b <= 'z', b >= '0' && b <= '9', b >= 0x80:
		default:
			continue
		}
		h = (h ^ uint64(b)) * 1099511628211
	}
	// The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
	h += seed * 0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// sample gives the rows to learn from, in an order that depends on what the texts say
// and not on where they stand, and by grade the share of its rows that they are.
func sample(texts []string, y *label.Table, c Config, wanted func(mark uint64) bool) (rows []int32, rates []float32) {
	type entry struct {
		mark  uint64
		row   int32
		class int32
	}
	var entries []entry
	counts := make([]int, y.Classes())
	for i, t := range texts {
		class := y.Class(i)
		if class < 0 {
			continue
		}
		if m := mark(t, c.Seed); wanted(m) {
			entries = append(entries, entry{m, int32(i), class})
			counts[class]++
		}
	}
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.mark, b.mark), cmp.Compare(a.class, b.class), cmp.Compare(texts[a.row], texts[b.row]))
	})
	most := level(counts, c.MaxTexts)
	kept := make([]int, len(counts))
	for _, e := range entries {
		if kept[e.class] < most {
			kept[e.class]++
			rows = append(rows, e.row)
		}
	}
	rates = make([]float32, len(counts))
	for g, n := range counts {
		rates[g] = 1
		if n > 0 {
			rates[g] = float32(kept[g]) / float32(n)
		}
	}
	return rows, rates
}

// level gives the most rows of any grade such that not more than limit are kept, or
// one of each grade.
func level(counts []int, limit int) int {
	sorted := slices.Sorted(slices.Values(counts))
	for at, n := range sorted {
		share := limit / (len(sorted) - at)
		if n > share {
			return max(1, share)
		}
		limit -= n
	}
	return slices.Max(counts)
}
