package stratum_test

import (
	"fmt"
	"math"
	"testing"

	"psims/analytics/signal"
	"psims/analytics/stratum"
	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/datasets/incident/incidenttest"
	"psims/datasets/tally"
)

var start = incident.NewDay(2025, 1, 6) // a Monday

// weekly gives so many events of an organisation in each of some weeks.
func weekly(perWeek []int, event incidenttest.Event) []incidenttest.Event {
	var out []incidenttest.Event
	for w, k := range perWeek {
		for range k {
			e := event
			e.Reported = start + incident.Day(7*w)
			out = append(out, e)
		}
	}
	return out
}

func all(n int) []bool {
	out := make([]bool, n)
	for i := range out {
		out[i] = true
	}
	return out
}

// TestWeeksOfAnotherSystemAreNotZeros: a label that only one recording system uses
// is not observed before that system began and after it closed.
func TestWeeksOfAnotherSystemAreNotZeros(t *testing.T) {
	var events []incidenttest.Event
	for w := range 40 {
		e := incidenttest.Event{System: incident.NRLS, Specialty: "Medical specialties", Category: "Falls", Organisation: "Z01", Reported: start + incident.Day(7*w)}
		if w >= 20 {
			e.System, e.Specialty = incident.LFPSE, "Cardiology"
		}
		events = append(events, e)
	}
	tab := incidenttest.Table(events...)
	specialty := stratum.Column("specialty", &tab.Specialty)
	specialty.BySystem = true
	s := stratum.Divide(stratum.Events{Table: tab, Counted: all(40), AsOf: start + 7*40 - 1, HistoryWeeks: 104}, stratum.All(40), specialty, stratum.Column("category", &tab.Category))
	for _, c := range []struct {
		stratum     tally.Stratum
		from, until int // weeks in which it was observed
	}{
		{tally.Stratum{Dimension: "specialty", Value: "Medical specialties"}, 0, 20},
		{tally.Stratum{Dimension: "specialty", Value: "Cardiology"}, 20, 40},
		{tally.Stratum{Dimension: "category", Value: "Falls"}, 0, 40},
	} {
		for w, p := range s.Points(triage.StratumStanding{Signal: signal.Signal{Stratum: c.stratum}}) {
			if seen, want := !math.IsNaN(p.Observed), w >= c.from && w < c.until; seen != want {
				t.Errorf("%v, week %d: observed %v, want %v", c.stratum, w, seen, want)
				break
			}
		}
	}
}

// TestOneWeekStandsOut judges a category whose newest week has many times its usual
// number beside one that has not.
func TestOneWeekStandsOut(t *testing.T) {
	usual, loud := make([]int, 60), make([]int, 60)
	for w := range usual {
		usual[w], loud[w] = 8+w%3, 8+(w+1)%3
	}
	loud[59] = 40
	var events []incidenttest.Event
	for w := range usual { // in order of day
		for _, c := range []struct {
			name string
			k    int
		}{{"Falls", usual[w]}, {"Medication", loud[w]}} {
			for range c.k {
				events = append(events, incidenttest.Event{System: incident.LFPSE, Organisation: "Z01", Category: c.name, Reported: start + incident.Day(7*w)})
			}
		}
	}
	tab := incidenttest.Table(events...)
	counted := all(len(events))
	counted[len(counted)-1] = false // a second report of the same event
	e := stratum.Events{Table: tab, Counted: counted, AsOf: start + 7*60 - 1, HistoryWeeks: 104}
	s := stratum.Divide(e, stratum.All(tab.Len()), stratum.Column("category", &tab.Category))
	weeks := s.Judge(4)
	if len(weeks) != 5 {
		t.Fatalf("%d weeks judged, want the last and four before", len(weeks))
	}
	for _, sig := range weeks[4] {
		if sig.Stratum.Dimension != "category" {
			continue
		}
		want := signal.Quiet
		if sig.Stratum.Value == "Medication" {
			want = signal.Raised
			if sig.Observed != 39 {
				t.Errorf("%v events of the week, want 39: the second report is not counted", sig.Observed)
			}
			if rows := s.Rows(sig.Stratum, sig.Week); len(rows) != 39 || tab.Category.Value(int(rows[0])) != "Medication" {
				t.Errorf("%d rows behind it", len(rows))
			}
		}
		if sig.Status != want {
			t.Errorf("%v is %v, want %v", sig.Stratum, sig.Status, want)
		}
	}
	f := s.Counts.Frame()
	if want := 60 * 3; f.Len() != want {
		t.Errorf("%d rows of weekly counts, want %d", f.Len(), want)
	}
}

// TestFirstDays: without one whole week nothing is judged by its past, and nothing fails.
func TestFirstDays(t *testing.T) {
	tab := incidenttest.Table(weekly([]int{3}, incidenttest.Event{System: incident.LFPSE, Organisation: "Z01"})...)
	s := stratum.Divide(stratum.Events{Table: tab, Counted: all(3), AsOf: start + 2, HistoryWeeks: 104}, stratum.All(3))
	if s.History != nil || s.Nowcast() != nil {
		t.Error("a history without a whole week")
	}
	if f := s.History.Frame(); f.Len() != 0 {
		t.Errorf("%d changes of reporting", f.Len())
	}
	for _, sig := range s.Judge(26)[0] {
		if sig.Status == signal.Raised {
			t.Errorf("%v is raised on the third day", sig.Stratum)
		}
	}
}

func ExampleDivide() {
	tab := incidenttest.Table(weekly([]int{2, 3}, incidenttest.Event{System: incident.LFPSE, Organisation: "Z01", Category: "Falls"})...)
	counted := []bool{true, true, true, true, false} // the last tells of the same event as one before
	s := stratum.Divide(stratum.Events{Table: tab, Counted: counted, AsOf: start + 13, HistoryWeeks: 104}, stratum.All(5), stratum.Column("category", &tab.Category))
	for k, st := range s.Counts.Strata {
		counts, _ := s.Counts.Series(k)
		fmt.Println(st, counts)
	}
	// Output:
	// all: all events [2 2]
	// category: Falls [2 2]
}
