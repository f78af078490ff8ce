package quality

import (
	"cmp"
	"slices"

	"psims/datasets/incident"
)

// State says whether a sender has been heard of as usual.
type State string

const (
	AsUsual State = "as usual"
	Late    State = "late"    // silent for longer than 95 in 100 of its own gaps
	Quiet   State = "quiet"   // silent for half as long again as ever in the last year
	New     State = "new"     // first heard of in the last 13 weeks
	TooFew  State = "too few" // fewer than 5 days with a submission in the last year: not judged
)

// Fresh is how fresh one organisation's data are, by its own habit of the last year.
type Fresh struct {
	Organisation string
	Last         incident.Day
	Silent       int     // days since Last
	Events       int     // in the last year
	Days         int     // with a submission
	UsualGap     int     // days from one submission to the next, median; 0 when not judged
	LongestGap   int     // before the present silence
	HalfOn       int     // fewest days that hold half of the events
	Batch        bool    // half of at least 50 events came on at most 6 days
	State        State   //
	PerWeek      float64 // events
}

// What is judged, and when half of the events on how few days make a batch.
const (
	fewestDays  = 5
	newDays     = 91
	quietDays   = 14 // nobody is quiet or late before
	batchDays   = 6
	batchEvents = 50
)

// Freshness judges every organisation that submitted in the last year, by code.
// A sender is judged by its own gaps: one that reports each quarter isn't quiet
// after a month, and one that reports daily is.
func (p *Profile) Freshness() []Fresh {
	by := map[string][]DayCount{}
	for _, d := range p.Days {
		by[d.Organisation] = append(by[d.Organisation], d.DayCount)
	}
	out := make([]Fresh, 0, len(by))
	for org, days := range by {
		slices.SortFunc(days, func(a, b DayCount) int { return cmp.Compare(a.Day, b.Day) })
		out = append(out, fresh(org, days, p.AsOf))
	}
	slices.SortFunc(out, func(a, b Fresh) int { return cmp.Compare(a.Organisation, b.Organisation) })
	return out
}

func fresh(org string, days []DayCount, asOf incident.Day) Fresh {
	f := Fresh{Organisation: org, Last: days[len(days)-1].Day, Days: len(days)}
	f.Silent = int(asOf - f.Last)
	counts := make([]int, len(days))
	var gaps []int
	for k, d := range days {
		counts[k] = d.Events
		f.Events += d.Events
		if k > 0 {
			gaps = append(gaps, int(d.Day-days[k-1].Day))
		}
	}
	slices.SortFunc(counts, func(a, b int) int { return b - a })
	for held := 0; 2*held < f.Events; f.HalfOn++ {
		held += counts[f.HalfOn]
	}
	f.Batch = f.Events >= batchEvents && f.HalfOn <= batchDays
	heard := int(asOf-days[0].Day) + 1
	f.PerWeek = 7 * float64(f.Events) / float64(heard)
	switch {
	case heard <= newDays:
		f.State = New
		return f
	case len(days) < fewestDays:
		f.State = TooFew
		return f
	}
	slices.Sort(gaps)
	f.UsualGap, f.LongestGap = gaps[len(gaps)/2], gaps[len(gaps)-1]
	switch {
	case f.Silent <= quietDays:
		f.State = AsUsual
	case 2*f.Silent > 3*f.LongestGap:
		f.State = Quiet
	case f.Silent > gaps[len(gaps)*95/100]:
		f.State = Late
	default:
		f.State = AsUsual
	}
	return f
}
