package classify_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/datasets/frame"
	"psims/models/classify"
)

// TestSendersComeFirst: a classifier fills what senders left out where it is sure enough,
// and nothing else; without one the fallback stands for it.
func TestSendersComeFirst(t *testing.T) {
	a := classify.Answers{Names: []string{"Delay", "Falls"}, Predictions: []classify.Prediction{{Class: 0, P: 0.9}, {Class: 1, Second: 0, P: 0.6, SecondP: 0.4}, {Class: 1, P: 0.2}}}
	words := []string{"Falls", "", ""}
	said := func(i int) string { return words[i] }
	f := a.Fill(3, said, func(int) string { return "Other" }, 0.5)
	labels := func(f classify.Filled) []string {
		var out []string
		for i := range f.Codes {
			out = append(out, f.Value(i))
		}
		return out
	}
	if d := cmp.Diff([]string{"Falls", "Falls", ""}, labels(f)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"sender", "classifier", "unsure"}, f.Source); d != "" || f.Given != 1 || f.Abstained != 1 {
		t.Errorf("%d given, %d abstained (-want +got):\n%s", f.Given, f.Abstained, d)
	}
	back := classify.Refill(labels(f), f.Source)
	if d := cmp.Diff(labels(f), labels(back)); d != "" || back.Given != 1 || back.Abstained != 1 {
		t.Errorf("refilled: %d given, %d abstained\n%s", back.Given, back.Abstained, d)
	}
	none := classify.Answers{}.Fill(3, said, func(int) string { return "Other" }, 0.5)
	if d := cmp.Diff([]string{"Falls", "Other", "Other"}, labels(none)); d != "" {
		t.Errorf("without a classifier (-want +got):\n%s", d)
	}
	table := frame.New("labels", a.Columns(3, 0.5)...)
	if first, err := frame.Get[string](table, "predicted"); err != nil || first[0] != "Delay" {
		t.Errorf("%v, %v", first, err)
	}
	if unsure, err := frame.Get[bool](table, "abstained"); err != nil || unsure[1] || !unsure[2] {
		t.Errorf("%v, %v", unsure, err)
	}
}
