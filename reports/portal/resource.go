package portal

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"psims/datasets/incident"
)

// extension is a FHIR extension: a name with a value or with parts.
type extension struct {
	URL   string      `json:"url"`
	Code  string      `json:"valueCode,omitempty"`
	Text  string      `json:"valueString,omitempty"`
	Whole int         `json:"valueInteger,omitempty"`
	Parts []extension `json:"extension,omitempty"`
}

type contained struct {
	Type  string      `json:"resourceType"`
	ID    string      `json:"id"`
	Parts []extension `json:"extension"`
}

const profile = "https://psims.invalid/StructureDefinition/"

// resource writes a record as an AdverseEvent of LFPSE, version 6, on one line.
func resource(f map[string]string, reference string, version int, today, day incident.Day) (string, error) {
	harm, specialty, service := recordLists()
	known := func(field string, list [][2]string) string {
		if v := f[field]; slices.ContainsFunc(list, func(o [2]string) bool { return o[0] == v }) {
			return v
		}
		return ""
	}
	place := []extension{{URL: "LocationKnown", Code: "y"}, {URL: "Organisation", Code: f["organisation"]}}
	if v := known("service", service); v != "" {
		place = append(place, extension{URL: "ServiceArea", Code: v})
	}
	if v := known("specialty", specialty); v != "" {
		place = append(place, extension{URL: "ResponsibleSpecialty", Code: v})
	}
	held := []contained{{"Location", "location1", []extension{{URL: profile + "location-details-6", Parts: place}}}}
	if v := known("harm", harm); v != "" {
		held = append(held, contained{"Patient", "patient", []extension{{URL: profile + "patient-information-6", Parts: []extension{{URL: "PatientSequence", Whole: 1}, {URL: "PhysicalHarm", Code: v}}}}})
	}
	parts := []extension{{URL: profile + "adverse-event-core-6", Parts: []extension{{URL: "Description", Text: f["happened"]}}}}
	if v := f["actions"]; v != "" {
		parts = append(parts, extension{URL: profile + "adverse-event-outcome-6", Parts: []extension{{URL: "ImmediateActions", Text: v}}})
	}
	r := map[string]any{
		"resourceType": "AdverseEvent", "id": reference, "identifier": map[string]string{"value": reference}, "actuality": "actual",
		"meta":      meta(version, today),
		"contained": held, "extension": parts, "event": map[string]any{"coding": []map[string]string{{"code": f["kind"]}}},
	}
	if day.Known() {
		r["date"] = day.String()
	}
	text, err := json.Marshal(r)
	if err != nil {
		return "", fmt.Errorf("writing a record: %w", err)
	}
	return string(text) + "\n", nil
}

// withdrawal writes that an event was entered in error, on one line: all that LFPSE
// needs to take it back is which one.
func withdrawal(reference string, version int, today incident.Day) (string, error) {
	text, err := json.Marshal(map[string]any{
		"resourceType": "AdverseEvent", "id": reference, "identifier": map[string]string{"value": reference}, "actuality": "entered-in-error",
		"meta": meta(version, today),
	})
	if err != nil {
		return "", fmt.Errorf("writing a withdrawal: %w", err)
	}
	return string(text) + "\n", nil
}

// meta says which revision of which profile it is. No time of day: it could tell
// who was on duty.
func meta(version int, today incident.Day) map[string]any {
	return map[string]any{"profile": []string{profile + "patient-safety-adverse-event-6"}, "versionId": strconv.Itoa(version), "lastUpdated": today.String() + "T00:00:00Z"}
}
