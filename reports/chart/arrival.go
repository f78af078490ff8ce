package chart

import (
	"fmt"
	"math"
	"strings"
)

// Arrival shows how much of what happened has been reported so many days after: a
// rising line for each of one or two senders.
type Arrival struct {
	Unit   string // "Reports"
	Days   []int  // after the event, ascending, from 0
	Names  []string
	Shares [][]float64 // for each name, of each number of days, in percent; not falling
}

func (a Arrival) check() error {
	if len(a.Days) < 2 || len(a.Names) == 0 || len(a.Names) > 2 {
		return fmt.Errorf("%d days and %d lines: want 2 days or more and 1 line or 2", len(a.Days), len(a.Names))
	}
	if len(a.Shares) != len(a.Names) {
		return fmt.Errorf("%d lines for %d labels", len(a.Shares), len(a.Names))
	}
	for i, s := range a.Shares {
		if len(s) != len(a.Days) {
			return fmt.Errorf("%d shares in line %d for %d labels", len(s), i, len(a.Days))
		}
		for k, v := range s {
			if math.IsNaN(v) || v < 0 || v > 100 || k > 0 && v < s[k-1] {
				return fmt.Errorf("line %d is no rising share at %d days: %v", i, a.Days[k], v)
			}
		}
	}
	return nil
}

// Table has a row for each number of days.
func (a Arrival) Table() Table {
	t := Table{Columns: []Column{{"Days after the event", false}}}
	for _, n := range a.Names {
		t.Columns = append(t.Columns, Column{n + " (%)", true})
	}
	for k, d := range a.Days {
		row := []Cell{words(fmt.Sprint(d))}
		for i := range a.Names {
			row = append(row, words(fmt.Sprintf("%.0f", a.Shares[i][k])))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// within gives the first number of days by which a share is reached.
func (a Arrival) within(i int, share float64) (int, bool) {
	for k, v := range a.Shares[i] {
		if v >= share {
			return a.Days[k], true
		}
	}
	return 0, false
}

// Describe tells by when half and nine tenths were reported.
func (a Arrival) Describe() string {
	var parts []string
	for i, n := range a.Names {
		s := n + ": "
		for k, share := range []float64{50, 90} {
			if k > 0 {
				s += ", "
			}
			if d, ok := a.within(i, share); ok {
				s += fmt.Sprintf("%.0f%% within %s", share, days(d))
			} else {
				s += fmt.Sprintf("%.0f%% after more than %s", share, days(a.Days[len(a.Days)-1]))
			}
		}
		parts = append(parts, s)
	}
	return fmt.Sprintf("Rising lines: share of %s that had been sent so many days after the event. %s.", lower(a.Unit), strings.Join(parts, "; "))
}

func days(d int) string {
	switch d {
	case 0:
		return "the same day"
	case 1:
		return "1 day"
	}
	return fmt.Sprintf("%d days", d)
}

// shapes draws the lines over an axis on which early days have more room.
func (a Arrival) shapes(width int) (height int, drawn string) {
	p := newPen(width)
	height = 300
	if narrow(width) {
		height = 250
	}
	p.left, p.right, p.top, p.bottom = p.textWidth("100%")+16, 16, 12, 50
	for i, n := range a.Names { // a key: the ends of the lines lie too near each other for labels
		y := 11 + float64(i)*float64(p.font+8)
		colour, dash := a.pen(i)
		p.rule(2, y, 22, y, colour, 3, dash)
		p.label(n, "start", 30, y, ink)
		p.top += p.font + 8
		height += p.font + 8
	}
	bottom := height - p.bottom
	last := math.Sqrt(float64(a.Days[len(a.Days)-1]))
	x := func(d int) float64 {
		return float64(p.left) + math.Sqrt(float64(d))/last*float64(width-p.left-p.right)
	}
	y := func(v float64) float64 { return float64(bottom) - v/100*float64(bottom-p.top) }
	for _, v := range []float64{0, 50, 100} {
		p.rule(float64(p.left), y(v), float64(width-p.right), y(v), gridGrey, 1, "")
		p.label(fmt.Sprintf("%.0f%%", v), "end", float64(p.left-8), y(v), ink)
	}
	free := math.Inf(-1)
	for _, d := range a.Days {
		text := fmt.Sprint(d)
		half := float64(p.textWidth(text)) / 2
		if x(d)-half < free {
			continue
		}
		p.label(text, "middle", x(d), float64(bottom+16), ink)
		free = x(d) + half + 10
	}
	p.label("Days after the event", "middle", float64(p.left+width-p.right)/2, float64(bottom+38), ink)
	for i := len(a.Names) - 1; i >= 0; i-- { // the first on top
		var path strings.Builder
		for k, d := range a.Days {
			command := "L"
			if k == 0 {
				command = "M"
			}
			fmt.Fprintf(&path, "%s%g %g", command, round1(x(d)), round1(y(a.Shares[i][k])))
		}
		colour, dash := a.pen(i)
		if dash != "" {
			dash = ` stroke-dasharray="` + dash + `"`
		}
		fmt.Fprintf(&p.out, `<path d="%s" fill="none" stroke="%s" stroke-width="3"%s/>`, path.String(), colour, dash)
	}
	return height, p.svg()
}

// pen gives a line's colour and dashes: they differ in both.
func (a Arrival) pen(i int) (colour, dash string) {
	if i == 0 {
		return darkBlue, ""
	}
	return orange, "7 4"
}
