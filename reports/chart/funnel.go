package chart

import (
	"fmt"
	"math"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"psims/reports/disclosure"
)

// Funnel shows one organisation's number, in percent of the number expected, beside
// what is usual for similar ones of every size. The others are unnamed dots, or
// none: it ranks nobody.
type Funnel struct {
	Of, Unit string // the number expected, "severe or fatal events expected", and the number, "severe or fatal events"
	Name     string // of the organisation
	Part     disclosure.Shown
	Whole    float64 // expected
	Target   float64 // the group's ratio, about 1
	Sizes    []float64
	Lo, Hi   []float64    // lowest and highest usual ratio at each size
	Others   [][2]float64 // expected number and ratio of others, as they may be shown
	Group    string       // who they are: "Acute organisations"
}

func (p Funnel) check() error {
	if len(p.Sizes) < 2 {
		return fmt.Errorf("it has limits at %d sizes", len(p.Sizes))
	}
	return sameLength(len(p.Sizes), map[string]int{"lower limits": len(p.Lo), "upper limits": len(p.Hi)}, "lower limits", "upper limits")
}

// ratio is the organisation's own, NaN where it may not be shown.
func (p Funnel) ratio() float64 { return p.Part.Value / p.Whole }

func (p Funnel) own() Cell {
	if p.Part.IsHidden() {
		return counted(p.Part)
	}
	return percent(p.ratio())
}

// Table has the organisation, then what is usual at each size.
func (p Funnel) Table() Table {
	t := Table{Columns: []Column{{strings.ToUpper(p.Of[:1]) + p.Of[1:], true}, {"Lowest usual", true}, {"Group", true}, {"Highest usual", true}, {p.Name, true}}}
	t.Rows = append(t.Rows, []Cell{estimated(p.Whole), {"Not worked out", "[x]"}, percent(p.Target), {"Not worked out", "[x]"}, p.own()})
	for i, n := range p.Sizes {
		t.Rows = append(t.Rows, []Cell{estimated(n), percent(p.Lo[i]), percent(p.Target), percent(p.Hi[i]), {"Not applicable", "[z]"}})
	}
	return t
}

func percent(ratio float64) Cell {
	if math.IsNaN(ratio) {
		return Cell{Text: "No data", File: "[x]"}
	}
	return words(fmt.Sprintf("%.0f%%", 100*ratio))
}

// Describe tells the own ratio, the group's, and how the limits run.
func (p Funnel) Describe() string {
	first, last := 0, len(p.Sizes)-1
	return fmt.Sprintf("Funnel chart of %s in percent of those expected. %s: %s of %.1f expected. %s together: %.0f%%. Usual is %.0f%% to %.0f%% where %.1f are expected, and %.0f%% to %.0f%% where %.1f are.",
		p.Unit, p.Name, p.own().Text, p.Whole, p.Group, 100*p.Target, 100*p.Lo[first], 100*p.Hi[first], p.Sizes[first], 100*p.Lo[last], 100*p.Hi[last], p.Sizes[last])
}

func (p Funnel) layout(width int) (int, map[string]any) {
	f := newFrame(width, 340, 300)
	scaled := func(list []float64) []float64 {
		out := make([]float64, len(list))
		for i, v := range list {
			out[i] = 100 * v
		}
		return out
	}
	var shares, sizes []float64
	for _, o := range p.Others {
		sizes, shares = append(sizes, o[0]), append(shares, 100*o[1])
	}
	// Limits of the smallest are cut off: they would press all else flat.
	y := newScale(0, 1.05*largest(scaled(p.Hi[len(p.Hi)/5:]), shares, []float64{100 * p.ratio()}), 5)
	x := newScale(0, largest(p.Sizes, sizes), 5)
	f.left, f.right, f.bottom = f.textWidth(fmt.Sprintf("%.0f", y.hi))+30, 24, 54
	f.entry("◆", p.Name, darkBlue)
	if len(p.Others) > 0 {
		f.entry("●", p.Group, grey)
	}
	f.entry("line", "Group", ink)
	f.entry("dashed", "Usual between", grey)
	f.endKey()
	f.write("Percent of expected", "left", 2, float64(f.top)-2, ink)
	f.top += 14
	f.write(p.Of, "center", float64(f.left+(width-f.left-f.right)/2), float64(f.height-10), ink)

	s := charts.NewScatter()
	axis := countAxis()
	horizontal := opts.XAxis{Type: "value", SplitLine: &opts.SplitLine{Show: opts.Bool(false)}, AxisLine: &opts.AxisLine{LineStyle: &opts.LineStyle{Color: grey}}}
	s.SetGlobalOptions(charts.WithXAxisOpts(horizontal), charts.WithYAxisOpts(axis))
	mark := func(name, symbol, colour string, size int, at [][2]float64) {
		var data []opts.ScatterData
		for _, o := range at {
			if !math.IsNaN(o[1]) {
				data = append(data, opts.ScatterData{Value: []any{value(o[0]), value(100 * o[1])}})
			}
		}
		if len(data) > 0 {
			s.AddSeries(name, data, charts.WithScatterChartOpts(opts.ScatterChart{Symbol: symbol, SymbolSize: size}), charts.WithItemStyleOpts(opts.ItemStyle{Color: colour, Opacity: opts.Float(1)}))
		}
	}
	mark("others", "circle", grey, 5, p.Others)
	mark("own", "diamond", darkBlue, 15, [][2]float64{{p.Whole, p.ratio()}})
	lines := charts.NewLine()
	level := func(name, colour, dash string, at []float64) {
		data := make([]opts.LineData, len(at))
		for i, v := range at {
			data[i] = opts.LineData{Value: []any{value(p.Sizes[i]), value(math.Min(100*v, y.hi))}}
		}
		lines.AddSeries(name, data, charts.WithLineChartOpts(opts.LineChart{ShowSymbol: opts.Bool(false)}), charts.WithLineStyleOpts(opts.LineStyle{Color: colour, Width: 2, Type: dash}))
	}
	target := make([]float64, len(p.Sizes))
	for i := range target {
		target[i] = p.Target
	}
	level("low", grey, "dashed", p.Lo)
	level("high", grey, "dashed", p.Hi)
	level("group", ink, "solid", target)
	s.Overlap(lines)
	s.Validate()
	return f.height, f.options(&s.RectChart, &y, &x)
}
