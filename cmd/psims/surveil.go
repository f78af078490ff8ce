package main

import (
	"errors"
	"fmt"

	"psims/analytics/delay"
	"psims/analytics/funnel"
	"psims/analytics/scan"
	"psims/datasets/frame"
	"psims/datasets/incident"
)

// surveil writes the tables that stand beside the judged counts: what recent weeks
// will come to once all reports are in, where in a hierarchy there is more than
// usual, and organisations against similar ones.
func (n *night) surveil(strata *stratification) error {
	return errors.Join(n.nowcast(strata), n.treeScans(strata), n.funnel())
}

// maxDelay is the delay in weeks after which a report is not waited for.
const maxDelay = 26

// nowcast tells, for the newest weeks by the day of the event, what the counts will
// come to.
func (n *night) nowcast(strata *stratification) error {
	t := n.table
	asOf := delay.Received(t.Reported, n.asOf)
	from := max(t.Reported[0], asOf-7*incident.Day(n.cfg.Detect.HistoryWeeks))
	var series []delay.Series
	if (asOf+1).Monday()-7 >= from.Monday() {
		tri := delay.NewTriangle(from, asOf, strata.table.Strata, maxDelay)
		for d, dim := range strata.dimensions {
			for i, k := range dim.of {
				if k >= 0 && strata.counts[d][i] {
					tri.Add(t.Occurred[i], t.Reported[i], int(k))
				}
			}
		}
		series = delay.Nowcast(tri, delay.Default())
	}
	var dimension, value []string
	var week, complete []incident.Day
	var counted []int64
	var expected, lo50, hi50, lo90, hi90 []float64
	for _, s := range series {
		if !s.Judged {
			continue
		}
		for _, w := range s.Weeks[max(0, len(s.Weeks)-maxDelay):] {
			dimension, value, week, complete = append(dimension, s.Stratum.Dimension), append(value, s.Stratum.Value), append(week, w.Monday), append(complete, s.CompleteUntil)
			counted, expected = append(counted, int64(w.Counted)), append(expected, w.Expected)
			lo50, hi50, lo90, hi90 = append(lo50, w.Lo50), append(hi50, w.Hi50), append(lo90, w.Lo90), append(hi90, w.Hi90)
		}
	}
	return n.writeTable(frame.New("nowcast",
		frame.Column{Name: "dimension", Doc: "What the stratum divides by.", Values: dimension},
		frame.Column{Name: "value", Doc: "Which part it is.", Values: value},
		frame.Column{Name: "week", Doc: "Monday of the week in which the events happened.", Values: week},
		frame.Column{Name: "complete_until", Doc: "Last day until which this series is complete.", Values: complete},
		frame.Column{Name: "counted", Doc: "Events of the week reported so far.", Values: counted},
		frame.Column{Name: "expected", Doc: "Events of the week once all reports are in.", Values: expected},
		frame.Column{Name: "lo50", Doc: "Lower end of the 50 % interval.", Values: lo50},
		frame.Column{Name: "hi50", Doc: "Upper end.", Values: hi50},
		frame.Column{Name: "lo90", Doc: "Lower end of the 90 % interval.", Values: lo90},
		frame.Column{Name: "hi90", Doc: "Upper end.", Values: hi90},
	), "tables/", true)
}

// hierarchy is a tree of places and what each event of the night lies on.
type hierarchy struct {
	name     string
	exchange scan.Exchange
	path     func(i int) []string // from the root; nil for none
}

// hierarchies are those that are scanned each night.
func (n *night) hierarchies() []hierarchy {
	t := n.table
	answered := func(parts ...string) []string {
		for k, p := range parts {
			if !incident.Answered(p) {
				return parts[:k]
			}
		}
		return parts
	}
	return []hierarchy{
		{"organisation", scan.Filings, func(i int) []string {
			code := t.Organisation.Value(i)
			o, known := n.orgs[code]
			if !known {
				return nil
			}
			return answered(o.Region, o.ICB, code)
		}},
		{"category and medicine", scan.Mixes, func(i int) []string { return answered(n.labelled.category.Value(i), t.Medication.Value(i)) }},
		{"category and device", scan.Mixes, func(i int) []string { return answered(n.labelled.category.Value(i), t.Device.Value(i)) }},
	}
}

// treeScans looks in each hierarchy for branches with more events lately than chance
// gives, over all branches and windows at once.
func (n *night) treeScans(strata *stratification) error {
	var tree, branch, carried []string
	var weeks, observed, groups []int64
	var expected, p []float64
	for _, h := range n.hierarchies() {
		data, parent, names := n.grow(h, strata)
		if len(parent) == 0 || data.Weeks < 2 {
			continue
		}
		c := scan.Default()
		c.Exchange, c.Seed = h.exchange, n.cfg.Seed
		// A young installation has few weeks: half of them are kept to compare with.
		c.MaxWeeks = max(1, min(c.MaxWeeks, data.Weeks/2))
		r, err := scan.Tree{Data: data, Parent: parent}.Scan(c)
		if err != nil {
			return fmt.Errorf("scanning %s: %w", h.name, err)
		}
		for _, f := range r.Raised() {
			part := ""
			if len(f.Parts) > 0 && !f.Parts[0].Own {
				part = names[f.Parts[0].Zone]
			}
			tree, branch, carried = append(tree, h.name), append(branch, names[f.Zone]), append(carried, part)
			weeks, observed, groups = append(weeks, int64(f.Weeks)), append(observed, int64(f.Observed)), append(groups, int64(f.Groups))
			expected, p = append(expected, f.Expected), append(p, f.P)
		}
	}
	return n.writeTable(frame.New("scan",
		frame.Column{Name: "hierarchy", Doc: "What was scanned.", Values: tree},
		frame.Column{Name: "branch", Doc: "The branch with more than chance gives.", Values: branch},
		frame.Column{Name: "carried_by", Doc: "The part of it with the largest excess; empty when it has none.", Values: carried},
		frame.Column{Name: "weeks", Doc: "The newest weeks in which it stands out.", Values: weeks},
		frame.Column{Name: "observed", Doc: "Events in them.", Values: observed},
		frame.Column{Name: "expected", Doc: "Events expected in them.", Values: expected},
		frame.Column{Name: "organisations", Doc: "Organisations that sent them.", Values: groups},
		frame.Column{Name: "p_value", Doc: "Chance of so large an excess anywhere in the hierarchy.", Values: p},
	), "tables/", true)
}

// grow makes the tree of a hierarchy from the events of the whole weeks.
func (n *night) grow(h hierarchy, strata *stratification) (data scan.Data, parent []int32, names []string) {
	weeks := strata.table.Weeks
	var paths [][]string
	var at []int
	for i := range n.table.Len() {
		w := int(n.table.Reported[i]-weeks[0]) / 7
		if n.table.Reported[i] < weeks[0] || w >= len(weeks) || !strata.counts[0][i] {
			continue
		}
		if path := h.path(i); len(path) > 0 {
			paths, at = append(paths, path), append(at, i)
			data.Week = append(data.Week, int32(w))
		}
	}
	parent, names, leaves := scan.Grow(paths)
	data.Weeks, data.Places, data.Place = len(weeks), len(parent), leaves
	for _, i := range at {
		data.Group = append(data.Group, n.table.Organisation.Codes[i])
	}
	return data, parent, names
}

// shareWeeks is how far back events count for the share of severe ones.
const shareWeeks = 52

// funnel sets each organisation's share of severe and fatal events against similar
// organisations: those of its type. It ranks nobody.
func (n *night) funnel() error {
	type counts struct{ severe, graded float64 }
	seen := map[string]*counts{}
	for i := range n.table.Len() {
		code := n.table.Organisation.Value(i)
		if code == "" || !n.joined.counted(i) || !n.judged.Harm[i].Graded() || n.table.Reported[i] <= n.asOf-7*shareWeeks {
			continue
		}
		c := seen[code]
		if c == nil {
			c = &counts{}
			seen[code] = c
		}
		c.graded++
		if n.judged.Harm[i].SevereOrFatal() {
			c.severe++
		}
	}
	var organisations []funnel.Organisation
	for _, code := range sortedKeys(seen) {
		organisations = append(organisations, funnel.Organisation{Code: code, Group: n.orgs[code].Type, Observed: seen[code].severe, Denominator: seen[code].graded})
	}
	fc := funnel.Default()
	fc.Kind = funnel.Proportion
	r, err := funnel.Judge(organisations, fc)
	if err != nil {
		return err
	}
	var org, group, status, words []string
	var observed, denominator, target, lo, hi []float64
	for _, f := range r.Findings {
		org, group, status, words = append(org, f.Code), append(group, f.Group), append(status, f.Status.String()), append(words, f.Words())
		observed, denominator = append(observed, f.Observed), append(denominator, f.Denominator)
		target, lo, hi = append(target, f.Target), append(lo, f.Outer.Lo), append(hi, f.Outer.Hi)
	}
	return n.writeTable(frame.New("severe_share",
		frame.Column{Name: "organisation", Doc: "Code of the organisation; the table is in their order and ranks nobody.", Values: org},
		frame.Column{Name: "type", Doc: "Organisations of the same type are compared.", Values: group},
		frame.Column{Name: "severe_or_fatal", Doc: "Severe and fatal events of the last 52 weeks.", Values: observed},
		frame.Column{Name: "graded", Doc: "Events with a degree of harm.", Values: denominator},
		frame.Column{Name: "group_share", Doc: "Share of the group.", Values: target},
		frame.Column{Name: "lo", Doc: "Lowest share that is usual for a group member of that size (99.8 % limits).", Values: lo},
		frame.Column{Name: "hi", Doc: "Highest.", Values: hi},
		frame.Column{Name: "status", Doc: "inside, above, below or cannot judge.", Values: status},
		frame.Column{Name: "words", Doc: "In words, with what it does not mean.", Values: words},
	), "tables/", true)
}
