package emerging

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"

	"psims/datasets/incident"
)

// view is one window of one day: rows [from, n) are in the window, [0, from) before it.
type view struct {
	se      *Searcher
	asOf    incident.Day
	weeks   int
	from, n int
	senders senders
}

// seed is a group of terms that the same window reports hold.
type seed struct {
	terms   []int32   // strongest first; of a concept the word that most of the reports hold
	tails   []float64 // −log10 P of each
	rows    []int32   // window reports that hold the strongest
	holders []int32   // all reports that do, the window's last
	recent  int       // how many of them are the window's
	key     int32     // the strongest, with concepts numbered after the terms
	kinds   []int32   // of a concept, the words that rows hold, the commonest first; nil of a term
	looks   int       // terms that were looked at
}

// maxTail bounds −log10 P: beyond it the incomplete beta function underflows.
const maxTail = 300

// tail gives −log10 P(X ≥ a) for X predicted from b events in an exposure H, in
// an exposure N: negative binomial, a Poisson count whose rate has a gamma
// posterior with shape b+½ and rate H. P is I_{N/(N+H)}(a, b+½).
func tail(a, b, exposure, history float64) float64 {
	if a <= 0 {
		return 0
	}
	p := mathext.RegIncBeta(a, b+0.5, exposure/(exposure+history))
	if p <= 0 {
		return maxTail
	}
	return min(maxTail, max(0, -math.Log10(p)))
}

const (
	minExcess   = 1.25 // a seed's rate in the window is at least this multiple of its rate before
	minSeedTail = 1.0  // and its tail at least this
	seedOverlap = 0.6  // seeds that share so much of the larger one's reports are one group
	// A seed whose reports nearly all hold a stronger seed adds words and no reports:
	// without this, one loud issue's many words would crowd a quieter issue out.
	seedContained = 0.8
	groupMembers  = 8 // terms kept for a group
)

// seeds finds the terms and concepts that the window holds unusually often and groups those
// that stand in the same reports.
func (v view) seeds() []seed {
	se, c := v.se, v.se.c
	count := map[int32]int32{}
	for i := v.from; i < v.n; i++ {
		cols, _ := se.s.row(i)
		for _, j := range cols {
			if se.idf[j] > 0 {
				count[j]++
			}
		}
	}
	exposure, history := float64(v.n-v.from), float64(v.from)
	type candidate struct {
		key  int32
		tail float64
	}
	var best []candidate
	looks := 0
	look := func(key, a, df int32) {
		looks++
		b := float64(df - a)
		if float64(a)/exposure <= minExcess*(b+0.5)/history {
			return
		}
		if l := tail(float64(a), b, exposure, history); l >= minSeedTail && v.fromEnough(v.windowRows(key)) {
			best = append(best, candidate{key, l})
		}
	}
	for j, a := range count {
		if int(a) >= c.MinReports {
			look(j, a, se.df[j])
		}
	}
	concepts, held := v.conceptsHeld(c.MinReports)
	for k, key := range concepts {
		look(key, held[k], se.under.df[int(key)-se.s.Terms.Cols])
	}
	slices.SortFunc(best, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.tail, a.tail), cmp.Compare(a.key, b.key))
	})
	var groups []seed
	// Concepts have tries and places of their own: words that chance brought are many.
	tries, places := [2]int{c.MaxTerms, c.MaxTerms}, [2]int{c.MaxGroups, c.MaxConcepts}
next:
	for _, t := range best {
		kind := 0
		if int(t.key) >= se.s.Terms.Cols {
			kind = 1
		}
		if tries[kind]--; tries[kind] < 0 {
			continue
		}
		rows := v.windowRows(t.key)
		kinds := v.kindsIn(t.key, rows)
		term := t.key
		if kinds != nil {
			term = kinds[0]
		}
		for g := range groups {
			shared := float64(intersection(groups[g].rows, rows))
			if shared >= seedOverlap*float64(max(len(rows), len(groups[g].rows))) || shared >= seedContained*float64(len(rows)) {
				if len(groups[g].terms) < groupMembers && !slices.Contains(groups[g].terms, term) {
					groups[g].terms = append(groups[g].terms, term)
					groups[g].tails = append(groups[g].tails, t.tail)
				}
				continue next
			}
		}
		if places[kind]--; places[kind] >= 0 {
			groups = append(groups, seed{terms: []int32{term}, tails: []float64{t.tail}, rows: rows,
				holders: se.held(t.key, 0, v.n), recent: len(rows), key: t.key, kinds: kinds, looks: looks})
		}
	}
	return groups
}

// windowRows gives the window's reports that hold a seed term, oldest first.
func (v view) windowRows(key int32) []int32 {
	return v.se.held(key, v.from, v.n)
}

// organisations counts the senders of rows; reports without one count as one sender.
func (v view) organisations(rows []int32) int {
	seen := make(map[int32]bool, len(rows))
	for _, i := range rows {
		seen[v.se.s.Organisation[i]] = true
	}
	return len(seen)
}

// fromEnough tells whether rows come from enough organisations.
func (v view) fromEnough(rows []int32) bool {
	var seen []int32
	fewest := v.senders.fewest(len(rows), v.se.c.MinOrganisations)
	for _, i := range rows {
		if o := v.se.s.Organisation[i]; !slices.Contains(seen, o) {
			if seen = append(seen, o); len(seen) >= fewest {
				return true
			}
		}
	}
	return false
}

// intersection counts what two ascending lists share.
func intersection(a, b []int32) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			n, i, j = n+1, i+1, j+1
		}
	}
	return n
}
