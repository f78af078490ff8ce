package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"psims/reports/disclosure"
)

// Map shows things as circles in a plane, those that are alike near each other; the
// area of a circle is its count. The plane's axes mean nothing.
type Map struct {
	Heading string // what a circle is: "Theme"
	Unit    string // "Reports"
	Names   []string
	At      [][2]float64 // any unit; finite
	Counts  []disclosure.Shown
	Focus   []bool // circles to draw dark; nil draws none so
	Meaning string // of dark circles, for the key; "" for no key
}

func (m Map) check() error {
	if len(m.Names) == 0 {
		return fmt.Errorf("it has no circle")
	}
	for i, at := range m.At {
		if math.IsNaN(at[0]+at[1]) || math.IsInf(at[0]+at[1], 0) {
			return fmt.Errorf("circle %d has no place", i)
		}
	}
	lengths := map[string]int{"places": len(m.At), "counts": len(m.Counts), "focus marks": len(m.Names)}
	if m.Focus != nil {
		lengths["focus marks"] = len(m.Focus)
	}
	return sameLength(len(m.Names), lengths, "places", "counts", "focus marks")
}

// nearest gives the place of the nearest other circle; −1 for a circle alone.
func (m Map) nearest(i int) int {
	best, least := -1, math.Inf(1)
	for j, at := range m.At {
		if d := math.Hypot(at[0]-m.At[i][0], at[1]-m.At[i][1]); j != i && d < least {
			best, least = j, d
		}
	}
	return best
}

// bySize lists the circles, largest first.
func (m Map) bySize() []int {
	out := make([]int, len(m.Names))
	for i := range out {
		out[i] = i
	}
	size := func(i int) float64 {
		if v := m.Counts[i].Value; v > 0 {
			return v
		}
		return 0
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(size(b), size(a)) })
	return out
}

// Table has a row for each circle, largest first, with what is nearest to it.
func (m Map) Table() Table {
	t := Table{Columns: []Column{{m.Heading, false}, {m.Unit, true}, {"Nearest on the map", false}}}
	for _, i := range m.bySize() {
		near := words("None")
		if j := m.nearest(i); j >= 0 {
			near = words(m.Names[j])
		}
		t.Rows = append(t.Rows, []Cell{words(m.Names[i]), counted(m.Counts[i]), near})
	}
	return t
}

// Describe names the largest circles and what lies nearest to them.
func (m Map) Describe() string {
	s := fmt.Sprintf("Map of %d circles, a circle for each %s, those that are alike near each other; the larger, the more %s.", len(m.Names), lower(m.Heading), lower(m.Unit))
	for k, i := range m.bySize() {
		if k == 3 {
			break
		}
		s += fmt.Sprintf(" %s: %s", m.Names[i], m.Counts[i].Text)
		if j := m.nearest(i); j >= 0 {
			s += ", nearest to " + m.Names[j]
		}
		s += "."
	}
	return s
}

func (m Map) dark(i int) bool { return m.Focus != nil && m.Focus[i] }

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// box is where something has been drawn.
type box struct{ x1, y1, x2, y2 float64 }

func (b box) meets(o box) bool { return b.x1 < o.x2 && o.x1 < b.x2 && b.y1 < o.y2 && o.y1 < b.y2 }

// shapes draws the circles and as many names, largest first, as fit without touching
// each other.
func (m Map) shapes(width int) (height int, drawn string) {
	p := newPen(width)
	height, largest := 560, 20.0
	if narrow(width) {
		height, largest = 520, 9
	}
	top := 8.0
	if m.Meaning != "" {
		fmt.Fprintf(&p.out, `<circle cx="9" cy="11" r="7" fill="%s"/>`, darkBlue)
		p.label(m.Meaning, "start", 22, 11, ink)
		top = 34
	}
	spot := m.places(float64(width), float64(height), top, largest)
	most := shownMost(m.Counts)
	radius := func(i int) float64 {
		if v := m.Counts[i].Value; v > 0 {
			return max(3, largest*math.Sqrt(v/most))
		}
		return 3
	}
	order := m.bySize()
	for _, i := range order {
		colour, opacity := paleBlue, 0.75
		if m.dark(i) {
			colour, opacity = darkBlue, 1
		}
		fmt.Fprintf(&p.out, `<circle cx="%s" cy="%s" r="%s" fill="%s" fill-opacity="%g" stroke="%s"/>`, tenth(spot[i][0]), tenth(spot[i][1]), tenth(radius(i)), colour, opacity, darkBlue)
	}
	var taken []box // no name lies over a circle: it would seem to be that one's
	for _, i := range order {
		r := 0.8 * radius(i)
		taken = append(taken, box{spot[i][0] - r, spot[i][1] - r, spot[i][0] + r, spot[i][1] + r})
	}
	line := float64(p.font + 3)
	slices.SortStableFunc(order, func(a, b int) int { // dark ones are named first
		return cmp.Compare(btoi(m.dark(b)), btoi(m.dark(a)))
	})
	for _, i := range order {
		parts := wrap(m.Names[i], 24, 2)
		long := 0.0
		for _, s := range parts {
			long = max(long, float64(p.textWidth(s)))
		}
		half := line * float64(len(parts)) / 2
		x, y := spot[i][0], spot[i][1]
		for _, side := range []struct {
			anchor string
			x      float64
			b      box
		}{
			{"start", x + radius(i) + 4, box{x + radius(i), y - half, x + radius(i) + 4 + long, y + half}},
			{"end", x - radius(i) - 4, box{x - radius(i) - 4 - long, y - half, x - radius(i), y + half}},
			{"middle", x, box{x - long/2, y - radius(i) - 2*half - 2, x + long/2, y - radius(i) - 2}},
			{"middle", x, box{x - long/2, y + radius(i) + 2, x + long/2, y + radius(i) + 2 + 2*half}},
		} {
			if side.b.x1 < 0 || side.b.x2 > float64(width) || side.b.y1 < top || side.b.y2 > float64(height) || slices.ContainsFunc(taken, side.b.meets) {
				continue
			}
			taken = append(taken, side.b)
			p.lines(parts, side.anchor, side.x, (side.b.y1+side.b.y2)/2)
			break
		}
	}
	return height, p.svg()
}

func tenth(x float64) string { return strconv.FormatFloat(round1(x), 'f', -1, 64) }

// places fits the plane into the drawing, each axis by itself: places far out would
// else leave the rest in a heap.
func (m Map) places(width, height, top, margin float64) [][2]float64 {
	out := make([][2]float64, len(m.At))
	for axis, span := range [2][2]float64{{margin + 4, width - margin - 4}, {top + margin + 4, height - margin - 4}} {
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, at := range m.At {
			lo, hi = min(lo, at[axis]), max(hi, at[axis])
		}
		for i, at := range m.At {
			share := 0.5
			if hi > lo {
				share = (at[axis] - lo) / (hi - lo)
			}
			out[i][axis] = span[0] + share*(span[1]-span[0])
		}
	}
	return out
}
