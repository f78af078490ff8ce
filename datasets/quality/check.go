package quality

import (
	"unicode/utf8"

	"psims/datasets/incident"
)

// Check is one question asked of every event. SQL asks the same of the warehouse's
// event table; a test holds the two against each other.
type Check struct {
	Name     string
	Sentence string // what it means when an event fails
	SQL      string // true when the event fails
	fails    func(*incident.Event) bool
}

// Fails reports whether an event fails the check. A withdrawal fails none.
func (c Check) Fails(e *incident.Event) bool { return !e.Deleted && c.fails(e) }

// Limits of what can be.
const (
	shortest    = 20        // characters of a description that says anything
	oldestDays  = 120 * 372 // age in days, as LFPSE writes 120 years
	lateDays    = 365
	firstDayISO = "1948-07-05" // the first day of the National Health Service
)

var firstDay = incident.NewDay(1948, 7, 5)

var checks = []Check{
	{"missing-occurred-date", "The event has no date on which it occurred.", "occurred IS NULL", func(e *incident.Event) bool { return !e.Occurred.Known() }},
	{"missing-harm", "A patient was affected and no degree of harm is given.", "harm = 'missing'", func(e *incident.Event) bool { return e.Harm == incident.HarmMissing }},
	{"missing-category", "The event has no category.", "category IS NULL", func(e *incident.Event) bool { return e.Category == "" }},
	{"missing-specialty", "The event has no specialty.", "specialty IS NULL", func(e *incident.Event) bool { return e.Specialty == "" }},
	{"missing-care-setting", "The event has no care setting.", "care_setting IS NULL", func(e *incident.Event) bool { return e.CareSetting == "" }},
	{"missing-location", "The event has no location.", "location IS NULL", func(e *incident.Event) bool { return e.Location == "" }},
	{"short-description", "The description has fewer than 20 characters.", "length(coalesce(description, '')) < 20",
		func(e *incident.Event) bool { return utf8.RuneCountInString(e.Texts[incident.Description]) < shortest }},
	{"occurred-before-1948", "The event occurred before there was a National Health Service.", "occurred < DATE '" + firstDayISO + "'",
		func(e *incident.Event) bool { return e.Occurred.Known() && e.Occurred < firstDay }},
	{"occurred-after-reported", "The event occurred on a day after it was reported.", "occurred > submitted",
		func(e *incident.Event) bool { return e.Occurred.Known() && e.Occurred > e.Submitted }},
	{"impossible-age", "A patient is older than 120 years.", "len(list_filter(patients, lambda p: p.age_days > 44640)) > 0",
		func(e *incident.Event) bool {
			for _, p := range e.Patients {
				if p.AgeDays > oldestDays {
					return true
				}
			}
			return false
		}},
	{"harmful-good-care", "An example of good care is graded as severe or fatal harm.", "kind = 'good care' AND harm IN ('severe', 'fatal')",
		func(e *incident.Event) bool { return e.Kind == incident.KindGoodCare && e.Harm.SevereOrFatal() }},
	{"late-report", "The event was reported more than a year after it occurred.", "submitted - occurred > 365",
		func(e *incident.Event) bool { return e.Occurred.Known() && e.Submitted-e.Occurred > lateDays }},
}

// Checks lists every check, always in the same order.
func Checks() []Check { return append([]Check(nil), checks...) }

// CheckOf gives the check of a name.
func CheckOf(name string) (Check, bool) {
	for _, c := range checks {
		if c.Name == name {
			return c, true
		}
	}
	return Check{}, false
}
