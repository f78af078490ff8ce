// Package quality says what the data lack: missing, late, impossible, repeated,
// gone quiet, or unlike the sender's own past; and whether a night may be published
// on them.
//
// What goes in are the days and weeks of each sender as the warehouse counts them
// ([Profile]), the loads with their rejected rows, and rules ([Rule], read from
// TOML). What comes out are figures for every sender and field, the freshness of
// every organisation, and a [Finding] for each broken rule. Nothing is changed here:
// the caller drops, quarantines or stops.
package quality

import (
	"slices"

	"psims/datasets/incident"
)

// Windows in which the newest data are held against what came before.
const (
	RecentWeeks = 4  // newest 7-day weeks, ending on the as-of day
	PastWeeks   = 26 // the weeks before them
	Weeks       = RecentWeeks + PastWeeks
	YearDays    = 371 // 53 weeks, for freshness
	LoadDays    = 7   // loads whose newest event is at most so old are judged
)

// Profile is what was submitted until the as-of day, counted. Withdrawals count
// nowhere but in the days of a sender.
type Profile struct {
	AsOf   incident.Day
	Totals []DayCount // of all senders, every day with a submission, oldest first
	Days   []SenderDay
	Weeks  []SenderWeek
	Loads  []Load
}

// DayCount is how many revisions were submitted on a day.
type DayCount struct {
	Day    incident.Day
	Events int
}

// SenderDay is what one organisation submitted on a day of the last [YearDays].
type SenderDay struct {
	Organisation string
	DayCount
}

// SenderWeek is what one organisation submitted in a week of the last [Weeks].
type SenderWeek struct {
	Organisation string
	Age          int // 0 is the week that ends on the as-of day
	Events       int
	Failed       []int // events that fail each of [Checks]
	Repeated     int   // events whose description another of the same sender and week has
}

// Load is one line of the ledger, as far as it matters here.
type Load struct {
	ID, File       string
	Newest         incident.Day // of its events
	Read, Rejected int
}

// Figure is one measure of one sender, or of all ("").
type Figure struct {
	Organisation string
	Measure      string
	Recent, Past Share
}

// Share is a number of events out of all.
type Share struct{ Failed, Events int }

// Value gives the share, 0 when there are no events.
func (s Share) Value() float64 {
	if s.Events == 0 {
		return 0
	}
	return float64(s.Failed) / float64(s.Events)
}

// MeasureRepeated is the measure beside those of [Checks].
const MeasureRepeated = "repeated-description"

// Measures lists the shares of events that [Profile.Figures] gives.
func Measures() []string {
	var out []string
	for _, c := range Checks() {
		out = append(out, c.Name)
	}
	return append(out, MeasureRepeated)
}

// Figures gives every measure of all senders together, and then of each in the
// order of their codes.
func (p *Profile) Figures() []Figure {
	measures := Measures()
	by := map[string][]Figure{}
	of := func(org string) []Figure {
		if by[org] == nil {
			by[org] = make([]Figure, len(measures))
			for k, m := range measures {
				by[org][k] = Figure{Organisation: org, Measure: m}
			}
		}
		return by[org]
	}
	of("")
	for _, w := range p.Weeks {
		for _, figures := range [][]Figure{of(""), of(w.Organisation)} {
			for k := range figures {
				s := &figures[k].Past
				if w.Age < RecentWeeks {
					s = &figures[k].Recent
				}
				s.Events += w.Events
				if k < len(w.Failed) {
					s.Failed += w.Failed[k]
				} else {
					s.Failed += w.Repeated
				}
			}
		}
	}
	names := make([]string, 0, len(by))
	for name := range by {
		names = append(names, name)
	}
	slices.Sort(names)
	var out []Figure
	for _, name := range names {
		out = append(out, by[name]...)
	}
	return out
}
