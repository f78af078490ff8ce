package synth

import (
	"bytes"
	"strconv"

	"psims/datasets/incident"
)

const (
	reviseShare   = .03   // of LFPSE's records are revised
	withdrawShare = .003  // and withdrawn
	badShare      = .0013 // bad rows to each good one
)

// encode writes a record in its sender's format, with what follows it: a revision,
// a withdrawal, a bad row.
func (w *worker) encode(r *record) {
	d := &w.out.data
	switch r.system {
	case incident.NRLS:
		w.out.bySystem[1]++
		w.row = csvRow{b: d[streamNRLS]}
		w.nrls(&w.row, r, nrlsHarm[max(r.grade, 0)])
		d[streamNRLS] = w.row.end()
		w.badNRLS(r)
	case incident.STEIS:
		w.out.bySystem[2]++
		w.row = csvRow{b: d[streamSTEIS]}
		w.steis(&w.row, r, "Ongoing", 10+r.index%40)
		d[streamSTEIS] = w.row.end()
		w.badSTEIS(r)
	default:
		w.out.bySystem[0]++
		w.lfpse(r, version{1, r.submitted, ""})
		w.badLFPSE(r)
		w.follow(r)
	}
}

// lfpse writes one version of an LFPSE record.
func (w *worker) lfpse(r *record, v version) {
	d := &w.out.data
	switch r.org.channel {
	case lines:
		d[streamLines] = append(r.fhir(d[streamLines], "6", v), '\n')
	case version5:
		d[streamV5] = append(r.fhir(d[streamV5], "5", v), '\n')
	case flat:
		w.row = csvRow{b: d[streamFlat]}
		w.flat(&w.row, r, v)
		d[streamFlat] = w.row.end()
	case bundle:
		method := `"POST","url":"AdverseEvent"}}`
		if v.revision > 1 {
			method = `"PUT","url":"AdverseEvent/` + string(r.appendID(nil)) + `"}}`
		}
		b := append(d[streamBundle], ",\n{\"resource\":"...)
		b = append(r.fhir(b, "6", v), `,"request":{"method":`...)
		d[streamBundle] = append(b, method...)
	}
}

// updates are what a revision adds to a description.
var updates = []string{
	" UPDATE: reviewed by ward manager, no change to plan.", " Update following review: harm level amended.", " Addendum: patient has since been discharged.",
	" ADDITIONAL INFORMATION: statement received from staff member on duty.", " Update - reviewed at weekly incident panel, downgraded.",
	" Amended to correct location.", " Further information: equipment checked by medical engineering, no fault found.", " Update: family have been written to.",
}

// follow revises or withdraws a record, now and then.
func (w *worker) follow(r *record) {
	revision := 1
	if w.src.Bool(reviseShare) {
		day := r.submitted + 1 + incident.Day(w.src.Exp(20))
		update := updates[w.src.Intn(len(updates))]
		last := w.m.cfg.Until
		if r.org.channel == bundle {
			last = w.m.bundleDay(w.week) // a Bundle holds nothing that is younger than itself
		}
		if day <= last {
			revision++
			if w.src.Bool(.3) && r.grade >= 0 {
				r.grade = r.c.Grade // the reviewer reads the text
			}
			w.lfpse(r, version{revision, day, update})
			w.noteRevision(r, Revision{Revision: revision, Day: w.m.dates.ISO(day)})
			w.out.revised++
		}
	}
	// The members of an issue stay, so that its truth does.
	if r.issue >= 0 || !w.src.Bool(withdrawShare) {
		return
	}
	day := r.submitted + 1 + incident.Day(w.src.Exp(30))
	if r.org.channel == bundle {
		day = w.m.bundleDay(w.week)
	}
	if day > w.m.cfg.Until || revision > 1 {
		return
	}
	w.withdraw(r, revision+1, day)
	w.noteRevision(r, Revision{Revision: revision + 1, Day: w.m.dates.ISO(day), Withdrawn: true})
	w.out.deleted++
}

func (w *worker) noteRevision(r *record, v Revision) {
	w.note(truthRevisions, r)
	b := strconv.AppendInt(append(w.out.data[truthRevisions], `,"revision":`...), int64(v.Revision), 10)
	b = append(append(b, `,"day":"`...), v.Day...)
	b = strconv.AppendBool(append(b, `","withdrawn":`...), v.Withdrawn)
	w.out.data[truthRevisions] = append(b, "}\n"...)
}

func (w *worker) withdraw(r *record, revision int, day incident.Day) {
	d := &w.out.data
	id := string(r.appendID(nil))
	switch r.org.channel {
	case bundle:
		d[streamBundle] = append(d[streamBundle], `,`+"\n"+`{"request":{"method":"DELETE","url":"AdverseEvent/`+id+`"}}`...)
	case flat:
		w.row = csvRow{b: d[streamFlat]}
		for _, v := range []string{id, strconv.Itoa(revision), "6", w.m.dates.ISO(day), "", "1"} {
			w.row.plain(v)
		}
		for range bytes.Count([]byte(flatHeader), []byte(",")) - 5 {
			w.row.plain("")
		}
		d[streamFlat] = w.row.end()
	default:
		s, v := streamLines, "6"
		if r.org.channel == version5 {
			s, v = streamV5, "5"
		}
		b := append(d[s], `{"resourceType":"AdverseEvent","id":"`+id+`","meta":{"profile":["https://lfpse.example/patient-safety-adverse-event-`+v+`"],"versionId":"`...)
		b = strconv.AppendInt(b, int64(revision), 10)
		b = append(b, `","lastUpdated":"`+w.m.dates.ISO(day)+`T08:00:00Z","tag":[{"code":"deleted"}]},"identifier":{"value":"`+id+`"}}`...)
		d[s] = append(b, '\n')
	}
}

// badID is added to the index of a bad row that is a record of its own.
const badID = 30_000_000

// bad notes that the next row of a stream is a bad one.
func (w *worker) bad(s stream, id string, reason incident.Reason) {
	w.out.bad = append(w.out.bad, badRow{s, bytes.Count(w.out.data[s], []byte{'\n'}), id, reason})
}

// stray returns a copy of r as a record of its own, to be spoilt.
func (w *worker) stray(r *record) *record {
	c := *r
	c.index += badID
	return &c
}

func (w *worker) badNRLS(r *record) {
	if !w.src.Bool(badShare) {
		return
	}
	c := w.stray(r)
	id := string(c.appendID(nil))
	harm := nrlsHarm[max(r.grade, 0)]
	row := csvRow{}
	spoil := func(from, to string) { row.b = bytes.Replace(row.b, []byte(from), []byte(to), 1) }
	switch reason := []incident.Reason{incident.BadRow, incident.MissingID, incident.BadCode, incident.OutsideEngland, incident.DuplicateID, incident.FutureDate, incident.BadDate, incident.MissingDescription}[w.src.Intn(8)]; reason {
	case incident.DuplicateID:
		w.nrls(&row, r, harm)
		w.addBad(streamNRLS, string(r.appendID(nil)), reason, row.end())
	case incident.BadRow:
		// On one line: a reader that has lost count of the columns goes on at the next.
		for i, t := range c.texts {
			c.texts[i] = bytes.ReplaceAll(t, []byte{'\n'}, []byte{' '})
		}
		w.nrls(&row, c, harm)
		row.plain("extra")
		row.plain("")
		w.addBad(streamNRLS, id, reason, row.end())
	case incident.BadCode:
		w.nrls(&row, c, "Catastrophic")
		w.addBad(streamNRLS, id, reason, row.end())
	case incident.MissingID:
		w.nrls(&row, c, harm)
		spoil(id, "")
		w.addBad(streamNRLS, "", reason, row.end())
	case incident.OutsideEngland:
		w.nrls(&row, c, harm)
		spoil(",England,", ",Wales,")
		w.addBad(streamNRLS, id, reason, row.end())
	case incident.FutureDate:
		c.c.Occurred, c.dayKnown = c.submitted+30, true
		w.nrls(&row, c, harm)
		w.addBad(streamNRLS, id, reason, row.end())
	case incident.BadDate:
		w.nrls(&row, c, harm)
		spoil(","+w.m.dates.UK(c.submitted)+",", ",31/02/"+strconv.Itoa(c.submitted.Time().Year())+",")
		if c.dayKnown && c.c.Occurred == c.submitted {
			reason = incident.BadDate // the first of two equal dates is spoilt, which will do
		}
		w.addBad(streamNRLS, id, reason, row.end())
	default:
		c.texts[incident.Description] = nil
		w.nrls(&row, c, harm)
		w.addBad(streamNRLS, id, reason, row.end())
	}
}

func (w *worker) addBad(s stream, id string, reason incident.Reason, line []byte) {
	w.bad(s, id, reason)
	w.out.data[s] = append(w.out.data[s], line...)
}

func (w *worker) badSTEIS(r *record) {
	if !w.src.Bool(20 * badShare) {
		return
	}
	row := csvRow{}
	if w.src.Bool(.7) {
		w.steis(&row, r, "Pending", 2)
		w.addBad(streamSTEIS, string(r.appendID(nil)), incident.Superseded, row.end())
		return
	}
	c := w.stray(r)
	c.texts[incident.Description] = nil
	w.steis(&row, c, "Pending", 2)
	w.addBad(streamSTEIS, string(c.appendID(nil)), incident.MissingDescription, row.end())
}

func (w *worker) badLFPSE(r *record) {
	if r.org.channel == bundle || r.org.channel == version5 || !w.src.Bool(badShare) {
		return
	}
	c := w.stray(r)
	id := string(c.appendID(nil))
	if r.org.channel == flat {
		c.texts[incident.Description] = nil
		c.patients = min(c.patients, 1)
		row := csvRow{}
		w.flat(&row, c, version{1, c.submitted, ""})
		w.addBad(streamFlat, id, incident.MissingDescription, row.end())
		return
	}
	reason := []incident.Reason{incident.BadRow, incident.NotAnEvent, incident.MissingDescription, incident.BadCode, incident.FutureDate}[w.src.Intn(5)]
	day := w.m.dates.ISO(c.submitted)
	var line []byte
	switch reason {
	case incident.BadRow:
		line = c.fhir(nil, "6", version{1, c.submitted, ""})
		line, id = line[:len(line)*2/3], ""
	case incident.NotAnEvent:
		line, id = []byte(`{"resourceType":"Observation","id":"`+id+`","status":"final","effectiveDateTime":"`+day+`"}`), ""
	case incident.MissingDescription:
		c.texts[incident.Description] = nil
		line = c.fhir(nil, "6", version{1, c.submitted, ""})
	case incident.BadCode:
		c.kind = '9'
		line = c.fhir(nil, "6", version{1, c.submitted, ""})
	default:
		c.c.Occurred, c.dayKnown = c.submitted+30, true
		line = c.fhir(nil, "6", version{1, c.submitted, ""})
	}
	w.addBad(streamLines, id, reason, append(line, '\n'))
}

// bundleDay is the day of the Bundle that holds a week's events: the last of the
// weeks that begin in its quarter.
func (m *model) bundleDay(week int) incident.Day {
	q := m.quarter(week)
	for week+1 < m.cal.weeks && m.quarter(week+1) == q {
		week++
	}
	return m.cal.start(week) + 6
}

// quarter names the calendar quarter in which a week begins.
func (m *model) quarter(week int) string {
	t := m.cal.start(week).Time()
	return strconv.Itoa(t.Year()) + "q" + strconv.Itoa((int(t.Month())+2)/3)
}
