package portal

import (
	"strings"
	"time"

	"psims/datasets/incident"
)

// dayLayouts are the ways in which people here write a day: with the day first, and as
// the service itself writes it in addresses.
var dayLayouts = []string{time.DateOnly, "2/1/2006", "2.1.2006", "2-1-2006", "2 1 2006", "2 January 2006", "2 Jan 2006"}

// dayHint shows in forms how a day may be written.
const dayHint = "For example, 30/11/2026"

// readDay reads a day as a person wrote it.
//
// Errors: it is written in another way, or there is no such day.
func readDay(s string) (incident.Day, error) {
	s = strings.Join(strings.Fields(s), " ")
	for _, layout := range dayLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return incident.DayOf(t), nil
		}
	}
	return incident.ParseDay(s)
}
