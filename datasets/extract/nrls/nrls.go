package nrls

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"psims/datasets/codes"
	"psims/datasets/extract/check"
	"psims/datasets/extract/delimited"
	"psims/datasets/extract/value"
	"psims/datasets/incident"
)

// field is one column that is read.
type field int

const (
	fID field = iota
	fOrganisation
	fReceived
	fDescription
	fOccurred
	fCareSetting
	fLocation1
	fLocation2
	fLocation3
	fLocationText
	fCountry
	fCategory1
	fCategory2
	fCategoryText
	fActions
	fCauses
	fAge
	fSex
	fSpecialty1
	fSpecialty2
	fSpecialtyText
	fHarm
	fProcessText
	fErrorText
	fApproved1
	fProprietary1
	fApproved2
	fProprietary2
	fDeviceType
	fDeviceTypeText
	fDeviceName
	fieldCount
)

// names are the columns' names, the one for messages first.
var names = [fieldCount][]string{
	fID:             {"INCIDENTID", "RP01 Unique Incident ID", "RP01"},
	fOrganisation:   {"RP07", "RP07 NHS Organisation Code"},
	fReceived:       {"CREATEDDT", "Date incident received by NRLS"},
	fDescription:    {"IN07", "IN07 Description of what happened"},
	fOccurred:       {"IN01", "Date of Incident", "IN01 Date of Incident"},
	fCareSetting:    {"RP02", "RP02 Care Setting of Occurrence"},
	fLocation1:      {"IN03_LVL1", "IN03 Location (lvl1)"},
	fLocation2:      {"IN03_LVL2", "IN03 Location (lvl2)"},
	fLocation3:      {"IN03_LVL3", "IN03 Location (lvl3)"},
	fLocationText:   {"IN03_TEXT", "IN03 Location - Free Text"},
	fCountry:        {"IN04", "IN04 Country"},
	fCategory1:      {"IN05_LVL1", "IN05 Incident Category - Lvl1"},
	fCategory2:      {"IN05_LVL2", "IN05 Incident Category - Lvl2"},
	fCategoryText:   {"IN05_TEXT", "IN05 Incident Category - Free Text"},
	fActions:        {"IN10", "IN10 Actions Preventing Reoccurrence"},
	fCauses:         {"IN11", "IN11 Apparent Causes"},
	fAge:            {"AGE_AT_INCIDENT", "Age at time of Incident (years)"},
	fSex:            {"PD02", "PD02 Patient Sex"},
	fSpecialty1:     {"PD05_LVL1", "PD05 Specialty - Lvl 1"},
	fSpecialty2:     {"PD05_LVL2", "PD05 Specialty - Lvl 2"},
	fSpecialtyText:  {"PD05_TEXT", "PD05 Speciality - Free Text", "PD05 Specialty - Free Text"},
	fHarm:           {"PD09", "PD09 Degree of harm (severity)"},
	fProcessText:    {"MD01_TEXT", "MD01 Med Process Free Text"},
	fErrorText:      {"MD02_TEXT", "MD02 Med Error Category Free Text"},
	fApproved1:      {"MD05", "MD05 Approved Name (Drug 1)"},
	fProprietary1:   {"MD06", "MD06 Proprietary Name (Drug 1)"},
	fApproved2:      {"MD30", "MD30 Approved Name (Drug 2)"},
	fProprietary2:   {"MD31", "MD31 Proprietary Name (Drug 2)"},
	fDeviceType:     {"DE01", "DE01 Type of Device"},
	fDeviceTypeText: {"DE01_TEXT", "DE01 Type of device - free text"},
	fDeviceName:     {"DE03", "DE03 Device name"},
}

// required is how many of names, from the first, a file must have.
const required = 4

// Share tells how many of the required columns a file has, from 0 to 1.
func Share(t *delimited.Table) float64 { return t.Share(names[:required]) }

// Records reads the rows of t: an event or a reject for each. The file is read
// twice, first to see how its dates are written.
//
// Errors: a required column is not in the file.
func Records(t *delimited.Table) (iter.Seq2[incident.Record, error], error) {
	fields, err := t.Fields(names[:], required)
	if err != nil {
		return nil, err
	}
	r := &reader{t: t, fields: fields, categories: codes.Get("nrls-in05-level1"), harms: codes.Get("nrls-pd09")}
	r.called = check.Columns{ID: r.name(fID), Submitted: r.name(fReceived), Occurred: r.name(fOccurred), Organisation: r.name(fOrganisation), Description: r.name(fDescription)}
	return r.records, nil
}

type reader struct {
	t                  *delimited.Table
	fields             *delimited.Fields
	called             check.Columns
	categories, harms  *codes.List
	received, occurred value.Dates
}

// name is the file's own name for a field, "" if it has none.
func (r *reader) name(f field) string { return r.fields.Name(int(f)) }

func (r *reader) get(row *delimited.Row, f field) string { return r.fields.Get(row, int(f)) }

func (r *reader) records(yield func(incident.Record, error) bool) {
	for row, err := range r.t.Rows() {
		if err != nil {
			yield(incident.Record{}, err)
			return
		}
		r.received.Observe(r.get(row, fReceived))
		r.occurred.Observe(r.get(row, fOccurred))
	}
	var seen check.Seen
	check.Records(r.t, r.fields.Known, func(row *delimited.Row) (*incident.Raw, *check.Fault) {
		raw, fault := r.event(row)
		if fault == nil {
			fault = seen.Again(r.called.ID, row.Line, raw.ID)
		}
		return raw, fault
	})(yield)
}

// event makes an event of a row, or says why it can't be one.
func (r *reader) event(row *delimited.Row) (*incident.Raw, *check.Fault) {
	get := func(f field) string { return r.get(row, f) }
	raw := &incident.Raw{Rows: 1}
	raw.Fields = incident.Fields{
		System: incident.NRLS, Kind: incident.KindIncident, Scheme: "nrls",
		ID: get(fID), Organisation: get(fOrganisation),
		Category: label(r.categories, get(fCategory1)), Subcategory: get(fCategory2),
		Specialty: get(fSpecialty2), CareSetting: get(fCareSetting),
		Location:   joined(" / ", get(fLocation1), get(fLocation2), get(fLocation3)),
		Medication: joined("; ", get(fApproved1), get(fProprietary1), get(fApproved2), get(fProprietary2)),
		Device:     get(fDeviceType),
	}
	if raw.Specialty == "" {
		raw.Specialty = get(fSpecialty1)
	}
	if raw.Device == "" {
		raw.Device = get(fDeviceName)
	}
	var fault *check.Fault
	if raw.Submitted, fault = r.day(get(fReceived), fReceived, &r.received); fault != nil {
		return nil, fault
	}
	if raw.Occurred, fault = r.day(get(fOccurred), fOccurred, &r.occurred); fault != nil {
		return nil, fault
	}
	if fault = r.patient(get, &raw.Fields); fault != nil {
		return nil, fault
	}
	raw.SetText(incident.Description, get(fDescription))
	raw.SetText(incident.Actions, get(fActions))
	raw.SetText(incident.Causes, get(fCauses))
	for _, f := range []field{fLocationText, fCategoryText, fSpecialtyText, fProcessText, fErrorText, fDeviceTypeText, fDeviceName} {
		raw.AppendText(incident.Other, get(f))
	}
	if fault = check.Event(raw, r.called); fault == nil {
		fault = r.country(get(fCountry))
	}
	return raw, fault
}

func (r *reader) day(text string, f field, dates *value.Dates) (incident.Day, *check.Fault) {
	if text == "" {
		return incident.NoDay, nil
	}
	day, ok := dates.Day(text)
	if !ok {
		return day, check.BadDate(r.name(f), text)
	}
	return day, nil
}

// country refuses what the national team counts as outside England. An event
// without an organisation has been refused before.
func (r *reader) country(text string) *check.Fault {
	switch strings.ToLower(text) {
	case "1", "england", "97", "99", "", "other", "not known", "unknown":
		return nil
	}
	return &check.Fault{Column: r.name(fCountry), Reason: incident.OutsideEngland, Sentence: fmt.Sprintf("The event did not happen in England: %s is %q.", r.name(fCountry), text)}
}

func (r *reader) patient(get func(field) string, f *incident.Fields) *check.Fault {
	text := get(fHarm)
	harm, ok := value.Harm(label(r.harms, text))
	if !ok {
		return &check.Fault{Column: r.name(fHarm), Reason: incident.BadCode, Sentence: fmt.Sprintf("The degree of harm %q in %s is not known; it is No Harm, Low, Moderate, Severe or Death, or 1 to 5.", text, r.name(fHarm))}
	}
	p := incident.Patient{Sequence: 1, Physical: harm, AgeDays: value.NoAge, Sex: get(fSex)}
	if years, err := strconv.ParseFloat(get(fAge), 64); err == nil {
		p.AgeDays = value.AgeYears(years)
	}
	f.Patients, f.Harm = []incident.Patient{p}, harm
	return nil
}

// label gives the words for a code; words stay as they are.
func label(l *codes.List, code string) string {
	if words, ok := l.Label(code); ok {
		return words
	}
	return code
}

// joined gives the values that aren't empty, the different ones once.
func joined(between string, values ...string) string {
	var out []string
	for _, v := range values {
		if v != "" && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return strings.Join(out, between)
}
