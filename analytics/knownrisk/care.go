package knownrisk

import (
	"slices"
	"strings"
	"unicode"

	"psims/datasets/incident"
)

// careWords are words that a report of patients' care says and one of other work hardly does.
var careWords = []string{"baby", "carer", "carers", "inpatient", "inpatients", "midwife", "midwives", "mum", "outpatient", "outpatients", "patient", "patients", "pt", "pts", "resident", "residents", "theatre", "theatres", "ward", "wards"}

// OfCare reports whether a text speaks of somebody's care in words that hardly stand
// elsewhere. The risks are those of patients: in reports of other work, such as
// accidents at a mine, "a screw was left in" tells of none. Cost linear in the text.
func OfCare(text string) bool {
	for w := range strings.FieldsFuncSeq(text, func(c rune) bool { return !unicode.IsLetter(c) }) {
		if _, ok := slices.BinarySearch(careWords, strings.ToLower(w)); ok {
			return true
		}
	}
	return strings.Contains(strings.ToLower(text), "service user")
}

// leastCare is the least share of reports that speak of care among those of patients'
// care: of invented ones nearly half do, of accidents at mines 1 in 400.
// Of fewer than enoughTexts none can be told.
const (
	leastCare   = 0.05
	enoughTexts = 100
)

// OtherWork reports whether the mapped files among the events are of other work than
// care: the risks that are watched are patients'. It is judged of all of them together,
// because a single report of care need not name the patient.
func OtherWork(t *incident.Table) bool {
	mapped, care := 0, 0
	for i, s := range t.Text {
		if t.System.Value(i) == string(incident.Mapped) {
			if mapped++; OfCare(s) {
				care++
			}
		}
	}
	return mapped >= enoughTexts && float64(care) < leastCare*float64(mapped)
}

// Admit takes out of the hits of each event what is no risk there: all hits of good care,
// and hits of the list that comes with the program where mapped files are of other work
// than care. A list of the deployer's own, joined behind it, may be of that work. It
// changes hits, and no list of an event's.
func Admit(t *incident.Table, hits [][]Hit) {
	other, own := OtherWork(t), len(Default().Risks)
	for i, k := range t.Kind {
		if k == incident.KindGoodCare {
			hits[i] = nil
		}
		if other && t.System.Value(i) == string(incident.Mapped) {
			hits[i] = slices.DeleteFunc(slices.Clone(hits[i]), func(h Hit) bool { return h.Risk < own })
		}
	}
}
