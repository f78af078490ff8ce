package chart

import (
	"fmt"
	"math"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"psims/datasets/incident"
	"psims/reports/disclosure"
)

// Epidemic is a weekly count with what was expected: the epidemic curve behind an
// alert. Weeks of the alert's window are drawn darker; a week above the usual
// range has a triangle over it.
type Epidemic struct {
	Weeks       []incident.Day     // Mondays, oldest first
	Observed    []disclosure.Shown // a week that was not observed has no value and says so
	Expected    []float64          // NaN where there is none; nil for no line
	Hi          []float64          // largest usual count; NaN where there is none; nil for no line
	From, Until incident.Day       // the alert's window, both included
	Unit        string             // what is counted: "Reports"
}

func (e Epidemic) check() error {
	if len(e.Weeks) == 0 {
		return fmt.Errorf("it has no week")
	}
	lengths := map[string]int{"observed counts": len(e.Observed), "expected counts": len(e.Weeks), "upper limits": len(e.Weeks)}
	if e.Expected != nil {
		lengths["expected counts"] = len(e.Expected)
	}
	if e.Hi != nil {
		lengths["upper limits"] = len(e.Hi)
	}
	return sameLength(len(e.Weeks), lengths, "observed counts", "expected counts", "upper limits")
}

func at(list []float64, i int) float64 {
	if list == nil {
		return math.NaN()
	}
	return list[i]
}

func (e Epidemic) above(i int) bool { return e.Observed[i].Value > at(e.Hi, i) }

func (e Epidemic) inWindow(i int) bool {
	return e.Weeks[i]+6 >= e.From && e.Weeks[i] <= e.Until && e.From.Known()
}

// Table has a row for each week: observed, expected, upper limit, and whether it is above.
func (e Epidemic) Table() Table {
	t := Table{Columns: []Column{{"Week beginning", false}, {e.Unit, true}, {"Expected", true}, {"Upper limit of usual", true}, {"Above usual", false}}}
	for i, w := range e.Weeks {
		above := "No"
		switch {
		case math.IsNaN(e.Observed[i].Value) || math.IsNaN(at(e.Hi, i)):
			above = "Not known"
		case e.above(i):
			above = "Yes"
		}
		t.Rows = append(t.Rows, []Cell{{longDate(w), w.String()}, counted(e.Observed[i]), estimated(at(e.Expected, i)), estimated(at(e.Hi, i)), words(above)})
	}
	return t
}

// Describe tells the span, the highest week and the weeks above usual.
func (e Epidemic) Describe() string {
	first, last := e.Weeks[0], e.Weeks[len(e.Weeks)-1]
	s := fmt.Sprintf("Bar chart of %s by week, from the week beginning %s to that of %s.", lower(e.Unit), longDate(first), longDate(last))
	most, above, latest := -1, 0, -1
	for i, o := range e.Observed {
		if !math.IsNaN(o.Value) && (most < 0 || o.Value > e.Observed[most].Value) {
			most = i
		}
		if e.above(i) {
			above, latest = above+1, i
		}
	}
	if most >= 0 {
		s += fmt.Sprintf(" The highest week has %s, beginning %s.", e.Observed[most].Text, longDate(e.Weeks[most]))
	}
	switch {
	case e.Hi == nil:
	case above == 0:
		s += " No single week is above its usual range."
	case above == 1:
		s += fmt.Sprintf(" 1 week is above its usual range, beginning %s.", longDate(e.Weeks[latest]))
	default:
		s += fmt.Sprintf(" %d weeks are above their usual range, the latest beginning %s.", above, longDate(e.Weeks[latest]))
	}
	return s
}

func (e Epidemic) layout(width int) (int, map[string]any) {
	f := newFrame(width, 330, 270)
	y := newScale(0, 1.08*largest(values(e.Observed), e.Expected, e.Hi), 4)
	f.weekly(y)
	e.key(f)
	f.weeks(e.Weeks)

	bar := charts.NewBar()
	bar.SetGlobalOptions(charts.WithXAxisOpts(weekAxis()), charts.WithYAxisOpts(countAxis()))
	bar.SetXAxis(make([]string, len(e.Weeks)))
	e.bars(bar, y.hi)
	e.lines(bar)
	bar.Validate()
	return f.height, f.options(&bar.RectChart, &y, nil)
}

// key names the marks above the chart.
func (e Epidemic) key(f *frame) {
	f.entry("bar", e.Unit+" a week", grey)
	if e.From.Known() {
		f.entry("bar", "In the alert's window", darkBlue)
	}
	if e.Expected != nil {
		f.entry("line", "Expected", orange)
	}
	if e.Hi != nil {
		f.entry("dashed", "Upper limit of usual", ink)
	}
	if e.any(e.above) {
		f.entry("▲", "Above usual", ink)
	}
	if e.any(e.missing) {
		f.entry("bar", "No data", voidGrey)
	}
	f.endKey()
}

func (e Epidemic) missing(i int) bool {
	return math.IsNaN(e.Observed[i].Value) && !e.Observed[i].IsHidden()
}

func (e Epidemic) any(is func(i int) bool) bool {
	for i := range e.Weeks {
		if is(i) {
			return true
		}
	}
	return false
}

// bars draws the weeks in three shapes: those without data, those before and
// those in the window.
func (e Epidemic) bars(bar *charts.Bar, ceiling float64) {
	var void, before, within []opts.BarData // only the weeks that have one: a gap would undo the whole shape
	var hidden, above []opts.ScatterData
	for i, o := range e.Observed {
		at := opts.BarData{Value: []any{i, value(o.Value)}}
		switch {
		case o.IsHidden():
			hidden = append(hidden, opts.ScatterData{Value: []any{i, 0}})
		case e.missing(i):
			void = append(void, opts.BarData{Value: []any{i, ceiling}})
		case e.inWindow(i):
			within = append(within, at)
		default:
			before = append(before, at)
		}
		if e.above(i) {
			above = append(above, opts.ScatterData{Value: []any{i, value(o.Value)}, Symbol: "triangle", SymbolSize: 8})
		}
	}
	add := func(data []opts.BarData, colour string) {
		if len(data) == 0 {
			return
		}
		bar.AddSeries(inOneShape, data,
			charts.WithBarChartOpts(opts.BarChart{BarGap: "-100%", BarCategoryGap: "18%"}),
			charts.WithItemStyleOpts(opts.ItemStyle{Color: colour}))
	}
	add(void, voidGrey)
	add(before, grey)
	add(within, darkBlue)
	marks := func(data []opts.ScatterData, options ...charts.SeriesOpts) {
		if len(data) > 0 {
			scatter := charts.NewScatter()
			scatter.AddSeries(overMark, data, options...)
			bar.Overlap(scatter)
		}
	}
	marks(above, charts.WithItemStyleOpts(opts.ItemStyle{Color: ink, Opacity: opts.Float(1)}))
	marks(hidden, charts.WithItemStyleOpts(opts.ItemStyle{Color: "none"}),
		charts.WithLabelOpts(opts.Label{Show: opts.Bool(true), Position: "inside", Formatter: disclosure.Hidden, Color: ink}))
}

func (e Epidemic) lines(bar *charts.Bar) {
	line := charts.NewLine()
	add := func(name, colour, dash string, list []float64) {
		if list == nil {
			return
		}
		data := make([]opts.LineData, len(list))
		for i, x := range list {
			data[i] = opts.LineData{Value: value(x)}
		}
		line.AddSeries(name, data,
			charts.WithLineChartOpts(opts.LineChart{Step: "middle", ShowSymbol: opts.Bool(false)}),
			charts.WithLineStyleOpts(opts.LineStyle{Color: colour, Width: 2, Type: dash}))
	}
	add("expected", orange, "solid", e.Expected)
	add("upper limit of usual", ink, "dashed", e.Hi)
	bar.Overlap(line)
}
