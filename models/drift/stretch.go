package drift

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"sort"

	"gonum.org/v1/gonum/stat/distuv"
)

// stretches is how many windows of its size a reference should hold, so that they
// can say how much windows vary. Of a larger window a tenth of the reference is
// taken: smaller stretches vary more, which is on the safe side.
const stretchCount = 10

// leastStretches is how many are too few to say.
const leastStretches = 5

// stretch is a run of the reference's blocks, set against all the others.
type stretch struct {
	view
	rest     sums
	from, to int32 // its first and last block
}

// cut gives every run of blocks, one beginning at each block, that holds at least so
// many rows of a basis, and for how many that do not overlap there is room. Runs
// that hold more are thinned by chance, so that they vary as windows of that size do.
func (r *Reference) cut(b basis, rows int64, seed uint64) (runs []stretch, apart float64) {
	whole := r.whole()
	all := b.rows(whole)
	size := min(rows, all/stretchCount)
	if size < 1 {
		return nil, 0
	}
	var blocks []int32
	for _, at := range slices.Sorted(maps.Keys(r.blocks)) {
		if b.rows(r.blocks[at]) > 0 {
			blocks = append(blocks, at)
		}
	}
	held := newSums(len(r.names))
	until, lengths := 0, 0
	for i, at := range blocks {
		for until < len(blocks) && b.rows(held) < size {
			held.add(r.blocks[blocks[until]], 1)
			until++
		}
		if b.rows(held) < size {
			break
		}
		run := stretch{view: view{sums: slices.Clone(held)}, rest: slices.Clone(whole), from: at, to: blocks[until-1]}
		run.rest.add(held, -1)
		runs = append(runs, run)
		lengths += until - i
		held.add(r.blocks[at], -1)
	}
	if len(runs) == 0 {
		return nil, 0
	}
	apart = float64(len(blocks)) / (float64(lengths) / float64(len(runs)))
	if b == ofTexts {
		r.unknown(runs)
	}
	source := rand.NewPCG(seed, uint64(b))
	for i := range runs {
		runs[i].thin(float64(size)/float64(b.rows(runs[i].sums)), source)
	}
	return runs, apart
}

// unknown fills in what each run holds that the rest does not: the words all of
// whose texts lie within it. Both ends of runs ascend, so the runs that hold a word
// stand side by side.
func (r *Reference) unknown(runs []stretch) {
	tokens, words := make([]int64, len(runs)+1), make([]int64, len(runs)+1)
	for _, w := range r.words {
		if w.tokens == 0 {
			continue
		}
		from := sort.Search(len(runs), func(i int) bool { return runs[i].to >= w.last })
		until := sort.Search(len(runs), func(i int) bool { return runs[i].from > w.first })
		if from >= until {
			continue
		}
		tokens[from] += w.tokens
		tokens[until] -= w.tokens
		words[from] += w.texts
		words[until] -= w.texts
	}
	t, n := int64(0), int64(0)
	for i := range runs {
		t += tokens[i]
		n += words[i]
		runs[i].newTokens, runs[i].newWords = t, n
	}
}

// thin keeps each row with a chance. Shares of words are left as they are.
func (s *stretch) thin(keep float64, source rand.Source) {
	if keep >= 1 {
		return
	}
	draw := func(n int64) int64 {
		if n <= 0 {
			return 0
		}
		return int64(distuv.Binomial{N: float64(n), P: keep, Src: source}.Rand())
	}
	for i := atAbstained; i < len(s.sums); i++ {
		if i >= atLabelled && i < atClasses {
			continue // labelled rows are drawn below, right and wrong apart
		}
		s.sums[i] = draw(s.sums[i])
	}
	for b := range sureBins {
		right := draw(s.right()[b])
		wrong := draw(s.labelled()[b] - s.right()[b])
		s.right()[b], s.labelled()[b] = right, right+wrong
	}
}

// limits is how far a measure may go.
type limits struct {
	usual          float64 // median of the stretches
	watch, changed [2]float64
	over           int // stretches beyond the limits for watching
}

// limitsOf sets limits from the values of stretches, of which so many do not
// overlap, so that a further window passes them at the given rates: the bounds of
// the next value of a normal sample, on the measure's scale.
func (g gauge) limitsOf(values []float64, apart, noise, watchRate, changedRate float64) limits {
	mean, spread := 0.0, 0.0
	for _, v := range values {
		mean += v / float64(len(values))
	}
	for _, v := range values {
		spread += (v - mean) * (v - mean) / float64(len(values)-1)
	}
	spread = math.Max(math.Sqrt(spread), noise) * math.Sqrt(1+1/apart)
	law := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: apart - 1}
	bounds := func(rate float64) [2]float64 {
		if g.side == both {
			rate /= 2
		}
		reach := law.Quantile(1-rate) * spread
		out := [2]float64{math.Inf(-1), math.Inf(1)}
		if g.side != high {
			out[0] = mean - reach
		}
		if g.side != low {
			out[1] = mean + reach
		}
		return out
	}
	l := limits{watch: bounds(watchRate), changed: bounds(changedRate)}
	for _, v := range values {
		if beyond(v, l.watch) {
			l.over++
		}
	}
	sorted := slices.Sorted(slices.Values(values))
	l.usual = sorted[len(sorted)/2]
	return l
}

func beyond(v float64, bounds [2]float64) bool { return v < bounds[0] || v > bounds[1] }
