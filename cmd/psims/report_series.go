package main

import (
	"errors"
	"math"
	"slices"

	"psims/analytics/spc"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/datasets/tally"
	"psims/reports/brief"
)

// readSeries gives the weekly counts with their process charts.
func (n *night) readSeries() ([]brief.Series, error) {
	f, err := n.readTable("tables", "weekly_counts")
	if err != nil {
		return nil, err
	}
	out, err := seriesOf(f)
	if err != nil {
		return nil, err
	}
	for k := range out {
		judged := n.process(&out[k])
		out[k].Process = &judged
	}
	return out, nil
}

// seriesOf reads the weekly counts, a series for each stratum. A week that was not
// looked at has no count.
func seriesOf(f *frame.Frame) ([]brief.Series, error) {
	dimension, err1 := frame.Get[string](f, "dimension")
	value, err2 := frame.Get[string](f, "value")
	week, err3 := frame.Get[incident.Day](f, "week")
	reports, err4 := frame.Get[float64](f, "reports")
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return nil, err
	}
	var out []brief.Series
	for i := range week {
		st := tally.Stratum{Dimension: dimension[i], Value: value[i]}
		if st.Dimension == "all" {
			st.Value = "" // as the report knows it
		}
		if len(out) == 0 || out[len(out)-1].Stratum != st {
			out = append(out, brief.Series{Stratum: st})
		}
		s := &out[len(out)-1]
		seen := !math.IsNaN(reports[i])
		count := int32(0)
		if seen {
			count = int32(max(0, reports[i]))
		}
		s.Weeks, s.Counts, s.Observed = append(s.Weeks, week[i]), append(s.Counts, count), append(s.Observed, seen)
	}
	return out, nil
}

// process judges a series, with its limits beginning anew where people say so.
func (n *night) process(s *brief.Series) spc.Chart {
	y := make([]float64, len(s.Counts))
	for i, count := range s.Counts {
		y[i] = math.NaN()
		if s.Observed[i] {
			y[i] = float64(count)
		}
	}
	c := spc.Default()
	for _, r := range n.cfg.Rebase {
		if r.Dimension == s.Stratum.Dimension && (r.Value == s.Stratum.Value || s.Stratum.Dimension == "all") {
			c.Rebase = append(c.Rebase, r.index(s.Weeks))
		}
	}
	slices.Sort(c.Rebase)
	c.Rebase = slices.DeleteFunc(slices.Compact(c.Rebase), func(i int) bool { return i <= 0 || i >= len(y) })
	return c.Chart(y)
}
