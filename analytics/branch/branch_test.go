package branch_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"psims/analytics/branch"
	"psims/analytics/signal"
	"psims/datasets/incident"
	"psims/datasets/incident/incidenttest"
)

var start = incident.NewDay(2024, 1, 1) // a Monday

// night gives two years of invented events. In loud weeks, the device pump is in most
// events of one category.
func night(loud ...int) branch.Events {
	chance := rand.New(rand.NewPCG(2, 1))
	var events []incidenttest.Event
	var e branch.Events
	for w := range 104 {
		e.Weeks = append(e.Weeks, start+incident.Day(7*w))
		for k := range 40 {
			events = append(events, incidenttest.Event{System: incident.LFPSE, Organisation: fmt.Sprintf("Z%02d", chance.IntN(10)), Reported: e.Weeks[w],
				Category: []string{"Device", "Falls", "Delay"}[k%3], Device: []string{"Pump", "Bed", "Monitor", "Lead"}[chance.IntN(4)]})
		}
		for _, l := range loud {
			for k := 0; l == w && k < 20; k++ {
				events = append(events, incidenttest.Event{System: incident.LFPSE, Organisation: fmt.Sprintf("Z%02d", k%10), Reported: e.Weeks[w], Category: "Device", Device: "Pump"})
			}
		}
	}
	e.Table = incidenttest.Table(events...)
	e.Compared = make([]bool, len(events))
	for i := range e.Compared {
		e.Compared[i] = true
	}
	return e
}

func nowhere(string) (region, icb string, known bool) { return "", "", false }

func look(t *testing.T, e branch.Events) []*branch.Scan {
	t.Helper()
	scans, err := branch.Look(e, branch.Hierarchies(e.Table, &e.Table.Category, nowhere), 1)
	if err != nil {
		t.Fatal(err)
	}
	return scans
}

func TestOneBranchStandsOut(t *testing.T) {
	e := night(101, 102, 103)
	found := false
	for _, s := range look(t, e) {
		if s.Name == "organisation" {
			t.Error("a tree of organisations that nobody knows")
		}
		for _, f := range s.Found.Raised() {
			if s.Seasonal(f) {
				t.Errorf("%s is taken for a season", s.Names[f.Zone])
			}
			if s.Name != "category and device" || s.Names[f.Zone] != "Device / Pump" {
				continue
			}
			found = true
			rows := s.Events(f)
			for _, i := range rows {
				if e.Table.Device.Value(int(i)) != "Pump" || e.Table.Reported[i] < e.Weeks[104-f.Weeks] {
					t.Errorf("row %d is no recent event of the branch", i)
				}
			}
			points, sum := s.Points(f), 0.0
			for _, p := range points[len(points)-f.Weeks:] {
				sum += p.Observed
			}
			if len(points) != 104 || int(sum) != len(rows) || len(rows) < f.Observed {
				t.Errorf("%d points; the last %d hold %v events, %d are cited", len(points), f.Weeks, sum, len(rows))
			}
		}
	}
	if !found {
		t.Error("pumps are not found")
	}
}

// TestSeasonIsNoAlert: what the same weeks of the year before had is listed, but no alert.
func TestSeasonIsNoAlert(t *testing.T) {
	e := night(49, 50, 51, 101, 102, 103)
	scans := look(t, e)
	seasons := 0
	for _, s := range scans {
		for _, f := range s.Found.Raised() {
			if !s.Seasonal(f) {
				t.Errorf("%s, %s is no season", s.Name, s.Names[f.Zone])
			}
			seasons++
		}
	}
	if f := branch.Frame(scans); seasons == 0 || f.Len() != seasons {
		t.Errorf("%d rows of %d seasons", f.Len(), seasons)
	}
}

func TestEveryBranchIsJudged(t *testing.T) {
	e := night()
	scans := look(t, e)
	branches := 0
	for _, s := range scans {
		branches += len(s.Names)
	}
	sigs := branch.Signals(scans)
	if len(sigs) != branches || branches == 0 {
		t.Errorf("%d signals of %d branches", len(sigs), branches)
	}
	for _, s := range sigs {
		if s.Status == signal.Raised {
			t.Errorf("%v is raised where nothing is new", s.Stratum)
		}
		if s.Week != e.Weeks[103] {
			t.Errorf("%v is of %v", s.Stratum, s.Week)
		}
	}
}

func TestOneWeekIsTooFew(t *testing.T) {
	e := night()
	e.Weeks = e.Weeks[103:]
	if scans := look(t, e); len(scans) != 0 {
		t.Errorf("%d trees of one week", len(scans))
	}
}

func ExampleLook() {
	e := night(101, 102, 103)
	scans, err := branch.Look(e, branch.Hierarchies(e.Table, &e.Table.Category, nowhere), 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range scans {
		for _, f := range s.Found.Raised() {
			if s.Name == "category and device" {
				fmt.Println(s.Names[f.Zone])
			}
		}
	}
	// Output: Device / Pump
}
