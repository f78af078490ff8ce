package triage

import (
	"cmp"
	"math"
	"slices"
)

// Rank orders the alerts, best first: those still raised before those gone quiet,
// then by score; equals by id. It numbers them from 1 and fills the q-values of
// the themes from their p-values.
func Rank(alerts []Alert) []Alert {
	fillQ(alerts)
	slices.SortStableFunc(alerts, func(a, b Alert) int {
		return cmp.Or(cmp.Compare(b2i(a.Status == Gone), b2i(b.Status == Gone)), cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	return numbered(alerts)
}

// numbered gives the alerts their places in the list.
func numbered(alerts []Alert) []Alert {
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

// fillQ gives theme alerts the false discovery rate among the themes at least as
// unusual. A theme's p-value already allows for everything that was looked at that
// night, so that −ln(1−p) is the number of themes so unusual that chance alone
// would put on the list, and the rate is that number over those that stand there.
func fillQ(alerts []Alert) {
	var at []int
	for i, a := range alerts {
		if a.Kind == Theme {
			at = append(at, i)
		}
	}
	slices.SortStableFunc(at, func(a, b int) int { return cmp.Compare(alerts[a].PValue, alerts[b].PValue) })
	least := 1.0
	for k := len(at) - 1; k >= 0; k-- {
		expected := -math.Log1p(-alerts[at[k]].PValue)
		least = min(least, expected/float64(k+1))
		alerts[at[k]].QValue = least
	}
}
