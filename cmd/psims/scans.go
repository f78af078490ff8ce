package main

import (
	"fmt"
	"math"
	"slices"

	"psims/analytics/glm"
	"psims/analytics/scan"
	"psims/analytics/signal"
	"psims/analytics/triage"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/datasets/tally"
)

// scanAlpha is the chance that any of a week's scans raises something where nothing
// is new: a false alarm about every two years, for whole weeks are scanned.
const scanAlpha = 0.01

// hierarchy is a tree of places and what each event of the night lies on.
type hierarchy struct {
	name     string
	exchange scan.Exchange
	path     func(i int) []string // from the root; nil for none
}

// hierarchies are those that are scanned each night.
func (n *night) hierarchies() []hierarchy {
	t, category := n.table, &n.labelled.category
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
		{"category", scan.Mixes, func(i int) []string {
			if category.Value(i) != t.Category.Value(i) { // level 2 goes with the sender's own level 1
				return answered(category.Value(i))
			}
			return answered(category.Value(i), t.Subcategory.Value(i))
		}},
		{"category and medicine", scan.Mixes, func(i int) []string { return answered(category.Value(i), t.Medication.Value(i)) }},
		{"category and device", scan.Mixes, func(i int) []string { return answered(category.Value(i), t.Device.Value(i)) }},
	}
}

// scanned is a hierarchy with what was found in it.
type scanned struct {
	hierarchy
	tree  scan.Tree
	names []string // of the branches, each with those above it
	rows  []int32  // of the events
	found *scan.Result
	// Groups are recording systems of organisations: of this many, a group's system is the remainder.
	systems int
}

// scans looks in each hierarchy for branches with more events lately than chance
// gives, over all branches and windows at once, up to the last whole week. There is
// none with less than two weeks.
func (n *night) scans(strata *stratification) ([]*scanned, error) {
	var out []*scanned
	hierarchies := n.hierarchies()
	for _, h := range hierarchies {
		s := n.grow(h, strata)
		if len(s.tree.Parent) == 0 || s.tree.Weeks < 2 {
			continue
		}
		c := scan.Default()
		c.Exchange, c.Seed, c.Alpha = h.exchange, n.cfg.Seed, scanAlpha/float64(len(hierarchies))
		c.MaxWeeks = min(c.MaxWeeks, s.tree.Weeks/2) // as many weeks before them at least
		var err error
		if s.found, err = s.tree.Scan(c); err != nil {
			return nil, fmt.Errorf("scanning %s: %w", h.name, err)
		}
		out = append(out, s)
	}
	return out, nil
}

// grow makes the tree of a hierarchy from the events of the whole weeks. What an
// organisation sends through one recording system is compared with its own.
func (n *night) grow(h hierarchy, strata *stratification) *scanned {
	s := &scanned{hierarchy: h, systems: len(n.table.System.Names)}
	weeks, sender := strata.table.Weeks, reporters(n.table)
	var paths [][]string
	for i := range n.table.Len() {
		w := int(n.table.Reported[i]-weeks[0]) / 7
		if n.table.Reported[i] < weeks[0] || w >= len(weeks) || !strata.counts[0][i] {
			continue
		}
		if path := h.path(i); len(path) > 0 {
			paths, s.rows = append(paths, path), append(s.rows, int32(i))
			s.tree.Week, s.tree.Group = append(s.tree.Week, int32(w)), append(s.tree.Group, sender[i])
		}
	}
	s.tree.Parent, s.names, s.tree.Place = scan.Grow(paths)
	s.tree.Weeks, s.tree.Places = len(weeks), len(s.tree.Parent)
	for k, p := range s.tree.Parent { // parents stand before their children
		if p >= 0 {
			s.names[k] = s.names[p] + " / " + s.names[k]
		}
	}
	return s
}

// strata names the branches.
func (s *scanned) strata() []tally.Stratum {
	out := make([]tally.Stratum, len(s.names))
	for k, name := range s.names {
		out[k] = tally.Stratum{Dimension: "scan of " + s.name, Value: name}
	}
	return out
}

// events gives the events of a finding, oldest first.
func (s *scanned) events(f scan.Finding) (rows []int32) {
	for k, place := range s.tree.Place {
		if int(s.tree.Week[k]) >= s.tree.Weeks-f.Weeks && slices.Contains(f.Places, place) {
			rows = append(rows, s.rows[k])
		}
	}
	return rows
}

// seasonal reports whether a finding is no more than what the same weeks of the year
// before lead one to expect: a season of one kind looks like a cluster to a scan.
// Each recording system is compared with itself, if it sent a quarter of what it
// sends now or more.
func (s *scanned) seasonal(f scan.Finding) bool {
	type counts struct{ now, before, then float64 }
	bySystem := make([]counts, s.systems)
	end := s.tree.Weeks - weeksOfYear
	for k, w := range s.tree.Week {
		c := &bySystem[int(s.tree.Group[k])%s.systems]
		switch {
		case int(w) >= s.tree.Weeks-f.Weeks:
			c.now++
		case int(w) < end && int(w) >= end-f.Weeks:
			c.before++
			if slices.Contains(f.Places, s.tree.Place[k]) {
				c.then++
			}
		}
	}
	expected, variance := 0.0, 0.0 // that year's count is one draw, as this year's is
	for _, c := range bySystem {
		if c.before > 0 && 4*c.before >= c.now {
			ratio := c.now / c.before
			expected += c.then * ratio
			variance += c.then * ratio * (1 + ratio)
		}
	}
	return expected > f.Expected && glm.Counts{Mean: expected, Dispersion: variance / expected}.Upper(float64(f.Observed)) > s.found.Config.Alpha
}

// weeksOfYear are the weeks from a week to that of the year before.
const weeksOfYear = 52

// scanSignals gives a signal for every branch of every hierarchy. Their p-values allow
// for all branches and windows, so they are not for a false discovery rate.
func scanSignals(scans []*scanned, week incident.Day) []signal.Signal {
	var out []signal.Signal
	for _, s := range scans {
		out = append(out, s.found.Signals(s.strata(), week)...)
	}
	return out
}

// weekPoints gives the weekly counts of a finding's branch.
func (s *scanned) weekPoints(alert string, f scan.Finding, weeks []incident.Day) []weekPoint {
	out := make([]weekPoint, len(weeks))
	for w, week := range weeks {
		out[w] = weekPoint{alert, triage.Point{Week: week, Expected: math.NaN(), Hi: math.NaN()}}
		if w >= len(weeks)-f.Weeks {
			out[w].Expected = f.Expected / float64(f.Weeks)
		}
	}
	for k, place := range s.tree.Place {
		if slices.Contains(f.Places, place) {
			out[s.tree.Week[k]].Observed++
		}
	}
	return out
}

// scanAlerts gives the alerts of the raised branches, with the series behind them,
// after those whose excess is the reports of other alerts have been merged into these.
func (n *night) scanAlerts(r *triage.Reports, scans []*scanned, weeks []incident.Day, others []triage.Alert) ([]triage.Alert, []weekPoint) {
	var alerts []triage.Alert
	points := map[string][]weekPoint{}
	week := weeks[len(weeks)-1]
	for _, s := range scans {
		sigs := s.found.Signals(s.strata(), week)
		for _, f := range s.found.Raised() {
			if s.seasonal(f) {
				continue
			}
			carried := ""
			if len(f.Parts) > 0 && !f.Parts[0].Own {
				carried = s.names[f.Parts[0].Zone]
			}
			a := r.Branch(triage.BranchFinding{Signal: sigs[f.Zone], Weeks: f.Weeks, Hierarchy: s.name, Branch: s.names[f.Zone], CarriedBy: carried, Rows: s.events(f)})
			alerts, points[a.ID] = append(alerts, a), s.weekPoints(a.ID, f, weeks)
		}
	}
	var out []weekPoint
	alerts = triage.Explain(others, alerts, triage.Default())
	for _, a := range alerts {
		out = append(out, points[a.ID]...)
	}
	return alerts, out
}

// writeScans lists the raised branches.
func (n *night) writeScans(scans []*scanned) error {
	var tree, branch, carried, status []string
	var weeks, observed, groups []int64
	var expected, p []float64
	for _, s := range scans {
		for _, f := range s.found.Raised() {
			part := ""
			if len(f.Parts) > 0 && !f.Parts[0].Own {
				part = s.names[f.Parts[0].Zone]
			}
			what := "raised"
			if s.seasonal(f) {
				what = "season"
			}
			status = append(status, what)
			tree, branch, carried = append(tree, s.name), append(branch, s.names[f.Zone]), append(carried, part)
			weeks, observed, groups = append(weeks, int64(f.Weeks)), append(observed, int64(f.Observed)), append(groups, int64(f.Groups))
			expected, p = append(expected, f.Expected), append(p, f.P)
		}
	}
	return n.writeTable(frame.New("scan",
		frame.Column{Name: "hierarchy", Doc: "What was scanned.", Values: tree},
		frame.Column{Name: "branch", Doc: "The branch with more than chance gives, with those above it.", Values: branch},
		frame.Column{Name: "status", Doc: "raised; or season: as in the same weeks of the year before, and so no alert.", Values: status},
		frame.Column{Name: "carried_by", Doc: "The part of it with the largest excess; empty when it has none.", Values: carried},
		frame.Column{Name: "weeks", Doc: "The newest weeks in which it stands out.", Values: weeks},
		frame.Column{Name: "observed", Doc: "Events in them.", Values: observed},
		frame.Column{Name: "expected", Doc: "Events expected in them.", Values: expected},
		frame.Column{Name: "organisations", Doc: "Organisations that sent them, each recording system for itself.", Values: groups},
		frame.Column{Name: "p_value", Doc: "Chance of so large an excess anywhere in the hierarchy.", Values: p},
	), "tables/", true)
}
