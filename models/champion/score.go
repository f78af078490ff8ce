package champion

import (
	"context"

	"psims/models/classify"
	"psims/models/evaluate"
	"psims/models/label"
)

// Test is texts that a model has not seen, with what is true of each and what the model
// says.
type Test struct {
	Texts       []string
	Said        []string // "" for nothing
	Predictions []classify.Prediction
	Cuts        []evaluate.Cut
	Seed        uint64
}

// Score says how good a model that learnt from texts and their labels is, beside search
// words learnt from the same and beside always giving the commonest answer.
//
// Errors: there is nothing to score, or ctx done.
func (t Test) Score(ctx context.Context, model *classify.Classifier, learnt []string, y *label.Table) (*evaluate.Report, error) {
	keywords, err := classify.TrainKeywords(ctx, learnt, y)
	if err != nil {
		return nil, err
	}
	truth := label.Single(t.Said).Conform(model.Names())
	predicted, commonest := make([]int32, len(t.Texts)), make([]int32, len(t.Texts))
	for i, p := range t.Predictions {
		predicted[i], commonest[i] = p.Class, keywords.Majority()
	}
	c := evaluate.Default()
	c.Seed = t.Seed
	out, err := evaluate.Single(truth, predicted, model.Probabilities(nil, t.Texts), c)
	if err != nil {
		return nil, err
	}
	rules := []evaluate.Rule{{Name: "search words", Predicted: keywords.Predict(t.Texts)}, {Name: "always the commonest", Predicted: commonest}}
	if out.Baselines, err = evaluate.Baselines(truth, predicted, rules, c); err != nil {
		return nil, err
	}
	out.Slices, err = evaluate.Slices(truth, predicted, t.Cuts, c)
	return out, err
}
