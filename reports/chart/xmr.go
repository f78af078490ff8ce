package chart

import (
	"fmt"
	"math"
	"strings"

	"psims/datasets/incident"
	"psims/reports/disclosure"
)

// Variation says whether a point of a process chart is usual. Reported counts
// have no good direction, so there is no better or worse.
type Variation uint8

const (
	Usual Variation = iota // common cause
	High                   // special cause, high
	Low                    // special cause, low
)

var variationNames = [...]string{"Usual variation", "Unusually high", "Unusually low"}

// Variations lists every value.
func Variations() []Variation { return []Variation{Usual, High, Low} }

// String gives the words for readers.
func (v Variation) String() string {
	if int(v) < len(variationNames) {
		return variationNames[v]
	}
	return fmt.Sprintf("variation(%d)", uint8(v))
}

// XmR is a process chart of individual values: the counts, their mean and the
// limits of usual variation. Mean and limits are given for each point, so that
// they may step where a person decided to set new ones.
type XmR struct {
	Weeks              []incident.Day     // Mondays, oldest first
	Values             []disclosure.Shown // a week that was not observed has no value and says so
	Mean, Lower, Upper []float64          // NaN where there is none
	Variation          []Variation
	Reasons            []string // why a point is unusual, in words; nil or "" for none
	Unit               string   // what is counted: "Reports"
}

func (x XmR) check() error {
	if len(x.Weeks) == 0 {
		return fmt.Errorf("it has no week")
	}
	reasons := len(x.Weeks)
	if x.Reasons != nil {
		reasons = len(x.Reasons)
	}
	return sameLength(len(x.Weeks), map[string]int{
		"reasons": reasons, "values": len(x.Values), "means": len(x.Mean), "lower limits": len(x.Lower), "upper limits": len(x.Upper), "variations": len(x.Variation),
	}, "values", "means", "lower limits", "upper limits", "variations", "reasons")
}

// Table has a row for each week: count, mean, limits and variation in words.
func (x XmR) Table() Table {
	t := Table{Columns: []Column{{"Week beginning", false}, {x.Unit, true}, {"Mean", true}, {"Lower limit", true}, {"Upper limit", true}, {"Variation", false}}}
	for i, w := range x.Weeks {
		variation := x.Variation[i].String()
		if x.Reasons != nil && x.Reasons[i] != "" {
			variation += ": " + x.Reasons[i]
		}
		if math.IsNaN(x.Values[i].Value) {
			variation = "Not known"
		}
		lower := estimated(x.Lower[i])
		if x.Lower[i] < 0 {
			lower = Cell{Text: "None: it would be below 0", File: estimated(x.Lower[i]).File}
		}
		t.Rows = append(t.Rows, []Cell{{longDate(w), w.String()}, counted(x.Values[i]), estimated(x.Mean[i]), lower, estimated(x.Upper[i]), words(variation)})
	}
	return t
}

// Describe tells the span, the latest mean and limits, and what is unusual.
func (x XmR) Describe() string {
	n := len(x.Weeks)
	s := fmt.Sprintf("Process chart of %s by week, from the week beginning %s to that of %s.", lower(x.Unit), longDate(x.Weeks[0]), longDate(x.Weeks[n-1]))
	if m := x.Mean[n-1]; !math.IsNaN(m) {
		s += fmt.Sprintf(" The mean is %.1f.", m)
	}
	if up := x.Upper[n-1]; !math.IsNaN(up) {
		s += fmt.Sprintf(" Usual variation reaches from %.1f to %.1f.", math.Max(0, x.Lower[n-1]), up)
	}
	counts, latest := map[Variation]int{}, map[Variation]int{}
	for i, v := range x.Variation {
		counts[v]++
		latest[v] = i
	}
	for _, v := range []Variation{High, Low} {
		switch counts[v] {
		case 0:
		case 1:
			s += fmt.Sprintf(" 1 week is %s, beginning %s.", lower(v.String()), longDate(x.Weeks[latest[v]]))
		default:
			s += fmt.Sprintf(" %d weeks are %s, the latest beginning %s.", counts[v], lower(v.String()), longDate(x.Weeks[latest[v]]))
		}
	}
	if counts[High]+counts[Low] == 0 {
		s += " No week is unusual."
	}
	return s
}

func (x XmR) shapes(width int) (height int, drawn string) {
	p := newPen(width)
	if p.height = 350; narrow(width) {
		p.height = 290
	}
	y := newScale(x.lowest(), 1.05*largest(values(x.Values), x.Mean, x.Upper), 5)
	p.weekly(y)
	x.key(p.frame)
	if !narrow(width) {
		x.endLabels(p.frame, y)
	}
	p.weeks(x.Weeks)
	p.counts(y)
	x.lines(p, y)
	p.beside()
	return p.height, p.svg()
}

// lowest is where the axis begins: 0, unless all values lie far above it.
func (x XmR) lowest() float64 {
	observed := values(x.Values)
	least, most := math.Inf(1), largest(observed, x.Upper)
	for _, list := range [][]float64{observed, x.Lower} {
		for _, v := range list {
			if v < least {
				least = v
			}
		}
	}
	if least < most/2 || math.IsInf(least, 1) {
		return 0
	}
	return 0.95 * least
}

func (x XmR) key(f *frame) {
	n := len(x.Weeks) - 1
	if narrow(f.width) {
		f.entry("line", "Mean "+estimated(x.Mean[n]).Text, ink)
		f.entry("dashed", "Usual up to "+estimated(x.Upper[n]).Text, grey)
	}
	f.entry("●", "Usual", grey)
	seen := map[Variation]bool{}
	for _, v := range x.Variation {
		seen[v] = true
	}
	if seen[High] {
		f.entry("▲", "Unusually high", purple)
	}
	if seen[Low] {
		f.entry("▼", "Unusually low", purple)
	}
	f.endKey()
}

// endLabels names the mean and the limits at their right ends.
func (x XmR) endLabels(f *frame, y scale) {
	n := len(x.Weeks) - 1
	type label struct {
		text string
		v    float64
	}
	var kept []label
	for _, l := range []label{{"Upper limit", x.Upper[n]}, {"Mean", x.Mean[n]}, {"Lower limit", x.Lower[n]}} {
		if !math.IsNaN(l.v) && l.v >= y.lo {
			kept = append(kept, label{l.text + " " + estimated(l.v).Text, l.v})
		}
	}
	f.right = 48
	heights := make([]float64, len(kept))
	for i, l := range kept {
		f.right = max(f.right, f.textWidth(l.text)+14)
		heights[i] = y.at(l.v, f.top, f.height-f.bottom)
	}
	apart(heights, float64(f.font)+3)
	for i, l := range kept {
		f.write(l.text, "left", float64(f.width-f.right+8), heights[i], ink)
	}
}

// lines draws the limits, the mean and the values.
func (x XmR) lines(p *pen, y scale) {
	at := make([]float64, len(x.Weeks))
	slot := float64(p.width-p.left-p.right) / float64(len(at))
	for i := range at {
		at[i] = float64(p.left) + (float64(i)+0.5)*slot
	}
	heights := func(list []float64) []float64 {
		out := make([]float64, len(list))
		for i, v := range list {
			if out[i] = y.at(v, p.top, p.height-p.bottom); v < y.lo {
				out[i] = math.NaN() // a limit below 0 can't be met: it is not drawn
			}
		}
		return out
	}
	p.path(at, heights(x.Upper), true, grey, 2, "8 4")
	p.path(at, heights(x.Mean), true, ink, 1.5, "")
	p.path(at, heights(x.Lower), true, grey, 2, "8 4")
	counted := heights(values(x.Values))
	p.path(at, counted, false, grey, 1.5, "")
	x.points(p, at, counted)
}

// points marks the values: a circle on the usual ones, and triangles on the unusual. All
// of a kind are one shape.
func (x XmR) points(p *pen, at, heights []float64) {
	const radius, half = 2.5, 5.5
	var shapes [len(variationNames)]strings.Builder
	for i, v := range x.Variation {
		left, y := at[i], heights[i]
		if math.IsNaN(y) {
			continue
		}
		switch v {
		case Usual:
			fmt.Fprintf(&shapes[v], "M%g %ga%g %g 0 1 1 %g 0a%g %g 0 1 1 %g 0Z", round1(left-radius), round1(y), radius, radius, 2*radius, radius, radius, -2*radius)
		case High:
			fmt.Fprintf(&shapes[v], "M%g %gL%g %gL%g %gZ", round1(left), round1(y-half), round1(left+half), round1(y+half), round1(left-half), round1(y+half))
		case Low:
			fmt.Fprintf(&shapes[v], "M%g %gL%g %gL%g %gZ", round1(left), round1(y+half), round1(left+half), round1(y-half), round1(left-half), round1(y-half))
		}
	}
	for _, v := range Variations() {
		colour := purple
		if v == Usual {
			colour = grey
		}
		if shapes[v].Len() > 0 {
			fmt.Fprintf(&p.out, `<path d="%s" fill="%s"/>`, shapes[v].String(), colour)
		}
	}
}
