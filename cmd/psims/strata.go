package main

import (
	"errors"

	"psims/analytics/branch"
	"psims/analytics/delay"
	"psims/analytics/funnel"
	"psims/analytics/knownrisk"
	"psims/analytics/pair"
	"psims/analytics/stratum"
	"psims/datasets/incident"
)

// knownRiskDimension is the dimension of strata that count reports of known risks.
const knownRiskDimension = "known risk"

// strata sorts the events into strata and counts them by week, up to the last whole one.
func (n *night) strata() *stratum.Strata {
	t := n.table
	specialty, setting := stratum.Column("specialty", &t.Specialty), stratum.Column("care setting", &t.CareSetting)
	specialty.BySystem, setting.BySystem = true, true
	themes := stratum.Division{Name: "theme", Values: n.themed.Name, Of: n.themed.Of}
	divisions := []stratum.Division{stratum.All(t.Len()), stratum.Column("category", &n.labelled.category.Column), specialty, setting, stratum.Column("region", &t.Region), themes}
	if n.watched != nil {
		titles := make([]string, len(n.watched.list.Risks))
		for k, r := range n.watched.list.Risks {
			titles[k] = r.Title
		}
		divisions = append(divisions, stratum.Division{Name: knownRiskDimension, Values: titles, Of: knownrisk.Surest(n.watched.hits)})
	}
	return stratum.Divide(stratum.Events{Table: t, Counted: n.joined.Mask(), AsOf: n.asOf, HistoryWeeks: n.cfg.Detect.HistoryWeeks}, divisions...)
}

// pairs judges which medicines and devices come with which categories.
func (n *night) pairs(strata *stratum.Strata) []*pair.Pairing {
	return pair.Judge(pair.Events{Table: n.table, Category: &n.labelled.category.Column, Compared: strata.Compared(), Weeks: strata.Counts.Weeks},
		pair.Config{HistoryWeeks: n.cfg.Detect.HistoryWeeks, FalseDiscovery: n.cfg.Detect.FalseDiscovery, Seed: n.cfg.Seed})
}

// scans looks for branches with more events lately than chance gives.
func (n *night) scans(strata *stratum.Strata) ([]*branch.Scan, error) {
	hierarchies := branch.Hierarchies(n.table, &n.labelled.category.Column, func(code string) (region, icb string, known bool) {
		o, known := n.orgs[code]
		return o.Region, o.ICB, known
	})
	return branch.Look(branch.Events{Table: n.table, Compared: strata.Compared(), Weeks: strata.Counts.Weeks}, hierarchies, n.cfg.Seed)
}

// shareWeeks is how far back events count for the share of severe ones.
const shareWeeks = 52

// severeMix is the graded events of the last weeks, each once.
func (n *night) severeMix() funnel.Mix {
	mix := funnel.Mix{Table: n.judged, Category: &n.labelled.category.Column, Type: func(code string) string { return n.orgs[code].Type }}
	for i, day := range n.table.Reported {
		if n.joined.Counted(i) && day > n.asOf-incident.Day(7*shareWeeks) {
			mix.Rows = append(mix.Rows, int32(i))
		}
	}
	return mix
}

// surveil writes the tables that stand beside the judged counts: what recent weeks
// will come to once all reports are in, and organisations against similar ones.
func (n *night) surveil(strata *stratum.Strata) error {
	severe, err := n.severeMix().JudgeSevere(funnel.Default())
	if err != nil {
		return err
	}
	return errors.Join(n.dir.WriteForPeople(delay.Frame(strata.Nowcast(), stratum.MaxDelay)), n.dir.WriteForPeople(severe.Frame()))
}
