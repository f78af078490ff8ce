// Package quote answers: how does a report speak on a page, so that a reader can
// trace every sentence to the report it comes from?
//
// In goes a redacted report; out come its words as a quotation with the words
// that matter marked, and a line that says whose they are.
package quote

import (
	"strings"

	"psims/datasets/incident"
	"psims/reports/page"
)

// Incident is a report as a page's reader may see it: redacted.
type Incident struct {
	ID           string
	System       incident.System
	Reported     incident.Day
	Occurred     incident.Day // NoDay when not recorded
	Organisation string       // name, or code where no name is known
	Region       string
	Specialty    string
	CareSetting  string
	Category     string
	Harm         incident.Harm
	Text         string // redacted
	Href         string // of a page about it; "" for none
}

// From says where a passage comes from.
func (e Incident) From() string {
	parts := []string{"Report " + e.ID}
	if e.System != "" && e.System != incident.Mapped {
		parts = append(parts, SystemName(e.System))
	}
	if e.Reported.Known() {
		parts = append(parts, "reported "+page.Date(e.Reported))
	}
	for _, s := range []string{e.Organisation, e.Specialty} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if e.Harm.Graded() {
		parts = append(parts, HarmPhrase(e.Harm))
	}
	return strings.Join(parts, ", ")
}

// Short leaves out what a long official name says in brackets at its end: "Acute,
// general or specialist services" without all that these include.
func Short(name string) string {
	if at := strings.LastIndex(name, " ("); at > 0 && len(name) > 60 && strings.HasSuffix(name, ")") {
		return name[:at]
	}
	return name
}

// systemNames are the recording systems as people call them.
var systemNames = map[incident.System]string{
	incident.LFPSE: "LFPSE", incident.NRLS: "NRLS", incident.STEIS: "StEIS", incident.Mapped: "mapped file",
}

// SystemName is a recording system as people call it.
func SystemName(s incident.System) string {
	if name, ok := systemNames[s]; ok {
		return name
	}
	return OrNone(string(s))
}

// formatNames are the formats of files as people call them.
var formatNames = map[string]string{
	"lfpse-fhir-ndjson": "LFPSE, a record a line", "lfpse-fhir-bundle": "LFPSE, bundle of records", "lfpse-fhir-resource": "LFPSE, one record", "lfpse-flat": "LFPSE, table",
	"nrls-csv": "NRLS, table", "steis-csv": "StEIS, table", "table": "Table with a mapping of its own",
}

// FormatName is a format of files (see psims/datasets/extract) as people call it.
func FormatName(format string) string {
	if name, ok := formatNames[format]; ok {
		return name
	}
	return OrNone(format)
}

// harmNames are the degrees of harm as a heading or a cell has them.
var harmNames = map[incident.Harm]string{
	incident.Fatal: "Fatal", incident.SevereHarm: "Severe", incident.ModerateHarm: "Moderate", incident.LowHarm: "Low",
	incident.NoHarm: "No harm", incident.HarmNotApplicable: "No patient affected", incident.HarmMissing: "Not recorded",
}

// HarmName is a degree of harm in a heading or a cell.
func HarmName(h incident.Harm) string {
	if name, ok := harmNames[h]; ok {
		return name
	}
	return h.String()
}

// HarmPhrase is a graded harm within a sentence.
func HarmPhrase(h incident.Harm) string {
	name := strings.ToLower(HarmName(h))
	if h == incident.Fatal || h == incident.NoHarm {
		return name
	}
	return name + " harm"
}

// WorstFirst lists the degrees of harm, worst first, then the two that are none.
func WorstFirst() []incident.Harm {
	return []incident.Harm{incident.Fatal, incident.SevereHarm, incident.ModerateHarm, incident.LowHarm, incident.NoHarm, incident.HarmNotApplicable, incident.HarmMissing}
}

// OrNone says "Not recorded" for nothing.
func OrNone(s string) string {
	if s == "" {
		return "Not recorded"
	}
	return s
}
