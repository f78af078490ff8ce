// Package incidenttest makes tables of invented events, for tests of what judges them.
package incidenttest

import (
	"cmp"
	"fmt"

	"psims/datasets/incident"
)

// Event is one invented event. What is left out is not recorded; but for the id, which
// is then the number of the row.
type Event struct {
	ID                            string
	System                        incident.System
	Kind                          incident.Kind
	Reported, Occurred            incident.Day // 0 is not recorded
	Harm                          incident.Harm
	Organisation, Region          string
	Scheme, Category, Subcategory string
	Specialty, CareSetting        string
	Medication, Device            string
	NeverEvent, Sex               string
	AgeDays                       int32 // 0 is not recorded
	Text                          string
}

// Table gives the events as the table that a run judges. Give them in the order of the
// day reported.
func Table(events ...Event) *incident.Table {
	t := &incident.Table{}
	for i, e := range events {
		t.ID, t.Text, t.Harm = append(t.ID, cmp.Or(e.ID, fmt.Sprint(i))), append(t.Text, e.Text), append(t.Harm, e.Harm)
		t.Kind, t.AgeDays = append(t.Kind, e.Kind), append(t.AgeDays, cmp.Or(e.AgeDays, -1))
		t.Reported, t.Occurred = append(t.Reported, cmp.Or(e.Reported, incident.NoDay)), append(t.Occurred, cmp.Or(e.Occurred, incident.NoDay))
		for _, c := range []struct {
			column *incident.Column
			value  string
		}{{&t.System, string(e.System)}, {&t.Organisation, e.Organisation}, {&t.Region, e.Region}, {&t.Scheme, e.Scheme},
			{&t.Category, e.Category}, {&t.Subcategory, e.Subcategory}, {&t.Specialty, e.Specialty}, {&t.CareSetting, e.CareSetting},
			{&t.Medication, e.Medication}, {&t.Device, e.Device}, {&t.NeverEvent, e.NeverEvent}, {&t.Sex, e.Sex}} {
			c.column.Append(c.value)
		}
	}
	return t
}
