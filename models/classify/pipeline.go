package classify

import (
	"context"
	"fmt"
	"strings"

	"psims/models/evaluate"
	"psims/models/label"
	"psims/models/linear"
	"psims/nlp/features"
	"psims/nlp/text"
)

// pipeline is what every fold learns anew: features and machines.
type pipeline struct {
	features  features.Config
	machine   linear.Config
	folds     int
	passages  bool
	strongest bool
}

func (c pipeline) fit(ctx context.Context, texts []string, y *label.Table) (*scorer, error) {
	space, err := features.Fit(ctx, texts, y, c.features)
	if err != nil {
		return nil, err
	}
	x, err := space.Transform(ctx, texts)
	if err != nil {
		return nil, err
	}
	machine, err := c.machine.Fit(ctx, x, y)
	if err != nil {
		return nil, err
	}
	return &scorer{space: space, machine: machine, passages: c.passages, strongest: c.strongest}, nil
}

// outOfFold gives what machines that have seen neither a text nor a copy of it say
// of it, row by row; see [scorer.score].
func (c pipeline) outOfFold(ctx context.Context, texts []string, y *label.Table, seed uint64) ([]float32, error) {
	fold := evaluate.Folds(y, copies(texts), c.folds, seed)
	var scores []float32
	for f := range int32(c.folds) {
		var in, out []int32
		for i := range texts {
			if fold[i] == f {
				out = append(out, int32(i))
			} else {
				in = append(in, int32(i))
			}
		}
		machines, err := c.fit(ctx, gather(texts, in), y.Gather(in))
		if err != nil {
			return nil, fmt.Errorf("scoring fold %d of %d, %d texts: %w", f+1, c.folds, len(in), err)
		}
		held := machines.all(gather(texts, out))
		d := machines.width()
		if scores == nil {
			scores = make([]float32, len(texts)*d)
		}
		for r, i := range out {
			copy(scores[int(i)*d:(int(i)+1)*d], held[r*d:(r+1)*d])
		}
	}
	return scores, nil
}

// copies gives texts that are the same but for capitals the same number, so that
// they can share a fold.
func copies(texts []string) []int32 {
	var distinct text.Dictionary
	out := make([]int32, len(texts))
	for i, t := range texts {
		out[i] = distinct.Intern(strings.ToLower(t))
	}
	return out
}

func gather(texts []string, rows []int32) []string {
	out := make([]string, len(rows))
	for i, row := range rows {
		out[i] = texts[row]
	}
	return out
}
