package ordinal_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"psims/models/classify"
	"psims/models/label"
	"psims/models/ordinal"
)

// say logs a report in two lines.
func say(t testing.TB, what string, r *ordinal.Report) {
	t.Helper()
	var b strings.Builder
	for _, g := range r.Grades {
		fmt.Fprintf(&b, " %s %.2f [%.2f, %.2f] of %d;", g.Name, g.Recall, g.RecallInterval[0], g.RecallInterval[1], g.Support)
	}
	t.Logf("%s: kappa %.3f [%.3f, %.3f], error %.3f [%.3f, %.3f], macro error %.3f, ranked score %.4f, log loss %.4f, ECE %.3f\n  recall%s", what,
		r.Kappa, r.KappaInterval[0], r.KappaInterval[1], r.Error, r.ErrorInterval[0], r.ErrorInterval[1], r.MacroError, r.RankedScore, r.LogLoss, r.StepECE, b.String())
	if !strings.HasSuffix(what, "median") {
		return // the order of the texts is the same
	}
	for _, l := range r.Loads {
		t.Logf("  looking at %.0f %%: %d of %d grave, recall %.3f [%.3f, %.3f], expected %.1f", 100*l.Share, l.Grave, l.Rows, l.Recall, l.RecallInterval[0], l.RecallInterval[1], l.Expected)
	}
}

// judged gives the report of probabilities, graded as a miss costs.
func judged(t testing.TB, d split, p []float32, share float64, c ordinal.Judging) *ordinal.Report {
	t.Helper()
	k := d.truth.Classes()
	grades := make([]int32, d.truth.Rows())
	for i := range grades {
		grades[i] = ordinal.Quantile(p[i*k:(i+1)*k], share)
	}
	return report(t, d, grades, p, c)
}

func report(t testing.TB, d split, grades []int32, p []float32, c ordinal.Judging) *ordinal.Report {
	t.Helper()
	r, err := ordinal.Judge(d.truth, grades, p, c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// form is a way to set the model up.
type form struct {
	name   string
	config ordinal.Config
}

var (
	fast = form{"words", ordinal.Default()}
	slow = form{"pieces of words", ordinal.Accurate()}
)

// measure compares models, the halves of the first, and the plain rules on one split,
// and gives the reports of the plain search words and of the first model, graded at the median.
func measure(t testing.TB, d split, grave int32, forms ...form) (words, model *ordinal.Report) {
	t.Helper()
	ctx := context.Background()
	c := ordinal.DefaultJudging()
	c.Grave = grave
	t.Logf("learnt from %d texts, %v", len(d.texts), d.y.Counts())
	rule, err := classify.TrainKeywords(ctx, d.texts, d.y)
	if err != nil {
		t.Fatal(err)
	}
	commonest := make([]int32, len(d.later))
	for i := range commonest {
		commonest[i] = rule.Majority()
	}
	say(t, "commonest grade", report(t, d, commonest, nil, c))
	words = report(t, d, rule.Predict(d.later), nil, c)
	say(t, "search words", words)
	for _, form := range forms {
		m, err := form.config.Train(ctx, d.texts, d.y)
		if err != nil {
			t.Fatal(err)
		}
		p := m.Probabilities(nil, d.later)
		r := judged(t, d, p, .5, c)
		say(t, form.name+", median", r)
		say(t, form.name+", a miss twice as bad", judged(t, d, p, 2./3, c))
		say(t, form.name+", a miss nine times as bad", judged(t, d, p, .9, c))
		if model == nil {
			model = r
			halves(t, d, form.config, c)
		}
	}
	return words, model
}

// halves judges the two halves of a model by themselves, learnt from all texts.
func halves(t testing.TB, d split, config ordinal.Config, c ordinal.Judging) {
	t.Helper()
	ctx := context.Background()
	classes, err := config.Classes.Train(ctx, d.texts, d.y)
	if err != nil {
		t.Fatal(err)
	}
	say(t, "  as labels alone", judged(t, d, classes.Probabilities(nil, d.later), .5, c))
	steps, err := config.Steps.Train(ctx, d.texts, ordinal.Steps(d.y))
	if err != nil {
		t.Fatal(err)
	}
	k := d.y.Classes()
	p := make([]float32, len(d.later)*k)
	reached := steps.Probabilities(nil, d.later)
	for i := range d.later {
		ordinal.FromSteps(p[i*k:(i+1)*k], reached[i*(k-1):(i+1)*(k-1)])
	}
	say(t, "  by steps alone", judged(t, d, p, .5, c))
}

// better wants the model ahead of the plain search words by more than chance.
func better(t testing.TB, words, model *ordinal.Report) {
	t.Helper()
	if model.KappaInterval[0] <= words.KappaInterval[1] || model.Error >= words.Error {
		t.Errorf("kappa %.3f %.3f, search words alone %.3f %.3f", model.Kappa, model.KappaInterval, words.Kappa, words.KappaInterval)
	}
}

// calibrated wants the probabilities of reaching each step to mean what they say.
func calibrated(t testing.TB, r *ordinal.Report) {
	t.Helper()
	for g, e := range r.StepECE {
		if e > .04 {
			t.Errorf("probabilities of step %d are off by %.3f", g+1, e)
		}
	}
}

func TestMeasuredOnInventedExtracts(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	measureInvented(t, 12_000)
}

// BenchmarkMeasured does the same with more events, for the figures; -v shows them.
func BenchmarkMeasured(b *testing.B) {
	for b.Loop() {
		measureInvented(b, 30_000)
	}
}

func measureInvented(t testing.TB, events int) {
	t.Helper()
	later := invented(t, events, 1)
	words, model := measure(t, later, 3, fast)
	better(t, words, model)
	if model.Loads[2].RecallInterval[1] < .5 {
		t.Errorf("looking at 5 %%: %+v", model.Loads[2])
	}
	// In the later quarter more reports are graded low than before; a random quarter
	// shows how well the model is calibrated where nothing has changed.
	var classes []int32
	for _, y := range []*label.Table{later.y, later.truth} {
		for i := range y.Rows() {
			classes = append(classes, y.Class(i))
		}
	}
	d := cut(append(later.texts, later.later...), classes, harms, 4, 1)
	m, err := ordinal.Default().Train(context.Background(), d.texts, d.y)
	if err != nil {
		t.Fatal(err)
	}
	r := judged(t, d, m.Probabilities(nil, d.later), .5, ordinal.DefaultJudging())
	say(t, "a random quarter, median", r)
	calibrated(t, r)
}

func TestMeasuredOnPatientFeedback(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	texts, classes, names := feedback(t)
	words, model := measure(t, cut(texts, classes, names, 5, 1), 3, fast, slow)
	better(t, words, model)
	calibrated(t, model)
}

func TestMeasuredOnDeviceReports(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	texts, classes, names := devices(t)
	measure(t, cut(texts, classes, names, 3, 1), 1, fast, slow)
}

// TestTooFewForEveryGrade learns from a few dozen texts, where some grades are all but absent.
func TestTooFewForEveryGrade(t *testing.T) {
	texts, y := falls(60)
	classes := make([]int32, len(texts))
	seen := 0
	for i := range classes {
		classes[i] = y.Class(i)
		if classes[i] == 3 {
			if seen++; seen > 1 {
				classes[i] = 2
			}
		}
	}
	m, err := ordinal.Default().Cross(context.Background(), texts, label.Of(append(names(scale), "fatal"), classes), 3)
	if err != nil {
		t.Fatal(err)
	}
	for e, p := range m.Probabilities(nil, texts) {
		if !(p >= 0 && p <= 1) {
			t.Fatalf("probability %v of grade %d", p, e%5)
		}
	}
}

func names(s []string) []string { return append([]string(nil), s...) }
