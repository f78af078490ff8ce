package synth

import (
	"strconv"

	"psims/datasets/incident"
	"psims/datasets/synth/narrative"
)

// profile begins the address of every FHIR profile; only its last part is looked at.
const profile = `{"url":"https://lfpse.example/`

// serviceAreas are LFPSE's service areas and locations by type of organisation.
var serviceAreas = [narrative.SettingCount][2]string{
	narrative.Acute: {"1", "4"}, narrative.Mental: {"4", "10"}, narrative.Community: {"7", "2"},
	narrative.Ambulance: {"3", "6"}, narrative.Practice: {"17", "11"}, narrative.Pharmacy: {"9", "12"},
}

// serviceArea gives the codes of the service area and the kind of place.
func (r *record) serviceArea() (area, place string) {
	at := serviceAreas[r.org.setting]
	area, place = at[0], at[1]
	switch r.c.Specialty.Key {
	case "obs", "midwifery":
		area = "19"
	case "nhs111":
		area, place = "18", "8"
	case "therapy":
		area = "6"
	case "intermediate":
		area, place = "16", "4"
	case "dental":
		area, place = "11", "5"
	case "ld":
		area = "14"
	case "cmh":
		place = "2"
	}
	return area, place
}

// version is one version of an LFPSE record.
type version struct {
	revision int
	day      incident.Day // on which it was submitted
	update   string       // added to the description; "" for none
}

// fhir appends an AdverseEvent; v is the version of the taxonomy, "6" or "5".
func (r *record) fhir(b []byte, v string, of version) []byte {
	b = append(b, `{"resourceType":"AdverseEvent","id":"`...)
	b = r.appendID(b)
	b = append(b, `","meta":{"profile":["https://lfpse.example/patient-safety-adverse-event-`...)
	b = append(append(b, v...), `"],"versionId":"`...)
	b = strconv.AppendInt(b, int64(of.revision), 10)
	b = append(append(b, `","lastUpdated":"`...), r.days.ISO(of.day)...)
	b = append(b, `T`...)
	b = appendTwo(b, 7+r.index%12)
	b = append(b, ':')
	b = appendTwo(b, r.index%60)
	b = append(b, `:00Z"},"identifier":{"value":"`...)
	b = append(r.appendID(b), `"},"contained":[`...)
	b = r.contained(b, v)
	b = append(b, `],"extension":[`...)
	b = r.extensions(b, v, of.update)
	b = append(b, ']')
	if v == "5" {
		b = append(b, `,"category":"AE","type":{"coding":[{"code":"`...)
	} else {
		b = append(b, `,"actuality":"actual","event":{"coding":[{"code":"`...)
	}
	b = append(append(b, r.kind), `"}]}`...)
	if r.patients > 0 {
		b = append(b, `,"subject":{"reference":"#patient"}`...)
	}
	b = append(b, `,"location":{"reference":"#location1"},"recorder":{"reference":"#practitioner1"}`...)
	if r.dayKnown {
		b = append(append(append(b, `,"date":"`...), r.days.ISO(r.c.Occurred)...), '"')
	}
	if v == "5" {
		b = appendJSON(append(b, `,"description":`...), r.description(of.update))
	}
	return append(b, '}')
}

// description is the narrative, with what a revision adds.
func (r *record) description(update string) []byte {
	if update == "" {
		return r.texts[incident.Description]
	}
	return append(append([]byte(nil), r.texts[incident.Description]...), update...)
}

// ext opens an extension that holds others.
func ext(b []byte, name, v string) []byte {
	b = append(append(append(append(b, profile...), name...), v...), `","extension":[`...)
	return b
}

// code appends {"url":name,"valueCode":code}, with a comma if one is due.
func code(b []byte, name, c string) []byte { return field(b, name, "Code", c) }

// field appends a value that needs no escapes.
func field(b []byte, name, kind, s string) []byte {
	b = comma(b)
	b = append(append(append(append(b, `{"url":"`...), name...), `","value`...), kind...)
	return append(append(append(b, `":"`...), s...), `"}`...)
}

func number(b []byte, name string, n int) []byte {
	b = append(append(comma(b), `{"url":"`...), name...)
	return append(strconv.AppendInt(append(b, `","valueInteger":`...), int64(n), 10), '}')
}

func text(b []byte, name string, s []byte) []byte {
	b = append(append(comma(b), `{"url":"`...), name...)
	return append(appendJSON(append(b, `","valueString":`...), s), '}')
}

func comma(b []byte) []byte {
	if b[len(b)-1] == '}' {
		return append(b, ',')
	}
	return b
}

const closed = `]}`

// contained appends the resources within the event: place, reporter, patients, device.
func (r *record) contained(b []byte, v string) []byte {
	area, place := r.serviceArea()
	b = append(b, `{"resourceType":"Location","id":"location1","extension":[`...)
	b = ext(b, "location-details-", v)
	b = code(b, "LocationKnown", "y")
	b = code(b, "Organisation", r.org.code)
	b = code(b, "ServiceArea", area)
	b = code(b, "LocationWithinService", place)
	b = code(b, "ResponsibleSpecialty", r.c.Specialty.Code)
	b = append(b, closed+closed+`,{"resourceType":"Practitioner","id":"practitioner1","extension":[`...)
	b = ext(b, "practitioner-details-", v)
	b = code(b, "ReporterType", "3")
	b = code(b, "ReporterOrganisation", r.org.code)
	b = append(b, closed+closed...)
	if v == "5" {
		for i := range r.patients {
			b = append(b, `,{"resourceType":"Patient","id":"patient`...)
			if i > 0 {
				b = strconv.AppendInt(b, int64(i+1), 10)
			}
			b = append(b, `","extension":[`...)
			b = append(r.patient(b, v, i), closed...)
		}
	} else if r.patients > 0 {
		b = append(b, `,{"resourceType":"Patient","id":"patient","extension":[`...)
		for i := range r.patients {
			b = r.patient(comma(b), v, i)
		}
		b = append(b, closed...)
	}
	if r.deviceType != "" {
		b = append(b, `,{"resourceType":"Device","id":"device1","extension":[`...)
		b = ext(b, "adverse-event-device-details-", v)
		b = append(code(b, "DeviceType", r.deviceType), closed+closed...)
	}
	return b
}

// patient appends the i-th patient. The first is the one the texts tell of; others
// came off better.
func (r *record) patient(b []byte, v string, i int) []byte {
	b = ext(b, "patient-information-", v)
	b = number(b, "PatientSequence", i+1)
	if r.ageKnown {
		b = number(b, "AgeAtTimeOfIncidentDays", lfpseAge(r.c.AgeDays))
	}
	if r.sexKnown {
		sex, name := "2", "GenderIdentity"
		if r.c.Female {
			sex = "1"
		}
		if v == "5" {
			name = "Gender"
		}
		b = code(b, name, sex)
	}
	grade := r.grade
	if i > 0 {
		grade = min(grade, 0)
	}
	if grade >= 0 {
		b = code(b, "PhysicalHarm", string(rune('5'-grade)))
		if r.psych >= 0 && grade < 4 {
			psych := r.psych
			if i > 0 {
				psych = 0
			}
			b = code(b, "PsychologicalHarm", string(rune('4'-psych)))
		}
	}
	if t := r.texts[incident.Outcome]; i == 0 && len(t) > 0 {
		b = text(b, "ClinicalOutcome", t)
	}
	return append(b, closed...)
}

// extensions appends what the form asks beside people and places.
func (r *record) extensions(b []byte, v, update string) []byte {
	if v == "6" {
		b = ext(b, "adverse-event-core-", v)
		b = append(text(b, "Description", r.description(update)), closed+","...)
	}
	b = ext(b, "adverse-event-agent-", v)
	for _, a := range r.agents {
		b = code(b, "InvolvedAgents", a)
	}
	if v == "5" && r.medication != "" {
		b = field(b, "DrugsInvolved", "String", r.medication)
	}
	b = append(b, closed+","...)
	b = ext(b, "adverse-event-safety-challenges-", v)
	b = append(code(b, "SafetyChallenges", orNone(r.challenge)), closed+","...)
	b = ext(b, "adverse-event-process-", v)
	name := "HealthcareProcess"
	if v == "5" {
		name = "Process"
	}
	b = append(code(b, name, r.process), closed+","...)
	b = ext(b, "adverse-event-estimated-date-", v)
	b = append(code(b, "IncidentOccurredToday", "n"), closed...)
	if t := r.texts[incident.Actions]; len(t) > 0 {
		b = ext(append(b, ','), "adverse-event-outcome-", v)
		b = append(text(b, "ImmediateActions", t), closed...)
	}
	if r.neverTicked {
		b = ext(append(b, ','), "adverse-event-governance-", v)
		b = code(b, "NeverEvent", "y")
		b = append(code(b, "NeverEventType", r.c.Scenario.Never), closed...)
	}
	if v == "6" && r.medication != "" {
		b = ext(append(b, ','), "medication-dmd-", v)
		b = append(field(b, "VTMString", "String", r.medication), closed...)
	}
	return b
}

func orNone(challenge string) string {
	if challenge == "" {
		return noChallenge
	}
	return challenge
}
