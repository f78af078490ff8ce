package linkage_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/analytics/linkage"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/datasets/incident/incidenttest"
	"psims/nlp/features"
)

// sentTwice gives a hundred invented events of two organisations, the first five of
// which are reported again a day later in nearly the same words.
func sentTwice() *incident.Table {
	kinds := []string{"The patient fell beside the bed while reaching for a glass of water", "A syringe pump stopped without an alarm and the infusion was late",
		"The wrong blood tube was labelled and the sample had to be taken again", "A letter about the scan was sent to an old address and never came back"}
	event := func(k, later int) incidenttest.Event {
		return incidenttest.Event{ID: fmt.Sprintf("r%d-%d", k, later), System: []incident.System{incident.NRLS, incident.LFPSE}[later], Organisation: fmt.Sprintf("Z%d", k%2),
			Occurred: 20_000 + incident.Day(k), Reported: 20_000 + incident.Day(k+later), Harm: incident.LowHarm + incident.Harm(later), AgeDays: int32(365 * (20 + k%60)), Sex: []string{"female", "male"}[k/2%2],
			Text: fmt.Sprintf("%s on bay %d of ward w%d by the window of room q%d and code%d was told at once", kinds[k%4], k%7, k%11, k%13, k)}
	}
	var events []incidenttest.Event
	for k := range 100 {
		events = append(events, event(k, 0))
		if k > 0 && k <= 5 {
			events = append(events, event(k-1, 1))
		}
	}
	return incidenttest.Table(events...)
}

func always(_ *incident.Table, join func() (*linkage.Joined, error)) (*linkage.Joined, error) {
	return join()
}

func joinedOf(t *testing.T, tab *incident.Table, due incident.Day, remember linkage.Remember) *linkage.Joined {
	t.Helper()
	terms, counts, err := features.Count(context.Background(), tab.Text, features.DefaultCount())
	if err != nil {
		t.Fatal(err)
	}
	j, err := linkage.Join(context.Background(), tab, linkage.Words(terms, counts), due, remember)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// TestJoinedReportsCountOnce: a repeat follows the report that came first, which has the
// worse harm of the two, and what is published of it reads back the same.
func TestJoinedReportsCountOnce(t *testing.T) {
	tab := sentTwice()
	j := joinedOf(t, tab, tab.Reported[tab.Len()-1], always)
	followers := 0
	for i := range tab.Len() {
		if j.Counted(i) {
			continue
		}
		followers++
		first := int(j.First[i])
		if tab.ID[i][:2] != tab.ID[first][:2] || first > i {
			t.Errorf("%s follows %s", tab.ID[i], tab.ID[first])
		}
		if h := j.Judged(tab).Harm[first]; h != incident.ModerateHarm {
			t.Errorf("the event of %s has harm %v, want the worse one of its reports", tab.ID[first], h)
		}
		if j.Why[int32(i)] == "" || j.Posterior[i] == 0 {
			t.Errorf("%s follows for no reason", tab.ID[i])
		}
	}
	if followers != 5 {
		t.Fatalf("%d reports follow another, want the five repeats", followers)
	}
	f := j.Frame(tab)
	if f.Len() != 10 {
		t.Errorf("%d rows are published of five pairs", f.Len())
	}
	back, err := linkage.FromFrame(f, tab)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(j.Mask(), back.Mask()); d != "" {
		t.Errorf("read back (-want +got):\n%s", d)
	}
	if d := cmp.Diff(j.First, j.Kept().Joined().First); d != "" {
		t.Errorf("kept (-want +got):\n%s", d)
	}
	if d := cmp.Diff(j.Why, j.Kept().Joined().Why); d != "" {
		t.Errorf("kept (-want +got):\n%s", d)
	}
	if _, err := linkage.FromFrame(frame.New("linked_reports"), tab); err == nil {
		t.Error("a table without columns gave no error")
	}
}

// TestWhatIsSettledHolds: what was joined until the due day stands, whatever came since,
// and is not looked for again where it is remembered.
func TestWhatIsSettledHolds(t *testing.T) {
	tab := sentTwice()
	due := incident.Day(20_080)
	var kept linkage.Kept
	first := joinedOf(t, tab, due, func(head *incident.Table, join func() (*linkage.Joined, error)) (*linkage.Joined, error) {
		if head.Len() != tab.Until(due) {
			t.Errorf("%d reports are settled, want those until the due day, %d", head.Len(), tab.Until(due))
		}
		j, err := join()
		kept = j.Kept()
		return j, err
	})
	again := joinedOf(t, tab, due, func(*incident.Table, func() (*linkage.Joined, error)) (*linkage.Joined, error) {
		return kept.Joined(), nil
	})
	if d := cmp.Diff(first.First, again.First); d != "" {
		t.Errorf("from memory it is joined otherwise (-want +got):\n%s", d)
	}
	if d := cmp.Diff(kept.First, again.First[:len(kept.First)]); d != "" {
		t.Errorf("what was settled has changed (-want +got):\n%s", d)
	}
}

// TestPeopleHaveTheLastWord: what people part is counted twice, and what they join once.
func TestPeopleHaveTheLastWord(t *testing.T) {
	tab := sentTwice()
	j := joinedOf(t, tab, tab.Reported[tab.Len()-1], always)
	before := j.Kept()
	repeat := int32(-1)
	for i := range tab.Len() {
		if !j.Counted(i) {
			repeat = int32(i)
			break
		}
	}
	last := int32(tab.Len() - 1)
	j.Amend(tab, []linkage.Told{{A: j.First[repeat], B: repeat}, {A: last - 1, B: last, Same: true}})
	if !j.Counted(int(repeat)) || j.Counted(int(last)) {
		t.Errorf("report %d stands for its event: %v, want true; %d: %v, want false", repeat, j.Counted(int(repeat)), last, j.Counted(int(last)))
	}
	if !j.ByPeople(repeat) || !j.ByPeople(last) || j.ByPeople(10) || j.Posterior[last] != 1 || j.Why[last] != "" {
		t.Error("who said so is not told")
	}
	if d := cmp.Diff(before.First[repeat], before.Joined().First[repeat]); d != "" || before.First[repeat] == repeat {
		t.Error("what is remembered has changed")
	}
}
