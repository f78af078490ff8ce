package main

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"psims/analytics/triage"
	"psims/datasets/decision"
	"psims/datasets/frame"
	"psims/datasets/frame/parquet"
	"psims/datasets/incident"
	"psims/reports/publication"
)

// rerun runs the night of a day and gives its run id and alerts.
func rerun(t *testing.T, home, asOf string) (string, []triage.Alert) {
	t.Helper()
	out := must(t, home, "--json", "run", "--as-of", asOf)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var done struct{ Run, Alerts string }
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &done); err != nil {
		t.Fatalf("result is no JSON: %s", out)
	}
	alerts, err := publication.Folder(filepath.Join(home, "runs", done.Run)).Alerts()
	if err != nil {
		t.Fatal(err)
	}
	return done.Run, alerts
}

func withStore(t *testing.T, home string, do func(ctx context.Context, s *decision.Store)) {
	t.Helper()
	s, err := decision.Open(t.Context(), filepath.Join(home, "review.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	do(t.Context(), s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func by(who string, day incident.Day) decision.Act {
	return decision.Act{Who: who, At: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC), AsOf: day, Run: "r"}
}

// A dismissed alert stays down on later days until it changes, and on the day of
// the decision itself nothing knows of it.
func TestDismissedAlertStaysDown(t *testing.T) {
	home := t.TempDir()
	write(t, filepath.Join(home, "psims.toml"), swift)
	write(t, filepath.Join(home, "inbox", "lfpse.ndjson"), history(30, 30))
	const first, next = "2025-07-30", "2025-08-02"
	day, err := incident.ParseDay(first)
	if err != nil {
		t.Fatal(err)
	}
	before, alerts := rerun(t, home, first)
	_, undisturbed := rerun(t, home, next)
	if len(alerts) == 0 || len(undisturbed) == 0 || alerts[0].ID != undisturbed[0].ID || undisturbed[0].Status == triage.Gone {
		t.Fatalf("the history has no lasting alert: %v %v", alerts, undisturbed)
	}
	a := alerts[0]
	decide := func(observed float64) {
		withStore(t, home, func(ctx context.Context, s *decision.Store) {
			d := decision.Decision{Alert: a.ID, State: decision.Known, Reason: "Known to R. Eviewer since 2024.", Due: incident.NoDay, Observed: observed, Severe: a.Numbers().Severe, Organisations: a.Organisations}
			if _, err := s.Decide(ctx, by("ann", day), d); err != nil {
				t.Fatal(err)
			}
		})
	}
	decide(a.Observed)
	after, same := rerun(t, home, first)
	if after != before || same[0].Status != a.Status || same[0].Why != a.Why {
		t.Errorf("the run of the day of the decision knows of it: %s %q", after, same[0].Why)
	}
	_, later := rerun(t, home, next)
	down := alertOf(later, a.ID)
	if down == nil || down.Status != triage.Gone || !strings.Contains(down.Why, "stays down") {
		t.Fatalf("a dismissed alert on the next day: %+v", down)
	}
	if strings.Contains(down.Why, "Eviewer") || strings.Contains(down.Why, "ann") {
		t.Errorf("the report tells who decided and why: %s", down.Why)
	}
	if down.Rank < len(later) && later[down.Rank].Status != triage.Gone {
		t.Errorf("it stands before alerts that are still to be read: rank %d", down.Rank)
	}
	decide(a.Observed / 3) // as if there had been a third of the reports when people decided
	_, grown := rerun(t, home, next)
	up := alertOf(grown, a.ID)
	if up == nil || up.Status != triage.Grown || !strings.Contains(up.Why, "reports then") {
		t.Errorf("a dismissed alert that has changed: %+v", up)
	}
}

func alertOf(alerts []triage.Alert, id string) *triage.Alert {
	for i := range alerts {
		if alerts[i].ID == id {
			return &alerts[i]
		}
	}
	return nil
}

// A corrected label is what later runs count and learn from, and an earlier day
// does not know of it.
func TestCorrectedLabelsAreUsed(t *testing.T) {
	home := t.TempDir()
	write(t, filepath.Join(home, "psims.toml"), swift)
	write(t, filepath.Join(home, "inbox", "lfpse.ndjson"), history(20, 12))
	asOf, err := incident.ParseDay("2025-05-20")
	if err != nil {
		t.Fatal(err)
	}
	withStore(t, home, func(ctx context.Context, s *decision.Store) {
		for f, v := range map[decision.Field]string{decision.Category: "Corrected category", decision.Harm: "severe", decision.NeverEvent: "Wrong site surgery"} {
			if _, err := s.Correct(ctx, by("ann", asOf-1), decision.Correction{System: incident.LFPSE, Incident: "L00001", Field: f, Value: v}); err != nil {
				t.Fatal(err)
			}
		}
	})
	for day, want := range map[string]string{"2025-05-19": " not applicable ", "2025-05-20": "Corrected category severe Wrong site surgery"} {
		run, _ := rerun(t, home, day)
		f, err := parquet.Read("events", filepath.Join(home, "runs", run, "tables", "events.parquet"))
		if err != nil {
			t.Fatal(err)
		}
		g := f.Reader()
		id, category, harm, never := frame.Take[string](g, "incident_id"), frame.Take[string](g, "category"), frame.Take[string](g, "harm"), frame.Take[string](g, "never_event")
		if g.Err() != nil {
			t.Fatal(g.Err())
		}
		for i := range id {
			if got := category[i] + " " + harm[i] + " " + never[i]; id[i] == "L00001" && got != want {
				t.Errorf("on %s the labels are %q, want %q", day, got, want)
			}
		}
	}
	a := opened(t, home)
	n, err := a.openNight(t.Context(), "2025-05-20", true)
	if err != nil {
		t.Fatal(err)
	}
	defer n.close() // reading only
	tab, err := n.events(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	learnt := false
	for i := range tab.Len() {
		learnt = learnt || n.tasks.Said(n.tasks.Categories(n.tasks.Scheme()), i) == "Corrected category"
	}
	if !learnt {
		t.Error("the corrected category is not what training learns from")
	}
}

// What people say of two reports is what later runs count by, and an earlier day
// does not know of it.
func TestPeopleSayWhichReportsAreOneEvent(t *testing.T) {
	home := t.TempDir()
	write(t, filepath.Join(home, "psims.toml"), swift)
	write(t, filepath.Join(home, "inbox", "lfpse.ndjson"), history(20, 12))
	asOf, err := incident.ParseDay("2025-05-20")
	if err != nil {
		t.Fatal(err)
	}
	say := func(f decision.Field, at incident.Day) {
		withStore(t, home, func(ctx context.Context, s *decision.Store) {
			if _, err := s.Correct(ctx, by("ann", at), decision.Correction{System: incident.LFPSE, Incident: "L00001", Field: f, Value: "lfpse L00004"}); err != nil {
				t.Fatal(err)
			}
		})
	}
	// together gives whether the run of a day has the two as one event, why, and its manifest.
	together := func(day string) (bool, string, publication.Manifest) {
		run, _ := rerun(t, home, day)
		m, err := publication.Folder(filepath.Join(home, "runs", run)).Manifest()
		if err != nil {
			t.Fatal(err)
		}
		f, err := parquet.Read("linked_reports", filepath.Join(home, "runs", run, "tables", "linked_reports.parquet"))
		if err != nil {
			t.Fatal(err)
		}
		g := f.Reader()
		id, group, why := frame.Take[string](g, "incident_id"), frame.Take[string](g, "group"), frame.Take[string](g, "why")
		if g.Err() != nil {
			t.Fatal(g.Err())
		}
		groups, reason := map[string]string{}, ""
		for i := range id {
			groups[id[i]] = group[i]
			if id[i] == "L00004" {
				reason = why[i]
			}
		}
		return groups["L00001"] != "" && groups["L00001"] == groups["L00004"], reason, m
	}
	one, _, before := together("2025-05-20")
	if one {
		t.Fatal("the two are one event before anybody said so")
	}
	say(decision.SameEvent, asOf-1)
	if one, _, _ := together("2025-05-19"); one {
		t.Error("an earlier day knows of the answer")
	}
	one, why, m := together("2025-05-20")
	if !one || !strings.Contains(why, "a person said so") {
		t.Errorf("after the answer they are one event: %v, because %q", one, why)
	}
	if m.Joined.Told != 1 || m.Joined.Events >= before.Joined.Events || m.RunID == before.RunID {
		t.Errorf("the manifest says %+v, before %+v", m.Joined, before.Joined)
	}
	say(decision.OtherEvent, asOf-1)
	if one, _, m := together("2025-05-20"); one || m.Joined.Told != 0 || m.Joined.Events != before.Joined.Events {
		t.Errorf("after the answer was changed: one event %v, %+v", one, m.Joined)
	}
}
