package calibrate

import (
	"context"
	"fmt"
	"math"

	"psims/models/label"
	"psims/models/linear"
)

// Platt gives the probability of one label from its score: 1/(1+exp(−Slope·score−Offset)).
type Platt struct{ Slope, Offset float32 }

// FitPlatt learns one curve for each of k labels from n×k out-of-fold scores,
// row-major. A label that all or no rows have gets a curve that says so, smoothed by
// one row either way.
//
// Errors: shapes that do not agree, scores that are not finite, ctx done.
func FitPlatt(ctx context.Context, scores []float32, y *label.Table) ([]Platt, error) {
	n, k := y.Rows(), y.Classes()
	if len(scores) != n*k || n == 0 {
		return nil, fmt.Errorf("calibrate: %d scores for %d rows of %d labels", len(scores), n, k)
	}
	curves := make([]Platt, k)
	counts := y.Counts()
	for c := range curves {
		if counts[c] == 0 || counts[c] == n {
			curves[c].Offset = float32(math.Log((float64(counts[c]) + 1) / (float64(n-counts[c]) + 1)))
			continue
		}
		column := make([]float32, n)
		square := 0.0
		for i := range n {
			column[i] = scores[i*k+c]
			square += float64(column[i]) * float64(column[i])
		}
		size := float32(max(1e-6, math.Sqrt(square/float64(n))))
		for i := range column {
			column[i] /= size
		}
		m, err := binary(ctx, column, 1, y, int32(c), 10)
		if err != nil {
			return nil, fmt.Errorf("calibrating label %q: %w", y.Name(int32(c)), err)
		}
		curves[c] = Platt{m[0] / size, m[1]}
	}
	return curves, nil
}

// P gives the probability of a score.
func (p Platt) P(score float32) float32 { return sigmoid(p.Logit(score)) }

// Logit gives the logarithm of the odds of a score.
func (p Platt) Logit(score float32) float32 { return p.Slope*score + p.Offset }

func sigmoid(v float32) float32 { return float32(1 / (1 + math.Exp(-float64(v)))) }

// binary fits logistic regression for label c on n×d inputs and gives d weights and the offset.
func binary(ctx context.Context, inputs []float32, d int, y *label.Table, c int32, cost float64) ([]float32, error) {
	classes := make([]int32, y.Rows())
	for i := range classes {
		if y.Has(i, c) {
			classes[i] = 1
		}
	}
	// Two classes with weights of opposite sign carry half the penalty of one difference.
	config := linear.SoftmaxConfig{C: cost / 2, MaxRounds: 100, Tolerance: 1e-5}
	m, err := config.Fit(ctx, inputs, d, label.Of([]string{"no", "yes"}, classes))
	if err != nil {
		return nil, err
	}
	w := m.Weights()
	out := make([]float32, d+1)
	for j := range out {
		out[j] = w[2*j+1] - w[2*j]
	}
	return out, nil
}

// LabelStack gives the probabilities of k labels that may go together from their
// k scores. The probability of a label is the mean of that from its own curve and
// that from a regression on the curves' odds of all labels, which learns which
// labels keep company, and on how long the text is.
type LabelStack struct {
	Curves  []Platt
	Weights []float32 // k rows of k+3: the odds of all labels, ln of the length, the sum of probabilities, the offset
	Mean    []float32 // of the odds, by label
	Size    []float32 // standard deviation of the odds, by label
}

// own is how much more easily a label's own odds speak for it than others' do.
const own = 4

// FitLabelStack learns from n×k out-of-fold scores, row-major, and how long each
// text is, in any unit. Errors: as [FitPlatt].
func FitLabelStack(ctx context.Context, scores []float32, lengths []float32, y *label.Table) (*LabelStack, error) {
	curves, err := FitPlatt(ctx, scores, y)
	if err != nil {
		return nil, err
	}
	n, k := y.Rows(), y.Classes()
	if len(lengths) != n {
		return nil, fmt.Errorf("calibrate: lengths of %d texts for %d", len(lengths), n)
	}
	s := &LabelStack{Curves: curves, Weights: make([]float32, k*(k+3)), Mean: make([]float32, k), Size: make([]float32, k)}
	for c := range k {
		sum, square := 0.0, 0.0
		for i := range n {
			v := float64(curves[c].Logit(scores[i*k+c]))
			sum += v
			square += v * v
		}
		mean := sum / float64(n)
		s.Mean[c], s.Size[c] = float32(mean), float32(math.Sqrt(max(1e-12, square/float64(n)-mean*mean)))
	}
	counts := y.Counts()
	inputs := make([]float32, n*(k+2))
	for i := range n {
		s.inputs(inputs[i*(k+2):(i+1)*(k+2)], scores[i*k:(i+1)*k], lengths[i])
	}
	for c := range k {
		w := s.Weights[c*(k+3) : (c+1)*(k+3)]
		if counts[c] == 0 || counts[c] == n {
			w[k+2] = curves[c].Offset
			continue
		}
		for i := range n {
			inputs[i*(k+2)+c] *= own
		}
		m, err := binary(ctx, inputs, k+2, y, int32(c), .1)
		if err != nil {
			return nil, fmt.Errorf("stacking label %q: %w", y.Name(int32(c)), err)
		}
		for i := range n {
			inputs[i*(k+2)+c] /= own
		}
		copy(w, m)
		w[c] *= own
	}
	return s, nil
}

// inputs writes the standardised odds, the length and the sum of probabilities of one row.
func (s *LabelStack) inputs(dst, scores []float32, length float32) {
	k := len(s.Curves)
	sum := float32(0)
	for c, curve := range s.Curves {
		logit := curve.Logit(scores[c])
		dst[c] = (logit - s.Mean[c]) / s.Size[c]
		sum += sigmoid(logit)
	}
	dst[k], dst[k+1] = float32(math.Log(1+float64(length)))-4, sum-1
}

// Check says what is wrong with the parts, if anything.
func (s *LabelStack) Check() error {
	if k := len(s.Curves); k == 0 || len(s.Mean) != k || len(s.Size) != k || len(s.Weights) != k*(k+3) {
		return fmt.Errorf("calibrate: %d curves, %d means, %d sizes, %d weights", k, len(s.Mean), len(s.Size), len(s.Weights))
	}
	for c, v := range s.Size {
		if !(v > 0) {
			return fmt.Errorf("calibrate: the odds of label %d have the size %v", c, v)
		}
	}
	return nil
}

// Row writes the probabilities of the k labels over dst; scratch has room for k+2.
func (s *LabelStack) Row(dst, scores []float32, length float32, scratch []float32) {
	k := len(s.Curves)
	s.inputs(scratch[:k+2], scores, length)
	for c, curve := range s.Curves {
		w := s.Weights[c*(k+3) : (c+1)*(k+3)]
		odds := w[k+2]
		for j, v := range scratch[:k+2] {
			odds += w[j] * v
		}
		dst[c] = (curve.P(scores[c]) + sigmoid(odds)) / 2
	}
}
