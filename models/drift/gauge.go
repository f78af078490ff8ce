package drift

import (
	"math"
)

// view is what a measure looks at: the sums of a window or of a stretch of the
// reference, and its tokens and words that the rest of the reference does not hold.
type view struct {
	sums
	newTokens, newWords int64
}

// basis says which rows a measure is of.
type basis uint8

const (
	ofTexts basis = iota
	ofPredictions
	ofLabelled
	bases
)

// rows counts those rows.
func (b basis) rows(s sums) int64 {
	switch b {
	case ofTexts:
		return s[atTexts]
	case ofPredictions:
		return total(s.classes())
	}
	return total(s.labelled())
}

// side says which way a measure may not go.
type side uint8

const (
	high side = iota
	low
	both
)

// question is what several measures ask in different ways. They go up and down
// together, so that a question counts once in sharing out the rate of false alarms.
type question uint8

const (
	vocabulary question = iota
	length
	mix
	confidence
	accuracy
)

// kinship is the scale on which a measure is judged, where windows vary by about
// as much to either side.
type kinship uint8

const (
	// share is of rows or tokens: log odds.
	share kinship = iota
	// square is a distance that goes as the square of differences: its cube root,
	// which makes chi-square laws nearly normal (Wilson and Hilferty 1931).
	square
	// plain is a distance that goes as differences: the cube root of its square.
	plain
)

// gauge is one measure of a view against the rest of the reference.
type gauge struct {
	name    string
	says    string // what it is, for a sentence
	asks    question
	basis   basis
	side    side
	kinship kinship
	// value gives the measure, and for a count the number that it is a share of; 0 for a mean.
	value func(v view, rest sums, g grouping) (value, of float64)
}

// gauges lists all measures, in the order of a report.
var gauges = [...]gauge{
	{"unknown_tokens", "share of words that are new", vocabulary, ofTexts, high, share, func(v view, _ sums, _ grouping) (float64, float64) {
		return ratio(v.newTokens, v.sums[atTokens]), float64(v.sums[atTokens])
	}},
	{"unknown_words", "share of words that are new, each counted once a text", vocabulary, ofTexts, high, share, func(v view, _ sums, _ grouping) (float64, float64) {
		return ratio(v.newWords, v.sums[atWords]), float64(v.sums[atWords])
	}},
	{"length_ks", "largest difference of the distributions of length", length, ofTexts, high, plain, func(v view, rest sums, _ grouping) (float64, float64) {
		return kolmogorov(v.lengths(), rest.lengths()), 0
	}},
	{"length_psi", "population stability index of length", length, ofTexts, high, square, func(v view, rest sums, g grouping) (float64, float64) {
		psi, _ := stability(g.sum(v.lengths()), g.sum(rest.lengths()))
		return psi, 0
	}},
	{"class_psi", "population stability index of predicted labels", mix, ofPredictions, high, square, func(v view, rest sums, _ grouping) (float64, float64) {
		psi, _ := stability(v.classes(), rest.classes())
		return psi, 0
	}},
	{"class_chi2", "chi-square of predicted labels, a row", mix, ofPredictions, high, square, func(v view, rest sums, _ grouping) (float64, float64) {
		return chiSquare(v.classes(), rest.classes()), 0
	}},
	{"abstention", "share of texts on which the model abstains", confidence, ofPredictions, both, share, func(v view, _ sums, _ grouping) (float64, float64) {
		n := total(v.classes())
		return ratio(v.sums[atAbstained], n), float64(n)
	}},
	{"confidence", "mean probability of the predicted label", confidence, ofPredictions, both, share, func(v view, _ sums, _ grouping) (float64, float64) {
		return meanSure(v.sure()), 0
	}},
	{"estimated_accuracy", "accuracy estimated without labels", confidence, ofPredictions, low, share, func(v view, rest sums, _ grouping) (float64, float64) {
		return thresholded(v.sure(), rest.labelled(), rest.right()), 0
	}},
	{"agreement", "share of labelled texts on which people and model agree", accuracy, ofLabelled, low, share, func(v view, _ sums, _ grouping) (float64, float64) {
		n := total(v.labelled())
		return ratio(total(v.right()), n), float64(n)
	}},
}

func ratio(part, whole int64) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// scale gives a value on the scale on which it is judged.
func (g gauge) scale(value, of float64) float64 {
	switch g.kinship {
	case square:
		return math.Cbrt(value)
	case plain:
		return math.Cbrt(value * value)
	}
	if of > 0 { // half a row more on either side keeps 0 and 1 on the scale
		value = (value*of + .5) / (of + 1)
	}
	value = math.Min(1-1e-6, math.Max(1e-6, value))
	return math.Log(value / (1 - value))
}

// unscale is the way back; a bound that is not judged becomes the end of the range.
func (g gauge) unscale(x float64) float64 {
	switch g.kinship {
	case square:
		return math.Max(0, x*x*x)
	case plain:
		return math.Pow(math.Max(0, x), 1.5)
	}
	return 1 / (1 + math.Exp(-x))
}

// noise is the least standard error that a value has on its scale.
func (g gauge) noise(value, of float64) float64 {
	switch {
	case g.kinship != share:
		return 1e-3
	case of > 0:
		return math.Sqrt(1/(value*of+.5) + 1/((1-value)*of+.5))
	}
	return 1e-3
}

// kolmogorov gives the largest difference of two cumulated shares.
func kolmogorov(a, b []int64) float64 {
	n, m := total(a), total(b)
	x, y := int64(0), int64(0)
	most := 0.0
	for i := range a {
		x += a[i]
		y += b[i]
		most = math.Max(most, math.Abs(ratio(x, n)-ratio(y, m)))
	}
	return most
}

// shrunk gives the shares q of the reference, half a row added to each bin, and
// the shares p of a window, pulled towards q by one row a bin: an empty bin is then
// news only as far as there are rows to say so.
func shrunk(window, reference []int64) (p, q []float64) {
	n, m, k := float64(total(window)), float64(total(reference)), float64(len(window))
	p, q = make([]float64, len(window)), make([]float64, len(window))
	for i := range p {
		q[i] = (float64(reference[i]) + .5) / (m + .5*k)
		p[i] = (float64(window[i]) + k*q[i]) / (n + k)
	}
	return p, q
}

// stability gives the population stability index Σ (p−q)·ln(p/q) of shrunk shares,
// and the part of each bin.
func stability(window, reference []int64) (psi float64, parts []float64) {
	p, q := shrunk(window, reference)
	parts = make([]float64, len(p))
	for i := range p {
		parts[i] = (p[i] - q[i]) * math.Log(p[i]/q[i])
		psi += parts[i]
	}
	return psi, parts
}

// fewExpected is how many rows of a bin must be expected for it to stand alone in a
// chi-square: a single row of a label that is hardly ever there would outweigh all else.
const fewExpected = 5

// chiSquare gives Σ (p−q)²/q of shrunk shares, bins where few rows are expected joined into one.
func chiSquare(window, reference []int64) float64 {
	p, q := shrunk(window, reference)
	n := float64(total(window))
	sum, rareP, rareQ := 0.0, 0.0, 0.0
	for i := range p {
		if n*q[i] < fewExpected {
			rareP += p[i]
			rareQ += q[i]
			continue
		}
		sum += (p[i] - q[i]) * (p[i] - q[i]) / q[i]
	}
	if rareQ > 0 {
		sum += (rareP - rareQ) * (rareP - rareQ) / rareQ
	}
	return sum
}

func meanSure(sure []int64) float64 {
	sum, n := 0.0, 0.0
	for b, c := range sure {
		sum += sureOf(b) * float64(c)
		n += float64(c)
	}
	return sum / math.Max(1, n)
}

// thresholded estimates the accuracy of predictions whose labels nobody knows: the
// share of confidences above the threshold above which, where labels are known, the
// share of confidences is the accuracy. Bins are parted evenly.
//
// Source: Garg et al. (2022), Leveraging unlabeled data to predict
// out-of-distribution performance (average thresholded confidence), with the
// probability of the predicted label as score.
func thresholded[N int64 | float64](sure, labelled, right []N) float64 {
	n, wrong := 0.0, 0.0
	for b := range labelled {
		n += float64(labelled[b])
		wrong += float64(labelled[b] - right[b])
	}
	below, all := 0.0, 0.0
	left := wrong // labelled rows still to be left under the threshold
	for b := range sure {
		all += float64(sure[b])
		here := float64(labelled[b])
		switch {
		case left >= here:
			below += float64(sure[b])
			left -= here
		case left > 0:
			below += float64(sure[b]) * left / here
			left = 0
		}
		if left == 0 {
			left = -1 // bins above are above the threshold, empty ones too
		}
	}
	if n == 0 || all == 0 {
		return 0
	}
	if wrong == 0 {
		return 1
	}
	return 1 - below/all
}

// grouping joins bins of length into groups that hold about a tenth of the
// reference each: group[i] is that of bin i.
type grouping struct {
	group []int
	count int
}

func tenths(lengths []int64) grouping {
	g := grouping{group: make([]int, len(lengths))}
	n, sofar, last := total(lengths), int64(0), 0
	for i, c := range lengths {
		// A bin belongs to the tenth in which its middle row lies.
		tenth := 0
		if n > 0 {
			tenth = int(min(9, (sofar+c/2)*10/n))
		}
		if i > 0 && tenth > last {
			g.count++
		}
		g.group[i], last = g.count, tenth
		sofar += c
	}
	g.count++
	return g
}

func (g grouping) sum(counts []int64) []int64 {
	out := make([]int64, g.count)
	for i, c := range counts {
		out[g.group[i]] += c
	}
	return out
}
