package specialty_test

import (
	"strings"
	"testing"

	"psims/analytics/triage"
	"psims/datasets/frame"
	"psims/datasets/tally"
	"psims/reports/book"
	"psims/reports/evidence/evidencetest"
	"psims/reports/quote"
	"psims/reports/specialty"
)

func TestWhatIsKnownOfEachSpecialty(t *testing.T) {
	e := specialty.Events{Events: evidencetest.Year(), Cited: map[string]quote.Incident{}, Series: map[tally.Stratum]book.Series{}}
	var asked []string
	e.Written = func(file string) (specialty.Written, error) {
		asked = append(asked, file)
		return specialty.Written{specialty.WhatYouCanDo: {Text: "Check.", By: "Dr A. Example"}}, nil
	}
	cited := e.Table.Len() - 3
	id := e.Table.ID[cited]
	e.Cited[id] = e.Incident(cited)
	here := e.Incident(cited).Specialty
	e.Alerts, e.Files = []triage.Alert{{ID: "a1", Status: triage.Gone, IncidentIDs: []string{id}}, {ID: "a2", Rank: 2, IncidentIDs: []string{id, "unknown"}}}, []string{"one.html", "two.html"}
	column := func(name string, values ...string) frame.Column { return frame.Column{Name: name, Values: values} }
	e.Doubts = frame.New("harm_discrepancy", column("incident_id", id, id, e.Table.ID[0]), column("words", "ran out", "", ""), column("sentences", "The drug ran out.", "Again.", "Old."))
	e.KnownRisks = frame.New("known_risks", column("incident_id", id, id), column("risk", "Lesser", "Surer"), column("words", "", ""), column("sentences", "a", "b"), frame.Column{Name: "score", Values: []float64{0.2, 0.9}})
	out, err := e.Gather()
	if err != nil {
		t.Fatal(err)
	}
	if len(out) != 2 || len(asked) != 2 || out[0].Recent < out[1].Recent || out[0].Recent+out[1].Recent != 12*11+6 {
		t.Fatalf("%d specialties, asked for %v", len(out), asked)
	}
	for _, o := range out {
		if o.Organisations != 12 || o.Written[specialty.WhatYouCanDo].Text != "Check." {
			t.Errorf("%s: %d organisations, written %v", o.Name, o.Organisations, o.Written)
		}
		if mine := o.Name == here; mine != (len(o.Alerts) == 1) || mine != (len(o.Doubts) == 1) || mine != (len(o.Risks) == 2) {
			t.Errorf("%s: %d alerts, %d doubts, %d risks", o.Name, len(o.Alerts), len(o.Doubts), len(o.Risks))
		} else if mine && (o.Alerts[0].Href != "two.html" || o.Alerts[0].Here != 1 || o.Risks[0].Title != "Surer") {
			t.Errorf("%+v, surest risk %s", o.Alerts[0], o.Risks[0].Title)
		}
		for _, th := range o.Themes {
			if len(th.Members) == 0 || len(th.Members) > 200 || !strings.Contains(th.Name, " ") || th.Weeks.Process == nil {
				t.Errorf("theme %+v", th.Name)
			}
		}
	}
	if got := specialty.Tally(map[string]int{"a": 1, "b": 3, "": 9}); len(got) != 2 || got[0].Name != "b" {
		t.Errorf("%v", got)
	}
}
