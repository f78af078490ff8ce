package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"psims/analytics/discrepancy"
	"psims/datasets/incident"
	"psims/models/artefact"
	"psims/models/champion"
	"psims/models/classify"
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

// taskNames are the tasks that can be switched on.
var taskNames = []string{champion.Category, champion.Specialty, champion.CareSetting, discrepancy.Task}

// plan is what the configuration says of the classifiers.
func (c config) plan() champion.Plan {
	t := c.Train
	return champion.Plan{Tasks: t.Tasks, Scheme: t.Scheme, EveryDays: t.DueDays, SideEvents: t.SideEvents, Sure: c.Label.Abstain,
		Lesson: champion.Config{Model: t.Model, MinEvents: t.MinEvents, MinClass: t.MinClass, MaxEvents: t.MaxEvents, TestShare: t.TestShare, Seed: c.Seed}}
}

// due is the last day on which models were due.
func (n *night) due() incident.Day { return champion.DueDay(n.asOf, n.cfg.Train.DueDays) }

func (n *night) store() artefact.Store { return artefact.Store{Dir: n.home.path("models")} }

// trainIfDue fits the models of the last due day unless they are there already,
// and gives the number of events that were learnt from.
func (n *night) trainIfDue(ctx context.Context) (int, error) {
	if _, err := n.events(ctx); err != nil {
		return 0, err
	}
	learnt := 0
	for _, t := range n.tasks.Tasks() {
		if n.only != "" && n.only != t.Name {
			continue
		}
		rows, err := n.trainClassifier(ctx, t)
		if err != nil {
			return learnt, fmt.Errorf("%s: %w", t.Name, err)
		}
		learnt += rows
	}
	if slices.Contains(n.cfg.Train.Tasks, discrepancy.Task) && (n.only == "" || n.only == discrepancy.Task) {
		rows, err := n.trainHarm(ctx)
		if err != nil {
			return learnt, fmt.Errorf("%s: %w", discrepancy.Task, err)
		}
		learnt += rows
	}
	return learnt, nil
}

// trainClassifier learns one classifier, unless the version of its lesson is there
// already, and makes it champion if it is no worse than the one in use.
func (n *night) trainClassifier(ctx context.Context, t champion.Task) (int, error) {
	l := n.tasks.Lesson(t)
	if !l.Enough() {
		n.log.Info("too few labelled events to learn from", "task", t.Name, "events", len(l.Texts), "needed", n.cfg.Train.MinEvents)
		return 0, nil
	}
	decision, report, err := n.tasks.Train(ctx, t)
	if err != nil {
		return 0, err
	}
	if report == nil {
		n.log.Debug("not due", "task", t.Name, "version", decision.Candidate)
		return 0, n.crown(decision)
	}
	n.log.Info("trained", "task", t.Name, "version", decision.Candidate, "events", len(l.Texts), "classes", l.Y.Classes(),
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

// champion gives the classifier in use on the day and its name; none when its task is
// not configured or there is too little to learn from.
//
// Errors: it should be there and has not been trained.
func (n *night) champion(t champion.Task) (*classify.Classifier, string, error) {
	model, version, err := n.tasks.InUse(t)
	if errors.Is(err, champion.ErrUntrained) {
		err = usagef("%w: run \"psims train\" first", err)
	}
	return model, version, err
}
