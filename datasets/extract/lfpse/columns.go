package lfpse

import (
	"fmt"
	"strings"

	"psims/datasets/extract/delimited"
	"psims/datasets/extract/value"
)

// question is one column of the flat extract that is read.
type question int

const (
	qReference question = iota
	qRevision
	qTaxonomy
	qSubmitted
	qEntity
	qDeleted
	qKind
	qOccurred
	qOrganisation
	qReporter
	qService
	qLocation
	qLocationOther
	qSpecialty
	qSpecialtyOther
	qDescription
	qActions
	qPhysical
	qPsychological
	qOutcome
	qOutcomeType
	qAgeDays
	qSex
	qChallenges
	qAgents
	qProcess
	qMedicines
	qVTM
	qVMP
	qDevice
	qDeviceOther
	qBuildingsOther
	qNeverEvent
	qRiskTheme
	qRiskDescription
	questionCount
)

// questions are the names of the columns, the one for messages first.
var questions = [questionCount][]string{
	qReference: {"Reference"}, qRevision: {"Revision"}, qTaxonomy: {"TaxonomyVersion"},
	qSubmitted: {"SubmissionDate", "ReportedDate", "OriginalSubmissionDate"},
	qEntity:    {"EntityId"}, qDeleted: {"IsDeleted"}, qKind: {"CL001"},
	qOccurred: {"T005", "OccurredDate"}, qOrganisation: {"L002", "OccurredOrganisationCode"},
	qReporter: {"R006", "ReporterOrganisationCode"}, qService: {"L003"}, qLocation: {"L004"},
	qLocationOther: {"L004_Other"}, qSpecialty: {"L006"}, qSpecialtyOther: {"L006_Other"},
	qDescription: {"F001"}, qActions: {"AC001"}, qPhysical: {"OT001"}, qPsychological: {"OT002"},
	qOutcome: {"OT003"}, qOutcomeType: {"OT008"}, qAgeDays: {"P004"}, qSex: {"Gender", "GenderIdentity"},
	qChallenges: {"SafetyChallenges"}, qAgents: {"A001"}, qProcess: {"Process", "HealthcareProcess"},
	qMedicines: {"A002"}, qVTM: {"DMD002"}, qVMP: {"DMD004"}, qDevice: {"A008"}, qDeviceOther: {"A008_Other"},
	qBuildingsOther: {"A016_Other"}, qNeverEvent: {"NeverEventType", "NE001"}, qRiskTheme: {"RiskTheme"},
	qRiskDescription: {"RiskDescription"},
}

// required are the columns without which a file isn't read; of the
// organisations one is enough.
var required = [][]question{{qReference}, {qSubmitted}, {qDescription}, {qOrganisation, qReporter}}

// FlatShare tells how many of the required columns of the flat extract a header has, from 0 to 1.
func FlatShare(header []string) float64 {
	columns, _ := resolve(header)
	n := 0
	for _, some := range required {
		for _, q := range some {
			if columns[q] >= 0 {
				n++
				break
			}
		}
	}
	return float64(n) / float64(len(required))
}

// resolve finds the column of each question, −1 if there is none. twice is a
// question that two columns claim, "" if none is.
func resolve(header []string) (columns [questionCount]int, twice string) {
	names := map[string]question{}
	for q, aliases := range questions {
		columns[q] = -1
		for _, a := range aliases {
			names[plain(a)] = question(q)
		}
	}
	rank := [questionCount]int{}
	for i, h := range header {
		id := questionID(h)
		q, ok := names[plain(id)]
		if !ok {
			continue
		}
		// An alias gives way to the name before it: an extract may have SubmissionDate and OriginalSubmissionDate.
		place := 0
		for n, a := range questions[q] {
			if plain(a) == plain(id) {
				place = n
			}
		}
		if columns[q] >= 0 && place == rank[q] {
			twice = questions[q][place]
		}
		if columns[q] < 0 || place < rank[q] {
			columns[q], rank[q] = i, place
		}
	}
	return columns, twice
}

// plain is a name without letter case and separators.
func plain(s string) string { return strings.ReplaceAll(value.Key(s), "_", "") }

// questionID takes the question's id out of a header such as "F001", "F001_Description",
// "F001 - Describe what happened" or "A008_Other_DeviceTypeOther". Another header stays whole.
func questionID(header string) string {
	id, _, _ := strings.Cut(header, " - ")
	id = strings.TrimSpace(id)
	letters := 0
	for letters < len(id) && (id[letters] >= 'A' && id[letters] <= 'Z' || id[letters] >= 'a' && id[letters] <= 'z') {
		letters++
	}
	digits := letters
	for digits < len(id) && id[digits] >= '0' && id[digits] <= '9' {
		digits++
	}
	if letters == 0 || letters > 3 || digits != letters+3 {
		return header
	}
	rest, found := strings.CutPrefix(id[digits:], "_")
	switch {
	case !found && digits < len(id):
		return header
	case rest == "Other" || strings.HasPrefix(rest, "Other_"):
		return id[:digits] + "_Other"
	}
	return id[:digits]
}

// flatColumns finds the columns of a file, or says which is missing.
func flatColumns(t *delimited.Table) ([questionCount]int, error) {
	columns, twice := resolve(t.Header)
	if twice != "" {
		return columns, t.Fault(fmt.Sprintf("two columns are question %q", twice), "remove one of them")
	}
	for _, some := range required {
		found := false
		for _, q := range some {
			found = found || columns[q] >= 0
		}
		if !found {
			return columns, t.Missing(questions[some[0]][0])
		}
	}
	return columns, nil
}
