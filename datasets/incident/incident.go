// Package incident holds the nouns of the engine: a patient safety event as one
// of the national systems records it, the patients it touched, the day, the
// degree of harm, and the columns in which events travel.
//
// An event passes three forms. A reader in datasets/extract makes a [Raw], whose
// free text may hold names and numbers and can't be read from outside. The
// redaction gate (nlp/redact) turns it into an [Event], the only form that may be
// stored. The warehouse hands stored events back as Arrow columns in a [Batch],
// and a run keeps those it judges in a [Table].
package incident

import "fmt"

// System says which recording system an event came from.
type System string

const (
	LFPSE  System = "lfpse" // Learn from Patient Safety Events, from July 2021
	NRLS   System = "nrls"  // National Reporting and Learning System, until June 2024
	STEIS  System = "steis" // Strategic Executive Information System, serious incidents
	Mapped System = "table" // any other file, read by a mapping
)

// Kind is the type of an event, as LFPSE tells them apart. NRLS and StEIS hold incidents only.
type Kind uint8

const (
	KindIncident Kind = iota
	KindRisk
	KindOutcome
	KindGoodCare
)

var kindNames = [...]string{"incident", "risk", "outcome", "good care"}

// Kinds lists every kind.
func Kinds() []Kind { return []Kind{KindIncident, KindRisk, KindOutcome, KindGoodCare} }

// String gives the English name used in every output.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Patient is one patient of an event. LFPSE allows up to 100.
type Patient struct {
	Sequence      int32 // 1, 2, … within the event
	Physical      Harm
	Psychological Harm   // never Fatal
	AgeDays       int32  // −1 when not recorded or not valid
	Sex           string // as the sender's code list names it; "" when not recorded
}

// Harm gives the patient's worst harm, physical or psychological, on the
// physical scale: severe psychological harm ranks with severe physical harm.
//
// Source: NHS England patient-safety-data-request-template, R/processors/lfpse.R:
// combined = min(OT001, OT002 + 1) on codes that run backwards.
func (p Patient) Harm() Harm { return Worst(p.Physical, p.Psychological) }

// Age bands of the national review team, in days.
// Source: as for Patient.Harm, R/config/neopaeds.R.
const (
	NeonateMaxDays    = 28
	PaediatricMaxDays = 6695 // 18 × 372 − 1
)

// Place is where in the input a record stands.
type Place struct {
	File string `json:"file"`
	Line int    `json:"line"` // 1 is the first line of the (decompressed) file; for a FHIR Bundle, the entry's line
}

// Fields are the coded and structured parts of an event. "" is not recorded.
// Labels are the sender's own words for its codes, so that a reader needs no
// code list; Scheme says whose words Category is in.
type Fields struct {
	System       System
	ID           string // as the sender gave it: LFPSE reference, NRLS INCIDENTID, StEIS log number
	Revision     int32  // 0 when the system has no revisions
	Submitted    Day    // the day this revision reached the national system
	Deleted      bool   // this revision withdraws the event
	Kind         Kind
	Occurred     Day
	Organisation string   // ODS code, or any code of the sender's
	Scheme       string   // whose category this is: "nrls", "lfpse", "steis", or the mapping's name
	Category     string   // level 1
	Subcategory  string   // level 2
	Labels       []string // several labels a text, where the source has them (mapping [multi.category]); else nil
	Specialty    string
	CareSetting  string
	Location     string
	Medication   string
	Device       string
	NeverEvent   string // the Never Event type as the sender ticked it
	Patients     []Patient
	Harm         Harm // worst over the patients
}

// Text names one of the free texts of an event.
type Text uint8

const (
	Description Text = iota // what happened: F001, IN07, description_of_what_happened
	Actions                 // immediate actions, actions preventing recurrence
	Causes                  // apparent causes, key findings
	Outcome                 // clinical outcome; what went well
	Other                   // every other free text, joined by a line break
	TextCount               // how many there are
)

var textNames = [...]string{"description", "actions", "causes", "outcome", "other"}

// String gives the column name.
func (t Text) String() string {
	if int(t) < len(textNames) {
		return textNames[t]
	}
	return fmt.Sprintf("text(%d)", uint8(t))
}

// Answered reports whether a coded answer says anything: LFPSE's code lists let a
// reporter choose "I don't know", which is no specialty and no place.
func Answered(label string) bool {
	switch label {
	case "", "I don't know", "Not known", "Unknown", "None of the above":
		return false
	}
	return true
}
