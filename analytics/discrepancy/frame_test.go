package discrepancy_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"psims/analytics/discrepancy"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/models/artefact"
)

// TestWhatIsPublished: the undergraded death is in both lists with its words and its
// sentence, and the habits stand in the order of the organisations.
func TestWhatIsPublished(t *testing.T) {
	tab := falls(1200)
	at := slices.IndexFunc(tab.Text, func(s string) bool { return strings.Contains(s, "Cardiac arrest, patient died") })
	tab.Harm[at] = incident.NoHarm
	frames := find(t, few(), tab, nil).Frames(tab.Text)
	var names []string
	for _, f := range frames {
		names = append(names, f.Name)
	}
	if want := "harm_discrepancy harm_grading harm_judged"; strings.Join(names, " ") != want {
		t.Fatalf("tables %v, want %s", names, want)
	}
	r := frames[0].Reader()
	list, id, words, sentences := frame.Take[string](r, "list"), frame.Take[string](r, "incident_id"), frame.Take[string](r, "words"), frame.Take[string](r, "sentences")
	seen := 0
	for k := range id {
		if id[k] == tab.ID[at] {
			seen++
			if !slices.Contains(frame.Parts(words[k]), "died") || !strings.Contains(sentences[k], "Cardiac arrest, patient died.") {
				t.Errorf("%s: words %q, sentences %q", list[k], words[k], sentences[k])
			}
		}
	}
	if seen != 2 || r.Err() != nil {
		t.Errorf("the death is listed %d times, want once by reading and once as told; %v", seen, r.Err())
	}
	orgs, err := frame.Get[string](frames[1], "organisation")
	if err != nil || len(orgs) != 11 || !slices.IsSorted(orgs) {
		t.Errorf("%v, %v", orgs, err)
	}
}

// TestReadersAreKept: what was learnt reads the same once opened, its card says how good
// it is, and its name depends on what it learnt alone.
func TestReadersAreKept(t *testing.T) {
	tab, c := falls(600), few()
	tab.Reported = make([]incident.Day, tab.Len())
	rows := make([]int32, tab.Len())
	for i := range rows {
		rows[i], tab.Reported[i] = int32(i), incident.Day(100+i)
	}
	version, learnt := c.Lesson(tab, rows, 599)
	if len(learnt) != 500 || !strings.HasPrefix(version, "1971-08-23-") {
		t.Fatalf("%s learns from %d events, want the 500 until its day", version, len(learnt))
	}
	tab.Text[599] += " And more." // reported later
	if again, _ := c.Lesson(tab, rows, 599); again != version {
		t.Error("what came later has changed the name")
	}
	tab.Text[3] += " And more."
	if again, _ := c.Lesson(tab, rows, 599); again == version {
		t.Error("another text has the same name")
	}
	x, err := c.Learn(context.Background(), tab, learnt)
	if err != nil {
		t.Fatal(err)
	}
	e, err := c.Entry(x, tab, learnt, 599)
	if err != nil {
		t.Fatal(err)
	}
	if card := string(e.Card); !strings.Contains(card, "until 1971-08-23") || !strings.Contains(card, "| fatal | ") || !strings.Contains(card, "Judged on 500 texts") {
		t.Errorf("card:\n%s", card)
	}
	back, err := discrepancy.Open(e)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(x.Probabilities(nil, tab.Text[:50]), back.Probabilities(nil, tab.Text[:50])) {
		t.Error("the models read otherwise once opened")
	}
	e.Model = e.Model[:len(e.Model)/2]
	if _, err := discrepancy.Open(e); err == nil {
		t.Error("half a model gave no error")
	}
}

// TestTrainedOnce: what is due is learnt once, and in use from then on; too few teach nothing.
func TestTrainedOnce(t *testing.T) {
	tab, c, s := falls(600), few(), artefact.Store{Dir: t.TempDir()}
	tab.Reported = make([]incident.Day, tab.Len())
	rows := make([]int32, tab.Len())
	for i := range rows {
		rows[i], tab.Reported[i] = int32(i), incident.Day(100+i)
	}
	if x, version, err := c.InUse(s, tab, rows, 599); x != nil || version != "" || err != nil {
		t.Errorf("before it is learnt: %q, %v", version, err)
	}
	version, learnt, err := c.Train(t.Context(), s, tab, rows, 599)
	if err != nil || learnt != 500 {
		t.Fatalf("%s learnt from %d events, %v", version, learnt, err)
	}
	if again, learnt, err := c.Train(t.Context(), s, tab, rows, 599); again != version || learnt != 0 || err != nil {
		t.Errorf("a second time: %s of %d events, %v", again, learnt, err)
	}
	if x, in, err := c.InUse(s, tab, rows, 599); x == nil || in != version || err != nil {
		t.Errorf("in use is %q, %v", in, err)
	}
	if _, _, err := c.Train(t.Context(), s, tab, rows[:10], 599); !errors.Is(err, discrepancy.ErrTooFew) {
		t.Errorf("ten events: %v", err)
	}
}
