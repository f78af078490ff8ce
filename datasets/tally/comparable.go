package tally

import (
	"slices"

	"psims/datasets/incident"
)

// Panel are the rules by which a report counts in a series that is compared with
// its own past. Real changes of care must stand out from changes of reporting.
type Panel struct {
	JoinWeeks  int     // an organisation counts from so many weeks after its first report
	StartWeeks int     // organisations seen in the first weeks of the data have always reported
	JoinRate   float64 // reports a week from which joining matters; the many that report rarely average out
	BatchMin   int     // a batch is a week of at least so many reports of one organisation
	BatchTimes float64 // and at least so many times its median week
	BatchWeeks int     // of the weeks before, in which it reported at least BatchWeeks/4 times
}

// DefaultPanel gives rules that fit six-monthly batches and a year's move between systems.
func DefaultPanel() Panel {
	return Panel{JoinWeeks: 52, StartWeeks: 8, JoinRate: 1, BatchMin: 20, BatchTimes: 6, BatchWeeks: 52}
}

// Exclusions counts the reports that a panel leaves out of the judged period, and why.
type Exclusions struct {
	Joined  int // reports of organisations that joined lately
	Batched int // reports of batches
}

// Comparable tells which of n reports count when the week of asOf is compared
// with the weeks before it: not those of an organisation that joined in the last
// JoinWeeks, and not those of a batch. reporter holds the code of each report's
// organisation (or of its organisation and system), day its reported day,
// ascending; 0 is not recorded and always counts. Only reports until asOf are
// looked at, and a batch is judged by the weeks before it.
func (p Panel) Comparable(reporter []int32, day []incident.Day, asOf incident.Day) (counts []bool, out Exclusions) {
	counts = make([]bool, len(reporter))
	if len(day) == 0 {
		return counts, out
	}
	byReporter := map[int32][]int32{}
	var order []int32
	for i, r := range reporter {
		if day[i] > asOf {
			break
		}
		counts[i] = true
		if r == 0 {
			continue
		}
		if byReporter[r] == nil {
			order = append(order, r)
		}
		byReporter[r] = append(byReporter[r], int32(i))
	}
	start := day[0].Monday() + incident.Day(7*p.StartWeeks)
	for _, r := range order {
		rows := byReporter[r]
		first := day[rows[0]]
		weeks := float64(asOf-first)/7 + 1
		if first >= start && int(asOf-first) < 7*p.JoinWeeks && float64(len(rows)) >= p.JoinRate*weeks {
			for _, i := range rows {
				counts[i] = false
			}
			out.Joined += len(rows)
			continue
		}
		out.Batched += p.dropBatches(counts, rows, day)
	}
	return counts, out
}

// dropBatches marks the reports of an organisation's batches as not counting.
func (p Panel) dropBatches(counts []bool, rows []int32, day []incident.Day) int {
	dropped := 0
	var past []int // sizes of the weeks before, oldest first, with their Mondays
	var mondays []incident.Day
	for from := 0; from < len(rows); {
		week := day[rows[from]].Monday()
		until := from
		for until < len(rows) && day[rows[until]].Monday() == week {
			until++
		}
		size := until - from
		oldest := 0
		for oldest < len(mondays) && int(week-mondays[oldest]) > 7*p.BatchWeeks {
			oldest++
		}
		recent := past[oldest:]
		isBatch := false
		if size >= p.BatchMin && len(recent) >= p.BatchWeeks/4 {
			sorted := slices.Clone(recent)
			slices.Sort(sorted)
			isBatch = float64(size) >= p.BatchTimes*float64(sorted[len(sorted)/2])
		}
		if isBatch {
			for _, i := range rows[from:until] {
				counts[i] = false
			}
			dropped += size
		}
		past, mondays = append(past, size), append(mondays, week)
		from = until
	}
	return dropped
}
