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

// centroid is the sum of some reports' unit vectors, cut to its heaviest terms.
type centroid struct {
	terms  []int32
	weight []float64
	length float64 // of the cut vector
	count  float64 // reports summed
}

const minLikeness = 0.05 // below it a report shares little but common words

// scan gives the candidates that a seed leads to, at most one of each source.
func (v view) scan(g seed) []Candidate {
	d := g.rows
	c := v.sum(d)
	if c.length == 0 {
		return nil
	}
	scores := v.likeness(c)
	// A member is compared with the other members: its own part of the centroid
	// is taken out.
	for i := range scores {
		if _, isMember := slices.BinarySearch(d, scores[i].row); isMember {
			scores[i].score = leaveOut(scores[i].score*c.length, v.ownPart(scores[i].row, c), c.length)
		}
	}
	var out []Candidate
	if cand, ok := v.choose(Centroid, g, c, scores); ok {
		out = append(out, cand)
	}
	if cand, ok := v.contrast(g, c); ok {
		out = append(out, cand)
	}
	return out
}

// leaveOut gives the likeness of a member to the centroid of the others. dot is
// y·C, own is |y|² over C's terms: the vector of the others is C−y, whose
// squared length is |C|² − 2 y·C + own.
func leaveOut(dot, own, length float64) float64 {
	rest := length*length - 2*dot + own
	if rest <= 1e-12 {
		return 0
	}
	return (dot - own) / math.Sqrt(rest)
}

// sum adds up the unit vectors of rows and keeps the heaviest terms.
func (v view) sum(rows []int32) centroid {
	total := map[int32]float64{}
	for _, i := range rows {
		v.eachWeight(i, func(term int32, w float64) { total[term] += w })
	}
	terms := make([]int32, 0, len(total))
	for j := range total {
		terms = append(terms, j)
	}
	slices.SortFunc(terms, func(a, b int32) int {
		return cmp.Or(cmp.Compare(total[b], total[a]), cmp.Compare(a, b))
	})
	terms = terms[:min(len(terms), v.se.c.CentroidTerms)]
	c := centroid{terms: terms, weight: make([]float64, len(terms)), count: float64(len(rows))}
	for k, j := range terms {
		c.weight[k] = total[j]
		c.length += total[j] * total[j]
	}
	c.length = math.Sqrt(c.length)
	return c
}

// eachWeight visits the terms of a report's unit vector.
func (v view) eachWeight(row int32, visit func(term int32, w float64)) {
	norm := v.se.norm[row]
	if norm == 0 {
		return
	}
	cols, values := v.se.s.Terms.Row(int(row))
	for k, j := range cols {
		if idf := v.se.idf[j]; idf > 0 {
			visit(j, (1+math.Log(float64(values[k])))*idf/norm)
		}
	}
}

// likeness gives the cosine of every report before row n to c, for those above
// minLikeness, in order of row. Cost: the length of the postings of c's terms.
func (v view) likeness(c centroid) []scored {
	se := v.se
	se.seen = se.seen[:0]
	for k, j := range c.terms {
		p := &se.posts[j]
		w := c.weight[k] / c.length * se.idf[j]
		for i, row := range p.rows[:p.before(v.n)] {
			if se.acc[row] == 0 {
				se.seen = append(se.seen, row)
			}
			se.acc[row] += w * float64(p.weight[i])
		}
	}
	slices.Sort(se.seen)
	var out []scored
	for _, row := range se.seen {
		if s := se.acc[row] / se.norm[row]; s > minLikeness {
			out = append(out, scored{row, s})
		}
		se.acc[row] = 0
	}
	return out
}

// ownPart gives |y|² of a report over the terms of c.
func (v view) ownPart(row int32, c centroid) float64 {
	sum := 0.0
	v.eachWeight(row, func(term int32, w float64) {
		if slices.Contains(c.terms, term) {
			sum += w * w
		}
	})
	return sum
}

// contrast scans only the reports that hold the lead term: recent ones score by
// their likeness to the other recent ones less their likeness to the earlier
// ones, and earlier ones likewise. It needs 4 recent and 5 earlier reports.
func (v view) contrast(g seed, recent centroid) (Candidate, bool) {
	p := &v.se.posts[g.terms[0]]
	earlier := p.rows[:p.before(v.from)]
	m, k := float64(len(g.rows)), float64(len(earlier))
	if len(g.rows) < 4 || len(earlier) < 5 {
		return Candidate{}, false
	}
	old := v.sum(earlier)
	a, b := recent.dense(), old.dense()
	scores := make([]scored, 0, len(g.rows)+len(earlier))
	for _, row := range earlier {
		toRecent, toOld, own := v.dots(row, a, b)
		scores = append(scores, scored{row, toRecent/m - (toOld-own.b)/(k-1)})
	}
	for _, row := range g.rows {
		toRecent, toOld, own := v.dots(row, a, b)
		scores = append(scores, scored{row, (toRecent-own.a)/(m-1) - toOld/k})
	}
	return v.choose(Contrast, g, recent, scores)
}

func (c centroid) dense() map[int32]float64 {
	out := make(map[int32]float64, len(c.terms))
	for k, j := range c.terms {
		out[j] = c.weight[k]
	}
	return out
}

// dots gives y·A, y·B, and |y|² over the terms of each.
func (v view) dots(row int32, a, b map[int32]float64) (dotA, dotB float64, own struct{ a, b float64 }) {
	v.eachWeight(row, func(term int32, w float64) {
		if x, in := a[term]; in {
			dotA += w * x
			own.a += w * w
		}
		if x, in := b[term]; in {
			dotB += w * x
			own.b += w * w
		}
	})
	return dotA, dotB, own
}

// choose finds the likeness at which recent reports most outnumber what the
// earlier ones predict, and makes the candidate.
func (v view) choose(source Source, g seed, c centroid, scores []scored) (Candidate, bool) {
	var recent, earlier, members []float64
	for _, s := range scores {
		if int(s.row) < v.from {
			earlier = append(earlier, s.score)
			continue
		}
		recent = append(recent, s.score)
		if _, isMember := slices.BinarySearch(g.rows, s.row); isMember {
			members = append(members, s.score)
		}
	}
	descending := func(a, b float64) int { return cmp.Compare(b, a) }
	slices.SortFunc(recent, descending)
	slices.SortFunc(earlier, descending)
	slices.SortFunc(members, descending)
	exposure, history := float64(v.n-v.from), float64(v.from)
	best, tau, h := -1.0, 0.0, 0
	floor := minLikeness
	if source == Contrast {
		floor = 0
	}
	for _, t := range members[min(len(members), v.se.c.MinReports-1):] {
		if t <= floor {
			break
		}
		x, before := atLeast(recent, t), atLeast(earlier, t)
		if x > 4*len(g.rows) {
			continue
		}
		if l := tail(x, float64(before), exposure, history); l > best {
			best, tau, h = l, t, before
		}
	}
	if best < 0 {
		return Candidate{}, false
	}
	cand := Candidate{Source: source, Window: v.weeks, Lead: g.terms[0], Tau: tau, Looks: g.looks}
	var in []scored
	for _, s := range scores {
		if s.score >= tau {
			in = append(in, s)
			cand.Alike = append(cand.Alike, s.row)
		}
	}
	slices.Sort(cand.Alike)
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
	if len(cand.Members) < v.se.c.MinReports || v.organisations(cand.Members) < v.se.c.MinOrganisations {
		return Candidate{}, false
	}
	cand.Terms = leading(g, c)
	cand.Scan, cand.Before = best, h
	v.measure(&cand, g, c, in, scores)
	return cand, true
}

// atLeast counts the scores ≥ t of a descending list.
func atLeast(descending []float64, t float64) int {
	n, _ := slices.BinarySearchFunc(descending, t, func(s, t float64) int {
		if s >= t {
			return -1
		}
		return 1
	})
	return n
}

// leading gives the seed's terms, then the centroid's heaviest, 12 at most.
func leading(g seed, c centroid) []int32 {
	out := slices.Clone(g.terms)
	for _, j := range c.terms {
		if len(out) >= 12 {
			break
		}
		if !slices.Contains(out, j) {
			out = append(out, j)
		}
	}
	return out
}
