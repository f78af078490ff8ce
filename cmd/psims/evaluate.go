package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"psims/datasets/durable"
	"psims/datasets/extract"
	"psims/datasets/extract/table"
	"psims/datasets/incident"
	"psims/models/champion"
	"psims/models/classify"
	"psims/models/evaluate"
	"psims/models/label"
	"psims/nlp/intake"
	"psims/nlp/redact"
)

type evaluateVerb struct {
	Classify classifyVerb `cmd:"" help:"Fit a classifier on some files and score it on others."`
	Emerging rehearseVerb `cmd:"" help:"Plant themes in the warehouse's own past and say which of them the search for emerging issues finds, how soon, and at how many false alerts."`
}

type classifyVerb struct {
	Train   []string `help:"Files to learn from." required:"" type:"existingfile" placeholder:"FILE"`
	Test    []string `help:"Files to score on, which the classifier has not seen." required:"" type:"existingfile" placeholder:"FILE"`
	Mapping string   `help:"How to read the files (TOML)." type:"existingfile" placeholder:"FILE.toml"`
	Target  string   `help:"What to predict." enum:"category,specialty,care_setting,harm" default:"category"`
	Model   string   `help:"words: fast; accurate: words and pieces of words." enum:"words,accurate" default:"accurate"`
	Out     string   `help:"Folder for metrics.json and predictions.csv." default:"." type:"path" placeholder:"DIR"`
}

// coded is a set of narratives with what people said of each.
type coded struct {
	ids    []string
	texts  []string
	labels [][]string     // none, one, or several where the mapping has several
	cuts   []evaluate.Cut // organisation, specialty and care setting of each
}

// several reports whether any narrative has more than one label.
func (c *coded) several() bool {
	for _, l := range c.labels {
		if len(l) > 1 {
			return true
		}
	}
	return false
}

// Run fits, scores and writes metrics.json and predictions.csv.
func (v *classifyVerb) Run(ctx context.Context, a *app) error {
	var m *table.Mapping
	var err error
	if v.Mapping != "" {
		if m, err = table.LoadMapping(v.Mapping); err != nil {
			return err
		}
	}
	gate, err := a.gate()
	if err != nil {
		return err
	}
	train, err := v.read(ctx, gate, v.Train, m)
	if err != nil {
		return err
	}
	test, err := v.read(ctx, gate, v.Test, m)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(v.Out, 0o755); err != nil {
		return err
	}
	if train.several() {
		return v.scoreTagger(ctx, a, train, test)
	}
	return v.scoreClassifier(ctx, a, train, test)
}

// read gives the redacted descriptions of the files with their target labels.
func (v *classifyVerb) read(ctx context.Context, gate *redact.Gate, files []string, m *table.Mapping) (*coded, error) {
	c := &coded{cuts: []evaluate.Cut{{Name: "organisation"}, {Name: "specialty"}, {Name: "care setting"}}}
	for _, path := range files {
		f, err := extract.Open(path, m)
		if err != nil {
			return nil, err
		}
		// A row that can't be used is neither learnt from nor scored.
		for chunk, err := range intake.Redacted(ctx, gate, nil, f.Records()) {
			if err != nil {
				return nil, err
			}
			for i := range chunk.Events {
				e := &chunk.Events[i]
				c.ids, c.texts = append(c.ids, e.ID), append(c.texts, e.Texts[incident.Description])
				c.labels = append(c.labels, v.target(e))
				for k, value := range []string{e.Organisation, e.Specialty, e.CareSetting} {
					c.cuts[k].Values = append(c.cuts[k].Values, value)
				}
			}
		}
	}
	return c, nil
}

func (v *classifyVerb) target(e *incident.Event) []string {
	one := ""
	switch v.Target {
	case "specialty":
		one = e.Specialty
	case "care_setting":
		one = e.CareSetting
	case "harm":
		if e.Harm.Graded() {
			one = e.Harm.String()
		}
	default:
		if e.Labels != nil {
			return e.Labels
		}
		one = e.Category
	}
	if one == "" {
		return nil
	}
	return []string{one}
}

// single gives the one label of each narrative, "" for none.
func (c *coded) single() []string {
	out := make([]string, len(c.labels))
	for i, l := range c.labels {
		if len(l) > 0 {
			out[i] = l[0]
		}
	}
	return out
}

func (v *classifyVerb) scoreClassifier(ctx context.Context, a *app, train, test *coded) error {
	c := classify.Accurate()
	if v.Model == "words" {
		c = classify.Default()
	}
	c.Seed = a.cfg.Seed
	began := time.Now()
	model, err := c.Train(ctx, train.texts, label.Single(train.single()))
	if err != nil {
		return err
	}
	trained := time.Since(began)
	began = time.Now()
	predictions := model.Predict(nil, test.texts)
	took := time.Since(began)
	names := model.Names()
	scored := champion.Test{Texts: test.texts, Said: test.single(), Predictions: predictions, Cuts: append(test.cuts, evaluate.Lengths(test.texts, evaluate.DefaultBands())), Seed: a.cfg.Seed}
	report, err := scored.Score(ctx, model, train.texts, label.Single(train.single()).Conform(names))
	if err != nil {
		return err
	}
	err = v.predictions(func(row func(...string) error) error {
		for i, p := range predictions {
			if err := row(test.ids[i], scored.Said[i], names[p.Class], probability(p.P), names[p.Second], probability(p.SecondP), fmt.Sprint(p.Abstained)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.metrics(a, report, len(train.texts), trained, float64(len(test.texts))/took.Seconds())
}

func (v *classifyVerb) scoreTagger(ctx context.Context, a *app, train, test *coded) error {
	c := classify.DefaultTagger()
	c.Seed = a.cfg.Seed
	began := time.Now()
	model, err := c.Train(ctx, train.texts, label.Multi(train.labels))
	if err != nil {
		return err
	}
	trained := time.Since(began)
	began = time.Now()
	p := model.Probabilities(nil, test.texts)
	predicted := model.Decide(p)
	took := time.Since(began)
	names := model.Names()
	// A label that the model does not know can't be scored: it is left out on both sides.
	known := map[string]bool{}
	for _, n := range names {
		known[n] = true
	}
	rows := make([][]string, len(test.labels))
	for i, l := range test.labels {
		for _, n := range l {
			if known[n] {
				rows[i] = append(rows[i], n)
			}
		}
	}
	truth, err := label.NamedMulti(names, rows)
	if err != nil {
		return err
	}
	report, err := evaluate.Multi(truth, predicted)
	if err != nil {
		return err
	}
	err = v.predictions(func(row func(...string) error) error {
		for i := range test.ids {
			var said, sure []string
			for _, k := range predicted.Row(i) {
				said, sure = append(said, names[k]), append(sure, probability(p[i*len(names)+int(k)]))
			}
			if err := row(test.ids[i], strings.Join(test.labels[i], "|"), strings.Join(said, "|"), strings.Join(sure, "|"), "", "", "false"); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.metrics(a, report, len(train.texts), trained, float64(len(test.texts))/took.Seconds())
}

func probability(p float32) string { return number(float64(p)) }

func (v *classifyVerb) predictions(rows func(row func(...string) error) error) error {
	return writeCSV(filepath.Join(v.Out, "predictions.csv"), predictionColumns, rows)
}

// metrics writes the report with what the run took, and says the main figures.
func (v *classifyVerb) metrics(a *app, report any, trainedOn int, trained time.Duration, perSecond float64) error {
	text, err := json.Marshal(report)
	if err != nil {
		return err
	}
	all := map[string]any{}
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return err
	}
	all["n_train"], all["train_seconds"] = trainedOn, round3(trained.Seconds())
	all["predict_docs_per_second"], all["peak_rss_mb"] = round1(perSecond), float64(usage.Maxrss/1024)
	err = durable.Write(filepath.Join(v.Out, "metrics.json"), func(f *os.File) error { return indented(f, all) })
	if err != nil {
		return err
	}
	if a.json {
		return indented(a.out, all)
	}
	if a.quiet {
		return nil
	}
	for _, key := range []string{"n_train", "n_test", "accuracy", "macro_f1", "micro_f1", "weighted_f1", "log_loss", "ece", "train_seconds", "predict_docs_per_second", "peak_rss_mb"} {
		if value, there := all[key]; there {
			fmt.Fprintf(a.out, "%-24s %v\n", key, value)
		}
	}
	return nil
}

func indented(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
