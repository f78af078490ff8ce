package triage

import (
	"cmp"
	"slices"
)

// resembling is how like the reports of two alerts are when they may be parts of one
// issue. It is far below what makes them one alert: a reader is told, nothing is hidden.
const resembling = 0.33

// Resemble notes in each theme's alert the highest one before it that it may be a part
// of one issue with. A loud issue is found by several of its words, each in reports of
// its own: those parts are ranked after all that may be issues of their own, in their
// order, so that they leave the head of the list to these. The alerts are ranked; alike
// gives how like the reports of two of them are, by the places that index gives to their
// ids.
func Resemble(alerts []Alert, index map[string]int, alike [][]float64) []Alert {
	var leaders []int
	for i := range alerts {
		k, known := index[alerts[i].ID]
		if !known {
			continue
		}
		for _, l := range leaders {
			if alike[k][index[alerts[l].ID]] >= resembling {
				alerts[i].Resembles = alerts[l].ID
				break
			}
		}
		if alerts[i].Resembles == "" {
			leaders = append(leaders, i)
		}
	}
	slices.SortStableFunc(alerts, func(a, b Alert) int { return cmp.Compare(a.turn(), b.turn()) })
	return numbered(alerts)
}

// turn is 0 of what still stands, 1 of a part of something that does, 2 of what is quiet.
func (a Alert) turn() int {
	switch {
	case a.Status == Gone:
		return 2
	case a.Resembles != "":
		return 1
	}
	return 0
}
