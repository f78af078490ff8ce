package triage

import (
	"fmt"
	"strings"

	"psims/datasets/incident"
)

// Dismissal is what people said when they dismissed an alert.
type Dismissal struct {
	As      string       // the state that they gave it, in words
	AsOf    incident.Day // of the run that was on show
	Numbers              // of the alert then
}

// KeepDown puts alerts that people have dismissed behind those still to be read,
// unless they have changed materially since: then they stand where they would, and
// say what has changed. It gives the alerts ranked anew.
func KeepDown(alerts []Alert, standing map[string]Dismissal) []Alert {
	touched := false
	for i := range alerts {
		a := &alerts[i]
		s, ok := standing[a.ID]
		if !ok {
			continue
		}
		touched = true
		said := fmt.Sprintf(" On the run of %s people marked it as %q", s.AsOf.Time().Format("2 January 2006"), s.As)
		changed := a.Numbers().Since(s.Numbers)
		switch {
		case a.Status == Gone:
			a.Why += said + "."
		case len(changed) == 0:
			a.Status = Gone
			a.Why += said + "; it stays down because it has not changed materially since."
		default:
			a.Status = Grown
			a.Why += said + ". It stands here again because it has changed since: " + strings.Join(changed, "; ") + "."
		}
	}
	if !touched {
		return alerts
	}
	return Rank(alerts)
}
