package classify_test

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"os"
	"syscall"
	"testing"
	"time"

	"psims/models/classify"
	"psims/models/evaluate"
	"psims/models/label"
)

// table reads a public CSV file, if it is there; the test is skipped if not.
func table(tb testing.TB, path string) [][]string {
	tb.Helper()
	f, err := os.Open("../../../shared/data/" + path)
	if err != nil {
		tb.Skipf("the public file %s is not on this machine", path)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	return rows
}

// miners reads the mine accidents: narratives and parts of the body injured, from a
// day up to another.
func miners(tb testing.TB, from, until string) (texts, parts []string) {
	tb.Helper()
	rows := table(tb, "msha/msha_2010_2012.csv.gz")
	for _, r := range rows[1:] {
		if r[1] >= from && r[1] < until && r[6] != "" && r[3] != "" {
			texts, parts = append(texts, r[6]), append(parts, r[3])
		}
	}
	return texts, parts
}

// judge fits on the years 2010 and 2011 and scores 2012. It gives the seconds and
// the processor seconds of the fit.
func judge(tb testing.TB, c classify.Config) (*evaluate.Report, [2]float64, *classify.Classifier) {
	tb.Helper()
	texts, parts := miners(tb, "2010-01-01", "2012-01-01")
	later, truth := miners(tb, "2012-01-01", "2013-01-01")
	start, used := time.Now(), processor(tb)
	m, err := c.Train(context.Background(), texts, label.Single(parts))
	if err != nil {
		tb.Fatal(err)
	}
	seconds := [2]float64{time.Since(start).Seconds(), (processor(tb) - used).Seconds()}
	classes := make([]int32, len(later))
	for i, p := range m.Predict(nil, later) {
		classes[i] = p.Class
	}
	r, err := evaluate.Single(label.Single(truth).Conform(m.Names()), classes, m.Probabilities(nil, later), evaluate.Default())
	if err != nil {
		tb.Fatal(err)
	}
	return r, seconds, m
}

// TestUnseenYear holds the word model to more than what scikit-learn's best linear
// model reaches on the same years (accuracy .795, macro F1 .581), and its
// probabilities to within .02 of the truth.
func TestUnseenYear(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	r, _, _ := judge(t, classify.Default())
	t.Logf("accuracy %.4f %.3f, macro F1 %.4f %.3f, ECE %.4f, log loss %.4f", r.Accuracy, r.AccuracyInterval, r.MacroF1, r.MacroF1Interval, r.ECE, r.LogLoss)
	if r.Accuracy < .803 || r.MacroF1 < .595 || r.ECE > .02 {
		t.Errorf("accuracy %.4f, macro F1 %.4f, ECE %.4f", r.Accuracy, r.MacroF1, r.ECE)
	}
	texts, parts := miners(t, "2010-01-01", "2012-01-01")
	later, truth := miners(t, "2012-01-01", "2013-01-01")
	y := label.Single(parts)
	rule, err := classify.TrainKeywords(context.Background(), texts, y)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := evaluate.Single(label.Single(truth).Conform(y.Names()), rule.Predict(later), nil, evaluate.Default())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("search words alone: accuracy %.4f, macro F1 %.4f; commonest label %.4f", plain.Accuracy, plain.MacroF1, plain.Majority)
	if plain.Accuracy > r.Accuracy {
		t.Error("search words do better")
	}
}

// processor gives the processor time used so far, which a busy machine does not stretch.
func processor(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkUnseenYear reports how good and how fast both models are.
func BenchmarkUnseenYear(b *testing.B) {
	for name, c := range map[string]classify.Config{"words": classify.Default(), "accurate": classify.Accurate()} {
		b.Run(name, func(b *testing.B) {
			r, seconds, m := judge(b, c)
			later, _ := miners(b, "2012-01-01", "2013-01-01")
			predictions := m.Predict(nil, later)
			start, used := time.Now(), processor(b)
			for b.Loop() {
				m.Predict(predictions, later)
			}
			labelled := float64(b.N * len(later))
			b.ReportMetric(labelled/time.Since(start).Seconds(), "texts/s")
			b.ReportMetric(labelled/(processor(b)-used).Seconds(), "texts/core-s")
			b.ReportMetric(seconds[0], "train-s")
			b.ReportMetric(seconds[1], "train-core-s")
			b.ReportMetric(r.Accuracy, "accuracy")
			b.ReportMetric(r.MacroF1, "macro-F1")
			b.ReportMetric(r.ECE, "ECE")
			b.ReportMetric(r.LogLoss, "log-loss")
		})
	}
}
