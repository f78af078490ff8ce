package classify

import (
	"fmt"
	"strings"

	"psims/models/evaluate"
)

// Facts is what a model's card says beside its figures.
type Facts struct {
	Task     string // what is predicted, such as "incident category"
	Use      string // what it is for, and what it must not be used for
	Trained  string // which records it learnt from, in words
	Judged   string // which records it was judged on, in words
	Keywords float64
	Majority float64 // accuracies of the plain rules on the same records; 0 when they were not tried
}

// Card gives the model's card as Markdown: what it is, what it learnt from, how
// good it is and where it fails, all from the figures of the report.
func (m *Classifier) Card(f Facts, r *evaluate.Report) []byte {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	p("# Model card: %s\n\n", f.Task)
	p("%s\n\n", f.Use)
	p("## How it works\n\n")
	pieces := 0
	for j := range int32(m.space.Len()) {
		if m.space.Piece(j) {
			pieces++
		}
	}
	p("%d words and phrases", m.space.Len()-pieces)
	if pieces > 0 {
		p(" and %d pieces of words", pieces)
	}
	if n := len(m.space.Config().Terms.Text.Spellings); n > 0 {
		p(", %d misspellings folded first", n)
	}
	p(", each weighed by what it tells of the labels; one linear support vector machine for each of %d labels; ", len(m.Names()))
	p("a multinomial regression on out-of-fold scores (%d folds) gives the probabilities. ", m.config.Folds)
	p("Below a probability of %.2f it abstains, and a person should look.\n\n", m.threshold)
	p("## What it learnt from\n\n%s: %d texts.\n\n", f.Trained, m.space.Texts())
	p("## How good it is\n\nJudged on %s: %d texts it had not seen.\n\n", f.Judged, r.Rows)
	p("| measure | value | 95 %% interval |\n|---|---|---|\n")
	p("| accuracy | %.4f | %.4f to %.4f |\n", r.Accuracy, r.AccuracyInterval[0], r.AccuracyInterval[1])
	p("| macro F1 | %.4f | %.4f to %.4f |\n", r.MacroF1, r.MacroF1Interval[0], r.MacroF1Interval[1])
	p("| weighted F1 | %.4f | |\n| log loss | %.4f | |\n| expected calibration error | %.4f | |\n", r.WeightedF1, r.LogLoss, r.ECE)
	if f.Keywords > 0 {
		p("| accuracy of search words alone | %.4f | |\n", f.Keywords)
	}
	if f.Majority > 0 {
		p("| accuracy of always giving the commonest label | %.4f | |\n", f.Majority)
	}
	p("\n## Do the probabilities mean what they say?\n\n| probability | texts | mean probability | share right |\n|---|---|---|---|\n")
	for _, bin := range r.Reliability {
		if bin.Rows > 0 {
			p("| %.2f to %.2f | %d | %.3f | %.3f |\n", bin.From, bin.Until, bin.Rows, bin.Confidence, bin.Accuracy)
		}
	}
	p("\n## Label by label\n\n| label | texts | predicted | precision | recall | F1 |\n|---|---|---|---|---|---|\n")
	for _, c := range r.Classes {
		p("| %s | %d | %d | %.3f | %.3f | %.3f |\n", cell(c.Name), c.Support, c.Predicted, c.Precision, c.Recall, c.F1)
	}
	p("\n## Where it fails\n\n| it was | it said | texts |\n|---|---|---|\n")
	for _, c := range r.Confusions {
		p("| %s | %s | %d |\n", cell(c.Truth), cell(c.Predicted), c.Rows)
	}
	p("\nLabels with few texts are learnt badly and judged badly. Text unlike what it learnt from gets probabilities that mean less than the table above says.\n")
	return []byte(b.String())
}

// cell makes a name safe within a table.
func cell(s string) string {
	return strings.NewReplacer("|", "\\|", "\n", " ", "\r", " ").Replace(s)
}
