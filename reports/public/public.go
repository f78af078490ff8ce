// Package public writes what everyone may know: how many patient safety events were
// reported, by quarter, category, degree of harm, care setting and region, for the
// old and the new recording system side by side.
//
// In goes a count for every quarter, system, basis and value; out come tables under
// a disclosure policy, each row frozen as it was published before, and a page of
// them. NRLS and LFPSE are never added together: they are not comparable.
package public

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"psims/datasets/incident"
	"psims/reports/disclosure"
)

// Quarter is a quarter of a calendar year: 4 × year + 0 to 3.
type Quarter int

// QuarterOf gives the quarter of a day.
func QuarterOf(d incident.Day) Quarter {
	t := d.Time()
	return Quarter(4*t.Year() + (int(t.Month())-1)/3)
}

// String gives "2026-Q1".
func (q Quarter) String() string { return fmt.Sprintf("%d-Q%d", int(q)/4, int(q)%4+1) }

// Words gives "January to March 2026".
func (q Quarter) Words() string {
	return [...]string{"January to March", "April to June", "July to September", "October to December"}[int(q)%4] + fmt.Sprintf(" %d", int(q)/4)
}

// Axis gives "Jan to Mar" and "2026" on lines of their own: a bare number of a quarter is read by some as one
// of the year that begins in April.
func (q Quarter) Axis() string {
	return [...]string{"Jan to Mar", "Apr to Jun", "Jul to Sep", "Oct to Dec"}[int(q)%4] + fmt.Sprintf("\n%d", int(q)/4)
}

// End gives the quarter's last day.
func (q Quarter) End() incident.Day {
	next := q + 1
	return incident.NewDay(int(next)/4, time.Month(3*(int(next)%4)+1), 1) - 1
}

// Basis is the day by which an event is put into a quarter.
type Basis string

// The two bases.
const (
	Occurred Basis = "occurred" // the day on which it happened
	Reported Basis = "reported" // the day on which it reached the national system
)

// Bases lists both.
func Bases() []Basis { return []Basis{Reported, Occurred} }

// Dimension is what a table splits by.
type Dimension struct {
	Key, Name string // "harm", "degree of harm"
	Values    []string
}

// Count is a number of events.
type Count struct {
	System    incident.System
	Basis     Basis
	Quarter   Quarter
	Dimension string // key
	Value     string
	Events    int
}

// Statistics are the counts of a run. Every quarter is a whole one; where a quarter
// has no count for a system, the system had no event in it.
type Statistics struct {
	AsOf       incident.Day
	Dimensions []Dimension
	Counts     []Count
}

// Row is one quarter of one system as it may be published.
type Row struct {
	System      incident.System
	Quarter     Quarter
	Cells       []disclosure.Shown // by the dimension's values
	Total       disclosure.Shown
	Revised     []bool // by cell, the total last: changed since the release before
	Provisional bool   // reports of events in the quarter are still to come
}

// Table is one table: events by quarter and the values of a dimension.
type Table struct {
	Name      string // "harm_by_quarter_occurred", unique
	Title     string
	Basis     Basis
	Dimension Dimension
	Rows      []Row // by system, newest quarter first
}

// provisionalDays is how long after its end a quarter by date of occurrence still
// grows: most reports come within this time.
const provisionalDays = 90

// Publish gives the tables as they may be published after the release, which
// remembers them. The order of counts doesn't matter.
//
// Panics if a count names a dimension or value that is not listed.
func Publish(s Statistics, release *disclosure.Release) []Table {
	type key struct {
		system  incident.System
		basis   Basis
		quarter Quarter
	}
	var out []Table
	for _, d := range s.Dimensions {
		rows := map[key][]int{}
		for _, c := range s.Counts {
			if c.Dimension != d.Key {
				continue
			}
			at := slices.Index(d.Values, c.Value)
			if at < 0 {
				panic(fmt.Sprintf("public: %s has no value %q", d.Key, c.Value))
			}
			k := key{c.System, c.Basis, c.Quarter}
			if rows[k] == nil {
				rows[k] = make([]int, len(d.Values))
			}
			rows[k][at] += c.Events
		}
		var keys []key
		for k := range rows {
			keys = append(keys, k)
		}
		slices.SortFunc(keys, func(a, b key) int {
			return cmp.Or(strings.Compare(string(a.system), string(b.system)), cmp.Compare(b.quarter, a.quarter))
		})
		for _, basis := range Bases() {
			t := Table{Name: fmt.Sprintf("%s_by_quarter_%s", d.Key, basis), Basis: basis, Dimension: d,
				Title: fmt.Sprintf("Patient safety events by quarter %s and %s", basis, d.Name)}
			for _, k := range keys {
				if k.basis != basis {
					continue
				}
				r := Row{System: k.system, Quarter: k.quarter, Provisional: basis == Occurred && s.AsOf < k.quarter.End()+provisionalDays}
				r.Cells, r.Total, r.Revised = release.Row(t.Name+"|"+string(k.system)+"|"+k.quarter.String(), d.Values, rows[k])
				t.Rows = append(t.Rows, r)
			}
			out = append(out, t)
		}
	}
	return out
}

// Mark gives the shorthand that stands with a number: "[p]" for provisional, "[r]"
// for revised, both or none.
func Mark(provisional, revised bool) string {
	switch {
	case provisional && revised:
		return "[p] [r]"
	case provisional:
		return "[p]"
	case revised:
		return "[r]"
	}
	return ""
}

// ParseQuarter reads what String gives.
//
// Errors: any other text.
func ParseQuarter(s string) (Quarter, error) {
	var year, quarter int
	if n, err := fmt.Sscanf(s, "%d-Q%d", &year, &quarter); err != nil || n != 2 || quarter < 1 || quarter > 4 || year < 1900 || Quarter(4*year+quarter-1).String() != s {
		return 0, fmt.Errorf("reading quarter %q: want one like 2026-Q1", s)
	}
	return Quarter(4*year + quarter - 1), nil
}
