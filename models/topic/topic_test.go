package topic_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/models/cluster"
	"psims/models/topic"
	"psims/nlp/sparse"
)

func TestTermsThatSetAGroupApart(t *testing.T) {
	// Term 0 stands everywhere, term 1 only in the group, term 2 mostly outside it.
	rows := [][]int32{{0, 1}, {0, 1, 3}, {0, 1, 4}, {0, 1, 2}, {0, 2}, {0, 2, 5}, {0, 2}, {0, 5}}
	b := sparse.NewBuilder(6)
	for _, r := range rows {
		for _, c := range r {
			b.Add(c, 1)
		}
		b.EndRow()
	}
	none := cluster.None
	g := &cluster.Grouping{Groups: 1, Of: []int32{0, 0, 0, 0, none, none, none, none}, Likeness: []float32{.5, .9, .8, .7, 0, 0, 0, 0}, Sizes: []int{4}}
	got := topic.Describe(b.Build(), g, topic.Config{Terms: 3, Exemplars: 2, MinCount: 2})
	if diff := cmp.Diff([]int32{1}, got[0].Terms); diff != "" {
		t.Errorf("terms (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int32{1, 2}, got[0].Exemplars); diff != "" {
		t.Errorf("exemplars (-want +got):\n%s", diff)
	}
}

func TestExemplarsDoNotRepeatEachOther(t *testing.T) {
	b := sparse.NewBuilder(4)
	for _, r := range [][]int32{{0, 1, 2}, {0, 1, 2}, {0, 3}} {
		for _, c := range r {
			b.Add(c, 1)
		}
		b.EndRow()
	}
	g := &cluster.Grouping{Groups: 1, Of: []int32{0, 0, 0}, Likeness: []float32{.9, .8, .7}, Sizes: []int{3}}
	got := topic.Describe(b.Build(), g, topic.Default())
	if diff := cmp.Diff([]int32{0, 2}, got[0].Exemplars); diff != "" {
		t.Errorf("exemplars (-want +got):\n%s", diff)
	}
}

func TestName(t *testing.T) {
	weights := map[string]float64{"batteri": 3, "batteri door": 4, "pump": 1}
	for _, c := range []struct {
		name, why string
		texts     []string
		shown     []string
		want      string
	}{
		{"shared phrase", "the phrase that two reports share and that holds the terms", []string{"The battery door of the pump was loose.", "Found the battery door open."}, []string{"battery door", "pump"}, "Battery door, pump"},
		{"no phrase", "no two reports share a phrase, so the terms serve", []string{"Came open again."}, []string{"open", "door"}, "Open, door"},
		{"who it happened to", "a patient, a writer or a time names no theme", []string{"Year old gent, male patient. The pump staff wrote of."}, []string{"year old gent", "male patient", "staff", "last night", "pump"}, "Pump"},
		{"what is done to a patient", "a patient is left out before what happened, and stays after it", nil, []string{"patient was scalded", "wrong patient"}, "Scalded, wrong patient"},
		{"nothing else", "words that name nothing are better than no name", nil, []string{"last night", "patient"}, "Night, patient"},
		{"shouting", "capitals beside capitals make no acronym, and a clause is no phrase", []string{"PUMP DID NOT START on the ward, battery dead.", "PUMP DID NOT START again, battery flat."}, []string{"battery", "pump"}, "Battery, pump"},
		{"denials name nothing", "a word that denies is left out", nil, []string{"no", "alarm"}, "Alarm"},
		{"acronym", "what most texts write in capitals is one; a text that is all capitals says nothing", []string{"The TTO was late.", "TTO late again, pump off.", "Tto not ready.", "PUMP ALARM."}, []string{"tto", "pump"}, "TTO, pump"},
		{"nothing", "there is always a name", nil, nil, "Reports alike"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := topic.Name(c.texts, weights, c.shown); got != c.want {
				t.Errorf("%q, want %q: %s", got, c.want, c.why)
			}
		})
	}
}

func TestWritten(t *testing.T) {
	texts := []string{"The wrong date of birth was on the label.", "Date of birth wrong.", "His date of birth had been misread."}
	got := topic.Written(texts, []string{"date birth", "date", "wrong", "apologi"}, []string{"date birth", "date", "wrong", "apology"})
	if diff := cmp.Diff([]string{"date of birth", "wrong", "apology"}, got); diff != "" {
		t.Errorf("terms (-want +got):\n%s", diff)
	}
}

func TestTells(t *testing.T) {
	for name, want := range map[string]bool{"Battery door, pump": true, "Wrong patient": true, "REPORT, DESCRIPTION, organisation": false, "Year old gent, male patient": false, "": false} {
		if got := topic.Tells(name); got != want {
			t.Errorf("%q: %t", name, got)
		}
	}
}
