package chart

import (
	"fmt"

	"psims/datasets/incident"
	"psims/reports/disclosure"
)

// Timeline shows when each of several things was told of: a row of small bars each, on
// a scale of its own, with its total, and a mark where it was first raised.
type Timeline struct {
	Heading string // what the rows are: "Theme"
	Unit    string // "Reports"
	Weeks   []incident.Day
	Names   []string
	Counts  [][]disclosure.Shown // a row of weeks for each name
	Totals  []disclosure.Shown
	Raised  []incident.Day // first raised; NoDay for never
}

func (t Timeline) check() error {
	if err := checkStrips(len(t.Weeks), t.Names, t.Counts); err != nil {
		return err
	}
	return sameLength(len(t.Names), map[string]int{"totals": len(t.Totals), "days raised": len(t.Raised)}, "totals", "days raised")
}

// Table has a row for each week.
func (t Timeline) Table() Table { return weeklyTable(t.Weeks, t.Names, t.Counts) }

// Describe tells each row's highest week.
func (t Timeline) Describe() string {
	s := fmt.Sprintf("Rows of bars: %s by week for each %s, from the week beginning %s to that of %s, each row on a scale of its own.", lower(t.Unit), lower(t.Heading), longDate(t.Weeks[0]), longDate(t.Weeks[len(t.Weeks)-1]))
	return s + " " + highest(t.Names, t.Counts, t.Weeks)
}

// week gives the place of a day among the weeks; false when it lies outside.
func (t Timeline) week(d incident.Day) (int, bool) {
	if !d.Known() || d < t.Weeks[0] || d > t.Weeks[len(t.Weeks)-1]+6 {
		return 0, false
	}
	return int(d-t.Weeks[0]) / 7, true
}

// shapes draws a row of bars for each name: its label at the left, or above on a
// narrow screen, and its total at the right.
func (t Timeline) shapes(width int) (height int, drawn string) {
	p := newPen(width)
	line := float64(p.font + 3)
	most, above, high := 38, 0.0, 26.0
	if narrow(width) {
		most, above = 44, line+2
	} else {
		for _, n := range t.Names {
			for _, part := range wrap(n, most, 2) {
				p.left = max(p.left, p.textWidth(part)+14)
			}
		}
		high = 30
	}
	for _, total := range t.Totals {
		p.right = max(p.right, p.textWidth(total.Text)+10)
	}
	row := above + high + 12
	y := 4.0
	wide := float64(width - p.left - p.right)
	marked := false
	for _, d := range t.Raised {
		_, in := t.week(d)
		marked = marked || in
	}
	if marked {
		p.label("▲", "start", 2, y+line/2, purple)
		p.label("First raised as an alert", "start", 22, y+line/2, ink)
		y += line + 8
	}
	for i, name := range t.Names {
		base := y + above + high
		if above > 0 {
			p.lines(wrap(name, most, 1), "start", 0, y+line/2)
		} else {
			p.lines(wrap(name, most, 2), "end", float64(p.left-8), base-high/2)
		}
		p.bars(t.Counts[i], float64(p.left), base, wide, high, shownMost(t.Counts[i]), darkBlue)
		p.rule(float64(p.left), base, float64(p.left)+wide, base, grey, 1, "")
		p.label(t.Totals[i].Text, "end", float64(width), base-high/2, ink)
		if w, in := t.week(t.Raised[i]); in {
			p.label("▲", "middle", float64(p.left)+wide*(float64(w)+0.5)/float64(len(t.Weeks)), base+7, purple)
		}
		y += row
	}
	p.label(shortDate(t.Weeks[0]), "start", float64(p.left), y+line/2, ink)
	p.label(shortDate(t.Weeks[len(t.Weeks)-1]), "end", float64(p.left)+wide, y+line/2, ink)
	return int(y + line + 4), p.svg()
}
