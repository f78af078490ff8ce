package main

import (
	"errors"

	"psims/analytics/delay"
	"psims/analytics/funnel"
	"psims/analytics/stratum"
	"psims/datasets/incident"
)

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
