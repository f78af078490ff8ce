package lfpse

import (
	"slices"
	"strings"

	"psims/datasets/codes"
	"psims/datasets/extract/value"
	"psims/datasets/incident"
)

// answers are what a sender said of one event, by question and still as codes.
// Both shapes of file fill one, so that both are understood alike.
type answers struct {
	version                                  string // of the taxonomy: "5" or "6"
	id                                       string
	revision                                 int32
	submitted, occurred                      incident.Day
	deleted                                  bool
	kind                                     string
	organisation, reporter                   string
	service, location, specialty, neverEvent string
	locationOther, specialtyOther            string
	challenges, agents, processes            []string
	riskThemes, outcomeTypes                 []string
	medicines, devices, otherDevices         []string
	patients                                 []patient
	description, riskDescription, actions    string
	outcomes, others                         []string
}

// patient is what was said of one patient.
type patient struct {
	sequence                     int32
	physical, psychological, sex string
	ageDays                      int32
}

// reset empties a for the next event and keeps its memory.
func (a *answers) reset() {
	*a = answers{
		submitted: incident.NoDay, occurred: incident.NoDay,
		challenges: a.challenges[:0], agents: a.agents[:0], processes: a.processes[:0],
		riskThemes: a.riskThemes[:0], outcomeTypes: a.outcomeTypes[:0],
		medicines: a.medicines[:0], devices: a.devices[:0], otherDevices: a.otherDevices[:0],
		patients: a.patients[:0], outcomes: a.outcomes[:0], others: a.others[:0],
	}
}

// lists are the code lists of one taxonomy version.
type lists struct {
	challenges, agents, processes, riskThemes, outcomeTypes *codes.List
	services, locations, specialties, devices, neverEvents  *codes.List
	sexes                                                   *codes.List
	physical, psychological                                 map[string]incident.Harm // by code
}

func newLists(version string) *lists {
	get := func(name string) *codes.List { return codes.Get(name + "-" + version) }
	return &lists{
		challenges: get("safety-challenges"), agents: get("agent-type"), processes: get("healthcare-process"),
		riskThemes: get("risk-themes"), outcomeTypes: get("outcome-type"), services: get("service-type"),
		locations: get("incident-location"), specialties: get("specialty"), devices: get("device-type"),
		neverEvents: get("never-event-type"), sexes: get("gender"),
		physical: harms(get("level-of-physical-harm")), psychological: harms(get("level-of-psychological-harm")),
	}
}

// harms reads the words of a list of degrees of harm. The lists run backwards,
// from the worst, so that their words are read and never their order.
func harms(l *codes.List) map[string]incident.Harm {
	out := map[string]incident.Harm{}
	for _, c := range l.Codes {
		h, ok := value.Harm(c.Label)
		if !ok {
			panic("lfpse: the list " + l.Name + " has a degree of harm that isn't known: " + c.Label)
		}
		out[c.Code] = h
	}
	return out
}

// label gives the words for a code. What isn't a code of the list stays as it is:
// it may be the words already, or a code that the list is too old to know.
func label(l *codes.List, code string) string {
	if words, ok := l.Label(code); ok {
		return words
	}
	return code
}

// says reports whether a label names something, rather than nothing or not knowing.
func says(label string) bool {
	return label != "" && label != "None of the above" && label != "I don't know"
}

var kinds = map[string]incident.Kind{
	"": incident.KindIncident, "1": incident.KindIncident, "2": incident.KindRisk, "3": incident.KindOutcome, "4": incident.KindGoodCare,
	"incident": incident.KindIncident, "risk": incident.KindRisk, "outcome": incident.KindOutcome, "good care": incident.KindGoodCare,
}

// raw makes the event; ok is false when its kind isn't known.
func (a *answers) raw(l *lists) (r *incident.Raw, ok bool) {
	kind, ok := kinds[strings.ToLower(a.kind)]
	if !ok && !a.deleted {
		return nil, false
	}
	r = &incident.Raw{Rows: 1}
	r.Fields = incident.Fields{
		System: incident.LFPSE, ID: a.id, Revision: a.revision, Submitted: a.submitted, Deleted: a.deleted,
		Kind: kind, Occurred: a.occurred, Organisation: a.organisation, Scheme: "lfpse",
		CareSetting: label(l.services, a.service), Location: label(l.locations, a.location),
		Specialty: label(l.specialties, a.specialty), NeverEvent: label(l.neverEvents, a.neverEvent),
		Medication: joined(a.medicines), Harm: incident.HarmNotApplicable,
	}
	if r.Organisation == "" {
		r.Organisation = a.reporter
	}
	if r.Location == "" {
		r.Location = a.locationOther
	}
	if r.Specialty == "" {
		r.Specialty = a.specialtyOther
	}
	for i, d := range a.devices {
		a.devices[i] = label(l.devices, d)
	}
	r.Device = joined(append(a.devices, a.otherDevices...))
	a.categorise(&r.Fields, l)
	a.addPatients(&r.Fields, l)
	a.addTexts(r)
	return r, true
}

// categorise takes the category from the safety challenges, else the agents, else
// the process, else the theme of a risk or the type of an outcome.
func (a *answers) categorise(f *incident.Fields, l *lists) {
	var labels []string
	add := func(list *codes.List, codes []string) {
		for _, c := range codes {
			if words := label(list, c); says(words) && !slices.Contains(labels, words) {
				labels = append(labels, words)
			}
		}
	}
	add(l.challenges, a.challenges)
	add(l.agents, a.agents)
	add(l.processes, a.processes)
	switch f.Kind {
	case incident.KindRisk:
		add(l.riskThemes, a.riskThemes)
	case incident.KindOutcome:
		add(l.outcomeTypes, a.outcomeTypes)
	}
	if len(labels) > 0 {
		f.Category = labels[0]
	}
	if len(labels) > 1 {
		f.Labels = labels
	}
}

func (a *answers) addPatients(f *incident.Fields, l *lists) {
	if len(a.patients) == 0 {
		return
	}
	slices.SortStableFunc(a.patients, func(x, y patient) int { return int(x.sequence - y.sequence) })
	f.Patients = make([]incident.Patient, len(a.patients))
	f.Harm = incident.HarmMissing
	for i, p := range a.patients {
		q := incident.Patient{
			Sequence: p.sequence, AgeDays: p.ageDays, Sex: label(l.sexes, p.sex),
			Physical: harm(p.physical, l.physical), Psychological: harm(p.psychological, l.psychological),
		}
		if q.Sequence == 0 {
			q.Sequence = int32(i + 1)
		}
		f.Patients[i] = q
		f.Harm = incident.Worst(f.Harm, q.Harm())
	}
}

// harm reads a code, or the words for it; what isn't known is missing, as the
// national team has it.
func harm(code string, list map[string]incident.Harm) incident.Harm {
	if h, ok := list[code]; ok || code == "" {
		return h
	}
	h, _ := value.Harm(code)
	return h
}

func (a *answers) addTexts(r *incident.Raw) {
	r.SetText(incident.Description, a.description)
	if a.description == "" {
		r.SetText(incident.Description, a.riskDescription)
	} else {
		r.AppendText(incident.Other, a.riskDescription)
	}
	r.SetText(incident.Actions, a.actions)
	for _, s := range a.outcomes {
		r.AppendText(incident.Outcome, s)
	}
	// What already stands in a field isn't repeated as a text.
	if a.location != "" {
		r.AppendText(incident.Other, a.locationOther)
	}
	if a.specialty != "" {
		r.AppendText(incident.Other, a.specialtyOther)
	}
	for _, s := range a.others {
		r.AppendText(incident.Other, s)
	}
}

// joined gives the different values, in order, with "; " between.
func joined(values []string) string {
	switch len(values) {
	case 0:
		return ""
	case 1:
		return values[0]
	}
	var out []string
	for _, v := range values {
		if v != "" && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return strings.Join(out, "; ")
}
