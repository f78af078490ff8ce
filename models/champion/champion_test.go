package champion_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/datasets/incident"
	"psims/models/artefact"
	"psims/models/champion"
	"psims/models/classify"
	"psims/models/evaluate"
)

var task = champion.Task{Name: "category", Subject: "category", Counted: true}

func settings() champion.Config {
	return champion.Config{Model: "words", MinEvents: 50, MinClass: 5, MaxEvents: 10_000, TestShare: 0.2, Seed: 1}
}

// reports invents n texts of three kinds with what their senders said; every wrong-th
// sender says another kind, none for 0.
func reports(n, wrong int) (texts, said []string) {
	kinds := []struct{ said, text string }{{"Falls", "fell from the bed and hurt an elbow"}, {"Medication", "was given the wrong dose of insulin"}, {"Documents", "had a letter of another person in the notes"}}
	for i := range n {
		k := kinds[i%3]
		texts = append(texts, fmt.Sprintf("Patient %d on ward %d %s.", i, i%7, k.text))
		if wrong > 0 && i%wrong == 0 {
			k = kinds[(i+1)%3]
		}
		said = append(said, k.said)
	}
	return texts, said
}

func whole(rows []int32, texts []string) []evaluate.Cut {
	return []evaluate.Cut{evaluate.Lengths(texts, evaluate.DefaultBands())}
}

func nothing(*classify.Classifier) ([]artefact.Side, error) { return nil, nil }

func TestLessonIsWhatCanBeLearnt(t *testing.T) {
	texts, said := reports(900, 0)
	said[0], texts[1] = "", ""
	said[2], said[5] = "Rare", "Rare"
	l := champion.Gather(task, 100, texts, said, settings())
	for k, i := range l.Rows {
		if i <= 2 || i == 5 || l.Texts[k] != texts[i] || l.Y.String(k) != said[i] || k > 0 && i <= l.Rows[k-1] {
			t.Fatalf("place %d holds row %d, %q", k, i, l.Texts[k])
		}
	}
	for k, i := range l.FrozenRows {
		if l.FrozenTexts[k] != texts[i] || l.FrozenY[k] != said[i] {
			t.Fatalf("row %d is frozen as %q", i, l.FrozenTexts[k])
		}
	}
	if n := len(l.Rows) + len(l.FrozenRows); n > 896 || n < 895 || len(l.FrozenRows) < 25 || len(l.FrozenRows) > 70 || !l.Enough() {
		t.Errorf("%d are learnt from and %d held back, want about one in 20 of 896", len(l.Rows), len(l.FrozenRows))
	}
	if held, _ := l.Held(3); len(held) != 3 || held[0] != l.FrozenTexts[0] {
		t.Errorf("held back: %q", held)
	}
	few := settings()
	few.MaxEvents = 100
	newest := champion.Gather(task, 100, texts, said, few)
	if d := cmp.Diff(l.Rows[len(l.Rows)-100:], newest.Rows); d != "" {
		t.Errorf("not the newest hundred (-want +got):\n%s", d)
	}
	if few.MinEvents = 101; champion.Gather(task, 100, texts, said, few).Enough() {
		t.Error("a hundred are enough for 101")
	}
}

// TestFrozenTextsStayFrozen: a repeat of a text, in other letters and with other spaces,
// lies on the same side.
func TestFrozenTextsStayFrozen(t *testing.T) {
	texts, said := reports(4000, 0)
	loud := make([]string, len(texts))
	for i, s := range texts {
		loud[i] = strings.ToUpper(strings.ReplaceAll(s, " ", "  "))
	}
	a, b := champion.Gather(task, 100, texts, said, settings()), champion.Gather(task, 100, loud, said, settings())
	if d := cmp.Diff(a.FrozenRows, b.FrozenRows); d != "" {
		t.Errorf("repeats lie on the other side:\n%s", d)
	}
	if out := len(a.FrozenRows); out < 140 || out > 260 {
		t.Errorf("%d of 4000 texts are frozen, one in 20 was wanted", out)
	}
}

func TestVersionsHangOnTheLessonAlone(t *testing.T) {
	texts, said := reports(300, 0)
	version := func(change func(*champion.Task, *champion.Config)) string {
		tk, c := task, settings()
		change(&tk, &c)
		return champion.Gather(tk, 100, texts, said, c).Version()
	}
	same := version(func(*champion.Task, *champion.Config) {})
	if !strings.HasPrefix(same, incident.Day(100).String()+"-") || version(func(_ *champion.Task, c *champion.Config) { c.MinClass = 4 }) != same {
		t.Errorf("version %s: what changes no lesson must not change it", same)
	}
	for name, change := range map[string]func(*champion.Task, *champion.Config){
		"scheme": func(tk *champion.Task, _ *champion.Config) { tk.Scheme = "other" },
		"seed":   func(_ *champion.Task, c *champion.Config) { c.Seed = 2 },
		"texts":  func(_ *champion.Task, c *champion.Config) { c.MaxEvents = 200 },
	} {
		if version(change) == same {
			t.Errorf("another %s has the same version", name)
		}
	}
}

// TestChampionGivesWayToOneNoWorse: the first version becomes champion, one that learnt
// from wrong answers does not, and what people taught is measured beside the champion.
func TestChampionGivesWayToOneNoWorse(t *testing.T) {
	s := artefact.Store{Dir: t.TempDir()}
	texts, said := reports(1200, 0)
	first := champion.Gather(task, 100, texts, said, settings())
	d, report, err := first.Train(context.Background(), s, whole, nothing)
	if err != nil {
		t.Fatal(err)
	}
	if !d.Promoted || d.InUse() != first.Version() || report.Accuracy < 0.95 || len(report.Baselines) != 2 || len(report.Slices) == 0 {
		t.Fatalf("the first version: %+v, accuracy %v", d, report.Accuracy)
	}
	_, shuffled := reports(1200, 0)
	for i := range shuffled {
		if i%3 == 0 {
			shuffled[i] = "Documents"
		}
	}
	// It learns that falls are documents; the frozen texts still say what they said.
	worse := champion.Gather(task, 128, texts, shuffled, settings())
	worse.FrozenRows, worse.FrozenTexts, worse.FrozenY = first.FrozenRows, first.FrozenTexts, first.FrozenY
	d, _, err = worse.Train(context.Background(), s, whole, nothing)
	if err != nil {
		t.Fatal(err)
	}
	if d.Promoted || d.InUse() != first.Version() {
		t.Errorf("a worse version is in use: %s", d.Reason)
	}
	model, err := champion.Load(s, "category", d.InUse())
	if err != nil {
		t.Fatal(err)
	}
	if p := model.Predict(nil, texts[:3]); model.Names()[p[0].Class] != "Falls" {
		t.Errorf("the champion says %q of a fall", model.Names()[p[0].Class])
	}
	got, err := worse.Taught(s, worse.Version(), []champion.Answered{{Row: worse.Rows[0], Text: texts[0], Said: "Falls", Now: "Documents"}, {Row: worse.FrozenRows[0], Text: texts[1], Said: "Medication", Now: "Medication"}})
	if err != nil {
		t.Fatal(err)
	}
	want := &champion.Taught{Version: worse.Version(), Before: first.Version(), Learnt: champion.Hit{Answers: 1, Before: 1}, Unseen: champion.Hit{Answers: 1, Before: 1, After: 1}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("taught (-want +got):\n%s", d)
	}
	if got, err := first.Taught(s, first.Version(), []champion.Answered{{Text: texts[0]}}); got != nil || err != nil {
		t.Errorf("the first version took over from %+v, %v", got, err)
	}
}

func ExampleDueDay() {
	for day := incident.Day(20_000); day < 20_003; day++ {
		fmt.Println(day, champion.DueDay(day, 28))
	}
	// Output:
	// 2024-10-04 2024-09-26
	// 2024-10-05 2024-09-26
	// 2024-10-06 2024-09-26
}
