package emerging

import "psims/datasets/incident"

// KindOf gives the words of a word's kind as of a day, likest first.
func (se *Searcher) KindOf(word int32, asOf incident.Day) []int32 {
	n := se.rowsUntil(asOf)
	se.weigh(n)
	var out []int32
	for _, r := range se.kinOf(n).of(se.focus.wordOf[word]) {
		out = append(out, se.s.Order.Term(r.word))
	}
	return out
}

// AboutOf gives the reports that hold a word, as of a day, and how much each is about it.
func (se *Searcher) AboutOf(word int32, asOf incident.Day) (rows []int32, about []float64) {
	n := se.rowsUntil(asOf)
	se.weigh(n)
	v := view{se: se, asOf: asOf, n: n}
	rows = se.held(word, 0, n)
	g := seed{terms: []int32{word}, key: word, holders: rows}
	for _, s := range v.about(g, v.ownWords(g)) {
		about = append(about, s.score)
	}
	return rows, about
}

// LikenessOf gives, as of a day, how like each report is to the reports of each group,
// asked for all together and one after the other, and as the definition has it.
func (se *Searcher) LikenessOf(groups [][]int32, asOf incident.Day) (together, single, defined [][]float64) {
	n := se.rowsUntil(asOf)
	se.weigh(n)
	v := view{se: se, asOf: asOf, n: n}
	byRow := func(list []scored) []float64 {
		out := make([]float64, n)
		for _, s := range list {
			out[s.row] = s.score
		}
		return out
	}
	var centroids []centroid
	for _, rows := range groups {
		centroids = append(centroids, v.sum(rows))
	}
	for _, list := range se.likeness(n, centroids) {
		together = append(together, byRow(list))
	}
	for k := range centroids {
		single = append(single, byRow(se.likeness(n, centroids[k:k+1])[0]))
		c := se.spread(0, centroids[k])
		cosines := make([]float64, n)
		for i := range cosines {
			if dot, _ := v.dots(int32(i), c, c); dot/centroids[k].length > minLikeness {
				cosines[i] = dot / centroids[k].length
			}
		}
		se.wipe(0, centroids[k])
		defined = append(defined, cosines)
	}
	return together[:len(groups)], single, defined
}

// AddBoth adds one term's worth to the sums of a band with and without the kernel, and
// gives both with how many postings each went through; the second is nil where the
// processor has no kernel.
func AddBoth(rows []int32, times []uint8, weights [8]float64, from, size int) (plain, fast [][8]float64, wentPlain, wentFast int) {
	t := laneTerm{weight: weights}
	plain = make([][8]float64, size)
	wentPlain = t.addPlainly(plain, rows, times, from)
	if fastKernel && len(rows) > 0 {
		fast = make([][8]float64, size)
		wentFast = t.add(fast, rows, times, from)
	}
	return plain, fast, wentPlain, wentFast
}

// Postings gives the reports of each term that at least so many hold, and how often each holds it.
func (s *Stream) Postings(least int) (rows [][]int32, times [][]uint8) {
	for _, p := range s.invert(least) {
		rows, times = append(rows, p.rows), append(times, p.times)
	}
	return rows, times
}
