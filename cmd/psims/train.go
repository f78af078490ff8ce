package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"psims/datasets/incident"
	"psims/models/artefact"
	"psims/models/champion"
	"psims/models/classify"
	"psims/models/evaluate"
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
		if n.only != "" && n.only != t.Name {
			continue
		}
		rows, err := n.trainClassifier(ctx, t)
		if err != nil {
			return learnt, fmt.Errorf("%s: %w", t.Name, err)
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

// trainClassifier learns one classifier, unless the version of its lesson is there
// already, and makes it champion if it is no worse than the one in use.
func (n *night) trainClassifier(ctx context.Context, t champion.Task) (int, error) {
	l := n.lesson(t)
	if !l.Enough() {
		n.log.Info("too few labelled events to learn from", "task", t.Name, "events", len(l.Texts), "needed", n.cfg.Train.MinEvents)
		return 0, nil
	}
	version := l.Version()
	decision, err := n.store().Decision(t.Name, version)
	if err == nil {
		n.log.Debug("not due", "task", t.Name, "version", version)
		return 0, n.crown(decision)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	decision, report, err := l.Train(ctx, n.store(), n.cuts, func(model *classify.Classifier) ([]artefact.Side, error) {
		if !t.Counted {
			return nil, nil
		}
		reference, err := n.driftReference(model, l)
		return []artefact.Side{reference}, err
	})
	if err != nil {
		return 0, err
	}
	n.log.Info("trained", "task", t.Name, "version", version, "events", len(l.Texts), "classes", l.Y.Classes(),
		"accuracy", round3(report.Accuracy), "macro_f1", round3(report.MacroF1), "tested_on", report.Rows, "promoted", decision.Promoted, "why", decision.Reason)
	return len(l.Texts), n.crown(decision)
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

func round3(v float64) float64 { return float64(int(v*1000+0.5)) / 1000 }

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

// champion gives the classifier in use on the day and its name; none when its task is
// not configured or there is too little to learn from.
//
// Errors: it should be there and has not been trained.
func (n *night) champion(t champion.Task) (*classify.Classifier, string, error) {
	if !slices.Contains(n.classifierTasks(), t) {
		return nil, "", nil
	}
	l := n.lesson(t)
	if !l.Enough() {
		return nil, "", nil
	}
	d, err := n.store().Decision(t.Name, l.Version())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", usagef("the classifier of %s of %v has not been trained: run \"psims train\" first", t.Subject, l.Until)
	}
	version := d.InUse()
	if err != nil || version == "" {
		return nil, "", err
	}
	model, err := champion.Load(n.store(), t.Name, version)
	return model, version, err
}
