// Package emerging looks for issues that are new: small sets of recent reports
// that tell of the same thing, in words that few earlier reports use, from
// several organisations.
//
// In go the terms of each report, its day and its organisation ([Stream]); out
// come [Candidate] sets with the measurements that a reader, or a triage model,
// needs to judge them. Nothing is read of a report but what stood in the stream
// at the as-of day: document frequencies, weights and history are all of that
// day, so that a replay of the past is honest.
//
// The search has three steps for each of several windows. Seeds are terms that
// the window holds more often than a gamma-Poisson prediction from the history
// allows, and concepts of which it holds words so: there may be too many reports of
// lips, teeth and tongues together, and of none of them alone. A centroid scan
// gathers the reports that resemble a seed's reports, each compared with the others
// and never with itself, and finds the degree of likeness at which recent reports
// most outnumber earlier ones. A contrast scan
// asks the same within the reports that use the seed's term: which of them are
// unlike the earlier ones. A focus scan asks which of them are about the term, and
// not about several things of its kind. A concept's seed leads to these two only: its
// words are known, and what resembles its reports is no more of the kind than they are.
// Reports from fewer senders than unrelated ones would come from count as fewer
// ([Measures].Evidence).
//
// All scans are fair: where nothing is new, recent reports do not seem more like
// each other than earlier ones. What chance still gives is found by searching the
// same stream with its dates exchanged ([Stream.Exchanged]).
//
// Sources: DuMouchel (1999) for the gamma-Poisson prediction; Kulldorff (1997)
// for scanning over thresholds and taking the most unusual; Christophe, Velcin et
// al. (2019, arXiv 1909.05099) for the task.
package emerging

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"psims/datasets/incident"
	"psims/internal/parallel"
	"psims/nlp/concept"
	"psims/nlp/features"
	"psims/nlp/sparse"
)

// Stream is n reports in the order in which they were reported. It is read-only.
type Stream struct {
	// How often each term occurs in each report, v columns: whole numbers, of which
	// more than 255 count as 255.
	Terms *sparse.CSR
	// By report, its row of Terms, so that a stream of some reports shares the matrix
	// of all; nil when report i is row i.
	Rows         []int32
	Day          []incident.Day // ascending
	Organisation []int32        // code of the sender; 0 is not recorded
	// By term, the words of a pair of neighbours: the one before and the last, as
	// terms. −1 first for what is no pair. nil when not known: no focus scan.
	Parts [][2]int32
	// By row of Terms, the words in their order. nil when not known: no focus scan.
	Order *features.Order
	// Which terms stand under which concepts; nil for no seeds but terms.
	Concepts *concept.Set
}

// Config are the settings of the search.
type Config struct {
	Windows          []int // weeks
	MinReports       int   // fewest window reports a seed or a candidate may have
	MinOrganisations int   // fewest organisations they must come from; fewer where unrelated reports do
	MinHistoryWeeks  int   // a window is searched only when this many weeks precede it
	MinDocuments     int   // a term counts when at least so many reports hold it, as of the day
	MaxTerms         int   // seed terms tried for each window, and as many concepts
	MaxGroups        int   // groups led by a term taken for each window
	MaxConcepts      int   // and led by a concept
	CiteWeeks        int   // weeks of reports that a candidate cites
}

// Default gives the settings that a study on planted themes found to work.
func Default() Config {
	return Config{Windows: []int{2, 4, 8, 13}, MinReports: 3, MinOrganisations: 3, MinHistoryWeeks: 8,
		MinDocuments: 3, MaxTerms: 150, MaxGroups: 30, MaxConcepts: 8, CiteWeeks: 8}
}

// Validate says what is wrong with the settings.
func (c Config) Validate() error {
	switch {
	case len(c.Windows) == 0:
		return fmt.Errorf("emerging: no window")
	case slices.Min(c.Windows) < 1:
		return fmt.Errorf("emerging: window of %d weeks", slices.Min(c.Windows))
	case c.MinReports < 2 || c.MinOrganisations < 1 || c.MinDocuments < 1:
		return fmt.Errorf("emerging: at least 2 reports, 1 organisation and 1 document are needed")
	case c.MaxTerms < 1 || c.MaxGroups < 1 || c.MaxConcepts < 0 || c.CiteWeeks < 1:
		return fmt.Errorf("emerging: every limit must be at least 1, or 0 for no concepts")
	}
	return nil
}

// Source says which scan found a candidate.
type Source uint8

const (
	Centroid Source = iota // reports like the seed's reports
	Contrast               // of the reports with the seed's term, those unlike the earlier ones
	Focus                  // of the reports with the seed's term, those about it and nothing else of its kind
)

// String gives the English name.
func (s Source) String() string { return [...]string{"centroid", "contrast", "focus"}[s] }

// Candidate is a set of recent reports that may be one emerging issue.
type Candidate struct {
	Source  Source
	Window  int     // weeks
	Lead    int32   // the seed term that stands out most; of a concept, the word that most of the seed's reports hold
	Kinds   []int32 // the words of a concept that the seed's reports hold, the commonest first; nil for a seed of a term
	Terms   []int32 // the seed's terms, most unusual first, then the centroid's heaviest
	Members []int32 // rows in the window, most typical first
	Cite    []int32 // rows of the last CiteWeeks weeks, most typical first
	Alike   []int32 // every row that is at least as like, oldest first
	Tau     float64 // likeness from which a report is a member
	Looks   int     // terms of the window that could have led to a candidate: how often chance had a try
	Measures
}

// Measures are what is known of a candidate, as of the day.
type Measures struct {
	TermTail      float64 // −log10 P of the lead term's count
	NextTail      float64 // the same summed over the seed's next two terms
	Scan          float64 // −log10 P of the members' count, the best of the limits tried
	Observed      int     // members
	Expected      float64 // from the history: (h+½)·N/H
	Before        int     // earlier reports at least as like
	Organisations int
	LargestShare  float64 // largest organisation's share of the members
	MeanScore     float64 // mean likeness of the members
	Novelty       float64 // mean likeness of members less that of as many nearest earlier reports
	Dispersion    float64 // log of (variance+½)/(mean+½) of earlier counts in blocks of the window
	PeakRatio     float64 // log of (members+½)/(largest earlier block+½)
	BlockShare    float64 // share of earlier blocks with at least as many
	Season        float64 // log of the rate a year before to the overall rate; 0 with under a year
	Rarity        float64 // idf of the lead term
	LeadShare     float64 // lead term's share of the centroid's squared length
	NearDuplicate float64 // mean of the two highest pairwise likenesses
	Cohesion      float64 // mean pairwise likeness of members
	NewerHalf     float64 // share of members in the newer half of the window
	WithLead      float64 // share of members that hold the lead term
	MeanTerms     float64 // log of the mean number of terms of members
	Spread        float64 // log of members over the seed's reports
	Independent   float64 // how many reports, each from a sender drawn at random, come from so many organisations
	Evidence      float64 // −log10 P of the independent reports' count
}

// told gives the row of Terms that report i is.
func (s *Stream) told(i int) int {
	if s.Rows != nil {
		return int(s.Rows[i])
	}
	return i
}

// row gives the terms of report i and how often each occurs.
func (s *Stream) row(i int) (terms []int32, counts []float32) {
	return s.Terms.Row(s.told(i))
}

// Until gives the number of reports on or before a day.
func (s *Stream) Until(day incident.Day) int {
	i, _ := slices.BinarySearchFunc(s.Day, day+1, func(a, b incident.Day) int { return int(a) - int(b) })
	return i
}

// Searcher holds a stream's inverted index: 5 bytes for every entry of its terms,
// beside the terms themselves, which it shares. It is safe for one goroutine at a
// time, uses several itself, and may be asked for any days in any order.
type Searcher struct {
	s      *Stream
	c      Config
	posts  []posting // by term
	df     []int32   // documents before row `at`
	under  underCounts
	idf    []float64
	norm   []float64 // length of each report's weighted vector
	at     int
	kin    *kin // of the latest day asked for; nil until then
	beside beside
	focus  focusScratch
	total  []float64    // scratch by term, zero between uses
	dense  [2][]float64 // two more of them
	alike  alikeScratch
}

// posting lists the reports that hold a term, oldest first, and how often each does.
// It is empty for a term of too few reports ever to count, unless a concept counts it.
type posting struct {
	rows  []int32
	times []uint8
}

// NewSearcher indexes a stream. Cost: one pass over the terms.
//
// Panics if the stream's slices are of the wrong length, or the days not ascending.
func NewSearcher(s *Stream, c Config) (*Searcher, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	n := len(s.Day)
	if rows := s.Terms.Rows(); s.Rows == nil && rows != n || s.Rows != nil && len(s.Rows) != n {
		panic(fmt.Sprintf("emerging: %d days for %d reports, %d of %d rows", n, n, len(s.Rows), rows))
	}
	if len(s.Organisation) != n {
		panic(fmt.Sprintf("emerging: %d days and %d organisations for %d reports", len(s.Day), len(s.Organisation), n))
	}
	if s.Order != nil && s.Order.Texts() != s.Terms.Rows() {
		panic(fmt.Sprintf("emerging: words of %d reports for %d rows", s.Order.Texts(), s.Terms.Rows()))
	}
	if s.Parts != nil && len(s.Parts) != s.Terms.Cols {
		panic(fmt.Sprintf("emerging: parts of %d terms for %d", len(s.Parts), s.Terms.Cols))
	}
	if s.Concepts != nil && len(s.Concepts.Of) != s.Terms.Cols {
		panic(fmt.Sprintf("emerging: concepts of %d terms for %d", len(s.Concepts.Of), s.Terms.Cols))
	}
	if !slices.IsSorted(s.Day) {
		panic("emerging: reports are not in order of day")
	}
	return newSearcher(s, c), nil
}

// newSearcher is NewSearcher of what is known to be right.
func newSearcher(s *Stream, c Config) *Searcher {
	se := &Searcher{s: s, c: c, posts: s.invert(c.MinDocuments), under: newUnderCounts(s.Concepts), df: make([]int32, s.Terms.Cols),
		idf: make([]float64, s.Terms.Cols), norm: make([]float64, len(s.Day)), at: -1, total: make([]float64, s.Terms.Cols)}
	se.focus = newFocusScratch(s)
	for k := range se.dense {
		se.dense[k] = make([]float64, s.Terms.Cols)
	}
	return se
}

// invert lists the reports of each term that at least so many reports hold. Each
// goroutine takes a stretch of the reports; where it writes follows from how often the
// stretches before it hold a term.
func (s *Stream) invert(least int) []posting {
	n, terms := len(s.Day), s.Terms.Cols
	span := max(1, (n+parallel.Workers()-1)/parallel.Workers())
	next := make([][]int64, (n+span-1)/span) // by stretch and term: first the count, then the place to write to
	parallel.Blocks(n, span, func(_, from, until int) {
		counts := make([]int64, terms)
		for i := from; i < until; i++ {
			columns, _ := s.row(i)
			for _, j := range columns {
				counts[j]++
			}
		}
		next[from/span] = counts
	})
	posts := make([]posting, terms)
	bounds := make([]int64, terms+1)
	for j := range terms {
		total := int64(0)
		for _, counts := range next {
			total += counts[j]
		}
		at, kept := bounds[j], total >= int64(least) || s.Concepts != nil && len(s.Concepts.Of[j]) > 0
		for _, counts := range next {
			if counts[j], at = at, at+counts[j]; !kept {
				counts[j] = -1
			}
		}
		if bounds[j+1] = at; !kept {
			bounds[j+1] = bounds[j]
		}
	}
	rows, times := make([]int32, bounds[terms]), make([]uint8, bounds[terms])
	for j := range posts {
		from, until := bounds[j], bounds[j+1]
		posts[j] = posting{rows[from:until:until], times[from:until:until]}
	}
	parallel.Blocks(n, span, func(_, from, until int) {
		at := next[from/span]
		for i := from; i < until; i++ {
			columns, values := s.row(i)
			for k, j := range columns {
				if place := at[j]; place >= 0 {
					rows[place], times[place] = int32(i), times8(values[k])
					at[j]++
				}
			}
		}
	})
	return posts
}

// before gives how many of the posting's reports stand before row n.
func (p *posting) before(n int) int {
	i, _ := slices.BinarySearch(p.rows, int32(n))
	return i
}

// row gives the report of a posting, one beyond all behind the last.
func (p *posting) row(at int) int32 {
	if at < len(p.rows) {
		return p.rows[at]
	}
	return math.MaxInt32
}

// weigh sets document frequencies, weights and lengths to those of the first n reports.
func (se *Searcher) weigh(n int) {
	if se.at == n {
		return
	}
	if n < se.at {
		clear(se.df)
		se.under.clear()
		se.at = 0
	}
	for i := max(0, se.at); i < n; i++ {
		terms, _ := se.s.row(i)
		for _, j := range terms {
			se.df[j]++
		}
		se.under.add(terms)
	}
	for j, df := range se.df {
		se.idf[j] = 0
		if int(df) >= se.c.MinDocuments {
			se.idf[j] = math.Log((1+float64(n))/(1+float64(df))) + 1
		}
	}
	parallel.Blocks(n, 4096, func(_, from, until int) {
		for i := from; i < until; i++ {
			terms, values := se.s.row(i)
			sum := 0.0
			for k, j := range terms {
				w := damped(values[k]) * se.idf[j]
				sum += w * w
			}
			se.norm[i] = math.Sqrt(sum)
		}
	})
	se.at = n
}

// rowsUntil gives the number of reports on or before d.
func (se *Searcher) rowsUntil(d incident.Day) int { return se.s.Until(d) }

// Search gives the candidates of the day, most unusual first. Reports after
// asOf have no influence.
func (se *Searcher) Search(asOf incident.Day) []Candidate {
	n := se.rowsUntil(asOf)
	if n == 0 {
		return nil
	}
	se.weigh(n)
	expected := se.expectSenders(n, asOf)
	var places, ofKinds []place // of terms, of concepts
	for _, weeks := range se.c.Windows {
		from := se.rowsUntil(asOf - incident.Day(7*weeks))
		if from == 0 || int(asOf-se.s.Day[0])+1 < 7*(weeks+se.c.MinHistoryWeeks) {
			continue
		}
		v := view{se: se, asOf: asOf, weeks: weeks, from: from, n: n, senders: expected}
		for _, g := range v.seeds() {
			for _, part := range v.split(g) {
				if part.kinds != nil {
					ofKinds = append(ofKinds, place{v, part})
				} else {
					places = append(places, place{v, part})
				}
			}
		}
	}
	at := make([][]Candidate, len(places))
	for some := range slices.Chunk(besides(places), lanes) {
		centroids := make([]centroid, len(some))
		for k, p := range some {
			centroids[k] = places[p].view.sum(places[p].rows)
		}
		scores := se.likeness(n, centroids)
		for k, p := range some {
			at[p] = places[p].scan(places[p].seed, centroids[k], scores[k])
		}
	}
	found := slices.Concat(at...)
	for _, p := range ofKinds {
		found = append(found, p.within(p.seed, p.view.sum(p.rows))...)
	}
	slices.SortStableFunc(found, func(a, b Candidate) int {
		switch {
		case a.Scan > b.Scan:
			return -1
		case a.Scan < b.Scan:
			return 1
		}
		return 0
	})
	return found
}

// place is where to look: a seed in its window.
type place struct {
	view
	seed
}

// besides gives the numbers of the places, those of the same seed in several windows beside
// each other: they share many words, and what is read once serves them all.
func besides(places []place) []int {
	out := make([]int, len(places))
	for k := range out {
		out[k] = k
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(places[a].key, places[b].key) })
	return out
}

// logarithms are 1 + ln n.
var logarithms = func() (out [256]float64) {
	for n := 1; n < len(out); n++ {
		out[n] = 1 + math.Log(float64(n))
	}
	return out
}()

// rounded are the logarithms as the index weighs them.
var rounded = func() (out [256]float64) {
	for n, l := range logarithms {
		out[n] = float64(float32(l))
	}
	return out
}()

// times8 gives a term's count in a report, 255 at most.
func times8(count float32) uint8 { return uint8(min(count, 255)) }

// damped gives 1 + ln of a term's count in a report.
func damped(count float32) float64 { return logarithms[times8(count)] }
