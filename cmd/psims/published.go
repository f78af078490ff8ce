package main

import (
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/models/cluster"
)

// writeEvents adds the de-identified events of the run, with what models say of
// them: what the portal shows and "psims sql" asks.
func (n *night) writeEvents() error {
	labels, err := n.readTable("", "labels")
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
	kind, harm, name, theme := make([]string, m), make([]string, m), make([]string, m), make([]string, m)
	for i := range m {
		kind[i], harm[i] = t.Kind[i].String(), t.Harm[i].String()
		name[i] = n.orgs[t.Organisation.Value(i)].Name
		if k := n.themed.Of[i]; k != cluster.None {
			theme[i] = n.themed.ID[k]
		}
	}
	column := func(name, doc string, c *incident.Column) frame.Column {
		return frame.Column{Name: name, Doc: doc, Values: values(c)}
	}
	return n.writeTable(frame.New("events",
		column("system", "Recording system.", &t.System),
		frame.Column{Name: "incident_id", Doc: "The event's id, as its sender gave it.", Values: t.ID},
		frame.Column{Name: "kind", Doc: "incident, risk, outcome or good care.", Values: kind},
		frame.Column{Name: "reported_date", Doc: "First submission.", Values: t.Reported},
		frame.Column{Name: "occurred_date", Doc: "Day of the event; empty when not recorded.", Values: t.Occurred},
		frame.Column{Name: "harm", Doc: "Worst degree of harm.", Values: harm},
		column("organisation", "Code of the reporting organisation.", &t.Organisation),
		frame.Column{Name: "organisation_name", Doc: "Its name; empty when the reference doesn't know it.", Values: name},
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
		frame.Column{Name: "theme_id", Doc: "Its theme; empty when it is in none.", Values: theme},
		frame.Column{Name: "description", Doc: "What happened, redacted.", Values: t.Text},
	), "tables/", false)
}
