package chart

import (
	"fmt"
	"strings"

	"psims/datasets/incident"
	"psims/reports/disclosure"
)

// Multiples shows weekly counts of several things side by side, each in a small chart
// of its own, all on one scale.
type Multiples struct {
	Unit   string // "Reports"
	Weeks  []incident.Day
	Names  []string
	Counts [][]disclosure.Shown // a row of weeks for each name
}

func (m Multiples) check() error { return checkStrips(len(m.Weeks), m.Names, m.Counts) }

// Table has a row for each week.
func (m Multiples) Table() Table { return weeklyTable(m.Weeks, m.Names, m.Counts) }

func weeklyTable(weeks []incident.Day, names []string, counts [][]disclosure.Shown) Table {
	t := Table{Columns: []Column{{"Week beginning", false}}}
	for _, n := range names {
		t.Columns = append(t.Columns, Column{n, true})
	}
	for w, day := range weeks {
		row := []Cell{{Text: longDate(day), File: day.String()}}
		for i := range names {
			row = append(row, counted(counts[i][w]))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// Describe tells the scale and each chart's largest week.
func (m Multiples) Describe() string {
	s := fmt.Sprintf("%d small bar charts of %s by week, from the week beginning %s to that of %s, all on one scale.", len(m.Names), lower(m.Unit), longDate(m.Weeks[0]), longDate(m.Weeks[len(m.Weeks)-1]))
	return s + " " + highest(m.Names, m.Counts, m.Weeks)
}

// highest says when each row was highest.
func highest(names []string, counts [][]disclosure.Shown, weeks []incident.Day) string {
	var parts []string
	for i, row := range counts {
		best := -1
		for w, v := range row {
			if v.Value > 0 && (best < 0 || v.Value > row[best].Value) {
				best = w
			}
		}
		if best < 0 {
			parts = append(parts, names[i]+": none")
			continue
		}
		parts = append(parts, fmt.Sprintf("%s: at most %s, in the week beginning %s", names[i], row[best].Text, longDate(weeks[best])))
	}
	return strings.Join(parts, "; ") + "."
}

// shapes draws the charts in rows of two or three.
func (m Multiples) shapes(width int) (height int, drawn string) {
	p := newPen(width)
	columns, high, gap := 3, 72.0, 28.0
	if narrow(width) {
		columns, high, gap = 1, 48, 12
	}
	columns = min(columns, len(m.Names))
	wide := (float64(width) - gap*float64(columns-1)) / float64(columns)
	most := 1.0
	for _, row := range m.Counts {
		most = max(most, shownMost(row))
	}
	scale := disclosure.Commas(int(most))
	left := float64(p.textWidth(scale) + 8)
	line := float64(p.font + 3)
	cell := 2*line + 10 + high + line + 18
	for i, name := range m.Names {
		x, y := float64(i%columns)*(wide+gap), float64(i/columns)*cell
		parts := wrap(name, int(wide/(0.53*float64(p.font))), 2)
		p.lines(parts, "start", x, y+line+1)
		top, base := y+2*line+10, y+2*line+10+high
		p.rule(x+left, top, x+wide, top, gridGrey, 1, "")
		p.label(scale, "end", x+left-6, top, ink)
		p.label("0", "end", x+left-6, base, ink)
		p.bars(m.Counts[i], x+left, base, wide-left, high, most, darkBlue)
		p.rule(x+left, base, x+wide, base, grey, 1, "")
		p.label(shortDate(m.Weeks[0]), "start", x+left, base+line-2, ink)
		if len(m.Weeks) > 1 {
			p.label(shortDate(m.Weeks[len(m.Weeks)-1]), "end", x+wide, base+line-2, ink)
		}
	}
	rows := (len(m.Names) + columns - 1) / columns
	return int(float64(rows)*cell) - 10, p.svg()
}
