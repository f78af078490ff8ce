package emerging

import (
	"cmp"
	"math"
	"slices"

	"psims/datasets/incident"
)

// scored is a report with its likeness to a candidate.
type scored struct {
	row   int32
	score float64
}

// centroid is the sum of some reports' unit vectors. It keeps every term: cut to
// the heaviest, it would keep more of the terms that a report brought itself, and
// with nothing new at all its own reports would seem more like each other than
// any other report is.
type centroid struct {
	terms  []int32
	weight []float64
	length float64
}

const (
	minLikeness  = 0.05 // below it a report shares little but common words
	leadingKinds = 4    // words of a concept that are told of a candidate
)

// scan gives the candidates that a seed leads to, at most one of each source. c is the
// centroid of its reports, and scores how like it is each report.
func (v view) scan(g seed, c centroid, scores []scored) []Candidate {
	if c.length == 0 {
		return nil
	}
	// A member is compared with the other members: its own part of the centroid
	// is taken out.
	for i := from(scores, v.from); i < len(scores); i++ {
		if _, isMember := slices.BinarySearch(g.rows, scores[i].row); isMember {
			scores[i].score = leaveOut(scores[i].score*c.length, c.length)
		}
	}
	var out []Candidate
	if cand, ok := v.choose(Centroid, g, c, scores); ok {
		out = append(out, cand)
	}
	return append(out, v.within(g, c)...)
}

// within gives the candidates among the reports that hold the lead term, or a word of
// the concept.
func (v view) within(g seed, c centroid) []Candidate {
	if c.length == 0 {
		return nil
	}
	var out []Candidate
	if cand, ok := v.contrast(g, c); ok {
		out = append(out, cand)
	}
	if cand, ok := v.focus(g, c); ok {
		out = append(out, cand)
	}
	return out
}

// leaveOut gives the likeness of a member to the centroid of the others. dot is
// y·C: the vector of the others is C−y, whose squared length is |C|² − 2 y·C + 1.
func leaveOut(dot, length float64) float64 {
	rest := length*length - 2*dot + 1
	if rest <= 1e-12 {
		return 0
	}
	return (dot - 1) / math.Sqrt(rest)
}

// sum adds up the unit vectors of rows. Its terms are in order of weight, the
// heaviest first.
func (v view) sum(rows []int32) centroid {
	se := v.se
	c := centroid{terms: make([]int32, 0, 256)}
	v.addUp(&c, rows)
	slices.SortFunc(c.terms, func(a, b int32) int {
		switch x, y := se.total[a], se.total[b]; {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return int(a) - int(b)
	})
	c.weight = make([]float64, len(c.terms))
	for k, j := range c.terms {
		c.weight[k] = se.total[j]
		c.length += se.total[j] * se.total[j]
		se.total[j] = 0
	}
	c.length = math.Sqrt(c.length)
	return c
}

// plainSum is sum without an order of its terms, and without the length.
func (v view) plainSum(rows []int32) centroid {
	var c centroid
	v.addUp(&c, rows)
	c.weight = make([]float64, len(c.terms))
	for k, j := range c.terms {
		c.weight[k] = v.se.total[j]
		v.se.total[j] = 0
	}
	return c
}

// addUp sets the terms of c to those of rows, and leaves their sums in the scratch.
func (v view) addUp(c *centroid, rows []int32) {
	total := v.se.total
	for _, i := range rows {
		v.eachWeight(i, func(term int32, w float64) {
			if total[term] == 0 {
				c.terms = append(c.terms, term)
			}
			total[term] += w
		})
	}
}

// eachWeight visits the terms of a report's unit vector.
func (v view) eachWeight(row int32, visit func(term int32, w float64)) {
	norm := v.se.norm[row]
	if norm == 0 {
		return
	}
	cols, values := v.se.s.row(int(row))
	for k, j := range cols {
		if idf := v.se.idf[j]; idf > 0 {
			visit(j, damped(values[k])*idf/norm)
		}
	}
}

// contrast scans only the reports that hold the lead term, or a word of the concept:
// recent ones score by their likeness to the other recent ones less their likeness to
// the earlier ones, and earlier ones likewise. It needs 4 recent and 5 earlier reports.
func (v view) contrast(g seed, recent centroid) (Candidate, bool) {
	earlier := g.holders[:len(g.holders)-g.recent]
	m, k := float64(len(g.rows)), float64(len(earlier))
	if len(g.rows) < 4 || len(earlier) < 5 {
		return Candidate{}, false
	}
	old := v.plainSum(earlier)
	a, b := v.se.spread(0, recent), v.se.spread(1, old)
	scores := make([]scored, 0, len(g.rows)+len(earlier))
	for _, row := range earlier {
		toRecent, toOld := v.dots(row, a, b)
		scores = append(scores, scored{row, toRecent/m - (toOld-1)/(k-1)})
	}
	for _, row := range g.rows {
		toRecent, toOld := v.dots(row, a, b)
		scores = append(scores, scored{row, (toRecent-1)/(m-1) - toOld/k})
	}
	v.se.wipe(0, recent)
	v.se.wipe(1, old)
	return v.choose(Contrast, g, recent, scores)
}

// spread writes a centroid's weights by term into one of the scratch vectors.
func (se *Searcher) spread(which int, c centroid) []float64 {
	out := se.dense[which]
	for k, j := range c.terms {
		out[j] = c.weight[k]
	}
	return out
}

// wipe makes a scratch vector zero again.
func (se *Searcher) wipe(which int, c centroid) {
	for _, j := range c.terms {
		se.dense[which][j] = 0
	}
}

// dots gives y·A and y·B.
func (v view) dots(row int32, a, b []float64) (dotA, dotB float64) {
	v.eachWeight(row, func(term int32, w float64) {
		dotA += w * a[term]
		dotB += w * b[term]
	})
	return dotA, dotB
}

// choose makes the candidate of the reports that are at least as like as the
// limit at which recent ones are most unusually many.
func (v view) choose(source Source, g seed, c centroid, scores []scored) (Candidate, bool) {
	floor := [...]float64{Centroid: minLikeness, Contrast: 0, Focus: math.Inf(-1)}[source]
	cand := Candidate{Source: source, Window: v.weeks, Lead: g.terms[0], Kinds: g.kinds, Looks: g.looks}
	var ok bool
	if cand.Tau, cand.Scan, cand.Before, ok = v.limit(g, scores, floor); !ok {
		return Candidate{}, false
	}
	var in []scored
	for _, s := range scores {
		if s.score >= cand.Tau {
			in = append(in, s)
			cand.Alike = append(cand.Alike, s.row)
		}
	}
	slices.SortStableFunc(in, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	citeFrom := v.se.rowsUntil(v.asOf - incident.Day(7*v.se.c.CiteWeeks))
	for _, s := range in {
		if int(s.row) >= v.from {
			cand.Members = append(cand.Members, s.row)
		}
		if int(s.row) >= citeFrom {
			cand.Cite = append(cand.Cite, s.row)
		}
	}
	if len(cand.Members) < v.se.c.MinReports || !v.fromEnough(cand.Members) {
		return Candidate{}, false
	}
	cand.Terms = leading(g, c)
	v.measure(&cand, g, c, in, scores)
	return cand, true
}

// limit finds the likeness tau at which recent reports most outnumber what the
// earlier ones predict, by −log10 P, and how many earlier ones are as like. The
// limits tried are the likenesses of the seed's reports above floor, from the
// MinReports-th highest down. scores are in order of row.
func (v view) limit(g seed, scores []scored, floor float64) (tau, best float64, before int, ok bool) {
	at := from(scores, v.from)
	var limits, recent []float64
	for _, s := range scores[at:] {
		if _, isMember := slices.BinarySearch(g.rows, s.row); isMember && s.score > floor {
			limits = append(limits, s.score)
		}
	}
	if len(limits) < v.se.c.MinReports {
		return 0, 0, 0, false
	}
	slices.Sort(limits)
	for _, s := range scores[at:] {
		if s.score >= limits[0] {
			recent = append(recent, s.score)
		}
	}
	slices.Sort(recent)
	most := len(limits) - v.se.c.MinReports
	least := most + 1
	for least > 0 && atLeast(recent, limits[least-1]) <= 4*len(g.rows) {
		least-- // lower limits only let in more
	}
	if least > most {
		return 0, -1, 0, false
	}
	earlier := countAtLeast(scores[:at], limits[least:])
	exposure, history := float64(v.n-v.from), float64(v.from)
	best = -1
	for k := most; k >= least; k-- {
		x, h := atLeast(recent, limits[k]), earlier[k-least]
		if l := tail(float64(x), float64(h), exposure, history); l > best {
			tau, best, before = limits[k], l, h
		}
	}
	return tau, best, before, best >= 0
}

// countAtLeast gives, for each of the ascending limits, how many scores are at least that.
func countAtLeast(scores []scored, limits []float64) []int {
	out := make([]int, len(limits))
	for _, s := range scores {
		if s.score >= limits[0] {
			k, found := slices.BinarySearch(limits, s.score)
			if !found {
				k--
			}
			for found && k+1 < len(limits) && limits[k+1] == s.score {
				k++ // the last of equal limits
			}
			out[k]++
		}
	}
	for k := len(out) - 1; k > 0; k-- {
		out[k-1] += out[k]
	}
	return out
}

// atLeast counts the scores ≥ t of an ascending list.
func atLeast(ascending []float64, t float64) int {
	i, _ := slices.BinarySearch(ascending, t)
	return len(ascending) - i
}

// from gives where the scores of rows ≥ row begin.
func from(scores []scored, row int) int {
	i, _ := slices.BinarySearchFunc(scores, int32(row), func(s scored, r int32) int { return int(s.row) - int(r) })
	return i
}

// leading gives the seed's strongest term, the commonest other words of its concept, its
// other terms, then the centroid's heaviest, 12 at most.
func leading(g seed, c centroid) []int32 {
	out := slices.Clone(g.terms[:1])
	for _, j := range slices.Concat(g.kinds[:min(len(g.kinds), leadingKinds)], g.terms, c.terms) {
		if len(out) >= 12 {
			break
		}
		if !slices.Contains(out, j) {
			out = append(out, j)
		}
	}
	return out
}
