package synth

import (
	"strconv"

	"psims/datasets/codes"
	"psims/datasets/incident"
	"psims/datasets/synth/narrative"
)

// record is one report of an event, as its sender filled it in.
type record struct {
	org         *organisation
	orgIndex    int
	system      incident.System
	index       int // of the record in the run, from 0
	kind        byte
	c           narrative.Case
	submitted   incident.Day
	dayKnown    bool
	category    string // NRLS level 1
	subcategory string
	agents      []string
	process     string
	challenge   string
	grade       int // 0 none … 4 fatal; −1 not recorded
	psych       int // 0 none … 3 severe; −1 not recorded
	patients    int
	ageKnown    bool
	sexKnown    bool
	texts       [incident.TextCount][]byte
	medication  string
	device      string
	deviceType  string
	neverTicked bool
	issue       int // index into model.plantings; −1 for none
	days        *dates
}

// gradeNames are the degrees of harm in incident's words.
var gradeNames = [narrative.Grades]string{incident.NoHarm.String(), incident.LowHarm.String(), incident.ModerateHarm.String(), incident.SevereHarm.String(), incident.Fatal.String()}

// appendID appends the record's id as its system writes it.
func (r *record) appendID(b []byte) []byte { return appendID(b, r.system, r.index, r.submitted) }

// appendID appends an id: LF- and eight digits, eight digits, or year/number. All
// are shorter than an NHS number.
func appendID(b []byte, system incident.System, index int, day incident.Day) []byte {
	switch system {
	case incident.LFPSE:
		return strconv.AppendInt(append(b, "LF-"...), int64(10_000_000+index), 10)
	case incident.NRLS:
		return strconv.AppendInt(b, int64(60_000_000+index), 10)
	}
	b = strconv.AppendInt(b, int64(day.Time().Year()), 10)
	return strconv.AppendInt(append(b, '/'), int64(1+index), 10)
}

// lfpseCategory is how a reader of LFPSE sums the codes up: the first safety
// challenge, else the first agent, else the process.
func lfpseCategory(challenge string, agents []string, process string) string {
	if challenge != "" && challenge != noChallenge {
		return label("safety-challenges-6", challenge)
	}
	for _, a := range agents {
		if a != noAgent {
			return label("agent-type-6", a)
		}
	}
	if process == unknown {
		return ""
	}
	return label("healthcare-process-6", process)
}

const (
	noChallenge = "6"
	noAgent     = "10"
	unknown     = "12" // of processes
)

func label(list, code string) string {
	l, _ := codes.Lookup(list, code)
	return l
}

// reset forgets the last record and keeps its memory.
func (r *record) reset() {
	texts := r.texts
	for i := range texts {
		texts[i] = texts[i][:0]
	}
	*r = record{texts: texts, issue: -1, grade: -1, psych: -1}
}

// lfpseAge gives an age in days as LFPSE counts: days up to 30, then months of
// 31, then years of 372.
func lfpseAge(days int) int {
	switch {
	case days <= 30:
		return max(1, days)
	case days < 366:
		return 31 * min(11, max(1, days*12/365))
	}
	return 372 * (days * 100 / 36525)
}
