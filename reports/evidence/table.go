package evidence

import (
	"fmt"

	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/models/cluster"
)

// Frame lists every report, counted or not, with what models say of it: the table "events"
// that a run publishes, which the review pages show and SQL asks. predicted and
// probability are what the classifier of categories says of each.
//
// Panics if there are not as many of either as reports.
func (e *Events) Frame(predicted []string, probability []float64) *frame.Frame {
	if len(predicted) != e.Table.Len() || len(probability) != e.Table.Len() {
		panic(fmt.Sprintf("evidence: %d labels with %d probabilities of %d reports", len(predicted), len(probability), e.Table.Len()))
	}
	t := e.Table
	m := t.Len()
	theme := func(i int) string {
		if k := e.Themes.Of[i]; k != cluster.None {
			return e.Themes.ID[k]
		}
		return ""
	}
	column := func(name, doc string, c *incident.Column) frame.Column {
		return frame.Column{Name: name, Doc: doc, Values: c}
	}
	spelt := func(name, doc string, value func(i int) string) frame.Column {
		return column(name, doc, incident.Spelt(m, value))
	}
	return frame.New("events",
		column("system", "Recording system.", &t.System),
		frame.Column{Name: "incident_id", Doc: "The event's id, as its sender gave it.", Values: t.ID},
		spelt("kind", "incident, risk, outcome or good care.", func(i int) string { return t.Kind[i].String() }),
		frame.Column{Name: "reported_date", Doc: "First submission.", Values: t.Reported},
		frame.Column{Name: "occurred_date", Doc: "Day of the event; empty when not recorded.", Values: t.Occurred},
		spelt("harm", "Worst degree of harm.", func(i int) string { return t.Harm[i].String() }),
		column("organisation", "Code of the reporting organisation.", &t.Organisation),
		spelt("organisation_name", "Its name; empty when the reference doesn't know it.", func(i int) string { return e.Organisations[t.Organisation.Value(i)].Name }),
		column("region", "Its region; empty when the reference doesn't know it.", &t.Region),
		column("scheme", "Whose categories the sender's is of.", &t.Scheme),
		column("category", "The sender's category, or a reviewer's correction of it.", &t.Category),
		column("label", "The category that counts, in one scheme: the sender's own, else the classifier's; empty when unsure.", e.Category),
		frame.Column{Name: "predicted", Doc: "The classifier's first choice.", Values: predicted},
		frame.Column{Name: "probability", Doc: "Its probability; empty without a classifier.", Values: probability},
		column("specialty", "Specialty.", &t.Specialty),
		column("care_setting", "Care setting.", &t.CareSetting),
		column("medication", "Medication.", &t.Medication),
		column("device", "Device.", &t.Device),
		column("never_event", "Never Event that the sender marked.", &t.NeverEvent),
		spelt("theme_id", "Its theme; empty when it is in none.", theme),
		frame.Column{Name: "description", Doc: "What happened, redacted.", Values: t.Text},
	)
}
