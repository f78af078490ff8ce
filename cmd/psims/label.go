package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"math"

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
	category filled // in one scheme, so that systems with other code lists can be counted side by side
}

// filled is a column in which classifiers fill what senders left out.
type filled struct {
	incident.Column          // "" when unsure
	source          []string // sender, classifier, unsure, or "" for nothing known
	given           int      // by the classifier
	abstained       int
}

// answer is what a classifier says of the events.
type answer struct {
	model       *classify.Classifier
	version     string
	names       []string
	predictions []classify.Prediction // none without a classifier
}

// ask lets the classifier of a task read every event that it has not read on an earlier night.
func (n *night) ask(t champion.Task) (answer, error) {
	model, version, err := n.champion(t)
	if err != nil || model == nil {
		return answer{}, err
	}
	n.man.Models[t.Name] = version
	predictions, err := shelf.EachText(n.memory.onShelf(), "said-"+t.Name, sha256.Sum256([]byte(t.Name+" "+version)), n.table.Text, func(places []int32) []classify.Prediction {
		texts := make([]string, len(places))
		for k, i := range places {
			texts[k] = n.table.Text[i]
		}
		return model.Predict(nil, texts)
	})
	return answer{model, version, model.Names(), predictions}, err
}

// fill takes the sender's own word where there is one, else the classifier's if it
// is sure enough. Without a classifier the fallback, if any, stands for it.
func (n *night) fill(t champion.Task, a answer, fallback *incident.Column) filled {
	f := filled{source: make([]string, n.table.Len())}
	for i := range n.table.Len() {
		v := saidOf(t, n.table, i)
		if v == "" && a.predictions == nil && fallback != nil {
			v = fallback.Value(i)
		}
		switch {
		case v != "":
			f.source[i] = "sender"
		case a.predictions == nil:
		case float64(a.predictions[i].P) >= n.cfg.Label.Abstain:
			v, f.source[i] = a.names[a.predictions[i].Class], "classifier"
			f.given++
		default:
			f.source[i] = "unsure"
			f.abstained++
		}
		f.Append(v)
	}
	return f
}

// label adds labels.parquet. Without a classifier, for want of labelled events,
// every event keeps what its sender said.
func (n *night) label(ctx context.Context) (int, error) {
	t, err := n.events(ctx)
	if err != nil {
		return 0, err
	}
	scheme := n.scheme()
	category := n.categoryTask(scheme)
	said, err := n.ask(category)
	if err != nil {
		return 0, err
	}
	if n.man.Taught, err = n.taught(category, said); err != nil {
		return 0, err
	}
	n.labelled = &labels{scheme: scheme, category: n.fill(category, said, &t.Category)}
	columns := []frame.Column{
		{Name: "system", Doc: "Recording system.", Values: values(&t.System)},
		{Name: "incident_id", Doc: "The event's id, as its sender gave it.", Values: t.ID},
		{Name: "scheme", Doc: "Whose categories these are.", Values: repeat(scheme, t.Len())},
		{Name: "category", Doc: "The category that counts: the sender's own where it is of the scheme, else the classifier's; empty when unsure.", Values: values(&n.labelled.category.Column)},
		{Name: "source", Doc: "Who says so: sender, classifier, or unsure.", Values: n.labelled.category.source},
	}
	columns = append(columns, n.predicted(said)...)
	for _, t := range n.classifierTasks() {
		if n.dir == "" || t.Name != taskSpecialty && t.Name != taskCareSetting {
			continue
		}
		said, err := n.ask(t)
		if err != nil {
			return 0, err
		}
		f := n.fill(t, said, nil)
		columns = append(columns,
			frame.Column{Name: t.Name, Doc: "The " + t.Subject + ": the sender's own, else the classifier's; empty when unsure or not known.", Values: values(&f.Column)},
			frame.Column{Name: t.Name + "_source", Doc: "Who says so: sender, classifier, or unsure.", Values: f.source})
	}
	err = n.writeTable(frame.New("labels", columns...), "", false)
	if n.dir != "" { // a replay needs no more
		err = errors.Join(err, n.drift(said), n.crosswalks(said))
	}
	return n.labelled.category.given, err
}

// predicted are the columns of what the classifier of the counted scheme makes of
// every event, whatever the sender said.
func (n *night) predicted(a answer) []frame.Column {
	m := n.table.Len()
	first, second := make([]string, m), make([]string, m)
	p, p2 := make([]float64, m), make([]float64, m)
	abstained := make([]bool, m)
	for i := range m {
		p[i], p2[i] = math.NaN(), math.NaN()
		if a.predictions != nil {
			pr := a.predictions[i]
			first[i], second[i], p[i], p2[i] = a.names[pr.Class], a.names[pr.Second], float64(pr.P), float64(pr.SecondP)
			abstained[i] = p[i] < n.cfg.Label.Abstain
		}
	}
	return []frame.Column{
		{Name: "predicted", Doc: "The classifier's first choice.", Values: first},
		{Name: "probability", Doc: "Its probability.", Values: p},
		{Name: "second", Doc: "The classifier's second choice.", Values: second},
		{Name: "second_probability", Doc: "Its probability.", Values: p2},
		{Name: "abstained", Doc: "The probability is below the configured one.", Values: abstained},
	}
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
	if n.counted != nil {
		return *n.counted
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
	n.counted = &best
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
	l := &labels{scheme: n.scheme(), category: filled{source: source}}
	for i, c := range category {
		l.category.Append(c)
		switch source[i] {
		case "classifier":
			l.category.given++
		case "unsure":
			l.category.abstained++
		}
	}
	n.labelled = l
	return l, nil
}
