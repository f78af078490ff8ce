package synth

import (
	"strconv"
	"strings"

	"psims/datasets/incident"
	"psims/datasets/synth/narrative"
)

// nrlsHeader is the header of NRLS extracts, in the long names in which they are
// published.
const nrlsHeader = `RP01 Unique Incident ID,RP02 Care Setting of Occurrence,RP07 NHS Organisation Code,IN01 Date of Incident,Date incident received by NRLS,IN03 Location (lvl1),IN03 Location (lvl2),IN03 Location - Free Text,IN04 Country,IN05 Incident Category - Lvl1,IN05 Incident Category - Lvl2,IN07 Description of what happened,IN10 Actions Preventing Reoccurrence,IN11 Apparent Causes,Age at time of Incident (years),PD02 Patient Sex,PD04 Adult/Paediatrics Specialty,"PD05 Specialty - Lvl 1","PD05 Specialty - Lvl 2",PD09 Degree of harm (severity),MD01 Med Process,MD05 Approved Name (Drug 1),DE01 Type of Device` + "\n"

// careSettings are NRLS's care settings (RP02) and places (IN03) by type of organisation.
var careSettings = [narrative.SettingCount][3]string{
	narrative.Acute:     {"Acute / general hospital", "General / acute hospital", "Ward"},
	narrative.Mental:    {"Mental health service", "Mental health unit / facility", "Ward"},
	narrative.Community: {"Community nursing, medical and therapy service (incl. community hospital)", "Residence / home", "Private house / flat etc"},
	narrative.Ambulance: {"Ambulance service", "Ambulance", "Ambulance (in transit)"},
	narrative.Practice:  {"General practice", "Primary care setting", "GP surgery"},
	narrative.Pharmacy:  {"Community pharmacy", "Primary care setting", "Pharmacy"},
}

// place gives NRLS's two levels of location.
func (r *record) place() (one, two string) {
	s := careSettings[r.org.setting]
	one, two = s[1], s[2]
	switch r.c.Specialty.Domain {
	case "theatre":
		two = "Operating theatre"
	case "diagnostic":
		two = "Diagnostic department"
	case "service":
		two = "Other"
	}
	switch r.c.Specialty.Key {
	case "ed":
		two = "Accident & Emergency"
	case "intermediate":
		one, two = "Community hospital", "Ward"
	}
	return one, two
}

var nrlsHarm = [narrative.Grades]string{"No Harm", "Low", "Moderate", "Severe", "Death"}

// nrls appends a row of an NRLS extract. harm is PD09 as it stands in the row.
func (w *worker) nrls(row *csvRow, r *record, harm string) {
	chosen := func(share float64, s string) string {
		if w.src.Bool(share) {
			return s
		}
		return ""
	}
	d := w.m.dates
	w.scratch = r.appendID(w.scratch[:0])
	row.bytes(w.scratch)
	row.text(careSettings[r.org.setting][0])
	row.plain(r.org.code)
	row.when(r.dayKnown, d.UK(r.c.Occurred))
	row.plain(d.UK(r.submitted))
	one, two := r.place()
	row.text(one)
	row.text(chosen(.997, two))
	row.text(chosen(.075, r.org.name))
	row.plain("England")
	row.text(r.category)
	row.text(r.subcategory)
	row.bytes(r.texts[incident.Description])
	row.bytes(r.texts[incident.Actions])
	row.bytes(r.texts[incident.Causes])
	switch {
	case !r.ageKnown:
		row.plain("")
	case r.c.AgeDays < 366:
		row.plain(strconv.FormatFloat(float64(r.c.AgeDays)/365.25, 'f', 3, 64))
	default:
		row.number(r.c.Years())
	}
	sex := "Male"
	if r.c.Female {
		sex = "Female"
	}
	row.when(r.sexKnown, sex)
	specialty := "Adults specialties"
	if r.c.AgeDays < 16*365 {
		specialty = "Paediatric specialties"
	}
	row.plain(chosen(.3, specialty))
	row.text(r.c.Specialty.Level1)
	row.text(chosen(.633, r.c.Specialty.Level2))
	row.plain(harm)
	if r.c.Scenario.Key == "med" {
		row.text(chosen(.5, r.c.Scenario.Subcategory))
	} else {
		row.plain("")
	}
	row.text(r.medication)
	row.text(chosen(.5, r.device))
}

// steisHeader is the header of StEIS exports.
const steisHeader = `log_no,organisation_reporting_si_on_steis,region_geography,status,created_on,date_of_incident,location_of_incident,care_sector,clinical_area,patient_date_of_birth,type_of_incident,description_of_what_happened,immediate_action_taken,key_findings,reason_for_reporting,never_event,never_event_type,modified_date` + "\n"

var careSectors = [narrative.SettingCount]string{"Acute hospital", "Mental health", "Community services", "Ambulance", "Primary care", "Primary care"}

// steis appends a row of a StEIS export, as it stood some days after it was made.
func (w *worker) steis(row *csvRow, r *record, status string, age int) {
	d := w.m.dates
	w.scratch = r.appendID(w.scratch[:0])
	row.bytes(w.scratch)
	row.text(r.org.name + " (" + r.org.code + ")")
	row.plain(r.org.region)
	row.plain(status)
	row.plain(d.UK(r.submitted) + " 09:" + twoDigits(r.index%60) + ":00")
	row.plain(d.UK(r.c.Occurred))
	one, _ := r.place()
	row.text(one)
	row.plain(careSectors[r.org.setting])
	row.text(r.c.Specialty.Label)
	row.when(r.ageKnown, d.UK(r.c.Occurred-incident.Day(r.c.AgeDays)))
	row.text(r.c.Scenario.Steis)
	row.bytes(r.texts[incident.Description])
	row.bytes(r.texts[incident.Actions])
	row.bytes(r.texts[incident.Causes])
	row.text(steisReasons[r.index%len(steisReasons)])
	if r.neverTicked {
		row.plain("Yes")
		row.text(label("never-event-type-6", r.c.Scenario.Never))
	} else {
		row.plain("No")
		row.plain("")
	}
	row.plain(d.UK(min(r.submitted+incident.Day(age), w.m.cfg.Until)) + " 16:30:00")
}

var steisReasons = []string{"Severe harm", "Death", "Serious Incident Framework", "Potential for learning", "Media interest possible"}

func twoDigits(n int) string { return string(appendTwo(nil, n)) }

// flatHeader is the header of the flat extract of LFPSE's analysis tables.
const flatHeader = `Reference,Revision,TaxonomyVersion,SubmissionDate,EntityId,IsDeleted,CL001,T005 - Event date,L002 - Organisation,R006 - Reporter organisation,L003,L004,L006,F001 - Describe what happened,AC001 - Immediate actions,OT001,OT002,OT003 - Clinical outcome,P004,Gender,SafetyChallenges,A001,Process,DMD002,A008,NeverEventType` + "\n"

// flat appends the rows of an event in the flat extract: one a patient, or one
// without patients.
func (w *worker) flat(row *csvRow, r *record, v version) {
	for i := range max(1, r.patients) {
		if i > 0 {
			row.b, row.cells = append(row.b, '\n'), 0
		}
		w.scratch = r.appendID(w.scratch[:0])
		row.bytes(w.scratch)
		row.number(v.revision)
		row.plain("6")
		row.plain(w.m.dates.ISO(v.day))
		row.when(r.patients > 0, strconv.Itoa(i+1))
		row.plain("0")
		row.plain(string(rune(r.kind)))
		row.when(r.dayKnown, w.m.dates.ISO(r.c.Occurred))
		row.plain(r.org.code)
		row.plain(r.org.code)
		area, place := r.serviceArea()
		row.plain(area)
		row.plain(place)
		row.plain(r.c.Specialty.Code)
		row.bytes(r.description(v.update))
		row.bytes(r.texts[incident.Actions])
		r.flatPatient(row, i)
		row.plain(orNone(r.challenge))
		row.plain(strings.Join(r.agents, " {~@~} "))
		row.plain(r.process)
		row.text(r.medication)
		row.plain(r.deviceType)
		row.when(r.neverTicked, r.c.Scenario.Never)
	}
}

// flatPatient appends what the flat extract says of the i-th patient.
func (r *record) flatPatient(row *csvRow, i int) {
	grade, psych, outcome := r.grade, r.psych, r.texts[incident.Outcome]
	if i > 0 {
		grade, psych, outcome = min(grade, 0), min(psych, 0), nil
	}
	row.plain(backwards(5, grade, r.patients > 0))
	row.plain(backwards(4, psych, r.patients > 0 && grade >= 0 && grade < 4))
	row.bytes(outcome)
	row.when(r.ageKnown && r.patients > 0, strconv.Itoa(lfpseAge(r.c.AgeDays)))
	sex := "2"
	if r.c.Female {
		sex = "1"
	}
	row.when(r.sexKnown && r.patients > 0, sex)
}

// backwards gives the code of a grade on a scale that begins with the worst.
func backwards(none, grade int, given bool) string {
	if grade < 0 || !given {
		return ""
	}
	return strconv.Itoa(none - grade)
}
