// Package branch answers: in which branches of the trees of organisations, categories,
// medicines and devices have there been more events lately than chance gives?
//
// In go the events of a night and, for each tree, the path of every event in it. Out
// come the branches that stand out, over all branches and windows of weeks at once, the
// alerts about those that are no season, and the counts behind them. The scan itself
// is analytics/scan's.
package branch

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

// alpha is the chance that any of a week's scans raises something where nothing
// is new: a false alarm about every two years, for whole weeks are scanned.
const alpha = 0.01

// Events are the n events of a night.
type Events struct {
	Table    *incident.Table
	Compared []bool         // n: events that may be compared with the past
	Weeks    []incident.Day // Mondays of the whole weeks, oldest first
}

// Hierarchy is a tree of places and what each event of the night lies on.
type Hierarchy struct {
	Name     string
	Exchange scan.Exchange
	Path     func(i int) []string // from the root; nil for none
}

// Hierarchies are those that are scanned each night. category is the category that
// counts; place gives the region and the ICB of an organisation, false for one that is
// not known.
func Hierarchies(t *incident.Table, category *incident.Column, place func(code string) (region, icb string, known bool)) []Hierarchy {
	answered := func(parts ...string) []string {
		for k, p := range parts {
			if !incident.Answered(p) {
				return parts[:k]
			}
		}
		return parts
	}
	return []Hierarchy{
		{"organisation", scan.Filings, func(i int) []string {
			code := t.Organisation.Value(i)
			region, icb, known := place(code)
			if !known {
				return nil
			}
			return answered(region, icb, code)
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

// Scan is a hierarchy with what was found in it.
type Scan struct {
	Name  string   // of the hierarchy
	Names []string // of the branches, each with those above it
	Found *scan.Result

	tree scan.Tree
	rows []int32 // of the events
	// Groups are recording systems of organisations: of this many, a group's system is the remainder.
	systems int
	weeks   []incident.Day
}

// Look looks in each hierarchy for branches with more events lately than chance
// gives, over all branches and windows at once, up to the last whole week. There is
// none with less than two weeks.
//
// Errors: a hierarchy can't be scanned.
func Look(e Events, hierarchies []Hierarchy, seed uint64) ([]*Scan, error) {
	var out []*Scan
	for _, h := range hierarchies {
		s := grow(e, h)
		if len(s.tree.Parent) == 0 || s.tree.Weeks < 2 {
			continue
		}
		c := scan.Default()
		c.Exchange, c.Seed, c.Alpha = h.Exchange, seed, alpha/float64(len(hierarchies))
		c.MaxWeeks = min(c.MaxWeeks, s.tree.Weeks/2) // as many weeks before them at least
		var err error
		if s.Found, err = s.tree.Scan(c); err != nil {
			return nil, fmt.Errorf("scanning %s: %w", h.Name, err)
		}
		out = append(out, s)
	}
	return out, nil
}

// grow makes the tree of a hierarchy from the events of the whole weeks. What an
// organisation sends through one recording system is compared with its own.
func grow(e Events, h Hierarchy) *Scan {
	s := &Scan{Name: h.Name, systems: len(e.Table.System.Names), weeks: e.Weeks}
	weeks, sender := e.Weeks, e.Table.Reporters()
	var paths [][]string
	for i, reported := range e.Table.Reported {
		w := int(reported-weeks[0]) / 7
		if reported < weeks[0] || w >= len(weeks) || !e.Compared[i] {
			continue
		}
		if path := h.Path(i); len(path) > 0 {
			paths, s.rows = append(paths, path), append(s.rows, int32(i))
			s.tree.Week, s.tree.Group = append(s.tree.Week, int32(w)), append(s.tree.Group, sender[i])
		}
	}
	s.tree.Parent, s.Names, s.tree.Place = scan.Grow(paths)
	s.tree.Weeks, s.tree.Places = len(weeks), len(s.tree.Parent)
	for k, p := range s.tree.Parent { // parents stand before their children
		if p >= 0 {
			s.Names[k] = s.Names[p] + " / " + s.Names[k]
		}
	}
	return s
}

// strata names the branches.
func (s *Scan) strata() []tally.Stratum {
	out := make([]tally.Stratum, len(s.Names))
	for k, name := range s.Names {
		out[k] = tally.Stratum{Dimension: "scan of " + s.Name, Value: name}
	}
	return out
}

// Events gives the events of a finding, oldest first.
func (s *Scan) Events(f scan.Finding) (rows []int32) {
	for k, place := range s.tree.Place {
		if int(s.tree.Week[k]) >= s.tree.Weeks-f.Weeks && slices.Contains(f.Places, place) {
			rows = append(rows, s.rows[k])
		}
	}
	return rows
}

// Seasonal reports whether a finding is no more than what the same weeks of the year
// before lead one to expect: a season of one kind looks like a cluster to a scan.
// Each recording system is compared with itself, if it sent a quarter of what it
// sends now or more.
func (s *Scan) Seasonal(f scan.Finding) bool {
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
	return expected > f.Expected && glm.Counts{Mean: expected, Dispersion: variance / expected}.Upper(float64(f.Observed)) > s.Found.Config.Alpha
}

// weeksOfYear are the weeks from a week to that of the year before.
const weeksOfYear = 52

// Signals gives a signal for every branch of every hierarchy. Their p-values allow
// for all branches and windows, so they are not for a false discovery rate.
func Signals(scans []*Scan) []signal.Signal {
	var out []signal.Signal
	for _, s := range scans {
		out = append(out, s.signals()...)
	}
	return out
}

// signals gives one for every branch, of the last whole week.
func (s *Scan) signals() []signal.Signal {
	return s.Found.Signals(s.strata(), s.weeks[len(s.weeks)-1])
}

// Points gives the weekly counts of a finding's branch.
func (s *Scan) Points(f scan.Finding) []triage.Point {
	out := make([]triage.Point, len(s.weeks))
	for w, week := range s.weeks {
		out[w] = triage.Point{Week: week, Expected: math.NaN(), Hi: math.NaN()}
		if w >= len(s.weeks)-f.Weeks {
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

// carriedBy names the part of a finding's branch with the largest excess; "" when it
// is the branch itself.
func (s *Scan) carriedBy(f scan.Finding) string {
	if len(f.Parts) > 0 && !f.Parts[0].Own {
		return s.Names[f.Parts[0].Zone]
	}
	return ""
}

// Alerts gives the alerts of the raised branches, after those whose excess is the
// reports of other alerts have been merged into these, and the series behind each by
// its id.
func Alerts(r *triage.Reports, scans []*Scan, others []triage.Alert) ([]triage.Alert, map[string][]triage.Point) {
	var alerts []triage.Alert
	points := map[string][]triage.Point{}
	for _, s := range scans {
		sigs := s.signals()
		for _, f := range s.Found.Raised() {
			if s.Seasonal(f) {
				continue
			}
			a := r.Branch(triage.BranchFinding{Signal: sigs[f.Zone], Weeks: f.Weeks, Hierarchy: s.Name, Branch: s.Names[f.Zone], CarriedBy: s.carriedBy(f), Rows: s.Events(f)})
			alerts, points[a.ID] = append(alerts, a), s.Points(f)
		}
	}
	return triage.Explain(others, alerts, triage.Default()), points
}

// Frame lists the raised branches, as the table "scan" that a run publishes.
func Frame(scans []*Scan) *frame.Frame {
	var tree, branch, carried, status []string
	var weeks, observed, groups []int64
	var expected, p []float64
	for _, s := range scans {
		for _, f := range s.Found.Raised() {
			what := "raised"
			if s.Seasonal(f) {
				what = "season"
			}
			status = append(status, what)
			tree, branch, carried = append(tree, s.Name), append(branch, s.Names[f.Zone]), append(carried, s.carriedBy(f))
			weeks, observed, groups = append(weeks, int64(f.Weeks)), append(observed, int64(f.Observed)), append(groups, int64(f.Groups))
			expected, p = append(expected, f.Expected), append(p, f.P)
		}
	}
	return frame.New("scan",
		frame.Column{Name: "hierarchy", Doc: "What was scanned.", Values: tree},
		frame.Column{Name: "branch", Doc: "The branch with more than chance gives, with those above it.", Values: branch},
		frame.Column{Name: "status", Doc: "raised; or season: as in the same weeks of the year before, and so no alert.", Values: status},
		frame.Column{Name: "carried_by", Doc: "The part of it with the largest excess; empty when it has none.", Values: carried},
		frame.Column{Name: "weeks", Doc: "The newest weeks in which it stands out.", Values: weeks},
		frame.Column{Name: "observed", Doc: "Events in them.", Values: observed},
		frame.Column{Name: "expected", Doc: "Events expected in them.", Values: expected},
		frame.Column{Name: "organisations", Doc: "Organisations that sent them, each recording system for itself.", Values: groups},
		frame.Column{Name: "p_value", Doc: "Chance of so large an excess anywhere in the hierarchy.", Values: p},
	)
}
