// Package evidencetest invents the events of a year, for tests of the reports that go by
// them.
package evidencetest

import (
	"fmt"
	"strings"

	"psims/datasets/incident"
	"psims/datasets/incident/incidenttest"
	"psims/models/cluster"
	"psims/models/theme"
	"psims/reports/evidence"
)

// AsOf is the last day of the year.
var AsOf = incident.NewDay(2026, 3, 29)

// Themes of the year, by place.
const (
	Falls = iota
	Pumps
)

// places tell the organisations' texts apart without a number.
var places = strings.Fields("oak elm ash beech birch pine yew lime rowan hazel maple alder")

// Year invents 52 weeks of twelve organisations, Z00 to Z11: one report of each a week,
// of a fall on a ward in every second, of a pump in theatre otherwise. The last event of
// Z00 was reported twice, and its second report is not counted. Z11 is in no reference,
// and sends nothing in the last six weeks.
func Year() *evidence.Events {
	e := &evidence.Events{AsOf: AsOf, Organisations: map[string]evidence.Organisation{},
		Themes: &theme.Grouped{ID: []string{"t-falls", "t-pumps"}, Name: []string{"falls at night", "pump alarms"}, Terms: [][]string{{"fell", "bed"}, {"pump", "alarm"}},
			Exemplars: [][]int{{0}, {1}}, At: [][2]float64{{0, 0}, {1, 1}}}}
	var events []incidenttest.Event
	add := func(w, o int) {
		falls := (w+o)%2 == 0
		ev := incidenttest.Event{ID: fmt.Sprintf("r%d-%d-%d", w, o, len(events)), System: incident.LFPSE, Organisation: fmt.Sprintf("Z%02d", o), Region: "North",
			Reported: AsOf - incident.Day(7*(51-w)), Harm: incident.NoHarm + incident.Harm(w%3), Specialty: "Anaesthetics", CareSetting: "Theatre", Category: "Equipment",
			Text: "The infusion pump gave no alarm in " + places[o] + " theatre and the drug ran out early. Staff were not told."}
		k := int32(Pumps)
		if falls {
			k = Falls
			ev.Specialty, ev.CareSetting, ev.Category = "Medicine", "Ward", "Falls"
			ev.Text = "The patient fell from the bed at night on " + places[o] + " ward. The rails were down because staff were short."
		}
		ev.Occurred = ev.Reported - incident.Day(o)
		events, e.Themes.Of = append(events, ev), append(e.Themes.Of, k)
		e.Counted = append(e.Counted, true)
	}
	for w := range 52 {
		for o := range 12 {
			if o < 11 || w < 46 {
				add(w, o)
			}
		}
	}
	add(51, 0)
	e.Counted[len(e.Counted)-1] = false
	e.Themes.Of[0] = cluster.None
	e.Table = incidenttest.Table(events...)
	e.Harm, e.Category = e.Table.Harm, &e.Table.Category
	for o := range 11 {
		code := fmt.Sprintf("Z%02d", o)
		e.Organisations[code] = evidence.Organisation{Name: "Trust " + code, Type: "acute", Region: "North"}
	}
	return e
}
