package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"

	"psims/datasets/decision"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/models/champion"
	"psims/models/classify"
	"psims/models/shelf"
)

type labelVerb struct {
	AsOf    string   `help:"Judge as if that day had just ended (YYYY-MM-DD)." placeholder:"DATE"`
	Mapping string   `help:"With files: how to read a CSV of any other shape (TOML)." type:"existingfile" placeholder:"FILE.toml"`
	Out     string   `help:"With files: the CSV to write." type:"path" placeholder:"FILE.csv"`
	Files   []string `arg:"" optional:"" help:"Label the rows of these files with the champion, and leave the warehouse alone." type:"existingfile"`
}

// Run labels every event of the day, or the rows of some files.
func (v *labelVerb) Run(ctx context.Context, a *app) error {
	if len(v.Files) > 0 {
		return v.files(ctx, a)
	}
	return a.one(ctx, v.AsOf, "label", (*night).label)
}

// labels are what is said of each event by its sender or, where he said nothing of
// use, by a classifier.
type labels struct {
	scheme   string
	category classify.Filled // in one scheme, so that systems with other code lists can be counted side by side
}

// answer is what a classifier says of the events.
type answer struct {
	model   *classify.Classifier
	version string
	classify.Answers
}

// ask lets the classifier of a task read every event that it has not read on an earlier night.
func (n *night) ask(t champion.Task) (answer, error) {
	model, version, err := n.champion(t)
	if err != nil || model == nil {
		return answer{}, err
	}
	n.man.Models[t.Name] = version
	predictions, err := shelf.EachText(n.memory.onShelf(), "said-"+t.Name, sha256.Sum256([]byte(t.Name+" "+version)), n.texts(), func(places []int32) []classify.Prediction {
		return model.Predict(nil, n.pick(places))
	})
	return answer{model, version, classify.Answers{Names: model.Names(), Predictions: predictions}}, err
}

// fill fills what senders left out, where the classifier is sure enough.
func (n *night) fill(t champion.Task, a answer, fallback func(int) string) classify.Filled {
	return a.Fill(n.table.Len(), func(i int) string { return n.tasks.Said(t, i) }, fallback, n.cfg.Label.Abstain)
}

// label adds labels.parquet. Without a classifier, for want of labelled events,
// every event keeps what its sender said.
func (n *night) label(ctx context.Context) (int, error) {
	t, err := n.events(ctx)
	if err != nil {
		return 0, err
	}
	scheme := n.tasks.Scheme()
	category := n.tasks.Categories(scheme)
	said, err := n.ask(category)
	if err != nil {
		return 0, err
	}
	if n.man.Taught, err = n.tasks.Taught(category, said.version, said.Answers, decision.Changed(t, n.decided.Corrections)); err != nil {
		return 0, err
	}
	n.labelled = &labels{scheme: scheme, category: n.fill(category, said, t.Category.Value)}
	columns := []frame.Column{
		{Name: "system", Doc: "Recording system.", Values: &t.System},
		{Name: "incident_id", Doc: "The event's id, as its sender gave it.", Values: t.ID},
		{Name: "scheme", Doc: "Whose categories these are.", Values: incident.Spelt(t.Len(), func(int) string { return scheme })},
		{Name: "category", Doc: "The category that counts: the sender's own where it is of the scheme, else the classifier's; empty when unsure.", Values: &n.labelled.category.Column},
		{Name: "source", Doc: "Who says so: sender, classifier, or unsure.", Values: n.labelled.category.Source},
	}
	columns = append(columns, said.Columns(t.Len(), n.cfg.Label.Abstain)...)
	for _, t := range n.tasks.Tasks() {
		if n.dir == "" || t.Name != champion.Specialty && t.Name != champion.CareSetting {
			continue
		}
		said, err := n.ask(t)
		if err != nil {
			return 0, err
		}
		f := n.fill(t, said, nil)
		columns = append(columns,
			frame.Column{Name: t.Name, Doc: "The " + t.Subject + ": the sender's own, else the classifier's; empty when unsure or not known.", Values: &f.Column},
			frame.Column{Name: t.Name + "_source", Doc: "Who says so: sender, classifier, or unsure.", Values: f.Source})
	}
	err = n.dir.WriteTable(frame.New("labels", columns...), "")
	if n.dir != "" { // a replay needs no more
		err = errors.Join(err, n.steady(said), n.crosswalks(said))
	}
	return n.labelled.category.Given, err
}

// steady sets the newest weeks against what the classifier in use was learnt from and
// judged on, and writes what it finds.
func (n *night) steady(a answer) error {
	if a.model == nil {
		return nil
	}
	report, err := n.tasks.Steady(a.version, a.Answers)
	if err != nil {
		return err
	}
	return n.dir.WriteForPeople(report.Frame())
}

// readLabels gives the labels, from memory or from the run's folder.
func (n *night) readLabels(ctx context.Context) (*labels, error) {
	if n.labelled != nil {
		return n.labelled, nil
	}
	t, err := n.events(ctx)
	if err != nil {
		return nil, err
	}
	f, err := n.dir.Table("", "labels", "category", "source")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usagef("run %s has no labels yet: run \"psims label\" first", n.id)
	}
	if err != nil {
		return nil, err
	}
	category, err1 := frame.Get[string](f, "category")
	source, err2 := frame.Get[string](f, "source")
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	if len(category) != t.Len() {
		return nil, fmt.Errorf("reading labels of run %s: made of %d events, and there are %d: run \"psims label\" again", n.id, len(category), t.Len())
	}
	l := &labels{scheme: n.tasks.Scheme(), category: classify.Refill(category, source)}
	n.labelled = l
	return l, nil
}
