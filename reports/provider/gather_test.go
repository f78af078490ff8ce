package provider_test

import (
	"strings"
	"testing"

	"psims/analytics/funnel"
	"psims/analytics/triage"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/reports/evidence/evidencetest"
	"psims/reports/provider"
)

// year gives the events of an invented year with tables about them.
func year() *provider.Events {
	e := &provider.Events{Events: evidencetest.Year(), AlertOf: map[string]string{"t-pumps": "a1"}}
	last := e.Table.Len() - 2 // of Z10, the newest before the second report
	cited := e.Table.ID[last]
	e.Alerts = []triage.Alert{{ID: "a1", Title: "Pump alarms", IncidentIDs: []string{cited}}, {ID: "a2", Title: "Over", Status: triage.Gone, IncidentIDs: []string{cited}}}
	for i, counted := range e.Counted {
		if counted {
			e.Mix.Rows = append(e.Mix.Rows, int32(i))
		}
	}
	e.Mix = funnel.Mix{Table: e.Table, Rows: e.Mix.Rows, Category: e.Category, Type: func(code string) string { return e.Organisations[code].Type }}
	number := func(name string, v float64) frame.Column { return frame.Column{Name: name, Values: []float64{v}} }
	e.Grading = frame.New("harm_grading", frame.Column{Name: "organisation", Values: []string{"Z02"}}, frame.Column{Name: "events", Values: []int64{50}},
		number("recorded", 1), number("expected", 1.5), number("lo", -0.5), number("hi", 0.1), number("q_value", 0.2))
	e.Doubts = frame.New("harm_discrepancy", frame.Column{Name: "incident_id", Values: []string{cited, cited, e.Table.ID[0]}},
		frame.Column{Name: "words", Values: []string{"ran out|drug", "", ""}}, frame.Column{Name: "sentences", Values: []string{"The drug ran out.", "", "Old."}})
	return e
}

func TestWhatIsKnownOfEachSender(t *testing.T) {
	list, err := year().Gather()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 12 || list[0].Code != "Z00" || list[11].Code != "Z11" || list[11].Name != "Z11" || list[3].Name != "Trust Z03" {
		t.Fatalf("%d senders", len(list))
	}
	twice, silent, cited := list[0], list[11], list[10]
	if twice.Became.Received != 53 || twice.Became.Joined != 1 || len(twice.Rows) != 52 || twice.Recent != 12 || twice.Before != 12 {
		t.Errorf("of 53 reports, one of which repeats another: %+v, %d rows, %d recent", twice.Became, len(twice.Rows), twice.Recent)
	}
	if silent.Recent != 6 || silent.Peers.Type != "" {
		t.Errorf("the silent one: %d recent, beside %+v", silent.Recent, silent.Peers)
	}
	if list[1].Peers.Organisations != 11 || list[1].Peers.Type != "acute" {
		t.Errorf("beside %+v", list[1].Peers)
	}
	delay := list[5].Measures[0]
	if delay.Key != "delay" || delay.Own != 5 || delay.Lo > 5 || delay.Hi < 5 {
		t.Errorf("half of Z05's reports came within 5 days: %+v", delay)
	}
	if cited.Became.InAlerts != 1 || strings.Join(cited.AlertIDs, ",") != "a1" || len(cited.Doubts) != 1 || len(cited.Doubts[0].Words) != 2 {
		t.Errorf("cited %+v by %v, doubts %+v", cited.Became, cited.AlertIDs, cited.Doubts)
	}
	if g := list[2].Grading; g == nil || g.Events != 50 || list[3].Grading != nil || list[4].Share == nil {
		t.Error("grading or share is not that of its organisation")
	}
	for _, th := range list[6].Themes {
		if (th.Alert == "Pump alarms") != (th.ID == "t-pumps") || th.Year != 26 || th.Expected < 20 {
			t.Errorf("%+v", th)
		}
	}
	broken := year()
	broken.Grading = frame.New("harm_grading")
	if _, err := broken.Gather(); err == nil {
		t.Error("a table without columns gave no error")
	}
}

func TestRejectsGoToWhomTheyName(t *testing.T) {
	senders := map[string]*provider.Sender{}
	for _, code := range []string{"Z01", "Z02"} {
		s := &provider.Sender{}
		s.Rejected = map[incident.Reason]int{}
		senders[code] = s
	}
	lines := `{"line":3,"reason":"quality-rule","row":[{"column":"Organisation","value":"Trust of Z (Z01)"}]}
{"line":4,"reason":"quality-rule","row":[{"column":"organisation_code","value":"Z02"}]}
{"line":5,"reason":"quality-rule","row":[{"column":"id","value":"Z02"}]}
`
	if err := provider.Rejects(strings.NewReader(lines), senders); err != nil {
		t.Fatal(err)
	}
	if a, b := senders["Z01"].Rejects, senders["Z02"].Rejects; len(a) != 1 || a[0].Line != 3 || len(b) != 1 || b[0].Line != 4 || senders["Z01"].Rejected["quality-rule"] != 1 {
		t.Errorf("%+v and %+v", a, b)
	}
	if err := provider.Rejects(strings.NewReader("{"), senders); err == nil {
		t.Error("half a line gave no error")
	}
}
