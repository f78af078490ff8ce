package emerging

import (
	"slices"

	"psims/datasets/incident"
)

const (
	// apart is how unlike two parts of a seed's reports must be to be told apart: the
	// mean likeness across, as a share of the mean likeness within the looser part.
	apart = 0.4
	// fewestPart is how many reports each part has at least.
	fewestPart = 3
	// splitRounds of moving reports to the nearer part; it mostly settles in three.
	splitRounds = 6
)

// split tells apart the reports of a seed that are about different things, as the
// reports of everything that is called new in the same weeks. Each part is looked
// for by itself, and split again if it can be. A seed whose reports are about one
// thing is given back whole. Cost: the length of the reports, a few times.
//
// Source: spherical k-means of two, Dhillon & Modha (2001), Machine Learning 42.
func (v view) split(g seed) []seed {
	a, b, ok := v.halves(g.rows)
	if !ok {
		return []seed{g}
	}
	left, right := g, g
	left.rows, right.rows = a, b
	return append(v.split(left), v.split(right)...)
}

// Mixed tells whether reports are about different things, as of the day searched last:
// whether they fall into two parts so far apart that a seed of them would be split.
// Cost: the length of the reports, a few times.
func (se *Searcher) Mixed(rows []int32) bool {
	_, _, far := view{se: se}.halves(sorted(rows))
	return far
}

// halves gives the two parts of rows, each in order; false if they are not far apart.
func (v view) halves(rows []int32) (a, b []int32, ok bool) {
	if len(rows) < 2*fewestPart {
		return nil, nil, false
	}
	all := v.sum(rows)
	first := v.least(rows, all)
	ca := v.sum(rows[first : first+1])
	second := v.least(rows, ca)
	cb := v.sum(rows[second : second+1])
	in := make([]bool, len(rows)) // of the second part
	for range splitRounds {
		x, y := v.se.spread(0, ca), v.se.spread(1, cb)
		moved := false
		for k, row := range rows {
			toA, toB := v.dots(row, x, y)
			if nearer := toB/cb.length > toA/ca.length; nearer != in[k] {
				in[k], moved = nearer, true
			}
		}
		v.se.wipe(0, ca)
		v.se.wipe(1, cb)
		if a, b = parts(rows, in); len(a) < fewestPart || len(b) < fewestPart {
			return nil, nil, false
		}
		ca, cb = v.sum(a), v.sum(b)
		if !moved {
			break
		}
	}
	n, m := float64(len(a)), float64(len(b))
	withinA := (ca.length*ca.length - n) / (n * (n - 1))
	withinB := (cb.length*cb.length - m) / (m * (m - 1))
	across := (all.length*all.length - ca.length*ca.length - cb.length*cb.length) / (2 * n * m)
	return a, b, across < apart*min(withinA, withinB)
}

// least gives the position of the row least like c.
func (v view) least(rows []int32, c centroid) int {
	x := v.se.spread(0, c)
	at, least := 0, 2.0
	for k, row := range rows {
		if dot, _ := v.dots(row, x, x); dot/c.length < least {
			at, least = k, dot/c.length
		}
	}
	v.se.wipe(0, c)
	return at
}

func parts(rows []int32, in []bool) (a, b []int32) {
	for k, row := range rows {
		if in[k] {
			b = append(b, row)
		} else {
			a = append(a, row)
		}
	}
	return slices.Clip(a), slices.Clip(b)
}

// Alike gives how like two sets of reports are, as of the day searched last: the mean
// likeness across them as a share of the mean likeness within the looser one. A report
// of both is not compared with itself. Sets of fewer than two reports are alike to
// nothing. Cost: the length of the reports.
func (se *Searcher) Alike(a, b []int32) float64 {
	v := view{se: se}
	return se.alikeSums(a, b, v.sum(a), v.sum(b))
}

// AlikeAll gives how like each two of some sets of reports are, as of a day; see [Alike].
// Cost: the length of the reports, and for each two sets their terms.
func (se *Searcher) AlikeAll(asOf incident.Day, sets [][]int32) [][]float64 {
	se.weigh(se.rowsUntil(asOf))
	v := view{se: se}
	sums := make([]centroid, len(sets))
	out := make([][]float64, len(sets))
	for k, rows := range sets {
		sums[k], out[k] = v.sum(rows), make([]float64, len(sets))
		for o := range k {
			out[k][o] = se.alikeSums(rows, sets[o], sums[k], sums[o])
			out[o][k] = out[k][o]
		}
	}
	return out
}

func (se *Searcher) alikeSums(a, b []int32, ca, cb centroid) float64 {
	if len(a) < 2 || len(b) < 2 {
		return 0
	}
	x := se.spread(0, ca)
	dot := 0.0
	for k, j := range cb.terms {
		dot += cb.weight[k] * x[j]
	}
	se.wipe(0, ca)
	shared := 0.0
	for _, i := range a {
		if slices.Contains(b, i) {
			shared++
		}
	}
	n, m := float64(len(a)), float64(len(b))
	within := min((ca.length*ca.length-n)/(n*(n-1)), (cb.length*cb.length-m)/(m*(m-1)))
	if within <= 0 {
		return 0
	}
	return (dot - shared) / (n*m - shared) / within
}
