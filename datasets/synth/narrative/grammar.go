package narrative

import (
	"embed"

	"psims/datasets/synth/chance"
)

//go:embed text/*.txt
var texts embed.FS

// part says what a fragment of a scenario tells.
type part uint8

const (
	headline part = iota // three to six words
	event                // what happened
	before               // the circumstances
	found                // how it came to light
	why                  // apparent causes
	action               // what was done
	patient              // who the patient is and why they are in care
	course               // a step of a longer account
	outcome              // what came of it; one list for each degree of harm
	partCount
)

// Setting is the kind of organisation in which a scenario happens.
type Setting uint8

const (
	Acute Setting = iota
	Mental
	Community
	Ambulance
	Practice
	Pharmacy
	SettingCount
)

const settingKeys = "amcbgp" // as in "types: a10 m4"

// Grades is the number of degrees of harm: none, low, moderate, severe, fatal.
const Grades = 5

// rule is a list of alternatives: as notes, and as whole sentences for writers
// who take the time.
type rule struct {
	alts  []seq
	prose []seq
}

// Scenario is a kind of event, with the fragments that tell of it.
type Scenario struct {
	Name        string
	Category    string // NRLS level 1
	Subcategory string // NRLS level 2
	Family      string // "" for common scenarios; "never", "good", "risk", "outcome", "season" or the name of a planted issue
	Types       [SettingCount]float64
	Key         string          // the category as the texts name it: "med", "acc", …
	Harm        [Grades]float64 // probabilities
	Age         string          // the age profile where it isn't the specialty's; "" otherwise
	Sex         string          // "f", "m", or "" for either
	Agents      []string        // LFPSE InvolvedAgents codes
	Process     string          // LFPSE HealthcareProcess code
	Challenge   string          // LFPSE SafetyChallenges code
	DeviceType  string          // LFPSE DeviceType code
	Device      string          // the same in words, for NRLS
	Steis       string          // StEIS type of incident
	Never       string          // Never Event type (code), "" if it is none
	Confused    []string        // NRLS categories it is often filed under by mistake
	Terms       []string        // words by which a planted issue is known

	domain      string
	alone       bool // nothing of the setting's shared fragments fits
	specialties []*Specialty
	weights     [SettingCount]chance.Weights // of the specialties
	parts       [outcome]rule
	result      [Grades]rule
	vars        []variable
}

// Specialty draws the specialty in which the scenario happens in that setting.
// Panics if it doesn't happen there (Types is 0).
func (s *Scenario) Specialty(src *chance.Source, in Setting) *Specialty {
	return s.specialties[s.weights[in].Draw(src)]
}

// variable is a group of names that get their values together: a drug with its dose.
type variable struct {
	names  []string
	values [][]seq
}

// Impersonal reports whether the scenario is about a service rather than a patient.
func (s *Scenario) Impersonal() bool { return s.domain == "service" }

// Specialty is a service, with the names of its wards and what its patients have.
type Specialty struct {
	Key       string
	Level1    string // NRLS PD05 level 1
	Level2    string // NRLS PD05 level 2
	Code      string // LFPSE ResponsibleSpecialty
	Label     string // LFPSE's words for it
	Age       string // neonate, child, adult, old, any, mother
	Domain    string
	in        [SettingCount]bool
	wards     rule
	diagnoses rule
}

// Grammar is everything that can be said. It isn't changed after Load and is safe
// for any number of goroutines.
type Grammar struct {
	Scenarios   []*Scenario
	Specialties []*Specialty
	rules       []rule
	names       map[string]int
	lexicon     *lexicon
	typos       map[string][]string
	domains     map[string]*domain
}

// domain holds the shared fragments of a kind of setting.
type domain struct {
	nouns  rule // what a patient is called
	nurse  rule
	doctor rule
	pools  [outcome]rule // before, why, action, patient, course
}
