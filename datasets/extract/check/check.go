// Package check holds what every event must have, whatever system it comes from:
// the one place where a reader's event is judged fit to be kept.
package check

import (
	"fmt"
	"strings"

	"psims/datasets/incident"
)

// Columns are a source's own names for what every event must have, for the
// sentences that tell the sender what is wrong.
type Columns struct {
	ID           string
	Submitted    string
	Occurred     string
	Organisation string
	Description  string
}

// Fault is why an event can't be kept.
type Fault struct {
	Column   string // the sender's name for what is at fault; "" when it is the whole row
	Reason   incident.Reason
	Sentence string // what is wrong and how to mend it
}

// MaxDaysEarly is by how many days an event may be reported before it occurred:
// clocks and time zones differ.
const MaxDaysEarly = 1

// Event judges an event and gives nil when it can be kept. An event without a
// submitted day takes the day on which it occurred.
//
// A withdrawal needs its id and its day, and nothing else.
//
// An id that is a valid NHS number written in the groups 3-3-4 is refused: it
// identifies a patient in every table it would reach. Ten bare digits are not:
// one in eleven of all ten-digit numbers passes the check digit, so a system
// that numbers its reports would lose a tenth of them.
func Event(r *incident.Raw, c Columns) *Fault {
	switch {
	case r.ID == "":
		return &Fault{c.ID, incident.MissingID, fmt.Sprintf("The row has no incident id: %s is empty. Send it again with the id of your system.", c.ID)}
	case groupedNHSNumber(r.ID):
		return &Fault{c.ID, incident.IdentifierAsID, fmt.Sprintf("The incident id in %s is a valid NHS number. Send the number of the report instead.", c.ID)}
	case !r.Submitted.Known():
		r.Submitted = r.Occurred
	}
	switch {
	case !r.Submitted.Known():
		return &Fault{c.Submitted, incident.MissingDate, fmt.Sprintf("The row has neither a reported nor an occurred date: %s is empty.", named(c.Submitted, c.Occurred))}
	case r.Deleted:
		return nil
	case r.Organisation == "":
		return &Fault{c.Organisation, incident.MissingOrganisation, fmt.Sprintf("The row has no organisation: %s is empty. Send the code of the organisation that reports.", c.Organisation)}
	case !r.HasText(incident.Description):
		return &Fault{c.Description, incident.MissingDescription, fmt.Sprintf("The row has no description of what happened: %s is empty.", c.Description)}
	case r.Occurred.Known() && r.Occurred > r.Submitted+MaxDaysEarly:
		return &Fault{c.Occurred, incident.FutureDate, fmt.Sprintf("The event occurred on %s and was reported before that, on %s. Correct %s.", r.Occurred, r.Submitted, named(c.Occurred, c.Submitted))}
	}
	return nil
}

// named joins the names of two columns with "or", if there are two.
func named(a, b string) string {
	switch {
	case a == b || b == "":
		return a
	case a == "":
		return b
	}
	return a + " or " + b
}

// BadDate is the fault of a date that can't be read.
func BadDate(column, text string) *Fault {
	return &Fault{column, incident.BadDate, fmt.Sprintf("The date %q in %s can't be read, or there is no such day. Write it as YYYY-MM-DD.", text, column)}
}

// groupedNHSNumber reports whether s is a valid NHS number in the form 999 000
// 0018 or 999-000-0018. Source: NHS Data Model and Dictionary, NHS NUMBER: the
// digits weighted 10 to 2, and the check digit 11 less the remainder by 11.
func groupedNHSNumber(s string) bool {
	if len(s) != 12 || s[3] != s[7] || (s[3] != ' ' && s[3] != '-') {
		return false
	}
	digits := strings.ReplaceAll(s, s[3:4], "")
	if len(digits) != 10 {
		return false
	}
	sum := 0
	for i := range 10 {
		if digits[i] < '0' || digits[i] > '9' {
			return false
		}
		if i < 9 {
			sum += (10 - i) * int(digits[i]-'0')
		}
	}
	return (11-sum%11)%11 == int(digits[9]-'0')
}

// Values is a row whose columns can be asked for by position.
type Values interface{ Text(column int) string }

// Reject gives the fault its place and the columns of the row that a reader
// reads. An id that is somebody's identifier is left out.
func (f *Fault) Reject(at incident.Place, row Values, header []string, columns []int) *incident.RawReject {
	var cells []incident.Cell
	for _, c := range columns {
		if f.Reason == incident.IdentifierAsID && header[c] == f.Column {
			continue
		}
		if v := row.Text(c); v != "" {
			cells = append(cells, incident.Cell{Column: header[c], Value: v})
		}
	}
	return incident.NewReject(at, f.Column, f.Reason, f.Sentence, cells)
}
