package brief

import (
	"fmt"

	"psims/analytics/breaks"
	"psims/datasets/incident"
	"psims/reports/disclosure"
	"psims/reports/evidence"
	"psims/reports/page"
)

// NotesOf says what a reader must know of the events: how many reports follow another,
// are left out of the weekly counts, or have no degree of harm.
// otherWork says that the files read by a mapping hardly speak of patients.
func NotesOf(e *evidence.Events, otherWork bool) []string {
	var notes []string
	joined := 0
	for _, counted := range e.Counted {
		if !counted {
			joined++
		}
	}
	if joined > 0 {
		notes = append(notes, fmt.Sprintf("%s of %s tell of an event that an earlier report tells of: each event is counted once, and its other reports are listed with it.", disclosure.Commas(joined), page.Count(len(e.Counted), "report", "reports")))
	}
	lately, batched := 0, 0
	if (e.AsOf+1).Monday()-7 >= e.Table.Reported[0].Monday() {
		h := breaks.Read(e.Table, e.AsOf, breaks.Default())
		inBatch := h.Batched()
		for i, usable := range h.Usable() {
			switch {
			case inBatch[i]:
				batched++
			case !usable:
				lately++
			}
		}
	}
	if lately > 0 {
		notes = append(notes, fmt.Sprintf("%s of organisations that began to report lately are left out of the weekly counts, because they would look like a rise. They are searched for emerging issues like all others.", page.Count(lately, "report", "reports")))
	}
	if batched > 0 {
		notes = append(notes, fmt.Sprintf("%s came in batches, many times an organisation's usual week or old when they came, and are left out of the weekly counts. They are searched for emerging issues like all others.", page.Count(batched, "report", "reports")))
	}
	if otherWork {
		notes = append(notes, "The files read by a mapping hardly speak of patients: they are not searched for Never Events, only for risks of your own list.")
	}
	missing := 0
	for _, h := range e.Table.Harm {
		if h == incident.HarmMissing {
			missing++
		}
	}
	if missing > 0 {
		notes = append(notes, fmt.Sprintf("%s of %s have no degree of harm.", disclosure.Commas(missing), page.Count(e.Table.Len(), "report", "reports")))
	}
	return notes
}
