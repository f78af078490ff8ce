package lfpse

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"psims/datasets/extract/check"
	"psims/datasets/extract/delimited"
	"psims/datasets/extract/value"
	"psims/datasets/incident"
)

// separator stands between several answers to one question.
const separator = "{~@~}"

// Flat reads the flat extract: an event for the rows of each (Reference,
// Revision), or a reject for each of them.
//
// The file is read twice: first to count the rows of each event, so that they
// may stand apart. Memory: 20 bytes an event, and the events whose rows have not
// all been seen.
//
// Errors: a required column is not in the file, or a question has two columns.
func Flat(t *delimited.Table) (iter.Seq2[incident.Record, error], error) {
	columns, err := flatColumns(t)
	if err != nil {
		return nil, err
	}
	f := &flat{t: t, columns: columns, lists: map[string]*lists{"5": newLists("5"), "6": newLists("6")}}
	for _, c := range columns {
		if c >= 0 {
			f.known = append(f.known, c)
		}
	}
	slices.Sort(f.known)
	f.names = check.Columns{ID: f.name(qReference), Submitted: f.name(qSubmitted), Occurred: f.name(qOccurred), Organisation: f.name(qOrganisation), Description: f.name(qDescription)}
	if columns[qOrganisation] < 0 {
		f.names.Organisation = f.name(qReporter)
	}
	return f.records, nil
}

type flat struct {
	t                   *delimited.Table
	columns             [questionCount]int
	known               []int // positions of the columns that are read, ascending
	names               check.Columns
	lists               map[string]*lists
	submitted, occurred value.Dates
}

// event is an event of which rows have been seen.
type event struct {
	answers
	rows  []heldRow
	fault *check.Fault
}

// heldRow is a row of an event, kept in case the event can't be used.
type heldRow struct {
	line  int
	cells cells // nil for the only row of an event, which is still at hand
}

// cells are the values of a row by position.
type cells map[int]string

func (c cells) Text(column int) string { return c[column] }

// name is the file's own name for a question's column, "" if it has none.
func (f *flat) name(q question) string {
	if f.columns[q] < 0 {
		return ""
	}
	return f.t.Header[f.columns[q]]
}

// get is a row's answer to a question.
func (f *flat) get(row *delimited.Row, q question) string { return row.Present(f.columns[q]) }

func (f *flat) key(row *delimited.Row) check.Key {
	return check.NewKey(f.get(row, qReference), f.get(row, qRevision))
}

func (f *flat) records(yield func(incident.Record, error) bool) {
	left := map[check.Key]int32{}
	for row, err := range f.t.Rows() {
		if err != nil {
			yield(incident.Record{}, err)
			return
		}
		if row.Reason == "" {
			left[f.key(row)]++
			f.submitted.Observe(f.get(row, qSubmitted))
			f.occurred.Observe(f.get(row, qOccurred))
		}
	}
	open, single := map[check.Key]*event{}, &event{}
	for row, err := range f.t.Rows() {
		if err != nil {
			yield(incident.Record{}, err)
			return
		}
		if row.Reason != "" {
			if !yield(incident.Record{Reject: incident.NewReject(f.place(row.Line), "", row.Reason, row.Problem, nil)}, nil) {
				return
			}
			continue
		}
		k := f.key(row)
		e := open[k]
		left[k]--
		more := left[k] > 0
		switch {
		case e == nil && more:
			e = &event{}
			e.reset()
			open[k] = e
		case e == nil:
			e = single
			e.reset()
			e.rows, e.fault = e.rows[:0], nil
		case !more:
			delete(open, k)
		}
		reject := f.add(e, row, e != single)
		if reject != nil && !yield(incident.Record{Reject: reject}, nil) || !more && !f.send(e, row, yield) {
			return
		}
	}
}

func (f *flat) place(line int) incident.Place {
	return incident.Place{File: f.t.Name(), Line: line}
}

// send gives the event, or a reject for each of its rows, of which row is the last.
func (f *flat) send(e *event, row *delimited.Row, yield func(incident.Record, error) bool) bool {
	if len(e.rows) == 0 {
		return true
	}
	var raw *incident.Raw
	if e.fault == nil {
		var ok bool
		if raw, ok = e.raw(f.lists[e.version]); !ok {
			e.fault = &check.Fault{Column: f.name(qKind), Reason: incident.BadCode, Sentence: "The type of event \"" + e.kind + "\" is not known; it is 1 incident, 2 risk, 3 outcome or 4 good care."}
		} else {
			raw.Place, raw.Rows = f.place(e.rows[0].line), len(e.rows)
			e.fault = check.Event(raw, f.names)
		}
	}
	if e.fault == nil {
		return yield(incident.Record{Raw: raw}, nil)
	}
	for _, held := range e.rows {
		reject := e.fault.Reject(f.place(held.line), row, f.t.Header, f.known)
		if held.cells != nil {
			reject = e.fault.Reject(f.place(held.line), held.cells, f.t.Header, f.known)
		}
		if !yield(incident.Record{Reject: reject}, nil) {
			return false
		}
	}
	return true
}

// add takes a row's answers into the event, unless the row repeats a patient: it
// is then rejected by itself. What the rows say of the event as a whole is taken
// from the first that says it. hold keeps the row's values for a reject later on.
func (f *flat) add(e *event, row *delimited.Row, hold bool) *incident.RawReject {
	get := func(q question) string { return f.get(row, q) }
	if reject := f.addPatient(e, row); reject != nil {
		return reject
	}
	held := heldRow{line: row.Line}
	if hold {
		held.cells = cells{}
		for _, c := range f.known {
			held.cells[c] = row.Text(c)
		}
	}
	e.rows = append(e.rows, held)
	if len(e.rows) == 1 {
		e.id, e.version, e.revision = get(qReference), "5", 1
		if strings.Contains(get(qTaxonomy), "6") {
			e.version = "6"
		}
		e.fault = f.addRevision(e, get(qRevision))
	}
	first := func(into *string, q question) {
		if *into == "" {
			*into = get(q)
		}
	}
	first(&e.kind, qKind)
	first(&e.organisation, qOrganisation)
	first(&e.reporter, qReporter)
	first(&e.service, qService)
	e.service, _, _ = strings.Cut(e.service, " "+separator)
	first(&e.location, qLocation)
	first(&e.locationOther, qLocationOther)
	first(&e.specialty, qSpecialty)
	first(&e.specialtyOther, qSpecialtyOther)
	first(&e.neverEvent, qNeverEvent)
	first(&e.riskDescription, qRiskDescription)
	first(&e.description, qDescription)
	first(&e.actions, qActions)
	e.deleted = e.deleted || isYes(get(qDeleted))
	union(&e.challenges, get(qChallenges))
	union(&e.agents, get(qAgents))
	union(&e.processes, get(qProcess))
	union(&e.riskThemes, get(qRiskTheme))
	union(&e.outcomeTypes, get(qOutcomeType))
	union(&e.medicines, get(qVTM))
	union(&e.medicines, get(qVMP))
	union(&e.medicines, get(qMedicines))
	union(&e.devices, get(qDevice))
	union(&e.otherDevices, get(qDeviceOther))
	once(&e.outcomes, get(qOutcome))
	once(&e.others, get(qBuildingsOther))
	if d := get(qDescription); d != e.description {
		once(&e.others, d)
	}
	f.addDays(e, row)
	return nil
}

func (f *flat) addRevision(e *event, text string) *check.Fault {
	if text == "" {
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 0 {
		return &check.Fault{Column: f.name(qRevision), Reason: incident.BadNumber, Sentence: "The revision is not a whole number: LFPSE counts revisions from 1."}
	}
	e.revision = int32(n)
	return nil
}

func (f *flat) addDays(e *event, row *delimited.Row) {
	for _, d := range []struct {
		q     question
		into  *incident.Day
		dates *value.Dates
	}{{qSubmitted, &e.submitted, &f.submitted}, {qOccurred, &e.occurred, &f.occurred}} {
		text := f.get(row, d.q)
		if text == "" || d.into.Known() {
			continue
		}
		day, ok := d.dates.Day(text)
		if !ok && len(text) == len("2006-01") {
			day, ok = d.dates.Day(text + "-01")
		}
		if !ok && e.fault == nil && !e.deleted {
			e.fault = check.BadDate(f.name(d.q), text)
		}
		*d.into = day
	}
}

// addPatient adds the row's patient. A row without EntityId and without anything
// about a patient is an event without patients.
func (f *flat) addPatient(e *event, row *delimited.Row) *incident.RawReject {
	entity := f.get(row, qEntity)
	p := patient{physical: f.get(row, qPhysical), psychological: f.get(row, qPsychological), sex: f.get(row, qSex), ageDays: value.NoAge}
	age := f.get(row, qAgeDays)
	if entity == "" && p.physical == "" && p.psychological == "" && age == "" {
		return nil
	}
	if days, err := strconv.ParseFloat(age, 64); err == nil && days == float64(int32(days)) {
		p.ageDays = value.AgeDays(int(days))
	}
	if n, err := strconv.ParseInt(entity, 10, 32); err == nil {
		p.sequence = int32(n)
	}
	if p.sequence > 0 && slices.ContainsFunc(e.patients, func(o patient) bool { return o.sequence == p.sequence }) {
		fault := &check.Fault{Column: f.name(qEntity), Reason: incident.DuplicateID, Sentence: "This patient of the event stands in the file already. The first row was kept: give each patient of an event its own EntityId."}
		return fault.Reject(f.place(row.Line), row, f.t.Header, f.known)
	}
	e.patients = append(e.patients, p)
	return nil
}

func isYes(s string) bool {
	switch strings.ToLower(s) {
	case "1", "true", "y", "yes":
		return true
	}
	return false
}

// union adds the answers that aren't there yet.
func union(into *[]string, text string) {
	for text != "" {
		var one string
		one, text, _ = strings.Cut(text, separator)
		once(into, strings.TrimSpace(one))
	}
}

func once(into *[]string, text string) {
	if text != "" && !slices.Contains(*into, text) {
		*into = append(*into, text)
	}
}
