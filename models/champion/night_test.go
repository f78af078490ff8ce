package champion_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/datasets/incident"
	"psims/datasets/incident/incidenttest"
	"psims/models/artefact"
	"psims/models/champion"
	"psims/models/classify"
)

const asOf = incident.Day(20_000)

func plan() champion.Plan {
	return champion.Plan{Tasks: []string{champion.Category, champion.CareSetting, "harm"}, EveryDays: 28, SideEvents: 100, Sure: 0.4, Lesson: settings()}
}

// table invents reports until asOf, four in five of the scheme lfpse.
func table(n int) *incident.Table {
	texts, said := reports(n, 0)
	events := make([]incidenttest.Event, n)
	for i := range events {
		events[i] = incidenttest.Event{Scheme: "lfpse", Category: said[i], Text: texts[i], Organisation: "Z01", CareSetting: "Ward", Reported: asOf - incident.Day((n-1-i)/8)}
		if i%5 == 0 {
			events[i].Scheme = "nrls"
		}
	}
	return incidenttest.Table(events...)
}

func TestTasksOfANight(t *testing.T) {
	events := incidenttest.Table(
		incidenttest.Event{Scheme: "b", Category: "x"}, incidenttest.Event{Scheme: "a", Category: "x"}, incidenttest.Event{Scheme: "a/b", Category: "x"},
		incidenttest.Event{Scheme: "c"}, incidenttest.Event{Scheme: "c"}, incidenttest.Event{Category: "y"}, incidenttest.Event{Category: "y"},
	)
	s := artefact.Store{Dir: t.TempDir()}
	n := champion.NewNight(events, asOf, plan(), s)
	// Most labelled are a, b and a/b alike: the first by name. c has no label, and what
	// can be no folder's name is learnt nothing for.
	if d := cmp.Diff([]string{"a", "b", "c"}, n.Schemes()); n.Scheme() != "a" || d != "" {
		t.Errorf("%q is counted, of %s", n.Scheme(), d)
	}
	want := []champion.Task{
		{Name: "category", Subject: `category in the scheme "a"`, Scheme: "a", Counted: true},
		{Name: "category-b", Subject: `category in the scheme "b"`, Scheme: "b"},
		{Name: "category-c", Subject: `category in the scheme "c"`, Scheme: "c"},
		{Name: "care_setting", Subject: "care setting"},
	}
	if d := cmp.Diff(want, n.Tasks()); d != "" {
		t.Errorf("tasks (-want +got):\n%s", d)
	}
	if a, b := n.Said(want[0], 0), n.Said(want[1], 0); a != "" || b != "x" {
		t.Errorf("of the first event is said %q in one scheme and %q in its own", a, b)
	}
	p := plan()
	p.Scheme = "b"
	if n := champion.NewNight(events, asOf, p, s); n.Scheme() != "b" || !n.Tasks()[0].Counted || n.Tasks()[1].Name != "category-a" {
		t.Errorf("with b configured, %q is counted, of %v", n.Scheme(), n.Tasks())
	}
	if n := champion.NewNight(incidenttest.Table(), asOf, plan(), s); n.Scheme() != "" || len(n.Tasks()) != 1 {
		t.Errorf("of nothing, %q is counted, of %v", n.Scheme(), n.Tasks())
	}
}

// TestNightLearnsOnce: what is due is learnt, tried and in use; a second night finds it,
// tells it beside its past, and a night whose lesson was not learnt says so.
func TestNightLearnsOnce(t *testing.T) {
	s, events, ctx := artefact.Store{Dir: t.TempDir()}, table(1500), context.Background()
	n := champion.NewNight(events, asOf, plan(), s)
	task := n.Categories("lfpse")
	if _, _, err := n.InUse(task); !errors.Is(err, champion.ErrUntrained) {
		t.Errorf("before it is trained: %v", err)
	}
	if m, version, err := n.InUse(champion.Task{Name: "specialty"}); m != nil || version != "" || err != nil {
		t.Errorf("a task that is not planned: %q, %v", version, err)
	}
	d, report, err := n.Train(ctx, task)
	if err != nil || report == nil || !d.Promoted {
		t.Fatalf("%+v, %v", d, err)
	}
	again := champion.NewNight(events, asOf, plan(), s)
	if d2, report, err := again.Train(ctx, task); report != nil || err != nil || d2.Candidate != d.Candidate {
		t.Errorf("learnt a second time: %+v, %v", d2, err)
	}
	model, version, err := again.InUse(task)
	if err != nil || version != d.Candidate {
		t.Fatalf("%q is in use, %v", version, err)
	}
	said := classify.Answers{Names: model.Names(), Predictions: model.Predict(nil, events.Text)}
	steady, err := again.Steady(version, said)
	if err != nil || steady.Frame().Len() == 0 {
		t.Errorf("beside its past: %v, %v", steady, err)
	}
	if taught, err := again.Taught(task, version, said, []int32{1}); taught != nil || err != nil {
		t.Errorf("the first version took over from %+v, %v", taught, err)
	}
	if l := again.Lesson(again.Tasks()[1]); len(l.Texts) != 100 || l.Until != again.Due() {
		t.Errorf("a scheme beside the counted one is learnt from %d events until %v", len(l.Texts), l.Until)
	}
}
