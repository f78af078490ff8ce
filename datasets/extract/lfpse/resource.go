package lfpse

import (
	"bytes"
	"strconv"
	"strings"

	"psims/datasets/extract/check"
	"psims/datasets/extract/value"
	"psims/datasets/incident"
)

// resource is one FHIR resource as it is read: its answers, and what has to be
// known before they can be put together.
type resource struct {
	answers
	resourceType string
	resourceID   string
	identifier   string
	reference    string // ReferenceNumber
	versionID    string
	lastUpdated  string
	date         string
	estimated    string // TodaysDate or ApproximateDate
	riskService  string
}

// clear forgets the resource before.
func (r *resource) clear() {
	r.answers.reset()
	*r = resource{answers: r.answers}
	r.version = "5"
}

// read takes the resource at the cursor.
func (r *resource) read(c *cursor) {
	r.clear()
	a := &r.answers
	if c.space() != '{' {
		c.skip()
		return
	}
	c.object(func(key []byte) {
		switch string(key) {
		case "resourceType":
			r.resourceType = c.scalar().String()
		case "id":
			r.resourceID = strings.TrimSpace(c.scalar().String())
		case "meta":
			r.meta(c)
		case "identifier":
			c.elements(func() { r.readIdentifier(c) })
		case "contained":
			c.elements(func() { r.contained(c) })
		case "extension":
			r.extensions(c, nil)
		case "event", "type":
			r.coding(c, &a.kind)
		case "date":
			r.date = c.scalar().String()
		case "description":
			setText(&a.description, c.scalar())
		case "actuality", "status":
			if s := c.scalar(); string(s.raw) == "entered-in-error" {
				a.deleted = true
			}
		default:
			c.skip()
		}
	})
}

// member takes an object and hands the member of that name to take, if it is there.
func member(c *cursor, name string, take func()) {
	if c.space() != '{' {
		c.skip()
		return
	}
	c.object(func(key []byte) {
		if string(key) == name {
			take()
		} else {
			c.skip()
		}
	})
}

func (r *resource) meta(c *cursor) {
	if c.space() != '{' {
		c.skip()
		return
	}
	c.object(func(key []byte) {
		switch string(key) {
		case "versionId":
			r.versionID = strings.TrimSpace(c.scalar().String())
		case "lastUpdated":
			r.lastUpdated = c.scalar().String()
		case "profile":
			c.elements(func() {
				if p := c.scalar().raw; bytes.HasSuffix(p, []byte("adverse-event-6")) {
					r.answers.version = "6"
				}
			})
		case "tag":
			c.elements(func() {
				member(c, "code", func() {
					if strings.EqualFold(string(c.scalar().raw), "deleted") {
						r.answers.deleted = true
					}
				})
			})
		default:
			c.skip()
		}
	})
}

func (r *resource) readIdentifier(c *cursor) {
	member(c, "value", func() {
		if s := strings.TrimSpace(c.scalar().String()); r.identifier == "" {
			r.identifier = s
		}
	})
}

// coding takes the first code of a CodeableConcept.
func (r *resource) coding(c *cursor, into *string) {
	member(c, "coding", func() {
		c.elements(func() {
			member(c, "code", func() {
				if s := strings.TrimSpace(c.scalar().String()); *into == "" {
					*into = s
				}
			})
		})
	})
}

// contained takes a resource inside the event. Its type may stand behind its
// extensions, which then wait.
func (r *resource) contained(c *cursor) {
	if c.space() != '{' {
		c.skip()
		return
	}
	kind, waiting := "", -1
	c.object(func(key []byte) {
		switch string(key) {
		case "resourceType":
			kind = c.scalar().String()
		case "extension":
			if kind == "" {
				c.space()
				waiting = c.i
				c.skip()
			} else {
				r.containedExtensions(c, kind)
			}
		default:
			c.skip()
		}
	})
	if waiting >= 0 && !c.bad {
		again := cursor{b: c.b, i: waiting, depth: c.depth}
		r.containedExtensions(&again, kind)
	}
}

func (r *resource) containedExtensions(c *cursor, kind string) {
	if kind == "Practitioner" {
		r.practitioner(c)
		return
	}
	r.extensions(c, &kind)
}

// practitioner takes the reporter's organisation and nothing else of the reporter.
func (r *resource) practitioner(c *cursor) {
	r.walk(c, func(url []byte, v scalar) {
		if string(url) == "ReporterOrganisation" {
			r.answers.reporter = strings.TrimSpace(v.String())
		}
	})
}

// extensions takes the answers of the event itself (kind nil) or of a contained
// resource. In a Patient each extension with answers in it is one patient.
func (r *resource) extensions(c *cursor, kind *string) {
	if kind == nil || *kind != "Patient" {
		r.walk(c, func(url []byte, v scalar) { r.answer(url, v) })
		return
	}
	c.elements(func() {
		who := -1
		r.extension(c, func(url []byte, v scalar) {
			if who < 0 {
				who = len(r.answers.patients)
				r.answers.patients = append(r.answers.patients, patient{ageDays: value.NoAge})
			}
			r.patientAnswer(who, url, v)
		})
	})
}

// walk calls answer for each answer of an array of extensions.
func (r *resource) walk(c *cursor, answer func(url []byte, v scalar)) {
	c.elements(func() { r.extension(c, answer) })
}

// extension takes one extension, with those inside it. Its url may stand behind them.
func (r *resource) extension(c *cursor, answer func(url []byte, v scalar)) {
	if c.space() != '{' {
		c.skip()
		return
	}
	var url []byte
	var v scalar
	c.object(func(key []byte) {
		switch {
		case string(key) == "url":
			url = c.scalar().raw
		case string(key) == "extension":
			c.elements(func() { r.extension(c, answer) })
		case bytes.HasPrefix(key, []byte("value")):
			v = c.scalar()
		default:
			c.skip()
		}
	})
	if v.raw != nil && !c.bad {
		answer(url, v)
	}
}

// answer takes one answer of the event. Names are the taxonomy's.
func (r *resource) answer(url []byte, v scalar) {
	a := &r.answers
	switch string(url) {
	case "Organisation":
		a.organisation = strings.TrimSpace(v.String())
	case "ServiceArea":
		setText(&a.service, v)
	case "RiskServiceArea":
		setText(&r.riskService, v)
	case "LocationWithinService":
		setText(&a.location, v)
	case "LocationWithinServiceOther":
		setText(&a.locationOther, v)
	case "ResponsibleSpecialty":
		setText(&a.specialty, v)
	case "ResponsibleSpecialtyOther":
		setText(&a.specialtyOther, v)
	case "DeviceType":
		addText(&a.devices, v)
	case "DeviceTypeOther":
		addText(&a.otherDevices, v)
	case "VMPString", "VTMString", "DrugsInvolved":
		addText(&a.medicines, v)
	case "InvolvedAgents":
		addText(&a.agents, v)
	case "SafetyChallenges":
		addText(&a.challenges, v)
	case "Process", "HealthcareProcess":
		addText(&a.processes, v)
	case "RiskTheme":
		addText(&a.riskThemes, v)
	case "OutcomeType":
		addText(&a.outcomeTypes, v)
	case "NeverEventType":
		setText(&a.neverEvent, v)
	case "Description":
		setText(&a.description, v)
	case "RiskDescription":
		setText(&a.riskDescription, v)
	case "ImmediateActions":
		setText(&a.actions, v)
	case "WentWell", "ClinicalOutcome":
		addText(&a.outcomes, v)
	case "TodaysDate":
		r.estimated = v.String()
	case "ApproximateDate":
		setText(&r.estimated, v)
	case "ReferenceNumber":
		setText(&r.reference, v)
	default:
		if isFreeText(url) {
			addText(&a.others, v)
		}
	}
}

// isFreeText reports whether an answer of that name is a text that a person
// wrote about the event. Reference numbers of other systems are not.
func isFreeText(url []byte) bool {
	switch string(url) {
	case "StrengthsOfCare", "HowFutureOccurrence", "RiskPopulation":
		return true
	}
	return bytes.HasPrefix(url, []byte("ProblemDescription")) || bytes.HasSuffix(url, []byte("Problem")) || bytes.HasSuffix(url, []byte("Other"))
}

func (r *resource) patientAnswer(who int, url []byte, v scalar) {
	p := &r.answers.patients[who]
	switch string(url) {
	case "PatientSequence":
		p.sequence = number(v, 0)
	case "PhysicalHarm":
		setText(&p.physical, v)
	case "PsychologicalHarm":
		setText(&p.psychological, v)
	case "Gender", "GenderIdentity":
		setText(&p.sex, v)
	case "AgeAtTimeOfIncidentDays":
		p.ageDays = value.AgeDays(int(number(v, value.NoAge)))
	case "ClinicalOutcome":
		addText(&r.answers.outcomes, v)
	default:
		if isFreeText(url) {
			addText(&r.answers.others, v)
		}
	}
}

func number(v scalar, missing int32) int32 {
	n, err := strconv.ParseInt(string(v.raw), 10, 32)
	if err != nil {
		return missing
	}
	return int32(n)
}

// setText keeps the first answer to a question that isn't blank.
func setText(into *string, v scalar) {
	if *into == "" {
		*into = strings.TrimSpace(v.String())
	}
}

func addText(into *[]string, v scalar) {
	if s := strings.TrimSpace(v.String()); s != "" {
		*into = append(*into, s)
	}
}

// finish works out the id, the revision and the days. count gives the revision of
// a resource that doesn't say. A withdrawal has no fault here: its id is enough.
func (r *resource) finish(count func(id string) int32) *check.Fault {
	a := &r.answers
	if a.service == "" {
		a.service = r.riskService
	}
	for _, id := range []string{r.identifier, r.reference, r.resourceID} {
		if a.id == "" {
			a.id = id
		}
	}
	if r.versionID != "" {
		n, err := strconv.ParseInt(r.versionID, 10, 32)
		if (err != nil || n < 0) && !a.deleted {
			return &check.Fault{Column: "meta.versionId", Reason: incident.BadNumber, Sentence: "The revision in meta.versionId is not a whole number: LFPSE counts revisions from 1."}
		}
		a.revision = int32(max(n, 0))
	}
	for _, d := range []struct {
		column, text string
		into         *incident.Day
	}{{"meta.lastUpdated", r.lastUpdated, &a.submitted}, {"date", r.date, &a.occurred}, {"adverse-event-estimated-date", r.estimated, &a.occurred}} {
		if d.text == "" || d.into.Known() {
			continue
		}
		day, ok := dayOf(d.text)
		if !ok && !a.deleted {
			return check.BadDate(d.column, d.text)
		}
		*d.into = day
	}
	if r.versionID == "" && !a.deleted {
		a.revision = count(a.id)
	}
	return nil
}

// dayOf reads a FHIR date or dateTime as its calendar day; of "2025-03" it is the
// first, as the national team's SQL has it. ok is false when it can't be read.
func dayOf(s string) (d incident.Day, ok bool) {
	s = strings.TrimSpace(s)
	if len(s) == len("2006-01") {
		s += "-01"
	}
	var dates value.Dates
	return dates.Day(s)
}
