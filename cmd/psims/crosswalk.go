package main

import (
	"psims/models/champion"
	"psims/models/classify"
	"psims/models/crosswalk"
)

// crosswalks learns, for each other scheme, which of the counted scheme's categories
// its codes stand for, and writes the tables: the crosswalk, and the counts of all
// schemes side by side by quarter.
func (n *night) crosswalks(a answer) error {
	if a.model == nil {
		return nil
	}
	var schemes []crosswalk.Scheme
	for k, name := range n.tasks.Schemes() {
		t := n.tasks.Categories(name)
		s := crosswalk.Scheme{Name: name, Said: make([]string, n.table.Len()), Reading: func() (*crosswalk.Reading, error) {
			model, _, err := n.champion(t)
			if err != nil || model == nil {
				return nil, err
			}
			return n.readingOf(t, model), nil
		}}
		if k == 0 {
			s.Reading = func() (*crosswalk.Reading, error) { return n.readingOf(t, a.model), nil }
		}
		for i := range s.Said {
			s.Said[i] = n.tasks.Said(t, i)
		}
		schemes = append(schemes, s)
	}
	all := crosswalk.Night{Texts: n.table.Text, Reported: n.table.Reported, MinTexts: n.cfg.Train.MinEvents, Seed: n.cfg.Seed}
	tables, err := all.Learn(schemes[0], schemes[1:])
	if err != nil {
		return err
	}
	for _, f := range tables.Frames() {
		if err := n.dir.WriteForPeople(f); err != nil {
			return err
		}
	}
	return nil
}

// readingOf is the classifier of a scheme's categories, with what it has not learnt from.
func (n *night) readingOf(t champion.Task, model *classify.Classifier) *crosswalk.Reading {
	l := n.tasks.Lesson(t)
	return &crosswalk.Reading{Names: model.Names(), HeldTexts: l.FrozenTexts, HeldSaid: l.FrozenY, Read: func(texts []string) []float32 { return model.Probabilities(nil, texts) }}
}
