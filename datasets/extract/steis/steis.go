package steis

import (
	"fmt"
	"iter"
	"strings"

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
	fCreated
	fType
	fDescription
	fModified
	fOccurred
	fTypeOther
	fLocation
	fLocationOther
	fSector
	fSectorOther
	fArea
	fAreaOther
	fNeverEvent
	fActions
	fFindings
	fSummary
	fLessons
	fReason
	fBorn
	fieldCount
)

// names are the columns' names, as the national team writes them.
var names = [fieldCount][]string{
	fID:            {"log_no"},
	fOrganisation:  {"organisation_reporting_si_on_steis"},
	fCreated:       {"created_on"},
	fType:          {"type_of_incident"},
	fDescription:   {"description_of_what_happened"},
	fModified:      {"modified_date"},
	fOccurred:      {"date_of_incident"},
	fTypeOther:     {"type_of_incident_other"},
	fLocation:      {"location_of_incident"},
	fLocationOther: {"location_of_incident_other"},
	fSector:        {"care_sector"},
	fSectorOther:   {"care_sector_other"},
	fArea:          {"clinical_area"},
	fAreaOther:     {"clinical_area_other"},
	fNeverEvent:    {"never_event_type"},
	fActions:       {"immediate_action_taken"},
	fFindings:      {"key_findings"},
	fSummary:       {"case_summary"},
	fLessons:       {"how_will_lessons_be_disseminated_to_interested_parties"},
	fReason:        {"reason_for_reporting"},
	fBorn:          {"patient_date_of_birth"},
}

// required is how many of names, from the first, a file must have.
const required = 5

// Share tells how many of the required columns a file has, from 0 to 1.
func Share(t *delimited.Table) float64 { return t.Share(names[:required]) }

// Records reads the rows of t: an event or a reject for each.
//
// The file is read three times: to see how its dates are written, to find the
// latest usable row of each log number, and to give the events.
//
// Errors: a required column is not in the file.
func Records(t *delimited.Table) (iter.Seq2[incident.Record, error], error) {
	fields, err := t.Fields(names[:], required)
	if err != nil {
		return nil, err
	}
	r := &reader{t: t, fields: fields}
	for _, c := range fields.Known {
		if c != fields.Position(int(fBorn)) {
			r.shown = append(r.shown, c)
		}
	}
	r.called = check.Columns{ID: r.name(fID), Submitted: r.name(fCreated), Occurred: r.name(fOccurred), Organisation: r.name(fOrganisation), Description: r.name(fDescription)}
	return r.records, nil
}

type reader struct {
	t                                 *delimited.Table
	fields                            *delimited.Fields
	shown                             []int // positions of the columns that a reject shows: all that are read but the date of birth
	called                            check.Columns
	created, occurred, modified, born value.Dates
}

// version is a row's claim to be the latest of its log number.
type version struct {
	day    incident.Day
	second int
	line   int
}

func (v version) before(o version) bool {
	if v.day != o.day {
		return v.day < o.day
	}
	if v.second != o.second {
		return v.second < o.second
	}
	return v.line < o.line
}

// name is the file's own name for a field, "" if it has none.
func (r *reader) name(f field) string { return r.fields.Name(int(f)) }

func (r *reader) get(row *delimited.Row, f field) string { return r.fields.Get(row, int(f)) }

func (r *reader) records(yield func(incident.Record, error) bool) {
	latest, err := r.latest()
	if err != nil {
		yield(incident.Record{}, err)
		return
	}
	check.Records(r.t, r.shown, func(row *delimited.Row) (*incident.Raw, *check.Fault) {
		raw, fault := r.event(row)
		if fault != nil {
			return nil, fault
		}
		if kept := latest[check.NewKey(raw.ID)]; kept.line != row.Line {
			return nil, &check.Fault{Column: r.called.ID, Reason: incident.Superseded, Sentence: fmt.Sprintf("A later modification of this log number stands at line %d of the file and was kept.", kept.line)}
		}
		return raw, nil
	})(yield)
}

// latest finds the row of each log number that is kept: of those that can be
// used, the one modified last.
func (r *reader) latest() (map[check.Key]version, error) {
	for row, err := range r.t.Rows() {
		if err != nil {
			return nil, err
		}
		r.created.Observe(r.get(row, fCreated))
		r.occurred.Observe(r.get(row, fOccurred))
		r.born.Observe(r.get(row, fBorn))
		for text := range strings.SplitSeq(r.get(row, fModified), ";") {
			r.modified.Observe(strings.TrimSpace(text))
		}
	}
	latest := map[check.Key]version{}
	for row, err := range r.t.Rows() {
		if err != nil {
			return nil, err
		}
		if row.Reason != "" {
			continue
		}
		raw, fault := r.event(row)
		if fault != nil {
			continue
		}
		k, v := check.NewKey(raw.ID), r.version(row)
		if old, ok := latest[k]; !ok || old.before(v) {
			latest[k] = v
		}
	}
	return latest, nil
}

// version reads the last of the row's dates of modification; one that can't be
// read is older than any other.
func (r *reader) version(row *delimited.Row) version {
	v := version{day: incident.NoDay, line: row.Line}
	for text := range strings.SplitSeq(r.get(row, fModified), ";") {
		if day, second, ok := r.modified.Time(text); ok {
			if o := (version{day: day, second: second, line: row.Line}); v.before(o) {
				v = o
			}
		}
	}
	return v
}

// event makes an event of a row, or says why it can't be one.
func (r *reader) event(row *delimited.Row) (*incident.Raw, *check.Fault) {
	get := func(f field) string { return r.get(row, f) }
	raw := &incident.Raw{Rows: 1}
	raw.Fields = incident.Fields{
		System: incident.STEIS, Kind: incident.KindIncident, Scheme: "steis",
		ID: get(fID), Organisation: organisation(get(fOrganisation)), Category: get(fType),
		Specialty: specified(get(fArea), get(fAreaOther)), CareSetting: specified(get(fSector), get(fSectorOther)),
		Location: specified(get(fLocation), get(fLocationOther)), NeverEvent: get(fNeverEvent), Harm: incident.HarmMissing,
	}
	if isOther(raw.Category) {
		raw.Subcategory = get(fTypeOther)
	}
	for _, d := range []struct {
		f     field
		into  *incident.Day
		dates *value.Dates
	}{{fCreated, &raw.Submitted, &r.created}, {fOccurred, &raw.Occurred, &r.occurred}} {
		text, ok := get(d.f), true
		if *d.into = incident.NoDay; text == "" {
			continue
		}
		if *d.into, ok = d.dates.Day(text); !ok {
			return nil, check.BadDate(r.name(d.f), text)
		}
	}
	p := incident.Patient{Sequence: 1, AgeDays: value.NoAge}
	if born, ok := r.born.Day(get(fBorn)); ok {
		p.AgeDays = value.AgeBetween(born, raw.Occurred)
	}
	raw.Patients = []incident.Patient{p}
	raw.SetText(incident.Description, get(fDescription))
	raw.SetText(incident.Actions, get(fActions))
	raw.SetText(incident.Causes, get(fFindings))
	for _, f := range []field{fSummary, fLessons, fReason} {
		raw.AppendText(incident.Other, get(f))
	}
	return raw, check.Event(raw, r.called)
}

// specified is a choice, or what was written beside it when it is "Other" or empty.
func specified(choice, other string) string {
	if other != "" && (choice == "" || isOther(choice)) {
		return other
	}
	return choice
}

func isOther(choice string) bool { return strings.HasPrefix(strings.ToLower(choice), "other") }

// organisation takes the code out of "Some NHS Trust (RXX)"; without one it is the name.
func organisation(text string) string {
	open := strings.LastIndexByte(text, '(')
	if open < 0 || !strings.HasSuffix(text, ")") {
		return text
	}
	code := text[open+1 : len(text)-1]
	if len(code) < 3 || len(code) > 6 || strings.ToUpper(code) != code || strings.ContainsAny(code, " -.") {
		return text
	}
	return code
}
