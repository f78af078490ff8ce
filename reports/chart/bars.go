package chart

import (
	"fmt"
	"math"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

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

func (b Bars) layout(width int) (int, map[string]any) {
	f := newFrame(width, 0, 0)
	most := 30
	if narrow(width) {
		most = 17
	}
	labels := make([]string, len(b.Labels))
	lines, counts := 0, make([]float64, len(b.Labels))
	for i, l := range b.Labels {
		parts := wrap(l, most, 3)
		labels[i] = strings.Join(parts, "\n")
		lines = max(lines, len(parts))
		for _, p := range parts {
			f.left = max(f.left, f.textWidth(p)+14)
		}
		counts[i] = b.Counts[i].Value
	}
	row := max(30, lines*(f.font+3)+8)
	f.height = row*len(b.Labels) + 8
	f.top, f.bottom = 4, 4
	for _, c := range b.Counts {
		f.right = max(f.right, f.textWidth(c.Text)+16)
	}

	bar := charts.NewBar()
	bar.SetGlobalOptions(
		charts.WithXAxisOpts(opts.XAxis{Type: "value", Show: opts.Bool(false)}),
		charts.WithYAxisOpts(opts.YAxis{
			Type: "category", Data: labels, Inverse: opts.Bool(true),
			AxisLine:  &opts.AxisLine{LineStyle: &opts.LineStyle{Color: grey}},
			AxisLabel: &opts.AxisLabel{Show: opts.Bool(true)},
		}))
	data := make([]opts.BarData, len(b.Labels))
	for i, c := range b.Counts {
		colour := darkBlue
		if b.Focus != nil && !b.Focus[i] {
			colour = grey
		}
		data[i] = opts.BarData{
			Value:     value(c.Value),
			ItemStyle: &opts.ItemStyle{Color: colour},
			Label:     &opts.Label{Show: opts.Bool(true), Position: "right", Formatter: c.Text, Color: ink, FontSize: float32(f.font)},
		}
		if math.IsNaN(c.Value) {
			data[i].Value = 0 // no bar, but its label
		}
	}
	bar.AddSeries("counts", data, charts.WithBarChartOpts(opts.BarChart{BarCategoryGap: "28%"}))
	x := scale{lo: 0, hi: largest(counts), step: largest(counts)}
	o := f.options(&bar.RectChart, nil, &x)
	o["yAxis"].([]any)[0].(map[string]any)["axisTick"] = map[string]any{"show": false}
	return f.height, o
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
