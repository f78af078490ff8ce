package main

import (
	"context"
	"fmt"
	"time"

	"psims/datasets/extract"
	"psims/datasets/extract/table"
	"psims/datasets/incident"
	"psims/models/artefact"
	"psims/models/champion"
	"psims/models/classify"
	"psims/nlp/intake"
	"psims/nlp/redact"
)

// files labels the rows of plain files with the champion as it stands, without the
// warehouse: a chunk at a time, so that memory does not grow with the files.
func (v *labelVerb) files(ctx context.Context, a *app) error {
	if v.Out == "" {
		return usagef("label FILE needs --out: the CSV that the labels are written to")
	}
	if v.AsOf != "" {
		return usagef("label FILE uses the champion as it stands: leave --as-of out")
	}
	var m *table.Mapping
	var err error
	if v.Mapping != "" {
		if m, err = table.LoadMapping(v.Mapping); err != nil {
			return err
		}
	}
	store := artefact.Store{Dir: a.home.path("models")}
	version, err := store.Alias(champion.Category, artefact.Champion)
	if err != nil {
		return err
	}
	model, err := champion.Load(store, champion.Category, version)
	if err != nil {
		return err
	}
	gate, err := a.gate()
	if err != nil {
		return err
	}
	began := time.Now()
	l := fileLabeller{model: model, gate: gate, abstain: float32(a.cfg.Label.Abstain)}
	err = writeCSV(v.Out, predictionColumns, func(row func(...string) error) error {
		for _, path := range v.Files {
			f, err := extract.Open(path, m)
			if err != nil {
				return err
			}
			if err := l.label(ctx, f, row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	took := time.Since(began).Seconds()
	a.log.Info("labelled", "champion", version, "rows", l.rows, "rejected", l.rejected, "unsure", l.unsure, "seconds", round1(took), "rows_per_second", round1(float64(l.rows)/took))
	if a.quiet {
		return nil
	}
	if a.json {
		return indented(a.out, map[string]any{"champion": version, "rows": l.rows, "rejected": l.rejected, "unsure": l.unsure, "out": v.Out})
	}
	_, err = fmt.Fprintf(a.out, "%d rows labelled by %s, %d of them unsure, %d rejected: %s\n", l.rows, version, l.unsure, l.rejected, v.Out)
	return err
}

// predictionColumns are the columns of predictions.csv and of labelled files.
var predictionColumns = []string{"incident_id", "target", "predicted", "probability", "second", "second_probability", "abstained"}

type fileLabeller struct {
	model   *classify.Classifier
	gate    *redact.Gate
	abstain float32

	rows, rejected, unsure int
	texts                  []string
	predictions            []classify.Prediction
}

func (l *fileLabeller) label(ctx context.Context, f *extract.File, row func(...string) error) error {
	names := l.model.Names()
	for chunk, err := range intake.Redacted(ctx, l.gate, nil, f.Records()) {
		if err != nil {
			return err
		}
		l.texts = l.texts[:0]
		for i := range chunk.Events {
			l.texts = append(l.texts, chunk.Events[i].Texts[incident.Description])
		}
		if cap(l.predictions) < len(l.texts) {
			l.predictions = make([]classify.Prediction, intake.ChunkRecords)
		}
		for i, p := range l.model.Predict(l.predictions[:len(l.texts)], l.texts) {
			e := &chunk.Events[i]
			unsure := p.P < l.abstain
			if unsure {
				l.unsure++
			}
			if err := row(e.ID, e.Category, names[p.Class], probability(p.P), names[p.Second], probability(p.SecondP), fmt.Sprint(unsure)); err != nil {
				return err
			}
		}
		l.rows += len(chunk.Events)
		l.rejected += len(chunk.Rejects)
	}
	return nil
}
