package champion

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

// Cuts gives the ways in which mistakes are looked at part by part, for the texts of
// some rows.
type Cuts func(rows []int32, texts []string) []evaluate.Cut

// Beside gives what is kept beside a version: nothing, or facts about its lesson.
type Beside func(*classify.Classifier) ([]artefact.Side, error)

// Train learns the version of a lesson, says how good it is, keeps it, tries it against
// the champion, and gives what was decided.
//
// Errors: it can't be learnt or kept; ctx done.
func (l Lesson) Train(ctx context.Context, s artefact.Store, cuts Cuts, beside Beside) (artefact.Decision, *evaluate.Report, error) {
	var none artefact.Decision
	model, err := l.Settings().Train(ctx, l.Texts, l.Y)
	if err != nil {
		return none, nil, err
	}
	report, err := l.examine(ctx, model, cuts)
	if err != nil {
		return none, nil, err
	}
	e, err := l.entry(model, report)
	if err != nil {
		return none, nil, err
	}
	if e.Beside, err = beside(model); err != nil {
		return none, nil, err
	}
	version := l.Version()
	if _, err := s.Save(l.Task.Name, version, e); err != nil {
		return none, nil, err
	}
	trial, err := l.trial(s, model, report)
	if err != nil {
		return none, nil, err
	}
	decided, err := s.Decide(l.Task.Name, version, trial)
	return decided, report, err
}

// incumbent gives the version that was in use before a day; "" for none. Versions
// begin with their day, so a replay of the past never meets a later one.
func incumbent(s artefact.Store, task string, day incident.Day) (string, error) {
	versions, err := s.Versions(task)
	if err != nil {
		return "", err
	}
	for _, v := range slices.Backward(versions) {
		if v >= day.String() {
			continue
		}
		d, err := s.Decision(task, v)
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
func (l Lesson) trial(s artefact.Store, model *classify.Classifier, seen *evaluate.Report) (artefact.Trial, error) {
	// A model that does no better than always giving the commonest answer is of no use.
	useful := artefact.Measure{Name: "accuracy on unseen texts", Candidate: seen.Accuracy, Champion: seen.Accuracy, Floor: seen.Baselines[1].AccuracyInterval[1]}
	t := artefact.Trial{Rows: seen.Rows, Measures: []artefact.Measure{useful}}
	if len(l.FrozenTexts) == 0 {
		return t, nil
	}
	against, err := incumbent(s, l.Task.Name, l.Until)
	if err != nil || against == "" {
		return t, err
	}
	before, err := Load(s, l.Task.Name, against)
	if err != nil {
		return t, err
	}
	// Every class that any of the three knows has a number.
	names := slices.Concat(label.Single(l.FrozenY).Names(), model.Names(), before.Names())
	slices.Sort(names)
	truth, err := label.Named(slices.Compact(names), l.FrozenY)
	if err != nil {
		return t, err
	}
	ec := evaluate.Default()
	ec.Seed = l.settings.Seed
	c, err := evaluate.Compare(truth, predictedAs(truth, model, l.FrozenTexts), predictedAs(truth, before, l.FrozenTexts), ec)
	if err != nil {
		return t, err
	}
	frozen := artefact.NewNamer()
	frozen.Add(l.FrozenTexts...)
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

// examine says how good a model is. The counted task is judged by a model that
// learns from the older events and is scored on the newest, without repeats of what
// it learnt; the others by the texts that no version learns from.
func (l Lesson) examine(ctx context.Context, model *classify.Classifier, cuts Cuts) (*evaluate.Report, error) {
	learnt, y := l.Texts, l.Y
	events, texts, labels := l.FrozenRows, l.FrozenTexts, l.FrozenY
	if l.Task.Counted || len(texts) == 0 {
		cut := int(float64(len(l.Texts)) * (1 - l.settings.TestShare))
		older := make([]int32, cut)
		for i := range older {
			older[i] = int32(i)
		}
		learnt, y = l.Texts[:cut], l.Y.Gather(older)
		events, texts, labels = nil, nil, nil
		for _, i := range evaluate.Unseen(learnt, l.Texts[cut:]) {
			k := cut + int(i)
			events, texts, labels = append(events, l.Rows[k]), append(texts, l.Texts[k]), append(labels, l.Y.String(k))
		}
		var err error
		if model, err = l.Settings().Train(ctx, learnt, y); err != nil {
			return nil, err
		}
	}
	test := Test{Texts: texts, Said: labels, Predictions: model.Predict(nil, texts), Cuts: cuts(events, texts), Seed: l.settings.Seed}
	return test.Score(ctx, model, learnt, y)
}

func judged(t Task) string {
	if t.Counted {
		return "the newest of them by a model of the older ones only, without repeats of what that had learnt; the model that is kept has learnt from all"
	}
	return "texts that no version learns from"
}

// entry makes what is kept of a model.
func (l Lesson) entry(model *classify.Classifier, r *evaluate.Report) (artefact.Entry, error) {
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
		Task: l.Task.Subject + " of a patient safety event",
		Use: fmt.Sprintf("It reads the redacted description of an event and says its %s, so that events can be counted side by side even where the sender left it out or uses another scheme. "+
			"It is not for deciding about a patient, a member of staff or an organisation, and never the only way by which an event with severe harm is read.", l.Task.Subject),
		Trained:  fmt.Sprintf("Redacted events reported until %v whose sender gave the answer; the senders' mistakes are learnt too. One text in %d is never learnt from and serves to try each version against the one before", l.Until, frozenOneIn),
		Judged:   judged(l.Task),
		Keywords: r.Baselines[0].Accuracy, Majority: r.Baselines[1].Accuracy,
	}
	return artefact.Entry{Model: data, Card: model.Card(facts, r), Metrics: metrics}, nil
}

// Load gives a version of a task.
//
// Errors: artefact.ErrNone or fs.ErrNotExist when it is not there; it is damaged, or of
// another kind.
func Load(s artefact.Store, task, version string) (*classify.Classifier, error) {
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
