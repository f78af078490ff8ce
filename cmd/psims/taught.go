package main

import (
	"slices"

	"psims/datasets/decision"
)

// manifestTaught is what a classifier makes of the reports whose category people
// gave, beside the version that it took over from.
type manifestTaught struct {
	Version string      `json:"version"`
	Before  string      `json:"before"`
	Learnt  manifestHit `json:"learnt"` // reports that the version in use has learnt from: that it knows them is to be expected
	Unseen  manifestHit `json:"unseen"` // reports that it has not learnt from, nor will: what it has become better at
}

// manifestHit is how often a first choice is people's answer.
type manifestHit struct {
	Answers int `json:"answers"`
	Before  int `json:"before"`
	After   int `json:"after"`
}

// taught compares the classifier in use with the one before it on the reports whose
// category people gave. It is nil where nobody gave one, or there is none before.
//
// An answer that the sender had given already is none of this: both versions may
// have learnt it from the sender. Cost: the earlier version reads those reports.
func (n *night) taught(t task, a answer) (*manifestTaught, error) {
	rows := n.answered()
	if len(rows) == 0 || a.predictions == nil {
		return nil, nil
	}
	d, err := n.store().Decision(t.name, a.version)
	if err != nil || d.Trial.Against == "" {
		return nil, err
	}
	model, err := loadClassifier(n.store(), t.name, d.Trial.Against)
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(rows))
	for k, i := range rows {
		texts[k] = n.table.Text[i]
	}
	out := &manifestTaught{Version: a.version, Before: d.Trial.Against}
	lesson := n.lesson(t).rows // oldest first
	for k, p := range model.Predict(nil, texts) {
		i := rows[k]
		hit := &out.Unseen
		if _, learnt := slices.BinarySearch(lesson, int32(i)); learnt {
			hit = &out.Learnt
		}
		hit.Answers++
		said := n.table.Category.Value(i)
		if model.Names()[p.Class] == said {
			hit.Before++
		}
		if a.names[a.predictions[i].Class] == said {
			hit.After++
		}
	}
	return out, nil
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
