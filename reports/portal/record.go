package portal

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"psims/datasets/codes"
	"psims/datasets/incident"
	"psims/reports/page"
)

// recordContent is the form for those without a system of their own.
type recordContent struct {
	Kind, Harm, Specialty, Service  choices
	Happened, Actions, Day, Code    string
	HappenedError, DayError, OrgErr string
	KindError                       string
	Token                           string
	OwnCode                         bool // the account's own organisation: not asked for
}

// The event types of LFPSE with the words in which people are asked.
var recordKinds = [][2]string{{"1", "An incident: something unexpected happened that did or could have harmed a patient"}, {"2", "A risk: nobody was affected yet"}, {"3", "A poor outcome: it is not known yet what caused it"}, {"4", "Good care that others can learn from"}}

// Lists of LFPSE's taxonomy, version 6, that the form offers.
func recordLists() (harm, specialty, service [][2]string) {
	read := func(name, none string) [][2]string {
		out := [][2]string{{"", none}}
		for _, c := range codes.Get(name).Codes {
			out = append(out, [2]string{c.Code, c.Label})
		}
		return out
	}
	return read("level-of-physical-harm-6", "No patient was affected, or not known"), read("specialty-6", "Not known"), read("service-type-6", "Not known")
}

func (s *Server) record(q *request) error {
	return q.showRecord(http.StatusOK, recordContent{}, nil)
}

// ownCode is the organisation that an account records for, when it has just one.
func (q *request) ownCode() string {
	if o := q.person.Scope.Organisations; len(o) == 1 {
		return o[0]
	}
	return ""
}

func (q *request) showRecord(status int, body recordContent, wrong []page.Link) error {
	harm, specialty, service := recordLists()
	body.Kind = choose("kind", "What do you want to record?", or(q.field("kind"), "1"), recordKinds...)
	body.Harm = choose("harm", "How much was the patient harmed?", q.field("harm"), harm...)
	body.Specialty = choose("specialty", "Specialty", q.field("specialty"), specialty...)
	body.Service = choose("service", "Where did it happen?", q.field("service"), service...)
	body.Token, body.OwnCode = q.token(), q.ownCode() != ""
	return q.page(status, "record", frame{Title: "Record an event", Here: "/record", Errors: wrong, Lead: "For staff without a recording system of their own, and for patients and those close to them. Don't write names, dates of birth or NHS numbers."}, body)
}

// maxHappened is how many bytes an account of an event may have.
const maxHappened = 20_000

// sendRecord turns the form into a record as LFPSE has it and sends it the way
// that an upload takes. Nothing tells who sent it: no login, no address.
func (s *Server) sendRecord(q *request) error {
	if s.config.Receive == nil {
		return errNotFound
	}
	body := recordContent{Happened: q.field("happened"), Actions: q.field("actions"), Day: q.field("day"), Code: strings.ToUpper(q.field("organisation"))}
	var wrong []page.Link
	note := func(to *string, field, text string) {
		*to = text
		wrong = append(wrong, page.Link{Href: "#" + field, Text: text})
	}
	today := incident.DayOf(s.config.Clock())
	day := incident.NoDay
	if body.Day != "" {
		var err error
		if day, err = incident.ParseDay(body.Day); err != nil {
			note(&body.DayError, "day", "Write the day as year, month and day, for example 2026-01-31")
		} else if day > today || day < today-36525 {
			note(&body.DayError, "day", "The day must be today or in the past")
		}
	}
	org := or(q.ownCode(), body.Code)
	switch {
	case org == "" || len(org) > 20 || strings.ContainsFunc(org, func(r rune) bool { return (r < '0' || r > '9') && (r < 'A' || r > 'Z') }):
		note(&body.OrgErr, "organisation", "Write the code of the organisation: letters and digits")
	case len(q.person.Scope.Organisations) > 0 && !slices.Contains(q.person.Scope.Organisations, org):
		note(&body.OrgErr, "organisation", "Your account records for other organisations")
	}
	if n := len(body.Happened); n < 10 || n > maxHappened {
		note(&body.HappenedError, "happened", fmt.Sprintf("Tell what happened in 10 to %d characters", maxHappened))
	}
	for field, list := range map[string][][2]string{"kind": recordKinds} {
		if !slices.ContainsFunc(list, func(o [2]string) bool { return o[0] == q.field(field) }) {
			note(&body.KindError, "choose-kind", "Choose what you want to record")
		}
	}
	if len(body.Actions) > maxHappened {
		note(&body.HappenedError, "actions", fmt.Sprintf("What was done must have %d characters or fewer", maxHappened))
	}
	if len(wrong) > 0 {
		return q.showRecord(http.StatusUnprocessableEntity, body, wrong)
	}
	reference := "PS-" + strings.ToUpper(s.config.Secret()[:12])
	text, err := q.resource(reference, org, today, day)
	if err != nil {
		return err
	}
	if _, err := s.config.Receive(q.ctx(), Upload{Name: "record.ndjson", Body: strings.NewReader(text)}); err != nil {
		return err
	}
	return q.page(http.StatusOK, "recorded", frame{Title: "Thank you: it is recorded", Here: "/record"}, reference)
}

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

// resource writes the form as an AdverseEvent of LFPSE, version 6, on one line.
func (q *request) resource(reference, org string, today, day incident.Day) (string, error) {
	harm, specialty, service := recordLists()
	known := func(field string, list [][2]string) string {
		if v := q.field(field); slices.ContainsFunc(list, func(o [2]string) bool { return o[0] == v }) {
			return v
		}
		return ""
	}
	place := []extension{{URL: "LocationKnown", Code: "y"}, {URL: "Organisation", Code: org}}
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
	parts := []extension{{URL: profile + "adverse-event-core-6", Parts: []extension{{URL: "Description", Text: q.field("happened")}}}}
	if v := q.field("actions"); v != "" {
		parts = append(parts, extension{URL: profile + "adverse-event-outcome-6", Parts: []extension{{URL: "ImmediateActions", Text: v}}})
	}
	r := map[string]any{
		"resourceType": "AdverseEvent", "id": reference, "identifier": map[string]string{"value": reference}, "actuality": "actual",
		"meta":      map[string]any{"profile": []string{profile + "patient-safety-adverse-event-6"}, "versionId": "1", "lastUpdated": today.String() + "T00:00:00Z"}, // no time of day: it could tell who was on duty
		"contained": held, "extension": parts, "event": map[string]any{"coding": []map[string]string{{"code": q.field("kind")}}},
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
