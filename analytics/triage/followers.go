package triage

import (
	"fmt"
	"slices"

	"psims/datasets/caveat"
)

// CiteFollowers adds to each alert, behind each report that it cites, those that tell of
// the same event: behind gives them by its id.
func CiteFollowers(alerts []Alert, behind map[string][]string) {
	for k := range alerts {
		a := &alerts[k]
		cited := len(a.IncidentIDs)
		a.IncidentIDs, a.RecentIncidentIDs = withFollowers(a.IncidentIDs, behind), withFollowers(a.RecentIncidentIDs, behind)
		if more := len(a.IncidentIDs) - cited; more > 0 {
			a.Caveats = append(a.Caveats, caveat.ReportsJoined)
			verb := "s tell"
			if more == 1 {
				verb = " tells"
			}
			a.Why += fmt.Sprintf(" %d further report%s of the same events: listed with them, and not counted.", more, verb)
		}
	}
}

// withFollowers puts behind each id those that follow it and are not there already.
func withFollowers(ids []string, behind map[string][]string) []string {
	var out []string
	for _, id := range ids {
		out = append(out, id)
		for _, f := range behind[id] {
			if !slices.Contains(ids, f) {
				out = append(out, f)
			}
		}
	}
	return out
}
