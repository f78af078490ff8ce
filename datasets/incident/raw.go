package incident

import "fmt"

// Raw is an event as its reader found it. Its free text may identify people, so
// it can be written but not read: Release is the only way out, and only
// nlp/redact may call that (the layers test checks). It is never stored, logged
// or printed.
type Raw struct {
	Fields
	Place Place
	Rows  int // source rows this event was made from; at least 1
	texts [TextCount]string
}

// SetText gives the event one of its free texts; a second call for the same text replaces it.
func (r *Raw) SetText(t Text, s string) { r.texts[t] = s }

// AppendText adds a line to one of the event's free texts; an empty one adds nothing.
func (r *Raw) AppendText(t Text, s string) {
	switch {
	case s == "":
	case r.texts[t] == "":
		r.texts[t] = s
	default:
		r.texts[t] += "\n" + s
	}
}

// HasText reports whether that free text holds anything.
func (r *Raw) HasText(t Text) bool { return r.texts[t] != "" }

// String tells where the event stands and nothing that it says.
func (r *Raw) String() string { return fmt.Sprintf("raw event at %s:%d", r.Place.File, r.Place.Line) }

// GoString is String, so that %#v shows no text either.
func (r *Raw) GoString() string { return r.String() }

// Release passes every free text, and every field that a person typed, through
// clean and returns the event that may be stored. Only nlp/redact calls it.
func (r *Raw) Release(clean func(string) string) Event {
	e := Event{Fields: r.Fields, Rows: r.Rows}
	for t, s := range r.texts {
		if s != "" {
			e.Texts[t] = clean(s)
		}
	}
	// Labels of code lists pass unchanged through clean; "other, please specify" may not.
	for _, s := range e.Typed() {
		if *s != "" {
			*s = clean(*s)
		}
	}
	return e
}

// Typed gives the fields that hold labels of code lists and may hold what a person typed.
func (f *Fields) Typed() []*string {
	return []*string{&f.Category, &f.Subcategory, &f.Specialty, &f.CareSetting, &f.Location, &f.Medication, &f.Device, &f.NeverEvent}
}

// Event is one revision of an event, with nothing left in its texts that the
// gate knows to be identifying.
type Event struct {
	Fields
	Rows  int
	Texts [TextCount]string
}

// Record is what a reader yields: an event, or a row that it can't use. Exactly
// one of the two is set.
type Record struct {
	Raw    *Raw
	Reject *RawReject
}

// RawReject is a row that can't be used, as its reader found it. Like Raw it
// shows no values; Release gives the form that may be stored.
type RawReject struct {
	Place  Place
	Column string // the header of the column at fault; "" when it is the whole row
	Code   Reason
	// sentence and row may quote what the row held.
	sentence string
	row      []Cell
}

// Cell is one named value of a rejected row.
type Cell struct {
	Column string `json:"column"`
	Value  string `json:"value"`
}

// NewReject describes a row that can't be used. sentence says what is wrong and
// what to do about it; row may be nil.
func NewReject(at Place, column string, code Reason, sentence string, row []Cell) *RawReject {
	return &RawReject{Place: at, Column: column, Code: code, sentence: sentence, row: row}
}

// String tells where and why, and nothing that the row holds.
func (r *RawReject) String() string {
	return fmt.Sprintf("%s:%d: %s", r.Place.File, r.Place.Line, r.Code)
}

// GoString is String, so that %#v shows no value either.
func (r *RawReject) GoString() string { return r.String() }

// Release passes the sentence and every value through clean. Only nlp/redact calls it.
func (r *RawReject) Release(clean func(string) string) Reject {
	out := Reject{Place: r.Place, Column: r.Column, Code: r.Code, Sentence: clean(r.sentence)}
	for _, c := range r.row {
		out.Row = append(out.Row, Cell{c.Column, clean(c.Value)})
	}
	return out
}

// Reject is a row that can't be used, in the form that goes to quarantine.
type Reject struct {
	Place
	Column   string `json:"column,omitempty"`
	Code     Reason `json:"reason"`
	Sentence string `json:"sentence"`
	Row      []Cell `json:"row,omitempty"`
}

// Reason is the coded reason for which a row is rejected.
type Reason string

const (
	MissingID           Reason = "missing-id"
	MissingDate         Reason = "missing-date"
	MissingOrganisation Reason = "missing-organisation"
	MissingDescription  Reason = "missing-description"
	BadDate             Reason = "bad-date"
	BadCode             Reason = "bad-code"
	BadNumber           Reason = "bad-number"
	BadRow              Reason = "bad-row"      // wrong number of columns, broken quoting, not JSON
	BadEncoding         Reason = "bad-encoding" // bytes that are not text
	NotAnEvent          Reason = "not-an-event" // another resource type
	DuplicateID         Reason = "duplicate-id" // the same id twice in one file, where the format allows one
	OutsideEngland      Reason = "outside-england"
	Superseded          Reason = "superseded"       // an older modification of the same StEIS log number in the file
	FutureDate          Reason = "future-date"      // reported before it occurred by more than a day
	IdentifierAsID      Reason = "identifier-as-id" // the incident id is a valid NHS number
	QualityRule         Reason = "quality-rule"     // a configured data-quality rule turns the event away
)

// reasons is the one table of reasons; the documentation and its test use it.
var reasons = map[Reason]string{
	MissingID:           "The row has no incident id.",
	MissingDate:         "The row has neither a reported nor an occurred date.",
	MissingOrganisation: "The row has no organisation code.",
	MissingDescription:  "The row has no description of what happened.",
	BadDate:             "A date can't be read, or there is no such day.",
	BadCode:             "A code is not in its code list.",
	BadNumber:           "A number can't be read.",
	BadRow:              "The row can't be read: wrong number of columns, broken quoting, or not JSON.",
	BadEncoding:         "The row holds bytes that are not text.",
	NotAnEvent:          "The resource is not a patient safety event.",
	DuplicateID:         "The same incident id stands earlier in the file.",
	OutsideEngland:      "The event did not happen in England.",
	Superseded:          "A later modification of the same log number stands in the file.",
	FutureDate:          "The event occurred after it was reported.",
	IdentifierAsID:      "The incident id is a valid NHS number.",
	QualityRule:         "The event fails a data-quality rule of this installation.",
}

// Reasons lists every reason with its general sentence.
func Reasons() map[Reason]string {
	out := make(map[Reason]string, len(reasons))
	for k, v := range reasons {
		out[k] = v
	}
	return out
}
