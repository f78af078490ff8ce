package emerging

import "psims/datasets/incident"

// KindOf gives the words of a word's kind as of a day, likest first.
func (se *Searcher) KindOf(word int32, asOf incident.Day) []int32 {
	se.weigh(se.rowsUntil(asOf))
	var out []int32
	for _, r := range se.findKin().of(word) {
		out = append(out, r.word)
	}
	return out
}

// AboutOf gives the reports that hold a word, as of a day, and how much each is about it.
func (se *Searcher) AboutOf(word int32, asOf incident.Day) (rows []int32, about []float64) {
	n := se.rowsUntil(asOf)
	se.weigh(n)
	v := view{se: se, asOf: asOf, n: n}
	rows = se.posts[word].rows[:se.posts[word].before(n)]
	for _, s := range v.about(word, rows) {
		about = append(about, s.score)
	}
	return rows, about
}
