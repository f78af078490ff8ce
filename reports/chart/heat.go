package chart

import (
	"fmt"
	"math"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"psims/reports/disclosure"
)

// Heat shows the counts of two categories against each other as shaded cells,
// each with its number.
type Heat struct {
	RowHeading, ColumnHeading string // "Category", "Care setting"
	Unit                      string // what is counted: "Reports"
	Rows, Columns             []string
	Counts                    [][]disclosure.Shown // row by row
}

func (h Heat) check() error {
	if len(h.Rows) == 0 || len(h.Columns) == 0 {
		return fmt.Errorf("it has no cell")
	}
	if len(h.Counts) != len(h.Rows) {
		return fmt.Errorf("%d rows of counts for %d labels", len(h.Counts), len(h.Rows))
	}
	for i, row := range h.Counts {
		if len(row) != len(h.Columns) {
			return fmt.Errorf("%d counts in row %d for %d columns", len(row), i, len(h.Columns))
		}
	}
	return nil
}

// Table has a row for each row of cells.
func (h Heat) Table() Table {
	t := Table{Columns: []Column{{h.RowHeading, false}}}
	for _, c := range h.Columns {
		t.Columns = append(t.Columns, Column{c, true})
	}
	for i, r := range h.Rows {
		row := []Cell{words(r)}
		for _, c := range h.Counts[i] {
			row = append(row, counted(c))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// Describe tells what is compared and which cell is the largest.
func (h Heat) Describe() string {
	s := fmt.Sprintf("Shaded table of %s by %s and %s.", lower(h.Unit), lower(h.RowHeading), lower(h.ColumnHeading))
	r, c := -1, -1
	for i, row := range h.Counts {
		for j, n := range row {
			if n.Value > 0 && (r < 0 || n.Value > h.Counts[r][c].Value) {
				r, c = i, j
			}
		}
	}
	if r >= 0 {
		s += fmt.Sprintf(" The largest number is %s: %s, %s.", h.Counts[r][c].Text, h.Rows[r], h.Columns[c])
	}
	return s
}

// shades go from none to most; the last three carry white figures.
var shades = []string{"#FFFFFF", "#DCEBF8", "#A9CFEF", midBlue, "#194F80", darkBlue}

// shade gives the colours of a cell: none is white, and the rest go by the
// square root of the share of the largest, so that one large cell does not
// flatten the others.
func shade(n, most float64) (fill, text string) {
	if !(n > 0) {
		return shades[0], ink
	}
	k := 1 + int(math.Min(4, math.Floor(5*math.Sqrt(n/most))))
	if k >= 3 {
		return shades[k], white
	}
	return shades[k], ink
}

func (h Heat) layout(width int) (int, map[string]any) {
	f := newFrame(width, 0, 0)
	most := 30
	f.font = 14
	if narrow(width) {
		most, f.font = 15, 11
	}
	rows := make([]string, len(h.Rows))
	rowLines := 1
	for i, r := range h.Rows {
		parts := wrap(r, most, 3)
		rowLines = max(rowLines, len(parts))
		rows[i] = strings.Join(parts, "\n")
		for _, p := range parts {
			f.left = max(f.left, f.textWidth(p)+12)
		}
	}
	cellWidth := (width - f.left - 4) / len(h.Columns)
	columns, headLines := h.heads(f, cellWidth)
	f.right, f.bottom, f.top = 4, 4, headLines*(f.font+4)+10
	f.height = f.top + f.bottom + len(h.Rows)*max(30, rowLines*(f.font+4)+8)
	if columns == nil {
		columns = h.lettered(f)
	}

	heat := charts.NewHeatMap()
	heat.SetGlobalOptions(
		charts.WithXAxisOpts(opts.XAxis{Type: "category", Position: "top", AxisTick: &opts.AxisTick{Show: opts.Bool(false)}, AxisLine: &opts.AxisLine{Show: opts.Bool(false)}, AxisLabel: &opts.AxisLabel{Show: opts.Bool(true)}}),
		charts.WithYAxisOpts(opts.YAxis{Type: "category", Data: rows, Inverse: opts.Bool(true), AxisLine: &opts.AxisLine{Show: opts.Bool(false)}, AxisLabel: &opts.AxisLabel{Show: opts.Bool(true)}}))
	heat.XAxisList[0].Data = columns
	heat.AddSeries("counts", nil)
	o := f.options(&heat.RectChart, nil, nil)
	o["yAxis"].([]any)[0].(map[string]any)["axisTick"] = map[string]any{"show": false}
	series := o["series"].([]any)[0].(map[string]any)
	series["data"] = h.cells(f.font)
	// ECharts draws no heat map without a visual map; every cell has its own colour over it.
	o["visualMap"] = map[string]any{"show": false, "min": 0, "max": 1, "inRange": map[string]any{"color": []string{white, white}}}
	return f.height, o
}

// heads breaks the column headings to fit over their cells; nil when a word is too long for that.
func (h Heat) heads(f *frame, cellWidth int) (columns []string, lines int) {
	for _, c := range h.Columns {
		parts := wrap(c, max(4, cellWidth*100/(f.font*53)-1), 6)
		for _, p := range parts {
			if f.textWidth(p) > cellWidth+f.font { // widths are rough, and neighbours rarely both so long
				return nil, 1
			}
		}
		lines = max(lines, len(parts))
		columns = append(columns, strings.Join(parts, "\n"))
	}
	return columns, lines
}

// lettered heads the columns with letters, and says below what they stand for.
func (h Heat) lettered(f *frame) []string {
	columns := make([]string, len(h.Columns))
	line := float64(f.font + 6)
	y := float64(f.height) + line/2
	for i, c := range h.Columns {
		columns[i] = letter(i)
		for j, part := range wrap(c, max(24, (f.width-keyLeft-26)*100/(f.font*56)), 2) {
			if j == 0 {
				f.write(columns[i], "left", keyLeft, y, ink)
			}
			f.write(part, "left", keyLeft+26, y, ink)
			y += line
		}
	}
	added := int(y-line/2) - f.height + 4
	f.height += added
	f.bottom += added
	return columns
}

// letter names a column as spreadsheets do: A to Z, AA, AB, …
func letter(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return letter(i/26-1) + letter(i%26)
}

// cells gives each cell its own colours and figure: go-echarts has no field for them.
func (h Heat) cells(font int) []any {
	most := 1.0
	for _, row := range h.Counts {
		for _, c := range row {
			if c.Value > most {
				most = c.Value
			}
		}
	}
	var out []any
	for i, row := range h.Counts {
		for j, c := range row {
			fill, text := shade(c.Value, most)
			out = append(out, map[string]any{
				"value":     []any{j, i, 0},
				"itemStyle": map[string]any{"color": fill, "borderColor": gridGrey, "borderWidth": 1},
				"label":     map[string]any{"show": true, "formatter": c.Text, "color": text, "fontSize": font},
			})
		}
	}
	return out
}
