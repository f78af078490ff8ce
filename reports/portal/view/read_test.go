package view_test

import (
	"errors"
	"testing"

	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/reports/portal/view"
)

func text(name string, values ...string) frame.Column {
	return frame.Column{Name: name, Values: values}
}

// tables gives the tables of a run of two events as a run publishes them.
func tables() map[string]*frame.Frame {
	number := func(name string, values ...float64) frame.Column { return frame.Column{Name: name, Values: values} }
	day := func(name string, values ...incident.Day) frame.Column {
		return frame.Column{Name: name, Values: values}
	}
	events := frame.New("events", text("system", "lfpse", "nrls"), text("incident_id", "a", "b"), text("kind", "incident", "good care"), day("reported_date", 100, 101), day("occurred_date", 99, incident.NoDay),
		text("harm", "low", "fatal"), text("organisation", "Z01", "Z02"), text("organisation_name", "Trust One", ""), text("region", "North", ""), text("scheme", "", ""), text("category", "Falls", ""), text("label", "Falls", ""),
		text("predicted", "", ""), number("probability", 0.5, 0.6), text("specialty", "", ""), text("care_setting", "", ""), text("medication", "", ""), text("device", "", ""), text("never_event", "", ""),
		text("theme_id", "t2", "gone"), text("description", "Fell.", "Kind."))
	return map[string]*frame.Frame{
		"events":           events,
		"alert_weekly":     frame.New("alert_weekly", text("alert_id", "x", "x"), day("week", 7, 14), number("observed", 1, 2), number("expected", 1, 1), number("upper", 3, 3)),
		"themes":           frame.New("themes", text("theme_id", "t1", "t2"), text("name", "one", "two"), text("terms", "a|b", ""), text("exemplars", "", "a"), day("born", 1, 2)),
		"theme_events":     frame.New("theme_events", day("day", 3), text("kind", "born"), text("theme_id", "t1"), text("name", "one"), text("before", ""), frame.Column{Name: "reports", Values: []int64{4}}),
		"harm_discrepancy": frame.New("harm_discrepancy", text("incident_id", "a", "a"), text("told", "severe", "fatal"), number("worse", 0.9, 0.1), text("sentences", "First.", "Again.")),
		"linked_reports":   frame.New("linked_reports", text("group", "g", "g"), text("system", "lfpse", "nrls"), text("incident_id", "a", "b")),
		"severe_share":     frame.New("severe_share", text("organisation", "Z01"), text("type", "acute")),
	}
}

func TestTablesOfARunAreRead(t *testing.T) {
	all := tables()
	var p view.Parts
	if err := (view.Tables(func(name string) (*frame.Frame, error) { return all[name], nil })).Read(&p); err != nil {
		t.Fatal(err)
	}
	e := p.Events
	if len(e.ID) != 2 || e.Theme[0] != 1 || e.Theme[1] != -1 || e.Kind[1] != incident.KindGoodCare || e.Harm[1] != incident.Fatal || e.Names["Z01"] != "Trust One" || len(e.Names) != 1 {
		t.Errorf("events %+v", e)
	}
	if len(p.Weekly["x"]) != 2 || len(p.Themes) != 2 || len(p.Themes[0].Terms) != 2 || p.Themes[1].Terms != nil || p.Themes[0].At != nil || len(p.Changes) != 1 {
		t.Errorf("themes %+v, changes %+v", p.Themes, p.Changes)
	}
	if len(p.Doubts) != 1 || p.Doubts[0].Told != incident.SevereHarm || len(p.Same) != 1 || len(p.Same[0]) != 2 || p.Types["Z01"] != "acute" {
		t.Errorf("doubts %+v, same %+v, types %v", p.Doubts, p.Same, p.Types)
	}
}

func TestTablesThatCannotBeRead(t *testing.T) {
	for name, c := range map[string]struct {
		change func(map[string]*frame.Frame)
		want   error // any, when nil
	}{
		"no events":     {func(all map[string]*frame.Frame) { delete(all, "events") }, view.ErrNoEvents},
		"no column":     {func(all map[string]*frame.Frame) { all["themes"] = frame.New("themes") }, nil},
		"no such grade": {func(all map[string]*frame.Frame) { all["events"].Columns[5] = text("harm", "low", "awful") }, nil},
	} {
		all := tables()
		c.change(all)
		var p view.Parts
		err := view.Tables(func(name string) (*frame.Frame, error) { return all[name], nil }).Read(&p)
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	fault := errors.New("damaged")
	var p view.Parts
	if err := view.Tables(func(string) (*frame.Frame, error) { return nil, fault }).Read(&p); !errors.Is(err, fault) {
		t.Errorf("want the fault, got %v", err)
	}
}
