package text

import (
	"slices"
	"strings"
)

// Pieces cuts the spans out of a text, each wording once, in their order, with single
// spaces. The spans are left in order.
func Pieces(s string, spans []Span) []string {
	slices.SortFunc(spans, func(a, b Span) int { return int(a.Start) - int(b.Start) })
	var out []string
	for _, p := range spans {
		if word := strings.Join(strings.Fields(p.In(s)), " "); word != "" && !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return out
}
