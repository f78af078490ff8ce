package evaluate_test

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"os"
	"testing"

	"psims/models/classify"
	"psims/models/evaluate"
	"psims/models/label"
)

// TestWholeReport judges the word model on the mine accidents of 2012, with
// everything that a report can hold, and holds it to what must be true of any
// model worth its name.
func TestWholeReport(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	f, err := os.Open("../../../shared/data/msha/msha_2010_2012.csv.gz")
	if err != nil {
		t.Skip("the public file of mine accidents is not on this machine")
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var texts, parts, states []string
	var years []int
	for _, r := range rows[1:] {
		if r[3] != "" && r[6] != "" {
			texts, parts, states = append(texts, r[6]), append(parts, r[3]), append(states, r[2])
			years = append(years, int(r[1][3]-'0'))
		}
	}
	parted := evaluate.Part(texts, years, 2)
	pick := func(from []string, rows []int32) []string {
		out := make([]string, len(rows))
		for at, i := range rows {
			out[at] = from[i]
		}
		return out
	}
	learn, y := pick(texts, parted.Train), label.Single(pick(parts, parted.Train))
	ctx := context.Background()
	model, err := classify.Default().Train(ctx, learn, y)
	if err != nil {
		t.Fatal(err)
	}
	rule, err := classify.TrainKeywords(ctx, learn, y)
	if err != nil {
		t.Fatal(err)
	}
	judge := pick(texts, parted.Test)
	truth := label.Single(pick(parts, parted.Test)).Conform(model.Names())
	predicted, commonest := make([]int32, len(judge)), make([]int32, len(judge))
	for i, p := range model.Predict(nil, judge) {
		predicted[i], commonest[i] = p.Class, rule.Majority()
	}
	c := evaluate.Default()
	c.Watch = []string{"BRAIN", "NO SUCH PART"}
	r, err := evaluate.Single(truth, predicted, model.Probabilities(nil, judge), c)
	if err != nil {
		t.Fatal(err)
	}
	if r.Slices, err = evaluate.Slices(truth, predicted, []evaluate.Cut{{"state", pick(states, parted.Test)}, evaluate.Lengths(judge, nil)}, c); err != nil {
		t.Fatal(err)
	}
	if r.Baselines, err = evaluate.Baselines(truth, predicted, []evaluate.Rule{{"search words", rule.Predict(judge)}, {"the commonest label", commonest}}, c); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d learnt, %d judged, %d repeats left out", len(parted.Train), r.Rows, parted.Repeats)
	t.Logf("accuracy %.4f %.4f, macro F1 %.4f %.4f, ECE %.4f", r.Accuracy, r.AccuracyInterval, r.MacroF1, r.MacroF1Interval, r.ECE)
	for _, b := range r.Baselines {
		t.Logf("beside %s: %v", b.Name, b.Model)
		if b.Model.Verdict != evaluate.Better {
			t.Errorf("%s is not beaten", b.Name)
		}
	}
	for _, w := range r.Watched {
		t.Log(w)
	}
	held := map[string]int{}
	for _, s := range r.Slices {
		held[s.Cut] += s.Rows
		if s.Cut == "length" || s.Worse() {
			t.Log(s)
		}
	}
	if held["state"] != r.Rows || held["length"] != r.Rows {
		t.Errorf("slices hold %v of %d rows", held, r.Rows)
	}
}
