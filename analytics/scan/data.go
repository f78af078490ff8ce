package scan

import (
	"fmt"
	"math"
	"slices"
)

// Data is what is scanned. Week 0 is the oldest, Weeks−1 the one that is over
// last; all windows end with it. Every place must have been observed in every
// week: leave out those that were not, or the weeks in which they were not.
type Data struct {
	Weeks    int
	Places   int
	Week     []int32   // of each report
	Place    []int32   // of each report
	Group    []int32   // of each report: the organisation that sent it; nil: all one. Permutation only
	Case     []bool    // of each report. Bernoulli only
	Baseline []float64 // Weeks×Places, row-major: what to expect up to a common factor. Poisson only
}

// check panics on broken shapes and returns an error for data that the model
// can't be used on.
func (d *Data) check(c Config) error {
	n := len(d.Week)
	if len(d.Place) != n || d.Group != nil && len(d.Group) != n || d.Case != nil && len(d.Case) != n {
		panic(fmt.Sprintf("scan: %d weeks, %d places, %d groups, %d cases", n, len(d.Place), len(d.Group), len(d.Case)))
	}
	for i := range n {
		if uint(d.Week[i]) >= uint(d.Weeks) || uint(d.Place[i]) >= uint(d.Places) {
			panic(fmt.Sprintf("scan: report %d of week %d, place %d in %d weeks × %d places", i, d.Week[i], d.Place[i], d.Weeks, d.Places))
		}
		if d.Group != nil && d.Group[i] < 0 {
			panic(fmt.Sprintf("scan: report %d of group %d", i, d.Group[i]))
		}
	}
	if d.Weeks <= c.MaxWeeks {
		return fmt.Errorf("scan: windows of up to %d weeks leave none of %d to compare with: set MaxWeeks to at most %d", c.MaxWeeks, d.Weeks, d.Weeks-1)
	}
	switch c.Model {
	case Permutation:
		if c.Exchange != Reports && d.Group == nil && n > 0 {
			return fmt.Errorf("scan: filings are those of a Group: give the organisation of each report, or set Exchange to Reports")
		}
	case Bernoulli:
		if d.Case == nil && n > 0 {
			return fmt.Errorf("scan: the Bernoulli model needs Case")
		}
	case Poisson:
		return d.checkBaseline()
	}
	return nil
}

func (d *Data) checkBaseline() error {
	if len(d.Baseline) != d.Weeks*d.Places {
		panic(fmt.Sprintf("scan: %d baselines for %d weeks × %d places", len(d.Baseline), d.Weeks, d.Places))
	}
	for i, b := range d.Baseline {
		if !(b >= 0 && b <= maxBaseline) {
			return fmt.Errorf("scan: the baseline of place %d in week %d is %v: it must be a number of at least 0", i%d.Places, i/d.Places, b)
		}
	}
	for i := range d.Week {
		if d.Baseline[int(d.Week[i])*d.Places+int(d.Place[i])] == 0 {
			return fmt.Errorf("scan: place %d has reports in week %d, where its baseline is 0: give it a small one", d.Place[i], d.Week[i])
		}
	}
	return nil
}

// maxBaseline keeps sums of baselines finite.
const maxBaseline = 1e200

// events gives how many reports count as events: the cases, under Bernoulli.
func (d *Data) events(m Model) int {
	if m != Bernoulli {
		return len(d.Week)
	}
	n := 0
	for _, is := range d.Case {
		if is {
			n++
		}
	}
	return n
}

// capped leaves out reports so that one filing adds at most m + spread·√m, and at
// least atLeast, reports of a place, where m is the mean of the group's filings
// for that place but for the largest of them. Else a batch of one kind, today's or
// one of the past dated anew, would outweigh all else. As m does not hang on which
// filing has which date, the exchange remains exact.
func (d *Data) capped(spread float64) (out *Data, keep []bool) {
	const atLeast = 2
	order := sorted(sorted(sorted(identity(len(d.Week)), d.Week), d.Place), d.Group)
	filings := d.filings()
	keep = make([]bool, len(d.Week))
	var sizes []int // reports of one place in each filing of one group that has any
	for from := 0; from < len(order); {
		first := order[from]
		sizes = sizes[:0]
		until := from
		for ; until < len(order) && d.Group[order[until]] == d.Group[first] && d.Place[order[until]] == d.Place[first]; until++ {
			if until == from || d.Week[order[until]] != d.Week[order[until-1]] {
				sizes = append(sizes, 0)
			}
			sizes[len(sizes)-1]++
		}
		others := max(1, float64(filings[d.Group[first]]-1))
		mean := float64(until-from-slices.Max(sizes)) / others
		most := max(atLeast, int(math.Ceil(mean+spread*math.Sqrt(mean))))
		for _, size := range sizes {
			for k := range size {
				keep[order[from+k]] = k < most
			}
			from += size
		}
	}
	out = &Data{Weeks: d.Weeks, Places: d.Places}
	for i, kept := range keep {
		if kept {
			out.Week, out.Place, out.Group = append(out.Week, d.Week[i]), append(out.Place, d.Place[i]), append(out.Group, d.Group[i])
		}
	}
	return out, keep
}

// filings counts the weeks in which each group reported.
func (d *Data) filings() []int32 {
	order := sorted(sorted(identity(len(d.Week)), d.Week), d.Group)
	var out []int32
	for k, i := range order {
		for int(d.Group[i]) >= len(out) {
			out = append(out, 0)
		}
		if k == 0 || d.Group[order[k-1]] != d.Group[i] || d.Week[order[k-1]] != d.Week[i] {
			out[d.Group[i]]++
		}
	}
	return out
}
