package chart

import (
	"fmt"
	"math"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

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

func (x XmR) layout(width int) (int, map[string]any) {
	f := newFrame(width, 350, 290)
	y := newScale(x.lowest(), 1.05*largest(values(x.Values), x.Mean, x.Upper), 5)
	f.weekly(y)
	x.key(f)

	line := charts.NewLine()
	axis := countAxis()
	axis.Scale = opts.Bool(true)
	line.SetGlobalOptions(charts.WithXAxisOpts(weekAxis()), charts.WithYAxisOpts(axis))
	line.SetXAxis(make([]string, len(x.Weeks)))
	x.lines(line, y.lo)
	if !narrow(width) {
		x.endLabels(f, y)
	}
	f.weeks(x.Weeks)
	line.Validate()
	return f.height, f.options(&line.RectChart, &y, nil)
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

func (x XmR) lines(line *charts.Line, floor float64) {
	level := func(name, colour, dash string, width float32, list []float64) {
		data := make([]opts.LineData, len(list))
		for i, v := range list {
			if v < floor {
				v = math.NaN() // a limit below 0 can't be met: it is not drawn
			}
			data[i] = opts.LineData{Value: value(v)}
		}
		line.AddSeries(name, data,
			charts.WithLineChartOpts(opts.LineChart{Step: "middle", ShowSymbol: opts.Bool(false)}),
			charts.WithLineStyleOpts(opts.LineStyle{Color: colour, Width: width, Type: dash}))
	}
	level("upper limit", grey, "dashed", 2, x.Upper)
	level("mean", ink, "solid", 1.5, x.Mean)
	level("lower limit", grey, "dashed", 2, x.Lower)

	x.points(line)
}

// points draws the values: a line through all, a circle on the usual ones, and
// triangles on the unusual.
func (x XmR) points(line *charts.Line) {
	through := make([]opts.LineData, len(x.Values))
	marks := map[Variation][]opts.ScatterData{}
	for i, v := range x.Values {
		through[i] = opts.LineData{Value: value(v.Value)}
		if math.IsNaN(v.Value) {
			continue
		}
		mark := opts.ScatterData{Value: []any{i, value(v.Value)}}
		switch x.Variation[i] {
		case High:
			mark.Symbol, mark.SymbolSize = "triangle", 11
		case Low:
			mark.Symbol, mark.SymbolSize, mark.SymbolRotate = "triangle", 11, 180
		}
		marks[x.Variation[i]] = append(marks[x.Variation[i]], mark)
	}
	line.AddSeries("values", through,
		charts.WithLineChartOpts(opts.LineChart{ShowSymbol: opts.Bool(false)}),
		charts.WithLineStyleOpts(opts.LineStyle{Color: grey, Width: 1.5}))
	for _, v := range Variations() {
		if len(marks[v]) == 0 {
			continue
		}
		name, colour := "special", purple
		if v == Usual {
			name, colour = inOneShape, grey
		}
		scatter := charts.NewScatter()
		scatter.AddSeries(name, marks[v],
			charts.WithScatterChartOpts(opts.ScatterChart{Symbol: "circle", SymbolSize: 5}),
			charts.WithItemStyleOpts(opts.ItemStyle{Color: colour, Opacity: opts.Float(1)}))
		line.Overlap(scatter)
	}
}
