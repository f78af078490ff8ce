package chart

import (
	"fmt"
	"html"
	"math"
	"strings"

	"psims/reports/disclosure"
)

// pen writes the shapes of a plain plot. Places are in pixels.
type pen struct {
	*frame
	out strings.Builder
}

func newPen(width int) *pen { return &pen{frame: newFrame(width, 0, 0)} }

// svg gives what was drawn, for clean to rewrite.
func (p *pen) svg() string { return "<svg>" + p.out.String() + "</svg>" }

// label writes text with the middle of its height at y; anchor is start, middle or end.
func (p *pen) label(text, anchor string, x, y float64, colour string) {
	fmt.Fprintf(&p.out, `<text dominant-baseline="central" text-anchor="%s" font-size="%dpx" x="%g" y="%g" fill="%s">%s</text>`, anchor, p.font, round1(x), round1(y), colour, html.EscapeString(printable(text)))
}

// lines writes lines of text one below the other, around the middle y.
func (p *pen) lines(list []string, anchor string, x, y float64) {
	step := float64(p.font + 3)
	for k, s := range list {
		p.label(s, anchor, x, y+step*(float64(k)-float64(len(list)-1)/2), ink)
	}
}

// bars draws columns side by side as one shape from the base upwards, at most high
// pixels for most; weeks without a number have none.
func (p *pen) bars(values []disclosure.Shown, x, base, wide, high, most float64, colour string) {
	slot := wide / float64(len(values))
	var path strings.Builder
	for i, v := range values {
		if v.Value > 0 { // false for NaN
			left, top := x+slot*(float64(i)+0.1), base-v.Value/most*high
			fmt.Fprintf(&path, "M%g %gL%g %gL%g %gL%g %gZ", round1(left), round1(base), round1(left), round1(top), round1(left+0.8*slot), round1(top), round1(left+0.8*slot), round1(base))
		}
	}
	if path.Len() > 0 {
		fmt.Fprintf(&p.out, `<path d="%s" fill="%s"/>`, path.String(), colour)
	}
}

// rule draws a straight line; dash may be empty.
func (p *pen) rule(x1, y1, x2, y2 float64, colour string, width float64, dash string) {
	if dash != "" {
		dash = ` stroke-dasharray="` + dash + `"`
	}
	fmt.Fprintf(&p.out, `<line x1="%g" y1="%g" x2="%g" y2="%g" stroke="%s" stroke-width="%g"%s/>`, round1(x1), round1(y1), round1(x2), round1(y2), colour, width, dash)
}

// beside draws what was put beside the plot: its key and labels.
func (p *pen) beside() {
	for _, m := range p.marks {
		switch m.kind {
		case "text":
			p.label(m.text, map[string]string{"left": "start", "center": "middle", "right": "end"}[m.align], m.x, m.y, m.colour)
		case "line":
			p.rule(m.x, m.y, m.x2, m.y2, m.colour, m.wide, strings.Trim(fmt.Sprint(m.dash), "[]"))
		case "rect":
			fmt.Fprintf(&p.out, `<rect x="%g" y="%g" width="%g" height="%g" fill="%s"/>`, round1(m.x), round1(m.y), round1(m.x2-m.x), round1(m.y2-m.y), m.colour)
		}
	}
}

// counts draws the axis of counts: a line for each step, with its number at the left, and
// the base.
func (p *pen) counts(y scale) {
	left, right := float64(p.left), float64(p.width-p.right)
	for k := 0; y.lo+float64(k)*y.step <= y.hi+y.step/2; k++ {
		v := y.lo + float64(k)*y.step
		at := y.at(v, p.top, p.height-p.bottom)
		p.rule(left, at, right, at, gridGrey, 1, "")
		p.label(disclosure.Commas(int(v)), "end", left-8, at, ink)
	}
	base := y.at(y.lo, p.top, p.height-p.bottom)
	p.rule(left, base, right, base, grey, 1, "")
}

// path draws a line through places; a NaN leaves a gap. Where it is stepped, it goes on
// at the height of a place until half way to the next one.
func (p *pen) path(xs, ys []float64, stepped bool, colour string, wide float64, dash string) {
	var path strings.Builder
	drawn := false
	for i, x := range xs {
		y := round1(ys[i])
		switch {
		case math.IsNaN(y):
		case !drawn:
			fmt.Fprintf(&path, "M%g %g", round1(x), y)
		case stepped && y != round1(ys[i-1]):
			half := round1((xs[i-1] + x) / 2)
			fmt.Fprintf(&path, "L%g %gL%g %gL%g %g", half, round1(ys[i-1]), half, y, round1(x), y)
		default:
			fmt.Fprintf(&path, "L%g %g", round1(x), y)
		}
		drawn = !math.IsNaN(y)
	}
	if path.Len() == 0 {
		return
	}
	if dash != "" {
		dash = ` stroke-dasharray="` + dash + `"`
	}
	fmt.Fprintf(&p.out, `<path d="%s" fill="none" stroke="%s" stroke-width="%g" stroke-linejoin="bevel"%s/>`, path.String(), colour, wide, dash)
}

// shownMost gives the largest number that shows, and at least 1.
func shownMost(values []disclosure.Shown) float64 {
	most := 1.0
	for _, v := range values {
		if v.Value > most {
			most = v.Value
		}
	}
	return most
}

// strips are named rows of weekly counts: what Multiples and Timeline have in common.
func checkStrips(weeks int, names []string, counts [][]disclosure.Shown) error {
	if weeks == 0 || len(names) == 0 {
		return fmt.Errorf("it has no week or no row")
	}
	if len(counts) != len(names) {
		return fmt.Errorf("%d rows of counts for %d labels", len(counts), len(names))
	}
	for i, row := range counts {
		if len(row) != weeks {
			return fmt.Errorf("%d counts in row %d for %d labels", len(row), i, weeks)
		}
	}
	return nil
}
