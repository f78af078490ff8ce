package pair_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"psims/analytics/pair"
	"psims/analytics/signal"
	"psims/datasets/incident"
	"psims/datasets/incident/incidenttest"
)

var start = incident.NewDay(2024, 1, 1) // a Monday

// night gives two years of invented events of ten organisations. In the last eight
// weeks, where loud, insulin comes with device failures far more often than ever.
func night(loud bool) pair.Events {
	chance := rand.New(rand.NewPCG(1, 1))
	medicines, categories := []string{"Insulin", "Heparin", "Morphine", "Warfarin"}, []string{"Dose", "Delay", "Device failure", "Other"}
	var events []incidenttest.Event
	var e pair.Events
	for w := range 104 {
		e.Weeks = append(e.Weeks, start+incident.Day(7*w))
		for range 40 {
			events = append(events, incidenttest.Event{System: incident.LFPSE, Organisation: fmt.Sprintf("Z%02d", chance.IntN(10)), Reported: e.Weeks[w],
				Medication: medicines[chance.IntN(4)], Category: categories[chance.IntN(4)], Specialty: "Medicine", CareSetting: "Ward"})
		}
		for k := 0; loud && w >= 96 && k < 12; k++ {
			events = append(events, incidenttest.Event{System: incident.LFPSE, Organisation: fmt.Sprintf("Z%02d", k%10), Reported: e.Weeks[w],
				Medication: "Insulin", Category: "Device failure", Specialty: "Medicine", CareSetting: "Ward"})
		}
	}
	e.Table = incidenttest.Table(events...)
	e.Category = &e.Table.Category
	e.Compared = make([]bool, len(events))
	for i := range e.Compared {
		e.Compared[i] = true
	}
	return e
}

var settings = pair.Config{HistoryWeeks: 104, FalseDiscovery: 0.05, Seed: 1}

func TestOneGrowingPairIsRaised(t *testing.T) {
	e := night(true)
	pairings := pair.Judge(e, settings)
	if len(pairings) != 2 || pairings[0].Kind != "medicine" || pairings[1].Kind != "device" || len(pairings[1].News) != 0 {
		t.Fatalf("want the medicines and, of no device, no pair: %v", pairings)
	}
	p := pairings[0]
	standing := p.Standing(26)
	if len(standing) != 1 || standing[0].Item != "Insulin" || standing[0].Category != "Device failure" {
		t.Fatalf("raised: %+v", standing)
	}
	if last := e.Weeks[103]; standing[0].FirstRaised <= last-7*9 || standing[0].FirstRaised > last {
		t.Errorf("raised since %v; it began on %v", standing[0].FirstRaised, e.Weeks[96])
	}
	for _, row := range standing[0].Rows {
		if e.Table.Medication.Value(int(row)) != "Insulin" || e.Table.Reported[row] < e.Weeks[96] {
			t.Errorf("row %d is no recent event of the pair", row)
		}
	}
	points := p.Points(standing[0])
	sum := 0.0
	for _, x := range points[96:] {
		sum += x.Observed
	}
	if len(points) != 104 || int(sum) != len(standing[0].Rows) {
		t.Errorf("%d points, the last eight of %v events; %d are cited", len(points), sum, len(standing[0].Rows))
	}
	f := pair.Frame(pairings)
	if f.Name != "pairs" || f.Len() != len(p.News) {
		t.Errorf("%s has %d rows, %d pairs were judged", f.Name, f.Len(), len(p.News))
	}
}

func TestWithoutNewsNothingIsRaised(t *testing.T) {
	for _, p := range pair.Judge(night(false), settings) {
		for _, x := range p.News {
			if x.Status == signal.Raised {
				t.Errorf("%v is raised", p.Stratum(x))
			}
		}
		if s := p.Standing(26); len(s) != 0 {
			t.Errorf("%d stand", len(s))
		}
	}
}

// TestWhatIsNotComparedIsNotCounted: the loud organisation's events are left out.
func TestWhatIsNotComparedIsNotCounted(t *testing.T) {
	e := night(true)
	clear(e.Compared)
	for _, p := range pair.Judge(e, settings) {
		if len(p.News) != 0 {
			t.Errorf("%d pairs of no event", len(p.News))
		}
	}
}

func ExampleJudge() {
	for _, p := range pair.Judge(night(true), settings) {
		for _, s := range p.Standing(26) {
			fmt.Println(p.Kind+":", s.Item, "with", s.Category)
		}
	}
	// Output: medicine: Insulin with Device failure
}
