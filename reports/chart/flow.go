package chart

import (
	"fmt"
	"math"
	"strings"

	"psims/reports/disclosure"
)

// Flow shows how old categories go over into new ones: bands from the left to the
// right, as wide as what goes that way.
type Flow struct {
	FromHeading, ToHeading string // "NRLS category", "LFPSE category"
	Unit                   string // "Events"
	From, To               []string
	Counts                 []disclosure.Shown // of each old category
	Shares                 [][]float64        // of each old category, the share that goes to each new one; at most 1 together
}

func (f Flow) check() error {
	if len(f.From) == 0 || len(f.To) == 0 {
		return fmt.Errorf("it has no category")
	}
	if err := sameLength(len(f.From), map[string]int{"counts": len(f.Counts), "rows of shares": len(f.Shares)}, "counts", "rows of shares"); err != nil {
		return err
	}
	for i, row := range f.Shares {
		total := 0.0
		for _, s := range row {
			if !(s >= 0 && s <= 1) {
				return fmt.Errorf("category %d has a share of %v", i, s)
			}
			total += s
		}
		if len(row) != len(f.To) || total > 1.001 {
			return fmt.Errorf("%d shares of category %d, %.3f together, for %d labels", len(row), i, total, len(f.To))
		}
	}
	return nil
}

// told is the smallest share that has a band and a row.
const told = 0.05

// Table has a row for each band.
func (f Flow) Table() Table {
	t := Table{Columns: []Column{{f.FromHeading, false}, {f.Unit, true}, {f.ToHeading, false}, {"Share of them (%)", true}}}
	for i, from := range f.From {
		for j, to := range f.To {
			if s := f.Shares[i][j]; s >= told {
				t.Rows = append(t.Rows, []Cell{words(from), counted(f.Counts[i]), words(to), words(fmt.Sprintf("%.0f", 100*s))})
			}
		}
	}
	return t
}

// Describe tells where most of each of the largest old categories goes.
func (f Flow) Describe() string {
	s := fmt.Sprintf("Bands from %d old categories at the left to %d new ones at the right; shares under 5%% are left out.", len(f.From), len(f.To))
	for i, from := range f.From {
		if i == 5 {
			break
		}
		best := 0
		for j, share := range f.Shares[i] {
			if share > f.Shares[i][best] {
				best = j
			}
		}
		s += fmt.Sprintf(" %s: %.0f%% to %s.", from, 100*f.Shares[i][best], f.To[best])
	}
	return s
}

// side is a column of categories: where each begins, and how high one event is.
type side struct {
	tops  []float64
	sizes []float64
	scale float64
}

// column puts categories below each other, each at least as high as its label.
func column(sizes []float64, least, height, top float64) side {
	s := side{sizes: sizes}
	total := 0.0
	for _, v := range sizes {
		total += v
	}
	gap := 6.0
	s.scale = max(0, height-float64(len(sizes))*(least+gap)) / max(total, 1)
	y := top
	for _, v := range sizes {
		s.tops = append(s.tops, y)
		y += least + v*s.scale + gap
	}
	return s
}

// shapes draws the bands with the old names at the left and the new at the right.
func (f Flow) shapes(width int) (height int, drawn string) {
	p := newPen(width)
	letters, most := 26, 2
	if narrow(width) {
		p.font, letters, most = 12, 16, 3
	}
	line := float64(p.font + 3)
	label := float64(most)*line + 2
	from, to := make([]float64, len(f.From)), make([]float64, len(f.To))
	for i := range f.From {
		if v := f.Counts[i].Value; v > 0 {
			from[i] = v
		}
		for j, s := range f.Shares[i] {
			if s >= told {
				to[j] += s * from[i]
			}
		}
	}
	rows := max(len(f.From), len(f.To))
	body := float64(rows)*(label+6) + 220
	top := line + 14
	height = int(body+top) + 6
	left, right := column(from, label, body, top), column(to, label, body, top)
	text := 0.53*float64(p.font)*float64(letters) + 8
	x1, x2 := text+4, float64(width)-text-4
	p.label(f.FromHeading, "end", x1-4, line/2+2, ink)
	p.label(f.ToHeading, "start", x2+4, line/2+2, ink)
	f.bands(p, left, right, label, x1, x2)
	for i, n := range f.From {
		high := label + from[i]*left.scale
		p.rule(x1, left.tops[i], x1, left.tops[i]+high, darkBlue, 6, "")
		p.lines(wrap(n, letters, most), "end", x1-8, left.tops[i]+high/2)
	}
	for j, n := range f.To {
		high := label + to[j]*right.scale
		p.rule(x2, right.tops[j], x2, right.tops[j]+high, darkBlue, 6, "")
		p.lines(wrap(n, letters, most), "start", x2+8, right.tops[j]+high/2)
	}
	return height, p.svg()
}

// bands draws what goes from each old category to each new one. The most of each is
// darker than the rest.
func (f Flow) bands(p *pen, left, right side, least, x1, x2 float64) {
	filled := make([]float64, len(f.To))
	high := func(s side, k int) float64 { return least + s.sizes[k]*s.scale }
	for i := range f.From {
		best, y := 0.0, left.tops[i]
		for _, s := range f.Shares[i] {
			best = math.Max(best, s)
		}
		for j, s := range f.Shares[i] {
			if s < told || left.sizes[i] == 0 || right.sizes[j] == 0 {
				continue
			}
			a := s * high(left, i)
			b := s * left.sizes[i] / right.sizes[j] * high(right, j)
			z := right.tops[j] + filled[j]
			colour, opacity := midBlue, 0.25
			if s == best {
				opacity = 0.6
			}
			mid := (x1 + x2) / 2
			var d strings.Builder
			fmt.Fprintf(&d, "M%g %gC%g %g %g %g %g %g", round1(x1), round1(y), round1(mid), round1(y), round1(mid), round1(z), round1(x2), round1(z))
			fmt.Fprintf(&d, "L%g %gC%g %g %g %g %g %gZ", round1(x2), round1(z+b), round1(mid), round1(z+b), round1(mid), round1(y+a), round1(x1), round1(y+a))
			fmt.Fprintf(&p.out, `<path d="%s" fill="%s" fill-opacity="%g"/>`, d.String(), colour, opacity)
			y += a
			filled[j] += b
		}
	}
}
