package triage

import (
	"cmp"
	"slices"

	"psims/analytics/signal"
)

// Rank orders the alerts, best first: those still raised before those gone quiet,
// then by score; equals by id. It numbers them from 1 and fills the q-values of
// those that have none yet from the p-values of their kind.
func Rank(alerts []Alert) []Alert {
	fillQ(alerts)
	slices.SortStableFunc(alerts, func(a, b Alert) int {
		return cmp.Or(cmp.Compare(b2i(a.Status == Gone), b2i(b.Status == Gone)), cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	for i := range alerts {
		alerts[i].Rank = i + 1
	}
	return alerts
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// fillQ gives theme alerts the false discovery rate among the themes standing.
func fillQ(alerts []Alert) {
	var sigs []signal.Signal
	var at []int
	for i, a := range alerts {
		if a.Kind == Theme {
			sigs = append(sigs, signal.Signal{Status: signal.Raised, P: a.PValue})
			at = append(at, i)
		}
	}
	signal.FalseDiscovery(sigs)
	for k, i := range at {
		alerts[i].QValue = sigs[k].Q
	}
}
