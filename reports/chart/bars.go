package chart

import (
	"fmt"
	"html"
	"math"
	"strings"

	"psims/reports/disclosure"
)

// Bars compares counts of a few categories by horizontal bars, in the order given.
type Bars struct {
	Heading string // what the categories are: "Region"
	Unit    string // what is counted: "Reports"
	Labels  []string
	Counts  []disclosure.Shown
	Focus   []bool // bars to draw dark among pale ones; nil draws all dark
}

func (b Bars) check() error {
	if len(b.Labels) == 0 {
		return fmt.Errorf("it has no bar")
	}
	lengths := map[string]int{"counts": len(b.Counts), "focus marks": len(b.Labels)}
	if b.Focus != nil {
		lengths["focus marks"] = len(b.Focus)
	}
	return sameLength(len(b.Labels), lengths, "counts", "focus marks")
}

// Table has a row for each bar.
func (b Bars) Table() Table {
	t := Table{Columns: []Column{{b.Heading, false}, {b.Unit, true}}}
	for i, l := range b.Labels {
		t.Rows = append(t.Rows, []Cell{words(l), counted(b.Counts[i])})
	}
	return t
}

// Describe tells how many bars there are and which is the longest.
func (b Bars) Describe() string {
	most := -1
	for i, c := range b.Counts {
		if !math.IsNaN(c.Value) && (most < 0 || c.Value > b.Counts[most].Value) {
			most = i
		}
	}
	s := fmt.Sprintf("Bar chart of %s by %s, %d bars.", lower(b.Unit), lower(b.Heading), len(b.Labels))
	if len(b.Labels) == 1 {
		s = strings.Replace(s, "1 bars", "1 bar", 1)
	}
	if most >= 0 && b.Counts[most].Value > 0 {
		s += fmt.Sprintf(" The longest is %s, with %s.", b.Labels[most], b.Counts[most].Text)
	}
	return s
}

// shapes draws the bars: a label at the left of the axis, a bar, and its count.
func (b Bars) shapes(width int) (height int, drawn string) {
	f := newFrame(width, 0, 0)
	most := 30
	if narrow(width) {
		most = 17
	}
	labels := make([][]string, len(b.Labels))
	lines, longest := 0, 1.0
	for i, l := range b.Labels {
		labels[i] = wrap(l, most, 3)
		lines = max(lines, len(labels[i]))
		for _, part := range labels[i] {
			f.left = max(f.left, f.textWidth(part)+14)
		}
		if v := b.Counts[i].Value; v > longest { // false for NaN
			longest = v
		}
		f.right = max(f.right, f.textWidth(b.Counts[i].Text)+16)
	}
	const edge, share = 4, 0.72 // above and below all bars; of a row that its bar fills
	line := f.font + 3
	row := max(30, lines*line+8)
	height = row*len(b.Labels) + 2*edge
	var out strings.Builder
	fmt.Fprintf(&out, `<svg><path d="M%[1]g %[2]dL%[1]g %[3]d" fill="none" stroke="%[4]s"/>`, float64(f.left)+0.5, edge, height-edge, grey)
	label := func(text, anchor string, x, y float64) {
		fmt.Fprintf(&out, `<text dominant-baseline="central" text-anchor="%s" font-size="%dpx" x="%g" y="%g" fill="%s">%s</text>`, anchor, f.font, round1(x), round1(y), ink, html.EscapeString(printable(text)))
	}
	for i, c := range b.Counts {
		middle := float64(edge+row*i) + float64(row)/2
		for k, part := range labels[i] {
			label(part, "end", float64(f.left-8), middle+float64(line)*(float64(k)-float64(len(labels[i])-1)/2))
		}
		long := 0.0 // no bar, but its label
		if !math.IsNaN(c.Value) {
			long = max(0, c.Value) / longest * float64(width-f.left-f.right)
		}
		colour := darkBlue
		if b.Focus != nil && !b.Focus[i] {
			colour = grey
		}
		fmt.Fprintf(&out, `<rect x="%d" y="%g" width="%g" height="%g" fill="%s"/>`, f.left, round1(middle-share*float64(row)/2), round1(long), round1(share*float64(row)), colour)
		label(c.Text, "start", float64(f.left)+long+5, middle)
	}
	out.WriteString("</svg>")
	return height, out.String()
}

// wrap breaks a label at spaces into lines of at most width characters, and at
// most so many lines; what is left over ends in an ellipsis. A longer word stays whole.
func wrap(s string, width, most int) []string {
	var lines []string
	for _, word := range strings.Fields(s) {
		last := len(lines) - 1
		if last >= 0 && len([]rune(lines[last]))+1+len([]rune(word)) <= width {
			lines[last] += " " + word
			continue
		}
		if len(lines) == most {
			lines[last] += "…"
			break
		}
		if r := []rune(word); len(r) > width+6 {
			word = string(r[:width+5]) + "…"
		}
		lines = append(lines, word)
	}
	if len(lines) == 0 {
		return []string{""}
	}
	return lines
}
