package main

import (
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/models/cluster"
	"psims/reports/publication"
)

// writeEvents adds the de-identified events of the run, with what models say of
// them: what the portal shows and "psims sql" asks.
func (n *night) writeEvents() error {
	labels, err := n.dir.Table("", "labels", "predicted", "probability")
	if err != nil {
		return err
	}
	predicted, err := frame.Get[string](labels, "predicted")
	if err != nil {
		return err
	}
	probability, err := frame.Get[float64](labels, "probability")
	if err != nil {
		return err
	}
	t := n.table
	m := t.Len()
	theme := func(i int) string {
		if k := n.themed.Of[i]; k != cluster.None {
			return n.themed.ID[k]
		}
		return ""
	}
	column := func(name, doc string, c *incident.Column) frame.Column {
		return frame.Column{Name: name, Doc: doc, Values: c}
	}
	spelt := func(name, doc string, value func(i int) string) frame.Column {
		return column(name, doc, incident.Spelt(m, value))
	}
	return n.dir.WriteTable(frame.New("events",
		column("system", "Recording system.", &t.System),
		frame.Column{Name: "incident_id", Doc: "The event's id, as its sender gave it.", Values: t.ID},
		spelt("kind", "incident, risk, outcome or good care.", func(i int) string { return t.Kind[i].String() }),
		frame.Column{Name: "reported_date", Doc: "First submission.", Values: t.Reported},
		frame.Column{Name: "occurred_date", Doc: "Day of the event; empty when not recorded.", Values: t.Occurred},
		spelt("harm", "Worst degree of harm.", func(i int) string { return t.Harm[i].String() }),
		column("organisation", "Code of the reporting organisation.", &t.Organisation),
		spelt("organisation_name", "Its name; empty when the reference doesn't know it.", func(i int) string { return n.orgs[t.Organisation.Value(i)].Name }),
		column("region", "Its region; empty when the reference doesn't know it.", &t.Region),
		column("scheme", "Whose categories the sender's is of.", &t.Scheme),
		column("category", "The sender's category, or a reviewer's correction of it.", &t.Category),
		column("label", "The category that counts, in one scheme: the sender's own, else the classifier's; empty when unsure.", &n.labelled.category.Column),
		frame.Column{Name: "predicted", Doc: "The classifier's first choice.", Values: predicted},
		frame.Column{Name: "probability", Doc: "Its probability; empty without a classifier.", Values: probability},
		column("specialty", "Specialty.", &t.Specialty),
		column("care_setting", "Care setting.", &t.CareSetting),
		column("medication", "Medication.", &t.Medication),
		column("device", "Device.", &t.Device),
		column("never_event", "Never Event that the sender marked.", &t.NeverEvent),
		spelt("theme_id", "Its theme; empty when it is in none.", theme),
		frame.Column{Name: "description", Doc: "What happened, redacted.", Values: t.Text},
	), publication.Tables)
}
