package public

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/reports/quote"
)

// notRecorded stands for what a report doesn't say.
const notRecorded = "Not recorded"

// CountAll counts every report by quarter, system and what is published of it.
func CountAll(t *incident.Table, asOf incident.Day) Statistics {
	s := Statistics{AsOf: asOf}
	for _, d := range []struct {
		key, name string
		of        func(i int) string
	}{
		{"harm", "degree of harm", func(i int) string { return quote.HarmName(t.Harm[i]) }},
		{"category", "category", func(i int) string { return t.Category.Value(i) }},
		{"setting", "care setting", func(i int) string { return t.CareSetting.Value(i) }},
		{"region", "region", func(i int) string { return t.Region.Value(i) }},
	} {
		s.add(t, d.key, d.name, d.of)
	}
	return s
}

func (s *Statistics) add(t *incident.Table, key, name string, of func(i int) string) {
	counts := map[Count]int{}
	inAll := map[string]int{}
	for i := range t.Len() {
		value := of(i)
		if !incident.Answered(value) {
			value = notRecorded
		}
		inAll[value]++
		c := Count{System: incident.System(t.System.Value(i)), Dimension: key, Value: value}
		for basis, day := range map[Basis]incident.Day{Reported: t.Reported[i], Occurred: t.Occurred[i]} {
			if !day.Known() {
				continue
			}
			c.Basis, c.Quarter = basis, QuarterOf(day)
			if c.Quarter.End() <= s.AsOf && c.Quarter >= QuarterOf(t.Reported[0]) {
				counts[c]++
			}
		}
	}
	d := Dimension{Key: key, Name: name}
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
	slices.SortFunc(s.Counts, func(a, b Count) int {
		return cmp.Or(strings.Compare(a.Dimension, b.Dimension), strings.Compare(string(a.Basis), string(b.Basis)), strings.Compare(string(a.System), string(b.System)), cmp.Compare(a.Quarter, b.Quarter), strings.Compare(a.Value, b.Value))
	})
	s.Dimensions = append(s.Dimensions, d)
}

// Frame is the table "statistics" of all counts, as they are: for those who may see
// them, and for "psims export".
func (s Statistics) Frame() *frame.Frame {
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

// FromFrame reads the table back.
//
// Errors: a file that Frame did not write.
func FromFrame(f *frame.Frame, asOf incident.Day) (Statistics, error) {
	s := Statistics{AsOf: asOf}
	r := f.Reader()
	system, basis, quarter := frame.Take[string](r, "system"), frame.Take[string](r, "basis"), frame.Take[string](r, "quarter")
	dimension, name, value := frame.Take[string](r, "dimension"), frame.Take[string](r, "dimension_name"), frame.Take[string](r, "value")
	events := frame.Take[int64](r, "events")
	if r.Err() != nil {
		return s, r.Err()
	}
	for i := range system {
		if system[i] == "" {
			at := slices.IndexFunc(s.Dimensions, func(d Dimension) bool { return d.Key == dimension[i] })
			if at < 0 {
				s.Dimensions = append(s.Dimensions, Dimension{Key: dimension[i], Name: name[i]})
				at = len(s.Dimensions) - 1
			}
			s.Dimensions[at].Values = append(s.Dimensions[at].Values, value[i])
			continue
		}
		q, err := ParseQuarter(quarter[i])
		if err != nil {
			return s, fmt.Errorf("reading table %s, row %d: %w", f.Name, i+1, err)
		}
		s.Counts = append(s.Counts, Count{System: incident.System(system[i]), Basis: Basis(basis[i]), Quarter: q, Dimension: dimension[i], Value: value[i], Events: int(events[i])})
	}
	return s, nil
}
