package scan

import "fmt"

// Space is places that lie near each other or belong together, and their reports.
type Space struct {
	Data
	Zones Zones
}

// Scan looks at every zone and every window. Finding.Zone is the zone's place in
// Zones. Of zones with the same ratio the shortest window is told, and then the
// zone that comes first.
//
// Errors: settings or data that can't be used. Panics on broken shapes.
//
// Cost, a replicate: the events drawn for the latest MaxWeeks, and zones ×
// MaxWeeks. Memory: 28 bytes a zone and window, and for each processor 4 more (28
// for Mixes).
func (s Space) Scan(c Config) (*Result, error) {
	if s.Zones.places != s.Places {
		panic(fmt.Sprintf("scan: zones of %d places for data of %d", s.Zones.places, s.Places))
	}
	return run(&s.Data, s.Zones, c)
}
