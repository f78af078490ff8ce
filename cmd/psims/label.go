package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"

	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/models/classify"
	"psims/models/label"
)

// taskCategory is the classification of what sort of event it is.
const taskCategory = "category"

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

// labels are the categories of the events in one scheme, so that systems with
// other code lists can be counted side by side.
type labels struct {
	scheme    string
	category  incident.Column // the sender's own where it is of the scheme, else the classifier's; "" when unsure
	given     int             // labelled by the classifier
	abstained int
}

// label adds labels.parquet. Without a classifier, for want of labelled events,
// every event keeps its sender's category.
func (n *night) label(ctx context.Context) (int, error) {
	t, err := n.events(ctx)
	if err != nil {
		return 0, err
	}
	scheme := n.scheme()
	model, name, err := n.champion(ctx)
	if err != nil {
		return 0, err
	}
	n.man.Models[taskCategory] = name
	l := &labels{scheme: scheme}
	var predictions []classify.Prediction
	var names []string
	if model != nil {
		predictions, names = model.Predict(nil, t.Text), model.Names()
	}
	predicted, second, source := make([]string, t.Len()), make([]string, t.Len()), make([]string, t.Len())
	p, p2 := make([]float64, t.Len()), make([]float64, t.Len())
	abstained := make([]bool, t.Len())
	for i := range t.Len() {
		p[i], p2[i] = math.NaN(), math.NaN()
		category := ""
		if model != nil {
			pr := predictions[i]
			predicted[i], second[i], p[i], p2[i] = names[pr.Class], names[pr.Second], float64(pr.P), float64(pr.SecondP)
			abstained[i] = p[i] < n.cfg.Label.Abstain
		}
		switch own := t.Category.Value(i); {
		case own != "" && (t.Scheme.Value(i) == scheme || model == nil):
			category, source[i] = own, "sender"
		case model != nil && !abstained[i]:
			category, source[i] = predicted[i], "classifier"
			l.given++
		case model != nil:
			source[i] = "unsure"
			l.abstained++
		}
		l.category.Append(category)
	}
	n.labelled = l
	err = n.writeTable(frame.New("labels",
		frame.Column{Name: "system", Doc: "Recording system.", Values: values(&t.System)},
		frame.Column{Name: "incident_id", Doc: "The event's id, as its sender gave it.", Values: t.ID},
		frame.Column{Name: "scheme", Doc: "Whose categories these are.", Values: repeat(scheme, t.Len())},
		frame.Column{Name: "category", Doc: "The category that counts: the sender's own where it is of the scheme, else the classifier's; empty when unsure.", Values: values(&l.category)},
		frame.Column{Name: "source", Doc: "Who says so: sender, classifier, or unsure.", Values: source},
		frame.Column{Name: "predicted", Doc: "The classifier's first choice.", Values: predicted},
		frame.Column{Name: "probability", Doc: "Its probability.", Values: p},
		frame.Column{Name: "second", Doc: "The classifier's second choice.", Values: second},
		frame.Column{Name: "second_probability", Doc: "Its probability.", Values: p2},
		frame.Column{Name: "abstained", Doc: "The probability is below the configured one.", Values: abstained},
	), "", false)
	return l.given, err
}

func repeat(s string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = s
	}
	return out
}

// scheme is whose categories are counted: the configured one, else the one with
// most labelled events (the first by name of equals).
func (n *night) scheme() string {
	if n.cfg.Train.Scheme != "" {
		return n.cfg.Train.Scheme
	}
	counts := map[string]int{}
	for i := range n.table.Len() {
		if n.table.Category.Codes[i] != 0 {
			counts[n.table.Scheme.Value(i)]++
		}
	}
	best := ""
	for _, s := range sortedKeys(counts) {
		if best == "" || counts[s] > counts[best] {
			best = s
		}
	}
	return best
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
	f, err := n.readTable("", "labels")
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
	l := &labels{scheme: n.scheme()}
	for i, c := range category {
		l.category.Append(c)
		switch source[i] {
		case "classifier":
			l.given++
		case "unsure":
			l.abstained++
		}
	}
	n.labelled = l
	return l, nil
}

// labelledEvents gives the narratives and categories that a classifier of the
// scheme learns from: reported by until, in categories with enough events.
func (n *night) labelledEvents(scheme string, until incident.Day) (texts []string, y *label.Table) {
	t := n.table
	counts := make([]int, len(t.Category.Names))
	usable := func(i int) bool {
		return t.Category.Codes[i] != 0 && t.Scheme.Value(i) == scheme && t.Text[i] != ""
	}
	m := t.Until(until)
	for i := range m {
		if usable(i) {
			counts[t.Category.Codes[i]]++
		}
	}
	var names []string
	for i := m - 1; i >= 0 && len(texts) < n.cfg.Train.MaxEvents; i-- {
		if usable(i) && counts[t.Category.Codes[i]] >= n.cfg.Train.MinClass {
			texts, names = append(texts, t.Text[i]), append(names, t.Category.Value(i))
		}
	}
	// Oldest first again: the test share is the newest.
	for a, b := 0, len(texts)-1; a < b; a, b = a+1, b-1 {
		texts[a], texts[b] = texts[b], texts[a]
		names[a], names[b] = names[b], names[a]
	}
	return texts, label.Single(names)
}
