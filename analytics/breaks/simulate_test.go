package breaks_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"psims/datasets/incident"

	"gonum.org/v1/gonum/stat/distuv"
)

// nation is an invented set of organisations and how they report.
type nation struct {
	organisations int
	weekly        float64   // reports a week, of all
	shares        []float64 // of each category
	weeks         int
	ratio         float64            // reports after the move over before; each organisation's own lies about it
	spread        float64            // … by this on the log scale
	move          func(org int) int  // week of the move; beyond the last for none
	outbreak      func(week int) int // further reports of category 0
	seed          uint64
}

var start = incident.NewDay(2022, 1, 3)

// categories of the simulated nations: about 4 to 80 reports a week of 200.
var categories = []float64{0.06, 0.02, 0.04, 0.1, 0.15, 0.23, 0.4}

func never(int) int { return math.MaxInt }

func none(int) int { return 0 }

// report is one event before it is in a table.
type report struct {
	organisation, system, category string
	occurred, reported             incident.Day
}

// reports draws every report of a nation.
func (n nation) reports() (out []report) {
	rng := rand.New(rand.NewPCG(n.seed, 11))
	size, sum := make([]float64, n.organisations), 0.0
	for i := range size {
		size[i] = math.Exp(0.7 * rng.NormFloat64())
		sum += size[i]
	}
	for i := range size {
		own := math.Exp(math.Log(n.ratio) + n.spread*rng.NormFloat64())
		for w := range n.weeks {
			system, mean := "nrls", n.weekly*size[i]/sum*(1+0.06*math.Sin(2*math.Pi*float64(w)/52))
			if w >= n.move(i) {
				system, mean = "lfpse", mean*own
			}
			for c, share := range n.shares {
				for range int(draw(rng, mean*share, 1.2)) {
					out = append(out, event(rng, i, system, c, w))
				}
			}
		}
	}
	for w := range n.weeks {
		for range n.outbreak(w) {
			i := rng.IntN(n.organisations)
			system := "nrls"
			if w >= n.move(i) {
				system = "lfpse"
			}
			out = append(out, event(rng, i, system, 0, w))
		}
	}
	return out
}

func event(rng *rand.Rand, organisation int, system string, category, week int) report {
	day := start + incident.Day(7*week+rng.IntN(7))
	return report{fmt.Sprintf("ZX%03d", organisation), system, fmt.Sprint("category ", category), day - incident.Day(rng.ExpFloat64()*6), day}
}

// table puts reports in the order of a table.
func table(all []report) *incident.Table {
	slices.SortStableFunc(all, func(a, b report) int { return cmp.Compare(a.reported, b.reported) })
	t := &incident.Table{}
	for i, r := range all {
		t.ID = append(t.ID, fmt.Sprint(i))
		t.System.Append(r.system)
		t.Organisation.Append(r.organisation)
		t.Category.Append(r.category)
		t.Occurred, t.Reported = append(t.Occurred, r.occurred), append(t.Reported, r.reported)
	}
	return t
}

// draw gives a count of that mean and variance over mean.
func draw(rng *rand.Rand, mean, phi float64) float64 {
	if phi > 1 {
		mean = distuv.Gamma{Alpha: mean / (phi - 1), Beta: 1 / (phi - 1), Src: rng}.Rand()
	}
	if mean < 1e-9 {
		return 0
	}
	return distuv.Poisson{Lambda: mean, Src: rng}.Rand()
}

// weekly counts each category of a table, and all of them last, by week: only the
// events that are usable, or all.
func weekly(t *incident.Table, weeks int, usable []bool) [][]float64 {
	out := make([][]float64, len(categories)+1)
	for k := range out {
		out[k] = make([]float64, weeks)
	}
	for i, day := range t.Reported {
		if usable != nil && !usable[i] {
			continue
		}
		w := int(day-start) / 7
		out[series(t, i)][w]++
		out[len(categories)][w]++
	}
	return out
}

// series gives the category of event i, from 0.
func series(t *incident.Table, i int) int {
	name := t.Category.Value(i)
	return int(name[len(name)-1] - '0')
}
