package warehouse_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/datasets/incident"
	"psims/datasets/quality"
)

// TestChecksInSQLAndGoAgree: each check asks the same of the table as of an event.
func TestChecksInSQLAndGoAgree(t *testing.T) {
	w := open(t, filepath.Join(t.TempDir(), "w.duckdb"))
	drawn := 0
	rapid.Check(t, func(rt *rapid.T) {
		drawn++
		sender := fmt.Sprintf("Z%d", drawn)
		want := make([]int, len(quality.Checks()))
		var events []incident.Event
		for k := range rapid.IntRange(1, 20).Draw(rt, "events") {
			e := event(fmt.Sprintf("E%d-%d", drawn, k), 1, 20000, rapid.SampledFrom([]string{"", "Fell.", "exactly 20 charactérs", "Fell from bed in the night."}).Draw(rt, "text"))
			e.Organisation = sender
			e.Deleted = rapid.Bool().Draw(rt, "deleted")
			e.Kind = rapid.SampledFrom(incident.Kinds()).Draw(rt, "kind")
			e.Harm = rapid.SampledFrom(incident.Harms()).Draw(rt, "harm")
			e.Occurred = rapid.SampledFrom([]incident.Day{incident.NoDay, 20001, 20000, 20000 - 365, 20000 - 366, incident.NewDay(1948, 7, 5), incident.NewDay(1948, 7, 4)}).Draw(rt, "occurred")
			for _, field := range []*string{&e.Category, &e.Specialty, &e.CareSetting, &e.Location} {
				*field = rapid.SampledFrom([]string{"", "x"}).Draw(rt, "field")
			}
			e.Patients = nil
			for range rapid.IntRange(0, 2).Draw(rt, "patients") {
				e.Patients = append(e.Patients, incident.Patient{AgeDays: rapid.SampledFrom([]int32{-1, 0, 120 * 372, 120*372 + 1}).Draw(rt, "age")})
			}
			for c, check := range quality.Checks() {
				if check.Fails(&e) {
					want[c]++
				}
			}
			events = append(events, e)
		}
		commit(t, w, sender, events...)
		p, err := w.Profile(t.Context(), 20000)
		if err != nil {
			rt.Fatal(err)
		}
		got := make([]int, len(want))
		for _, s := range p.Weeks {
			for c := 0; s.Organisation == sender && c < len(got); c++ {
				got[c] += s.Failed[c]
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatalf("failed by check (-Go +SQL):\n%s", diff)
		}
	})
}

func TestProfileCounts(t *testing.T) {
	w := open(t, filepath.Join(t.TempDir(), "w.duckdb"))
	other := event("E4", 1, 19990, "another text altogether")
	other.Organisation = "Z02"
	gone := event("E5", 2, 20000, "")
	gone.Deleted, gone.Organisation = true, ""
	commit(t, w, "a", event("E1", 1, 20000, "the same text in two"), event("E2", 1, 20000, "the same text in two"), event("E3", 1, 19993, "a text of its own here"), other, gone,
		event("E6", 1, 20000-quality.YearDays, "of long ago, before the year"))
	commit(t, w, "later", event("E9", 1, 20001, "not known on the day"))
	p, err := w.Profile(t.Context(), 20000)
	if err != nil {
		t.Fatal(err)
	}
	for k := range p.Weeks {
		p.Weeks[k].Failed = nil
	}
	want := &quality.Profile{AsOf: 20000,
		Totals: []quality.DayCount{{Day: 20000 - quality.YearDays, Events: 1}, {Day: 19990, Events: 1}, {Day: 19993, Events: 1}, {Day: 20000, Events: 3}},
		Days: []quality.SenderDay{{Organisation: "Z01", DayCount: quality.DayCount{Day: 19993, Events: 1}}, {Organisation: "Z01", DayCount: quality.DayCount{Day: 20000, Events: 2}},
			{Organisation: "Z02", DayCount: quality.DayCount{Day: 19990, Events: 1}}},
		Weeks: []quality.SenderWeek{{Organisation: "Z01", Age: 0, Events: 2, Repeated: 1}, {Organisation: "Z01", Age: 1, Events: 1}, {Organisation: "Z02", Age: 1, Events: 1}},
		Loads: []quality.Load{{ID: "a", File: "a", Newest: 20000}},
	}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Errorf("profile (-want +got):\n%s", diff)
	}
}
