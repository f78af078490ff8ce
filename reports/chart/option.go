package chart

import (
	"encoding/json"
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"psims/datasets/incident"
	"psims/reports/disclosure"
)

// noValue is how ECharts is told of a point that is not there.
const noValue = "-"

func value(x float64) any {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return noValue
	}
	return math.Round(x*1e4) / 1e4
}

// frame is the area in which a chart's values are drawn, in pixels, with the
// labels that stand around it.
type frame struct {
	width, height            int
	top, right, bottom, left int
	font                     int
	marks                    []mark
	keyX, keyY               float64 // where the next entry of the key goes
}

// newFrame begins a drawing of one of two heights.
func newFrame(width, wideHeight, narrowHeight int) *frame {
	if narrow(width) {
		return &frame{width: width, height: narrowHeight, font: 13, keyX: keyLeft, keyY: 11}
	}
	return &frame{width: width, height: wideHeight, font: 15, keyX: keyLeft, keyY: 11}
}

// weekly leaves room around a chart by weeks: at the left for the numbers of the
// axis, at the right for half of the last date.
func (f *frame) weekly(y scale) {
	f.left = f.textWidth(fmt.Sprintf("%.0f", y.hi)) + 16
	f.right, f.top, f.bottom = 48, 34, 34
}

// values gives the numbers of what is shown; NaN where there is none.
func values(shown []disclosure.Shown) []float64 {
	out := make([]float64, len(shown))
	for i, s := range shown {
		out[i] = s.Value
	}
	return out
}

// textWidth is about how wide a label is; digits and lower-case letters of the
// page's font are just over half as wide as they are high.
func (f *frame) textWidth(s string) int {
	return int(math.Ceil(float64(utf8.RuneCountInString(s)) * float64(f.font) * 0.53))
}

// mark is a label, a line or a rectangle that stands beside what a chart shows.
type mark struct {
	kind         string  // text, line or rect
	x, y, x2, y2 float64 // of a rectangle, its other corner
	text, align  string
	colour       string
	wide         float64 // of a line
	dash         []int   // nil for a line without gaps
	layer        int
}

// engined gives the mark as ECharts is told of it.
func (m mark) engined(font int) map[string]any {
	out := map[string]any{"type": m.kind, "silent": true, "z": m.layer}
	switch m.kind {
	case "text":
		out["x"], out["y"] = round1(m.x), round1(m.y)
		out["style"] = map[string]any{"text": m.text, "fill": m.colour, "fontSize": font, "fontFamily": "sans-serif", "textAlign": m.align, "textVerticalAlign": "middle"}
	case "line":
		style := map[string]any{"stroke": m.colour, "lineWidth": m.wide}
		if m.dash != nil {
			style["lineDash"] = m.dash
		}
		out["shape"], out["style"] = map[string]any{"x1": m.x, "y1": m.y, "x2": m.x2, "y2": m.y2}, style
	case "rect":
		out["shape"] = map[string]any{"x": m.x, "y": m.y, "width": m.x2 - m.x, "height": m.y2 - m.y}
		out["style"] = map[string]any{"fill": m.colour}
	}
	return out
}

// write puts a label at a place: align is "left", "center" or "right", and y the
// middle of its height.
func (f *frame) write(text, align string, x, y float64, colour string) {
	f.marks = append(f.marks, mark{kind: "text", layer: 10, x: x, y: y, text: text, align: align, colour: colour})
}

// swatch draws the mark of a key entry, its left end at x and its middle at y.
func (f *frame) swatch(kind string, x, y float64, colour string) {
	line := mark{kind: "line", layer: 10, x: x, y: y, x2: x + 16, y2: y, colour: colour, wide: 2.5}
	switch kind {
	case "line":
		f.marks = append(f.marks, line)
	case "dashed":
		line.dash = []int{5, 3}
		f.marks = append(f.marks, line)
	case "bar":
		f.marks = append(f.marks, mark{kind: "rect", layer: 10, x: x, y: y - 6, x2: x + 14, y2: y + 6, colour: colour})
	default:
		f.write(kind, "left", x+2, y, colour)
	}
}

const keyLeft = 2

// overMark names a series whose symbols stand over what they mark, not on it.
const overMark = "over"

// inOneShape names a series that is drawn as a single shape of one colour: many
// times faster than a shape for each week.
const inOneShape = "together"

// entry adds a mark and its meaning to the key above the chart, on a new line
// where the width is used up. kind is "bar", "line", "dashed" or a character.
func (f *frame) entry(kind, text, colour string) {
	const mark, gap = 22, 16
	wide := mark + f.textWidth(text)
	if f.keyX > keyLeft && int(f.keyX)+wide > f.width {
		f.keyX, f.keyY = keyLeft, f.keyY+float64(f.font)+8
	}
	f.swatch(kind, f.keyX, f.keyY, colour)
	f.write(text, "left", f.keyX+mark, f.keyY, ink)
	f.keyX += float64(wide + gap)
}

// endKey puts the chart under its key, and makes the drawing higher for a key of
// several lines.
func (f *frame) endKey() {
	f.top = int(f.keyY) + f.font + 12
	f.height += int(f.keyY) - 11
}

// round1 rounds to a tenth of a pixel. What lies on the border between two tenths
// goes up by a hair, whichever way a processor has rounded the last binary digit:
// some multiply and add in one step, and the pictures must be the same there.
func round1(x float64) float64 { return math.Round((x+1e-6)*10) / 10 }

// options finishes what go-echarts built. It encodes the options and reads them
// back as plain data, so that what go-echarts has no field for can be added: the
// grid in pixels, the axes' steps, labels, and silence for every series (a still
// picture has no hover).
func (f *frame) options(c *charts.RectChart, y *scale, x *scale) map[string]any {
	encoded, err := json.Marshal(c.JSON())
	if err != nil {
		panic(fmt.Sprintf("chart: options that can't be encoded: %v", err)) // they hold numbers and text only
	}
	var o map[string]any
	if err := json.Unmarshal(encoded, &o); err != nil {
		panic(fmt.Sprintf("chart: options that can't be read back: %v", err))
	}
	for _, unwanted := range []string{"title", "legend", "tooltip", "toolbox"} {
		delete(o, unwanted)
	}
	o["animation"] = false
	o["textStyle"] = map[string]any{"fontSize": f.font, "color": ink}
	o["grid"] = map[string]any{"left": f.left, "right": f.right, "top": f.top, "bottom": f.bottom, "containLabel": false}
	list, _ := o["series"].([]any)
	for _, s := range list {
		series := s.(map[string]any)
		series["silent"] = true
		series["emphasis"] = map[string]any{"disabled": true}
		series["animation"] = false
		if series["name"] == inOneShape {
			series["large"], series["largeThreshold"] = true, 1
		}
		if series["name"] == overMark {
			series["symbolOffset"] = []int{0, -9}
		}
		if series["type"] == "scatter" {
			series["z"] = 4 // over the lines
		}
	}
	for axis, sc := range map[string]*scale{"yAxis": y, "xAxis": x} {
		a := o[axis].([]any)[0].(map[string]any)
		label, _ := a["axisLabel"].(map[string]any)
		if label == nil {
			label = map[string]any{}
			a["axisLabel"] = label
		}
		label["fontSize"], label["color"] = f.font, ink
		if sc == nil {
			label["interval"] = 0 // every label: those not wanted are empty
		} else {
			a["min"], a["max"], a["interval"] = sc.lo, sc.hi, sc.step
		}
	}
	graphics := make([]any, len(f.marks))
	for k, m := range f.marks {
		graphics[k] = m.engined(f.font)
	}
	o["graphic"] = graphics
	return o
}

// weeks writes the dates under the chart, in the middle of their weeks. The
// engine could, but takes longer over its labels than over all else.
func (f *frame) weeks(weeks []incident.Day) {
	most := 6
	if narrow(f.width) {
		most = 3
	}
	slot := float64(f.width-f.left-f.right) / float64(len(weeks))
	for _, i := range labelledWeeks(len(weeks), most) {
		f.write(shortDate(weeks[i]), "center", float64(f.left)+(float64(i)+0.5)*slot, float64(f.height-f.bottom+18), ink)
	}
}

// weekAxis and countAxis are the two axes of every chart by weeks.
func weekAxis() opts.XAxis {
	return opts.XAxis{
		Type:      "category",
		AxisTick:  &opts.AxisTick{Show: opts.Bool(false)},
		AxisLine:  &opts.AxisLine{LineStyle: &opts.LineStyle{Color: grey}},
		AxisLabel: &opts.AxisLabel{Show: opts.Bool(false)},
	}
}

func countAxis() opts.YAxis {
	return opts.YAxis{
		Type:      "value",
		SplitLine: &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: gridGrey}},
		AxisLine:  &opts.AxisLine{Show: opts.Bool(false)},
		AxisLabel: &opts.AxisLabel{Show: opts.Bool(true)},
	}
}
