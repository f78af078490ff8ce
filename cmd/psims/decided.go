package main

import (
	"psims/analytics/linkage"
	"psims/analytics/triage"
	"psims/datasets/decision"
	"psims/datasets/incident"
)

// dismissed gives the alerts that people have dismissed, by their ids.
func dismissed(p decision.Past) map[string]triage.Dismissal {
	out := map[string]triage.Dismissal{}
	for id, s := range p.Standing {
		if s.State.Dismisses() {
			out[id] = triage.Dismissal{As: string(s.State), AsOf: s.AsOf, Numbers: triage.Numbers{Observed: s.Observed, Severe: s.Severe, Organisations: s.Organisations}}
		}
	}
	return out
}

// told gives what people said of which reports tell of the same event, oldest first.
func told(t *incident.Table, p decision.Past) []linkage.Told {
	var out []linkage.Told
	for _, s := range decision.SaidOf(t, p.Corrections) {
		out = append(out, linkage.Told(s))
	}
	return out
}
