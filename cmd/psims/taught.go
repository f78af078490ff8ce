package main

import (
	"psims/datasets/decision"
	"psims/models/champion"
)

// taught compares the classifier in use with the one before it on the reports whose
// category people gave.
func (n *night) taught(t champion.Task, a answer) (*champion.Taught, error) {
	if a.Predictions == nil {
		return nil, nil
	}
	var answered []champion.Answered
	for _, i := range n.answered() {
		answered = append(answered, champion.Answered{Row: int32(i), Text: n.table.Text[i], Said: n.table.Category.Value(i), Now: a.Names[a.Predictions[i].Class]})
	}
	return n.lesson(t).Taught(n.store(), a.version, answered)
}

// answered gives the rows with a text whose category people have changed, in order.
func (n *night) answered() []int {
	type key struct{ system, id string }
	changed := map[key]bool{}
	for _, c := range n.decided.corrections {
		if c.Field == decision.Category {
			k := key{string(c.System), c.Incident}
			changed[k] = changed[k] || c.Was != c.Value
		}
	}
	var rows []int
	if len(changed) == 0 {
		return nil
	}
	for i := range n.table.Len() {
		if n.table.Text[i] != "" && changed[key{n.table.System.Value(i), n.table.ID[i]}] {
			rows = append(rows, i)
		}
	}
	return rows
}
