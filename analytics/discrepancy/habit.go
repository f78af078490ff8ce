package discrepancy

import (
	"cmp"
	"math"
	"slices"

	"psims/internal/parallel"
)

// Habit is how an organisation grades, beside how others would grade its texts. It is
// a question about grading: it does not say how safe the care is.
type Habit struct {
	Organisation string
	Events       int
	// Shift moves the log odds of every step of the scale; below 0 it grades lower
	// than others. It is shrunk towards 0, the more so the fewer its events.
	Shift    float64
	Interval [2]float64 // 95 %
	Recorded float64    // mean grade, from 0 for none to 4 for fatal
	Expected float64    // mean grade that others would have given
	Z        float64    // how far its grades lie from those expected, in standard deviations of chance and of organisations
	P        float64    // at most the chance of grades so low or lower, whatever the number of events
	Q        float64    // false discovery rate, over all organisations
}

// habits are the habits of all organisations.
type habits struct {
	found   []Habit
	without []float32 // by event: its organisation's shift, judged without it
}

// The spread of organisations is looked for in so many rounds, from a start that
// suits the differences between organisations that national audits report.
const (
	habitRounds = 12
	startSpread = .25 // variance of the shifts
	leastSpread = 1e-3
	// An organisation counts for at most two standard deviations, so that one that
	// grades everything alike does not make all others look alike: Huber (1964), proposal 2.
	mostSpreads = 4
	ofNormal    = .9205 // mean of min(z², 4) for normal z
	surest      = 1e-6  // no probability of a step is nearer to 0 or 1
)

// odds gives the odds of reaching each of the four steps.
func odds(p []float32) (o [grades - 1]float64) {
	above := 0.0
	for g := grades - 1; g > 0; g-- {
		above += float64(p[g])
		v := min(1-surest, max(surest, above))
		o[g-1] = v / (1 - v)
	}
	return o
}

// shifted gives the probabilities of the grades with the log odds of every step moved.
func shifted(p []float32, shift float64) (out [grades]float64) {
	w, above := math.Exp(shift), 1.0
	for g, o := range odds(p) {
		reach := o * w / (1 + o*w)
		out[g] = above - reach
		above = reach
	}
	out[grades-1] = above
	return out
}

// slope gives the derivative of the log likelihood of a grade by its shift, and how
// much is known of it: the second derivative, with its sign turned.
func slope(p []float32, grade int, w float64) (first, second float64) {
	o := odds(p)
	first = 1
	if grade > 0 {
		r := o[grade-1] * w / (1 + o[grade-1]*w)
		first -= r
		second += r * (1 - r)
	} else {
		first = 0
	}
	if grade < grades-1 {
		r := o[grade] * w / (1 + o[grade]*w)
		first -= r
		second += r * (1 - r)
	}
	return first, second
}

// habits judges the organisations.
func (e *events) habits() *habits {
	members, names := e.organisations()
	shift, known := make([]float64, len(members)), make([]float64, len(members))
	spread := startSpread
	for range habitRounds {
		parallel.Blocks(len(members), 8, func(_, from, until int) {
			for o := from; o < until; o++ {
				shift[o], known[o] = e.step(members[o], shift[o], spread)
			}
		})
		sum := 0.0
		for o := range members {
			sum += min(shift[o]*shift[o]+1/(known[o]+1/spread), mostSpreads*spread)
		}
		if len(members) > 1 {
			spread = max(leastSpread, sum/float64(len(members))/ofNormal)
		}
	}
	h := &habits{without: make([]float32, len(e.rows)), found: make([]Habit, len(members))}
	parallel.Blocks(len(members), 8, func(_, from, until int) {
		for o := from; o < until; o++ {
			w, precision := math.Exp(shift[o]), known[o]+1/spread
			for _, i := range members[o] {
				// One step of Newton's method takes the event out again.
				first, second := slope(e.p[int(i)*grades:(int(i)+1)*grades], e.recorded(int(i)), w)
				h.without[i] = float32(shift[o] - first/(precision-second))
			}
			h.found[o] = e.habit(names[o], members[o], spread)
			h.found[o].Shift = shift[o]
			sd := 1 / math.Sqrt(precision)
			h.found[o].Interval = [2]float64{shift[o] - 1.96*sd, shift[o] + 1.96*sd}
		}
	})
	slices.SortFunc(h.found, func(a, b Habit) int {
		return cmp.Or(cmp.Compare(a.P, b.P), cmp.Compare(a.Organisation, b.Organisation))
	})
	least := 1.0
	for at := len(h.found) - 1; at >= 0; at-- {
		least = min(least, h.found[at].P*float64(len(h.found))/float64(at+1))
		h.found[at].Q = least
	}
	return h
}

// organisations gives the events of each organisation, in an order that does not
// depend on that of the rows, and its name; events without one belong to none.
func (e *events) organisations() (members [][]int32, names []string) {
	byCode := make([][]int32, len(e.t.Organisation.Names))
	for i, row := range e.rows {
		code := e.t.Organisation.Codes[row]
		byCode[code] = append(byCode[code], int32(i))
	}
	codes := make([]int, len(byCode))
	for code := range codes {
		codes[code] = code
	}
	slices.SortFunc(codes, func(a, b int) int { return cmp.Compare(e.t.Organisation.Names[a], e.t.Organisation.Names[b]) })
	for _, code := range codes {
		if rows := byCode[code]; len(rows) > 0 && e.t.Organisation.Names[code] != "" {
			slices.SortFunc(rows, func(a, b int32) int { return cmp.Or(cmp.Compare(e.id(int(a)), e.id(int(b))), cmp.Compare(a, b)) })
			members, names = append(members, rows), append(names, e.t.Organisation.Names[code])
		}
	}
	return members, names
}

// step moves an organisation's shift one step of Newton's method towards the
// likeliest, and says how much its events know of it.
func (e *events) step(members []int32, shift, spread float64) (moved, known float64) {
	sum, w := -shift/spread, math.Exp(shift)
	for _, i := range members {
		first, second := slope(e.p[int(i)*grades:(int(i)+1)*grades], e.recorded(int(i)), w)
		sum += first
		known += second
	}
	// A step of more than 1 would overshoot where all grades are alike.
	return shift + max(-1, min(1, sum/(known+1/spread))), known
}

// habit describes an organisation but for its shift. P is the bound of Bernstein for
// a sum of slopes, none of which is over 1: it holds for a single event as well.
func (e *events) habit(name string, members []int32, spread float64) Habit {
	h := Habit{Organisation: name, Events: len(members)}
	sum, variance := 0.0, 0.0
	for _, i := range members {
		p := e.p[int(i)*grades : (int(i)+1)*grades]
		for g, v := range p {
			first, _ := slope(p, g, 1)
			variance += float64(v) * first * first
			if g == e.recorded(int(i)) {
				sum += first
			}
		}
		h.Recorded += float64(e.recorded(int(i))) / float64(len(members))
		for g, v := range p {
			h.Expected += float64(g) * float64(v) / float64(len(members))
		}
	}
	// The variance of a sum of slopes is also what it knows of the shift, so that a
	// shift of that spread moves the sum by its square times the spread.
	variance += variance * variance * spread
	h.Z = sum / math.Sqrt(max(1e-12, variance))
	h.P = 1
	if sum < 0 {
		h.P = math.Exp(-sum * sum / 2 / (variance - sum/3))
	}
	return h
}
