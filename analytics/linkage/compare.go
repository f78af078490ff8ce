package linkage

import (
	"math"
	"slices"
)

// Level fields: those compared by how far apart two reports are.
const (
	occurredField = iota
	reportedField
	regionField
	ageField
	textField
	levelFields
)

const (
	missing   = 0xff
	maxLevels = 9
	copied    = maxLevels - 1 // the level of texts that are copies of one
)

// levelField is a field with its levels, nearest first but for text, which goes
// from unlike to copy.
type levelField struct {
	name   string
	levels []string
	start  []float64 // what is expected of a match before anything is learnt
}

var levelled = [levelFields]levelField{
	{"occurred", []string{"same day", "1 day apart", "2 or 3 days", "4 to 7 days", "8 to 14 days", "15 to 31 days", "over 31 days"}, []float64{.75, .1, .06, .04, .02, .02, .01}},
	{"reported", []string{"same day", "1 or 2 days apart", "3 to 7 days", "8 to 14 days", "15 to 31 days", "32 to 92 days", "over 92 days"}, []float64{.4, .25, .15, .08, .06, .04, .02}},
	{"region", []string{"same", "another"}, []float64{.8, .2}},
	{"age", []string{"same", "within a year", "within 5 years", "over 5 years"}, []float64{.9, .06, .02, .02}},
	{"text", []string{"as unlike as half of chance pairs", "as three quarters", "more like than 75 in 100", "than 90 in 100", "than 97 in 100", "than 99 in 100", "than 998 in 1,000", "than 9,997 in 10,000", "copy"}, []float64{.12, .1, .1, .12, .16, .12, .08, .05, .15}},
}

var (
	occurredSteps = []int32{0, 1, 3, 7, 14, 31}
	reportedSteps = []int32{0, 2, 7, 14, 31, 92}
	// LFPSE counts ages in months of 31 days and years of 372.
	ageSteps = []int32{31, 372, 5 * 372}
	// textCuts are the quantiles of chance pairs between the levels of likeness.
	textCuts = []float64{.5, .75, .9, .97, .99, .998, .9997}
)

// step gives the first level whose limit reaches d, away from 0.
func step(limits []int32, d int32) uint8 {
	d = max(d, -d)
	for k, l := range limits {
		if d <= l {
			return uint8(k)
		}
	}
	return uint8(len(limits))
}

// comparison is what two reports agree on.
type comparison struct {
	levels  [levelFields]uint8 // text's is set by textLevel
	cosine  float32
	surpass float32 // log2 of how rare the wording of a copy is: at most 0; 0 unless a copy
}

// compare compares two reports but for their codes.
func (r *reports) compare(p pair) comparison {
	var c comparison
	for k := range c.levels {
		c.levels[k] = missing
	}
	i, j := p.i, p.j
	if r.occurred[i] && r.occurred[j] {
		c.levels[occurredField] = step(occurredSteps, r.day[j]-r.day[i]-p.shift)
	}
	// Organisations that report in batches file far events together: the nearer of
	// both gaps keeps chance pairs as near as they can be.
	raw := r.reported[j] - r.reported[i]
	c.levels[reportedField] = min(step(reportedSteps, raw), step(reportedSteps, raw-p.shift))
	if r.region[i] != 0 && r.region[j] != 0 && p.block >= Elsewhere {
		c.levels[regionField] = 1
		if r.region[i] == r.region[j] {
			c.levels[regionField] = 0
		}
	}
	if r.age[i] >= 0 && r.age[j] >= 0 {
		// An age in years says no more of a day.
		c.levels[ageField] = step(ageSteps, r.age[j]-r.age[i])
	}
	r.compareText(&c, i, j)
	return c
}

// compareText weighs the shared words by their rarity: the cosine, with something
// added to the lengths so that two short texts with one word in common are not
// alike. For copies it takes how many others have the wording too.
func (r *reports) compareText(c *comparison, i, j int32) {
	if r.length[i] == 0 || r.length[j] == 0 {
		return
	}
	c.levels[textField] = 0
	dot, shared := r.overlap(r.wordsOf(i), r.wordsOf(j))
	product := r.length[i] * r.length[j]
	c.cosine = dot / (product + r.shrink)
	if dot < copyShare*product {
		return
	}
	share, frequency := r.resemblance(i, j)
	if share < copyShare {
		return
	}
	c.levels[textField] = copied
	// Neither of the two counts itself, and no copy says more than half of the
	// bits of its words: words of a text are not independent.
	others := (float64(frequency) - 2 + .5) / float64(len(r.row))
	c.surpass = float32(max(math.Log2(max(others, .5/float64(len(r.row)))), -float64(shared)/2))
}

// overlap gives the sum of the squared and of the plain bits of the words that both texts hold.
func (r *reports) overlap(a, b []int32) (square, sum float32) {
	for x, y := 0, 0; x < len(a) && y < len(b); {
		switch {
		case a[x] < b[y]:
			x++
		case a[x] > b[y]:
			y++
		default:
			bits := r.bits[a[x]]
			square += bits * bits
			sum += bits
			x, y = x+1, y+1
		}
	}
	return square, sum
}

// textLevel sets the level of the text from its cosine, unless it is a copy.
func (c *comparison) textLevel(cuts []float32) {
	if c.levels[textField] == 0 {
		level, _ := slices.BinarySearch(cuts, c.cosine)
		c.levels[textField] = uint8(level)
	}
}

// key names a cell of a coded field: values that stand side by side in the two
// reports of a pair. Blocks of days, of words and of elsewhere are apart, for
// chance is another in each, and so are the pairs of systems.
type key struct {
	group int32 // kind of block × system × system
	a, b  int32
}

func (r *reports) group(p pair) (group int32, swapped bool) {
	s, t := r.system[p.i], r.system[p.j]
	if s > t {
		s, t, swapped = t, s, true
	}
	n := int32(len(r.systems))
	return (int32(p.block/pairwise)*n+s)*n + t, swapped
}

// key gives the cell of a pair; false when either value is missing.
func (f *coded) key(r *reports, p pair) (key, bool) {
	a, b := f.codes[p.i], f.codes[p.j]
	if a == 0 || b == 0 {
		return key{}, false
	}
	group, swapped := r.group(p)
	if swapped || r.system[p.i] == r.system[p.j] && f.rank[a] > f.rank[b] {
		a, b = b, a
	}
	return key{group, a, b}, true
}

// expected gives the share of independent pairs in a cell, and whether both
// systems use both values, so that two different ones disagree rather than translate.
func (f *coded) expected(k key, systems int32) (share float64, common bool) {
	s, t := k.group/systems%systems, k.group%systems
	share = f.share[s][k.a] * f.share[t][k.b]
	if s == t && k.a != k.b {
		share *= 2
	}
	return share, f.share[s][k.b] > 0 && f.share[t][k.a] > 0
}

// proven says whether two reports have what it takes to be one event, beyond the
// sum of the weights.
//
// Where shared wording is why they are compared, wording that is merely alike
// proves too little: one fault of a device tells the same story in many places, and
// those are what the engine is to find. They must be copies, or be of one day and
// one age. And where it isn't known when an event was, that two reports were filed
// together is no reason to join them: they must be copies.
func (c *comparison) proven(b Block) bool {
	switch {
	case c.levels[textField] == copied:
		return true
	case b.words():
		return c.levels[occurredField] == 0 && c.levels[ageField] == 0
	}
	return c.levels[occurredField] != missing
}
