package chart

import (
	"fmt"
	"html/template"
	"math"
	"strings"
)

// Spark draws the last weeks of a series as a few small bars, to stand beside its
// numbers in a list. It is decoration, hidden from assistive technology: the page
// says the same in words. Bars from index focus on are dark. NaN leaves a gap.
// It costs next to nothing: no chart engine runs.
func Spark(values []float64, focus int) template.HTML {
	const height, bar, gap = 32, 4, 2
	width := max(1, len(values)*(bar+gap)-gap)
	most := largest(values)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%[1]d" height="%[2]d" viewBox="0 0 %[1]d %[2]d" aria-hidden="true" focusable="false">`, width, height)
	for i, v := range values {
		if math.IsNaN(v) {
			continue
		}
		colour := grey
		if i >= focus {
			colour = darkBlue
		}
		h := math.Max(1, math.Round(v/most*height))
		fmt.Fprintf(&b, `<rect x="%d" y="%.0f" width="%d" height="%.0f" fill="%s"></rect>`, i*(bar+gap), height-h, bar, h, colour)
	}
	b.WriteString("</svg>")
	return template.HTML(b.String())
}
