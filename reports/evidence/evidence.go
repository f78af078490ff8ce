// Package evidence answers: what do the reports of a run go by?
//
// It holds the events of a day as all of them read them: each event once, with the worst
// harm recorded of it, the category that counts, its theme and its organisation's name;
// and it judges a series of their weekly counts, with limits that begin anew where
// people say so.
package evidence

import (
	"cmp"
	"math"
	"slices"

	"psims/analytics/spc"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/datasets/tally"
	"psims/models/theme"
	"psims/reports/book"
	"psims/reports/quote"
)

// Organisation is what the reference knows of a sender.
type Organisation struct{ Name, Type, Region string }

// Rebase is a choice that the limits of a series begin anew. Nothing begins anew by
// itself.
type Rebase struct {
	Stratum tally.Stratum
	From    incident.Day // first day of the new limits
}

// Events are the n reports of a day, oldest first. It is only read.
type Events struct {
	AsOf          incident.Day
	Table         *incident.Table  // as the senders told it
	Harm          []incident.Harm  // n: the worst of the event, at the report that stands for it
	Counted       []bool           // n: whether a report stands for its event
	Category      *incident.Column // n: the category that counts
	Themes        *theme.Grouped
	Organisations map[string]Organisation // by code, those that are known
	Rebase        []Rebase
}

// Weeks is how many weeks a series of Weekly looks back on, and Lately how many of them
// are called recent: as many before them are what those are set against.
const (
	Weeks  = 53
	Lately = 12
)

// WeeksAgo gives the whole weeks before the day judged in which a row was reported.
func (e *Events) WeeksAgo(i int) int { return int(e.AsOf-e.Table.Reported[i]) / 7 }

// Rows gives the place of each report by its id.
func (e *Events) Rows() map[string]int {
	row := make(map[string]int, e.Table.Len())
	for i, id := range e.Table.ID {
		row[id] = i
	}
	return row
}

// Harms counts the events of the last weeks by their harm.
func (e *Events) Harms() map[incident.Harm]int {
	out := map[incident.Harm]int{}
	for i := e.Table.Until(e.AsOf - 7*Lately); i < e.Table.Len(); i++ {
		if e.Counted[i] {
			out[e.Harm[i]]++
		}
	}
	return out
}

// Before counts the events of as many weeks before those.
func (e *Events) Before() int {
	sum := 0
	for i := e.Table.Len() - 1; i >= 0 && e.WeeksAgo(i) < 2*Lately; i-- {
		if e.Counted[i] && e.WeeksAgo(i) >= Lately {
			sum++
		}
	}
	return sum
}

// Incident gives a row as reports show it.
func (e *Events) Incident(i int) quote.Incident {
	t := e.Table
	org := t.Organisation.Value(i)
	if o, known := e.Organisations[org]; known {
		org = o.Name
	}
	return quote.Incident{ID: t.ID[i], System: incident.System(t.System.Value(i)), Reported: t.Reported[i], Occurred: t.Occurred[i],
		Organisation: org, Region: t.Region.Value(i), Specialty: t.Specialty.Value(i), CareSetting: t.CareSetting.Value(i),
		Category: t.Category.Value(i), Harm: t.Harm[i], Text: t.Text[i]}
}

// Weekly counts rows by week, up to the last whole one, and judges the counts.
func (e *Events) Weekly(stratum tally.Stratum, rows []int) book.Series {
	last := (e.AsOf + 1).Monday() - 7
	s := book.Series{Stratum: stratum, Counts: make([]int32, Weeks), Observed: make([]bool, Weeks)}
	for w := range Weeks {
		s.Weeks = append(s.Weeks, last-incident.Day(7*(Weeks-1-w)))
		s.Observed[w] = true
	}
	for _, i := range rows {
		reported := e.Table.Reported[i]
		if w := int(reported-s.Weeks[0]) / 7; reported >= s.Weeks[0] && w < Weeks {
			s.Counts[w]++
		}
	}
	judged := e.Process(&s)
	s.Process = &judged
	return s
}

// Process judges a series, with its limits beginning anew where people say so.
func (e *Events) Process(s *book.Series) spc.Chart {
	y := make([]float64, len(s.Counts))
	for i, count := range s.Counts {
		y[i] = math.NaN()
		if s.Observed[i] {
			y[i] = float64(count)
		}
	}
	c := spc.Default()
	for _, r := range e.Rebase {
		if r.Stratum.Dimension == s.Stratum.Dimension && (r.Stratum.Value == s.Stratum.Value || s.Stratum.Dimension == "all") {
			at, _ := slices.BinarySearch(s.Weeks, r.From) // the first week that lies wholly in the new limits
			c.Rebase = append(c.Rebase, at)
		}
	}
	slices.Sort(c.Rebase)
	c.Rebase = slices.DeleteFunc(slices.Compact(c.Rebase), func(i int) bool { return i <= 0 || i >= len(y) })
	return c.Chart(y)
}

// Series reads the weekly counts, a series for each stratum. A week that was not
// looked at has no count. Each is judged.
//
// Errors: the table is not of the form that a run publishes.
func (e *Events) Series(f *frame.Frame) ([]book.Series, error) {
	r := f.Reader()
	dimension, value := frame.Take[string](r, "dimension"), frame.Take[string](r, "value")
	week, reports := frame.Take[incident.Day](r, "week"), frame.Take[float64](r, "reports")
	if r.Err() != nil {
		return nil, r.Err()
	}
	var out []book.Series
	for i := range week {
		st := tally.Stratum{Dimension: dimension[i], Value: value[i]}
		if st.Dimension == "all" {
			st.Value = "" // as the report knows it
		}
		if len(out) == 0 || out[len(out)-1].Stratum != st {
			out = append(out, book.Series{Stratum: st})
		}
		s := &out[len(out)-1]
		seen := !math.IsNaN(reports[i])
		count := int32(0)
		if seen {
			count = int32(max(0, reports[i]))
		}
		s.Weeks, s.Counts, s.Observed = append(s.Weeks, week[i]), append(s.Counts, count), append(s.Observed, seen)
	}
	for k := range out {
		judged := e.Process(&out[k])
		out[k].Process = &judged
	}
	return out, nil
}

// Largest gives the positions with a name and a count, largest first.
func Largest(counts []int, names []string) []int {
	var order []int
	for k, c := range counts {
		if c > 0 && incident.Answered(names[k]) {
			order = append(order, k)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(names[a], names[b]))
	})
	return order
}
