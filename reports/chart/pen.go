package chart

import (
	"fmt"
	"html"
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
