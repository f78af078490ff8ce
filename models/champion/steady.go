package champion

import (
	"fmt"

	"psims/datasets/incident"
	"psims/models/artefact"
	"psims/models/classify"
	"psims/models/drift"
	"psims/models/label"
)

// recentWeeks is how many of the newest weeks are set against a lesson.
const recentWeeks = 8

// row is what drift looks at of an event, before anything is said of it.
func (n *Night) row(event int32, text string) drift.Row {
	return drift.Row{Text: text, Organisation: n.table.Organisation.Value(int(event)), Block: int32(n.table.Reported[event].Monday()) / 7, Class: -1, Truth: -1}
}

// said adds what a classifier says of the row.
func (n *Night) said(r drift.Row, p classify.Prediction) drift.Row {
	r.Class, r.Confidence, r.Abstained = p.Class, p.P, float64(p.P) < n.plan.Sure
	return r
}

// reference sums up the lesson of a model: the learnt texts without what the model says
// of them, for it has seen them, and the frozen ones with it.
func (n *Night) reference(model *classify.Classifier, l Lesson) (artefact.Side, error) {
	ref := drift.NewReference(model.Names())
	for k, i := range l.Rows {
		ref.Add(n.row(i, l.Texts[k]))
	}
	truth := label.Single(l.FrozenY).Conform(model.Names())
	for k, p := range model.Predict(nil, l.FrozenTexts) {
		r := n.said(n.row(l.FrozenRows[k], l.FrozenTexts[k]), p)
		r.Truth = truth.Class(k)
		ref.Add(r)
	}
	return ref.Side()
}

// Steady sets the newest weeks against what the version in use of the counted
// categories was learnt from and judged on. said is what that version says of every
// event of the table.
//
// Errors: the version was kept without what it learnt from.
func (n *Night) Steady(version string, said classify.Answers) (*drift.Report, error) {
	t := n.Categories(n.scheme)
	e, _, err := n.store.Load(t.Name, version)
	if err != nil {
		return nil, err
	}
	ref, err := drift.Beside(e)
	if err != nil {
		return nil, err
	}
	if ref == nil {
		return nil, fmt.Errorf("reading model %s of %s: %s is not beside it: train again", version, t.Name, drift.File)
	}
	number := map[string]int32{}
	for k, name := range said.Names {
		number[name] = int32(k)
	}
	w := ref.Window()
	for i := n.table.Len() - 1; i >= 0 && n.table.Reported[i] > n.asOf-incident.Day(7*recentWeeks); i-- {
		r := n.said(n.row(int32(i), n.table.Text[i]), said.Predictions[i])
		if k, known := number[n.Said(t, i)]; known {
			r.Truth = k
		}
		w.Add(r)
	}
	c := drift.Default()
	c.Seed = n.plan.Lesson.Seed
	return w.Report(c)
}
