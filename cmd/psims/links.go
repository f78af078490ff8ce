package main

import (
	"context"
	"fmt"
	"strings"

	"psims/analytics/linkage"
	"psims/datasets/frame"
	"psims/datasets/incident"
)

// links lists the reports that tell of the same event, within and across the
// recording systems, with the weights that a person can read.
func (n *night) links(ctx context.Context) error {
	r, err := linkage.Link(ctx, linkage.Input{Table: n.table}, linkage.Default())
	if err != nil {
		return err
	}
	var system, id, group, first, harm, why []string
	var posterior []float64
	t := n.table
	for _, g := range r.Groups {
		if len(g.Rows) < 2 {
			continue
		}
		for _, i := range g.Rows {
			system, id, first = append(system, t.System.Value(int(i))), append(id, t.ID[i]), append(first, t.ID[g.First])
			group, harm, posterior = append(group, shortGroup(t, g.First)), append(harm, g.Harm.String()), append(posterior, g.Posterior)
			said := ""
			if i != g.First {
				said = explained(r.Explain(g.First, i))
			}
			why = append(why, said)
		}
	}
	n.log.Info("linked", "reports", t.Len(), "in_groups", len(id), "expected_precision", round3(r.Precision()))
	return n.writeTable(frame.New("linked_reports",
		frame.Column{Name: "group", Doc: "Reports of one group are taken to tell of the same event.", Values: group},
		frame.Column{Name: "system", Doc: "Recording system.", Values: system},
		frame.Column{Name: "incident_id", Doc: "The report's id, as its sender gave it.", Values: id},
		frame.Column{Name: "first", Doc: "The report of the group that came first.", Values: first},
		frame.Column{Name: "harm", Doc: "The worst harm recorded in the group.", Values: harm},
		frame.Column{Name: "posterior", Doc: "Least probability, over the links of the group, that it is the same event.", Values: posterior},
		frame.Column{Name: "why", Doc: "What agrees and differs with the first report, with the bits of evidence of each, strongest first.", Values: why},
	), "tables/", true)
}

// shortGroup names a group by its first report.
func shortGroup(t *incident.Table, first int32) string {
	return t.System.Value(int(first)) + " " + t.ID[first]
}

// explained writes the parts of a match weight.
func explained(parts []linkage.Part) string {
	out := make([]string, len(parts))
	for k, p := range parts {
		out[k] = fmt.Sprintf("%s %s (%+.1f)", p.Field, p.Said, p.Bits)
	}
	return strings.Join(out, "; ")
}
