package chart

import (
	"fmt"
	"math"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"psims/reports/disclosure"
)

// Parallel shows up to four counts that must not be added, period by period: one
// line each, with a mark and a dash of its own. A gap is a period without the count.
type Parallel struct {
	Heading string   // of the periods: "Quarter"
	Unit    string   // "Events"
	Labels  []string // "January to March 2026", oldest first
	Short   []string // "2026-Q1", for programs that read the numbers
	Axis    []string // "Jan to Mar\n2026": lines under the axis
	Lines   []Line
	Break   int    // a line is drawn before this period, where counting changed; 0 for none
	Why     string // what changed
}

// Line is one of the counts.
type Line struct {
	Name   string
	Values []disclosure.Shown
}

// looks tell lines apart without their colour.
var looks = [...]struct{ colour, dash, symbol, key string }{
	{darkBlue, "solid", "circle", "●"}, {orange, "dashed", "diamond", "◆"}, {purple, "dotted", "triangle", "▲"}, {darkGrey, "solid", "rect", "■"},
}

func (p Parallel) check() error {
	if len(p.Labels) == 0 || len(p.Short) != len(p.Labels) || len(p.Axis) != len(p.Labels) {
		return fmt.Errorf("it has %d periods, %d short names and %d names for the axis", len(p.Labels), len(p.Short), len(p.Axis))
	}
	if len(p.Lines) == 0 || len(p.Lines) > len(looks) {
		return fmt.Errorf("it has %d lines: want 1 to %d", len(p.Lines), len(looks))
	}
	for _, l := range p.Lines {
		if len(l.Values) != len(p.Labels) {
			return fmt.Errorf("line %q has %d values for %d labels", l.Name, len(l.Values), len(p.Labels))
		}
	}
	return nil
}

// Table has a row for each period and a column for each count.
func (p Parallel) Table() Table {
	t := Table{Columns: []Column{{p.Heading, false}}}
	for _, l := range p.Lines {
		t.Columns = append(t.Columns, Column{l.Name, true})
	}
	for i, name := range p.Labels {
		row := []Cell{{name, p.Short[i]}}
		for _, l := range p.Lines {
			c := counted(l.Values[i])
			if c.File == "No data" {
				c.File = "[x]"
			}
			row = append(row, c)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// Describe tells each count's span, and its first and last number.
func (p Parallel) Describe() string {
	parts := []string{fmt.Sprintf("Line chart of %s, %s to %s.", lower(p.Unit), p.Labels[0], p.Labels[len(p.Labels)-1])}
	for _, l := range p.Lines {
		first, last := -1, -1
		for i, v := range l.Values {
			if !math.IsNaN(v.Value) {
				if first < 0 {
					first = i
				}
				last = i
			}
		}
		if first >= 0 {
			parts = append(parts, fmt.Sprintf("%s: %s in %s, %s in %s.", l.Name, l.Values[first].Text, p.Labels[first], l.Values[last].Text, p.Labels[last]))
		}
	}
	if p.Break > 0 && p.Break < len(p.Labels) {
		parts = append(parts, fmt.Sprintf("%s before %s.", p.Why, p.Labels[p.Break]))
	}
	return strings.Join(parts, " ") + " The counts are not comparable."
}

func (p Parallel) layout(width int) (int, map[string]any) {
	f := newFrame(width, 350, 290)
	var all [][]float64
	for _, l := range p.Lines {
		all = append(all, values(l.Values))
	}
	y := newScale(0, 1.05*largest(all...), 5)
	f.weekly(y)
	f.bottom += f.font + 2                           // two lines under the axis
	f.left += 8 * len(fmt.Sprintf("%.0f", y.hi)) / 4 // thousands commas
	for k, l := range p.Lines {
		f.entry(looks[k].key, l.Name, looks[k].colour)
	}
	f.endKey()
	line := charts.NewLine()
	line.SetGlobalOptions(charts.WithXAxisOpts(weekAxis()), charts.WithYAxisOpts(countAxis()))
	line.SetXAxis(make([]string, len(p.Labels)))
	for k, l := range p.Lines {
		data := make([]opts.LineData, len(l.Values))
		for i, v := range l.Values {
			data[i] = opts.LineData{Value: value(v.Value), Symbol: looks[k].symbol, SymbolSize: 8}
		}
		line.AddSeries(l.Name, data, charts.WithLineChartOpts(opts.LineChart{ShowSymbol: opts.Bool(true)}),
			charts.WithItemStyleOpts(opts.ItemStyle{Color: looks[k].colour}), charts.WithLineStyleOpts(opts.LineStyle{Color: looks[k].colour, Width: 2.5, Type: looks[k].dash}))
	}
	most := 8
	if narrow(width) {
		most = 3
	}
	slot := float64(f.width-f.left-f.right) / float64(len(p.Short))
	for _, i := range labelledWeeks(len(p.Short), most) {
		for line, words := range strings.Split(p.Axis[i], "\n") {
			f.write(words, "center", float64(f.left)+(float64(i)+0.5)*slot, float64(f.height-f.bottom+16+line*(f.font+2)), ink)
		}
	}
	if p.Break > 0 && p.Break < len(p.Labels) {
		x := float64(f.left) + float64(p.Break)*slot
		f.marks = append(f.marks, mark{kind: "line", layer: 5, x: x, y: float64(f.top), x2: x, y2: float64(f.height - f.bottom), colour: ink, wide: 1, dash: []int{2, 3}})
		if !narrow(width) {
			f.write(p.Why, "right", x-6, float64(f.top)+8, ink)
		}
	}
	line.Validate()
	return f.height, f.options(&line.RectChart, &y, nil)
}
