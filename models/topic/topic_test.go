package topic_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/models/cluster"
	"psims/models/topic"
	"psims/nlp/features"
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

// told gives texts as what a title is judged by.
func told(t interface {
	Helper()
	Fatal(...any)
}, texts []string) topic.Reports {
	t.Helper()
	terms, counts, err := features.Count(context.Background(), texts, features.DefaultCount())
	if err != nil {
		t.Fatal(err)
	}
	r := topic.Reports{Terms: terms, Counts: counts}
	for i := range texts {
		r.Rows = append(r.Rows, int32(i))
	}
	return r
}

func TestName(t *testing.T) {
	weights := map[string]float64{"batteri": 3, "batteri door": 4, "pump": 1, "scald": 2, "wrong": 2, "patient": 1, "night": 1, "alarm": 1, "no": 1, "tto": 2, "macular": 2, "floor": 2, "gent": 1, "import": 1}
	for _, c := range []struct {
		name, why string
		texts     []string
		shown     []string
		want      string
	}{
		{"what most say", "a phrase of most reports comes first, and one of a few has no place", []string{"The battery door of the pump was loose.", "Found the battery door open.", "Battery door open.", "Pump battery door.", "Battery door was loose."}, []string{"battery door", "pump", "loose"}, "Battery door, pump"},
		{"specific before frequent", "of phrases that stand in half of the reports the more telling comes first", []string{"Battery door open.", "Battery door off.", "Battery flat.", "Battery lost."}, []string{"battery"}, "Battery door"},
		{"different things", "where no phrase stands in half of the reports, the title says so", []string{"Macular clinic.", "Wet macular.", "New floor.", "Wet floor.", "Battery lost."}, []string{"macular", "floor"}, "Mixed: Floor, macular"},
		{"who it happened to", "a patient, a writer or a time names no theme", []string{"Year old gent with pump.", "Year old gent, the pump again."}, []string{"year old gent", "pump"}, "Pump"},
		{"what is done to a patient", "a patient is left out before what happened, and stays after it", []string{"The patient was scalded. Wrong patient.", "Patient was scalded. It was the wrong patient."}, []string{"patient was scalded", "wrong patient"}, "Wrong patient, scalded"},
		{"nothing else", "words that name nothing are better than no name", []string{"Patient last night.", "Last night a patient."}, []string{"last night", "patient"}, "Last night, patient"},
		{"shouting", "capitals beside capitals make no acronym, and a clause is no phrase", []string{"PUMP DID NOT START on the ward, battery dead.", "PUMP DID NOT START again, battery flat."}, []string{"battery", "pump"}, "Battery, pump"},
		{"denials name nothing", "a word that denies is left out", []string{"No alarm.", "No alarm at all."}, []string{"no", "alarm"}, "Alarm"},
		{"a term over two clauses", "what reaches over a mark, a figure or a joining word is no phrase", []string{"Scalded; the pump.", "He was scalded and the pump."}, []string{"scalded; the pump", "scalded and the pump", "pump"}, "Pump"},
		{"acronym", "what most texts write in capitals is one; a text that is all capitals says nothing", []string{"The TTO was late.", "TTO late again, pump off.", "Tto not ready.", "PUMP ALARM."}, []string{"tto", "pump"}, "TTO, pump"},
		{"the usual form", "a part is written as most of the texts write it", []string{"Import tray.", "Imported pump.", "An imported one.", "It was imported."}, []string{"import"}, "Imported"},
		{"one word", "beside one word that most say stands what a few mean by it", []string{"Alarm of the pump.", "Pump alarm.", "Alarm.", "Alarm.", "Alarm.", "Alarm.", "Alarm.", "Alarm.", "Alarm."}, []string{"alarm", "pump"}, "Alarm, sometimes pump"},
		{"no space after a stop", "words that only a full stop holds together are no phrase", []string{"Pump completed.the alarm.", "Pump completed.the alarm."}, []string{"pump"}, "Alarm, pump"},
		{"nothing", "there is always a name", nil, nil, "Reports alike"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := told(t, c.texts).Name(c.texts, weights, c.shown)
			if got.Text != c.want {
				t.Errorf("%q, want %q: %s", got.Text, c.want, c.why)
			}
			if got.Mixed != topic.Mixed(got.Text) {
				t.Errorf("%q is mixed: %t", got.Text, got.Mixed)
			}
			if said := told(t, c.texts).Says(got.Text); len(got.Parts) > 0 && (said >= 0.5) == got.Mixed {
				t.Errorf("%q: a part stands in %.2f of the reports", got.Text, said)
			}
		})
	}
}

// What a title that isn't mixed says stands in half of its reports, in the words in which
// it says it, and each further part in a quarter; a mixed one has no such part.
func TestTitleSaysWhatMostReportsSay(t *testing.T) {
	words := []string{"battery", "batteries", "door", "pump", "pumps", "the", "wrong", "imported", "import", "patient", "no", "alarm", "tto", "w/o", "loose", "loosened"}
	weights := map[string]float64{"batteri": 3, "door": 2, "batteri door": 4, "pump": 1, "import": 2, "wrong": 1, "alarm": 1, "loos": 1}
	rapid.Check(t, func(t *rapid.T) {
		var texts []string
		for range rapid.IntRange(2, 9).Draw(t, "reports") {
			texts = append(texts, strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 8).Draw(t, "words"), " ")+".")
		}
		r := told(t, texts)
		got := r.Name(texts, weights, []string{"battery door", "pump", "import", "wrong"})
		if len(got.Parts) == 0 {
			return
		}
		if said := r.Says(got.Text); (said >= 0.5) == got.Mixed {
			t.Errorf("%q of %q: its widest part stands in %.2f of them", got.Text, texts, said)
		}
		for _, p := range got.Parts {
			if said := r.Says(p.Words); said != p.Share || !got.Mixed && said < 0.1 {
				t.Errorf("%q of %q: the part %q stands in %.2f of them, and was taken to stand in %.2f", got.Text, texts, p.Words, said, p.Share)
			}
		}
	})
}

func TestWritten(t *testing.T) {
	texts := []string{"The wrong date of birth was on the label.", "Date of birth wrong.", "His date of birth had been misread."}
	got := topic.Written(texts, []string{"date birth", "date", "wrong", "apologi"}, []string{"date birth", "date", "wrong", "apology"})
	if diff := cmp.Diff([]string{"date of birth", "wrong", "apology"}, got); diff != "" {
		t.Errorf("terms (-want +got):\n%s", diff)
	}
}

func TestTells(t *testing.T) {
	for name, want := range map[string]bool{"Battery door, pump": true, "Wrong patient": true, "REPORT, DESCRIPTION, organisation": false, "Mixed: Floor, macular": false, "Candour applied, submitted": false, "Immediate safety actions, daily incident huddle": false, "Family informed, not applicable": false, "Form completed": false, "Hospital": false, "Rapid review, completed by ward": false, "Safety catch": true, "Wrong ward": true, "Year old gent, male patient": false, "": false} {
		if got := topic.Tells(name); got != want {
			t.Errorf("%q: %t", name, got)
		}
		if got := topic.Paperwork(name); got == want != topic.Mixed(name) {
			t.Errorf("%q is paperwork: %t", name, got)
		}
	}
}
