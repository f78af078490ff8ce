package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"psims/datasets/incident"
	"psims/models/artefact"
	"psims/models/classify"
	"psims/models/evaluate"
	"psims/models/label"
)

type trainVerb struct {
	Task string `help:"What to learn." enum:"category" default:"category"`
	AsOf string `help:"Learn from what had been reported by then (YYYY-MM-DD)." placeholder:"DATE"`
}

// Run fits the classifier of the day.
func (v *trainVerb) Run(ctx context.Context, a *app) error {
	return a.one(ctx, v.AsOf, "train", (*night).trainIfDue)
}

// lesson is what a classifier is learnt from. Its name depends on nothing else,
// so that equal lessons give equal models under equal names.
type lesson struct {
	scheme string
	until  incident.Day
	texts  []string
	y      *label.Table
}

// lesson gathers the labelled events until the last due day: days on a fixed
// grid, so that the model of a day does not depend on which nights were run.
func (n *night) lesson(ctx context.Context) (lesson, error) {
	if _, err := n.events(ctx); err != nil {
		return lesson{}, err
	}
	l := lesson{scheme: n.scheme()}
	l.until = n.asOf - incident.Day(int(n.asOf)%n.cfg.Train.DueDays)
	l.texts, l.y = n.labelledEvents(l.scheme, l.until)
	return l, nil
}

// enough reports whether there is anything to learn: enough events and two categories.
func (n *night) enough(l lesson) bool {
	return len(l.texts) >= n.cfg.Train.MinEvents && l.y.Classes() >= 2
}

// version names the model of a lesson.
func (n *night) version(l lesson) string {
	h := sha256.New()
	fmt.Fprintln(h, l.scheme, l.until, n.cfg.Seed, n.cfg.Train) // a hash never fails to write
	for i, t := range l.texts {
		fmt.Fprintln(h, l.y.String(i), t)
	}
	return l.until.String() + "-" + hex.EncodeToString(h.Sum(nil))[:8]
}

func (n *night) store() artefact.Store { return artefact.Store{Dir: n.home.path("models")} }

// trainIfDue fits the classifier of the last due day unless it is there already.
// The newest share of the events is kept out first, to say how good it is on what
// it has not seen; the model that is kept has learnt from all.
func (n *night) trainIfDue(ctx context.Context) (int, error) {
	l, err := n.lesson(ctx)
	if err != nil {
		return 0, err
	}
	if !n.enough(l) {
		n.log.Info("too few labelled events to learn from; categories stay the senders' own", "events", len(l.texts), "needed", n.cfg.Train.MinEvents)
		return 0, nil
	}
	version := n.version(l)
	if _, _, err := n.store().Load(taskCategory, version); err == nil {
		n.log.Debug("not due", "task", taskCategory, "champion", version)
		return 0, n.crown(taskCategory, version)
	} else if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, artefact.ErrNone) {
		return 0, err
	}
	c := classify.Default()
	c.Seed = n.cfg.Seed
	report, err := n.examine(ctx, c, l)
	if err != nil {
		return 0, err
	}
	model, err := c.Train(ctx, l.texts, l.y)
	if err != nil {
		return 0, err
	}
	e, err := entry(model, l, report.Rows, report)
	if err != nil {
		return 0, err
	}
	if _, err := n.store().Save(taskCategory, version, e); err != nil {
		return 0, err
	}
	n.log.Info("trained", "task", taskCategory, "version", version, "events", len(l.texts), "classes", l.y.Classes(),
		"accuracy", round3(report.Accuracy), "macro_f1", round3(report.MacroF1), "tested_on", report.Rows)
	return len(l.texts), n.crown(taskCategory, version)
}

// crown makes a version the champion of its task, unless the past is replayed.
func (n *night) crown(task, version string) error {
	if n.dir == "" {
		return nil
	}
	return n.store().SetAlias(task, artefact.Champion, version)
}

func round3(v float64) float64 { return float64(int(v*1000+0.5)) / 1000 }

// examine learns from the older events and scores on the newest.
func (n *night) examine(ctx context.Context, c classify.Config, l lesson) (*evaluate.Report, error) {
	cut := int32(float64(len(l.texts)) * (1 - n.cfg.Train.TestShare))
	var older, newer []int32
	for i := range int32(len(l.texts)) {
		if i < cut {
			older = append(older, i)
		} else {
			newer = append(newer, i)
		}
	}
	pick := func(rows []int32) []string {
		out := make([]string, len(rows))
		for k, i := range rows {
			out[k] = l.texts[i]
		}
		return out
	}
	model, err := c.Train(ctx, pick(older), l.y.Gather(older))
	if err != nil {
		return nil, err
	}
	texts := pick(newer)
	truth := l.y.Gather(newer).Conform(model.Names())
	ec := evaluate.Default()
	ec.Seed = n.cfg.Seed
	predicted := make([]int32, len(texts))
	for i, p := range model.Predict(nil, texts) {
		predicted[i] = p.Class
	}
	return evaluate.Single(truth, predicted, model.Probabilities(nil, texts), ec)
}

// entry makes what is kept of a model.
func entry(model *classify.Classifier, l lesson, test int, r *evaluate.Report) (artefact.Entry, error) {
	f, err := model.File()
	if err != nil {
		return artefact.Entry{}, err
	}
	data, err := artefact.Encode(f)
	if err != nil {
		return artefact.Entry{}, err
	}
	metrics, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return artefact.Entry{}, err
	}
	card := model.Card(classify.Facts{
		Task: "category of a patient safety event",
		Use: fmt.Sprintf("It reads the redacted description of an event and says which category of the scheme %q it belongs to, so that events of several recording systems can be counted side by side. "+
			"It is not for deciding about a patient, a member of staff or an organisation, and never the only way by which an event with severe harm is read.", l.scheme),
		Trained:  fmt.Sprintf("Redacted events reported until %v with a category of their sender's; the senders' mistakes are learnt too", l.until),
		Judged:   fmt.Sprintf("the newest %d of them by a model of the older ones only; the model that is kept has learnt from all", test),
		Majority: r.Majority,
	}, r)
	return artefact.Entry{Model: data, Card: card, Metrics: metrics}, nil
}

// champion gives the classifier of the day and its name; none when there is too
// little to learn from.
//
// Errors: it should be there and has not been trained.
func (n *night) champion(ctx context.Context) (*classify.Classifier, string, error) {
	l, err := n.lesson(ctx)
	if err != nil || !n.enough(l) {
		return nil, "", err
	}
	version := n.version(l)
	model, err := loadClassifier(n.store(), taskCategory, version)
	if errors.Is(err, artefact.ErrNone) || errors.Is(err, fs.ErrNotExist) {
		return nil, "", usagef("the classifier of %v has not been trained: run \"psims train\" first", l.until)
	}
	return model, version, err
}

func loadClassifier(s artefact.Store, task, version string) (*classify.Classifier, error) {
	e, _, err := s.Load(task, version)
	if err != nil {
		return nil, err
	}
	f, err := artefact.Decode(e.Model)
	if err != nil {
		return nil, err
	}
	return classify.RestoreClassifier(f)
}
