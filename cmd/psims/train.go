package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"psims/datasets/incident"
	"psims/models/artefact"
	"psims/models/classify"
	"psims/models/evaluate"
	"psims/models/label"
)

type trainVerb struct {
	Task string `help:"What to learn: category, specialty, care_setting or harm; all that are configured by default." enum:",category,specialty,care_setting,harm" default:"" placeholder:"NAME"`
	AsOf string `help:"Learn from what had been reported by then (YYYY-MM-DD)." placeholder:"DATE"`
}

// Run fits the models of the day.
func (v *trainVerb) Run(ctx context.Context, a *app) error {
	return a.one(ctx, v.AsOf, "train", func(n *night, ctx context.Context) (int, error) {
		n.only = v.Task
		return n.trainIfDue(ctx)
	})
}

func (n *night) store() artefact.Store { return artefact.Store{Dir: n.home.path("models")} }

// trainIfDue fits the models of the last due day unless they are there already,
// and gives the number of events that were learnt from.
func (n *night) trainIfDue(ctx context.Context) (int, error) {
	if _, err := n.events(ctx); err != nil {
		return 0, err
	}
	learnt := 0
	for _, t := range n.classifierTasks() {
		if n.only != "" && n.only != t.name {
			continue
		}
		rows, err := n.trainClassifier(ctx, t)
		if err != nil {
			return learnt, fmt.Errorf("%s: %w", t.name, err)
		}
		learnt += rows
	}
	if slices.Contains(n.cfg.Train.Tasks, taskHarm) && (n.only == "" || n.only == taskHarm) {
		rows, err := n.trainHarm(ctx)
		if err != nil {
			return learnt, fmt.Errorf("%s: %w", taskHarm, err)
		}
		learnt += rows
	}
	return learnt, nil
}

// trainClassifier fits one classifier, says how good it is, tries it against the
// champion, and makes it champion if it is no worse.
func (n *night) trainClassifier(ctx context.Context, t task) (int, error) {
	l := n.lesson(t)
	if !n.enough(l) {
		n.log.Info("too few labelled events to learn from", "task", t.name, "events", len(l.texts), "needed", n.cfg.Train.MinEvents)
		return 0, nil
	}
	version := n.version(l)
	decision, err := n.store().Decision(t.name, version)
	if err == nil {
		n.log.Debug("not due", "task", t.name, "version", version)
		return 0, n.crown(decision)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	model, err := n.settings(t).Train(ctx, l.texts, l.y)
	if err != nil {
		return 0, err
	}
	report, err := n.examine(ctx, model, l)
	if err != nil {
		return 0, err
	}
	e, err := entry(model, l, report)
	if err != nil {
		return 0, err
	}
	if t.counted() {
		reference, err := n.driftReference(model, l)
		if err != nil {
			return 0, err
		}
		e.Beside = append(e.Beside, reference)
	}
	if _, err := n.store().Save(t.name, version, e); err != nil {
		return 0, err
	}
	trial, err := n.trial(model, l, report)
	if err != nil {
		return 0, err
	}
	if decision, err = n.store().Decide(t.name, version, trial); err != nil {
		return 0, err
	}
	n.log.Info("trained", "task", t.name, "version", version, "events", len(l.texts), "classes", l.y.Classes(),
		"accuracy", round3(report.Accuracy), "macro_f1", round3(report.MacroF1), "tested_on", report.Rows, "promoted", decision.Promoted, "why", decision.Reason)
	return len(l.texts), n.crown(decision)
}

// crown makes the version that a trial left in use the champion of its task,
// unless the past is replayed.
func (n *night) crown(d artefact.Decision) error {
	version := d.InUse()
	if n.dir == "" || n.asOf < n.newest || version == "" {
		return nil
	}
	return n.store().SetAlias(d.Task, artefact.Champion, version)
}

// incumbent gives the version that was in use before a day; "" for none. Versions
// begin with their day, so a replay of the past never meets a later one.
func (n *night) incumbent(task string, day incident.Day) (string, error) {
	versions, err := n.store().Versions(task)
	if err != nil {
		return "", err
	}
	for _, v := range slices.Backward(versions) {
		if v >= day.String() {
			continue
		}
		d, err := n.store().Decision(task, v)
		if errors.Is(err, fs.ErrNotExist) { // its training was cut off
			continue
		}
		return d.InUse(), err
	}
	return "", nil
}

// How much worse a new version may be, at the worst end of the interval, and still
// count as no worse than the champion.
const (
	marginAccuracy = 0.02
	marginMacroF1  = 0.05
)

// trial tries a model against the one in use before it, on texts that no version
// learns from.
func (n *night) trial(model *classify.Classifier, l lesson, seen *evaluate.Report) (artefact.Trial, error) {
	// A model that does no better than always giving the commonest answer is of no use.
	useful := artefact.Measure{Name: "accuracy on unseen texts", Candidate: seen.Accuracy, Champion: seen.Accuracy, Floor: seen.Baselines[1].AccuracyInterval[1]}
	t := artefact.Trial{Rows: seen.Rows, Measures: []artefact.Measure{useful}}
	if len(l.frozenTexts) == 0 {
		return t, nil
	}
	against, err := n.incumbent(l.task.name, l.until)
	if err != nil || against == "" {
		return t, err
	}
	before, err := loadClassifier(n.store(), l.task.name, against)
	if err != nil {
		return t, err
	}
	// Every class that any of the three knows has a number.
	names := slices.Concat(label.Single(l.frozenY).Names(), model.Names(), before.Names())
	slices.Sort(names)
	truth, err := label.Named(slices.Compact(names), l.frozenY)
	if err != nil {
		return t, err
	}
	ec := evaluate.Default()
	ec.Seed = n.cfg.Seed
	c, err := evaluate.Compare(truth, predictedAs(truth, model, l.frozenTexts), predictedAs(truth, before, l.frozenTexts), ec)
	if err != nil {
		return t, err
	}
	frozen := artefact.NewNamer()
	frozen.Add(l.frozenTexts...)
	return artefact.Trial{Against: against, Rows: c.Rows, Frozen: frozen.Name(), Measures: []artefact.Measure{useful,
		{Name: "accuracy", Candidate: c.Accuracy.First, Champion: c.Accuracy.Second, Interval: c.Accuracy.Interval, Margin: marginAccuracy},
		{Name: "macro F1", Candidate: c.MacroF1.First, Champion: c.MacroF1.Second, Interval: c.MacroF1.Interval, Margin: marginMacroF1},
	}}, nil
}

// predictedAs gives what a model says of texts, numbered as in truth, which has all its classes.
func predictedAs(truth *label.Table, model *classify.Classifier, texts []string) []int32 {
	number := make([]int32, len(model.Names()))
	for k, name := range model.Names() {
		number[k] = int32(slices.Index(truth.Names(), name))
	}
	out := make([]int32, len(texts))
	for i, p := range model.Predict(nil, texts) {
		out[i] = number[p.Class]
	}
	return out
}

func round3(v float64) float64 { return float64(int(v*1000+0.5)) / 1000 }

// examine says how good a model is. The counted task is judged by a model that
// learns from the older events and is scored on the newest, without repeats of what
// it learnt; the others by the texts that no version learns from.
func (n *night) examine(ctx context.Context, model *classify.Classifier, l lesson) (*evaluate.Report, error) {
	learnt, y := l.texts, l.y
	events, texts, labels := l.frozenRows, l.frozenTexts, l.frozenY
	if l.task.counted() || len(texts) == 0 {
		cut := int(float64(len(l.texts)) * (1 - n.cfg.Train.TestShare))
		older := make([]int32, cut)
		for i := range older {
			older[i] = int32(i)
		}
		learnt, y = l.texts[:cut], l.y.Gather(older)
		events, texts, labels = nil, nil, nil
		for _, i := range evaluate.Unseen(learnt, l.texts[cut:]) {
			k := cut + int(i)
			events, texts, labels = append(events, l.rows[k]), append(texts, l.texts[k]), append(labels, l.y.String(k))
		}
		var err error
		if model, err = n.settings(l.task).Train(ctx, learnt, y); err != nil {
			return nil, err
		}
	}
	keywords, err := classify.TrainKeywords(ctx, learnt, y)
	if err != nil {
		return nil, err
	}
	truth := label.Single(labels).Conform(model.Names())
	predicted := make([]int32, len(texts))
	for i, p := range model.Predict(nil, texts) {
		predicted[i] = p.Class
	}
	majority := make([]int32, len(texts))
	for i := range majority {
		majority[i] = keywords.Majority()
	}
	ec := evaluate.Default()
	ec.Seed = n.cfg.Seed
	out, err := evaluate.Single(truth, predicted, model.Probabilities(nil, texts), ec)
	if err != nil {
		return nil, err
	}
	if out.Baselines, err = evaluate.Baselines(truth, predicted, []evaluate.Rule{{Name: "search words", Predicted: keywords.Predict(texts)}, {Name: "always the commonest", Predicted: majority}}, ec); err != nil {
		return nil, err
	}
	out.Slices, err = evaluate.Slices(truth, predicted, n.cuts(events, texts), ec)
	return out, err
}

// cuts are the ways in which a model's mistakes are looked at part by part.
func (n *night) cuts(rows []int32, texts []string) []evaluate.Cut {
	column := func(name string, c *incident.Column) evaluate.Cut {
		cut := evaluate.Cut{Name: name, Values: make([]string, len(rows))}
		for k, i := range rows {
			cut.Values[k] = c.Value(int(i))
		}
		return cut
	}
	t := n.table
	return []evaluate.Cut{column("organisation", &t.Organisation), column("recording system", &t.System), column("care setting", &t.CareSetting),
		column("specialty", &t.Specialty), evaluate.Lengths(texts, evaluate.DefaultBands())}
}

func judged(t task) string {
	if t.counted() {
		return "the newest of them by a model of the older ones only, without repeats of what that had learnt; the model that is kept has learnt from all"
	}
	return "texts that no version learns from"
}

// entry makes what is kept of a model.
func entry(model *classify.Classifier, l lesson, r *evaluate.Report) (artefact.Entry, error) {
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
	facts := classify.Facts{
		Task: l.task.subject + " of a patient safety event",
		Use: fmt.Sprintf("It reads the redacted description of an event and says its %s, so that events can be counted side by side even where the sender left it out or uses another scheme. "+
			"It is not for deciding about a patient, a member of staff or an organisation, and never the only way by which an event with severe harm is read.", l.task.subject),
		Trained:  fmt.Sprintf("Redacted events reported until %v whose sender gave the answer; the senders' mistakes are learnt too. One text in %d is never learnt from and serves to try each version against the one before", l.until, frozenOneIn),
		Judged:   judged(l.task),
		Keywords: r.Baselines[0].Accuracy, Majority: r.Baselines[1].Accuracy,
	}
	return artefact.Entry{Model: data, Card: model.Card(facts, r), Metrics: metrics}, nil
}

// champion gives the classifier in use on the day and its name; none when its task is
// not configured or there is too little to learn from.
//
// Errors: it should be there and has not been trained.
func (n *night) champion(t task) (*classify.Classifier, string, error) {
	if !slices.Contains(n.classifierTasks(), t) {
		return nil, "", nil
	}
	l := n.lesson(t)
	if !n.enough(l) {
		return nil, "", nil
	}
	d, err := n.store().Decision(t.name, n.version(l))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", usagef("the classifier of %s of %v has not been trained: run \"psims train\" first", t.subject, l.until)
	}
	version := d.InUse()
	if err != nil || version == "" {
		return nil, "", err
	}
	model, err := loadClassifier(n.store(), t.name, version)
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
