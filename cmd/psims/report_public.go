package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/reports/book"
	"psims/reports/brief"
	"psims/reports/disclosure"
	"psims/reports/public"
	"psims/reports/quote"
)

// notRecorded stands for what a report doesn't say.
const notRecorded = "Not recorded"

// published is the folder of what has been released: later releases follow it.
const published = "published"

// release reads what was released before under the policy of publications; an
// empty one before the first.
func (a *app) release() (*disclosure.Release, disclosure.Policy, error) {
	policy, err := disclosure.Parse(a.cfg.Report.Public)
	if err != nil {
		return nil, policy, usagef("report.public: %w", err)
	}
	f, err := os.Open(a.home.path(published, "release.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return disclosure.NewRelease(policy), policy, nil
	}
	if err != nil {
		return nil, policy, fmt.Errorf("reading the earlier release: %w", err)
	}
	defer f.Close() // reading only: nothing is lost
	r, err := disclosure.ReadRelease(f, policy)
	return r, policy, err
}

// writePublic adds the table of all counts, and the public page as it would be if
// it were released today. Only "psims export" releases anything.
func (n *night) writePublic(ctx context.Context, national *brief.Writer, run brief.Run) (book.Summary, error) {
	s := n.statistics()
	if err := n.writeTable(statisticsFrame(s), "tables/", true); err != nil {
		return book.Summary{}, err
	}
	release, policy, err := n.release()
	if err != nil {
		return book.Summary{}, err
	}
	w, err := public.On(national.Press())
	if err != nil {
		return book.Summary{}, err
	}
	tables := public.Publish(s, release)
	return w.Book(national.Site(run), n.asOf, policy, tables).Write(ctx, n.create("public"))
}

// statistics counts every report by quarter, system and what is published of it.
func (n *night) statistics() public.Statistics {
	t := n.table
	s := public.Statistics{AsOf: n.asOf}
	for _, d := range []struct {
		key, name string
		of        func(i int) string
	}{
		{"harm", "degree of harm", func(i int) string { return quote.HarmName(t.Harm[i]) }},
		{"category", "category", func(i int) string { return t.Category.Value(i) }},
		{"setting", "care setting", func(i int) string { return t.CareSetting.Value(i) }},
		{"region", "region", func(i int) string { return t.Region.Value(i) }},
	} {
		n.addDimension(&s, d.key, d.name, d.of)
	}
	return s
}

func (n *night) addDimension(s *public.Statistics, key, name string, of func(i int) string) {
	t := n.table
	counts := map[public.Count]int{}
	inAll := map[string]int{}
	for i := range t.Len() {
		value := of(i)
		if !incident.Answered(value) {
			value = notRecorded
		}
		inAll[value]++
		c := public.Count{System: incident.System(t.System.Value(i)), Dimension: key, Value: value}
		for basis, day := range map[public.Basis]incident.Day{public.Reported: t.Reported[i], public.Occurred: t.Occurred[i]} {
			if !day.Known() {
				continue
			}
			c.Basis, c.Quarter = basis, public.QuarterOf(day)
			if c.Quarter.End() <= n.asOf && c.Quarter >= public.QuarterOf(t.Reported[0]) {
				counts[c]++
			}
		}
	}
	d := public.Dimension{Key: key, Name: name}
	if key == "harm" {
		for _, h := range quote.WorstFirst() {
			d.Values = append(d.Values, quote.HarmName(h))
		}
	} else {
		for value := range inAll {
			d.Values = append(d.Values, value)
		}
		slices.SortFunc(d.Values, func(a, b string) int {
			last := func(s string) int {
				if s == notRecorded {
					return 1
				}
				return 0
			}
			return cmp.Or(cmp.Compare(last(a), last(b)), strings.Compare(a, b))
		})
	}
	for c, events := range counts {
		c.Events = events
		s.Counts = append(s.Counts, c)
	}
	slices.SortFunc(s.Counts, func(a, b public.Count) int {
		return cmp.Or(strings.Compare(a.Dimension, b.Dimension), strings.Compare(string(a.Basis), string(b.Basis)), strings.Compare(string(a.System), string(b.System)), cmp.Compare(a.Quarter, b.Quarter), strings.Compare(a.Value, b.Value))
	})
	s.Dimensions = append(s.Dimensions, d)
}

// statisticsFrame is the table of all counts, as they are: for those who may see
// them, and for "psims export".
func statisticsFrame(s public.Statistics) *frame.Frame {
	var system, basis, quarter, dimension, name, value []string
	var events []int64
	names := map[string]string{}
	for _, d := range s.Dimensions {
		names[d.Key] = d.Name
		for _, v := range d.Values { // values without a count keep their column
			system, basis, quarter, dimension, name, value, events = append(system, ""), append(basis, ""), append(quarter, ""), append(dimension, d.Key), append(name, d.Name), append(value, v), append(events, 0)
		}
	}
	for _, c := range s.Counts {
		system, basis, quarter = append(system, string(c.System)), append(basis, string(c.Basis)), append(quarter, c.Quarter.String())
		dimension, name, value, events = append(dimension, c.Dimension), append(name, names[c.Dimension]), append(value, c.Value), append(events, int64(c.Events))
	}
	return frame.New("statistics",
		frame.Column{Name: "system", Doc: "Recording system; empty in the rows that list a dimension's values.", Values: system},
		frame.Column{Name: "basis", Doc: "Whether the quarter is that in which the event occurred or was reported.", Values: basis},
		frame.Column{Name: "quarter", Doc: "Quarter of a calendar year, 2026-Q1.", Values: quarter},
		frame.Column{Name: "dimension", Doc: "What is split by.", Values: dimension},
		frame.Column{Name: "dimension_name", Doc: "The same in words.", Values: name},
		frame.Column{Name: "value", Doc: "Value of the dimension.", Values: value},
		frame.Column{Name: "events", Doc: "Reports, as they are: small numbers are not controlled here.", Values: events},
	)
}

// statisticsOf reads the table back.
//
// Errors: a file that statisticsFrame did not write.
func statisticsOf(f *frame.Frame, asOf incident.Day) (public.Statistics, error) {
	s := public.Statistics{AsOf: asOf}
	var g columnReader
	system, basis, quarter := g.get(f, "system"), g.get(f, "basis"), g.get(f, "quarter")
	dimension, name, value := g.get(f, "dimension"), g.get(f, "dimension_name"), g.get(f, "value")
	events, err := frame.Get[int64](f, "events")
	if err := errors.Join(g.err, err); err != nil {
		return s, err
	}
	for i := range system {
		if system[i] == "" {
			at := slices.IndexFunc(s.Dimensions, func(d public.Dimension) bool { return d.Key == dimension[i] })
			if at < 0 {
				s.Dimensions = append(s.Dimensions, public.Dimension{Key: dimension[i], Name: name[i]})
				at = len(s.Dimensions) - 1
			}
			s.Dimensions[at].Values = append(s.Dimensions[at].Values, value[i])
			continue
		}
		q, err := public.ParseQuarter(quarter[i])
		if err != nil {
			return s, fmt.Errorf("reading table %s, row %d: %w", f.Name, i+1, err)
		}
		s.Counts = append(s.Counts, public.Count{System: incident.System(system[i]), Basis: public.Basis(basis[i]), Quarter: q, Dimension: dimension[i], Value: value[i], Events: int(events[i])})
	}
	return s, nil
}

// keepRelease writes what has been released, whole or not at all.
func (a *app) keepRelease(r *disclosure.Release) error {
	dir := a.home.path(published)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("keeping the release: %w", err)
	}
	return writeFile(filepath.Join(dir, "release.json"), func(f *os.File) error { return r.Write(f) })
}
