package triage_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/analytics/emerging"
	"psims/analytics/triage"
)

func calibrated(t *testing.T, s *emerging.Stream) *triage.Chance {
	t.Helper()
	chance, err := triage.Calibrate(s, emerging.Default(), s.Day[len(s.Day)-1], 10)
	if err != nil {
		t.Fatal(err)
	}
	return chance
}

// Every installation is given the balance at which chance puts as much on its list.
func TestTheBalanceIsTheInstallationsOwn(t *testing.T) {
	all := invented(5, 40, 0)
	sixth := *all
	sixth.Terms, sixth.Day, sixth.Organisation = all.Terms.Gather(every(6, len(all.Day))), nil, nil
	for _, i := range every(6, len(all.Day)) {
		sixth.Day, sixth.Organisation = append(sixth.Day, all.Day[i]), append(sixth.Organisation, all.Organisation[i])
	}
	few, many := calibrated(t, &sixth), calibrated(t, all)
	a, b := triage.Default().Balanced(few), triage.Default().Balanced(many)
	if a.Balance >= b.Balance {
		t.Errorf("the balance of 7 reports a week is %.2f, and of 40 %.2f", a.Balance, b.Balance)
	}
	if got := many.Expected(b.Balance); got > 0.36 {
		t.Errorf("chance puts %.2f issues on a list", got)
	}
}

// What chance finds on several days together gives the numbers a search of all of them.
func TestChanceOfSeveralDays(t *testing.T) {
	a := &triage.Chance{Strengths: []float64{6, 4, 3}, Searches: 2, Few: true}
	b := &triage.Chance{Strengths: []float64{5, 4, 1}, Searches: 3}
	all := triage.Pool([]*triage.Chance{a, b})
	if diff := cmp.Diff(&triage.Chance{Strengths: []float64{6, 5, 4, 4, 3, 1}, Searches: 5, Few: true}, all); diff != "" {
		t.Errorf("together (-want +got):\n%s", diff)
	}
	if got := all.Expected(1); got != (2*a.Expected(1)+3*b.Expected(1))/5 {
		t.Errorf("%.2f issues a search", got)
	}
}

// Where senders can't be counted, batches can't be told from issues.
func TestMoreIsAskedOfFewSenders(t *testing.T) {
	for name, c := range map[string]struct {
		organisations int32
		more          float64
	}{"none recorded": {1, 0.8}, "two": {2, 0.8}, "three": {3, 0}} {
		s := invented(5, 40, 0)
		for i := range s.Organisation {
			s.Organisation[i] = int32(i) % c.organisations
		}
		chance := calibrated(t, s)
		if got := triage.Default().Balanced(chance).Balance - max(4, chance.Strength(0.35)); math.Abs(got-c.more) > 1e-9 {
			t.Errorf("%s: %.2f more is asked, want %.2f", name, got, c.more)
		}
	}
}

// every gives each k-th of n rows.
func every(k, n int) (rows []int32) {
	for i := 0; i < n; i += k {
		rows = append(rows, int32(i))
	}
	return rows
}

// A list drawn by a low balance holds what one drawn by a higher balance does.
func TestCutIsAShorterList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var found []emerging.Candidate
		for k := range rapid.IntRange(0, 30).Draw(t, "candidates") {
			strength := rapid.OneOf(rapid.Float64Range(0, 12), rapid.Float64Range(100, 300)).Draw(t, "strength")
			first := rapid.Int32Range(0, 40).Draw(t, "first report")
			found = append(found, strong(int32(k), strength, first, first+1, first+2, first+3))
		}
		low := triage.Default().Least()
		high := low
		high.Balance += rapid.Float64Range(0, 9).Draw(t, "more")
		if diff := cmp.Diff(triage.Shortlist(found, nil, high), append([]triage.Scored(nil), high.Cut(triage.Shortlist(found, nil, low))...)); diff != "" {
			t.Errorf("at once (-) and cut (+):\n%s", diff)
		}
	})
}
