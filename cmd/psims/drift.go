package main

import (
	"fmt"

	"psims/models/artefact"
	"psims/models/champion"
	"psims/models/classify"
	"psims/models/drift"
	"psims/models/label"
)

// driftFile is kept beside a classifier: what it learnt from and was judged on, summed up.
const driftFile = "drift.bin"

// driftWeeks is how many of the newest weeks are set against it.
const driftWeeks = 8

// driftReference sums up the lesson of a model: the learnt texts without what the
// model says of them, for it has seen them, and the judged ones with it.
func (n *night) driftReference(model *classify.Classifier, l champion.Lesson) (artefact.Side, error) {
	ref := drift.NewReference(model.Names())
	row := func(event int32, text string) drift.Row {
		return drift.Row{Text: text, Organisation: n.table.Organisation.Value(int(event)), Block: int32(n.table.Reported[event].Monday()) / 7, Class: -1, Truth: -1}
	}
	for k, i := range l.Rows {
		ref.Add(row(i, l.Texts[k]))
	}
	truth := label.Single(l.FrozenY).Conform(model.Names())
	for k, p := range model.Predict(nil, l.FrozenTexts) {
		r := row(l.FrozenRows[k], l.FrozenTexts[k])
		r.Class, r.Confidence, r.Abstained, r.Truth = p.Class, p.P, float64(p.P) < n.cfg.Label.Abstain, truth.Class(k)
		ref.Add(r)
	}
	f, err := ref.File()
	if err != nil {
		return artefact.Side{}, err
	}
	data, err := artefact.Encode(f)
	return artefact.Side{Name: driftFile, Data: data}, err
}

// drift sets the newest weeks against what the classifier in use was learnt from
// and judged on, and writes what it finds.
func (n *night) drift(a answer) error {
	if a.model == nil {
		return nil
	}
	e, _, err := n.store().Load(taskCategory, a.version)
	if err != nil {
		return err
	}
	var ref *drift.Reference
	for _, side := range e.Beside {
		if side.Name != driftFile {
			continue
		}
		f, err := artefact.Decode(side.Data)
		if err != nil {
			return err
		}
		if ref, err = drift.Restore(f); err != nil {
			return err
		}
	}
	if ref == nil {
		return fmt.Errorf("reading model %s of %s: %s is not beside it: train again", a.version, taskCategory, driftFile)
	}
	w := ref.Window()
	number := map[string]int32{}
	for k, name := range a.Names {
		number[name] = int32(k)
	}
	t, counted := n.table, n.categoryTask(n.scheme())
	for i := t.Len() - 1; i >= 0 && t.Reported[i] > n.asOf-7*driftWeeks; i-- {
		p := a.Predictions[i]
		r := drift.Row{Text: t.Text[i], Organisation: t.Organisation.Value(i), Block: int32(t.Reported[i].Monday()) / 7,
			Class: p.Class, Confidence: p.P, Abstained: float64(p.P) < n.cfg.Label.Abstain, Truth: -1}
		if k, known := number[saidOf(counted, t, i)]; known {
			r.Truth = k
		}
		w.Add(r)
	}
	c := drift.Default()
	c.Seed = n.cfg.Seed
	report, err := w.Report(c)
	if err != nil {
		return err
	}
	return n.forPeople(report.Frame())
}

// driftNote gives the verdict for the report, unless all is steady.
func (n *night) driftNote() (string, error) {
	f, err := n.readTable("tables", "drift")
	if missing(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return drift.Note(f)
}
