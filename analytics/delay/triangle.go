package delay

import (
	"fmt"
	"slices"

	"psims/datasets/incident"
	"psims/datasets/tally"
)

// Triangle counts events by the week in which they occurred, the weeks until they
// were reported and stratum, as known at the end of AsOf.
//
// A week is delayed 0 when it was reported by the day of the week on which AsOf
// falls after the week's end, 1 when in the seven days after, and so on; so the
// last column is a whole week, whatever day AsOf is.
type Triangle struct {
	AsOf     incident.Day
	Weeks    []incident.Day // Mondays, ascending, no gap; the last is the last whole week by AsOf
	Strata   []tally.Stratum
	MaxDelay int     // reports later than so many weeks are not part of the final count
	counts   []int32 // strata × weeks × (MaxDelay+1)
}

// NewTriangle returns an empty triangle of the weeks from that of from until the
// last whole week by asOf. from is a day from which on every report is known: a
// week that began before would lack its first reports.
//
// Panics if there is no whole week or maxDelay is below 1.
func NewTriangle(from, asOf incident.Day, strata []tally.Stratum, maxDelay int) *Triangle {
	first, last := from.Monday(), (asOf - 6).Monday()
	if first < from {
		first += 7
	}
	if last < first || maxDelay < 1 {
		panic(fmt.Sprintf("delay: weeks from %v until %v, delays up to %d weeks", from, asOf, maxDelay))
	}
	t := &Triangle{AsOf: asOf, Strata: strata, MaxDelay: maxDelay}
	for w := first; w <= last; w += 7 {
		t.Weeks = append(t.Weeks, w)
	}
	t.counts = make([]int32, len(strata)*len(t.Weeks)*(maxDelay+1))
	return t
}

// Add counts one event of stratum s (an index into Strata), and tells whether it
// did: not what was reported after AsOf, or before it occurred, or too late to be
// part of the final count, or occurred outside the weeks or on a day not recorded.
func (t *Triangle) Add(occurred, reported incident.Day, s int) bool {
	if !occurred.Known() || !reported.Known() || reported > t.AsOf || reported < occurred || occurred < t.Weeks[0] {
		return false
	}
	w := int(occurred-t.Weeks[0]) / 7
	if w >= len(t.Weeks) {
		return false
	}
	last := t.Weeks[len(t.Weeks)-1]
	d := 0
	if late := int(reported - t.Weeks[w] - (t.AsOf - last)); late > 0 {
		d = (late + 6) / 7
	}
	if d > t.MaxDelay {
		return false
	}
	t.counts[(s*len(t.Weeks)+w)*(t.MaxDelay+1)+d]++
	return true
}

// row gives the counts of stratum s, weeks × (MaxDelay+1).
func (t *Triangle) row(s int) []int32 {
	size := len(t.Weeks) * (t.MaxDelay + 1)
	return t.counts[s*size : (s+1)*size]
}

// Received gives the last day until which reports came in as usual: asOf, or the
// day of the last report where no report has come for longer than it ever took
// from one report to the next in the year before. Make the triangle as of that
// day, so that a load that failed is not taken for fewer events. reported is
// ascending; days after asOf are not looked at.
func Received(reported []incident.Day, asOf incident.Day) incident.Day {
	n, _ := slices.BinarySearch(reported, asOf+1)
	if n <= leastReports {
		return asOf
	}
	last, longest := reported[n-1], incident.Day(0)
	for i := n - 1; i > 0 && last-reported[i] < 365; i-- {
		longest = max(longest, reported[i]-reported[i-1])
	}
	if asOf-last > longest {
		return last
	}
	return asOf
}

// leastReports are too few to tell how often reports come.
const leastReports = 20
