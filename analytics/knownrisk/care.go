package knownrisk

import (
	"slices"
	"strings"
	"unicode"
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
